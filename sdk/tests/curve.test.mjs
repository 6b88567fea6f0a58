// Who checks signatures: the browser where it can, a second module where it cannot, and nobody instead of either.
import assert from 'node:assert/strict';
import { refuseEd25519 } from './older.mjs';
import { story } from './profile.mjs';

const CURVE = '/sdk/passgate_sdk_curve.wasm';

story('a browser without Ed25519 keeps and judges its pass all the same', async ({ app, arrive }) => {
  const tab = await arrive({ prepare: refuseEd25519 });
  await tab.open();
  await tab.license({ term: 600 });
  assert.equal(await tab.code('export.pdf'), 'VALID');
  assert.equal((await tab.reopen()).code, 'VALID');
  await tab.wait(600);
  await tab.heard('run-disapproval TERM_ENDED');
  assert.equal(app.asked.filter((path) => path === CURVE).length, 2, 'once per page');
});

story('without either nothing is approved, and the second module is tried again', async ({ issuer, arrive }) => {
  const tab = await arrive({ prepare: refuseEd25519 });
  await tab.context.route(`**${CURVE}`, (route) => route.abort());
  const token = await issuer.pass('nobody');
  const judge = () =>
    tab.page.evaluate(
      ([pass, keys, iss, now]) =>
        sdk.verify(pass, { keys, issuer: iss, audience: 'acme/sketchpad', now }).then(
          ({ code }) => code,
          ({ name }) => name,
        ),
      [token, issuer.jwks, issuer.iss, issuer.now],
    );
  assert.equal(await judge(), 'TypeError');
  await tab.context.unroute(`**${CURVE}`);
  assert.equal(await judge(), 'VALID');
});

story('a key is prepared once, and its signatures are told from others', async ({ issuer, arrive }) => {
  const tab = await arrive({ prepare: countImports });
  const passes = await Promise.all(['a', 'b', 'c'].map((jkt) => issuer.pass(jkt)));
  const [good, other] = passes;
  passes.push(good.replace(/[^.]*$/, other.split('.')[2]));
  const codes = await tab.page.evaluate(
    ([tokens, keys, iss, now]) =>
      Promise.all(
        tokens.map(async (token) => {
          const { code } = await sdk.verify(token, { keys, issuer: iss, audience: 'acme/sketchpad', now });
          return code;
        }),
      ),
    [passes, issuer.jwks, issuer.iss, issuer.now],
  );
  assert.deepEqual(codes, ['VALID', 'VALID', 'VALID', 'SIGNATURE_INVALID']);
  assert.equal(await tab.page.evaluate(() => window.imports), 1);
});

function countImports() {
  window.imports = 0;
  // The empty page that comes first has none.
  if (!crypto.subtle) return;
  const { importKey } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.importKey = function (...values) {
    window.imports += 1;
    return importKey.apply(this, values);
  };
}
