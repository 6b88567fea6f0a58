// The vectors in tests/vectors, run in Chromium through the built SDK: the verdicts must be those of the Rust tests, both
// when the browser checks signatures and when it cannot.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { refuseEd25519 } from './older.mjs';
import { story } from './profile.mjs';

const CURVE = '/sdk/passgate_sdk_curve.wasm';
/** The steps before the signature. */
const BEFORE = ['length', 'characters', 'segments', 'encoding', 'header', 'type', 'algorithm', 'key'];
const FOLDER = new URL('../../tests/vectors/', import.meta.url);

const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'));
assert.ok(files.length >= 8, 'the vectors are there');

for (const name of files) {
  const { kind, cases, ...head } = JSON.parse(await readFile(new URL(name, FOLDER), 'utf8'));
  const check = async ({ page }) => {
    const verdicts = await page.evaluate(judge, { kind, cases: cases.map((one) => ({ ...head, ...one })) });
    for (const [index, one] of cases.entries()) {
      const { approved, code, step, left } = verdicts[index];
      const wanted = { approved: one.approved, code: one.code, step: one.step, left: one.left };
      assert.deepEqual({ approved, code, step, left }, wanted, `${name}: ${one.name}`);
    }
  };
  story(`the browser gives the verdicts of ${name}`, async ({ app, arrive }) => {
    await check(await arrive());
    assert.ok(!app.asked.includes(CURVE), 'the browser checks signatures itself');
  });
  story(`a browser without Ed25519 gives the verdicts of ${name}`, async ({ app, arrive }) => {
    await check(await arrive({ prepare: refuseEd25519 }));
    assert.equal(app.asked.includes(CURVE), cases.some(({ step }) => !BEFORE.includes(step)), 'asked for when needed');
  });
}

/** Runs in the page. */
function judge({ kind, cases }) {
  return Promise.all(
    cases.map(async ({ token, issuer, audience, keys, now, ...rest }) => {
      if (kind === 'pass') return sdk.verify(token, { issuer, audience, keys, now, ...rest });
      const { verdict } = await sdk.readStatusList(token, { issuer, uri: audience, keys, now });
      return verdict;
    }),
  );
}
