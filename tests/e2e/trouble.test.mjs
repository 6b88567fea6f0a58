// When things go wrong on the way: impatience, mistakes, no network, lost answers, addresses that lead nowhere.
import assert from 'node:assert/strict';
import { Customer, MENU, newPerson, PRO } from './customers.mjs';
import { checkAccess, openSite } from './harness.mjs';
import { agree, agreeAndPay, approve, approveButton, getsFocus, goToCheckout, heading, payButton, signUp } from './portal.mjs';

const site = await openSite();

/** At the checkout with a Pro license chosen, signed in. */
async function atCheckout({ arrive, server }) {
  const customer = await Customer.create(server);
  const arrival = await arrive(MENU, customer.signedIn);
  await arrival.page.getByRole('radio', { name: 'Pro' }).check();
  await goToCheckout(arrival.page);
  return { customer, ...arrival };
}

const nothingHere = (page) => page.getByRole('heading', { name: 'There is nothing here' });
const countOf = async (customer, list) => (await customer.ask('GET', `/${list}`)).items.length;

site.story('pressing the buttons twice orders once and pays once', async (story) => {
  const { customer, page } = await atCheckout(story);
  await agree(page).check();
  await payButton(page).dblclick();
  await heading(page, 'Test payment').waitFor();
  await approveButton(page).dblclick();
  await heading(page, 'Thank you, it is all yours').waitFor();
  assert.equal(await countOf(customer, 'orders'), 1);
  assert.equal(await countOf(customer, 'licenses'), 1);
});

site.story('an order whose answer was lost is not placed again by the next attempt', async (story) => {
  const { customer, person, page } = await atCheckout(story);
  person.expectProblem(/ERR_CONNECTION_RESET/);
  await page.route('**/api/v1/orders', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  }, { times: 1 });
  await agreeAndPay(page);
  await page.getByRole('alert').filter({ hasText: 'The portal could not be reached.' }).waitFor();
  assert.equal(await countOf(customer, 'orders'), 1);
  await payButton(page).click();
  await approve(page);
  assert.equal(await countOf(customer, 'orders'), 1);
});

site.story('an order without agreement is not placed, and the box gets the focus', async (story) => {
  const { customer, page } = await atCheckout(story);
  await payButton(page).click();
  await getsFocus(agree(page));
  await page.getByText('Read and accept the agreement to go on.').waitFor();
  assert.equal(await agree(page).getAttribute('aria-invalid'), 'true');
  assert.equal(await countOf(customer, 'orders'), 0);
});

site.story('a mistake is explained beside its field, which gets the focus, and nothing typed is lost', async ({ arrive, server }) => {
  const taken = await Customer.create(server);
  const { person, page } = await arrive('/sign-up');
  const field = (label) => page.getByLabel(label, { exact: true });
  const mistakes = async (label, problem) => {
    await page.getByText(problem).waitFor();
    await getsFocus(field(label));
    assert.equal(await field(label).getAttribute('aria-invalid'), 'true');
    const described = (await field(label).getAttribute('aria-describedby')).trim().split(' ');
    const texts = await page.evaluate((ids) => ids.map((id) => document.getElementById(id).textContent), described);
    assert.ok(texts.some((text) => text.includes(problem)), `${label} is not described by its error`);
  };
  const good = newPerson();
  await signUp(page, { ...good, name: ' ' });
  await mistakes('Name', 'Enter a name.');
  await signUp(page, { ...good, email: 'nobody' });
  await mistakes('E-mail', 'Enter an e-mail address');
  await signUp(page, { ...good, password: 'short' });
  await mistakes('Password', 'Use at least 10 characters.');
  assert.equal(await field('E-mail').inputValue(), good.email);
  person.expectProblem(/status of 409/);
  await signUp(page, { ...good, email: taken.person.email });
  await mistakes('E-mail', 'has an account already');
  assert.equal(await field('Name').inputValue(), good.name);
  await signUp(page, good);
  await heading(page, 'My licenses').waitFor();
});

site.story('without network the portal says so, and goes on when it is back', async ({ arrive }) => {
  const { person, page } = await arrive('/');
  await page.getByRole('link', { name: /^Sketchpad/ }).waitFor();
  await person.context.setOffline(true);
  person.expectProblem(/ERR_INTERNET_DISCONNECTED/);
  const strip = page.getByRole('status').filter({ hasText: 'You are offline.' });
  await strip.waitFor();
  await page.getByRole('link', { name: /^Sketchpad/ }).click();
  await page.getByRole('alert').getByRole('heading', { name: 'You are offline' }).waitFor();
  await person.context.setOffline(false);
  await strip.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('radio', { name: 'Pro' }).waitFor();
});

site.story('a link to a page that cannot be had now leaves one where one is, and can be tried again', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { person, page } = await arrive('/licenses', { reducedMotion: 'reduce', ...customer.signedIn });
  await page.getByRole('heading', { name: 'No licenses yet' }).waitFor();
  const orders = page.getByRole('link', { name: 'Orders' });
  const stuck = page.getByRole('dialog', { name: 'This page cannot be opened now' });
  const tryAgain = () => stuck.getByRole('button', { name: 'Try again' }).click();

  await person.context.setOffline(true);
  await orders.click();
  await stuck.getByText('You are offline.', { exact: true }).waitFor();
  await checkAccess(page);
  await tryAgain();
  await stuck.getByText('Tried again: You are offline.').waitFor();
  await page.keyboard.press('Escape');
  await stuck.waitFor({ state: 'hidden' });
  await heading(page, 'My licenses').waitFor();
  await person.context.setOffline(false);

  // There is a network, but no server at its end.
  person.expectProblem(/ERR_CONNECTION_REFUSED/);
  await page.route('**/favicon.svg', (route) => route.abort('connectionrefused'));
  await orders.click();
  await stuck.getByText('The portal does not answer.').waitFor();
  await page.unroute('**/favicon.svg');
  await tryAgain();
  await heading(page, 'Orders').waitFor();

  const [tab] = await Promise.all([
    person.context.waitForEvent('page'),
    page.getByRole('link', { name: 'My licenses' }).click({ modifiers: ['Control'] }),
  ]);
  await heading(tab, 'My licenses').waitFor();
  await heading(page, 'Orders').waitFor();
});

site.story('a fault of the server is told with the id of the request, and can be tried again', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { person, page } = await arrive(undefined, customer.signedIn);
  person.expectProblem(/status of 500/);
  const problem = { type: 'about:blank', title: 'Internal error', status: 500, code: 'INTERNAL', request_id: 'req-0815' };
  await page.route('**/api/v1/licenses*', (route) => route.fulfill({ status: 500, json: problem }), { times: 1 });
  await page.goto(`${server.url}/licenses`);
  const alert = page.getByRole('alert').filter({ hasText: 'Something went wrong on our side.' });
  await alert.getByText('req-0815').waitFor();
  await alert.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'No licenses yet' }).waitFor();
});

site.story('an address that leads nowhere shows the way to the products', async ({ arrive, server }) => {
  const { person, page } = await arrive(undefined);
  person.expectProblem(/status of 404/);
  for (const path of ['/nowhere', '/products/acme/nothing', '/products/nobody/sketchpad', '/agreements/acme/none']) {
    await page.goto(server.url + path);
    await nothingHere(page).waitFor();
    await page.getByRole('link', { name: 'See all products' }).click();
    await heading(page, 'Products').waitFor();
  }
});

site.story("somebody else's order and license are not there", async ({ arrive, server }) => {
  const [owner, stranger] = [await Customer.create(server), await Customer.create(server)];
  const { order_id: order, license_id: license } = await owner.buy(PRO);
  const { order_id: unpaid } = await owner.order(PRO);
  const { person, page } = await arrive(undefined, stranger.signedIn);
  person.expectProblem(/status of 404/);
  const nowhere = `/orders/${order.slice(0, -4)}0000`;
  for (const path of [`/orders/${order}`, `/licenses/${license}`, `/pay/${unpaid}`, nowhere, '/orders/nonsense']) {
    await page.goto(server.url + path);
    await nothingHere(page).waitFor();
    assert.ok(!(await page.getByRole('main').textContent()).includes('Sketchpad'), `${path} says too much`);
  }
});

site.story('pages for customers ask to sign in and lead on, but never to another host', async ({ arrive, server }) => {
  const { person: account } = await Customer.create(server);
  const { page } = await arrive('/orders');
  await heading(page, 'Sign in').waitFor();
  const signIn = async () => {
    await page.getByLabel('E-mail').fill(account.email);
    await page.getByLabel('Password').fill(account.password);
    await page.keyboard.press('Enter');
  };
  await signIn();
  await heading(page, 'Orders').waitFor();
  await page.getByRole('button', { name: account.name }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: /^Sketchpad/ }).click();
  await page.getByRole('radio', { name: 'Studio' }).check();
  await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click();
  await signIn();
  await heading(page, 'Sketchpad').waitFor();
  assert.ok(await page.getByRole('radio', { name: 'Studio' }).isChecked());
  for (const next of ['https://example.com/', '//example.com/', '/\\example.com/', 'javascript:alert(1)']) {
    await page.goto(`${server.url}/orders`);
    await page.getByRole('button', { name: account.name }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'Products').waitFor();
    await page.goto(`${server.url}/sign-in?next=${encodeURIComponent(next)}`);
    await signIn();
    await heading(page, 'My licenses').waitFor();
    assert.equal(new URL(page.url()).origin, server.url);
  }
  await getsFocus(heading(page, 'My licenses'));
});
