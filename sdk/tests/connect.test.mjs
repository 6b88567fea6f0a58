// Connecting: the conversation with the portal's window, and everything that can cut it short.
import assert from 'node:assert/strict';
import { story } from './profile.mjs';

/** Starts to connect; gives the window and the verdict to come. */
async function start(tab) {
  const opening = tab.page.waitForEvent('popup');
  await tab.page.evaluate(() => void (window.outcome = gate.connect()));
  const popup = await opening;
  await popup.waitForSelector('#choose');
  return { popup, outcome: () => tab.page.evaluate(() => window.outcome) };
}

story('a person connects this device and the app may run', async ({ arrive, issuer }) => {
  const tab = await arrive();
  await tab.open();
  const { popup, outcome } = await start(tab);
  const query = new URL(popup.url()).searchParams;
  assert.equal(popup.url().split('?')[0], `${issuer.url}/connect`);
  assert.deepEqual([query.get('vendor'), query.get('product'), query.get('origin')], ['acme', 'sketchpad', tab.app.url]);
  assert.ok(query.get('state').length >= 32);
  const closed = popup.waitForEvent('close');
  await popup.click('#choose');
  assert.equal((await outcome()).code, 'VALID');
  await closed;
  assert.deepEqual(await tab.events(), ['run-approval VALID', 'change VALID']);
  assert.equal((await tab.reopen()).code, 'VALID');
});

story('the demand for a nonce is followed', async ({ arrive, issuer }) => {
  issuer.nonce = 'n-2';
  const tab = await arrive();
  await tab.open();
  const { popup, outcome } = await start(tab);
  await popup.click('#choose');
  assert.equal((await outcome()).code, 'VALID');
});

story('a device whose clock is wrong by minutes connects all the same', async ({ arrive, issuer }) => {
  const tab = await arrive();
  await tab.turnClock(issuer.now + 600);
  await tab.open();
  const { popup, outcome } = await start(tab);
  await popup.click('#choose');
  assert.equal((await outcome()).code, 'VALID');
});

story('connecting again gives this device its pass again, under the same key', async ({ arrive }) => {
  const tab = await arrive();
  await tab.open();
  const keys = [];
  for (let time = 0; time < 2; time += 1) {
    const { popup, outcome } = await start(tab);
    await popup.click('#choose');
    assert.equal((await outcome()).code, 'VALID');
    keys.push(await tab.jkt());
  }
  assert.equal(keys[0], keys[1]);
});

story('closing the window early is a verdict, and a pass that is there stays', async ({ arrive }) => {
  const tab = await arrive();
  await tab.open();
  for (const before of ['UNAVAILABLE', 'VALID']) {
    const { popup, outcome } = await start(tab);
    const done = outcome();
    await popup.close();
    // The SDK looks every now and then whether the window is still there.
    await tab.page.clock.runFor(1000);
    const verdict = await done;
    assert.deepEqual([verdict.approved, verdict.code, verdict.remedy], [false, 'UNAVAILABLE', 'connect']);
    assert.match(verdict.detail, /closed/);
    assert.equal(await tab.code(), before);
    await tab.license();
  }
});

story('a blocked window is a verdict', async ({ arrive }) => {
  const tab = await arrive({ prepare: () => (window.open = () => null) });
  await tab.open();
  const verdict = await tab.page.evaluate(() => gate.connect());
  assert.deepEqual([verdict.approved, verdict.code, verdict.remedy], [false, 'UNAVAILABLE', 'connect']);
  assert.match(verdict.detail, /blocked/);
});

story('only the window itself is listened to', async ({ arrive, issuer }) => {
  const tab = await arrive();
  await tab.open();
  const { popup, outcome } = await start(tab);
  const state = new URL(popup.url()).searchParams.get('state');
  const forged = await issuer.pass(await tab.jkt());
  await tab.page.evaluate(
    ([pass, secret, portal]) => {
      const message = { passgate: 1, state: secret, type: 'pass', pass };
      window.postMessage(message, '*');
      const frame = document.body.appendChild(document.createElement('iframe'));
      dispatchEvent(new MessageEvent('message', { data: message, origin: portal, source: frame.contentWindow }));
    },
    [forged, state, issuer.url],
  );
  await popup.evaluate((pass) => opener.postMessage({ passgate: 1, state: 'guessed', type: 'pass', pass }, '*'), forged);
  await popup.evaluate((pass) => opener.postMessage({ type: 'pass', pass }, '*'), forged);
  await popup.evaluate(() => opener.postMessage(null, '*'));
  await popup.evaluate(() => say({ type: 'toString' }));
  assert.equal(await tab.code(), 'UNAVAILABLE');
  await popup.click('#choose');
  assert.equal((await outcome()).code, 'VALID');
});

story('a window that wandered off to another site is not listened to', async ({ arrive, issuer }) => {
  const tab = await arrive();
  await tab.open();
  const { popup, outcome } = await start(tab);
  const state = new URL(popup.url()).searchParams.get('state');
  const pass = await issuer.pass(await tab.jkt());
  await popup.goto(tab.app.url);
  await popup.evaluate((message) => opener.postMessage(message, '*'), { passgate: 1, state, type: 'pass', pass });
  await popup.close();
  const done = outcome();
  await tab.page.clock.runFor(1000);
  assert.equal((await done).code, 'UNAVAILABLE');
  assert.equal(await tab.code(), 'UNAVAILABLE');
});

story('nothing is proved but the request for a pass', async ({ arrive, issuer }) => {
  const tab = await arrive();
  await tab.open();
  const { popup, outcome } = await start(tab);
  for (const [htm, path] of [
    ['GET', '/api/v1/licenses/lic_1/passes'],
    ['POST', '/api/v1/passes/refresh'],
    ['POST', '/api/v1/moves'],
    ['POST', '/api/v1/licenses/lic_1/passes/../../moves'],
    ['POST', '/api/v1/licenses/lic_1/passes?x'],
    ['POST', '/api/v1/licenses//passes'],
  ]) {
    await popup.evaluate((wish) => say({ type: 'prove', id: 7, ...wish }), { htm, htu: issuer.url + path });
  }
  await popup.evaluate(() => say({ type: 'prove', id: 7, htm: 'POST', htu: 'https://evil.example/api/v1/licenses/lic_1/passes' }));
  await popup.evaluate(() => say({ type: 'prove', id: 7 }));
  // Answered in order: were any of these answered, it would be before this one.
  await popup.evaluate(async () => {
    say({ type: 'prove', id: 1, htm: 'POST', htu: `${location.origin}/api/v1/licenses/lic_1/passes` });
    await hear('proof');
  });
  assert.deepEqual(await popup.evaluate(() => heard.filter(({ type }) => type === 'proof').map(({ id }) => id)), [1]);
  await popup.click('#choose');
  assert.equal((await outcome()).code, 'VALID');
});

story('a pass that the window hands over is judged like any other', async ({ arrive, issuer }) => {
  const tab = await arrive();
  await tab.open();
  const { popup, outcome } = await start(tab);
  const foreign = await issuer.pass('another-key');
  await popup.evaluate((pass) => say({ type: 'pass', pass }), foreign);
  assert.equal((await outcome()).code, 'DEVICE_MISMATCH');
  assert.equal(await tab.code(), 'UNAVAILABLE');
});
