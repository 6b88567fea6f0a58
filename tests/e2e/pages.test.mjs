// Every page, for everybody: no barriers, narrow and wide, light and dark, with keyboard and screen reader, and whatever
// people call themselves.
import assert from 'node:assert/strict';
import { currentMenu, Customer, MENU, newPerson, PRO, TRIAL } from './customers.mjs';
import { checkAccess, checkWidth, openSite } from './harness.mjs';
import { getsFocus, goToCheckout, heading, payButton, pickMode, signUp } from './portal.mjs';
import { DEMO, handOver, isDenied, isLicensed, openConnect } from './sketchpad.mjs';

const site = await openSite();
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const selection = Buffer.from(JSON.stringify(PRO)).toString('base64url');
const CHECKOUT = `/checkout/acme/sketchpad?selection=${selection}&menu=1`;

/** Waits until the page has everything, and looks at it narrow and wide, light and dark. */
async function examine(page, title) {
  await page.waitForFunction(([source]) => new RegExp(source, 'u').test(document.title), [title.source]);
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('[aria-busy="true"]'));
  for (const [viewport, colorScheme] of [[PHONE, 'light'], [DESKTOP, 'dark']]) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await checkWidth(page);
    await checkAccess(page);
  }
}

/** Brings somebody for whom nothing moves, so that colours are those that stay. */
const calmly = (story, path, options) => story.arrive(path, { viewport: PHONE, reducedMotion: 'reduce', ...options });

site.story('the pages for everybody have no barriers', async (story) => {
  const { offers: [{ agreement }] } = await currentMenu(story.server);
  const { person, page } = await calmly(story, undefined);
  person.expectProblem(/status of 404/);
  for (const [path, title] of [
    ['/', /^Products · Passgate$/],
    [MENU, /^Sketchpad · Passgate$/],
    [CHECKOUT, /^Checkout · Passgate$/],
    ['/checkout/acme/sketchpad', /^Checkout · Passgate$/],
    [`/agreements/acme/${agreement.digest}`, /^Sketchpad license terms · Passgate$/],
    ['/sign-in', /^Sign in · Passgate$/],
    ['/sign-up', /^Create your account · Passgate$/],
    ['/connect', /^Connect this device · Passgate$/],
    ['/nowhere', /^Page not found · Passgate$/],
  ]) {
    await page.goto(story.server.url + path);
    await examine(page, title);
  }
});

site.story('the pages for customers have no barriers', async (story) => {
  const customer = await Customer.create(story.server);
  const { order_id: paid, license_id: license } = await customer.buy({ ...PRO, features: ['ai.render'], uses: { 'ai.render': 100 } });
  await customer.buy(TRIAL);
  const { order_id: unpaid } = await customer.order(PRO);
  const { page } = await calmly(story, undefined, customer.signedIn);
  for (const [path, title] of [
    [MENU, /^Sketchpad · Passgate$/],
    [CHECKOUT, /^Checkout · Passgate$/],
    [`/pay/${unpaid}`, /^Test payment · Passgate$/],
    [`/orders/${unpaid}`, /^Your order is waiting for payment · Passgate$/],
    [`/orders/${paid}`, /^Thank you, it is all yours · Passgate$/],
    ['/orders', /^Orders · Passgate$/],
    ['/licenses', /^My licenses · Passgate$/],
    [`/licenses/${license}`, /^Sketchpad Pro · Passgate$/],
  ]) {
    await page.goto(story.server.url + path);
    await examine(page, title);
  }
});

site.story('the pages of somebody who has nothing yet, and those that refuse, have no barriers', async (story) => {
  const customer = await Customer.create(story.server);
  const { person, page } = await calmly(story, '/orders', customer.signedIn);
  await examine(page, /^Orders · Passgate$/);
  await page.goto(`${story.server.url}/licenses`);
  await examine(page, /^My licenses · Passgate$/);
  await page.goto(story.server.url + CHECKOUT);
  await payButton(page).click();
  await page.getByText('Read and accept the agreement').waitFor();
  await examine(page, /^Checkout · Passgate$/);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.getByRole('dialog').getByText('What you draw is yours.').waitFor();
  await examine(page, /^Checkout · Passgate$/);
  person.expectProblem(/status of 404/);
  await page.goto(`${story.server.url}/orders/nonsense`);
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await examine(page, /Passgate$/);
});

site.story('Sketchpad and the window it opens have no barriers', async (story) => {
  const customer = await Customer.create(story.server);
  const { person, page } = await calmly(story, DEMO);
  await isDenied(page);
  await examine(page, /^Sketchpad$/);
  const popup = await openConnect(page);
  await pickMode(popup, 'I am new here');
  await examine(popup, /^Connect this device · Passgate$/);
  await popup.close();
  await person.context.addCookies(customer.signedIn.storageState.cookies);
  const empty = await openConnect(page);
  await empty.getByRole('heading', { name: 'You have no license for this yet' }).waitFor();
  await examine(empty, /^Connect this device · Passgate$/);
  await customer.buy(PRO);
  await empty.reload();
  await empty.getByRole('radio', { name: /^Pro/ }).waitFor();
  await examine(empty, /^Connect this device · Passgate$/);
  await handOver(empty);
  await isLicensed(page);
  await examine(page, /^Sketchpad$/);
});

site.story('the pages that move a license, and those of its devices, have no barriers', async (story) => {
  const customer = await Customer.create(story.server);
  const counted = { ...PRO, features: ['ai.render'], uses: { 'ai.render': 100 } };
  const { license_id: license } = await customer.buy(counted);
  const { person, page: app } = await calmly(story, DEMO, customer.signedIn);
  await handOver(await openConnect(app), 'W'.repeat(100));
  await isLicensed(app);
  const page = await person.open(`/licenses/${license}`);
  const title = /^Sketchpad Pro · Passgate$/;
  await page.getByRole('listitem').getByText('W'.repeat(100)).waitFor();
  await examine(page, title);
  await page.getByRole('button', { name: /^Rename/ }).click();
  await page.getByLabel('Name of this device').fill('');
  await page.keyboard.press('Enter');
  await examine(page, title);
  await page.getByLabel('Name of this device').fill('Desk');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out: Desk' }).click();
  await page.getByRole('dialog').waitFor();
  await examine(page, title);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: /^Move to another device/ }).click();
  await page.getByRole('button', { name: 'Move it' }).waitFor();
  await examine(page, /^Move to another device · Passgate$/);
  await page.getByRole('button', { name: 'Move it' }).click();
  await page.getByRole('img', { name: /^QR code/ }).waitFor();
  for (const tab of ['QR code', 'File', 'Code']) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await examine(page, /^Move to another device · Passgate$/);
  }
  const code = await page.getByRole('tabpanel').locator('code').textContent();

  const receiver = await person.open('/receive');
  await examine(receiver, /^Receive a license · Passgate$/);
  await receiver.getByLabel('Code', { exact: true }).fill('nonsense');
  await receiver.keyboard.press('Enter');
  await receiver.getByText("This is no move's code.").waitFor();
  await examine(receiver, /^Receive a license · Passgate$/);
  await receiver.getByLabel('Code', { exact: true }).fill(code);
  await receiver.keyboard.press('Enter');
  await receiver.getByRole('link', { name: 'Open Sketchpad here' }).waitFor();
  await examine(receiver, /^Receive a license · Passgate$/);

  await page.reload();
  await page.getByRole('heading', { name: 'A move is open' }).waitFor();
  await examine(page, /^Move to another device · Passgate$/);
  await page.getByRole('button', { name: 'Cancel the move' }).click();
  await examine(page, /^Move cancelled · Passgate$/);
});

site.story('every page that is gone to has its title, and its heading has the focus', async ({ arrive }) => {
  const { page } = await arrive('/');
  const arrives = async (title) => {
    await getsFocus(heading(page, title));
    assert.equal(await page.title(), `${title} · Passgate`);
  };
  await page.getByRole('link', { name: /^Sketchpad/ }).click();
  await arrives('Sketchpad');
  await goToCheckout(page);
  await arrives('Checkout');
  await page.getByRole('link', { name: 'Change selection' }).click();
  await arrives('Sketchpad');
  const menu = page.getByRole('navigation', { name: 'Main menu' });
  await menu.getByRole('link', { name: 'My licenses' }).click();
  await arrives('Sign in');
  await page.getByRole('link', { name: 'Create account' }).click();
  await arrives('Create your account');
  await signUp(page, newPerson());
  await arrives('My licenses');
  await menu.getByRole('link', { name: 'Orders' }).click();
  await arrives('Orders');
  assert.equal(await menu.getByRole('link', { name: 'Orders' }).getAttribute('aria-current'), 'page');
  await page.goBack();
  await arrives('My licenses');
});

site.story('on a phone the menu button leads everywhere', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { page } = await arrive('/', { viewport: PHONE, ...customer.signedIn });
  for (const name of ['My licenses', 'Orders', 'Products']) {
    await page.getByRole('button', { name: 'Main menu' }).click();
    await page.getByRole('navigation', { name: 'Main menu' }).getByRole('link', { name }).click();
    await heading(page, name).waitFor();
    await page.getByRole('navigation', { name: 'Main menu' }).waitFor({ state: 'hidden' });
  }
  await page.getByRole('button', { name: 'Main menu' }).click();
  await page.getByText(`Signed in as ${customer.person.email}`).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText(`Signed in as ${customer.person.email}`).waitFor({ state: 'hidden' });
});

site.story('nothing moves for those who asked for that', async ({ arrive }) => {
  const running = async (reducedMotion) => {
    const { page } = await arrive(undefined, { reducedMotion });
    // The products never arrive, so that the placeholders stay.
    await page.route('**/api/v1/products', () => {});
    await page.goto(site.url);
    await heading(page, 'Products').waitFor();
    const moving = () => document.getAnimations().filter(({ playState }) => playState === 'running').length;
    if (reducedMotion === 'reduce') {
      await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
    }
    return page.evaluate(moving);
  };
  assert.ok(await running('no-preference') > 0, 'nothing moves at all, so this proves nothing');
  assert.equal(await running('reduce'), 0);
});

site.story('whatever people call themselves and their devices is shown as text', async ({ arrive, server }) => {
  const { person, page } = await arrive('/sign-up', { viewport: PHONE });
  const dialogs = [];
  page.on('dialog', (dialog) => { dialogs.push(dialog.message()); return dialog.dismiss(); });
  const isShown = async (name) => {
    await heading(page, 'My licenses').waitFor();
    await page.setViewportSize(DESKTOP);
    await page.getByRole('banner').getByRole('button').filter({ hasText: name }).waitFor();
    await checkWidth(page);
    await page.setViewportSize(PHONE);
    await checkWidth(page);
    assert.equal(await page.locator('img').count(), 0);
  };
  const image = '<img src=x onerror=alert(1)>';
  await signUp(page, newPerson(image));
  await isShown(image);
  for (const name of [
    '"><script>alert(1)</script>',
    '{{7*7}}${7*7}',
    'e\u0301 \u200F\u0634\u062E\u0635',
    '🦊',
    'W'.repeat(100),
  ]) {
    const { signedIn } = await Customer.create(server, newPerson(name));
    await person.context.addCookies(signedIn.storageState.cookies);
    await page.reload();
    await isShown(name);
  }

  const customer = await Customer.create(server);
  const { license_id: license } = await customer.buy(PRO);
  await person.context.addCookies(customer.signedIn.storageState.cookies);
  await page.goto(server.url + DEMO);
  const popup = await openConnect(page);
  const device = '<img src=x onerror=alert(1)> \u05E9\u05DC\u05D5\u05DD';
  await handOver(popup, device);
  await isLicensed(page);
  await page.goto(`${server.url}/licenses/${license}`);
  await page.getByRole('heading', { name: device }).waitFor();
  assert.equal(await page.locator('img').count(), 0);
  await checkWidth(page);
  assert.deepEqual(dialogs, []);
});
