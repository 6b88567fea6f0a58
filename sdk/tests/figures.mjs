// Measures the SDK in Chromium and prints a line for each figure: `what<TAB>value<TAB>unit`. `cargo xtask bench sdk` runs it.
//
// What is compared is measured in turns. Of many rounds the best twentieth counts: what the SDK takes, and not what else
// the machine had to do.
import { startBrowser } from '../../tests/e2e/browser.mjs';
import { jose, startApp, startIssuer } from './issuer.mjs';
import { refuseEd25519 } from './older.mjs';

const STARTS = 40;
const now = Math.floor(Date.now() / 1000);
const issuer = await startIssuer(now);
const app = await startApp(issuer);
const browser = await startBrowser();
const options = { issuer: issuer.iss, product: 'sketchpad' };

try {
  const page = await license();
  say('can()', await page.evaluate(timeCan), 'ns');
  say('open() to verdict, stored pass', await timeStarts(page, timeOpen), 'ms');
  say('import to verdict, stored pass', await timeStarts(page, timeImport), 'ms');
  const [sdk, own] = await timeVerify(page);
  say('one verification', sdk, 'µs');
  say("the browser's own part of it", own, 'µs');
  say("of the browser's own part", sdk / own, '×');
  const older = await license(refuseEd25519);
  const [curve] = await timeVerify(older);
  say('one verification by our own curve', curve, 'µs');
} finally {
  await browser.close();
  await app.stop();
  await issuer.stop();
}

function say(what, value, unit) {
  console.log(`${what}\t${value}\t${unit}`);
}

/** A page of the app in a new profile with a pass. */
async function license(prepare) {
  const context = await browser.newContext();
  if (prepare) await context.addInitScript(prepare);
  const page = await context.newPage();
  await load(page);
  const key = await page.evaluate(async (given) => {
    window.gate = await sdk.open(given);
    await gate.install('none');
    const wish = indexedDB.open('passgate');
    await new Promise((done) => (wish.onsuccess = done));
    const records = wish.result.transaction('terminals').objectStore('terminals').getAll();
    await new Promise((done) => (records.onsuccess = done));
    return crypto.subtle.exportKey('jwk', records.result[0].keys.publicKey);
  }, options);
  const pass = await issuer.pass(await jose.calculateJwkThumbprint(key));
  await page.evaluate((token) => gate.install(token), pass);
  return page;
}

async function load(page) {
  await page.goto(app.url);
  await page.waitForFunction(() => document.title === 'ready');
}

async function timeStarts(page, time) {
  const times = [];
  for (let start = 0; start < STARTS; start += 1) {
    await load(page);
    times.push(await page.evaluate(time, options));
  }
  return times.sort((a, b) => a - b)[Math.floor(STARTS / 20)];
}

async function timeVerify(page) {
  const token = await issuer.pass('any');
  const [key] = issuer.jwks.keys;
  return page.evaluate(timeBoth, { token, x: key.x, given: { keys: JSON.stringify(issuer.jwks), issuer: issuer.iss, audience: 'acme/sketchpad', now } });
}

// These run in the page.

async function timeCan() {
  const turns = 100_000;
  const times = [];
  for (let round = 0; round < 20; round += 1) {
    const began = performance.now();
    for (let turn = 0; turn < turns; turn += 1) gate.can('export.pdf');
    times.push((performance.now() - began) * (1e6 / turns));
  }
  return Math.min(...times);
}

async function timeOpen(given) {
  const began = performance.now();
  const { approved } = (await sdk.open(given)).can();
  if (!approved) throw new Error('not approved');
  return performance.now() - began;
}

async function timeImport(given) {
  const began = performance.now();
  const { open } = await import(`/sdk/index.js?${began}`);
  const { approved } = (await open(given)).can();
  if (!approved) throw new Error('not approved');
  return performance.now() - began;
}

/** The SDK's verification and the browser's, in turns; microseconds. Without Ed25519 the second is none. */
async function timeBoth({ token, x, given }) {
  const decode = (part) => Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  const end = token.lastIndexOf('.');
  const signed = new TextEncoder().encode(token.slice(0, end));
  const signature = decode(token.slice(end + 1));
  const key = await crypto.subtle.importKey('raw', decode(x), 'Ed25519', false, ['verify']).catch(() => undefined);
  const things = [() => sdk.verify(token, given), () => key && crypto.subtle.verify('Ed25519', key, signature, signed)];
  const times = [[], []];
  for (let round = 0; round < 200; round += 1) {
    for (const [index, thing] of things.entries()) {
      const began = performance.now();
      for (let turn = 0; turn < 50; turn += 1) await thing();
      times[index].push(((performance.now() - began) / 50) * 1000);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[10]);
}
