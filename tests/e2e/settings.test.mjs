// What a vendor says of itself, saved by two people at once; vendors of one's own; and the first page when a part is refused.
import assert from 'node:assert/strict';
import { Customer, newPerson } from './customers.mjs';
import { ACME, arriveAsOwner, examine, PHONE } from './desk.mjs';
import { openSite } from './harness.mjs';
import { getsFocus, heading } from './portal.mjs';

const site = await openSite();
const SETTINGS = `${ACME}/settings`;

const save = (page) => page.getByRole('button', { name: 'Save', exact: true }).click();
const name = (page) => page.getByLabel('Name', { exact: true });
const saved = (page) => page.getByText('Saved.', { exact: true }).first().waitFor();

site.story('two people save settings, and the later one is told who was first and loses nothing', async (story) => {
  const { page: first, person } = await arriveAsOwner(story, SETTINGS);
  const { page: second } = await arriveAsOwner(story, SETTINGS);
  await first.getByLabel('Website').fill('acme.example');
  await save(first);
  await getsFocus(first.getByLabel('Website'));
  await first.getByText('Enter an address that begins with https:// or http://.').waitFor();
  await examine(first);
  await first.getByLabel('Website').fill('https://acme.example');

  await name(second).fill('Acme Works');
  await second.getByLabel('Support address').fill('help@acme.example');
  await save(second);
  await saved(second);
  await second.getByRole('banner').getByText('Acme Works').waitFor();

  person.expectProblem(/status of 412/u);
  await save(first);
  const notice = first.getByRole('alert');
  await notice.getByText(/^Olivia Owner saved this before you, /u).waitFor();
  await notice.getByText('Name is now: Acme Works').waitFor();
  await examine(first);
  assert.equal(await first.getByLabel('Website').inputValue(), 'https://acme.example');
  await notice.getByRole('button', { name: 'Keep what I typed' }).click();
  await getsFocus(name(first));
  assert.equal(await name(first).inputValue(), 'Acme Works');
  assert.equal(await first.getByLabel('Website').inputValue(), 'https://acme.example');
  await save(first);
  await saved(first);
  await second.reload();
  await second.getByLabel('Website').waitFor();
  assert.equal(await second.getByLabel('Website').inputValue(), 'https://acme.example');

  await name(second).fill('Acme Studio');
  await save(second);
  await saved(second);
  await name(first).fill('Something else');
  await save(first);
  await first.getByRole('button', { name: 'Take theirs' }).click();
  assert.equal(await name(first).inputValue(), 'Acme Studio');
});

site.story('somebody adds a vendor of their own, and is led on to its first steps', async (story) => {
  const customer = await Customer.create(story.server, newPerson('Vera Vendor'));
  const { page, person } = await story.arrive('/admin', { viewport: PHONE, reducedMotion: 'reduce', ...customer.signedIn });
  await page.getByRole('link', { name: 'Add a vendor' }).click();
  await heading(page, 'Add a vendor').waitFor();
  await examine(page);
  await page.getByRole('button', { name: 'Add vendor' }).click();
  await getsFocus(name(page));
  await name(page).fill('Acme');
  assert.equal(await page.getByLabel('Slug').inputValue(), 'acme');
  person.expectProblem(/status of 409/u);
  await page.getByRole('button', { name: 'Add vendor' }).click();
  await page.getByText('This slug is taken: choose another.').waitFor();
  await getsFocus(page.getByLabel('Slug'));
  await name(page).fill('Inkworks');
  await page.getByLabel('Slug').fill('inkworks');
  await page.getByRole('button', { name: 'Add vendor' }).click();
  await heading(page, 'Inkworks').waitFor();
  await page.getByRole('heading', { name: 'First steps' }).waitFor();
  await page.getByText('1 of 5 done').waitFor();
  await examine(page);
});

site.story('where vendors are not added, the page says whom to ask', async (story) => {
  const customer = await Customer.create(story.server);
  const { page } = await story.arrive(undefined, { reducedMotion: 'reduce', ...customer.signedIn });
  await page.route('**/api/v1/instance', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), vendor_sign_up: false } });
  });
  await page.goto(`${story.server.url}/admin`);
  await page.getByRole('heading', { name: "You are in no vendor's team yet" }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Add a vendor' }).count(), 0);
  await page.goto(`${story.server.url}/admin/new`);
  await page.getByRole('heading', { name: 'Vendors are not added here' }).waitFor();
  await examine(page);
});

site.story('the first page shows what it may, and says of the rest that it could not be looked at', async (story) => {
  const { page, person } = await arriveAsOwner(story);
  person.expectProblem(/status of 403/u);
  // As the server answers somebody whose role has no orders.
  const problem = {
    type: 'about:blank', title: 'You may not do this.', status: 403, code: 'FORBIDDEN', detail: 'Your role does not include this.',
    request_id: 'req_0',
  };
  const refuse = (route) => route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) });
  await page.route('**/orders?limit=1', refuse);
  await page.goto(story.server.url + ACME);
  const steps = page.getByRole('region', { name: 'First steps' });
  await steps.getByText('This could not be looked at: Your role does not include this.').waitFor();
  await steps.getByText('4 of 5 done').waitFor();
  await examine(page);
  await page.unroute('**/orders?limit=1', refuse);
  await steps.getByRole('button', { name: 'Look again' }).click();
  await steps.getByText('could not be looked at').waitFor({ state: 'hidden' });
});
