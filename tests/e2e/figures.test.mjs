// What a vendor reads from its figures, and that every number leads to the list that it counts.
import assert from 'node:assert/strict';
import { Customer, money, newPerson, PRO, SOLO } from './customers.mjs';
import { ACME, arriveAsOwner, examine } from './desk.mjs';
import { openSite } from './harness.mjs';
import { getsFocus, heading } from './portal.mjs';
import { addVendor } from './vendor.mjs';

const site = await openSite();
const card = (page, name) => page.getByRole('region', { name, exact: true });

/** The number of rows of the list that the page shows. */
async function countRows(page) {
  await page.getByRole('row').nth(1).waitFor();
  return (await page.getByRole('row').count()) - 1;
}

/** The number in "12 orders, …". */
async function countOrders(sales) {
  const text = await sales.getByText(/^\d+ orders?/u).first().textContent();
  return Number.parseInt(text, 10);
}

site.story('what is sold is in the figures at once, and leads to the orders that it counts', async (story) => {
  const fresh = await addVendor(story.server);
  const { page } = await arriveAsOwner(story, `/admin/${fresh}/figures`);
  await heading(page, 'Figures').waitFor();
  await page.getByRole('heading', { name: 'Nothing to count' }).waitFor();
  await examine(page);

  await page.goto(`${story.server.url}${ACME}/figures`);
  await card(page, 'Sales in EUR').waitFor();
  const before = await countOrders(card(page, 'Sales in EUR'));
  const customer = await Customer.create(story.server, newPerson('Fay Figures'));
  await customer.buy(PRO);
  await customer.buy(SOLO);
  await page.reload();
  const sales = card(page, 'Sales in EUR');
  await sales.waitFor();
  const sold = await countOrders(sales);
  assert.equal(sold, before + 2);

  const total = sales.locator('.figure-head a');
  assert.match(await total.textContent(), /^€[\d,]+\.\d\d$/u);
  await total.click();
  await heading(page, 'Orders').waitFor();
  await page.waitForURL(/sort=-fulfilled_at/u);
  assert.equal(await countRows(page), sold);
  await page.goBack();
  await card(page, 'New licenses').locator('.figure-head a').click();
  await page.waitForURL(/licenses\?from=/u);
  await heading(page, 'Licenses').waitFor();
  assert.ok(await countRows(page) >= 2);
});

site.story('a chart is read by keyboard, and its numbers are a table one click away', async (story) => {
  const customer = await Customer.create(story.server, newPerson('Kay Keyboard'));
  const { total } = await customer.buy(PRO);
  const { page } = await arriveAsOwner(story, `${ACME}/figures`);
  const sales = card(page, 'Sales in EUR');
  const slider = sales.getByRole('slider', { name: 'Sales in EUR' });
  await slider.focus();
  const today = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date());
  const said = await slider.getAttribute('aria-valuetext');
  assert.ok(said.startsWith(`${today}: €`), said);
  assert.notEqual(said, `${today}: ${money({ amount: 0, currency: total.currency })}`);
  await page.keyboard.press('Home');
  const first = await slider.getAttribute('aria-valuetext');
  assert.notEqual(first, said);
  await sales.getByText(first.split(': ')[0], { exact: true }).waitFor();

  const summary = sales.getByText('Numbers as a table');
  await summary.focus();
  await page.keyboard.press('Enter');
  await sales.getByRole('columnheader', { name: 'Paid back' }).waitFor();
  assert.equal(await sales.getByRole('row').count(), 31);
  await sales.getByRole('row', { name: new RegExp(`^${today} €`, 'u') }).waitFor();
  await examine(page);
});

site.story('the stretch of time is in the address, and one that is no time is said to be none', async (story) => {
  const { page, person } = await arriveAsOwner(story, `${ACME}/figures`);
  await page.getByRole('link', { name: '12 months' }).click();
  await page.waitForURL(/by=month/u);
  await card(page, 'New licenses').getByText('Numbers as a table').click();
  await page.waitForFunction(() => document.querySelectorAll('.chart-table tbody tr').length === 12);
  await page.reload();
  await card(page, 'New licenses').waitFor();
  assert.equal(await page.getByLabel('By').inputValue(), 'month');
  await page.getByLabel('By').selectOption('week');
  await page.waitForURL(/by=week/u);
  await page.getByLabel('Product').selectOption({ label: 'Sketchpad' });
  await page.waitForURL(/product=sketchpad/u);
  await card(page, 'New licenses').waitFor();
  person.expectProblem(/status of 422/u);
  await page.goto(`${story.server.url}${ACME}/figures?from=2026-02-02&to=2026-02-01`);
  await page.getByText('Choose a day that is not after the last.').waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await examine(page);
});

site.story('the overview shows the last 30 days once something is sold', async (story) => {
  const customer = await Customer.create(story.server, newPerson('Ora Overview'));
  await customer.buy(PRO);
  const { page } = await arriveAsOwner(story, ACME);
  const summary = card(page, 'The last 30 days');
  await summary.getByText('Active licenses').waitFor();
  await examine(page);
  await summary.getByRole('link', { name: 'All figures' }).click();
  await heading(page, 'Figures').waitFor();
  await getsFocus(heading(page, 'Figures'));
});
