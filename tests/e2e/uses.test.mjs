// Counting and moving as people see them in an app: Sketchpad's AI render, and its two dialogs.
import assert from 'node:assert/strict';
import { Customer } from './customers.mjs';
import { checkAccess, checkWidth, openSite } from './harness.mjs';
import { connect, DEMO, draw, holdsSlice, invitation, isDenied, isLicensed, license, notice, press, tool, untilListening } from './sketchpad.mjs';

const site = await openSite();
const COUNTED = { offer: 'pro', term: 'P1M', terminals: 1, features: ['ai.render'], uses: { 'ai.render': 100 } };
const SCARCE = { offer: 'solo', term: 'P1M', terminals: 1, features: ['ai.render'], uses: { 'ai.render': 20 } };
const NARROW = { viewport: { width: 390, height: 800 } };

const sending = (page) => page.getByRole('dialog', { name: 'Move to another device' });
const receiving = (page) => page.getByRole('dialog', { name: 'Receive from another device' });

/** Waits until the button says how many renders are left. */
const left = (page, count) => page.locator('#renders').filter({ hasText: `(${count} left)` }).waitFor();

/** Uses left by the server's count, what is set aside on devices included. */
async function counted(customer, id) {
  const { features, terminals } = await customer.ask('GET', `/licenses/${id}`);
  const aside = terminals.items.reduce((sum, { slices }) => sum + (slices?.['ai.render'] ?? 0), 0);
  return { left: features['ai.render'].uses.left + aside, spent: features['ai.render'].uses.spent - aside };
}

/** Asks the server until it says `left`; tells of changes reach it within moments. */
async function isCounted(customer, id, wanted) {
  for (const until = Date.now() + 10_000; Date.now() < until;) {
    if ((await counted(customer, id)).left === wanted) return;
  }
  assert.equal((await counted(customer, id)).left, wanted);
}

async function render(page) {
  await press(page, 'AI render');
  await page.locator('#render:enabled').waitFor();
}

/** Offers the license; gives the code. */
async function offer(page) {
  await tool(page, 'Move to another device').click();
  await sending(page).getByRole('button', { name: 'Move', exact: true }).click();
  await sending(page).getByText(/^Sketchpad has stopped here\./).waitFor();
  return sending(page).getByLabel('Code').textContent();
}

async function receive(page, text) {
  await invitation(page).getByRole('button', { name: 'Receive from another device' }).click();
  await receiving(page).getByLabel('Code, link or portable pass').fill(text);
  await receiving(page).getByRole('button', { name: 'Continue' }).click();
  await receiving(page).getByText(/will arrive here/).waitFor();
  await receiving(page).getByRole('button', { name: 'Receive it here' }).click();
  await receiving(page).waitFor({ state: 'hidden' });
}

site.story('each AI render is counted once, in every tab and at the server', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { license_id: id } = await customer.buy(COUNTED);
  const { person, page } = await arrive(DEMO, customer.signedIn);
  await connect(page);
  await left(page, 100);
  const other = await person.open(DEMO);
  await left(other, 100);
  await draw(page);
  await render(page);
  await left(page, 99);
  await left(other, 99);
  await render(other);
  await left(page, 98);
  await isCounted(customer, id, 98);
});

site.story('without network renders go on from what was set aside, and are counted when it is back', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { license_id: id } = await customer.buy(SCARCE);
  const { person, page } = await arrive(DEMO, customer.signedIn);
  person.expectProblem(/Failed to load resource|ERR_INTERNET_DISCONNECTED/);
  await connect(page);
  await left(page, 20);
  // Five, as the offer says.
  await page.waitForFunction(async () => {
    const { terminals } = await (await fetch('/api/v1/licenses')).json().then(({ items: [item] }) => item);
    return terminals.items[0].slices?.['ai.render'] === 5;
  });
  // Granted is not yet received.
  await holdsSlice(page);
  await person.context.setOffline(true);
  for (const count of [19, 18, 17, 16, 15]) {
    await render(page);
    await left(page, count);
  }
  await render(page);
  await notice(page).waitFor();
  await person.context.setOffline(false);
  await isCounted(customer, id, 15);
  await render(page);
  await left(page, 14);
  await isCounted(customer, id, 14);
});

site.story('a license moves to another browser by its code, and the sender’s page says where it went', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { license_id: id } = await customer.buy(COUNTED);
  const { page: sender } = await arrive(DEMO, customer.signedIn);
  await connect(sender);
  const code = await offer(sender);
  assert.match(code, /^[2-9A-Z]{4}-[2-9A-Z]{5}-[2-9A-Z]{5}$/);
  await license(sender).filter({ hasText: 'The license is being moved' }).waitFor();
  const { page: receiver } = await arrive(DEMO, NARROW);
  await isDenied(receiver);
  await receive(receiver, ` ${code.toLowerCase().replaceAll('-', ' ')} `);
  await isLicensed(receiver);
  await sending(sender).getByText(/^The license was moved to .+\.$/).waitFor();
  await sender.reload();
  await isDenied(sender, 'The license was moved to');
  const { terminals } = await customer.ask('GET', `/licenses/${id}`);
  assert.deepEqual(terminals.items.map(({ status }) => status), ['valid'], 'one device has it');
});

site.story('a move that is cancelled gives the license back, also after a reload', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy(COUNTED);
  const { page } = await arrive(DEMO, customer.signedIn);
  await connect(page);
  const code = await offer(page);
  await sending(page).getByRole('button', { name: 'Keep it on this device' }).click();
  await isLicensed(page);
  await sending(page).getByText('The license stays on this device.').waitFor();
  await sending(page).getByRole('button', { name: 'Close' }).click();
  await offer(page);
  await page.reload();
  await isDenied(page, 'The license is being moved');
  await invitation(page).getByRole('button', { name: 'Keep it on this device' }).click();
  await isLicensed(page);

  const { person, page: late } = await arrive(DEMO);
  person.expectProblem(/status of 4\d\d/);
  await invitation(late).getByRole('button', { name: 'Receive from another device' }).click();
  await receiving(late).getByLabel('Code, link or portable pass').fill(code);
  await receiving(late).getByRole('button', { name: 'Continue' }).click();
  await receiving(late).getByText(/cancelled/).waitFor();
});

site.story('the QR code is read as a picture, and the file as a portable pass', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy({ ...COUNTED });
  const { page: sender } = await arrive(DEMO, customer.signedIn);
  await connect(sender);
  await offer(sender);
  const picture = await sending(sender).getByRole('img', { name: /^QR code/ }).screenshot();
  const saved = sender.waitForEvent('download');
  await sending(sender).getByRole('link', { name: 'Save as a file' }).click();
  const file = await (await saved).path();

  const { page: receiver } = await arrive(DEMO);
  await invitation(receiver).getByRole('button', { name: 'Receive from another device' }).click();
  const upload = receiving(receiver).getByLabel(/^Or a saved file/);
  await upload.setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: picture });
  await receiving(receiver).getByText(/will arrive here/).waitFor();
  await receiving(receiver).getByRole('button', { name: 'Close' }).click();
  await invitation(receiver).getByRole('button', { name: 'Receive from another device' }).click();
  await upload.setInputFiles({ name: 'sketchpad.pass', mimeType: '', buffer: await (await import('node:fs/promises')).readFile(file) });
  await receiving(receiver).getByText(/will arrive here/).waitFor();
  await receiving(receiver).getByRole('button', { name: 'Receive it here' }).click();
  await isLicensed(receiver);
  await sending(sender).getByText(/^The license was moved to/).waitFor();
});

site.story('the vendor stops an open app, and lets it run again', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { license_id: id } = await customer.buy(COUNTED);
  const vendor = await Customer.signIn(server, { email: 'owner@example.com', password: customer.person.password });
  const { page } = await arrive(DEMO, customer.signedIn);
  await untilListening(page, () => connect(page));
  // Else it may still ask for one while it is stopped.
  await holdsSlice(page);
  const { terminals } = await customer.ask('GET', `/licenses/${id}`);
  const address = `/admin/vendors/acme/passes/${terminals.items[0].pass_id}`;
  await vendor.ask('POST', `${address}/suspend`, { reason: 'A payment is disputed.' });
  await isDenied(page, 'The vendor has suspended this license.');
  await vendor.ask('POST', `${address}/reinstate`, { reason: 'It is settled.' });
  await isLicensed(page);
});

site.story('Sketchpad’s dialogs have no barriers', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  await customer.buy(COUNTED);
  for (const look of [{ ...NARROW, colorScheme: 'dark' }, {}]) {
    const { page } = await arrive(DEMO, { ...customer.signedIn, ...look });
    await isDenied(page);
    await invitation(page).getByRole('button', { name: 'Receive from another device' }).click();
    await checkAccess(page);
    await checkWidth(page);
  }
  const { page } = await arrive(DEMO, { ...customer.signedIn, ...NARROW });
  await connect(page);
  await offer(page);
  await checkAccess(page);
  await checkWidth(page);
});
