// The vectors in tests/vectors, run in Chromium through the built SDK: the verdicts must be those of the Rust tests, both
// when the browser checks signatures and when it cannot.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { jose } from './issuer.mjs';
import { refuseEd25519 } from './older.mjs';
import { story } from './profile.mjs';

const CURVE = '/passgate_sdk_curve.wasm';
/** The steps before the signature. */
const BEFORE = ['length', 'characters', 'segments', 'encoding', 'header', 'type', 'algorithm', 'key'];
/** What the SDK reads from tokens that have no verdict, by their claims. */
const READ = {
  slice: ({ jti: id, iat, exp, feature, count, pass }) => ({ id, iat, exp, feature, count, pass }),
  'portable-pass': ({ jti: id, exp }) => ({ id, exp }),
};
const FOLDER = new URL('../../tests/vectors/', import.meta.url);

// Leases are the services' to read.
const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json') && name !== 'lease.json');
assert.ok(files.length >= 10, 'the vectors are there');

for (const name of files) {
  const { kind, cases, ...head } = JSON.parse(await readFile(new URL(name, FOLDER), 'utf8'));
  const check = async ({ page }) => {
    const verdicts = await page.evaluate(judge, { kind, cases: cases.map((one) => ({ ...head, ...one })) });
    for (const [index, one] of cases.entries()) {
      const { approved, code, step, left, read } = verdicts[index];
      const wanted = { approved: one.approved, code: one.code, step: one.step, left: one.left };
      assert.deepEqual({ approved, code, step, left }, wanted, `${name}: ${one.name}`);
      if (read) assert.deepEqual(read, READ[kind](jose.decodeJwt(one.token)), `${name}: ${one.name}`);
    }
  };
  story(`the browser gives the verdicts of ${name}`, async ({ app, arrive }) => {
    await check(await arrive());
    assert.ok(!asksForCurve(app), 'the browser checks signatures itself');
  });
  story(`a browser without Ed25519 gives the verdicts of ${name}`, async ({ app, arrive }) => {
    await check(await arrive({ prepare: refuseEd25519 }));
    assert.equal(asksForCurve(app), cases.some(({ step }) => !BEFORE.includes(step)), 'asked for when needed');
  });
}

function asksForCurve({ asked }) {
  return asked.some((path) => path.endsWith(CURVE));
}

/** Runs in the page. */
async function judge({ kind, cases }) {
  const judgePass = ({ token, ...rest }) => sdk.verify(token, rest);
  const judgeList = async ({ token, audience, ...rest }) => (await sdk.readStatusList(token, { uri: audience, ...rest })).verdict;
  const judges = { pass: judgePass, 'status-list': judgeList };
  if (!judges[kind]) {
    // The gate alone judges slices and portable passes, so the module behind it is asked. What is no denial is what it read.
    const { askSigned, load } = await import('/modules/core.js');
    await load();
    const question = { slice: 'slice', 'portable-pass': 'portable' }[kind];
    judges[kind] = async ({ token, issuer, audience, keys, now, jkt = null }) => {
      const read = await askSigned(question, now, token, JSON.stringify(keys), issuer, audience, jkt);
      return read.code ? read : { approved: true, code: 'VALID', read };
    };
  }
  return Promise.all(cases.map(judges[kind]));
}
