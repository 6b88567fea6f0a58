// What a pass is not good for: after its end, on another device, changed by hand, with a clock turned back.
import assert from 'node:assert/strict';
import { Customer, PRO } from './customers.mjs';
import { jose, openSite } from './harness.mjs';
import {
  connect, DEMO, draw, exported, goOffline, isDenied, isLicensed, license, notice, press, readKept, tool, untilListening,
  writeKept,
} from './sketchpad.mjs';
import { publishMenu } from './vendor.mjs';

const site = await openSite();
const DAY = 86_400_000;

/** A customer whose Sketchpad is connected with a license of `selection`. */
async function connected({ arrive, server }, selection = PRO) {
  const customer = await Customer.create(server);
  await customer.buy(selection);
  const { person, page } = await arrive(undefined, customer.signedIn);
  await page.clock.install();
  await page.goto(server.url + DEMO);
  await untilListening(page, () => connect(page));
  return { customer, person, page };
}

/** Every function of Sketchpad is off, and says so. */
async function nothingWorks(page) {
  for (const name of ['Add layer', 'Export PNG', 'Export SVG', /^AI render/]) {
    assert.equal(await tool(page, name).getAttribute('aria-disabled'), 'true', `${name} works`);
  }
  await press(page, 'Export PNG');
  await notice(page).waitFor();
  await press(page, 'Add layer');
  assert.equal(await page.getByRole('group', { name: 'Layers' }).getByRole('checkbox').count(), 1);
}

/** The code of the verdict that another app in this page gets, after installing a pass if one is given. */
async function codeOf(page, install) {
  const verdict = await page.evaluate(async (pass) => {
    const { open } = await import('/sdk/index.js');
    const gate = await open({ issuer: `${location.origin}/v/acme`, product: 'sketchpad' });
    return pass ? gate.install(pass) : gate.can('draw');
  }, install);
  return verdict.code;
}

site.story('a pass that nobody could refresh in its time expires and closes the app while it is open', async (story) => {
  const { page } = await connected(story);
  await goOffline(page);
  await page.clock.fastForward(6 * DAY);
  await draw(page);
  await isLicensed(page);
  await exported(page, 'Export PNG');
  await page.clock.fastForward(1.1 * DAY);
  await isDenied(page, 'The pass must be refreshed: connect to the internet.');
  await nothingWorks(page);
});

site.story('an app that starts with an expired pass and no contact stays closed, and keeps the pass', async (story) => {
  const { person, page } = await connected(story);
  person.expectProblem(/ERR_(FAILED|INTERNET_DISCONNECTED)/);
  await person.context.route(/\/(api|v)\//, (route) => route.abort());
  await page.clock.setSystemTime(Date.now() + 8 * DAY);
  await page.reload();
  await isDenied(page, 'The pass must be refreshed: connect to the internet.');
  assert.equal(await codeOf(page), 'EXPIRED');
  await nothingWorks(page);
  const { state } = await readKept(page);
  assert.ok(state.pass, 'the pass was dropped');
});

site.story('a term that ends while the page is open closes the app at once', async (story) => {
  const { server } = story;
  await publishMenu(server, ({ offers }) => {
    offers.find(({ offer }) => offer === 'pro').terms.push({ term: 'P1D', price: 100 });
  });
  const { page } = await connected(story, { ...PRO, term: 'P1D' });
  await page.evaluate(async () => {
    const { open } = await import('/sdk/index.js');
    const gate = await open({ issuer: `${location.origin}/v/acme`, product: 'sketchpad' });
    gate.can('draw');
    gate.addEventListener('run-disapproval', ({ detail }) => { document.title = `${detail.approved} ${detail.code}`; });
  });
  await goOffline(page);
  await page.clock.fastForward(0.9 * DAY);
  await isLicensed(page);
  await page.clock.fastForward(0.2 * DAY);
  await page.waitForFunction(() => document.title === 'false TERM_ENDED');
  await nothingWorks(page);
  await notice(page).getByRole('link', { name: 'Renew or choose a bigger license' }).waitFor();
});

site.story('a stored pass that was changed by hand enables nothing', async (story) => {
  const { person, page } = await connected(story);
  // One whose key is not known is asked to be signed anew, in vain.
  person.expectProblem(/status of 403/);
  const { state } = await readKept(page);
  const [header, payload, signature] = state.pass.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  const text = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const longer = { ...claims, exp: claims.exp + 86_400 * 365, lic: { ...claims.lic, term: { kind: 'perpetual', nbf: claims.nbf } } };
  const forged = await forge(claims);
  const changes = {
    'a longer term': { ...state, pass: [header, text(longer), signature].join('.') },
    'another signature': { ...state, pass: [header, payload, signature.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'))].join('.') },
    'no signature': { ...state, pass: [text({ alg: 'none', typ: 'license-pass+jwt' }), text(longer), ''].join('.') },
    'a key of the attacker': { ...state, pass: forged.pass, jwks: forged.jwks },
    'no token at all': { ...state, pass: 'let me in' },
  };
  for (const [what, changed] of Object.entries(changes)) {
    await writeKept(page, { state: changed });
    await license(page).filter({ hasNotText: /^(Licensed|Looking)/ }).waitFor();
    assert.notEqual(await codeOf(page), 'VALID', what);
    await nothingWorks(page);
  }
  await writeKept(page, { state });
  await isLicensed(page);
});

/** A pass with `claims` by a key that is not the vendor's, and a key set that contains it. */
async function forge(claims) {
  const { privateKey, publicKey } = await jose.generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const jwk = await jose.exportJWK(publicKey);
  const kid = await jose.calculateJwkThumbprint(jwk);
  const signed = new jose.SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ: 'license-pass+jwt', kid });
  const jwks = JSON.stringify({ keys: [{ ...jwk, kid, alg: 'EdDSA', use: 'sig' }] });
  return { pass: await signed.sign(privateKey), jwks };
}

site.story('a pass that was copied to another browser profile is refused there', async (story) => {
  const { page } = await connected(story);
  const kept = await readKept(page);
  const thief = await story.arrive(DEMO);
  await isDenied(thief.page);
  assert.equal(await codeOf(thief.page, kept.state.pass), 'DEVICE_MISMATCH');
  await thief.page.reload();
  await isDenied(thief.page);

  // With everything that can be copied, into a profile that has a pass and a key of its own.
  const other = await connected(story);
  await writeKept(other.page, kept);
  await isDenied(other.page, 'The pass belongs to another device.');
  assert.equal(await codeOf(other.page), 'DEVICE_MISMATCH');
  await nothingWorks(other.page);
  await isLicensed(page);
});

site.story('a clock that was turned back brings no time', async (story) => {
  const { person, page } = await connected(story);
  // Two days early for the server, until it has said what time it is.
  person.expectProblem(/status of 401/);
  await page.clock.setSystemTime(Date.now() - 2 * DAY);
  await page.reload();
  await license(page).filter({ hasText: 'clock' }).waitFor();
  assert.equal(await codeOf(page), 'CLOCK_SUSPECT');
  await nothingWorks(page);
  await page.clock.setSystemTime(Date.now());
  await page.reload();
  await isLicensed(page);
});

site.story('a pass is refreshed well before it expires, and stays the same pass', async (story) => {
  const { person, page } = await connected(story);
  const { state } = await readKept(page);
  // Five days late for the server, until it has said what time it is.
  person.expectProblem(/status of 401/);
  const refreshed = page.waitForResponse((response) => response.url().endsWith('/passes/refresh') && response.ok());
  await page.clock.fastForward(5 * DAY);
  const { pass } = await (await refreshed).json();
  assert.equal(jose.decodeJwt(pass).jti, jose.decodeJwt(state.pass).jti);
  await isLicensed(page);
});
