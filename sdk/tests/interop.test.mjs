// Other JOSE implementations: what we sign they verify, and what they sign we accept when and only when it has the form
// that docs/token-format.md prescribes. Runs in Node, which also shows that `verify` works on servers.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { runPython } from '../../tests/e2e/harness.mjs';
import { verify } from '../dist/index.js';
import { jose } from './issuer.mjs';

const read = async (name) => JSON.parse(await readFile(new URL(`../../tests/vectors/${name}.json`, import.meta.url), 'utf8'));
const { cases, keys, ...head } = await read('judge');
const { issuer, audience, now } = head;
const good = cases.find(({ name }) => name === 'the pass as a whole').token;
const claims = jose.decodeJwt(good);

/** The other kinds of token, good ones, and a claim of each. */
const OTHERS = [
  ['slice', 'use-slice+jwt', 'count', 20],
  ['portable-pass', 'portable-pass+jwt', 'pass_status', 'moving'],
  ['lease', 'license-lease+jwt', 'count', 20],
];
for (const other of OTHERS) other.push((await read(other[0])).cases.find(({ name }) => name === 'a good one').token);

const { publicKey, privateKey } = await jose.generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
const jwk = await jose.exportJWK(publicKey);
const kid = await jose.calculateJwkThumbprint(jwk);
const own = { keys: [{ ...jwk, kid, alg: 'EdDSA', use: 'sig' }] };
const judge = (token, rest) => verify(token, { keys: own, issuer, audience, now, ...rest });

/** Headers that a general library accepts or writes, and what we say to them. */
const HEADERS = [
  [{ alg: 'EdDSA', typ: 'license-pass+jwt', kid }, 'VALID'],
  [{ alg: 'EdDSA', typ: 'JWT', kid }, 'WRONG_TYPE'],
  [{ alg: 'EdDSA', kid }, 'MALFORMED'],
  [{ alg: 'EdDSA', typ: 'license-pass+jwt' }, 'MALFORMED'],
  [{ alg: 'EdDSA', typ: 'license-pass+jwt', kid: 'another' }, 'UNKNOWN_KEY'],
  [{ alg: 'EdDSA', typ: 'license-pass+jwt', kid, cty: 'JWT' }, 'MALFORMED'],
  [{ alg: 'EdDSA', typ: 'license-pass+jwt', kid, jku: 'https://evil.example' }, 'MALFORMED'],
];

test('jose verifies a pass as our server signs it', async () => {
  const { payload } = await jose.jwtVerify(good, jose.createLocalJWKSet(keys), {
    issuer,
    audience,
    typ: 'license-pass+jwt',
    algorithms: ['EdDSA'],
    currentDate: new Date(now * 1000),
  });
  assert.equal(payload.lic.offer, 'pro');
});

test('jose verifies slices and portable passes as our server signs them, and takes none for another kind', async () => {
  const options = { issuer, audience, algorithms: ['EdDSA'], currentDate: new Date(now * 1000) };
  for (const [name, typ, claim, value, token] of OTHERS) {
    const { payload } = await jose.jwtVerify(token, jose.createLocalJWKSet(keys), { ...options, typ });
    assert.equal(payload[claim], value, name);
    const asPass = { ...options, typ: 'license-pass+jwt' };
    await assert.rejects(jose.jwtVerify(token, jose.createLocalJWKSet(keys), asPass), { claim: 'typ' }, name);
    assert.equal((await verify(token, { keys, issuer, audience, now })).code, 'WRONG_TYPE', name);
  }
});

test('jose refuses what was changed, as we do', async () => {
  const changed = cases.find(({ name }) => name === 'the pass as a whole').token.replace(/.{4}$/, 'AAAA');
  await assert.rejects(jose.jwtVerify(changed, jose.createLocalJWKSet(keys), { currentDate: new Date(now * 1000) }));
  assert.equal((await verify(changed, { keys, issuer, audience, now })).code, 'SIGNATURE_INVALID');
});

test('a pass signed by jose is accepted when and only when its header is the prescribed one', async () => {
  for (const [header, code] of HEADERS) {
    const token = await new jose.SignJWT(claims).setProtectedHeader(header).sign(privateKey);
    assert.equal((await judge(token)).code, code, JSON.stringify(header));
  }
  assert.equal((await judge(await new jose.UnsecuredJWT(claims).encode())).approved, false);
  const secret = Buffer.from(jwk.x, 'base64url');
  const confused = new jose.SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'license-pass+jwt', kid });
  assert.equal((await judge(await confused.sign(secret))).code, 'SIGNATURE_INVALID');
});

test('a pass signed by jose is judged by its claims', async () => {
  const sign = (changes) =>
    new jose.SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'EdDSA', typ: 'license-pass+jwt', kid }).sign(privateKey);
  const rows = [
    [{ aud: ['acme/sketchpad'] }, 'MALFORMED'],
    [{ aud: 'acme/other' }, 'WRONG_AUDIENCE'],
    [{ exp: now - 30 }, 'EXPIRED'],
    [{ exp: now + 0.5 }, 'MALFORMED'],
    [{ iat: now + 31 }, 'CLOCK_SUSPECT'],
    [{ pass_status: 'suspended' }, 'SUSPENDED'],
    [{ lic: { ...claims.lic, extra: 1 } }, 'MALFORMED'],
    [{ extra: 1 }, 'VALID'],
  ];
  for (const [changes, code] of rows) assert.equal((await judge(await sign(changes))).code, code, JSON.stringify(changes));
  assert.equal((await judge(await sign({}), { feature: 'ai.render' })).left, 97);
  assert.equal((await judge(await sign({}), { feature: 'nothing' })).code, 'FEATURE_MISSING');
});

test('PyJWT verifies what our server signs, and refuses what was changed', async () => {
  const program = `
import json, sys, jwt
given = json.loads(sys.argv[1])
keys = {entry["kid"]: jwt.PyJWK(entry) for entry in given["keys"]["keys"]}
def verify(token):
    try:
        key = keys[jwt.get_unverified_header(token)["kid"]]
        options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
        claims = jwt.decode(token, key, algorithms=["EdDSA"], audience=given["audience"], issuer=given["issuer"], options=options)
        return claims["jti"]
    except jwt.PyJWTError as error:
        return type(error).__name__
print(json.dumps([verify(token) for token in given["tokens"]]))
`;
  const whole = [good, ...OTHERS.map((other) => other.at(-1))];
  const tokens = whole.flatMap((token) => [token, `${token.slice(0, -4)}AAAA`]);
  const wanted = whole.flatMap((token) => [jose.decodeJwt(token).jti, 'InvalidSignatureError']);
  assert.deepEqual(await runPython(program, { keys, issuer, audience, tokens }), wanted);
});

test('a pass signed by PyJWT is accepted when and only when its header is the prescribed one', async () => {
  const program = `
import json, sys, jwt
given = json.loads(sys.argv[1])
key = jwt.PyJWK(given["key"]).key
print(json.dumps([jwt.encode(given["claims"], key, algorithm="EdDSA", headers=headers) for headers in given["headers"]]))
`;
  // PyJWT writes `typ: "JWT"` unless told otherwise, and leaves it out for null.
  const headers = HEADERS.map(([{ alg, typ = null, ...rest }]) => ({ typ, ...rest }));
  const tokens = await runPython(program, { key: await jose.exportJWK(privateKey), claims, headers });
  for (const [index, [header, code]] of HEADERS.entries()) {
    assert.equal((await judge(tokens[index])).code, code, JSON.stringify(header));
  }
  const [plain] = await runPython(program, { key: await jose.exportJWK(privateKey), claims, headers: [{ kid }] });
  assert.equal((await judge(plain)).code, 'WRONG_TYPE');
});
