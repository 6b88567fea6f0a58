// From an app without a license to one that works: the connect window, the pass, the features.
import assert from 'node:assert/strict';
import { Customer, newPerson, PRO, SOLO } from './customers.mjs';
import { openSite } from './harness.mjs';
import { agreeAndPay, approveButton, choice, goToCheckout, heading, pickMode, signIn, signUp } from './portal.mjs';
import {
  colours, connect, DEMO, draw, exported, goOffline, handOver, invitation, isDenied, isLicensed, license, notice,
  openConnect, press, tool, untilListening,
} from './sketchpad.mjs';

const site = await openSite();
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const WHITE = '255 255 255';

/** Draws and saves, as only a license with these features allows. */
async function drawsAndExports(page) {
  await draw(page);
  const png = await exported(page, 'Export PNG');
  assert.equal(png.name, 'sketch.png');
  assert.deepEqual(png.bytes.subarray(0, 8), PNG);
  const picture = await colours(page, png.bytes, [0.1, 0.3, 0.5, 0.7, 0.9]);
  assert.deepEqual([picture.width, picture.height], [960, 600]);
  assert.deepEqual(picture.colours.map((colour) => colour !== WHITE), [false, true, true, true, false]);
}

site.story('a new customer gets from the menu to a working feature in five screens', async ({ arrive, t }) => {
  const { person, page } = await arrive(DEMO);
  await isDenied(page);
  await press(page, 'Export PNG');
  await notice(page).waitFor();

  const popup = await openConnect(page);
  await heading(popup, 'Connect this device').waitFor();
  await pickMode(popup, 'I am new here');
  await signUp(popup, newPerson());
  await popup.getByRole('link', { name: 'Choose a license' }).click();
  const began = Date.now();
  const screens = [];
  const see = async (name) => {
    await heading(popup, name).waitFor();
    screens.push(name);
  };
  await see('Sketchpad');
  await popup.getByRole('radio', { name: 'Pro' }).check();
  await choice(popup, /^How long/, /^1 year/).check();
  await goToCheckout(popup);
  await see('Checkout');
  await agreeAndPay(popup);
  await see('Test payment');
  await approveButton(popup).click();
  await see('Connect this device');
  await handOver(popup, 'Desk in the attic');
  screens.push('Sketchpad');
  await isLicensed(page);
  await drawsAndExports(page);
  t.diagnostic(`${screens.length} screens, ${((Date.now() - began) / 1000).toFixed(1)} s from the menu to a saved picture`);
  assert.ok(screens.length <= 5, screens.join(', '));

  const svg = await exported(page, 'Export SVG');
  assert.equal(svg.name, 'sketch.svg');
  // In an empty tab, which has no policy about who may parse what.
  const lines = await (await person.open()).evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'image/svg+xml');
    if (document.documentElement.nodeName !== 'svg') return document.documentElement.outerHTML;
    return [...document.querySelectorAll('polyline')].map((line) => line.points.length);
  }, svg.bytes.toString());
  assert.equal(lines.length, 1, String(lines));
  assert.ok(lines[0] > 3);

  await page.goto(`${site.url}/licenses`);
  await page.getByRole('link', { name: 'Sketchpad' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Desk in the attic' }).getByText('Active').waitFor();
});

site.story('a customer with a license only chooses it', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy(SOLO);
  const { page } = await arrive(DEMO, customer.signedIn);
  const popup = await openConnect(page);
  assert.ok(await choice(popup, 'Which license', /^Solo/).isChecked());
  assert.match(await popup.getByLabel('Name of this device').inputValue(), / on Linux$/);
  await handOver(popup);
  await isLicensed(page);
  await drawsAndExports(page);
});

site.story('only what was bought works, and the rest says what would help', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy({ ...SOLO, features: ['ai.render'], uses: { 'ai.render': 20 } });
  const { page } = await arrive(DEMO, customer.signedIn);
  await connect(page);
  await draw(page);
  for (const name of ['Export SVG', 'Add layer']) {
    assert.equal(await tool(page, name).getAttribute('aria-disabled'), 'true');
    await press(page, name);
    await notice(page).getByRole('link').waitFor();
  }
  const layers = page.getByRole('group', { name: 'Layers' }).getByRole('checkbox');
  assert.equal(await layers.count(), 1);
  await tool(page, 'AI render (20 left)').click();
  await layers.nth(1).waitFor();
  await notice(page).waitFor({ state: 'hidden' });
});

site.story('the pass survives a reload, and works when the network is gone', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy(PRO);
  const { page } = await arrive(DEMO, customer.signedIn);
  await untilListening(page, () => connect(page));
  const calls = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.includes('/passes') && !pathname.endsWith('/events')) calls.push(pathname);
  });
  await untilListening(page, () => page.reload());
  await isLicensed(page);
  await goOffline(page);
  await drawsAndExports(page);
  await press(page, 'Add layer');
  await page.getByRole('checkbox', { name: 'Layer 2' }).waitFor();
  assert.deepEqual(calls, [], 'a reload asked for another pass');
});

site.story('tabs of one browser agree', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy(PRO);
  const { person, page } = await arrive(DEMO, customer.signedIn);
  const other = await person.open(DEMO);
  await isDenied(other);
  await connect(page);
  await isLicensed(other);
  assert.equal(await license(other).textContent(), await license(page).textContent());
  await drawsAndExports(other);
  const third = await person.open(DEMO);
  await isLicensed(third);
  const { items: [bought] } = await customer.ask('GET', '/licenses');
  assert.equal(bought.terminals.items.length, 1);
});

site.story('a window that is closed early leaves a message, and can be opened again', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy(PRO);
  const { page } = await arrive(DEMO, customer.signedIn);
  const popup = await openConnect(page);
  await heading(popup, 'Connect this device').waitFor();
  await popup.close();
  await notice(page).filter({ hasText: 'The window was closed before a pass arrived.' }).waitFor();
  await isDenied(page);
  await connect(page);
});

site.story('a license takes no more devices than were bought', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy(SOLO);
  const first = await arrive(DEMO, customer.signedIn);
  await connect(first.page);
  const second = await arrive(DEMO, customer.signedIn);
  const popup = await openConnect(second.page);
  await popup.getByRole('radio', { name: /^Solo/ }).waitFor();
  second.person.expectProblem(/status of 40[39]/);
  await popup.getByRole('button', { name: 'Connect', exact: true }).click();
  await popup.getByRole('alert').filter({ hasText: 'Every device of this license is taken' }).waitFor();
  await popup.close();
  await isDenied(second.page);
  await isLicensed(first.page);
});

site.story('a device that connects again with the same key is still one device', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy(SOLO);
  const { page } = await arrive(DEMO, customer.signedIn);
  await connect(page);
  await page.evaluate(async (issuer) => {
    const { open } = await import('/sdk/index.js');
    const gate = await open({ issuer, product: 'sketchpad' });
    document.body.append(Object.assign(document.createElement('button'), {
      textContent: 'Once more',
      onclick: async () => { document.title = (await gate.connect()).code; },
    }));
  }, `${server.url}/v/acme`);
  const opened = page.waitForEvent('popup');
  await page.getByRole('button', { name: 'Once more' }).click();
  await handOver(await opened);
  await page.waitForFunction(() => document.title === 'VALID');
  const { items: [bought] } = await customer.ask('GET', '/licenses');
  assert.equal(bought.terminals.items.length, 1);
});

site.story('the window serves no app that the vendor did not register, and none at all without an app', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy(SOLO);
  const { page } = await arrive('/connect', customer.signedIn);
  await page.getByRole('heading', { name: 'No app is waiting' }).waitFor();
  await page.goto(server.url + DEMO);
  const opened = page.waitForEvent('popup');
  const query = new URLSearchParams({ vendor: 'acme', product: 'sketchpad', origin: 'https://evil.example', state: 'x' });
  await page.evaluate((path) => { window.open(path, '_blank', 'popup'); }, `/connect?${query}`);
  const popup = await opened;
  await popup.getByRole('alert').filter({ hasText: 'This app may not be connected' }).waitFor();
  assert.equal(await popup.getByRole('button', { name: 'Connect', exact: true }).count(), 0);
});

site.story('somebody who has an account but no license is led through the purchase and back', async ({ arrive, server }) => {
  const { person } = await Customer.create(server);
  const { page } = await arrive(DEMO);
  const popup = await openConnect(page);
  await signIn(popup, person);
  await popup.getByRole('heading', { name: 'You have no license for this yet' }).waitFor();
  await popup.getByRole('link', { name: 'Choose a license' }).click();
  await popup.getByRole('complementary', { name: 'Connect this device' }).getByText('waits to be connected').waitFor();
  await popup.getByRole('link', { name: 'Back to connecting' }).click();
  await popup.getByRole('heading', { name: 'You have no license for this yet' }).waitFor();
  await popup.reload();
  await popup.getByRole('link', { name: 'Choose a license' }).click();
  await popup.getByRole('radio', { name: 'Trial', exact: true }).check();
  await goToCheckout(popup);
  await popup.getByRole('checkbox', { name: /^I agree/ }).check();
  await popup.getByRole('button', { name: 'Get it for free' }).click();
  await heading(popup, 'Connect this device').waitFor();
  await handOver(popup);
  await isLicensed(page);
  assert.equal(await invitation(page).count(), 0);
});
