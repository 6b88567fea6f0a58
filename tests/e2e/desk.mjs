// The desk of a vendor's team: its pages as the owner of the demo vendor sees them.
import { Customer } from './customers.mjs';
import { checkAccess, checkWidth } from './browser.mjs';
import { PASSWORD } from './server.mjs';

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };
export const OWNER = { email: 'owner@example.com', password: PASSWORD };
export const ACME = '/admin/acme';

/** Brings the owner, signed in. */
export async function arriveAsOwner(story, path, options) {
  const owner = await Customer.signIn(story.server, OWNER);
  return story.arrive(path, { viewport: DESKTOP, reducedMotion: 'reduce', ...owner.signedIn, ...options });
}

/** The dialog that asks before an act. */
export const asking = (page) => page.locator('dialog.ask');

/** Answers it. */
export async function answer(page, verb, reason) {
  if (reason) await asking(page).getByLabel('Reason').fill(reason);
  await asking(page).getByRole('button', { name: verb }).click();
  await asking(page).waitFor({ state: 'hidden' });
}

/** What is shown once, and closed after it was kept. */
export async function keepSecret(page, title) {
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.getByText('It is shown only now and cannot be read again.').waitFor();
  const secret = await dialog.locator('.copy code').textContent();
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  return secret;
}

/** Waits until the page has everything, and looks at it wide and narrow, dark and light. */
export async function examine(page) {
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('[aria-busy="true"]:not(button)'));
  for (const [viewport, colorScheme] of [[PHONE, 'light'], [DESKTOP, 'dark']]) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await checkWidth(page);
    await checkAccess(page);
  }
}
