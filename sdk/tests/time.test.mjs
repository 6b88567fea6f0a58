// Time: the term's end, the pass's own life, clocks that lie, and refreshing in time.
import assert from 'node:assert/strict';
import { DAY } from './issuer.mjs';
import { NOW, story } from './profile.mjs';

const refreshes = (issuer) => issuer.asked.filter((line) => line === 'POST /api/v1/passes/refresh').length;

/** A tab with a pass, its status known, so that what follows is about something else. */
async function licensed(arrive, options) {
  const tab = await arrive();
  await tab.open();
  await tab.license(options);
  await tab.until(async () => JSON.parse((await records.get()).state).status !== undefined);
  return tab;
}

story('when the term ends while the page is open the app is told to stop', async ({ arrive }) => {
  const tab = await licensed(arrive, { term: 3600 });
  await tab.wait(3500);
  assert.equal(await tab.code('export.pdf'), 'VALID');
  await tab.wait(100);
  await tab.heard('run-disapproval TERM_ENDED');
  const verdict = await tab.can('export.pdf');
  assert.deepEqual([verdict.approved, verdict.code, verdict.remedy], [false, 'TERM_ENDED', 'renew']);
  assert.equal((await tab.reopen()).code, 'TERM_ENDED', 'said after a reload too, though the pass itself expired');
});

story('even without any timer no feature outlives the term', async ({ arrive }) => {
  const tab = await licensed(arrive, { term: 3600 });
  await tab.turnClock(NOW + 3600);
  assert.equal(await tab.code('export.pdf'), 'TERM_ENDED');
});

story('a pass works offline until its life is over, and again when the network is back', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { life: 2 * DAY });
  issuer.reachable = false;
  await tab.wait(2 * DAY);
  assert.equal(await tab.code('export.pdf'), 'VALID');
  await tab.wait(60);
  await tab.heard('run-disapproval EXPIRED');
  assert.equal((await tab.reopen()).code, 'EXPIRED');
  issuer.reachable = true;
  await tab.hears('run-approval VALID');
});

story('an expired pass is refreshed while opening', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { life: 2 * DAY });
  issuer.now += 3 * DAY;
  await tab.turnClock(issuer.now);
  assert.equal((await tab.reopen()).code, 'VALID');
  assert.equal(refreshes(issuer), 1);
});

story('a pass is refreshed at about half of its life', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { life: 4 * DAY });
  const { pass } = await tab.state();
  await tab.wait(2 * DAY - 120);
  assert.equal(await tab.code(), 'VALID');
  assert.equal(refreshes(issuer), 0);
  await tab.wait(DAY / 2);
  await tab.until(async (before) => !(await records.get()).state.includes(before), pass);
  assert.equal(refreshes(issuer), 1);
  assert.equal(await tab.code(), 'VALID');
});

story('a refresh follows the demand for a nonce', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { life: 2 * DAY });
  issuer.nonce = 'n-1';
  issuer.now += 3 * DAY;
  await tab.turnClock(issuer.now);
  assert.equal((await tab.reopen()).code, 'VALID');
  assert.equal(refreshes(issuer), 2, 'refused once, then with the nonce');
});

story('a device whose clock is wrong by minutes proves itself by the clock of the server', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { life: 2 * DAY });
  issuer.now += 3 * DAY;
  await tab.turnClock(issuer.now + 600);
  assert.equal((await tab.reopen()).code, 'VALID');
  assert.equal(refreshes(issuer), 2);
});

for (const [what, refusal] of [
  ['an error of the server', { status: 500, body: { code: 'INTERNAL' } }],
  ['a rate limit', { status: 429, body: { code: 'RATE_LIMITED' } }],
  ['unavailability', { status: 503, body: { code: 'UNAVAILABLE' } }],
  ['a stale status', { status: 409, body: { code: 'STATUS_STALE' } }],
  ['no permission', { status: 403, body: { code: 'FORBIDDEN' } }],
  ['a missing license', { status: 404, body: { code: 'NOT_FOUND' } }],
  ['a refused proof', { status: 401, body: { code: 'PROOF_INVALID' } }],
  ['a page of a proxy', { status: 200, body: '<html>Sign in to the hotel</html>' }],
  ['a pass that is none', { status: 200, body: { pass: 'a.b.c' } }],
  ['nothing', { status: 200, body: {} }],
]) {
  story(`a refresh answered with ${what} leaves a good pass as it was`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive, { life: 2 * DAY });
    const { pass } = await tab.state();
    issuer.refusal = refusal;
    await tab.wait(DAY * 1.5);
    const asked = refreshes(issuer);
    await tab.until(() => gate.can().code === 'VALID');
    assert.equal((await tab.reopen()).code, 'VALID');
    assert.equal((await tab.state()).pass, pass);
    assert.ok(refreshes(issuer) >= asked);
  });
}

for (const code of ['SUSPENDED', 'REVOKED', 'BEING_MOVED', 'MOVED']) {
  story(`a refresh answered with ${code} stops the app, and keeps the pass for better days`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive, { life: 2 * DAY });
    // Nobody but the refusal says anything: a list that says otherwise would lift it.
    const { statusList } = issuer;
    issuer.statusList = async () => 'gone';
    issuer.refusal = { status: 403, body: { code } };
    await tab.wait(DAY * 1.5);
    await tab.heard(`run-disapproval ${code}`);
    await tab.remembers(code);
    assert.equal((await tab.reopen()).code, code);
    issuer.refusal = undefined;
    issuer.statusList = statusList;
    await tab.hears('run-approval VALID');
  });
}

story('a clock turned back gives no time', async ({ arrive }) => {
  const tab = await licensed(arrive, { life: 2 * DAY });
  await tab.wait(DAY / 2);
  await tab.turnClock(NOW + 100);
  const verdict = await tab.can('export.pdf');
  assert.deepEqual([verdict.approved, verdict.code], [false, 'CLOCK_SUSPECT']);
  await tab.heard('run-disapproval CLOCK_SUSPECT');
  await tab.turnClock(NOW + DAY / 2 + 10);
  await tab.becomes('VALID', 'export.pdf');
});

story('a clock turned back between two visits gives no time', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { term: 2 * DAY, life: 2 * DAY });
  await tab.wait(3 * DAY);
  await tab.becomes('TERM_ENDED');
  await tab.reopen();
  await tab.until(async (late) => JSON.parse((await records.get()).state).seen >= late, NOW + 3 * DAY);
  for (const time of [NOW - DAY, NOW, NOW + DAY, NOW + 2 * DAY - 1]) {
    await tab.turnClock(time);
    assert.equal((await tab.reopen()).approved, false, String(time - NOW));
    assert.equal((await tab.can('export.pdf')).approved, false);
  }
  await tab.turnClock(NOW - DAY);
  await tab.tamper(({ seen, ...state }) => state);
  assert.equal((await tab.reopen()).approved, false, 'forgetting when it was does not help');
  assert.ok(issuer.now > NOW);
});

story('a clock a little behind is no reason to refuse', async ({ arrive }) => {
  const tab = await arrive();
  await tab.turnClock(NOW - 25);
  await tab.open();
  assert.equal((await tab.license()).code, 'VALID');
});

story('a clock that was once far ahead is forgiven with the next connection', async ({ arrive }) => {
  const tab = await licensed(arrive);
  await tab.turnClock(NOW + 1000 * DAY);
  await tab.reopen();
  await tab.until(async (late) => JSON.parse((await records.get()).state).seen >= late, NOW + 1000 * DAY);
  await tab.turnClock(NOW);
  assert.equal((await tab.reopen()).code, 'CLOCK_SUSPECT');
  const [, verdict] = await Promise.all([
    tab.page.waitForEvent('popup').then((popup) => popup.click('#choose')),
    tab.page.evaluate(() => gate.connect()),
  ]);
  assert.equal(verdict.code, 'VALID');
  assert.equal((await tab.reopen()).code, 'VALID');
});
