// Connecting an app as somebody whom a vendor's provider knows: the provider is shown in a window beside the app's, so that one
// that isolates its windows cuts nobody off.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { PRO } from './customers.mjs';
import { examine } from './desk.mjs';
import { openSite } from './harness.mjs';
import { heading } from './portal.mjs';
import { startProvider } from './provider.mjs';
import { DEMO, handOver, isDenied, isLicensed, openConnect } from './sketchpad.mjs';
import { owner } from './vendor.mjs';

const people = {
  ada: { name: 'Ada Student', email: 'ada@university.example', groups: ['students'] },
  eve: { name: 'Eve Student', email: 'eve@university.example', groups: ['students'] },
};
const site = await openSite({ options: ['--private-webhooks', 'on'] });
const [open, isolated] = await Promise.all([startProvider(people), startProvider(people, { isolated: true })]);
after(() => Promise.all([open.stop(), isolated.stop()]));

const by = await owner(site.server);
for (const [provider, name] of [[open, 'Open University'], [isolated, 'Isolated University']]) {
  const rule = { claim: 'groups', match: 'contains', value: 'students', product: 'sketchpad', selection: PRO, when_gone: 'keep' };
  const added = await by.ask('POST', '/admin/vendors/acme/sources', {
    name, issuer: provider.issuer, client_id: 'portal', scopes: ['openid', 'profile', 'email', 'groups'], rules: [rule],
  });
  provider.register(added.redirect_uri);
}

const button = (page, name) => page.getByRole('link', { name: `Continue with ${name}` });

/** At the provider, as this person. */
async function vouch(page, login) {
  await heading(page, 'Provider').waitFor();
  await page.getByLabel('Login').fill(login);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** What opens when `act` is done in `page`. */
async function openedBy(page, act) {
  const opened = page.waitForEvent('popup');
  await act();
  return opened;
}

for (const name of ['Open University', 'Isolated University']) {
  site.story(`a student of the ${name} connects an app, and the window beside closes by itself`, async ({ arrive }) => {
    const { page } = await arrive(DEMO, { reducedMotion: 'reduce' });
    await isDenied(page);
    const popup = await openConnect(page);
    const beside = await openedBy(popup, () => button(popup, name).click());
    await popup.getByText('Sign in in the window that has opened.').waitFor();
    await examine(popup);
    await heading(beside, 'Provider').waitFor();
    await beside.getByRole('button', { name: 'Cancel' }).click();
    await beside.getByText('The sign-in was refused or given up.').waitFor();
    await examine(beside);
    await button(beside, name).click();
    const closed = beside.waitForEvent('close');
    await vouch(beside, 'ada');
    await closed;
    await handOver(popup, 'In the library');
    await isLicensed(page);
  });
}

site.story('where no window may open, whoever is cut off is told what to do, and stays signed in', async ({ arrive }) => {
  const { page } = await arrive(DEMO, { reducedMotion: 'reduce' });
  await isDenied(page);
  const popup = await openConnect(page);
  await button(popup, 'Isolated University').waitFor();
  await popup.evaluate(() => { window.open = () => null; });
  await button(popup, 'Isolated University').click();
  await vouch(popup, 'eve');
  await popup.getByText('The app has lost this window').waitFor();
  await examine(popup);
  assert.match(await popup.getByRole('main').textContent(), /choose “Connect” in the app again/);
  await popup.close();
  await handOver(await openConnect(page));
  await isLicensed(page);
});
