// The stored pass: what survives, what wears off, and what is refused when somebody meddles with it.
import assert from 'node:assert/strict';
import { DAY, jose } from './issuer.mjs';
import { NOW, story } from './profile.mjs';

story('without a pass everything is denied and connecting is proposed', async ({ issuer, arrive }) => {
  const tab = await arrive();
  const verdict = await tab.open();
  assert.deepEqual([verdict.approved, verdict.code, verdict.remedy], [false, 'UNAVAILABLE', 'connect']);
  assert.equal(await tab.code('export.pdf'), 'UNAVAILABLE');
  assert.deepEqual(issuer.asked, [], 'nothing to ask the network for');
});

story('a pass enables what it grants and nothing else', async ({ arrive }) => {
  const tab = await arrive();
  await tab.open();
  const verdict = await tab.license();
  assert.deepEqual(verdict, { approved: true, code: 'VALID', detail: 'This is licensed.', until: '2027-11-18T11:06:40Z' });
  assert.equal((await tab.can('export.pdf')).approved, true);
  assert.equal((await tab.can('ai.render')).left, 97);
  assert.deepEqual(await tab.code('export.svg'), 'FEATURE_MISSING');
  assert.deepEqual(await tab.events(), ['run-approval VALID', 'change VALID']);
});

story('a stored pass survives a reload and needs no network', async ({ issuer, arrive }) => {
  const tab = await arrive();
  await tab.open();
  await tab.license();
  await tab.until(async () => JSON.parse((await records.get()).state).status !== undefined);
  issuer.asked.length = 0;
  issuer.reachable = false;
  assert.equal((await tab.reopen()).code, 'VALID');
  assert.equal(await tab.code('export.pdf'), 'VALID');
  const needed = issuer.asked.filter((line) => !/\/(slices|events)$/.test(line));
  assert.deepEqual(needed, [], 'keys, pass and status were all at hand');
});

story('a pass for another device is refused and does not replace a good one', async ({ issuer, arrive }) => {
  const tab = await arrive();
  await tab.open();
  await tab.license();
  for (const [claims, code] of [
    [{ cnf: { jkt: 'x' } }, 'DEVICE_MISMATCH'],
    [{ aud: 'acme/other' }, 'WRONG_AUDIENCE'],
    [{ iss: 'https://evil.example/v/acme' }, 'WRONG_ISSUER'],
    [{ lic: {} }, 'MALFORMED'],
  ]) {
    assert.equal((await tab.install(await issuer.pass(await tab.jkt(), claims))).code, code);
    assert.equal(await tab.code(), 'VALID');
  }
  const good = await issuer.pass(await tab.jkt());
  assert.equal((await tab.install(`${good.slice(0, -4)}AAAA`)).code, 'SIGNATURE_INVALID');
  assert.equal((await tab.reopen()).code, 'VALID');
});

story('the key cannot be read by any script', async ({ arrive }) => {
  const tab = await arrive();
  await tab.open();
  await tab.license();
  const error = await tab.page.evaluate(async () => {
    const { privateKey } = (await records.get()).keys;
    return crypto.subtle.exportKey('jwk', privateKey).then(() => 'exported', ({ name }) => name);
  });
  assert.equal(error, 'InvalidAccessError');
});

story('a pass copied to another profile is refused there', async ({ arrive, issuer }) => {
  const tab = await arrive();
  await tab.open();
  await tab.license();
  const thief = await arrive();
  await thief.open();
  await thief.install('none');
  const { state, seal, publicKey } = await tab.page.evaluate(async () => {
    const record = await records.get();
    const publicKey = await crypto.subtle.exportKey('jwk', record.keys.publicKey);
    return { state: record.state, seal: [...new Uint8Array(record.seal)], publicKey };
  });
  const copy = async (withKey) => {
    await thief.page.evaluate(
      async ([stolen, bytes, jwk]) => {
        const record = await records.get();
        const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
        const key = jwk && (await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']));
        const keys = { ...record.keys, ...(key && { publicKey: key }) };
        await records.put({ ...record, keys, state: stolen, seal: new Uint8Array(bytes).buffer });
      },
      [state, seal, withKey && publicKey],
    );
  };
  await copy(false);
  assert.equal((await thief.reopen()).code, 'DEVICE_MISMATCH');
  issuer.reachable = false;
  assert.equal((await thief.reopen()).code, 'DEVICE_MISMATCH', 'offline too');
  await copy(true);
  assert.equal((await thief.reopen()).code, 'DEVICE_MISMATCH', 'the public key alone does not help');
});

story('a stored state that was changed enables nothing', async ({ issuer, arrive }) => {
  const tab = await arrive();
  await tab.open();
  await tab.license({ term: 10 * DAY });
  const good = await tab.state();
  const [, payload] = good.pass.split('.');
  const richer = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('export.pdf', 'export.svg')).toString('base64url');
  const changed = (pass) => (state) => ({ ...state, pass });
  for (const change of [
    changed(good.pass.replace(payload, richer)),
    changed(`${good.pass}A`),
    changed(''),
    changed(7),
    changed({}),
    () => 'not JSON',
    () => '',
    () => '[]',
    () => 'null',
  ]) {
    await tab.tamper(change);
    assert.equal((await tab.reopen()).approved, false, String(change));
    assert.equal((await tab.can('export.svg')).approved, false);
    await tab.tamper(() => good);
    assert.equal((await tab.reopen()).approved, true, 'put back as it was, the seal holds again');
  }
  await forgeKeys(tab, issuer, good);
});

/** The attacker's own keys beside a pass signed with them. */
async function forgeKeys(tab, issuer, good) {
  const { publicKey, privateKey } = await jose.generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const jwk = await jose.exportJWK(publicKey);
  const kid = await jose.calculateJwkThumbprint(jwk);
  const claims = { ...jose.decodeJwt(good.pass), exp: NOW + 9000 * DAY };
  const forged = await new jose.SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ: 'license-pass+jwt', kid }).sign(privateKey);
  await tab.tamper((state) => ({ ...state, pass: forged, jwks: JSON.stringify({ keys: [{ ...jwk, kid }] }) }));
  assert.equal((await tab.reopen()).code, 'UNKNOWN_KEY', 'the issuer is asked for its keys');
  issuer.reachable = false;
  assert.equal((await tab.reopen()).code, 'UNAVAILABLE', 'and while it cannot be, nothing is believed');
  issuer.reachable = true;
  await tab.tamper(() => good);
  assert.equal((await tab.reopen()).code, 'VALID');
}

story('a suspension cannot be taken out of the store', async ({ issuer, arrive }) => {
  const tab = await arrive();
  await tab.open();
  issuer.statuses.set(5, 2);
  await tab.license();
  await tab.becomes('SUSPENDED');
  await tab.tamper(({ status, ...state }) => state);
  await tab.reopen();
  await tab.becomes('SUSPENDED');
});

story('where nothing may be kept the pass lasts as long as the page, and the verdict says so', async ({ issuer, arrive }) => {
  const tab = await arrive({ prepare: () => Object.defineProperty(window, 'indexedDB', { get: () => undefined }) });
  const verdict = await tab.open();
  assert.equal(verdict.code, 'UNAVAILABLE');
  assert.match(verdict.detail, /keeps nothing/);
  assert.equal(await tab.page.evaluate(() => gate.durable), false);
  assert.equal((await connectBy(tab)).code, 'VALID');
  assert.equal(await tab.code('export.pdf'), 'VALID');
  assert.equal((await tab.reopen()).code, 'UNAVAILABLE');
  assert.ok(issuer.asked.length > 0);
});

/** Through the window, since there is no record to read the key from. */
async function connectBy(tab) {
  const [popup, verdict] = await Promise.all([
    tab.page.waitForEvent('popup').then(async (popup) => (await popup.click('#choose'), popup)),
    tab.page.evaluate(() => gate.connect()),
  ]);
  assert.ok(popup);
  return verdict;
}
