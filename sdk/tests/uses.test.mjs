// Counted uses while the server can be reached: each counted once, whatever happens to requests and answers.
import assert from 'node:assert/strict';
import { FEATURE } from './license.mjs';
import { licensed, story } from './profile.mjs';

const total = (issuer) => [...issuer.license.uses.values()].reduce((sum, count) => sum + count, 0);
const asked = (issuer) => issuer.asked.filter((line) => line === 'POST /api/v1/uses').length;

story('a use is counted, and the verdict says how many are left', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  const verdict = await tab.use();
  assert.deepEqual(verdict, { approved: true, code: 'VALID', detail: 'This is licensed.', left: 96, until: '2027-11-18T11:06:40Z' });
  assert.equal((await tab.use(6)).left, 90);
  assert.equal((await tab.can(FEATURE)).left, 90);
  assert.equal(total(issuer), 7);
});

story('what one tab counts the others show', async ({ arrive }) => {
  const tab = await licensed(arrive);
  const other = await tab.another();
  await other.open();
  assert.equal((await other.can(FEATURE)).left, 97);
  await tab.use(7);
  await other.until((feature) => gate.can(feature).left === 90, FEATURE);
  await other.heard('change VALID');
});

story('many uses at once are counted one by one', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { left: 5 });
  const other = await tab.another();
  await other.open();
  const hurry = (each) => each.page.evaluate((feature) => Promise.all(Array.from({ length: 4 }, () => gate.use(feature))), FEATURE);
  const verdicts = (await Promise.all([hurry(tab), hurry(other)])).flat();
  assert.equal(verdicts.filter(({ approved }) => approved).length, 5);
  assert.deepEqual([total(issuer), issuer.license.left], [5, 0]);
});

for (const when of ['before', 'after']) {
  story(`a connection cut ${when} the effect is tried again and the use counted once`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive);
    issuer.cut = { path: '/uses', when, times: 1 };
    assert.equal((await tab.use()).left, 96);
    assert.equal(total(issuer), 1);
    assert.ok(asked(issuer) >= 2);
  });

  story(`a use whose outcome nobody knows, cut ${when} the effect, is counted once when it is tried again`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive);
    issuer.cut = { path: '/uses', when };
    const verdict = await tab.use();
    assert.deepEqual([verdict.approved, verdict.code], [false, 'UNAVAILABLE']);
    assert.match(verdict.detail, /may or may not be counted/);
    await tab.reopen();
    assert.equal((await tab.use()).code, 'UNAVAILABLE');
    issuer.cut = undefined;
    assert.equal((await tab.use()).approved, true);
    assert.equal(total(issuer), 1);
    assert.equal((await tab.use()).approved, true);
    assert.equal(total(issuer), 2, 'the next one is another');
  });
}

story('the page is closed between writing the key down and sending the request', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  let held;
  const holding = new Promise((resolve) => (held = resolve));
  await tab.context.route('**/api/v1/uses', held);
  await tab.page.evaluate((feature) => void gate.use(feature), FEATURE);
  await holding;
  const [key] = Object.keys((await tab.state()).attempts);
  await tab.page.close();
  await tab.context.unroute('**/api/v1/uses');
  const next = await tab.another();
  await next.open();
  assert.equal((await next.use()).approved, true);
  assert.deepEqual([...issuer.license.uses.keys()], [key], 'under the same key');
});

story('when no use is left it is said, and all or none are counted', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { left: 2 });
  assert.equal((await tab.use(3)).code, 'USES_EXHAUSTED');
  assert.equal(total(issuer), 0);
  assert.equal((await tab.use(2)).left, 0);
  const verdict = await tab.use();
  assert.deepEqual([verdict.approved, verdict.code, verdict.remedy], [false, 'USES_EXHAUSTED', 'renew']);
  assert.deepEqual(await tab.code(FEATURE), 'USES_EXHAUSTED');
  assert.equal(await tab.code(), 'VALID', 'the app as such goes on');
});

story('what is not counted is approved without asking anybody', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  assert.equal((await tab.use(1, 'export.pdf')).approved, true);
  assert.equal((await tab.use(1, 'export.svg')).code, 'FEATURE_MISSING');
  assert.equal((await tab.use(1, 'toString')).code, 'FEATURE_MISSING');
  assert.equal(asked(issuer), 0);
});

story('uses without a limit are counted too', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { features: { [FEATURE]: { uses: { limit: null, left: null } } } });
  Object.assign(issuer.license, { limit: null, left: Infinity });
  const verdict = await tab.use(3);
  assert.deepEqual([verdict.approved, verdict.left], [true, undefined]);
  assert.equal(total(issuer), 3);
});

story('a number that makes no sense is an error of the app', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  for (const count of [0, -1, 1.5, 1_000_001, '1', null, Infinity]) {
    const error = await tab.use(count).catch(({ message }) => message);
    assert.match(error, /TypeError: use counts/, String(count));
  }
  assert.equal(asked(issuer), 0);
});

for (const [state, code] of [['suspended', 'SUSPENDED'], ['revoked', 'REVOKED'], ['moved', 'MOVED']]) {
  story(`a use that is refused with ${code} stops the app`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive);
    const [pass] = issuer.license.passes.values();
    pass.state = state;
    assert.equal((await tab.use()).code, code);
    await tab.heard(`run-disapproval ${code}`);
    issuer.reachable = false;
    await tab.reopen();
    assert.equal((await tab.use()).code, code, 'remembered offline');
    assert.equal(total(issuer), 0);
  });
}

story('when the uses begin anew a newer pass says so', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { left: 0, streaming: true });
  const resets = new Date((issuer.now + 1800) * 1000).toISOString();
  const counter = { limit: 100, left: 0, resets_at: resets };
  issuer.license.say([...issuer.license.passes.values()][0], 'counters', { counters: { [FEATURE]: counter } });
  await tab.until(async (feature) => JSON.parse((await records.get()).state).counters?.[feature]?.resets_at, FEATURE);
  await tab.wait(1700);
  issuer.license.left = 100;
  assert.equal(await tab.code(FEATURE), 'USES_EXHAUSTED');
  await tab.wait(100);
  await tab.becomes('VALID', FEATURE);
});

story('uses that were added enable the feature with the next pass', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { left: 0, streaming: true });
  assert.equal(await tab.code(FEATURE), 'USES_EXHAUSTED');
  issuer.refusal = { status: 503, body: {} };
  issuer.license.left = 100;
  issuer.license.say([...issuer.license.passes.values()][0], 'counters', { counters: { [FEATURE]: { limit: 100, left: 100 } } });
  await tab.until(async (feature) => JSON.parse((await records.get()).state).counters?.[feature]?.left === 100, FEATURE);
  assert.equal(await tab.code(FEATURE), 'USES_EXHAUSTED', 'not by the unsigned word of the stream alone');
  issuer.refusal = undefined;
  await tab.wait(3600);
  await tab.becomes('VALID', FEATURE);
  assert.equal((await tab.can(FEATURE)).left, 100);
});
