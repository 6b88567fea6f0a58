// A vendor sets up shop: colour, logo, tax, paying by invoice, where the apps are; and a customer meets all of it.
import assert from 'node:assert/strict';
import { crc32, deflateSync } from 'node:zlib';
import { Customer, MENU, newPerson, SOLO } from './customers.mjs';
import { ACME, answer, arriveAsOwner, asking, examine } from './desk.mjs';
import { openSite } from './harness.mjs';
import { getsFocus, heading } from './portal.mjs';

const site = await openSite();
const SETTINGS = `${ACME}/settings`;

/** A picture of one colour. */
function png(width, height) {
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 0x99)]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

const file = (name, buffer) => ({ name, mimeType: 'image/png', buffer });
const save = (page) => page.getByRole('button', { name: 'Save', exact: true }).click();
const saved = (page) => page.getByText('Saved.', { exact: true }).first().waitFor();
const logo = (page) => page.locator('.site-header .vendor-logo img');
const accent = (page) => page.evaluate(() => document.documentElement.style.getPropertyValue('--brand-light'));

site.story('a vendor sets up shop, and a customer sees it, pays by invoice and is licensed when the money has come', async (story) => {
  const { page, person } = await arriveAsOwner(story, SETTINGS);
  const picture = page.getByLabel('Choose an image');
  await picture.setInputFiles(file('large.png', Buffer.alloc(70_000)));
  await page.getByText('The image has more than 64 kB: save it smaller.').waitFor();
  person.expectProblem(/status of 422/u);
  await picture.setInputFiles(file('drawing.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')));
  await page.getByText(/^This is no PNG, JPEG or WebP image\./u).waitFor();
  await picture.setInputFiles(file('logo.png', png(120, 40)));
  await page.getByRole('img', { name: 'Logo' }).waitFor();

  await page.getByLabel('Accent colour', { exact: true }).fill('yellow');
  await page.getByLabel('Tax', { exact: true }).selectOption('Added to prices');
  await page.getByLabel('Rate in percent').fill('0');
  await page.getByLabel('By invoice').selectOption('Offered to customers');
  await save(page);
  await getsFocus(page.getByLabel('Accent colour', { exact: true }));
  await page.getByText('Enter # and six digits from 0 to 9 and a to f.').waitFor();
  await page.getByText('Enter a number above 0 and at most 100, with up to three decimals.').waitFor();
  await examine(page);
  await page.getByLabel('Accent colour', { exact: true }).fill('#ffe600');
  await page.getByLabel('Name of the tax').fill('VAT');
  await page.getByLabel('Rate in percent').fill('19');
  await page.getByLabel('Registration number').fill('DE123456789');
  await page.getByLabel('How to pay').fill('Acme Ltd\nIBAN DE00 0000 0000');
  await save(page);
  await saved(page);
  await page.getByText('A published menu has another tax.').waitFor();
  await examine(page);
  await page.getByRole('button', { name: 'Publish again with this tax' }).click();
  await answer(page, 'Publish again with this tax');
  await page.getByText('A published menu has another tax.').waitFor({ state: 'detached' });

  const buyer = await Customer.create(story.server, newPerson('Ida Invoice'));
  const { page: shop } = await story.arrive(MENU, { reducedMotion: 'reduce', ...buyer.signedIn });
  await logo(shop).waitFor();
  assert.notEqual(await accent(shop), '', 'the page has the colour');
  await shop.getByText('plus VAT 19').first().waitFor();
  await examine(shop);
  await shop.getByRole('radio', { name: 'Solo' }).check();
  await shop.getByRole('link', { name: 'Continue' }).first().click();
  await shop.getByRole('radio', { name: 'By invoice, with a bank transfer' }).check();
  await shop.locator('.lines').getByText(/^VAT 19/u).waitFor();
  await examine(shop);
  await shop.locator('#agree').check();
  await shop.getByRole('button', { name: 'Order and pay by invoice' }).click();
  await shop.getByText('IBAN DE00 0000 0000').waitFor();
  const reference = await shop.getByText(/^P-[0-9A-Z]{10}$/u).textContent();
  await shop.getByText('VAT number: DE123456789').waitFor();
  await logo(shop).waitFor();
  await examine(shop);

  await page.goto(`${story.server.url}${ACME}/orders?q=${reference}`);
  await page.locator('.row-link').first().click();
  await page.getByText(reference).first().waitFor();
  await examine(page);
  await page.getByRole('button', { name: 'Mark as paid' }).click();
  await answer(page, 'Mark as paid', 'Statement 7, line 3.');
  await page.getByRole('dialog').first().getByText('Paid', { exact: true }).waitFor();
  await shop.reload();
  await shop.getByText('Payment received').waitFor();
  await shop.getByRole('link', { name: 'To your license' }).or(shop.locator('a.button.primary')).first().click();
  await heading(shop, /Sketchpad/u).waitFor();
  await logo(shop).waitFor();
  assert.notEqual(await accent(shop), '');
  await examine(shop);
  await shop.getByRole('link', { name: 'Products' }).first().click();
  await shop.locator('.product-card .vendor-logo img').waitFor();
  assert.equal(await accent(shop), '', 'the list is nobody’s own');
});

site.story('an order that nobody has paid is cancelled by the team, and its customer sees it', async (story) => {
  const buyer = await Customer.create(story.server, newPerson('Una Undecided'));
  const { order_id: id } = await buyer.order(SOLO);
  const { page } = await arriveAsOwner(story, `${ACME}/orders?q=${id}`);
  await page.locator('.row-link').first().click();
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await asking(page).getByText(/Nothing is to be paid any more, and .*Una Undecided.* gets a mail that says why/u).waitFor();
  await examine(page);
  await answer(page, 'Cancel order', 'Ordered twice.');
  await page.getByText('The order is cancelled.').first().waitFor();
  await page.getByRole('dialog').first().getByText('Cancelled', { exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Cancel order' }).count(), 0);
  const { page: shop } = await story.arrive(`/orders/${id}`, { reducedMotion: 'reduce', ...buyer.signedIn });
  await shop.getByText('This order was cancelled before it was paid. Nothing was charged.').waitFor();
});

site.story('where the apps are is told for all products in one table, and changed there', async (story) => {
  const { page } = await arriveAsOwner(story, SETTINGS);
  const part = page.getByRole('region', { name: 'App origins' });
  await part.getByRole('button', { name: 'Add origin' }).click();
  await asking(page).getByLabel('Origin').fill('https://app.example.com/start');
  await asking(page).getByRole('button', { name: 'Add origin' }).click();
  await asking(page).getByText('Enter an origin like https://app.example.com that is not there yet.').waitFor();
  await examine(page);
  await asking(page).getByLabel('Origin').fill('https://app.example.com/');
  await answer(page, 'Add origin');
  const row = part.getByRole('row').filter({ hasText: 'https://app.example.com' });
  await row.getByText('Sketchpad').waitFor();
  const told = () => story.server.api('GET', '/vendors/acme/products/sketchpad/origins?origin=https%3A%2F%2Fapp.example.com');
  assert.equal((await told()).body.registered, true);
  await row.getByRole('button', { name: 'Remove' }).click();
  await answer(page, 'Remove origin');
  await row.waitFor({ state: 'detached' });
  assert.equal((await told()).body.registered, false);
});
