// The render farm as Sketchpad's users see it: pages drawn under a seat of their license, counted at the portal, waited for,
// cancelled, and stopped by the vendor.
import assert from 'node:assert/strict';
import { Customer } from './customers.mjs';
import { checkAccess, checkWidth, openSite } from './harness.mjs';
import { connect, DEMO, draw, invitation, isLicensed, tool } from './sketchpad.mjs';
import { owner, publishMenu } from './vendor.mjs';

const site = await openSite();
const FARM = '/demo/render';
const STUDIO = { offer: 'studio', term: 'P1Y', terminals: 5, seats: 1, uses: { 'ai.render': 5000 } };
const PRO = { offer: 'pro', term: 'P1M', terminals: 1, features: ['ai.render'], uses: { 'ai.render': 100 } };
const LINE = '<svg viewBox="0 0 960 600"><polyline points="10,10 500,300" stroke="#2457d6" stroke-width="4"/></svg>';

await publishMenu(site.server, ({ offers }) => {
  offers.find(({ offer }) => offer === 'studio').seats = [{ limit: 1, price: 0 }];
});

const farming = (page) => page.getByRole('dialog', { name: 'AI render on the farm' });
const says = (page, text) => farming(page).getByRole('status').filter({ hasText: text }).waitFor();
const pages = (page) => farming(page).getByRole('listitem');

/** A customer who has a license of `selection`, and Sketchpad connected to it with a line drawn. */
async function arriveDrawing(story, selection, look) {
  const customer = await Customer.create(story.server);
  const { license_id: id } = await customer.buy(selection);
  const { person, page } = await story.arrive(DEMO, { ...customer.signedIn, ...look });
  await connect(page);
  await draw(page);
  return { customer, id, person, page };
}

async function order(page, count) {
  await tool(page, 'Render farm').click();
  await farming(page).getByLabel('Pages, each another take').fill(String(count));
  await farming(page).getByRole('button', { name: 'Render', exact: true }).click();
}

/** Uses left by the server's count, what is set aside on devices included. */
async function left(customer, id) {
  const { features, terminals } = await customer.ask('GET', `/licenses/${id}`);
  const aside = terminals.items.reduce((sum, { slices }) => sum + (slices?.['ai.render'] ?? 0), 0);
  return features['ai.render'].uses.left + aside;
}

site.story('the farm draws pages, holds a seat meanwhile, and the portal shows what was counted', async (story) => {
  const { customer, id, person, page } = await arriveDrawing(story, STUDIO);
  await order(page, 3);
  await says(page, /^Drawing page 1 of 3\.$/);
  // The one seat is taken: another service finds out by whom.
  const { identifier } = await customer.ask('POST', '/identifiers', { license_id: id });
  const vendor = await owner(story.server);
  const { secret } = await vendor.ask('POST', '/admin/vendors/acme/tokens', { name: 'Another', scopes: ['leases:write'] });
  const headers = { authorization: `Bearer ${secret}`, 'idempotency-key': 'another' };
  const body = { identifier, ttl_seconds: 60, holder: 'another' };
  const refused = await story.server.api('POST', '/leases', { body, headers });
  assert.deepEqual([refused.body.code, refused.body.holders], ['SEATS_EXHAUSTED', ['Render farm, 3 pages']]);
  await says(page, 'All 3 pages are drawn. 4997 uses are left.');
  assert.equal(await pages(page).count(), 3);
  const shown = pages(page).first().getByRole('img');
  assert.ok(await shown.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
  const picture = await page.request.get(new URL(await shown.getAttribute('src'), page.url()).href);
  assert.equal(picture.headers()['content-type'], 'image/svg+xml');
  assert.match(await picture.text(), /^<svg [^>]*viewBox="0 0 960 600"/);
  assert.equal(await left(customer, id), 4997);
  const license = await person.open(`/licenses/${id}`);
  await license.getByText(/4[,.]?997/).first().waitFor();
});

site.story('a job that is cancelled in the middle gives the rest back', async (story) => {
  const { customer, id, page } = await arriveDrawing(story, STUDIO);
  await order(page, 20);
  await pages(page).first().waitFor();
  assert.equal(await left(customer, id), 4980);
  await farming(page).getByRole('button', { name: 'Cancel the job' }).click();
  await says(page, /^Cancelled after \d+ of 20 pages\. \d+ uses came back\./);
  const drawn = await pages(page).count();
  assert.ok(drawn >= 1 && drawn < 20);
  assert.equal(await left(customer, id), 5000 - drawn);
});

site.story('a second job waits for the seat and is told who has it, also after a reload', async (story) => {
  const { customer, id, person, page } = await arriveDrawing(story, STUDIO);
  await order(page, 12);
  await pages(page).first().waitFor();
  const other = await person.open(DEMO);
  await order(other, 1);
  await says(other, /^Waiting for a seat\. Taken by: Render farm, 12 pages\. The first may be free at \d/);
  await other.reload();
  await isLicensed(other);
  await tool(other, 'Render farm').click();
  await says(other, /^Waiting for a seat\./);
  await says(page, 'All 12 pages are drawn.');
  await says(other, 'The page is drawn. 4987 uses are left.');
  for (const tab of [page, other]) await farming(tab).getByRole('button', { name: 'Close' }).click();
  await order(page, 9);
  await says(page, /^Drawing/);
  await order(other, 2);
  await says(other, /^Waiting/);
  await farming(other).getByRole('button', { name: 'Cancel the job' }).click();
  await says(other, 'Cancelled after 0 of 2 pages.');
  await says(page, 'All 9 pages are drawn.');
  assert.equal(await left(customer, id), 4978);
});

site.story('a license that the vendor suspends stops the job in the middle, with the reason', async (story) => {
  const { id, person, page } = await arriveDrawing(story, STUDIO);
  person.expectProblem(/status of 4\d\d/);
  await order(page, 20);
  await pages(page).nth(1).waitFor();
  const vendor = await owner(story.server);
  await vendor.ask('POST', `/admin/vendors/acme/licenses/${id}/suspend`, { reason: 'A payment is disputed.' });
  await says(page, 'The farm has stopped: The vendor has suspended this license.');
  await farming(page).getByRole('link', { name: 'See your licenses' }).waitFor();
  assert.ok((await pages(page).count()) < 20);
  await farming(page).getByRole('button', { name: 'Close' }).click();
  await invitation(page).waitFor();
});

site.story('a license without seats is told so, a sheet without lines too, and without contact the farm is not there', async (story) => {
  const { customer, id, person, page } = await arriveDrawing(story, PRO);
  await order(page, 1);
  await says(page, 'The farm has stopped: This license has no seats: services do not check it out.');
  await farming(page).getByRole('link', { name: 'Renew or choose a bigger license' }).waitFor();
  assert.equal(await left(customer, id), 100);
  await farming(page).getByRole('button', { name: 'Close' }).click();
  await person.context.setOffline(true);
  person.expectProblem(/Failed to load resource|ERR_INTERNET_DISCONNECTED/);
  await tool(page, 'Render farm').click();
  await says(page, 'The farm cannot be reached.');
  await person.context.setOffline(false);
  await farming(page).getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Clear' }).click();
  await order(page, 1);
  await says(page, 'Draw something first.');
});

site.story('Sketchpad with the farm’s dialog has no barriers', async (story) => {
  for (const look of [{ viewport: { width: 390, height: 844 }, colorScheme: 'dark' }, { viewport: { width: 1280, height: 800 } }]) {
    const { page } = await arriveDrawing(story, STUDIO, look);
    await order(page, 2);
    await says(page, 'All 2 pages are drawn.');
    await checkAccess(page);
    await checkWidth(page);
  }
});

site.story('the farm takes no hostile or boundless job', async ({ server }) => {
  const ask = async (body, type = 'application/json') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${server.url}${FARM}/jobs`, { method: 'POST', headers: { 'content-type': type }, body: text });
    return answer.status;
  };
  const good = { identifier: 'lid_x', drawing: LINE, pages: 1, effect: 'pencil' };
  for (const wrong of [{ pages: 0 }, { pages: 21 }, { identifier: '' }, { drawing: '<svg/>' }, { drawing: '<!DOCTYPE svg><svg/>' }]) {
    assert.equal(await ask({ ...good, ...wrong }), 422, JSON.stringify(wrong));
  }
  assert.equal(await ask({ ...good, effect: 'magic' }), 400);
  assert.equal(await ask({ ...good, more: 1 }), 400);
  assert.equal(await ask({ ...good, drawing: 'x'.repeat(600_000) }), 413);
  assert.equal(await ask(good, 'text/plain'), 400);
  assert.equal(await ask(good), 202);
  const { service, effects } = await (await fetch(`${server.url}${FARM}`)).json();
  assert.match(service, /^tok_/);
  assert.deepEqual(effects, ['pencil', 'watercolour', 'blueprint']);
  for (const [path, status] of [['/jobs/job_x', 404], ['/jobs/job_x/events', 404], ['/jobs/job_x/pages/1', 404], ['/src/lib.rs', 404], ['/Cargo.toml', 404]]) {
    assert.equal((await fetch(`${server.url}${FARM}${path}`)).status, status, path);
  }
});

site.story('an identifier that is not good gets nothing drawn', async ({ server }) => {
  const job = { identifier: 'lid_stranger', drawing: LINE, pages: 1, effect: 'pencil' };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${server.url}${FARM}/jobs`, { method: 'POST', headers, body: JSON.stringify(job) });
  const { job_id: id } = await answer.json();
  const events = await (await fetch(`${server.url}${FARM}/jobs/${id}/events`)).text();
  const last = JSON.parse(events.trim().split('\n').at(-1).replace(/^data: /, ''));
  assert.deepEqual([last.state, last.rendered, last.reason.code], ['failed', 0, 'NOT_FOUND']);
});
