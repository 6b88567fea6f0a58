// Vendors and customers who write what might be meant badly: everywhere it is shown as text, runs nothing, breaks no policy and
// turns nothing around it. What is refused instead is in tests/api/hostile.rs.
import assert from 'node:assert/strict';
import { Customer, newPerson, PRO } from './customers.mjs';
import { checkWidth, openSite } from './harness.mjs';
import { heading } from './portal.mjs';
import { DEMO, handOver, isLicensed, openConnect, untilListening } from './sketchpad.mjs';
import { addProduct, owner, publishAgreement, publishMenu } from './vendor.mjs';

const site = await openSite();
const V = '/admin/vendors/acme';
const IMAGE = '<img src=x onerror=alert(1)>';
const SCRIPT = '"><script>alert(2)</script>';
const HEBREW = 'שולחן';

/** Brings somebody to a page and looks: nothing became an element, nothing ran. */
async function looksHarmless(page, url, text) {
  await page.goto(url);
  // Filters hold it in options, too, which are shown when they are opened.
  await page.getByText(text).locator('visible=true').first().waitFor();
  assert.equal(await page.locator('img[src="x"], script:not([src]):not([type])').count(), 0, `${url} made it an element`);
  await checkWidth(page);
}

function watchDialogs(page) {
  const dialogs = [];
  page.on('dialog', (dialog) => { dialogs.push(dialog.message()); return dialog.dismiss(); });
  return dialogs;
}

site.story('what a vendor writes is text on every page that shows it', async ({ arrive, server }) => {
  const vendor = await owner(server);
  await addProduct(server, 'odd', IMAGE);
  const settings = { name: SCRIPT, website: 'https://acme.example', support_email: 'help@acme.example' };
  await vendor.ask('PUT', `${V}/settings`, settings, { 'if-match': await tagOf(server, vendor, `${V}/settings`) });
  await publishAgreement(server, `${SCRIPT}\n${'<b>'.repeat(3000)}${IMAGE}`);
  await publishMenu(server, ({ features, offers }) => {
    features[0].name = IMAGE;
    offers.find(({ offer }) => offer === 'pro').name = SCRIPT;
    offers.find(({ offer }) => offer === 'pro').summary = `${IMAGE} 🦊 שלום`;
  });
  const customer = await Customer.create(server);
  const { license_id: license, order_id: order } = await customer.buy(PRO);
  const { page } = await arrive(undefined, customer.signedIn);
  const dialogs = watchDialogs(page);
  const { offers: [{ agreement }] } = (await server.api('GET', '/vendors/acme/products/sketchpad/menu')).body;
  for (const [path, text] of [
    ['/', IMAGE],
    ['/products/acme/sketchpad', SCRIPT],
    ['/products/acme/odd', IMAGE],
    [`/agreements/acme/${agreement.digest}`, IMAGE],
    [`/orders/${order}`, SCRIPT],
    ['/licenses', SCRIPT],
    [`/licenses/${license}`, SCRIPT],
  ]) await looksHarmless(page, server.url + path, text);

  const { page: desk } = await arrive(undefined, vendor.signedIn);
  dialogs.push(...watchDialogs(desk));
  for (const [path, text] of [
    ['/products', IMAGE], ['/products/odd', IMAGE], ['/products/sketchpad/menu', IMAGE], ['/agreements', /version/i],
    ['/orders', SCRIPT], [`/licenses?open=${license}`, SCRIPT], ['/audit', /./u],
  ]) await looksHarmless(desk, `${server.url}/admin/acme${path}`, text);
  assert.deepEqual(dialogs, []);
});

async function tagOf(server, person, path) {
  const { storageState: { cookies: [{ name, value }] } } = person.signedIn;
  return (await server.api('GET', path, { headers: { cookie: `${name}=${value}` } })).headers.get('etag');
}

site.story('what a customer writes is text to the vendor, too', async ({ arrive, server }) => {
  const customer = await Customer.create(server, newPerson(IMAGE));
  const { license_id: license } = await customer.buy(PRO);
  const { page: app } = await arrive(DEMO, customer.signedIn);
  await handOver(await openConnect(app), SCRIPT);
  await isLicensed(app);
  const vendor = await owner(server);
  const { page } = await arrive(undefined, vendor.signedIn);
  const dialogs = watchDialogs(page);
  for (const [path, text] of [
    ['/customers', IMAGE], ['/orders', IMAGE], ['/licenses', IMAGE], ['/passes', SCRIPT], [`/licenses?open=${license}`, SCRIPT],
  ]) await looksHarmless(page, `${server.url}/admin/acme${path}`, text);
  assert.deepEqual(dialogs, []);
});

/** Where the digits at the end of a heading stand, and where the name before them ends, as they are drawn. */
function measure(element, name) {
  const at = (text) => {
    const { firstChild } = element;
    const start = firstChild.data.indexOf(text);
    const range = document.createRange();
    range.setStart(firstChild, start);
    range.setEnd(firstChild, start + text.length);
    return range.getBoundingClientRect();
  };
  const [digits] = /\d\d:\d\d/u.exec(element.textContent);
  return { nameEnds: at(name).right, digitsBegin: at(digits).left };
}

site.story('a name from right to left turns nothing of the sentence it stands in', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { license_id: license } = await customer.buy(PRO);
  const { person, page: app } = await arrive(DEMO, customer.signedIn);
  await untilListening(app, async () => handOver(await openConnect(app), 'Desk'));
  const page = await person.open(`/licenses/${license}`);
  await page.getByRole('link', { name: /^Move to another device/u }).click();
  await page.getByRole('button', { name: 'Move it' }).click();
  await page.getByRole('tab', { name: 'Code', exact: true }).click();
  const code = await page.getByRole('tabpanel', { name: 'Code' }).locator('code').textContent();

  const { page: other } = await arrive(DEMO);
  const popup = await openConnect(other);
  await popup.getByRole('link', { name: 'Move a license here from another device' }).click();
  await popup.getByLabel('Code', { exact: true }).fill(code);
  await popup.getByRole('button', { name: 'Continue' }).click();
  await popup.getByLabel('Name of this device').fill(HEBREW);
  const closed = popup.waitForEvent('close');
  await popup.getByRole('button', { name: 'Move it here' }).click();
  await closed;

  const moved = heading(page, new RegExp(`Moved to .*${HEBREW}`, 'u'));
  await moved.waitFor();
  const { nameEnds, digitsBegin } = await moved.evaluate(measure, HEBREW);
  assert.ok(digitsBegin >= nameEnds, `the time begins at ${digitsBegin}, before the name ends at ${nameEnds}`);
  // Without the marks around the name it would be turned: so this proves something.
  await moved.evaluate((element) => { element.textContent = element.textContent.replaceAll(/[\u2068\u2069]/gu, ''); });
  const without = await moved.evaluate(measure, HEBREW);
  assert.ok(without.digitsBegin < without.nameEnds, 'nothing would have been turned anyway');
});
