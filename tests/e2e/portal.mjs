// What people do in the portal, by the words and roles that they see.
import assert from 'node:assert/strict';

/** The page's heading; with a name, it waits for that page. */
export function heading(page, name) {
  return page.getByRole('heading', { level: 1, name });
}

/** A choice within the group called `group`. */
export function choice(page, group, name) {
  return page.getByRole('group', { name: group }).getByRole(/add/i.test(group) ? 'checkbox' : 'radio', { name });
}

export async function signUp(page, { name, email, password }) {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

export async function signIn(page, { email, password }) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
}

/** Picks "I am new here" or "I have an account", whose radio buttons look like tabs. */
export async function pickMode(page, mode) {
  await page.getByRole('group', { name: 'New or known' }).getByText(mode, { exact: true }).click();
}

/** Goes from the menu to the checkout. */
export async function goToCheckout(page) {
  await page.getByRole('link', { name: 'Continue' }).click();
  await heading(page, 'Checkout').waitFor();
}

/** Ticks the agreement and places the order at the checkout. */
export async function agreeAndPay(page) {
  await agree(page).check();
  await payButton(page).click();
}

export const agree = (page) => page.getByRole('checkbox', { name: /^I agree to the/ });
export const payButton = (page) => page.getByRole('button', { name: /^Pay .+ now$/ });
export const approveButton = (page) => page.getByRole('button', { name: /^Approve payment/ });

/** Approves on the sandbox's page and waits for the confirmation. */
export async function approve(page) {
  await heading(page, 'Test payment').waitFor();
  await approveButton(page).click();
  await heading(page, 'Thank you, it is all yours').waitFor();
}

/** The price in the configurator or at the checkout: its lines, the total last. */
export async function priceLines(region) {
  return region.getByRole('definition').allTextContents();
}

/** Waits until the total of the price in `region` is `total`. */
export async function totalIs(region, total) {
  await region.getByRole('definition').last().filter({ hasText: total }).waitFor();
}

/** Presses Tab until `target` has the focus, as somebody without a mouse. */
export async function tabTo(page, target) {
  await target.waitFor();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not reach ${target}`);
}

export function hasFocus(target) {
  return target.evaluate((element) => element === document.activeElement);
}

/** Waits until `target` has the focus. */
export async function getsFocus(target) {
  await target.and(target.page().locator(':focus')).waitFor();
}
