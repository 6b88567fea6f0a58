// Signing in through a vendor's OpenID Connect providers, real ones: licenses by claims, and nothing by an address.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { Customer, newPerson, SOLO } from './customers.mjs';
import { ACME, arriveAsOwner, examine, PHONE } from './desk.mjs';
import { openSite } from './harness.mjs';
import { heading, signIn } from './portal.mjs';
import { startProvider } from './provider.mjs';
import { PASSWORD } from './server.mjs';
import { owner } from './vendor.mjs';

const people = {
  ada: { name: 'Ada Student', email: 'ada@university.example', groups: ['students'] },
  mallory: { name: 'Mallory', email: 'customer@example.com', groups: [] },
};
const site = await openSite({ options: ['--private-webhooks', 'on'] });
const university = await startProvider(people, { secret: 'a secret of the university' });
const company = await startProvider(people, { secret: 'a company secret', method: 'client_secret_post' });
const elsewhere = await startProvider(people);
after(() => Promise.all([university.stop(), company.stop(), elsewhere.stop()]));

/** Colours change at once, so that they can be judged. */
const STILL = { reducedMotion: 'reduce' };
const MENU = '/products/acme/sketchpad';
const SIGN_IN = `/sign-in?next=${encodeURIComponent('/licenses')}&vendor=acme`;

/** Adds a source as the vendor's program would. */
async function addSource(provider, vendor, body) {
  const by = await owner(site.server);
  const added = await by.ask('POST', `/admin/vendors/${vendor}/sources`, {
    issuer: provider.issuer, client_id: 'portal', scopes: ['openid', 'profile', 'email', 'groups'], ...body,
  });
  provider.register(added.redirect_uri);
  return added;
}

const button = (page, name) => page.getByRole('link', { name: `Continue with ${name}` });

/** At the provider, as this person. */
async function vouchFor(page, login) {
  await heading(page, 'Provider').waitFor();
  await page.getByLabel('Login').fill(login);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

site.story('an owner adds a source with a rule, tests it, and students find the button', async (story) => {
  const { page } = await arriveAsOwner(story, `${ACME}/sources`);
  await page.getByText('Customers sign in with an account of this portal').waitFor();
  await examine(page);
  await page.getByRole('link', { name: 'Add source' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Acme University');
  await page.getByLabel('Issuer').fill(university.issuer);
  await page.getByLabel('Client ID').fill('portal');
  await page.getByLabel('Client secret').fill('a secret of the university');
  await page.getByLabel('Scopes').fill('openid profile email groups');
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await page.getByLabel('Value').fill('students');
  await page.getByLabel('When the claim is gone').selectOption('suspend');
  // A trial is once for each customer, so that is not offered.
  await page.getByLabel('Offer').getByRole('option', { name: 'Studio' }).waitFor({ state: 'attached' });
  assert.deepEqual(await page.getByLabel('Offer').getByRole('option').allTextContents(), ['Solo', 'Pro', 'Studio']);
  await page.getByLabel('Offer').selectOption({ label: 'Pro' });
  await page.getByLabel('Term').selectOption('1 year');
  await examine(page);
  await page.getByRole('button', { name: 'Take this rule' }).click();
  await page.getByText(/groups.* contains .*students.*: sketchpad \/ pro/).waitFor();
  await page.getByRole('button', { name: 'Add source' }).click();
  const redirect = page.getByText(/\/callback$/);
  university.register(await redirect.textContent());
  await page.getByRole('button', { name: 'Test' }).click();
  await page.getByText('It works', { exact: true }).waitFor();
  await examine(page);
});

site.story('a student signs in ten times and twice at once, and has one license', async (story) => {
  const { page, person } = await story.arrive(SIGN_IN, { viewport: PHONE, ...STILL });
  await examine(page);
  await button(page, 'Acme University').click();
  await vouchFor(page, 'ada');
  await page.getByText('Pro', { exact: false }).first().waitFor();
  assert.equal(new URL(page.url()).pathname, '/licenses');
  for (let times = 0; times < 9; times += 1) {
    await page.context().clearCookies({ name: '__Host-passgate' });
    await page.goto(site.url + SIGN_IN);
    await button(page, 'Acme University').click();
    await page.waitForURL('**/licenses');
  }
  await page.context().clearCookies({ name: '__Host-passgate' });
  const other = await person.open(SIGN_IN);
  await page.goto(site.url + SIGN_IN);
  await Promise.all([button(page, 'Acme University').click(), button(other, 'Acme University').click()]);
  await Promise.all([page.waitForURL('**/licenses'), other.waitForURL('**/licenses')]);
  const { items } = await page.evaluate(() => fetch('/api/v1/licenses').then((answer) => answer.json()));
  assert.equal(items.length, 1);
  await page.goto(`${site.url}/licenses/${items[0].license_id}`);
  await page.getByText('Granted by').waitFor();
  await page.getByText('Acme University', { exact: true }).waitFor();
  await examine(page);

  const { page: desk } = await arriveAsOwner(story, `${ACME}/licenses?open=${items[0].license_id}`);
  const license = desk.getByRole('dialog');
  await license.getByText(/groups.* contains .*students/).waitFor();
  await license.getByRole('link', { name: 'Acme University' }).click();
  await heading(desk, 'Acme University').waitFor();

  people.ada.groups = ['alumni'];
  await page.context().clearCookies({ name: '__Host-passgate' });
  await page.goto(`${site.url}${SIGN_IN}`);
  await button(page, 'Acme University').click();
  await page.waitForURL('**/licenses');
  await page.getByText('Suspended').first().waitFor();
  people.ada.groups = ['students'];
});

site.story('two providers of a vendor stand side by side, and another vendor\'s is only there', async (story) => {
  await addSource(company, 'acme', { name: 'Acme Company', client_secret: 'a company secret' });
  const by = await owner(site.server);
  await by.ask('POST', '/vendors', { vendor: 'other', name: 'Other Vendor' });
  await addSource(elsewhere, 'other', { name: 'Other Sign-in' });
  const { page } = await story.arrive(SIGN_IN, STILL);
  await button(page, 'Acme Company').waitFor();
  await button(page, 'Acme University').waitFor();
  assert.equal(await button(page, 'Other Sign-in').count(), 0);
  await button(page, 'Acme Company').click();
  await vouchFor(page, 'ada');
  await page.waitForURL('**/licenses');
  const { items } = await page.evaluate(() => fetch('/api/v1/licenses').then((answer) => answer.json()));
  assert.equal(items.length, 0, 'another source knows somebody else by the same name');
  const { page: there } = await story.arrive('/sign-in?vendor=other');
  await button(there, 'Other Sign-in').click();
  await vouchFor(there, 'ada');
  await there.waitForURL('**/licenses');
});

site.story('whoever claims a customer\'s address is somebody else', async (story) => {
  const { page } = await story.arrive(SIGN_IN, STILL);
  await button(page, 'Acme University').click();
  await vouchFor(page, 'mallory');
  await page.waitForURL('**/licenses');
  const claimed = await page.evaluate(() => fetch('/api/v1/session').then((answer) => answer.json()));
  assert.equal(claimed.account.email, 'customer@example.com');
  const { page: own } = await story.arrive('/sign-in');
  await signIn(own, { email: 'customer@example.com', password: PASSWORD });
  await own.waitForURL('**/licenses');
  const known = await own.evaluate(() => fetch('/api/v1/session').then((answer) => answer.json()));
  assert.notEqual(known.account.account_id, claimed.account.account_id);
});

site.story('a customer links a sign-in to their own account, which it grants to and does not open', async (story) => {
  people.eve = { name: 'Eve', email: 'eve@university.example', groups: ['students'] };
  const customer = await Customer.create(story.server, newPerson('Eve'));
  await customer.buy(SOLO);
  const { page } = await story.arrive('/account', { ...STILL, ...customer.signedIn });
  await page.getByRole('button', { name: /^Link .*Acme University/ }).click();
  await vouchFor(page, 'eve');
  await page.waitForURL('**/account');
  await page.getByRole('button', { name: 'Unlink' }).waitFor();
  await examine(page);
  const { items } = await customer.ask('GET', '/licenses');
  assert.deepEqual(items.map(({ source }) => source).sort(), ['Acme University', undefined]);
  const { page: stranger } = await story.arrive(SIGN_IN, STILL);
  await button(stranger, 'Acme University').click();
  await vouchFor(stranger, 'eve');
  await stranger.getByText('That sign-in is linked to an account of yours.').waitFor();
  await page.getByRole('button', { name: 'Unlink' }).click();
  await page.getByRole('button', { name: /^Link .*Acme University/ }).waitFor();
});

site.story('a refusal is told, and can be tried again', async (story) => {
  const { page } = await story.arrive(MENU, STILL);
  await page.goto(`${site.url}/sign-in?next=${encodeURIComponent(MENU)}`);
  await button(page, 'Acme University').click();
  await heading(page, 'Provider').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('You are not signed in').waitFor();
  await page.getByText('The sign-in was refused or given up.').waitFor();
  await examine(page);
  await button(page, 'Acme University').click();
  await vouchFor(page, 'ada');
  // Once it is there, the menu adds its selection to the address.
  await page.waitForURL((url) => url.pathname === MENU);
  await heading(page, /Sketchpad/).waitFor();
});
