// docs/verify.md: its programs for Node and Python, run as they stand there, against what a running portal signs and publishes.
// Those for Rust are run in tests/api/verification.rs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { after, mock, test } from 'node:test';
import * as jose from 'jose';
import { Customer } from './customers.mjs';
import { runPython, startServer } from './harness.mjs';
import { owner } from './vendor.mjs';

const STUDIO = { offer: 'studio', term: 'P1Y', terminals: 5, seats: 5, uses: { 'ai.render': 5000 } };
const AUDIENCE = 'acme/sketchpad';
const YEAR = 366 * 86_400;

const server = await startServer();
after(() => server.stop());
process.env.PASSGATE_ISSUER = `${server.url}/v/acme`;

/** The fenced program of this language. */
async function program(language) {
  const document = await readFile(new URL('../../docs/verify.md', import.meta.url), 'utf8');
  const found = [...document.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gsu'))];
  assert.equal(found.length, 1, `there is one program in ${language}`);
  return found[0][1];
}

/** A pass of a new device. */
async function newPass(customer, license) {
  const { publicKey, privateKey } = await jose.generateKeyPair('ES256');
  const { kty, crv, x, y } = await jose.exportJWK(publicKey);
  const path = `/licenses/${license}/passes`;
  const proof = new jose.SignJWT({ jti: randomUUID(), htm: 'POST', htu: `${server.url}/api/v1${path}` });
  const dpop = await proof.setIssuedAt().setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } }).sign(privateKey);
  return (await customer.ask('POST', path, { name: 'Desk' }, { dpop })).pass;
}

/** A lease that a new service took. */
async function newLease(customer, license) {
  const vendor = await owner(server);
  const { secret } = await vendor.ask('POST', '/admin/vendors/acme/tokens', { name: 'Farm', scopes: ['leases:write'] });
  const { identifier } = await customer.ask('POST', '/identifiers', { license_id: license });
  const body = { identifier, feature: 'ai.render', count: 20, ttl_seconds: 600, holder: 'farm-1' };
  const headers = { authorization: `Bearer ${secret}`, 'idempotency-key': randomUUID() };
  const { body: { lease } } = await server.api('POST', '/leases', { body, headers });
  return lease;
}

const customer = await Customer.create(server);
const { license_id: license } = await customer.buy(STUDIO);
const TOKENS = { 'license-pass+jwt': await newPass(customer, license), 'license-lease+jwt': await newLease(customer, license) };
const PASS = Object.keys(TOKENS)[0];

/** Another letter in the middle of this part. */
function changed(token, part) {
  const parts = token.split('.');
  const at = Math.floor(parts[part].length / 2);
  parts[part] = parts[part].slice(0, at) + (parts[part][at] === 'A' ? 'B' : 'A') + parts[part].slice(at + 1);
  return parts.join('.');
}

/** Signed by somebody else who names the vendor's key. */
async function forged(token) {
  const { privateKey } = await jose.generateKeyPair('EdDSA', { crv: 'Ed25519' });
  return new jose.SignJWT(jose.decodeJwt(token)).setProtectedHeader(jose.decodeProtectedHeader(token)).sign(privateKey);
}

/** What is tried: `[name, token, typ, audience, seconds from now, whether it is good]`. */
async function* cases() {
  for (const [typ, token] of Object.entries(TOKENS)) {
    const { exp, iat } = jose.decodeJwt(token);
    const now = Math.floor(Date.now() / 1000);
    yield [`a good ${typ}`, token, typ, AUDIENCE, 0, true];
    yield [`${typ} just before its end`, token, typ, AUDIENCE, exp - now - 5, true];
    yield [`${typ} after its end`, token, typ, AUDIENCE, exp - now + 31, false];
    yield [`${typ} as another kind`, token, typ === PASS ? 'license-lease+jwt' : PASS, AUDIENCE, 0, false];
    yield [`${typ} as no kind of ours`, token, 'JWT', AUDIENCE, 0, false];
    yield [`${typ} for another product`, token, typ, 'acme/other', 0, false];
    yield [`${typ} changed in its header`, changed(token, 0), typ, AUDIENCE, 0, false];
    yield [`${typ} changed in its claims`, changed(token, 1), typ, AUDIENCE, 0, false];
    yield [`${typ} with another signature`, changed(token, 2), typ, AUDIENCE, 0, false];
    yield [`${typ} signed by another`, await forged(token), typ, AUDIENCE, 0, false];
    const none = [jose.base64url.encode(JSON.stringify({ alg: 'none', typ })), token.split('.')[1], ''].join('.');
    yield [`${typ} without a signature`, none, typ, AUDIENCE, 0, false];
    assert.ok(exp - iat < YEAR);
  }
}

test('the program for Node takes what is good and nothing else', async () => {
  // Beside the tests, where Node finds their jose.
  const folder = await mkdtemp(new URL('./verify-', import.meta.url).pathname);
  try {
    await writeFile(`${folder}/verify.mjs`, await program('js'));
    const { verify } = await import(`${folder}/verify.mjs`);
    for await (const [name, token, typ, audience, later, isGood] of cases()) {
      mock.timers.enable({ apis: ['Date'], now: Date.now() + later * 1000 });
      const told = await verify(token, typ, audience).then((claims) => claims.jti, () => undefined);
      mock.timers.reset();
      assert.equal(told, isGood ? jose.decodeJwt(token).jti : undefined, name);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the program for Python takes what is good and nothing else', async () => {
  const all = [];
  for await (const one of cases()) all.push(one);
  // Its clock is set by the one place that PyJWT asks for the time.
  const asking = `
import json, sys
import jwt.api_jwt
from datetime import datetime, timedelta

class Later(datetime):
    by = timedelta()

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + cls.by

jwt.api_jwt.datetime = Later
told = []
for name, token, typ, audience, later, good in json.loads(sys.argv[1]):
    Later.by = timedelta(seconds=later)
    try:
        told.append(verify(token, typ, audience)["jti"])
    except jwt.PyJWTError:
        told.append(None)
print(json.dumps(told))
`;
  const told = await runPython((await program('python')) + asking, all);
  for (const [number, [name, token, , , , isGood]] of all.entries()) {
    assert.equal(told[number], isGood ? jose.decodeJwt(token).jti : null, name);
  }
});
