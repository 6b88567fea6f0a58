// What happens to a license when browsers are not what they were: profiles copied or put back, storage cleared, clocks far
// off, and a code that was meant for another app.
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Customer, SOLO } from './customers.mjs';
import { openSite } from './harness.mjs';
import { heading } from './portal.mjs';
import {
  connect, DEMO, goOffline, handOver, holdsSlice, invitation, isDenied, isLicensed, notice, openConnect, press,
  readKept, tool,
} from './sketchpad.mjs';
import { addProduct } from './vendor.mjs';

const site = await openSite();
const DAY = 86_400_000;
const SCARCE = { ...SOLO, features: ['ai.render'], uses: { 'ai.render': 20 } };
const SLICE = 5;
const COPIED = 'This pass was used from two places at once, so it was suspended: one of them is a copy.';
const SIGNED_OUT = 'This device was signed out of its license.';

const devices = (page) => page.getByRole('region', { name: 'Devices' });
const device = (page, name) => devices(page).getByRole('listitem').filter({ hasText: name });
const alert = (page, text) => page.getByRole('alert').filter({ hasText: text }).waitFor();

/** A folder that is gone after the story. */
async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), 'passgate-profile-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/**
 * A customer with a license of `selection` on one device, "Desk", whose browser profile lies in a folder and is closed:
 * `home`, and a copy of it, `copy`.
 */
async function closedProfiles({ arrive, server, t }, selection) {
  const customer = await Customer.create(server);
  const { license_id: id } = await customer.buy(selection);
  const [home, copy] = [join(await folder(t), 'profile'), join(await folder(t), 'profile')];
  const { person, page } = await arrive(undefined, { profile: home });
  await signIn(person, customer);
  await page.goto(server.url + DEMO);
  await handOver(await openConnect(page), 'Desk');
  await isLicensed(page);
  if (selection.uses) await holdsSlice(page);
  await person.context.close();
  await cp(home, copy, { recursive: true, verbatimSymlinks: true });
  return { customer, id, home, copy };
}

const signIn = (person, customer) => person.context.addCookies(customer.signedIn.storageState.cookies);

/** Opens Sketchpad in the profile in a folder, with a clock that can be moved on. */
async function openProfile({ arrive, server }, profile, { isOffline = false } = {}) {
  const { person, page } = await arrive(undefined, { profile });
  person.expectProblem(isOffline ? /ERR_(FAILED|INTERNET_DISCONNECTED)|status of 40[139]/ : /status of 40[139]/);
  await page.clock.install();
  // The app itself comes from its own server, which may be in reach when the portal's is not.
  if (isOffline) await person.context.route(SERVICE, (route) => route.abort());
  await page.goto(server.url + DEMO);
  await isLicensed(page);
  if (isOffline) await goOffline(page);
  return { person, page };
}

const SERVICE = /\/(api|v)\//;

/** There is contact again. */
async function reconnect({ person }) {
  await person.context.unroute(SERVICE);
  await person.context.setOffline(false);
}

/** Lets days pass until the pass is due, and waits until the server has answered with `status`. */
async function refreshes(page, status) {
  const isAnswer = (response) => response.url().endsWith('/passes/refresh') && response.status() === status;
  const answered = page.waitForResponse(isAnswer);
  await page.clock.fastForward(5 * DAY);
  await answered;
}

/** Presses "AI render" `times` times; gives how many of them were granted. */
async function render(page, times) {
  const layers = page.getByRole('group', { name: 'Layers' }).getByRole('checkbox', { name: 'AI render' });
  const before = await layers.count();
  for (let time = 0; time < times; time += 1) {
    await press(page, 'AI render');
    await page.locator('#render:enabled').waitFor();
  }
  return (await layers.count()) - before;
}

/** The license by the server's count. */
async function counted(customer, id) {
  const { features, terminals, moves } = await customer.ask('GET', `/licenses/${id}`);
  const aside = terminals.items.reduce((sum, { slices }) => sum + (slices?.['ai.render'] ?? 0), 0);
  return { left: features['ai.render'].uses.left, aside, moves, devices: terminals.items };
}

/** Waits until the server has counted so that `left` are left, and `aside` set aside. */
async function isCounted(customer, id, left, aside) {
  let now;
  for (const until = Date.now() + 15_000; Date.now() < until && !(now?.left === left && now.aside === aside);) {
    now = await counted(customer, id);
  }
  assert.deepEqual([now.left, now.aside], [left, aside]);
}

/** Signs "Desk" out on the license's page, where it stands as a copy. */
async function retire({ arrive }, customer, id) {
  const { page } = await arrive(`/licenses/${id}`, customer.signedIn);
  const card = device(page, 'Desk');
  await card.getByText('Suspended: used from two places at once').waitFor();
  await card.getByText("The browser's data may have been copied. Sign this device out, then connect it again.").waitFor();
  await page.getByRole('button', { name: 'Sign out: Desk' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign out Desk?' });
  await dialog.getByRole('button', { name: 'Sign out this device' }).click();
  await page.getByText('No device is connected yet.').waitFor();
  return page;
}

site.story('a copied browser profile is found out, and its owner goes on alone', async (story) => {
  const { customer, id, home, copy } = await closedProfiles(story, SOLO);
  const [own, other] = [await openProfile(story, home), await openProfile(story, copy)];
  await refreshes(own.page, 200);
  await isLicensed(own.page);
  await isLicensed(other.page);
  await refreshes(other.page, 403);
  for (const { page } of [own, other]) await isDenied(page, COPIED);

  const page = await retire(story, customer, id);
  await signIn(own.person, customer);
  await connect(own.page);
  await device(page, 'Chrome on Linux').getByText('Active').waitFor();
  assert.equal(await devices(page).getByRole('listitem').count(), 1);
  await isDenied(other.page, SIGNED_OUT);
  await other.page.reload();
  await isDenied(other.page, SIGNED_OUT);
  await own.page.reload();
  await isLicensed(own.page);
});

site.story('a profile that is put back spends what it had set aside twice, and no more before it is found out', async (story) => {
  const { customer, id, home, copy } = await closedProfiles(story, SCARCE);
  const now = await openProfile(story, home, { isOffline: true });
  const first = await holdsSlice(now.page);
  assert.equal(await render(now.page, SLICE + 1), SLICE);
  await reconnect(now);
  await isCounted(customer, id, 20 - SLICE - SLICE, SLICE);
  await holdsSlice(now.page, first);
  await goOffline(now.page);

  // As it was before all this: the slice that is settled already lies there untouched.
  const before = await openProfile(story, copy, { isOffline: true });
  assert.equal(await holdsSlice(before.page), first);
  assert.equal(await render(before.page, SLICE + 1), SLICE);
  await reconnect(before);
  const rest = 20 - SLICE - SLICE;
  assert.equal(await render(before.page, rest + 1), rest);
  await notice(before.page).filter({ hasText: 'No uses are left' }).waitFor();
  assert.equal(await render(now.page, SLICE + 1), SLICE);
  // That was 20, and one slice.
  await now.person.context.setOffline(false);
  await isCounted(customer, id, 0, 0);
  assert.equal(await render(now.page, 1) + (await render(before.page, 1)), 0);

  await refreshes(now.page, 200);
  await refreshes(before.page, 403);
  for (const { page } of [now, before]) await isDenied(page, COPIED);
  assert.deepEqual((await counted(customer, id)).devices.map(({ status, reason }) => [status, reason]), [['suspended', 'cloned']]);
});

site.story('an app whose storage was cleared has its place back, and no move or recovery is spent', async (story) => {
  const { arrive, server } = story;
  const customer = await Customer.create(server);
  const { license_id: id } = await customer.buy(SCARCE);
  const { person, page } = await arrive(DEMO, customer.signedIn);
  await handOver(await openConnect(page), 'Desk');
  await isLicensed(page);
  const own = await readKept(page);
  const { moves, devices: [{ pass_id: old }] } = await counted(customer, id);

  await clearStorage(page);
  await isDenied(page);
  await connect(page);
  const there = await counted(customer, id);
  assert.equal(there.devices.length, 1);
  assert.notEqual(there.devices[0].pass_id, old);
  assert.deepEqual(there.moves, moves);
  const { body: { valid } } = await server.api('POST', '/passes/verify', { body: { pass: own.state.pass } });
  assert.equal(valid, false);
  const shown = await person.open(`/licenses/${id}`);
  await devices(shown).getByText('1 of 1').waitFor();
  assert.equal(await devices(shown).getByRole('listitem').count(), 1);

  // It is the browser's cookie that says so.
  await person.context.clearCookies({ name: '__Host-passgate-browser' });
  await clearStorage(page);
  person.expectProblem(/status of 409/);
  const popup = await openConnect(page);
  await popup.getByRole('button', { name: 'Connect', exact: true }).click();
  await alert(popup, 'Every device of this license is taken');
});

/** Clears everything but cookies of the app's origin, as privacy tools do, and opens the app again. */
async function clearStorage(page) {
  const app = page.url();
  await page.goto('about:blank');
  const debug = await page.context().newCDPSession(page);
  await debug.send('Storage.clearDataForOrigin', {
    origin: new URL(app).origin,
    storageTypes: 'indexeddb,local_storage,cache_storage,service_workers',
  });
  await debug.detach();
  await page.goto(app);
}

site.story('a code that another app has asked for is refused in words, stays in its field, and is not used up', async (story) => {
  const { arrive, server } = story;
  await addProduct(server, 'notebook', 'Notebook');
  const customer = await Customer.create(server);
  const { license_id: id } = await customer.buy(SOLO);
  const { page: sender } = await arrive(DEMO, customer.signedIn);
  await connect(sender);
  const { terminals: { items: [{ pass_id: pass }] } } = await customer.ask('GET', `/licenses/${id}`);
  const { code, portable_pass: token } = await customer.ask('POST', '/moves', { pass_id: pass });

  const { person, page } = await arrive(DEMO);
  person.expectProblem(/status of 403/);
  const notebook = await openReceive(page, () => openOther(page, 'notebook'));
  for (const given of [code, token]) {
    await type(notebook, given);
    await alert(notebook, 'This license is for another app. Open that app on this device and receive it there.');
    assert.equal(await codeField(notebook).inputValue(), given);
    assert.equal(await notebook.getByRole('button', { name: 'Move it here' }).count(), 0);
  }
  await notebook.close();

  const sketchpad = await openReceive(page, () => openConnect(page));
  await type(sketchpad, code);
  const closed = sketchpad.waitForEvent('close');
  await sketchpad.getByRole('button', { name: 'Move it here' }).click();
  await closed;
  await isLicensed(page);
});

const codeField = (page) => page.getByLabel('Code', { exact: true });

async function type(page, code) {
  await codeField(page).fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Another app in this page, of the same vendor: it asks for a license of `product`. */
async function openOther(page, product) {
  await page.evaluate(async (product) => {
    const { open } = await import('/sdk/index.js');
    const gate = await open({ issuer: `${location.origin}/v/acme`, product });
    const button = Object.assign(document.createElement('button'), { textContent: 'Open it', onclick: () => gate.connect() });
    document.body.append(button);
  }, product);
  const opened = page.waitForEvent('popup');
  await page.getByRole('button', { name: 'Open it' }).click();
  return opened;
}

/** Opens the receive page of the window that an app opens. */
async function openReceive(page, open) {
  const popup = await open();
  await popup.getByRole('link', { name: 'Move a license here from another device' }).click();
  await heading(popup, 'Receive a license').waitFor();
  await codeField(popup).waitFor();
  return popup;
}

/** Somebody whose clock is off by `days`, in Sketchpad. */
async function arriveOff({ arrive, server }, days, options) {
  const { person, page } = await arrive(undefined, options);
  // What is proved by that clock is refused once, until the server has said what time it is.
  person.expectProblem(/status of 401/);
  await page.clock.install({ time: Date.now() + days * DAY });
  await page.goto(server.url + DEMO);
  return { person, page };
}

const sending = (page) => page.getByRole('dialog', { name: 'Move to another device' });
const receiving = (page) => page.getByRole('dialog', { name: 'Receive from another device' });

/** Offers the license in Sketchpad; gives the code. */
async function offer(page) {
  await tool(page, 'Move to another device').click();
  await sending(page).getByRole('button', { name: 'Move', exact: true }).click();
  await sending(page).getByText(/^Sketchpad has stopped here\./).waitFor();
  return sending(page).getByLabel('Code').textContent();
}

/** Receives a license in Sketchpad, as far as the last click. */
async function receive(page, code) {
  await invitation(page).getByRole('button', { name: 'Receive from another device' }).click();
  await receiving(page).getByLabel('Code, link or portable pass').fill(code);
  await receiving(page).getByRole('button', { name: 'Continue' }).click();
  await receiving(page).getByText(/will arrive here/).waitFor();
  await receiving(page).getByRole('button', { name: 'Receive it here' }).click();
}

site.story('a clock that is two days ahead is no reason to refuse', async (story) => {
  const customer = await Customer.create(story.server);
  const { license_id: id } = await customer.buy(SCARCE);
  const { page } = await arriveOff(story, 2, customer.signedIn);
  const popup = await openConnect(page);
  assert.ok((await popup.evaluate(() => Date.now())) > Date.now() + DAY, 'the window has that clock too');
  await handOver(popup);
  await isLicensed(page);
  assert.equal(await render(page, 2), 2);
  const { left, aside } = await counted(customer, id);
  assert.equal(left + aside, 18);
  const code = await offer(page);
  const other = await arriveOff(story, 2);
  await receive(other.page, code);
  await isLicensed(other.page);
  assert.equal(await render(other.page, 1), 1);
  await isDenied(page, 'The license was moved to');

  // Once it is right it has been turned back, which might be a trick: connecting clears that up.
  await other.page.clock.setSystemTime(Date.now());
  await other.page.reload();
  await isDenied(other.page, CLOCK);
  await signIn(other.person, customer);
  await connect(other.page);
  assert.equal(await render(other.page, 1), 1);
});

const CLOCK = 'The clock of this device is wrong: set it to the present time.';

site.story('a clock that is two days behind is said to be wrong, and what was received meanwhile works once it is right', async (story) => {
  const customer = await Customer.create(story.server);
  const { license_id: id } = await customer.buy(SCARCE);
  const { page } = await arriveOff(story, -2, customer.signedIn);
  await handOver(await openConnect(page));
  await isDenied(page, CLOCK);
  await notice(page).filter({ hasText: CLOCK }).waitFor();
  await page.reload();
  await isDenied(page, CLOCK);
  await page.clock.setSystemTime(Date.now());
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await isLicensed(page);
  assert.equal(await render(page, 1), 1);
  assert.equal((await counted(customer, id)).devices.length, 1);

  const code = await offer(page);
  // Somebody without an account here: nothing but what arrives.
  const other = await arriveOff(story, -2);
  await receive(other.page, code);
  await receiving(other.page).getByText(CLOCK).waitFor();
  await other.page.clock.setSystemTime(Date.now());
  await other.page.reload();
  await isLicensed(other.page);
  assert.equal(await render(other.page, 1), 1);
});
