// A vendor's signing key is revoked while apps are open and closed: the pass is signed anew, and the customer need do nothing.
import assert from 'node:assert/strict';
import { Customer, SOLO } from './customers.mjs';
import { openSite } from './harness.mjs';
import { connect, DEMO, isLicensed, readKept, untilListening } from './sketchpad.mjs';
import { revokeKey } from './vendor.mjs';

const site = await openSite();

const keyOf = (pass) => JSON.parse(Buffer.from(pass.split('.')[0], 'base64url')).kid;

async function keptPass(page) {
  return (await readKept(page)).state.pass;
}

/** Waits until the device has a pass that another key signed. */
async function hasAnother(page, kid) {
  const deadline = Date.now() + 20_000;
  while (keyOf(await keptPass(page)) === kid) {
    assert.ok(Date.now() < deadline, 'the pass is still of the revoked key');
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
}

site.story('an open app has its pass signed anew at once', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy(SOLO);
  const { page } = await arrive(DEMO, customer.signedIn);
  await untilListening(page, () => connect(page));
  const kid = keyOf(await keptPass(page));
  assert.equal(await revokeKey(server), kid);
  await hasAnother(page, kid);
  await isLicensed(page);
});

site.story('an app that was closed meanwhile has its pass signed anew when it is opened', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy(SOLO);
  const { person, page } = await arrive(DEMO, customer.signedIn);
  await connect(page);
  await page.goto('about:blank');
  person.expectProblem(/status of 403/);
  const kid = await revokeKey(server);
  await page.goto(server.url + DEMO);
  await isLicensed(page);
  await hasAnother(page, kid);
});
