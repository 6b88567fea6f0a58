// Every vector, told to three other libraries as an ordinary program would use them: what we accept they accept, always; what we
// refuse and one of them accepts is listed here, by the step that refuses it, with the reason.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { jose } from './issuer.mjs';

const TYP = {
  pass: 'license-pass+jwt',
  slice: 'use-slice+jwt',
  'portable-pass': 'portable-pass+jwt',
  lease: 'license-lease+jwt',
};

/** Why others accept what a step of ours refuses. */
const REASONS = {
  length: 'they read tokens of any length',
  characters: 'they pass over white space and padding',
  encoding: 'they read base64url that is a second spelling of the same bytes',
  header: 'they let members stand in the header that they do not know, and take the last of two that have one name',
  type: 'they compare `typ` without regard to case and `application/`, or not at all',
  key: 'they take keys of small order, by which anybody could have signed',
  signature: 'they take an R of small order with them',
  payload: 'what a license claims is not theirs to know; they take the last of two that have one name, fractions and any year',
  expiry: 'PyJWT reads no clock but the machine’s, and was not asked for times',
  issued_at: 'they let a token be signed in the future, or were not asked',
  not_before: 'PyJWT was not asked for times',
  device: 'they know nothing of the key that a token is bound to',
};

/** The steps that a library passes over in some vector. */
const PASSED_OVER = {
  jose: ['characters', 'device', 'encoding', 'header', 'issued_at', 'key', 'length', 'payload', 'signature', 'type'],
  pyjwt: ['characters', 'device', 'expiry', 'header', 'issued_at', 'key', 'length', 'not_before', 'payload', 'signature', 'type'],
  joserfc: ['device', 'header', 'key', 'length', 'payload', 'signature', 'type'],
};

/** A claim that these kinds do not have, and others know: `nbf`. Nobody signs one; only its key's holder could. */
const UNKNOWN_HERE = /: a claim of other kinds, which bounds nothing here$/u;

const folder = new URL('../../tests/vectors/', import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
const all = (await Promise.all(files.map(async (name) => JSON.parse(await readFile(new URL(name, folder), 'utf8')))))
  .filter(({ kind }) => TYP[kind])
  .flatMap(({ kind, cases, ...head }) => cases.map((one) => ({ ...head, ...one, typ: TYP[kind], name: `${kind}: ${one.name}` })));

const askJose = async ({ token, keys, issuer, audience, now, typ }) => {
  const options = { issuer, audience, typ, algorithms: ['EdDSA'], clockTolerance: 30, currentDate: new Date(now * 1000) };
  return jose.jwtVerify(token, jose.createLocalJWKSet(keys), options).then(() => true, () => false);
};

const PROGRAM = `
import json, sys, warnings
import jwt
from joserfc import jwt as rfc
from joserfc.jwk import KeySet
warnings.simplefilter("ignore")

def pyjwt(case):
    # It reads the machine's clock alone, so its times are not asked for.
    keys = {key["kid"]: jwt.PyJWK(key) for key in case["keys"]["keys"]}
    key = keys[jwt.get_unverified_header(case["token"])["kid"]]
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    jwt.decode(case["token"], key, algorithms=["EdDSA"], audience=case["audience"], issuer=case["issuer"], options=options)

def joserfc(case):
    token = rfc.decode(case["token"], KeySet.import_key_set(case["keys"]), algorithms=["EdDSA"])
    one = lambda value: {"essential": True, "value": value}
    registry = rfc.JWTClaimsRegistry(now=case["now"], leeway=30, iss=one(case["issuer"]), aud=one(case["audience"]))
    registry.validate(token.claims)

def accepts(library, case):
    try:
        library(case)
        return True
    except Exception:
        return False

cases = json.load(sys.stdin)
print(json.dumps({"pyjwt": [accepts(pyjwt, case) for case in cases], "joserfc": [accepts(joserfc, case) for case in cases]}))
`;

const asked = promisify(execFile)(process.env.PASSGATE_PYTHON, ['-c', PROGRAM], { maxBuffer: 2 ** 24 });
asked.child.stdin.end(JSON.stringify(all));
const answers = { jose: await Promise.all(all.map(askJose)), ...JSON.parse((await asked).stdout) };

for (const [library, accepted] of Object.entries(answers)) {
  test(`${library} accepts whatever we accept`, () => {
    const refused = all.filter((one, index) => !one.step && !accepted[index]).map(({ name }) => name);
    assert.deepEqual(refused.filter((name) => !UNKNOWN_HERE.test(name)), []);
    assert.ok(all.filter((one, index) => one.step && !accepted[index]).length > 100, 'it refuses much of what we refuse');
  });

  test(`what ${library} accepts and we refuse is known, with the reason`, () => {
    const more = all.filter((one, index) => one.step && accepted[index]);
    const steps = [...new Set(more.map(({ step }) => step))].sort();
    assert.deepEqual(steps, PASSED_OVER[library], more.map(({ name, step }) => `${step}: ${name}`).join('\n'));
    for (const step of steps) assert.ok(REASONS[step], step);
  });
}
