// What a vendor sees of its mail where none is sent, and how it writes its own texts.
import assert from 'node:assert/strict';
import { Customer, newPerson, PRO } from './customers.mjs';
import { ACME, answer, arriveAsOwner, examine } from './desk.mjs';
import { openSite } from './harness.mjs';
import { heading } from './portal.mjs';
import { owner } from './vendor.mjs';

const site = await openSite();
/** Long enough for a busy machine. */
const PATIENCE = 15_000;
const sheet = (page) => page.getByRole('dialog').first();

/** Waits until the receipt for `address` is written, which happens behind the log. */
async function isWritten(server, address) {
  const vendor = await owner(server);
  const written = async () => {
    const { items } = await vendor.ask('GET', '/admin/vendors/acme/mails?kind=receipt&limit=100');
    return items.some(({ to }) => to === address);
  };
  const until = Date.now() + PATIENCE;
  while (!(await written())) assert.ok(Date.now() < until, `no receipt for ${address} was written`);
}

site.story('where no mail is sent, it is kept with its link to be passed on', async (story) => {
  const buyer = newPerson('Mia Mail');
  const customer = await Customer.create(story.server, buyer);
  await customer.buy(PRO);
  const { page } = await arriveAsOwner(story, `${ACME}/mail`);
  await page.getByText('Mail is not set up on this installation').waitFor();
  await isWritten(story.server, buyer.email);
  await page.getByLabel('About').selectOption('receipt');
  await page.waitForURL(/kind=receipt/u);
  await page.getByRole('row').filter({ hasText: buyer.email }).getByRole('link').click();
  await sheet(page).getByText('Not sent', { exact: true }).waitFor();
  await sheet(page).locator('.mail-text').getByText('Mia Mail').waitFor();
  assert.equal(await sheet(page).getByRole('button', { name: 'Send again' }).count(), 0);
  await examine(page);
  await page.keyboard.press('Escape');
  await page.getByLabel('Status').selectOption('sent');
  await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
  await examine(page);
});

site.story('a vendor writes its own text, with a preview and what may stand in it, and goes back', async (story) => {
  const { page, person } = await arriveAsOwner(story, `${ACME}/mail`);
  await page.getByRole('link', { name: 'Texts of mail' }).click();
  await heading(page, 'Texts of mail').waitFor();
  await page.getByRole('button', { name: 'Receipt' }).click();
  const preview = page.getByRole('region', { name: 'As a customer reads it' });
  await preview.locator('pre').waitFor();
  await examine(page);
  await page.getByLabel('Subject').fill('Thank you, ');
  await page.getByRole('button', { name: /^customer\.name/u }).click();
  await preview.getByText(/^Thank you, \S+/u).waitFor();
  assert.equal(await page.getByLabel('Subject').inputValue(), 'Thank you, {{customer.name}}');

  person.expectProblem(/status of 422/u);
  await page.getByLabel('Text', { exact: true }).fill('Hello {{customer.shoe_size}}');
  await page.getByText('Line 1: “{{customer.shoe_size}}” is not known here.').waitFor();
  await page.getByText('Put right what is wrong, and the preview is here.').waitFor();
  await examine(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Line 1: “{{customer.shoe_size}}” is not known here.').waitFor();
  await page.getByLabel('Text', { exact: true }).fill('Hello {{customer.name}}, all is well.');
  await preview.getByText(/^Hello .+, all is well\.$/u).waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row').filter({ hasText: 'Receipt' }).getByText('Yours', { exact: true }).waitFor();

  const buyer = newPerson('Tessa Text');
  const customer = await Customer.create(story.server, buyer);
  await customer.buy(PRO);
  await isWritten(story.server, buyer.email);
  await page.goto(`${story.server.url}${ACME}/mail?kind=receipt`);
  await page.getByRole('link', { name: 'Thank you, Tessa Text' }).click();
  await sheet(page).getByText('Hello Tessa Text, all is well.').waitFor();

  await page.goto(`${story.server.url}${ACME}/mail/texts`);
  await page.getByRole('button', { name: 'Receipt' }).click();
  await page.getByRole('button', { name: 'Back to the default' }).click();
  await answer(page, 'Back to the default');
  await page.getByRole('row').filter({ hasText: 'Receipt' }).getByText('Default', { exact: true }).waitFor();
});
