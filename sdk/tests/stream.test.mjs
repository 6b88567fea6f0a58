// The event stream: bad news is believed at once, good news when it is signed; one tab listens for all.
import assert from 'node:assert/strict';
import { DAY } from './issuer.mjs';
import { FEATURE } from './license.mjs';
import { licensed, story } from './profile.mjs';

const STREAM = 'GET /api/v1/passes/events';
const passOf = (issuer) => [...issuer.license.passes.values()][0];
const count = (issuer, line) => issuer.asked.filter((asked) => asked === line).length;

story('a suspension stops the app at once, and a reinstatement starts it again', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  const other = await tab.another();
  await other.open();
  issuer.license.mark(passOf(issuer), 'suspended');
  for (const each of [tab, other]) await each.heard('run-disapproval SUSPENDED');
  assert.equal((await tab.can()).remedy, 'contact_vendor');
  issuer.now += 10;
  issuer.license.mark(passOf(issuer), 'valid');
  for (const each of [tab, other]) await each.heard('run-approval VALID');
});

story('that all is well is believed only from the signed list', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  issuer.license.mark(passOf(issuer), 'suspended');
  await tab.heard('run-disapproval SUSPENDED');
  issuer.now += 10;
  const lists = count(issuer, 'GET /v/acme/status/3');
  issuer.license.say(passOf(issuer), 'status', { status: 'valid' });
  await tab.meanwhile(() => count(issuer, 'GET /v/acme/status/3') > lists);
  await tab.until(async (time) => JSON.parse((await records.get()).state).status.iat === time, issuer.now);
  assert.equal(await tab.code(), 'SUSPENDED');
  assert.deepEqual(await tab.events(), ['run-approval VALID', 'change VALID', 'run-disapproval SUSPENDED', 'change SUSPENDED'].slice(-4));
});

story('a list that was signed before the refusal does not lift it', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  const old = await issuer.statusList('/v/acme/status/3');
  issuer.now += 60;
  await tab.turnClock(issuer.now);
  issuer.license.mark(passOf(issuer), 'suspended');
  await tab.heard('run-disapproval SUSPENDED');
  issuer.statusList = () => old;
  issuer.license.say(passOf(issuer), 'status', { status: 'valid' });
  await tab.until(async (time) => JSON.parse((await records.get()).state).status.at > time, issuer.now - 30);
  assert.equal(await tab.code(), 'SUSPENDED');
});

story('a pass that went to another device says where, also offline, after a reload and against an old list', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  issuer.license.mark(passOf(issuer), 'moved', { movedTo: { name: 'Firefox on Windows', at: '2026-11-18T11:06:40Z' } });
  await tab.heard('run-disapproval MOVED');
  const detail = 'The license was moved to Firefox on Windows.';
  assert.deepEqual([(await tab.can()).detail, (await tab.can()).remedy], [detail, 'move']);
  const streams = count(issuer, STREAM);
  await tab.wait(600);
  assert.equal(count(issuer, STREAM), streams, 'there is nothing more to listen to');
  issuer.reachable = false;
  await tab.reopen();
  assert.deepEqual([await tab.code('export.pdf'), (await tab.can()).detail], ['MOVED', detail]);
});

story('a device that was signed out says so, and what would help, also offline and after a reload', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  const why = { detail: 'This device was signed out of its license.', remedy: 'connect' };
  issuer.license.mark(passOf(issuer), 'moved', { why });
  await tab.heard('run-disapproval MOVED');
  await tab.remembers('MOVED');
  issuer.reachable = false;
  for (const again of [false, true]) {
    if (again) await tab.reopen();
    const { code, detail, remedy } = await tab.can();
    assert.deepEqual([code, detail, remedy], ['MOVED', why.detail, why.remedy]);
  }
});

story('counters follow what other devices use', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  const other = await tab.another();
  await other.open();
  assert.equal((await other.can(FEATURE)).left, 97);
  const [{ id }] = issuer.license.passes.values();
  issuer.license.left = 40;
  for (const pass of issuer.license.passes.values()) {
    issuer.license.say(pass, 'counters', { counters: { [FEATURE]: { limit: 100, left: 40 } } });
  }
  for (const each of [tab, other]) {
    await each.until((feature) => gate.can(feature).left === 40, FEATURE);
    await each.heard('change VALID');
  }
  assert.equal(id, 'pas_1');
});

story('one tab listens, and another takes over when it is closed', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  const other = await tab.another();
  await other.open();
  await other.becomes('VALID');
  assert.deepEqual([issuer.license.listeners, count(issuer, STREAM)], [1, 1]);
  await tab.page.close();
  await other.meanwhile(() => count(issuer, STREAM) === 2 && issuer.license.listeners === 1);
  issuer.license.mark(passOf(issuer), 'suspended');
  await other.heard('run-disapproval SUSPENDED');
});

story('a line that is cut is opened again, at once when the network is back', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  issuer.license.hangUp();
  await tab.wait(2);
  await tab.meanwhile(() => issuer.license.listeners === 1);
  issuer.reachable = false;
  await tab.wait(600);
  issuer.reachable = true;
  await tab.page.evaluate(() => dispatchEvent(new Event('online')));
  await tab.meanwhile(() => issuer.license.listeners === 1);
  issuer.license.mark(passOf(issuer), 'suspended');
  await tab.heard('run-disapproval SUSPENDED');
});

story('a line that has fallen silent is opened again', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  const asked = count(issuer, STREAM);
  await tab.wait(39);
  assert.equal(count(issuer, STREAM), asked);
  await tab.wait(2);
  await tab.wait(2);
  await tab.meanwhile(() => count(issuer, STREAM) > asked);
});

story('what happened while nobody listened is heard first', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  issuer.ttl = 30 * DAY;
  issuer.license.hangUp();
  passOf(issuer).state = 'suspended';
  await tab.wait(2);
  await tab.heard('run-disapproval SUSPENDED');
});

story('new keys of the issuer are fetched when it is said that there are some', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  await issuer.rotate();
  const [{ kid }] = issuer.jwks.keys;
  issuer.license.say(passOf(issuer), 'keys', { kid });
  await tab.until(async (name) => JSON.parse((await records.get()).state).jwks.includes(name), kid);
  const fetched = count(issuer, 'GET /v/acme/.well-known/jwks.json');
  issuer.license.say(passOf(issuer), 'keys', { kid });
  issuer.license.mark(passOf(issuer), 'suspended');
  await tab.heard('run-disapproval SUSPENDED');
  assert.equal(count(issuer, 'GET /v/acme/.well-known/jwks.json'), fetched);
});

story('a stream that is nonsense harms nothing', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  for (const [event, data] of [['status', null], ['status', 7], ['counters', {}], ['counters', { counters: 7 }], ['toString', {}], ['', {}]]) {
    issuer.license.say(passOf(issuer), event, data);
  }
  issuer.license.say(passOf(issuer), 'status', { status: 'suspended' });
  await tab.heard('run-disapproval SUSPENDED');
  assert.equal(await tab.code(), 'SUSPENDED');
});

story('a closed gate hangs up', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  await tab.page.evaluate(() => gate.close());
  await tab.meanwhile(() => issuer.license.listeners === 0);
});
