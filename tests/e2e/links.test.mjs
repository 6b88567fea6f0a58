// What the links in mail lead to: a new password, a confirmed address, another address.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { Customer, newPerson } from './customers.mjs';
import { checkAccess, checkWidth, openSite } from './harness.mjs';
import { startMailServer } from './mail-server.mjs';
import { getsFocus, heading, signIn } from './portal.mjs';

const mail = await startMailServer();
after(() => mail.stop());
const options = ['--mail-from', 'Licenses <licenses@example.com>'];
const site = await openSite({ options, env: { PASSGATE_SMTP_URL: `smtp://127.0.0.1:${mail.port}?tls=off` } });
const silent = await openSite();
const PHONE = { viewport: { width: 390, height: 844 } };

/** The link in the mail to `address` that leads to `path`; not `known`. */
async function link(address, path, known) {
  const isWanted = ({ mail: one }) => one?.to.includes(address) && one.text.includes(path) && !(known && one.text.includes(known));
  const { mail: { text } } = await mail.hears(isWanted);
  return new RegExp(`http\\S+${path}\\S+`).exec(text)[0];
}

/** Sees that a page is for everybody. */
async function examine(page) {
  await checkAccess(page);
  await checkWidth(page);
}

site.story('a forgotten password is chosen anew by the link in a mail, which works once', async ({ arrive, server }) => {
  const person = newPerson();
  await Customer.create(server, person);
  const { page, person: visitor } = await arrive('/sign-in', PHONE);
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await heading(page, 'Choose a new password').waitFor();
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByText('Enter an e-mail address, like name@example.com.').waitFor();
  await examine(page);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByText(`If ${person.email} has an account`).waitFor();
  await examine(page);

  const address = await link(person.email, '/reset#');
  await page.goto(address);
  await heading(page, 'New password').waitFor();
  assert.equal(page.url(), `${server.url}/reset`, 'the secret stays out of the history');
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('Use at least 10 characters.').waitFor();
  await getsFocus(page.getByLabel('New password'));
  await examine(page);
  const password = 'a quite different horse';
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
  await examine(page);
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, { email: person.email, password });
  await heading(page, 'My licenses').waitFor();

  visitor.expectProblem(/status of 404/);
  await page.goto('about:blank');
  await page.goto(address);
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
  await examine(page);
  await page.getByRole('link', { name: 'Ask for another link' }).click();
  await heading(page, 'Choose a new password').waitFor();
});

site.story('who has no account is told the same', async ({ arrive }) => {
  const { page } = await arrive('/forgot');
  await page.getByLabel('E-mail').fill('nobody@example.com');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByText('If nobody@example.com has an account, a link to choose a new password is on its way.').waitFor();
});

site.story('an address is confirmed by its link, which is sent again on request', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { email } = customer.person;
  const first = await link(email, '/confirm#');
  const { page } = await arrive('/account', { ...PHONE, ...customer.signedIn });
  const part = page.getByRole('region', { name: 'E-mail' });
  await part.getByText('Not confirmed', { exact: true }).waitFor();
  await examine(page);
  await part.getByRole('button', { name: 'Send the link again' }).click();
  await page.goto(await link(email, '/confirm#', first));
  await heading(page, 'Confirm your address').waitFor();
  assert.equal(page.url(), `${server.url}/confirm`);
  await examine(page);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText(`${email} is your address.`).waitFor();
  await examine(page);
  await page.goto(`${server.url}/account`);
  await part.getByText('Confirmed', { exact: true }).waitFor();
});

site.story('another address counts when the link that was sent there is followed', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { page } = await arrive('/account', customer.signedIn);
  const part = page.getByRole('region', { name: 'E-mail' });
  const { email } = newPerson();
  await part.getByRole('button', { name: 'Change address' }).click();
  await part.getByText('Enter an e-mail address, like name@example.com.').waitFor();
  await part.getByLabel('New e-mail address').fill(email);
  await part.getByRole('button', { name: 'Change address' }).click();
  await part.getByText(`Follow the link in the mail to ${email}.`).waitFor();
  await part.getByText(customer.person.email, { exact: true }).waitFor();
  await examine(page);
  await page.goto(await link(email, '/confirm#'));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText(`${email} is your address.`).waitFor();
  await page.goto(`${server.url}/account`);
  await part.getByText(email, { exact: true }).waitFor();
  await part.getByText('Confirmed', { exact: true }).waitFor();
});

silent.story('where no mail is sent, the pages say whom to ask', async ({ arrive, server }) => {
  const { page } = await arrive('/forgot', PHONE);
  await page.getByRole('heading', { name: 'Ask for a link' }).waitFor();
  await examine(page);
  await page.goto(`${server.url}/reset`);
  await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
  const customer = await Customer.create(server);
  const { page: own } = await arrive('/account', customer.signedIn);
  await own.getByText('This portal sends no mail, so the address cannot be changed here.').waitFor();
  await examine(own);
});
