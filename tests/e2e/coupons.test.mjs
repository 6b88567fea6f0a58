// How a vendor makes coupons, changes them, and is told when somebody else did.
import assert from 'node:assert/strict';
import { ACME, answer, arriveAsOwner, asking, examine } from './desk.mjs';
import { openSite } from './harness.mjs';
import { getsFocus, heading } from './portal.mjs';
import { addVendor, owner } from './vendor.mjs';

const site = await openSite();
const VENDOR = '/admin/vendors/acme';
const sheet = (page) => page.getByRole('dialog').first();

site.story('a coupon is made for two offers, changed and switched off', async (story) => {
  const fresh = await addVendor(story.server);
  const { page, person } = await arriveAsOwner(story, `/admin/${fresh}/coupons`);
  await page.getByRole('heading', { name: 'No coupons yet' }).waitFor();
  await examine(page);
  await page.goto(`${story.server.url}${ACME}/coupons`);
  await page.getByRole('button', { name: 'New coupon' }).first().click();
  await asking(page).getByLabel('Percent').fill('0');
  await asking(page).getByRole('button', { name: 'Create coupon' }).click();
  await asking(page).getByText('Use 4 to 32 letters, digits and hyphens.').waitFor();
  await asking(page).getByText('Enter a whole number from 1 to 100.').waitFor();
  await getsFocus(asking(page).getByLabel('Code'));
  await asking(page).getByLabel('Code').fill('spring-25');
  await asking(page).getByLabel('Percent').fill('25');
  await asking(page).getByLabel('For which product').selectOption({ label: 'Sketchpad' });
  await asking(page).getByLabel('Pro', { exact: true }).check();
  await asking(page).getByLabel('Solo', { exact: true }).check();
  await asking(page).getByLabel('Last day').fill('2099-12-31');
  await asking(page).getByLabel('How often in all').fill('2');
  await examine(page);
  await answer(page, 'Create coupon');
  const row = page.getByRole('row').filter({ hasText: 'SPRING-25' });
  for (const text of ['25%', 'sketchpad: pro, solo', 'Active', '0 of 2', 'Until 31 December 2099']) {
    await row.getByText(text, { exact: true }).waitFor();
  }

  await page.getByRole('button', { name: 'New coupon' }).click();
  await asking(page).getByLabel('Code').fill('SPRING-25');
  await asking(page).getByLabel('What it takes off').selectOption('amount');
  await asking(page).getByLabel('Amount').fill('5.00');
  person.expectProblem(/status of 409/u);
  await asking(page).getByRole('button', { name: 'Create coupon' }).click();
  await asking(page).getByRole('alert').waitFor();
  await asking(page).getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('link', { name: 'SPRING-25' }).click();
  await sheet(page).getByRole('button', { name: 'Change' }).click();
  await asking(page).getByLabel('How often in all').fill('10');
  await asking(page).getByLabel('Last day').fill('');
  await answer(page, 'Save');
  await sheet(page).getByText('0 of 10').waitFor();
  await sheet(page).getByText(/without end/u).waitFor();
  await examine(page);
  await sheet(page).getByRole('button', { name: 'Switch off' }).click();
  await answer(page, 'Switch off');
  await sheet(page).getByText('Switched off').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('row').filter({ hasText: 'Switched off' }).waitFor();
});

site.story('nobody writes over a coupon that somebody else changed meanwhile', async (story) => {
  const colleague = await owner(story.server);
  await colleague.ask('POST', `${VENDOR}/coupons`, { code: 'RACE-ONE', percent_off: 10 });
  const { page, person } = await arriveAsOwner(story, `${ACME}/coupons?open=coupon_RACE-ONE`);
  await sheet(page).getByRole('button', { name: 'Change' }).click();
  await colleague.ask('PATCH', `${VENDOR}/coupons/RACE-ONE`, { limit: 5 }, { 'if-match': '"1"' });
  await asking(page).getByLabel('How often in all').fill('7');
  person.expectProblem(/status of 412/u);
  await asking(page).getByRole('button', { name: 'Save' }).click();
  await asking(page).getByRole('alert').waitFor();
  await asking(page).getByRole('button', { name: 'Cancel' }).click();
  await asking(page).waitFor({ state: 'hidden' });
  await sheet(page).getByText('0 of 5').waitFor();
  await page.keyboard.press('Escape');
  await sheet(page).waitFor({ state: 'hidden' });
  await page.waitForURL(({ search }) => search === '');
});
