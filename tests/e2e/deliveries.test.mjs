// Webhooks in the pages of a vendor's team: one is added, tested, sees its program fail, and is put right.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { Customer, PRO } from './customers.mjs';
import { ACME, answer, arriveAsOwner, asking, examine, keepSecret } from './desk.mjs';
import { listen } from './ear.mjs';
import { openSite } from './harness.mjs';
import { getsFocus, heading } from './portal.mjs';
import { owner } from './vendor.mjs';

const site = await openSite({ options: ['--private-webhooks', 'on'] });
const VENDOR = '/admin/vendors/acme';

/** A program that listens until the file is done. */
async function newEar() {
  const ear = await listen();
  after(() => ear.close());
  return ear;
}

/** Adds a webhook by its form, and opens it; gives its secret and its id. */
async function addWebhook(page, url, { family, description }) {
  await page.getByRole('button', { name: 'Add webhook' }).first().click();
  await asking(page).getByLabel('Address').fill(url);
  await asking(page).getByLabel('What it is for').fill(description);
  await asking(page).getByRole('checkbox', { name: family, exact: true }).check();
  await asking(page).getByRole('button', { name: 'Add webhook' }).click();
  const secret = await keepSecret(page, 'The webhook is ready');
  await page.getByRole('link', { name: url }).click();
  await heading(page, description).waitFor();
  return { secret, id: new URL(page.url()).pathname.split('/').at(-1) };
}

const press = (scope, name) => scope.getByRole('button', { name, exact: true }).click();
const deliveries = (page) => page.getByRole('table', { name: 'Deliveries' }).getByRole('row');

site.story('a webhook is added, told, told again, and given another secret', async (story) => {
  const ear = await newEar();
  const { page } = await arriveAsOwner(story, `${ACME}/webhooks`);
  await page.getByRole('heading', { name: 'No webhooks yet' }).waitFor();
  await examine(page);
  await page.getByRole('button', { name: 'Add webhook' }).first().click();
  await asking(page).getByLabel('Address').fill('example.com/hook');
  await asking(page).getByLabel('Single events').fill('everything');
  await press(asking(page), 'Add webhook');
  await getsFocus(asking(page).getByLabel('Address'));
  await asking(page).getByText('Each is words joined by dots').waitFor();
  await examine(page);
  await press(asking(page), 'Cancel');

  const { secret } = await addWebhook(page, ear.url, { family: 'Orders', description: 'Bookkeeping' });
  assert.match(secret, /^whsec_/u);
  await page.getByText(/^whpk_/u).waitFor();
  await page.getByRole('heading', { name: 'Nothing was sent yet' }).waitFor();
  await press(page, 'Send a test');
  await page.getByText('It was taken.').first().waitFor();
  const first = deliveries(page).nth(1);
  await first.getByText('webhook.test', { exact: true }).waitFor();
  await first.getByText('204').waitFor();
  await first.getByText('Sent and answered').click();
  await first.getByRole('region', { name: 'Sent' }).getByText('"It works."').waitFor();
  await examine(page);

  const customer = await Customer.create(story.server);
  const { order_id: order } = await customer.buy(PRO);
  const message = await ear.hears('order.fulfilled', order);
  new Webhook(secret).verify(message.body, message.headers);
  await page.reload();
  await deliveries(page).filter({ hasText: 'order.fulfilled' }).getByRole('button', { name: /^Send again/u }).click();
  const again = await ear.hears('order.fulfilled', order);
  assert.equal(again.headers['webhook-id'], message.headers['webhook-id']);
  await deliveries(page).filter({ hasText: 'order.fulfilled' }).nth(1).waitFor();

  await press(page, 'New secret');
  await answer(page, 'New secret');
  const renewed = await keepSecret(page, 'The new secret is ready');
  await press(page, 'Send a test');
  await page.getByText('It was taken.').first().waitFor();
  assert.notEqual(renewed, secret);
});

site.story('a webhook is edited, paused, made active and removed, and nobody writes over somebody else', async (story) => {
  const ear = await newEar();
  const { page, person } = await arriveAsOwner(story, `${ACME}/webhooks`);
  const { id } = await addWebhook(page, ear.url, { family: 'Licenses', description: 'Support desk' });
  await press(page, 'Edit webhook');
  await asking(page).getByLabel('Single events').fill('pass.cloned, order.refunded');
  const vendor = await owner(story.server);
  const path = `${VENDOR}/webhooks/${id}`;
  const { url, kinds, state, revision } = await vendor.ask('GET', path);
  const theirs = { url, kinds, state, description: 'Theirs' };
  await vendor.ask('PUT', path, theirs, { 'if-match': `"${revision}"` });
  person.expectProblem(/status of 412/u);
  await press(asking(page), 'Save');
  await asking(page).getByText('Somebody else changed this webhook before you.').waitFor();
  assert.equal(await asking(page).getByLabel('Single events').inputValue(), 'pass.cloned, order.refunded');
  await answer(page, 'Save');
  await page.getByText('license.*, pass.cloned, order.refunded').waitFor();
  await heading(page, 'Support desk').waitFor();

  await press(page, 'Pause');
  await answer(page, 'Pause');
  await page.getByText('Paused', { exact: true }).waitFor();
  await press(page, 'Make active');
  await answer(page, 'Make active');
  await page.getByText('Active', { exact: true }).waitFor();
  await press(page, 'Remove webhook');
  await answer(page, 'Remove webhook');
  await heading(page, 'Webhooks').waitFor();
  assert.equal(await page.getByRole('link', { name: ear.url }).count(), 0);
});

site.story('a webhook whose program is gone is disabled, says so, and is made active again', async (story) => {
  const [broken, watch] = [await newEar(), await newEar()];
  const vendor = await owner(story.server);
  await vendor.ask('POST', `${VENDOR}/webhooks`, { url: watch.url, kinds: ['webhook.disabled'] });
  const { page } = await arriveAsOwner(story, `${ACME}/webhooks`);
  const { id } = await addWebhook(page, broken.url, { family: 'Orders', description: 'Gone' });
  broken.answerWith(500);
  await press(page, 'Send a test');
  await page.getByText(/^It was not taken: /u).first().waitFor();
  await deliveries(page).filter({ hasText: '500' }).waitFor();
  await examine(page);

  broken.answerWith(410);
  const customer = await Customer.create(story.server);
  const { order_id: order } = await customer.buy(PRO);
  await watch.hears('webhook.disabled', id);
  await page.reload();
  const notice = page.getByRole('alert');
  await notice.getByText('This webhook was disabled').waitFor();
  await deliveries(page).filter({ hasText: '410' }).waitFor();
  await examine(page);
  broken.answerWith(204);
  await broken.hears('order.placed', order);
  await press(notice, 'Make active');
  await answer(page, 'Make active');
  await broken.hears('order.fulfilled', order);
  await page.getByText('Active', { exact: true }).waitFor();
});
