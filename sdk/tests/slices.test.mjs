// Slices: uses spent while the server cannot be reached, never more than were debited, and settled when it is back.
import assert from 'node:assert/strict';
import { DAY } from './issuer.mjs';
import { FEATURE } from './license.mjs';
import { NOW, licensed, story } from './profile.mjs';

const counted = (issuer) => [...issuer.license.uses.values()].reduce((sum, count) => sum + count, 0);
const spent = (issuer) => [...issuer.license.slices.values()].reduce((sum, slice) => sum + (slice.spent ?? 0), 0);
const open = (issuer) => [...issuer.license.slices.values()].filter((slice) => slice.spent === undefined);

/** Lets everything in the background come to rest: what was spent is settled, and a new slice is there. */
async function settled(tab, size) {
  tab.issuer.reachable = true;
  await tab.page.evaluate(() => dispatchEvent(new Event('online')));
  await tab.keeps(size);
}

story('a slice is debited in advance, and what is left is what is left here and there', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 20 });
  assert.equal(issuer.license.left, 77);
  assert.equal((await tab.can(FEATURE)).left, 97);
  assert.equal((await tab.use()).left, 96);
  assert.deepEqual([issuer.license.left, spent(issuer)], [76, 0], 'while the server is there the slice stays');
  const other = await tab.another();
  await other.open();
  assert.equal((await other.can(FEATURE)).left, 96);
  assert.equal(issuer.license.slices.size, 1, 'one for all tabs');
});

const asked = (issuer) => issuer.asked.filter((line) => line === 'POST /api/v1/slices').length;

story('an offer without slices is never asked for one', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  assert.equal((await tab.use()).left, 96);
  await tab.reopen();
  // What was noted twice was looked after in between.
  for (const late of [600, 1200]) {
    await tab.wait(600);
    await tab.until(async (seen) => JSON.parse((await records.get()).state).seen >= seen, NOW + late);
  }
  assert.equal(asked(issuer), 0);
  issuer.license.size = 5;
  // By then every tab has refreshed its pass.
  await tab.wait(5 * DAY);
  await tab.keeps(5);
});

story('an offer whose slices ended after the pass was signed is not asked for one over and over', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { features: { [FEATURE]: { uses: { limit: 100, left: 97, slice: 5 } } } });
  await tab.until(async (feature) => JSON.parse((await records.get()).state).slices?.[feature]?.after > 0, FEATURE);
  await tab.wait(600);
  await tab.reopen();
  assert.equal(asked(issuer), 1);
});

story('without the server uses are spent from the slice, and not one more', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 5 });
  issuer.reachable = false;
  assert.equal((await tab.use(2)).left, 95);
  assert.equal((await tab.use(4)).code, 'UNAVAILABLE');
  await tab.reopen();
  assert.equal(await tab.spendAll(), 3);
  assert.equal(await tab.code(), 'VALID');
});

story('what was spent is settled when the server is back, and a new slice is there', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 5 });
  issuer.reachable = false;
  assert.equal(await tab.spendAll(), 5);
  await settled(tab, 5);
  assert.equal(counted(issuer) + spent(issuer), 5);
  assert.equal(issuer.license.left, 97 - 5 - 5);
  assert.equal((await tab.can(FEATURE)).left, 92);
});

for (const when of ['before', 'after']) {
  story(`a use cut ${when} its effect is granted from the slice, and counted once`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive, { size: 5 });
    issuer.cut = { path: '/uses', when };
    assert.equal((await tab.use(2)).approved, true);
    assert.equal(Object.keys((await tab.state()).slices[FEATURE].pending).length, 1);
    issuer.cut = undefined;
    await tab.reopen();
    await settled(tab, 5);
    assert.equal(counted(issuer) + spent(issuer), 2);
    assert.equal((await tab.can(FEATURE)).left, 95);
  });

  story(`a slice whose request is cut ${when} its effect is asked for again under the same key`, async ({ issuer, arrive }) => {
    issuer.cut = { path: '/slices', when };
    const tab = await arrive();
    issuer.license.size = 5;
    await tab.open();
    await tab.license();
    await tab.until(async (feature) => JSON.parse((await records.get()).state).slices?.[feature]?.key, FEATURE);
    issuer.cut = undefined;
    await tab.reopen();
    await tab.keeps(5);
    assert.deepEqual([issuer.license.slices.size, issuer.license.left], [1, 92]);
  });

  story(`a slice that is given back when the connection is cut ${when} the effect is given back once`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive, { size: 5 });
    issuer.reachable = false;
    await tab.use();
    await tab.use();
    issuer.reachable = true;
    issuer.cut = { path: '/settle', when };
    await tab.page.evaluate(() => dispatchEvent(new Event('online')));
    await tab.until(async (feature) => JSON.parse((await records.get()).state).slices[feature].settling, FEATURE);
    issuer.reachable = false;
    issuer.cut = undefined;
    await tab.reopen();
    assert.equal((await tab.use()).code, 'UNAVAILABLE', 'nothing more is spent from what may be given back already');
    await settled(tab, 5);
    assert.equal(counted(issuer) + spent(issuer), 2);
    assert.equal(issuer.license.left, 97 - 2 - 5);
  });
}

story('pending uses that the server refuses for good count as spent', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 5 });
  issuer.cut = { path: '/uses', when: 'before' };
  assert.equal((await tab.use(2)).approved, true);
  issuer.cut = undefined;
  const [pass] = issuer.license.passes.values();
  pass.state = 'suspended';
  await tab.page.evaluate(() => dispatchEvent(new Event('online')));
  await tab.heard('run-disapproval SUSPENDED');
  await tab.until(async (feature) => JSON.parse((await records.get()).state).slices?.[feature] === undefined, FEATURE);
  assert.deepEqual([counted(issuer), spent(issuer)], [0, 2]);
});

story('pending uses that are so old that the server has forgotten their keys count as spent', async ({ issuer, arrive }) => {
  issuer.license.life = 6 * DAY;
  const tab = await licensed(arrive, { size: 5 });
  issuer.cut = { path: '/uses', when: 'after' };
  assert.equal((await tab.use(2)).approved, true);
  issuer.reachable = false;
  await tab.wait(DAY);
  issuer.cut = undefined;
  const uses = issuer.asked.filter((line) => line.endsWith('/uses')).length;
  await settled(tab, 5);
  assert.equal(issuer.asked.filter((line) => line.endsWith('/uses')).length, uses, 'it would be counted anew');
  assert.equal(spent(issuer), 2);
});

story('tabs never spend one use twice', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 40 });
  const tabs = [tab, await tab.another(), await tab.another()];
  await tabs[1].open();
  await tabs[2].open();
  issuer.reachable = false;
  // As busy pages would: several at a time in each.
  const granted = await Promise.all([...tabs, ...tabs].map((each) => each.spendAll()));
  assert.equal(granted.reduce((sum, count) => sum + count, 0), 40);
  await settled(tab, 40);
  assert.equal(counted(issuer) + spent(issuer), 40);
});

story('when the server has no use left the slice is spent, and what is here and there is put together', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 5, left: 7 });
  assert.equal((await tab.use(2)).left, 5);
  assert.equal((await tab.use(3)).left, 2);
  assert.deepEqual([counted(issuer), issuer.license.left], [2, 0]);
  issuer.license.left = 1;
  assert.equal((await tab.use(3)).approved, true);
  assert.equal((await tab.use()).code, 'USES_EXHAUSTED');
  assert.equal(counted(issuer) + spent(issuer), 8);
});

story('a slice past half of its life is given back and taken anew', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 5 });
  const { token } = (await tab.state()).slices[FEATURE];
  await tab.wait(DAY / 2 + 60);
  await tab.until(async (first) => !(await records.get()).state.includes(first), token);
  await tab.keeps(5);
  assert.equal(issuer.license.slices.size, 2);
  assert.deepEqual([spent(issuer), issuer.license.left], [0, 92]);
});

story('after its end nothing is spent from a slice, and it counts as spent', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 5 });
  issuer.reachable = false;
  await tab.use();
  for (let hour = 1; hour < 24; hour += 1) {
    await tab.wait(3600);
    if (hour % 8 === 0) assert.equal((await tab.use()).approved, true);
  }
  await tab.wait(3600 - 600);
  assert.equal((await tab.use()).approved, true);
  await tab.wait(600);
  assert.equal((await tab.use()).code, 'UNAVAILABLE');
  assert.equal((await tab.can(FEATURE)).left, 92);
  await settled(tab, 5);
  assert.deepEqual([issuer.license.left, open(issuer).length], [87, 2]);
});

for (const [name, jump] of [['a day', DAY], ['a year', 365 * DAY]]) {
  story(`a clock turned forward by ${name} and back again gives no use`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive, { size: 5 });
    issuer.reachable = false;
    await tab.turnClock(NOW + jump);
    await tab.reopen();
    assert.equal((await tab.use()).approved, false);
    await tab.until(async (late) => JSON.parse((await records.get()).state).seen >= late, NOW + jump);
    await tab.turnClock(NOW);
    const verdict = await tab.use();
    assert.deepEqual([verdict.approved, verdict.code], [false, 'CLOCK_SUSPECT']);
    await tab.reopen();
    assert.equal((await tab.use()).code, 'CLOCK_SUSPECT');
  });

  story(`a clock turned back by ${name} gives no use and no time`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive, { size: 5 });
    issuer.reachable = false;
    await tab.turnClock(NOW - jump);
    assert.equal((await tab.use()).code, 'CLOCK_SUSPECT');
    await tab.reopen();
    assert.equal((await tab.use()).code, 'CLOCK_SUSPECT');
    await tab.turnClock(NOW + DAY);
    await tab.reopen();
    assert.equal((await tab.use()).approved, false, 'the slice has ended all the same');
  });
}
