// The vectors in tests/vectors, run in Chromium through the built SDK: the verdicts must be those of the Rust tests.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { story } from './profile.mjs';

const FOLDER = new URL('../../tests/vectors/', import.meta.url);

const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'));
assert.ok(files.length >= 7, 'the vectors are there');

for (const name of files) {
  const { kind, cases, ...head } = JSON.parse(await readFile(new URL(name, FOLDER), 'utf8'));
  story(`the browser gives the verdicts of ${name}`, async ({ arrive }) => {
    const { page } = await arrive();
    const verdicts = await page.evaluate(judge, { kind, cases: cases.map((one) => ({ ...head, ...one })) });
    for (const [index, one] of cases.entries()) {
      const { approved, code, step, left } = verdicts[index];
      const wanted = { approved: one.approved, code: one.code, step: one.step, left: one.left };
      assert.deepEqual({ approved, code, step, left }, wanted, `${name}: ${one.name}`);
    }
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
