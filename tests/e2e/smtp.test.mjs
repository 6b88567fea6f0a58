// Mail through a server that others wrote: down and up again, refusing, encrypted or not at all; and links that work.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Customer, PRO, newPerson } from './customers.mjs';
import { PASSWORD, runPython, startServer } from './harness.mjs';
import { startMailServer } from './mail-server.mjs';

const folder = await mkdtemp(join(tmpdir(), 'passgate-mail-'));
after(() => rm(folder, { recursive: true, force: true }));

/** A portal that sends through a mail server, until the story ends. */
async function open(story, url, env = {}) {
  const options = ['--mail-from', 'Licenses <licenses@example.com>'];
  const server = await startServer({ options, env: { PASSGATE_SMTP_URL: url, ...env } });
  story.after(() => server.stop());
  const owner = await Customer.signIn(server, { email: 'owner@example.com', password: PASSWORD });
  return { server, owner };
}

/** A mail server, until the story ends. */
async function listen(story, options) {
  const mail = await startMailServer(options);
  story.after(() => mail.stop());
  return mail;
}

/** The vendor's receipts once they are as they should be. The demo's own customers are written to as well, of what ends soon. */
async function listed(owner, isReady) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { items } = await owner.ask('GET', '/admin/vendors/acme/mails?kind=receipt');
    if (isReady(items)) return items;
    assert.ok(Date.now() < deadline, JSON.stringify(items));
  }
}

test('a mail server that is down gets everything once it is up, and nothing twice', async (story) => {
  const down = createServer((connection) => connection.destroy()).listen(0, '127.0.0.1');
  await once(down, 'listening');
  const { port } = down.address();
  const { server, owner } = await open(story, `smtp://127.0.0.1:${port}?tls=off`);
  const tried = once(down, 'connection');
  const people = await Promise.all([1, 2, 3].map(() => Customer.create(server)));
  const orders = await Promise.all(people.map((person) => person.buy(PRO)));
  await tried;
  await listed(owner, (items) => items.length === 3 && items.every(({ attempts }) => attempts > 0));
  await new Promise((resolve) => down.close(resolve));

  const mail = await listen(story, { port });
  for (const [number, { person }] of people.entries()) {
    await mail.mail(person.email, '/confirm#');
    await mail.mail(person.email, orders[number].order_id);
  }
  const sent = await listed(owner, (items) => items.every(({ state }) => state === 'sent'));
  const mails = mail.mails().filter(({ to: [to] }) => people.some(({ person }) => person.email === to));
  const ids = new Set(mails.map(({ headers }) => headers['Message-ID']));
  assert.equal(mails.length, 6, 'a receipt and an address to confirm for each');
  assert.equal(ids.size, 6);
  for (const { mail_id: id } of sent) assert.ok(ids.has(`<${id}@example.com>`));
});

test('what is refused for now comes later, and what is refused for good is shown', async (story) => {
  const refusals = [['person-', '451 4.7.1 Greylisted, come back'], ['customer@', '550 5.1.1 No such mailbox']];
  const mail = await listen(story, { refusals });
  const { server, owner } = await open(story, `smtp://127.0.0.1:${mail.port}?tls=off`);
  const { person } = await Customer.create(server);
  await mail.hears(({ refused }) => refused?.startsWith('451'));
  const customer = await Customer.signIn(server, { email: 'customer@example.com', password: PASSWORD });
  await customer.buy(PRO);
  await mail.hears(({ refused }) => refused?.startsWith('550'));
  const [failed] = await listed(owner, ([first]) => first?.state === 'failed');
  assert.match(failed.error, /550.*No such mailbox/);
  await mail.mail(person.email, '/confirm#');
});

test('without the encryption that is wanted nothing is sent', async (story) => {
  const mail = await listen(story);
  const { server, owner } = await open(story, `smtp://127.0.0.1:${mail.port}?tls=required`);
  await (await Customer.create(server)).buy(PRO);
  const [queued] = await listed(owner, ([first]) => first?.attempts > 0);
  assert.equal(queued.state, 'queued');
  assert.deepEqual(mail.mails(), []);
  assert.match(server.log, /STARTTLS is not supported/);
});

test('with a certificate that the machine trusts, mail and password go encrypted', async (story) => {
  const certificate = join(folder, 'server.pem');
  const { pem, key } = await runPython(CERTIFICATE, {});
  await writeFile(certificate, pem + key);
  const mail = await listen(story, { certificate, credentials: ['licenses', 'p@ss/word'] });
  const url = `smtp://licenses:p%40ss%2Fword@127.0.0.1:${mail.port}`;
  const { server } = await open(story, url, { SSL_CERT_FILE: certificate });
  const { person } = await Customer.create(server);
  const { tls, user } = await mail.mail(person.email, '/confirm#');
  assert.deepEqual({ tls, user }, { tls: true, user: 'licenses' });
  assert.ok(!server.log.includes('p@ss'));
});

test('names that are meant to break mails are only names', async (story) => {
  const mail = await listen(story);
  const { server } = await open(story, `smtp://127.0.0.1:${mail.port}?tls=off`);
  const name = '"Ann" <a@evil.example>, {{order.id}} <b onclick=x>Jürgen</b> عربي &amp;';
  const customer = await Customer.create(server, newPerson(name));
  for (const broken of ['Ann\r\nBcc: a@evil.example', 'Ann \u202e']) {
    assert.equal((await server.api('POST', '/accounts', { body: newPerson(broken) })).status, 422);
  }
  const { order_id: id } = await customer.buy(PRO);
  const receipt = await mail.mail(customer.person.email, id);
  assert.deepEqual(receipt.defects, []);
  assert.deepEqual(receipt.to, [customer.person.email]);
  assert.equal(receipt.headers.To, customer.person.email);
  assert.equal(receipt.headers.From, 'Acme Studio <licenses@example.com>');
  assert.ok(!receipt.names.includes('Bcc'));
  assert.ok(receipt.text.includes('Hello "Ann" <a@evil.example>, {{order.id}} <b onclick=x>Jürgen</b> عربي &amp;,'), receipt.text);
  assert.ok(receipt.html.includes('&lt;b onclick=x&gt;Jürgen&lt;/b&gt; عربي &amp;amp;'), receipt.html);
});

test('a forgotten password is replaced by the link in the mail', async (story) => {
  const mail = await listen(story);
  const { server } = await open(story, `smtp://127.0.0.1:${mail.port}?tls=off`);
  assert.equal((await server.api('GET', '/instance')).body.mail, true);
  const { person } = await Customer.create(server);
  assert.equal((await server.api('POST', '/password-resets', { body: { email: person.email } })).status, 202);
  const { text } = await mail.mail(person.email, '/reset#');
  const [, token] = /\/reset#(pgr_\S+)/.exec(text);
  const password = 'quite another password';
  const redeemed = await server.api('POST', '/password-resets/redeem', { body: { token, password } });
  assert.equal(redeemed.status, 204);
  await Customer.signIn(server, { ...person, password });
});

const CERTIFICATE = `
import datetime, ipaddress, json
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail server of a story")])
now = datetime.datetime.now(datetime.timezone.utc)
address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
    .not_valid_after(now + datetime.timedelta(days=1)).add_extension(address, critical=False)
    .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True).sign(key, hashes.SHA256()))
pem = serialization.Encoding.PEM
private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
print(json.dumps({"pem": made.public_bytes(pem).decode(), "key": private.decode()}))
`;
