// Webhooks as a vendor's own program hears them: checked by the libraries of Standard Webhooks for Node and for Python, and
// by Node's own Ed25519.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { Customer, PRO } from './customers.mjs';
import { listen } from './ear.mjs';
import { PASSWORD, runPython, startServer } from './harness.mjs';

const server = await startServer({ options: ['--private-webhooks', 'on'] });
const ear = await listen();
after(async () => {
  ear.close();
  await server.stop();
});

const owner = await Customer.signIn(server, { email: 'owner@example.com', password: PASSWORD });
const made = await owner.ask('POST', '/admin/vendors/acme/webhooks', { url: ear.url, kinds: ['order.*', 'license.*'] });

test('a purchase is told within moments, and the libraries of others believe it', async () => {
  const customer = await Customer.create(server);
  const { order_id: order } = await customer.buy(PRO);
  const message = await ear.hears('order.fulfilled', order);

  const checked = new Webhook(made.secret).verify(message.body, message.headers);
  assert.equal(checked.data.subject, order);
  assert.equal(checked.data.vendor, 'acme');
  assert.throws(() => new Webhook(made.secret).verify(`${message.body} `, message.headers));

  const python = { secret: made.secret, ...message };
  assert.deepEqual(await runPython(PYTHON, python), { type: 'order.fulfilled' });
  assert.deepEqual(await runPython(PYTHON, { ...python, body: `${message.body} ` }), { refused: true });

  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = message.headers;
  const [, signature] = /(?:^| )v1a,(\S+)/.exec(signatures);
  const raw = Buffer.from(made.webhook.public_key.replace('whpk_', ''), 'base64');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
  assert.ok(verify(null, Buffer.from(`${id}.${timestamp}.${message.body}`), key, Buffer.from(signature, 'base64')));
});

test('what was renewed and what was before it both check, and what was never a secret does not', async () => {
  const renewed = await owner.ask('POST', `/admin/vendors/acme/webhooks/${made.webhook.webhook_id}/secret`);
  const customer = await Customer.create(server);
  const { license_id: license } = await customer.buy(PRO);
  const message = await ear.hears('license.created', license);
  for (const secret of [made.secret, renewed.secret]) new Webhook(secret).verify(message.body, message.headers);
  assert.throws(() => new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(message.body, message.headers));
});

const PYTHON = `
import json, sys
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
given = json.loads(sys.argv[1])
try:
    print(json.dumps({"type": Webhook(given["secret"]).verify(given["body"], given["headers"])["type"]}))
except WebhookVerificationError:
    print(json.dumps({"refused": True}))
`;
