// Revocation by status list, new keys of the issuer, and tabs that agree with each other.
import assert from 'node:assert/strict';
import { DAY } from './issuer.mjs';
import { story } from './profile.mjs';

const count = (issuer, path) => issuer.asked.filter((line) => line.endsWith(path)).length;

async function licensed(arrive, options) {
  const tab = await arrive();
  await tab.open();
  await tab.license(options);
  await tab.until(async () => JSON.parse((await records.get()).state).status !== undefined);
  return tab;
}

for (const [bits, code] of [[1, 'REVOKED'], [2, 'SUSPENDED'], [3, 'BEING_MOVED']]) {
  story(`${code} in the status list stops the app within the list's ttl, and not before it is taken back`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive);
    issuer.statuses.set(5, bits);
    await tab.wait(240);
    assert.equal(await tab.code(), 'VALID', 'the list in hand is still fresh');
    await tab.wait(120);
    await tab.heard(`run-disapproval ${code}`);
    issuer.reachable = false;
    assert.equal((await tab.reopen()).code, code, 'remembered offline');
    issuer.reachable = true;
    issuer.statuses.delete(5);
    await tab.wait(400);
    await tab.heard('run-approval VALID');
  });
}

story('another entry of the list is no concern of ours', async ({ issuer, arrive }) => {
  for (const index of [4, 6, 1, 9, 255]) issuer.statuses.set(index, 1);
  const tab = await licensed(arrive);
  assert.equal(await tab.code(), 'VALID');
});

story('a list that is not genuine, or not there, changes nothing', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  issuer.statuses.set(5, 1);
  const { statusList } = issuer;
  for (const forged of [() => 'nonsense', (path) => issuer.sign('license-pass+jwt', { sub: issuer.url + path }), () => issuer.pass('x')]) {
    issuer.statusList = forged;
    const before = count(issuer, '/status/3');
    await tab.wait(400);
    while (count(issuer, '/status/3') === before) await tab.page.evaluate(() => 0);
    assert.equal(await tab.code(), 'VALID');
  }
  issuer.statusList = statusList;
  await tab.wait(400);
  await tab.heard('run-disapproval REVOKED');
});

story('a list elsewhere than under the issuer is never fetched', async ({ issuer, arrive }) => {
  const tab = await arrive();
  await tab.open();
  for (const uri of [`${issuer.url}/elsewhere`, `${issuer.iss}evil/status/3`, `${issuer.iss}/../../status`, 'https://evil.example/status']) {
    issuer.asked.length = 0;
    const requests = [];
    tab.page.on('request', (request) => requests.push(request.url()));
    await tab.license({ status: { status_list: { idx: 5, uri } } });
    await tab.wait(400);
    assert.equal(await tab.code(), 'VALID');
    const isKnown = (url) => url.endsWith('/jwks.json') || url.startsWith(`${issuer.url}/api/v1/`);
    assert.deepEqual(requests.filter((url) => !isKnown(url)), [], uri);
  }
});

story('new keys of the issuer are fetched when a token needs them, and only then', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  assert.equal(count(issuer, '/jwks.json'), 1);
  await tab.license();
  assert.equal(count(issuer, '/jwks.json'), 1);
  await issuer.rotate();
  await tab.license();
  assert.equal(await tab.code(), 'VALID');
  assert.equal(count(issuer, '/jwks.json'), 2);
});

story('a pass whose key was revoked is signed anew by itself', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  const { pass } = await tab.state();
  await issuer.rotate({ only: true });
  // The status list is signed by another key: whoever reads it learns that.
  await tab.wait(400);
  await tab.until(async (old) => JSON.parse((await records.get()).state).pass !== old, pass);
  await tab.becomes('VALID');
  assert.equal(count(issuer, '/refresh'), 1);
});

story('a pass whose key was revoked is no good until it can be signed anew', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  issuer.refusal = { status: 503, body: { code: 'UNAVAILABLE' } };
  await issuer.rotate({ only: true });
  await tab.wait(400);
  await tab.becomes('UNKNOWN_KEY');
  issuer.refusal = undefined;
  await tab.wait(7200);
  await tab.becomes('VALID');
});

story('keys given by the app are the only ones that count', async ({ issuer, arrive }) => {
  const tab = await arrive();
  await tab.open({ keys: issuer.jwks });
  await tab.license();
  assert.equal(await tab.code(), 'VALID');
  await issuer.rotate();
  assert.equal((await tab.license()).code, 'UNKNOWN_KEY');
  assert.equal(await tab.code(), 'VALID', 'the good pass stays');
  assert.equal(count(issuer, '/jwks.json'), 0);
});

story('two tabs agree', async ({ arrive, issuer }) => {
  const tab = await arrive();
  await tab.open();
  const other = await tab.another();
  await other.open();
  await tab.license();
  await other.heard('run-approval VALID');
  await other.until(async () => JSON.parse((await records.get()).state).status !== undefined);
  issuer.statuses.set(5, 2);
  await tab.wait(400);
  await tab.heard('run-disapproval SUSPENDED');
  await other.heard('run-disapproval SUSPENDED');
});

story('of many tabs one refreshes', async ({ arrive, issuer }) => {
  const tab = await licensed(arrive, { life: 2 * DAY });
  const tabs = [tab, await tab.another(), await tab.another()];
  await tabs[1].open();
  await tabs[2].open();
  const { pass } = await tab.state();
  await tab.wait(DAY * 1.5);
  await tab.until(async (old) => JSON.parse((await records.get()).state).pass !== old, pass);
  for (const each of tabs) await each.becomes('VALID');
  assert.equal(count(issuer, '/refresh'), 1);
});

story('a closed gate denies and asks nobody', async ({ arrive, issuer }) => {
  const tab = await licensed(arrive);
  await tab.page.evaluate(() => gate.close());
  assert.equal(await tab.code('export.pdf'), 'UNAVAILABLE');
  issuer.asked.length = 0;
  await tab.wait(7 * DAY);
  assert.equal(await tab.code('export.pdf'), 'UNAVAILABLE');
  assert.deepEqual(issuer.asked, []);
});
