// Prints how long changes take to reach open apps, a line each: `moved: median<TAB>12.3`, in milliseconds.
//
// Two profiles hand one license to and fro; the vendor suspends and reinstates its pass. Both run in one browser on one
// machine, so both ends read the same clock.
import assert from 'node:assert/strict';
import { Customer } from './customers.mjs';
import { Person, startBrowser } from './browser.mjs';
import { PASSWORD, startServer } from './server.mjs';
import { connect, DEMO, isLicensed } from './sketchpad.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 100);
/** Without a limit of moves. */
const STUDIO = { offer: 'studio', term: 'P1Y', terminals: 5, seats: 5, uses: { 'ai.render': 5000 } };

const server = await startServer();
const browser = await startBrowser();
try {
  const customer = await Customer.create(server);
  const { license_id: license } = await customer.buy(STUDIO);
  const first = await arrive(customer.signedIn);
  const second = await arrive({});
  await connect(first);
  await isLicensed(first);
  for (const page of [first, second]) await page.evaluate(watch);

  const moved = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [from, to] = round % 2 ? [second, first] : [first, second];
    moved.push(await move(from, to));
  }
  report('redeemed elsewhere → the sender’s page says so', moved);

  const vendor = await Customer.signIn(server, { email: 'owner@example.com', password: PASSWORD });
  const stopped = [];
  const ran = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { terminals } = await customer.ask('GET', `/licenses/${license}`);
    const address = `/admin/vendors/acme/passes/${terminals.items[0].pass_id}`;
    const reason = { reason: 'Measuring.' };
    stopped.push(await until(first, 'run-disapproval', () => vendor.ask('POST', `${address}/suspend`, reason)));
    ran.push(await until(first, 'run-approval', () => vendor.ask('POST', `${address}/reinstate`, reason)));
  }
  report('suspended by the vendor → run-disapproval', stopped);
  report('reinstated by the vendor → run-approval', ran);
} finally {
  await browser.close();
  await server.stop();
}

async function arrive(options) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  return new Person(context, server.url).open(DEMO);
}

/** In the page: a gate of its own beside the app's, and promises of what it will say. */
async function watch() {
  const { open } = await import('/sdk/index.js');
  const gate = await open({ issuer: `${location.origin}/v/acme`, product: 'sketchpad' });
  window.gate = gate;
  window.next = (type, code) =>
    new Promise((resolve) => {
      const look = ({ detail }) => {
        if (code && detail.code !== code) return;
        gate.removeEventListener(type, look);
        resolve(Date.now());
      };
      gate.addEventListener(type, look);
    });
}

async function move(from, to) {
  const { code } = await from.evaluate(() => window.gate.move());
  assert.ok(code, 'the license is on offer');
  const flipped = from.evaluate(() => window.next('change', 'MOVED'));
  const [at, verdict] = await to.evaluate(async (code) => [Date.now(), await window.gate.redeem(code)], code);
  flipped.catch(() => {});
  assert.ok(verdict.approved, verdict.detail);
  return (await flipped) - at;
}

async function until(page, type, act) {
  const told = page.evaluate((type) => window.next(type), type);
  const at = Date.now();
  await act();
  return (await told) - at;
}

function report(what, times) {
  const sorted = times.toSorted((a, b) => a - b);
  const median = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  console.log(`${what}: median\t${median}`);
  console.log(`${what}: worst of ${times.length}\t${sorted.at(-1)}`);
}
