// What a vendor's team does in the browser: build a menu and sell from it, help a customer, and see all of it in the log.
import assert from 'node:assert/strict';
import { Customer, newPerson, PRO } from './customers.mjs';
import { ACME, answer, arriveAsOwner, examine, OWNER, PHONE } from './desk.mjs';
import { openSite } from './harness.mjs';
import { agreeAndPay, approve, getsFocus, goToCheckout, heading, signIn, totalIs } from './portal.mjs';
import { connect, DEMO, isDenied, untilListening } from './sketchpad.mjs';

const site = await openSite();

const sheet = (page) => page.getByRole('dialog').first();
const dialog = (page) => page.getByRole('dialog').last();

site.story('a vendor creates a product, prices its menu and publishes it, and a customer buys from it', async (story) => {
  const { page } = await arriveAsOwner(story, `${ACME}/products`);
  await page.getByRole('link', { name: 'New product' }).first().click();
  await heading(page, 'New product').waitFor();
  await page.getByRole('button', { name: 'Create product' }).click();
  await getsFocus(page.getByLabel('Name', { exact: true }));
  await page.getByLabel('Name', { exact: true }).fill('Type Tester');
  assert.equal(await page.getByLabel('Slug').inputValue(), 'type-tester');
  await page.getByLabel('Summary').fill('Tries out typefaces.');
  await page.getByLabel('Origins of the app').fill('https://type.example.com/');
  await page.getByRole('button', { name: 'Create product' }).click();

  await heading(page, 'Menu of Type Tester').waitFor();
  await page.getByLabel('Currency').fill('JPY');
  await page.getByRole('button', { name: 'Add feature' }).click();
  await page.getByLabel('Feature 1 in passes').fill('Specimen!');
  await page.getByText('Use lower-case words joined by dots').first().waitFor();
  await page.getByLabel('Feature 1 in passes').fill('specimen');
  await page.getByLabel('Feature 1 for customers').fill('Print specimens');
  await page.getByRole('button', { name: 'Add offer' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Designer');
  await page.getByLabel('Designer has feature 1').or(page.getByLabel('Offer 1 has feature 1')).selectOption('optional');
  await page.getByLabel('has feature 1: price').fill('500');
  await page.getByLabel('Term 1: price').fill('12.50');
  await page.getByText('This currency has no decimals.').first().waitFor();
  await page.getByLabel('Term 1: price').fill('1200');

  const preview = page.getByRole('complementary', { name: 'As customers see it' });
  await preview.getByText('Designer', { exact: true }).first().waitFor();
  await preview.getByRole('checkbox', { name: /Print specimens/ }).check();
  await totalIs(preview, '1,700');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await page.getByText(/^Draft saved by/).waitFor();
  await page.reload();
  await page.getByText(/^Draft saved by/).waitFor();
  await page.getByRole('button', { name: 'Review and publish' }).click();
  await dialog(page).getByText('This is the first menu, with 1 offer.').waitFor();
  await dialog(page).getByRole('button', { name: 'Publish' }).click();
  await heading(page, 'Type Tester').waitFor();
  await page.getByRole('cell', { name: 'On sale' }).waitFor();

  const customer = await Customer.create(story.server);
  const { page: shop } = await story.arrive('/products/acme/type-tester', customer.signedIn);
  await shop.getByRole('checkbox', { name: /Print specimens/ }).check();
  await goToCheckout(shop);
  await agreeAndPay(shop);
  await approve(shop);
  await page.goto(`${story.server.url}${ACME}/orders`);
  await page.getByRole('link', { name: 'Type Tester Designer' }).waitFor();
});

site.story('what changes is told before it is published, and an older version can be the next one', async (story) => {
  const { page } = await arriveAsOwner(story, `${ACME}/products/sketchpad/menu`);
  await page.getByText('As published in version 1').waitFor();
  await page.getByRole('group', { name: 'Offers' }).getByRole('button', { name: 'Solo' }).click();
  await page.getByLabel('Term 1: price').fill('9.5');
  await page.getByText('Not saved yet').waitFor();
  await page.getByRole('button', { name: 'Review and publish' }).click();
  await dialog(page).getByRole('listitem').filter({ hasText: /^Solo, 1 month: €.+ → €9\.50$/ }).waitFor();
  await dialog(page).getByRole('button', { name: 'Publish' }).click();
  await heading(page, 'Sketchpad').waitFor();
  await page.getByRole('row', { name: /^Version 2 .+ On sale/ }).waitFor();
  await page.getByRole('row', { name: /^Version 1 / }).getByRole('button', { name: 'Start from this version' }).click();
  await answer(page, 'Start from this version');
  await heading(page, 'Menu of Sketchpad').waitFor();
  await page.getByRole('button', { name: 'Review and publish' }).click();
  await dialog(page).getByRole('listitem').filter({ hasText: /^Solo, 1 month: €9\.50 .+ €/ }).waitFor();
});

site.story('a fault that no field can be blamed for leads to the part of the offer where it is put right', async (story) => {
  const { page } = await arriveAsOwner(story, `${ACME}/products/sketchpad/menu`);
  await page.getByRole('group', { name: 'Offers' }).getByRole('button', { name: 'Solo' }).click();
  const terms = page.getByRole('group', { name: 'Terms' });
  await terms.getByLabel(/^Term 1: /u).first().waitFor();
  for (let left = await terms.getByRole('button', { name: /^Remove term/u }).count(); left > 0; left -= 1) {
    await terms.getByRole('button', { name: /^Remove term/u }).first().click();
    await terms.getByRole('button', { name: /^Remove term/u }).nth(left - 1).waitFor({ state: 'detached' });
  }
  await terms.getByText('An offer needs at least one term.').waitFor();
  await page.getByRole('button', { name: 'Solo: An offer needs at least one term.' }).click();
  await getsFocus(terms);
  await examine(page);
  const name = 'A name that says in many words what this feature lets people do';
  await page.getByLabel('Feature 1 for customers').fill(name);
  const field = page.getByLabel('Feature 1 for customers');
  assert.ok(await field.evaluate((field) => field.scrollHeight <= field.clientHeight), 'the name is cut');
});

site.story('two people who edit the same menu are told, and nothing is lost', async (story) => {
  const { page: first, person } = await arriveAsOwner(story, `${ACME}/products/sketchpad/menu`);
  const { page: second } = await arriveAsOwner(story, `${ACME}/products/sketchpad/menu`);
  // Else the first might begin with what the second has saved.
  await first.getByLabel('Feature 1 for customers').waitFor();
  await second.getByLabel('Feature 1 for customers').fill('Draw lines');
  await second.getByRole('button', { name: 'Save draft' }).click();
  await second.getByText(/^Draft saved by/).waitFor();
  await first.getByLabel('Feature 1 for customers').fill('Draw curves');
  person.expectProblem(/status of 4/);
  await first.getByRole('button', { name: 'Save draft' }).click();
  await first.getByText('Somebody else changed this meanwhile').waitFor();
  await first.getByRole('button', { name: 'Save mine over theirs' }).click();
  await first.getByText(/^Draft saved by/).waitFor();
  assert.equal(await first.getByLabel('Feature 1 for customers').inputValue(), 'Draw curves');
});

site.story('support finds a customer, suspends the license, the app stops, and the log says so', async (story) => {
  const buyer = newPerson('Sam Suspended');
  const customer = await Customer.create(story.server, buyer);
  await customer.buy(PRO);
  const { page: app } = await story.arrive(DEMO, customer.signedIn);
  await untilListening(app, () => connect(app));

  const { page } = await arriveAsOwner(story, ACME);
  await heading(page, 'Acme Studio').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'A page, a name, an address or an id' }).fill('sam');
  await page.getByRole('option', { name: /Sam Suspended/ }).click();
  await heading(page, 'Sam Suspended').waitFor();
  await page.getByRole('link', { name: 'Sketchpad Pro' }).first().click();
  await sheet(page).getByRole('button', { name: 'Suspend', exact: true }).click();
  await page.locator('dialog.ask').getByRole('button', { name: 'Suspend license' }).click();
  await page.getByText('Say why, in a few words.').waitFor();
  await answer(page, 'Suspend license', 'Chargeback of the bank');
  await sheet(page).getByText('Suspended', { exact: true }).first().waitFor();
  await isDenied(app, 'The vendor has suspended this license.');
  const told = sheet(page).getByRole('row', { name: /A license was suspended/ });
  await told.getByText('Reason: Chargeback of the bank').waitFor();

  await page.keyboard.press('Escape');
  await page.goto(`${story.server.url}${ACME}/audit?kind=license.suspended`);
  await page.getByText('Reason: Chargeback of the bank').waitFor();
  await page.getByRole('cell', { name: 'Olivia Owner' }).first().waitFor();
  await page.getByRole('cell', { name: /^A license was suspended\s*license\.suspended/ }).first().waitFor();
  await page.getByLabel('Event', { exact: true }).selectOption({ label: 'A pass was suspended' });
  await page.waitForURL(/kind=pass\.suspended/);
  await page.getByRole('cell', { name: /^A pass was suspended/ }).first().waitFor();
});

site.story('licenses are narrowed by what the address says, and several are acted on at once', async (story) => {
  const customer = await Customer.create(story.server, newPerson('Bea Bulk'));
  await customer.buy(PRO);
  await customer.buy(PRO);
  const { page } = await arriveAsOwner(story, `${ACME}/licenses`);
  await heading(page, 'Licenses').waitFor();
  await page.getByRole('link', { name: /Sketchpad/ }).first().waitFor();
  await page.keyboard.press('/');
  await getsFocus(page.getByRole('searchbox'));
  await page.keyboard.type('bea');
  await page.waitForURL(/q=bea/);
  // Both are in the whole list as well: what is selected must be what was searched for.
  await page.getByText('2 rows on this page').waitFor();
  await page.getByLabel('Select all rows').check();
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Suspend' }).click();
  await answer(page, 'Suspend 2 licenses', 'A test of many');
  await page.getByRole('row').filter({ hasText: 'Suspended' }).nth(1).waitFor();
  await page.getByLabel('Status').selectOption('suspended');
  await page.waitForURL(/state=suspended/);
  assert.equal(await page.getByRole('searchbox').inputValue(), '');
  await page.getByRole('row').filter({ hasText: 'Bea Bulk' }).nth(1).waitFor();
  await page.getByRole('searchbox').fill('nobody-at-all');
  await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
  await page.getByRole('link', { name: 'Clear search and filters' }).click();
  await page.getByRole('link', { name: /Sketchpad/ }).first().waitFor();
});

site.story('a key is made ahead of time, and the playground judges a pass step by step', async (story) => {
  const customer = await Customer.create(story.server);
  await customer.buy(PRO);
  const { page: app } = await story.arrive(DEMO, customer.signedIn);
  // The window that asks for the pass closes before its answer could be read from outside.
  let token;
  await app.context().route(/\/passes$/, async (route) => {
    const response = await route.fetch();
    ({ pass: token } = await response.json());
    await route.fulfill({ response });
  });
  await connect(app);
  const { page } = await arriveAsOwner(story, `${ACME}/playground`);
  await page.getByRole('textbox', { name: 'Token' }).fill(token);
  await page.getByText('Approved').waitFor();
  assert.equal(await page.getByRole('listitem').filter({ hasText: ' good' }).count(), 16);
  await page.getByLabel('Asked about the feature').fill('teleport');
  await page.getByText('Denied: FEATURE_MISSING').waitFor();
  await page.getByRole('textbox', { name: 'Token' }).fill(`${token.slice(0, -4)}AAAA`);
  await page.getByText('Denied: SIGNATURE_INVALID').waitFor();
  await page.goto(`${story.server.url}${ACME}/keys`);
  await page.getByRole('button', { name: 'Create next key' }).click();
  await answer(page, 'Create next key');
  await page.getByText('The key is published.').first().waitFor();
});

site.story('an owner invites somebody, who joins and sees what support sees', async (story) => {
  const { page } = await arriveAsOwner(story, `${ACME}/team`);
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const asking = page.locator('dialog.ask');
  await asking.getByLabel('E-mail').fill('helper@example.com');
  await asking.getByRole('button', { name: 'Create link' }).click();
  const link = new URL(await page.getByRole('dialog', { name: 'The invitation is ready' }).locator('code').textContent());
  await page.keyboard.press('Escape');
  await page.getByRole('cell', { name: 'helper@example.com' }).waitFor();
  await examine(page);

  const helper = await Customer.create(story.server, { ...newPerson('Hana Helper'), email: 'helper@example.com' });
  const { page: theirs } = await story.arrive(undefined, { reducedMotion: 'reduce', ...helper.signedIn });
  await theirs.goto(link.href);
  await theirs.getByRole('button', { name: 'Join the team' }).waitFor();
  await examine(theirs);
  await theirs.getByRole('button', { name: 'Join the team' }).click();
  await theirs.getByText('You are in this team as: Support.').waitFor();
  await theirs.goto(`${story.server.url}${ACME}/products`);
  await theirs.getByRole('link', { name: 'Sketchpad' }).waitFor();
  assert.equal(await theirs.getByRole('link', { name: 'New product' }).count(), 0);
});

site.story('the pages of the team have no barriers', async (story) => {
  const customer = await Customer.create(story.server);
  const { license_id: license, order_id: order } = await customer.buy(PRO);
  const { page, person } = await arriveAsOwner(story, undefined, { viewport: PHONE });
  person.expectProblem(/status of 404/);
  for (const path of [
    '', '/products', '/products/new', '/products/sketchpad', '/products/sketchpad/menu', '/agreements', '/customers',
    '/licenses', `/licenses?open=${license}`, '/orders', `/orders?open=${order}`, '/passes', '/moves', '/audit', '/keys',
    '/playground', '/customers?q=nobody-at-all', '/licenses?open=lic_nothing', '/nowhere',
  ]) {
    await page.goto(story.server.url + ACME + path);
    await examine(page);
  }
});

site.story('somebody signs in on the way, and whoever is in no team is told so', async (story) => {
  const { page } = await story.arrive(`${ACME}/orders`, { reducedMotion: 'reduce' });
  await heading(page, 'Sign in').waitFor();
  await examine(page);
  await signIn(page, OWNER);
  await heading(page, 'Orders').waitFor();
  const customer = await Customer.create(story.server);
  const { page: stranger } = await story.arrive(ACME, { reducedMotion: 'reduce', ...customer.signedIn });
  await stranger.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await stranger.goto(`${story.server.url}/admin`);
  await stranger.getByRole('heading', { name: "You are in no vendor's team yet" }).waitFor();
  await examine(stranger);
});
