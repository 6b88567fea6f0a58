// A coupon at the checkout: its code typed, its line in the price, refused in words, and gone when it is gone.
import assert from 'node:assert/strict';
import { Customer, MENU, money, PRO, quote } from './customers.mjs';
import { checkAccess, checkWidth, openSite } from './harness.mjs';
import { agree, approve, getsFocus, goToCheckout, heading, payButton, totalIs } from './portal.mjs';
import { owner } from './vendor.mjs';

const site = await openSite();
const COUPONS = '/admin/vendors/acme/coupons';
const order = (page) => page.getByRole('region', { name: 'Your order' });
const field = (page) => page.getByLabel('Coupon', { exact: true });

/** A signed-in customer at the checkout of Pro, with this coupon on offer; gives the vendor's owner too. */
async function arriveAtCheckout({ arrive, server }, coupon, look = {}) {
  const vendor = await owner(server);
  await vendor.ask('POST', COUPONS, coupon);
  const customer = await Customer.create(server);
  const { person, page } = await arrive(MENU, { ...look, ...customer.signedIn });
  await page.getByRole('radio', { name: 'Pro', exact: true }).check();
  await goToCheckout(page);
  return { vendor, customer, person, page };
}

async function apply(page, code) {
  if (!(await field(page).isVisible())) await page.getByText('I have a coupon').click();
  await field(page).fill(code);
  await page.getByRole('button', { name: 'Apply' }).click();
}

for (const look of [{}, { viewport: { width: 390, height: 844 } }]) {
  const device = look.viewport ? 'a phone' : 'a desktop';
  site.story(`a coupon is a line in the price that is paid, and stays over a reload, on ${device}`, async (story) => {
    const code = look.viewport ? 'PHONE-25' : 'DESK-25';
    const { page, person } = await arriveAtCheckout(story, { code, percent_off: 25 }, look);
    person.expectProblem(/status of 422/);
    await apply(page, 'no');
    await page.getByText('A code has 4 to 32 letters, digits and hyphens.').waitFor();
    await getsFocus(field(page));
    await apply(page, 'NEVER-WAS');
    await page.locator('#coupon-error').filter({ hasText: /coupon/i }).waitFor();
    assert.equal(await field(page).inputValue(), 'NEVER-WAS');
    await checkAccess(page);

    const { total } = await quote(story.server, PRO);
    const off = Math.floor(total.amount / 4);
    const less = money({ ...total, amount: total.amount - off });
    await apply(page, code.toLowerCase());
    await totalIs(order(page), less);
    await order(page).getByRole('definition').filter({ hasText: money({ ...total, amount: -off }).replace('-', '') }).first().waitFor();
    await page.reload();
    await totalIs(order(page), less);
    await checkAccess(page);
    await checkWidth(page);
    await agree(page).check();
    await page.getByRole('button', { name: `Pay ${less} now` }).click();
    await approve(page);
    const receipt = page.getByRole('region', { name: 'Receipt' });
    await receipt.getByText(`Coupon ${code}`).waitFor();
    await totalIs(receipt, less);
  });
}

site.story('a coupon that is taken off again costs what it cost, and one for everything makes it free', async (story) => {
  const { page } = await arriveAtCheckout(story, { code: 'ALL-OF-IT', percent_off: 100 });
  const { total } = await quote(story.server, PRO);
  await apply(page, 'all-of-it');
  await page.getByRole('button', { name: 'Get it for free' }).waitFor();
  await page.getByRole('button', { name: 'Remove the coupon' }).click();
  await totalIs(order(page), money(total));
  await apply(page, 'ALL-OF-IT');
  await agree(page).check();
  await page.getByRole('button', { name: 'Get it for free' }).click();
  await heading(page, 'Thank you, it is all yours').waitFor();
});

site.story('a coupon that ends during the checkout is refused beside its field, and nothing is charged', async (story) => {
  const { page, person, vendor, customer } = await arriveAtCheckout(story, { code: 'LAST-DAY', percent_off: 50 });
  const { total } = await quote(story.server, PRO);
  await apply(page, 'LAST-DAY');
  await page.getByRole('button', { name: 'Remove the coupon' }).waitFor();
  await agree(page).check();
  await vendor.ask('PATCH', `${COUPONS}/LAST-DAY`, { active: false }, { 'if-match': '"1"' });
  person.expectProblem(/status of 4\d\d/);
  await payButton(page).click();
  await page.locator('#coupon-error').waitFor();
  await totalIs(order(page), money(total));
  assert.equal((await customer.ask('GET', '/orders')).items.length, 0);
  await payButton(page).click();
  await approve(page);
});
