// Refreshing a pass: each refresh counts, a lost reply is asked for again under the same key, and a copy gives itself away.
import assert from 'node:assert/strict';
import { DAY } from './issuer.mjs';
import { licensed, story } from './profile.mjs';

const passOf = (issuer) => [...issuer.license.passes.values()][0];
const asked = (issuer) => issuer.asked.filter((line) => line.endsWith('/refresh')).length;

/** Lets a day and a half pass of a pass that lives for two. */
const age = (tab) => tab.wait(1.5 * DAY);

/** Lets hours pass until the pass in the store is another one: what is done in the background may take a second attempt. */
async function renewed(tab, pass) {
  const isNew = async (old) => JSON.parse((await records.get()).state).pass !== old;
  for (let hours = 0; hours < 6 && !(await tab.holds(isNew, pass, 3000)); hours += 1) await tab.wait(3600);
  await tab.until(isNew, pass);
}

for (const when of ['before', 'after']) {
  story(`a refresh cut ${when} its effect is no copy, also when the page is closed meanwhile`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive, { life: 2 * DAY });
    const { pass } = await tab.state();
    issuer.cut = { path: '/refresh', when };
    await age(tab);
    await tab.until(async () => JSON.parse((await records.get()).state).renewal);
    while (asked(issuer) < 2) await tab.page.evaluate(() => 0);
    const { renewal } = await tab.state();
    await tab.page.close();
    issuer.cut = undefined;
    const next = await tab.another();
    await next.open();
    await renewed(next, pass);
    assert.equal(await next.code(), 'VALID');
    assert.deepEqual([passOf(issuer).state, passOf(issuer).refreshes, passOf(issuer).key], ['valid', 1, renewal]);
    assert.equal((await next.state()).renewal, undefined, 'the next refresh is another');
  });
}

story('the key is written down before the request is sent', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { life: 2 * DAY });
  const { pass } = await tab.state();
  let held;
  const holding = new Promise((resolve) => (held = resolve));
  await tab.context.route('**/api/v1/passes/refresh', (route) => held(route.request()));
  await age(tab);
  const request = await holding;
  const { renewal } = await tab.state();
  assert.equal((await request.allHeaders())['idempotency-key'], renewal);
  await tab.page.close();
  await tab.context.unroute('**/api/v1/passes/refresh');
  const next = await tab.another();
  await next.open();
  await renewed(next, pass);
  assert.equal(passOf(issuer).key, renewal);
});

story('each refresh has a key of its own and counts one more', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { life: 2 * DAY });
  const keys = new Set();
  for (let times = 1; times <= 3; times += 1) {
    const { pass } = await tab.state();
    await age(tab);
    await renewed(tab, pass);
    assert.equal(passOf(issuer).refreshes, times);
    keys.add(passOf(issuer).key);
  }
  assert.equal(keys.size, 3);
});

story('of two tabs that wake together one refreshes, and neither is taken for a copy', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { life: 2 * DAY });
  const other = await tab.another();
  await other.open();
  for (let times = 1; times <= 3; times += 1) {
    const { pass } = await tab.state();
    await age(tab);
    await Promise.all([tab, other].map((each) => each.page.evaluate(() => dispatchEvent(new Event('focus')))));
    await renewed(tab, pass);
    for (const each of [tab, other]) await each.becomes('VALID');
  }
  assert.deepEqual([passOf(issuer).state, passOf(issuer).refreshes, asked(issuer)], ['valid', 3, 3]);
});

story('a state that was put back after a refresh is taken for a copy, and the app is told to stop', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { life: 2 * DAY });
  const before = await tab.page.evaluate(async () => {
    const { state, seal } = await records.get();
    return { state, seal: [...new Uint8Array(seal)] };
  });
  await age(tab);
  await renewed(tab, JSON.parse(before.state).pass);
  await tab.load();
  await tab.page.evaluate(async ({ state, seal }) => {
    await records.put({ ...(await records.get()), state, seal: new Uint8Array(seal).buffer });
  }, before);
  await tab.open();
  await tab.heard('run-disapproval SUSPENDED');
  const verdict = await tab.can();
  assert.deepEqual([verdict.detail, verdict.remedy], ['This license is used from a copy.', 'contact_vendor']);
  await tab.remembers('SUSPENDED');
  issuer.reachable = false;
  assert.equal((await tab.reopen()).code, 'SUSPENDED', 'remembered offline');
});
