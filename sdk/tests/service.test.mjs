// @passgate/sdk/service against the portal: checking out, keeping, losing and returning licenses.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { mock, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import * as service from '../dist/service.js';
import { FEATURE, openFarm, startProxy } from './farm.mjs';

const { Lease, PassgateError, PassgateService, verifyLease } = service;
const farm = await openFarm();
const { url } = farm.server;
const open = (options) => new PassgateService({ url, token: farm.token, ...options });
const WANTED = { feature: FEATURE, count: 20, ttlSeconds: 3, holder: 'farm-1' };

/** The reason for which a lease is lost. */
const lost = ({ signal }) => (signal.aborted ? signal.reason : once(signal, 'abort').then(() => signal.reason));
/** Resolves when `holds` does; what it looks at changes by itself. */
async function until(holds) {
  for (const end = performance.now() + 20_000; performance.now() < end; await setImmediate()) if (await holds()) return;
  assert.fail(`never came to pass: ${holds}`);
}

test('a license is checked out, verified without the portal, spent, and given back', async () => {
  const license = await farm.sell();
  const lease = await open().checkOut({ ...WANTED, identifier: license.identifier });
  assert.ok(lease instanceof Lease);
  assert.deepEqual([lease.count, lease.left, lease.seatsLeft, lease.feature, lease.holder], [20, 4980, 0, FEATURE, 'farm-1']);
  assert.match(lease.id, /^lea_/);
  const expected = { issuer: `${url}/v/acme`, audience: 'acme/sketchpad' };
  const verdict = await verifyLease(lease.token, expected);
  assert.deepEqual([verdict.code, verdict.claims.lic.id, verdict.claims.count], ['VALID', license.id, 20]);
  assert.equal((await open().verifyLease(lease.token, { ...expected, audience: 'acme/other' })).code, 'WRONG_AUDIENCE');
  lease.spent();
  lease.spent(6);
  assert.throws(() => lease.spent(14), RangeError);
  assert.throws(() => lease.spent(0.5), TypeError);
  assert.deepEqual(await lease.giveBack(), { state: 'returned', spent: 7, returned: 13 });
  assert.equal(await farm.left(license), 4993);
});

test('what a lease, an identifier or anything else is worth is asked of the portal', async () => {
  const license = await farm.sell();
  const lease = await open().checkOut({ ...WANTED, identifier: license.identifier });
  const { active, kind, license_id, jti, count } = await open().introspect(lease.token);
  assert.deepEqual([active, kind, license_id, jti, count], [true, 'lease', license.id, lease.id, 20]);
  assert.equal((await open().introspect(license.identifier, { hint: 'identifier' })).kind, 'identifier');
  await lease.giveBack();
  for (const over of [lease.token, 'no token']) assert.deepEqual(await open().introspect(over), { active: false });
});

test('what is given back twice is given back once, and disposing is giving back', async () => {
  const license = await farm.sell();
  const lease = await open().checkOut({ ...WANTED, identifier: license.identifier });
  lease.spent(20);
  const [first, again] = await Promise.all([lease.giveBack({ unspent: 5 }), lease[Symbol.asyncDispose]()]);
  assert.deepEqual([first.returned, again], [5, undefined]);
  assert.equal((await lease.giveBack()).returned, 5);
  assert.equal(await farm.left(license), 4985);
  assert.equal(lease.signal.aborted, false, 'what was given back is not lost');
});

test('a lost answer, a refused connection and a busy portal make one lease', async () => {
  const license = await farm.sell();
  const proxy = await startProxy(url, { 'retry-after': '1' });
  proxy.fates = ['cut', 'drop', 503, 429];
  const lease = await open({ url: proxy.url }).checkOut({ ...WANTED, ttlSeconds: 60, identifier: license.identifier });
  assert.equal(new Set(proxy.seen.map(({ key }) => key)).size, 1, 'one key');
  assert.equal(proxy.seen.length, 5);
  const pauses = proxy.seen.slice(1).map(({ at }, i) => at - proxy.seen[i].at);
  assert.ok(pauses[2] >= 999 && pauses[3] >= 999, `Retry-After is heeded: ${pauses}`);
  proxy.fates = ['cut'];
  await lease.giveBack({ unspent: 20 });
  assert.equal((await farm.events(license.id, 'lease.checked_out')).length, 1);
  assert.equal(await farm.left(license), 5000);
});

test('who is not answered at all is told after a while', async () => {
  const proxy = await startProxy(url);
  proxy.always = 500;
  const asking = open({ url: proxy.url, retrySeconds: 1 }).checkOut({ ...WANTED, identifier: 'lid_x' });
  await assert.rejects(asking, { name: 'PassgateError', code: 'UNAVAILABLE', status: 500 });
  assert.ok(proxy.seen.length > 1 && proxy.seen.length < 10, `${proxy.seen.length} tries`);
  await assert.rejects(open({ url: 'http://127.0.0.1:1', retrySeconds: 0 }).checkOut(WANTED), { code: 'UNAVAILABLE', status: undefined });
});

test('a refusal says why, and is not asked for again', async () => {
  const license = await farm.sell();
  const proxy = await startProxy(url);
  const refused = async (wanted, options) => {
    const error = await open({ url: proxy.url, ...options }).checkOut({ ...WANTED, identifier: license.identifier, ...wanted }).then(assert.fail, (error) => error);
    assert.ok(error instanceof PassgateError);
    assert.match(error.requestId, /^req_/);
    return [error.code, error.status, error.remedy];
  };
  assert.deepEqual(await refused({ identifier: 'lid_unknown' }), ['NOT_FOUND', 404, undefined]);
  assert.deepEqual(await refused({ feature: 'fly' }), ['FEATURE_MISSING', 403, 'connect']);
  assert.deepEqual(await refused({ count: 5001 }), ['USES_EXHAUSTED', 403, 'renew']);
  assert.deepEqual(await refused({ ttlSeconds: 1 }), ['INVALID_INPUT', 422, undefined]);
  assert.deepEqual(await refused({}, { token: 'pgt_stranger' }), ['SIGN_IN_REQUIRED', 401, undefined]);
  assert.equal(proxy.seen.length, 5);
  const held = await open().checkOut({ ...WANTED, identifier: license.identifier });
  const taken = await open().checkOut({ ...WANTED, identifier: license.identifier }).catch((error) => error);
  assert.deepEqual([taken.code, taken.remedy, taken.holders, taken.opensAt], ['SEATS_EXHAUSTED', 'free_seat', ['farm-1'], held.expiresAt]);
  await held.giveBack();
  for (const wrong of [{ url: 'ftp://x' }, { url: 'https://x/?y' }, { token: '' }]) assert.throws(() => open(wrong), TypeError);
});

test('a lease is extended for as long as it is wanted', async () => {
  const license = await farm.sell();
  const began = performance.now();
  const lease = await open().checkOut({ ...WANTED, identifier: license.identifier });
  const { expiresAt, token } = lease;
  await until(() => Date.parse(lease.expiresAt) >= Date.parse(expiresAt) + 9000);
  assert.ok(performance.now() - began > 7000, 'three times as long as it was given for');
  assert.equal(lease.signal.aborted, false);
  assert.notEqual(lease.token, token);
  assert.equal((await lease.giveBack({ unspent: 20 })).state, 'returned');
});

test('a lease is lost when the vendor suspends the license', async () => {
  const license = await farm.sell();
  const lease = await open().checkOut({ ...WANTED, identifier: license.identifier });
  await farm.act(license.id, 'suspend');
  const reason = await lost(lease);
  assert.deepEqual([reason.name, reason.code, reason.remedy], ['PassgateError', 'SUSPENDED', 'contact_vendor']);
  assert.equal((await lease.giveBack()).state, 'ended');
});

test('a lease that somebody else returned is lost', async () => {
  const license = await farm.sell();
  const lease = await open().checkOut({ ...WANTED, identifier: license.identifier });
  const { status } = await farm.server.api('DELETE', `/leases/${lease.id}`, { headers: { authorization: `Bearer ${farm.token}` } });
  assert.equal(status, 200);
  assert.equal((await lost(lease)).code, 'LEASE_RETURNED');
});

test('a lease that the vendor ended is lost with the word of the portal', async () => {
  const license = await farm.sell();
  const lease = await open().checkOut({ ...WANTED, identifier: license.identifier });
  await farm.vendor.ask('POST', `/admin/vendors/acme/leases/${lease.id}/end`, { reason: 'A story.' });
  const reason = await lost(lease);
  assert.deepEqual([reason.code, reason.status], ['LEASE_EXPIRED', 409]);
  assert.match(reason.requestId, /^req_/);
});

test('a lease is lost when the token of its service is revoked, and says so', async () => {
  const license = await farm.sell();
  const made = await farm.vendor.ask('POST', '/admin/vendors/acme/tokens', { name: 'Short', scopes: ['leases:write'] });
  const lease = await open({ token: made.secret }).checkOut({ ...WANTED, identifier: license.identifier });
  await farm.vendor.ask('DELETE', `/admin/vendors/acme/tokens/${made.token.token_id}`);
  const reason = await lost(lease);
  assert.deepEqual([reason.code, reason.status], ['SIGN_IN_REQUIRED', 401]);
});

test('a lease is lost in time when the portal is out of reach, and not before', async () => {
  const license = await farm.sell();
  const proxy = await startProxy(url);
  const lease = await open({ url: proxy.url }).checkOut({ ...WANTED, ttlSeconds: 5, identifier: license.identifier });
  const began = performance.now();
  proxy.always = 'drop';
  const reason = await lost(lease);
  const seconds = (performance.now() - began) / 1000;
  assert.deepEqual([reason.code, reason.remedy, reason.cause.code], ['UNAVAILABLE', 'connect', 'UNAVAILABLE']);
  assert.ok(seconds > 2.5 && seconds <= 5, `lost after ${seconds} s`);
  assert.ok(proxy.seen.length > 3, 'it was tried again and again');
});

test('a wrong clock neither loses a lease nor keeps it', async () => {
  const license = await farm.sell();
  for (const now of [0, Date.parse('2100-01-01')]) {
    mock.timers.enable({ apis: ['Date'], now });
    try {
      const lease = await open().checkOut({ ...WANTED, identifier: license.identifier });
      const { expiresAt } = lease;
      await until(() => lease.expiresAt > expiresAt);
      assert.equal(lease.signal.aborted, false);
      await lease.giveBack();
    } finally {
      mock.timers.reset();
    }
  }
});

test('the portal goes down and comes back: the lease goes on, and is given back', async () => {
  const license = await farm.sell();
  const lease = await open().checkOut({ ...WANTED, ttlSeconds: 30, identifier: license.identifier });
  let back = await farm.stop();
  const giving = lease.giveBack({ unspent: 20 });
  await back();
  assert.equal((await giving).returned, 20);
  const next = await open().checkOut({ ...WANTED, ttlSeconds: 8, identifier: license.identifier });
  const { expiresAt } = next;
  back = await farm.stop();
  await back();
  await until(() => next.expiresAt > expiresAt);
  await next.giveBack();
});

test('who waits gets the seat when it is free', async () => {
  const license = await farm.sell();
  const held = await open().checkOut({ ...WANTED, identifier: license.identifier });
  const waiting = open().checkOut({ ...WANTED, holder: 'farm-2', waitSeconds: 20, identifier: license.identifier });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(await Promise.race([waiting, 'still waiting']), 'still waiting');
  assert.equal((await held.giveBack({ unspent: 20 })).state, 'returned');
  const lease = await waiting;
  assert.equal(lease.holder, 'farm-2');
  await lease.giveBack();
  await open().checkOut({ ...WANTED, identifier: license.identifier });
  const late = open().checkOut({ ...WANTED, waitSeconds: 1, identifier: license.identifier });
  await assert.rejects(late, { code: 'SEATS_EXHAUSTED' });
});

test('an abandoned wait takes no seat, also when the answer to it is lost', async () => {
  const license = await farm.sell();
  for (const fates of [[], ['cut']]) {
    const proxy = await startProxy(url);
    const held = await open().checkOut({ ...WANTED, identifier: license.identifier });
    const gone = new AbortController();
    proxy.fates = fates;
    const options = { ...WANTED, holder: 'gone', waitSeconds: 60, identifier: license.identifier, signal: gone.signal };
    const waiting = open({ url: proxy.url }).checkOut(options);
    await until(() => proxy.seen.length > 0);
    gone.abort(new Error('not wanted any more'));
    await assert.rejects(waiting, /not wanted any more/);
    await held.giveBack({ unspent: 20 });
    const next = await open().checkOut({ ...WANTED, holder: 'next', waitSeconds: 20, identifier: license.identifier });
    await next.giveBack({ unspent: 20 });
    await until(async () => (await farm.left(license)) === 5000);
  }
  await assert.rejects(open().checkOut({ ...WANTED, identifier: license.identifier, signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('a lease keeps no process alive', async () => {
  const license = await farm.sell();
  const program = `
    const { PassgateService } = await import(${JSON.stringify(new URL('../dist/service.js', import.meta.url).href)});
    const { url, token, ...wanted } = JSON.parse(process.argv[1]);
    console.log((await new PassgateService({ url, token }).checkOut(wanted)).id);`;
  const wanted = JSON.stringify({ url, token: farm.token, ...WANTED, ttlSeconds: 3600, identifier: license.identifier });
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, wanted], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  assert.match(await text(child.stdout), /^lea_/);
  assert.deepEqual(await closed, [0, null]);
});

test('leases are judged as everywhere', async () => {
  const { cases, keys, issuer, audience, now } = JSON.parse(await readFile(new URL('../../tests/vectors/lease.json', import.meta.url), 'utf8'));
  // A lease is bound to no device, so none is asked about.
  for (const { name, token, approved, code, step, ...own } of cases.filter(({ jkt }) => jkt === undefined)) {
    const verdict = await verifyLease(token, { keys, issuer, audience, now, ...own });
    assert.deepEqual([verdict.approved, verdict.code, verdict.step], [approved, code, step], name);
    assert.equal(verdict.claims !== undefined, approved, name);
  }
});

test('what there is has types', async () => {
  const types = await readFile(new URL('../dist/service.d.ts', import.meta.url), 'utf8');
  for (const name of Object.keys(service)) assert.match(types, new RegExp(`export declare (class|function) ${name}\\b`));
  for (const type of [PassgateService, Lease]) {
    const names = Object.getOwnPropertyNames(type.prototype).filter((name) => name !== 'constructor');
    for (const name of names) assert.match(types, new RegExp(`^  (readonly )?${name}[(:]`, 'm'), `${type.name}.${name}`);
  }
});
