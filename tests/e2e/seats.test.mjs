// Services, as people see them: identifiers and seats at the customer's, leases and who waits at the vendor's.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Customer } from './customers.mjs';
import { ACME, answer, arriveAsOwner, asking, examine } from './desk.mjs';
import { openSite } from './harness.mjs';
import { getsFocus, heading, tabTo } from './portal.mjs';
import { owner, publishMenu } from './vendor.mjs';

const site = await openSite();
const VENDOR = '/admin/vendors/acme';
const STUDIO = { offer: 'studio', term: 'P1Y', uses: { 'ai.render': 5000 }, terminals: 5, seats: 5 };

/** A service of the vendor. */
class Farm {
  static async open(server, name = 'Render farm') {
    const farm = new Farm();
    farm.server = server;
    const body = { name, scopes: ['leases:write'] };
    farm.token = (await (await owner(server)).ask('POST', `${VENDOR}/tokens`, body)).secret;
    return farm;
  }

  ask(method, path, body) {
    const headers = { authorization: `Bearer ${this.token}`, 'idempotency-key': randomUUID() };
    return this.server.api(method, path, { body, headers });
  }

  checkOut(identifier, holder, more = {}) {
    return this.ask('POST', '/leases', { identifier, feature: 'ai.render', count: 20, ttl_seconds: 600, holder, ...more });
  }

  giveBack({ body }, unspent = 0) {
    return this.ask('DELETE', `/leases/${body.lease_id}`, { unspent });
  }
}

/** A customer with a license that services check out. */
async function customerWithSeats(server, selection = STUDIO) {
  const customer = await Customer.create(server);
  const { license_id: license } = await customer.buy(selection);
  const identify = async (label) => (await customer.ask('POST', '/identifiers', { license_id: license, label })).identifier;
  return { customer, license, identify };
}

const region = (page, name) => page.getByRole('region', { name, exact: true });

site.story('a customer makes an identifier for a service, sees who holds the license, replaces it and ends it', async (story) => {
  const { customer, license } = await customerWithSeats(story.server);
  const farm = await Farm.open(story.server);
  const { page } = await story.arrive(`/licenses/${license}`, { reducedMotion: 'reduce', ...customer.signedIn });
  await page.getByRole('link', { name: 'See services and uses' }).click();
  await heading(page, 'Services and uses').waitFor();
  const seats = region(page, 'Seats');
  await seats.getByText('0 of 5 seats in use').waitFor();
  await examine(page);

  // By keyboard: a wrong form first, then a right one.
  const make = page.getByRole('button', { name: 'Make an identifier' });
  await tabTo(page, make);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'New identifier' });
  await getsFocus(dialog.getByLabel('What it is for'));
  await dialog.getByLabel('Good until').fill('2020-01-01');
  await dialog.getByLabel('Check-outs at most').fill('0');
  await page.keyboard.press('Enter');
  await dialog.getByText('Enter 1 to 100 characters.').waitFor();
  await dialog.getByText('Choose a day from today on.').waitFor();
  await getsFocus(dialog.getByLabel('What it is for'));
  await examine(page);
  await page.keyboard.type('Render farm');
  await dialog.getByLabel('Good until').fill('2099-12-31');
  await dialog.getByLabel('Check-outs at most').fill('10');
  await page.keyboard.press('Enter');
  await dialog.getByText('it cannot be read again').waitFor();
  const first = await dialog.locator('.copy code').textContent();
  assert.match(first, /^lid_/u);
  await getsFocus(dialog.getByRole('button', { name: 'Copy' }));
  await examine(page);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.locator('code').filter({ hasText: first }).waitFor({ state: 'detached' });
  assert.ok(!(await page.content()).includes(first), 'what was shown once is gone from the page');
  const identifiers = region(page, 'Identifiers for services');
  await identifiers.getByRole('heading', { name: 'Render farm' }).waitFor();
  await identifiers.getByText('10 of 10 check-outs left').waitFor();

  // Whoever holds it appears by itself, and goes again.
  const lease = await farm.checkOut(first, 'Farm North');
  assert.equal(lease.status, 201, JSON.stringify(lease.body));
  await seats.getByText('1 of 5 seats in use').waitFor();
  await seats.getByText('Farm North').waitFor();
  await identifiers.getByText('9 of 10 check-outs left').waitFor();
  await examine(page);
  await farm.giveBack(lease, 5);
  await seats.getByText('No service holds the license at the moment.').waitFor();

  // What was counted, when and by whom.
  const counted = region(page, 'What is counted');
  await counted.getByText('Counted when a service checks the license out', { exact: false }).waitFor();
  await counted.getByRole('button', { name: /^Show history/u }).click();
  await counted.getByText('By Farm North, a service').waitFor();
  await counted.getByText('15 uses').waitFor();
  await examine(page);

  await identifiers.getByRole('button', { name: 'Replace: Render farm' }).click();
  const replacing = page.getByRole('dialog', { name: 'Replace Render farm?' });
  await replacing.getByText('The old one stops working at once.', { exact: false }).waitFor();
  await replacing.getByRole('button', { name: 'Replace identifier' }).click();
  const shown = page.getByRole('dialog', { name: 'New identifier' });
  await shown.getByText('it cannot be read again').waitFor();
  const second = await shown.locator('.copy code').textContent();
  await shown.getByRole('button', { name: 'Close' }).last().click();
  assert.equal((await farm.checkOut(first, 'Farm North')).status, 404, 'the old one stopped at once');
  assert.equal((await farm.checkOut(second, 'Farm South')).status, 201);

  await identifiers.getByRole('button', { name: 'End: Render farm' }).click();
  const ending = page.getByRole('dialog', { name: 'End Render farm?' });
  await ending.getByText('cannot check the license out any more', { exact: false }).waitFor();
  await examine(page);
  await ending.getByRole('button', { name: 'End identifier' }).click();
  await identifiers.getByText('No identifier is good at the moment.').waitFor();
  assert.equal((await farm.checkOut(second, 'Farm North')).status, 404);
  await seats.getByText('Farm South').waitFor();
});

site.story('a license without seats says so, and one of somebody else is not there', async (story) => {
  const customer = await Customer.create(story.server);
  const { license_id: license } = await customer.buy({ offer: 'solo', term: 'P1M', terminals: 1 });
  const { page, person } = await story.arrive(`/licenses/${license}/services`, customer.signedIn);
  await page.getByText('This license has no seats: services do not check it out.').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Make an identifier' }).count(), 0);
  await examine(page);
  const { license: other } = await customerWithSeats(story.server);
  person.expectProblem(/status of 404/u);
  await page.goto(`${story.server.url}/licenses/${other}/services`);
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
});

site.story('a vendor finds leases, sees who waits and who was refused, and ends a lease and an identifier', async (story) => {
  await publishMenu(story.server, ({ offers }) => {
    const studio = offers.find(({ offer }) => offer === 'studio');
    if (!studio.seats.some(({ limit }) => limit === 1)) studio.seats.unshift({ limit: 1, price: 0 });
  });
  const { customer, license, identify } = await customerWithSeats(story.server, { ...STUDIO, seats: 1 });
  const farm = await Farm.open(story.server, 'Farm service');
  await (await owner(story.server)).ask('POST', `${VENDOR}/tokens`, { name: 'Only reads', scopes: ['licenses:read'] });
  const identifier = await identify('For the farm');
  const lease = await farm.checkOut(identifier, 'Studio node 1');
  assert.equal(lease.status, 201, JSON.stringify(lease.body));
  assert.equal((await farm.checkOut(identifier, 'hasty')).body.code, 'SEATS_EXHAUSTED');
  const patient = farm.checkOut(identifier, 'Patient node', { wait_seconds: 60 });

  const { page } = await arriveAsOwner(story, `${ACME}/leases`);
  await heading(page, 'Leases and seats').waitFor();
  const waiting = region(page, 'Waiting for a seat');
  await waiting.getByText('1 of 1 in use, 1 waits').waitFor();
  await waiting.getByText('Patient node').waitFor();
  const refused = region(page, 'Refused for want of a seat');
  await refused.getByText('Farm service').first().waitFor();
  await examine(page);

  await page.getByLabel('Search').fill('studio node');
  await page.waitForURL(/q=studio/u);
  await page.getByRole('row').filter({ hasText: 'Studio node 1' }).waitFor();
  await page.getByLabel('Search').fill('');
  await page.waitForURL((url) => !url.search.includes('q='));
  await page.getByRole('combobox', { name: 'Status' }).selectOption('Open');
  await page.waitForURL(/state=open/u);
  // By the service's name; what does not check licenses out is none.
  const services = page.getByRole('combobox', { name: 'Service' });
  await services.getByRole('option', { name: 'Farm service' }).waitFor({ state: 'attached' });
  assert.ok(!(await services.textContent()).includes('Only reads'), 'no service');
  await services.selectOption('Farm service');
  await page.waitForURL(/service=tok_/u);
  await page.getByRole('link', { name: 'Studio node 1' }).click();
  const sheet = page.getByRole('dialog', { name: 'Lease' });
  await sheet.getByText('For the farm').waitFor();
  await examine(page);
  await sheet.getByRole('button', { name: 'End this lease' }).click();
  await asking(page).getByText('loses the seat at once', { exact: false }).waitFor();
  await examine(page);
  await answer(page, 'End this lease', 'The node hangs.');
  await sheet.getByText('Ended by us').waitFor();
  const seated = await patient;
  assert.equal(seated.status, 201, 'whoever waited has the seat');
  const extended = await farm.ask('POST', `/leases/${lease.body.lease_id}/extend`, { ttl_seconds: 600 });
  assert.equal(extended.body.code, 'LEASE_EXPIRED');

  await page.goto(`${story.server.url}${ACME}/licenses?open=${license}`);
  const license_sheet = page.getByRole('dialog', { name: 'Sketchpad Studio' });
  await license_sheet.getByText('1 of 1 in use').waitFor();
  await examine(page);
  await license_sheet.getByRole('button', { name: 'End', exact: true }).click();
  await answer(page, 'End identifier', 'It leaked.');
  await license_sheet.getByText('No identifier of this license is good.').waitFor();
  assert.equal((await farm.checkOut(identifier, 'again')).status, 404);
  const { notes } = await customer.ask('GET', `/licenses/${license}`);
  assert.deepEqual(notes.map(({ reason }) => reason), ['It leaked.', 'The node hangs.']);
});

site.story('figures lead to the lists of what they count', async (story) => {
  const { identify } = await customerWithSeats(story.server);
  const farm = await Farm.open(story.server, 'Counting farm');
  const lease = await farm.checkOut(await identify('Counted'), 'Counting node');
  await farm.giveBack(lease, 5);
  const { page } = await arriveAsOwner(story, `${ACME}/figures?product=sketchpad`);
  const uses = region(page, 'Uses');
  await uses.getByRole('row').filter({ hasText: 'ai.render' }).getByRole('link').first().click();
  await heading(page, 'Audit log').waitFor();
  await page.getByRole('row').filter({ hasText: 'lease.returned' }).first().waitFor();
  await examine(page);
  await page.goBack();
  await region(page, 'Sales in EUR').getByRole('link').first().click();
  await heading(page, 'Orders').waitFor();
  assert.equal(await page.getByLabel('Order').inputValue(), '-fulfilled_at');
  await page.getByRole('row').nth(1).waitFor();
  await examine(page);
});
