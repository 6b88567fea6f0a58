// What a person can do to the browser's storage: nothing of it enables anything, and the uses granted stay within the
// limit and the slices that are open.
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY } from './issuer.mjs';
import { FEATURE } from './license.mjs';
import { licensed, story } from './profile.mjs';

const used = (issuer) => [...issuer.license.uses.values()].reduce((sum, count) => sum + count, 0);

/** Copies the folder of a browser profile that is closed. */
async function snapshot(folder) {
  const copy = await mkdtemp(join(tmpdir(), 'passgate-profile-'));
  await cp(folder, copy, { recursive: true });
  return copy;
}

story('a profile that is put back spends its slice twice at most, and is suspended as a copy', async ({ issuer, arrive, t }) => {
  const folder = await mkdtemp(join(tmpdir(), 'passgate-profile-'));
  t.after(() => rm(folder, { recursive: true }));
  const [limit, size] = [12, 4];
  issuer.license.limit = limit;
  const first = await licensed(() => arrive({ folder }), { size, left: limit });
  await first.context.close();
  const copy = await snapshot(folder);
  t.after(() => rm(copy, { recursive: true }));

  // The original spends its slice without contact, comes back, settles, uses up the limit and refreshes its pass.
  issuer.reachable = false;
  const second = await arrive({ folder });
  assert.equal((await second.open()).code, 'VALID');
  let granted = await second.spendAll();
  assert.equal(granted, size);
  issuer.reachable = true;
  await second.page.evaluate(() => dispatchEvent(new Event('online')));
  await second.keeps(size);
  granted += await second.spendAll();
  assert.equal(granted, limit);
  issuer.now += 5 * DAY;
  await second.turnClock(issuer.now);
  const { pass } = await second.state();
  await second.reopen();
  await second.until(async (old) => JSON.parse((await records.get()).state).pass !== old, pass);
  await second.context.close();

  // What was put back knows nothing of all this.
  issuer.now -= 5 * DAY;
  issuer.reachable = false;
  const third = await arrive({ folder: copy });
  assert.equal((await third.open()).code, 'VALID');
  granted += await third.spendAll();
  assert.equal(granted, limit + size);
  issuer.now += 5 * DAY;
  issuer.reachable = true;
  await third.turnClock(issuer.now);
  await third.reopen();
  await third.heard('run-disapproval SUSPENDED');
  assert.match((await third.can()).detail, /from a copy/);
  assert.equal(await third.spendAll(), 0, 'nothing more once there is contact');
  assert.ok(used(issuer) <= limit);
});

for (const keys of [false, true]) {
  const name = keys ? ', even if the app brings the keys' : '';
  story(`a byte that is flipped anywhere in the store enables nothing without contact${name}`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive, { size: 5 });
    issuer.reachable = false;
    await tab.context.setOffline(true);
    const options = { issuer: issuer.iss, product: 'sketchpad', ...(keys && { keys: issuer.jwks }) };
    await tab.page.evaluate(() => gate.close());
    const enabled = await tab.page.evaluate(flipAll, [options, FEATURE]);
    assert.ok(enabled.tried > 1000);
    assert.deepEqual(enabled.by, []);
    // The one that was not flipped is as good as before.
    await tab.page.evaluate(async (given) => void (window.gate = await sdk.open(given)), options);
    assert.equal((await tab.use()).approved, true);
  });
}

story('a refusal that is flipped out of the store is found again before anything is enabled', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  issuer.license.mark([...issuer.license.passes.values()][0], 'suspended');
  await tab.heard('run-disapproval SUSPENDED');
  await tab.tamper(({ refusal, status, ...state }) => state);
  issuer.license.streaming = false;
  assert.equal((await tab.reopen()).code, 'SUSPENDED', 'by the first verdict');
  assert.deepEqual((await tab.events()).filter((event) => event.startsWith('run-approval')), []);
});

/** Runs in the page: flips a bit of every byte of the state and of its seal, one at a time, and tries to use what is there. */
async function flipAll([options, feature]) {
  const record = await records.get();
  const by = [];
  let tried = 0;
  const attempt = async (changed, what) => {
    await records.put({ ...record, ...changed });
    const gate = await sdk.open(options);
    const verdicts = [gate.can(), gate.can('export.pdf'), await gate.use(feature)];
    if (verdicts.some(({ approved }) => approved)) by.push(what);
    tried += 1;
    gate.close();
  };
  for (let place = 0; place < record.state.length; place += 1) {
    const flipped = String.fromCharCode(record.state.charCodeAt(place) ^ (1 << place % 7));
    await attempt({ state: record.state.slice(0, place) + flipped + record.state.slice(place + 1) }, `state ${place}`);
  }
  for (let place = 0; place < record.seal.byteLength; place += 1) {
    const seal = record.seal.slice(0);
    new Uint8Array(seal)[place] ^= 1 << place % 8;
    await attempt({ seal }, `seal ${place}`);
  }
  await records.put(record);
  return { by, tried };
}

story('storage that is cleared midway gives no use twice, and the page goes on', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 5 });
  const other = await tab.another();
  await other.open();
  await tab.page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const wish = indexedDB.deleteDatabase('passgate');
        wish.onsuccess = resolve;
        wish.onerror = reject;
      }),
  );
  issuer.reachable = false;
  for (const each of [tab, other]) assert.equal(await each.code('export.pdf'), 'VALID', 'the pass lasts as long as the page');
  const granted = await Promise.all([tab, other].map((each) => each.spendAll()));
  assert.ok(granted[0] + granted[1] <= 5, `${granted} granted: no tab knows what the other spent`);
  for (const each of [tab, other]) assert.equal((await each.use()).code, 'UNAVAILABLE');
  issuer.reachable = true;
  const before = used(issuer);
  for (const each of [tab, other]) assert.equal((await each.use()).approved, true);
  assert.equal(used(issuer) - before, 2);
});

story('records that are removed or put back while the page is open give no use twice', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 5 });
  issuer.reachable = false;
  await tab.page.evaluate(async () => void (window.before = await records.get()));
  assert.equal((await tab.use(3)).approved, true);
  await tab.page.evaluate(() => records.put(window.before));
  assert.equal((await tab.use(3)).approved, false);
  await tab.page.evaluate(() => records.clear());
  assert.equal((await tab.use()).approved, false);
  assert.equal(await tab.code(), 'VALID');
  await tab.reopen();
  assert.equal(await tab.code('export.pdf'), 'VALID', 'written down again meanwhile');
});

story('after storage was cleared one pass goes on being refreshed by all tabs, and none is taken for a copy', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { life: 2 * DAY });
  const other = await tab.another();
  await other.open();
  await tab.page.evaluate(() => new Promise((resolve) => (indexedDB.deleteDatabase('passgate').onsuccess = resolve)));
  for (let days = 0; days < 3; days += 1) {
    await tab.wait(1.4 * DAY);
    await tab.becomes('VALID');
    await other.becomes('VALID');
  }
  assert.equal([...issuer.license.passes.values()][0].state, 'valid');
});

story('where nothing may be kept everything works as long as the page', async ({ issuer, arrive }) => {
  const tab = await arrive({ prepare: () => Object.defineProperty(window, 'indexedDB', { get: () => undefined }) });
  issuer.license.size = 5;
  await tab.open();
  const [, verdict] = await Promise.all([
    tab.page.waitForEvent('popup').then((popup) => popup.click('#choose')),
    tab.page.evaluate(() => gate.connect()),
  ]);
  assert.equal(verdict.code, 'VALID');
  assert.equal(await tab.page.evaluate(() => gate.durable), false);
  await tab.until((feature) => gate.can(feature).left === 97, FEATURE);
  while (issuer.license.slices.size === 0) await tab.page.evaluate(() => 0);
  assert.equal((await tab.use()).approved, true);
  await tab.until((feature) => gate.can(feature).left === 96, FEATURE);
  issuer.reachable = false;
  assert.equal(await tab.spendAll(), 5);
});
