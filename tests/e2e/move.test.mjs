// A license on its way from device to device, in the portal: sent, received, taken back, lost and found; and everything
// else about devices that a customer sees change while looking at it.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLAGS } from './browser.mjs';
import { Customer, PRO, SOLO } from './customers.mjs';
import { openSite, Person, startBrowserIn } from './harness.mjs';
import { getsFocus, hasFocus, heading } from './portal.mjs';
import { connect, DEMO, draw, handOver, holdsSlice, invitation, isLicensed, openConnect, tool, untilListening } from './sketchpad.mjs';

const site = await openSite();
const COUNTED = { ...PRO, features: ['ai.render'], uses: { 'ai.render': 100 } };
const CODE = /^[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{5}-[2-9A-HJKMNP-TV-Z]{5}$/u;

const devices = (page) => page.getByRole('region', { name: 'Devices' });
const device = (page, name) => devices(page).getByRole('listitem').filter({ hasText: name });
const alert = (page, text) => page.getByRole('alert').filter({ hasText: text }).waitFor();
const codeField = (page) => page.getByLabel('Code', { exact: true });
const shownCode = async (page) => {
  await page.getByRole('tab', { name: 'Code', exact: true }).click();
  return page.getByRole('tabpanel', { name: 'Code' }).locator('code').textContent();
};

/** A customer whose license is in use on a device called `name`, with that app and the license's page. */
async function customerWithDevice({ arrive, server }, { selection = PRO, name = 'Desk' } = {}) {
  const customer = await Customer.create(server);
  const { license_id: license } = await customer.buy(selection);
  const { person, page: app } = await arrive(DEMO, customer.signedIn);
  await untilListening(app, async () => handOver(await openConnect(app), name));
  await isLicensed(app);
  if (selection.uses) await holdsSlice(app);
  const page = await person.open(`/licenses/${license}`);
  await device(page, name).waitFor();
  return { customer, license, person, app, page };
}

/** Goes from the license's page to sending, and says yes. Gives the code. */
async function offer(page, name = 'Desk') {
  await device(page, name).getByRole('link', { name: 'Move to another device' }).click();
  await page.getByRole('heading', { name: `Move Sketchpad Pro from ${name}?` }).waitFor();
  await page.getByRole('button', { name: 'Move it' }).click();
  return shownCode(page);
}

/** Opens the receive page of the window that an app opens. */
async function openReceive(app) {
  const popup = await openConnect(app);
  await popup.getByRole('link', { name: 'Move a license here from another device' }).click();
  await heading(popup, 'Receive a license').waitFor();
  await codeField(popup).waitFor();
  return popup;
}

async function type(page, code) {
  await codeField(page).fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Takes what has been shown, under `name`; the window closes by itself. */
async function take(popup, name) {
  await popup.getByLabel('Name of this device').fill(name);
  const closed = popup.waitForEvent('close');
  await popup.getByRole('button', { name: 'Move it here' }).click();
  await closed;
}

site.story('a license goes from one browser to another, and the page that sent it says so by itself', async (story) => {
  const { app, page } = await customerWithDevice(story, { selection: COUNTED });
  const code = await offer(page);
  assert.match(code, CODE);
  await invitation(app).waitFor();
  const told = JSON.stringify(await page.evaluate(() => [location.href, { ...sessionStorage }, { ...localStorage }]));
  assert.ok(!told.includes(code), 'the code is kept where others can read it');

  const { page: other } = await story.arrive(DEMO);
  const popup = await openReceive(other);
  await type(popup, code.toLowerCase().replaceAll('-', ' '));
  const card = popup.getByRole('region', { name: 'What arrives' });
  await card.getByRole('heading', { name: 'Sketchpad Pro' }).waitFor();
  await card.getByText('Desk', { exact: true }).waitFor();
  await card.getByText(/^AI rendering: \d+ uses left$/).waitFor();
  await take(popup, 'Laptop');
  await isLicensed(other);

  await heading(page, /^Moved to Laptop, \d\d:\d\d$/).waitFor();
  await page.getByText('Sketchpad works there now, and no longer on Desk.').waitFor();
  await invitation(app).waitFor();
  await page.getByRole('link', { name: 'Back to the license' }).click();
  await device(page, 'Laptop').getByText('Active').waitFor();
  assert.equal(await devices(page).getByRole('listitem').count(), 1);
  await devices(page).getByText(/^2 of 3 moves left until \d+ \w+ \d{4}\.$/).waitFor();
});

site.story('a move that is taken back leaves the license where it was, and its code leads nowhere', async (story) => {
  const { person, app, page } = await customerWithDevice(story);
  const code = await offer(page);
  await invitation(app).waitFor();
  await page.getByRole('button', { name: 'Cancel the move' }).click();
  await getsFocus(heading(page, 'Move cancelled'));
  await page.getByText('Sketchpad works on Desk again.').waitFor();
  await isLicensed(app);

  const receiver = await person.open('/receive');
  person.expectProblem(/status of 40[49]/);
  await type(receiver, code);
  await alert(receiver, /cancelled, or its 15 minutes are over|No open move has this code/);
  assert.equal(await codeField(receiver).inputValue(), code);

  await page.getByRole('button', { name: 'Start again' }).click();
  assert.notEqual(await shownCode(page), code);
});

site.story('a reloaded page says that a move is open, and starts again with another code', async (story) => {
  const { app, page } = await customerWithDevice(story);
  const code = await offer(page);
  await page.reload();
  await page.getByRole('heading', { name: 'A move is open' }).waitFor();
  await page.getByText('Its code was shown once and cannot be read again.').waitFor();
  assert.ok(!(await page.content()).includes(code));
  await page.getByRole('button', { name: 'Start again' }).click();
  const newer = await shownCode(page);
  assert.match(newer, CODE);
  assert.notEqual(newer, code);
  await page.reload();
  await page.getByRole('button', { name: 'Cancel the move' }).click();
  await heading(page, 'Move cancelled').waitFor();
  await isLicensed(app);
});

site.story('a move whose time is over says so by itself and can be started again', async (story) => {
  const { customer, page } = await customerWithDevice(story);
  await offer(page);
  // The server's clock is not ours to set: the move ends another way, and only the word for it is changed.
  await page.route('**/api/v1/moves/mov_*', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    return route.fulfill({ response, json: { ...body, state: body.state === 'cancelled' ? 'expired' : body.state } });
  });
  const { items: [{ license_id: license }] } = await customer.ask('GET', '/licenses');
  const { terminals: { items: [{ move }] } } = await customer.ask('GET', `/licenses/${license}`);
  await customer.ask('DELETE', `/moves/${move.move_id}`);
  await heading(page, 'Move expired').waitFor();
  await page.getByText('Nobody redeemed it in 15 minutes.').waitFor();
  await page.unroute('**/api/v1/moves/mov_*');
  await page.getByRole('button', { name: 'Start again' }).click();
  assert.match(await shownCode(page), CODE);
});

site.story('QR code, file and link carry a license as the code does', async (story) => {
  const { person, page } = await customerWithDevice(story);
  await offer(page);
  await page.getByRole('tab', { name: 'QR code' }).click();
  const picture = page.getByRole('img', { name: /^QR code that opens .+\/receive/ });
  const png = await picture.screenshot();
  await page.getByRole('tab', { name: 'File' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save the file' }).click();
  const download = await saved;
  assert.equal(download.suggestedFilename(), 'sketchpad.portable-pass');
  const token = await readFile(await download.path());

  const receiver = await person.open('/receive');
  const arrives = receiver.getByRole('region', { name: 'What arrives' });
  const choose = async (name, mimeType, buffer) => {
    await receiver.getByLabel('Choose a file or picture').setInputFiles({ name, mimeType, buffer });
  };
  await choose('notes.txt', 'text/plain', Buffer.from('milk, bread'));
  await receiver.getByText('Nothing about a move was found in that file.').waitFor();
  await choose('photo.png', 'image/png', png);
  await arrives.waitFor();
  await receiver.getByRole('button', { name: 'Use another code' }).click();
  const code = await codeField(receiver).inputValue();
  assert.match(code, CODE);
  await choose('sketchpad.portable-pass', '', token);
  await arrives.waitFor();

  await receiver.goto(`${site.url}/licenses`);
  await receiver.goto(`${site.url}/receive#${code}`);
  await arrives.getByText('Desk', { exact: true }).waitFor();
  assert.equal(receiver.url(), `${site.url}/receive`);
  const open = receiver.getByRole('link', { name: 'Open Sketchpad here' });
  assert.equal(await open.getAttribute('href'), `${site.url}/demo/#receive=${code}`);
});

site.story('a QR code is read by the camera', async (story) => {
  const { person, page } = await customerWithDevice(story);
  await offer(page);
  await page.getByRole('tab', { name: 'QR code' }).click();
  const source = await page.getByRole('img', { name: /^QR code/ }).getAttribute('src');
  const folder = await mkdtemp(join(tmpdir(), 'passgate-camera-'));
  try {
    // What the camera sees: a sheet of paper with the code on it.
    const paper = await person.open();
    await paper.setViewportSize({ width: 640, height: 480 });
    await paper.setContent(`<body style="margin:0;background:#fff;display:grid;place-items:center;height:100vh"><img width="400" src="${source}">`);
    await paper.screenshot({ type: 'jpeg', quality: 95, path: join(folder, 'paper.mjpeg') });
    const camera = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${join(folder, 'paper.mjpeg')}`];
    const context = await startBrowserIn(join(folder, 'profile'), { args: [...FLAGS, ...camera] });
    try {
      const receiver = new Person(context, site.url);
      const other = await receiver.open('/receive');
      await other.getByRole('button', { name: 'Scan with the camera' }).click();
      await other.getByRole('region', { name: 'What arrives' }).getByText('Desk', { exact: true }).waitFor();
      assert.deepEqual(receiver.problems, []);
      // Elsewhere the portal has no business with the camera.
      await other.goto(`${site.url}/licenses`);
      await heading(other, 'Sign in').waitFor();
      const denied = await other.evaluate(() => navigator.mediaDevices.getUserMedia({ video: true }).then(() => '', ({ name }) => name));
      assert.equal(denied, 'NotAllowedError');
    } finally {
      await context.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

site.story('what cannot be received is explained, and nothing typed is lost', async (story) => {
  const { person, page } = await customerWithDevice(story);
  const code = await offer(page);
  const receiver = await person.open('/receive');
  await type(receiver, 'ABCD-0000');
  await receiver.getByText("This is no move's code.").waitFor();
  await getsFocus(codeField(receiver));
  assert.equal(await codeField(receiver).inputValue(), 'ABCD-0000');
  person.expectProblem(/status of 40[49]/);
  await type(receiver, '2222-22222-22222');
  await alert(receiver, 'No open move has this code.');
  assert.equal(await codeField(receiver).inputValue(), '2222-22222-22222');
  // Five wrong guesses end a move, whoever guesses right then.
  const wrong = `${code.slice(0, -1)}${code.endsWith('Z') ? 'Y' : 'Z'}`;
  for (let guess = 0; guess < 5; guess += 1) {
    const answered = receiver.waitForResponse('**/moves/preview');
    await type(receiver, wrong);
    assert.equal((await answered).status(), 404);
    await receiver.getByRole('button', { name: 'Continue' }).waitFor();
  }
  await type(receiver, code);
  await alert(receiver, /No open move has this code\.|Start it again/);
});

site.story('a code that was used, and one from this very device, are refused in words', async (story) => {
  const { person, app, page } = await customerWithDevice(story);
  const first = await offer(page);
  // Sketchpad itself offers no window while its license is on its way; another app with the same key may.
  await app.evaluate(async (issuer) => {
    const { open } = await import('/sdk/index.js');
    const gate = await open({ issuer, product: 'sketchpad' });
    const button = Object.assign(document.createElement('button'), { textContent: 'Once more', onclick: () => gate.connect() });
    document.body.append(button);
  }, `${site.url}/v/acme`);
  const opened = app.waitForEvent('popup');
  await app.getByRole('button', { name: 'Once more' }).click();
  const own = await opened;
  await own.getByRole('link', { name: 'Move a license here from another device' }).click();
  await type(own, first);
  person.expectProblem(/status of 409/);
  await own.getByRole('button', { name: 'Move it here' }).click();
  await alert(own, 'The license is on this device already.');
  await own.close();

  const other = await story.arrive(DEMO);
  const popup = await openReceive(other.page);
  await type(popup, first);
  await take(popup, 'Laptop');
  await heading(page, /^Moved to Laptop/).waitFor();
  const late = await story.arrive('/receive');
  late.person.expectProblem(/status of 409/);
  await type(late.page, first);
  await alert(late.page, 'This was used already: another device has the license now.');
});

site.story('when every device is taken, the window moves the license here or leads to signing one out', async (story) => {
  const { customer, app, page } = await customerWithDevice(story, { selection: { ...PRO, terminals: 1 } });
  const second = await story.arrive(DEMO, customer.signedIn);
  const popup = await openConnect(second.page);
  await popup.getByRole('radio', { name: /^Pro/ }).waitFor();
  second.person.expectProblem(/status of 40[39]/);
  await popup.getByLabel('Name of this device').fill('Laptop');
  await popup.getByRole('button', { name: 'Connect', exact: true }).click();
  await alert(popup, 'Every device of this license is taken');
  await popup.getByRole('link', { name: 'Sign out a lost device' }).click();
  await device(popup, 'Desk').waitFor();
  await popup.getByRole('link', { name: 'Back to connecting' }).click();
  await popup.getByLabel('Name of this device').fill('Laptop');
  await popup.getByRole('button', { name: 'Connect', exact: true }).click();
  const closed = popup.waitForEvent('close');
  await popup.getByRole('button', { name: 'Move it here from Desk' }).click();
  await closed;
  await isLicensed(second.page);
  await invitation(app).waitFor();
  await device(page, 'Laptop').waitFor();
  assert.equal(await device(page, 'Desk').count(), 0);
});

site.story('a device is renamed in its place, and every page that shows it follows', async (story) => {
  const { person, license, page } = await customerWithDevice(story);
  const elsewhere = await person.open(`/licenses/${license}`);
  await device(elsewhere, 'Desk').waitFor();
  const rename = page.getByRole('button', { name: 'Rename: Desk' });
  const field = page.getByLabel('Name of this device');
  await rename.click();
  await getsFocus(field);
  await field.fill('Somewhere');
  await page.keyboard.press('Escape');
  await getsFocus(rename);
  await rename.click();
  await field.fill(' ');
  await page.keyboard.press('Enter');
  await page.getByText('Enter a name for this device.').waitFor();
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  await field.fill('Attic');
  await page.keyboard.press('Enter');
  await getsFocus(page.getByRole('button', { name: 'Rename: Attic' }));
  await device(elsewhere, 'Attic').waitFor();
});

site.story('news about other devices does not take away what is being typed', async (story) => {
  const { customer, page } = await customerWithDevice(story, { selection: { ...PRO, terminals: 3 } });
  await page.getByRole('button', { name: 'Rename: Desk' }).click();
  await page.getByLabel('Name of this device').fill('Half a na');
  const second = await story.arrive(DEMO, customer.signedIn);
  await handOver(await openConnect(second.page), 'Laptop');
  await device(page, 'Laptop').waitFor();
  assert.equal(await page.getByLabel('Name of this device').inputValue(), 'Half a na');
});

site.story('a device is signed out after saying what that means, and its app stops at once', async (story) => {
  const { app, page } = await customerWithDevice(story);
  await devices(page).getByText(/^A device can be signed out 2 more times until/).waitFor();
  await page.getByRole('button', { name: 'Sign out: Desk' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign out Desk?' });
  await dialog.getByText(/^Sketchpad stops on Desk at once/).waitFor();
  await dialog.getByText(/^A device can be signed out 2 more times until/).waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await isLicensed(app);
  await page.getByRole('button', { name: 'Sign out: Desk' }).click();
  await dialog.getByRole('button', { name: 'Sign out this device' }).click();
  await page.getByText('No device is connected yet.').waitFor();
  await getsFocus(heading(page, 'Sketchpad Pro'));
  await devices(page).getByText(/^A device can be signed out 1 more time until/).waitFor();
  await invitation(app).waitFor();
});

site.story('counters and devices follow in two tabs, and a page that is left listens no more', async (story) => {
  const { customer, person, license, app, page } = await customerWithDevice(story, { selection: COUNTED });
  const other = await person.open(`/licenses/${license}`);
  await device(other, 'Desk').waitFor();
  await draw(app);
  await tool(app, /^AI render/).click();
  await app.locator('#renders').filter({ hasText: '(99 left)' }).waitFor();
  const { features, terminals: { items: [{ slices }] } } = await customer.ask('GET', `/licenses/${license}`);
  const { left } = features['ai.render'].uses;
  for (const tab of [page, other]) {
    await tab.getByText(`${left} of 100 left`).waitFor();
    assert.equal(await tab.getByRole('progressbar', { name: /^AI rendering/ }).getAttribute('value'), String(left));
    await device(tab, 'Desk').getByText(`${slices['ai.render']} uses set aside for offline work`).waitFor();
    await tab.getByText(/^100 again on \d+ \w+ \d{4}, then every month\.$/).waitFor();
  }
  const ended = other.waitForEvent('requestfailed', (request) => request.url().endsWith('/events'));
  await other.getByRole('link', { name: 'All licenses' }).click();
  await ended;
});

site.story('without a stream the page asks now and then', async (story) => {
  const { customer, person, license } = await customerWithDevice(story);
  const page = await person.open();
  person.expectProblem(/ERR_FAILED/);
  await page.route('**/events', (route) => route.abort());
  await page.goto(`${site.url}/licenses/${license}`);
  await device(page, 'Desk').waitFor();
  const { terminals: { items: [{ pass_id: pass }] } } = await customer.ask('GET', `/licenses/${license}`);
  await customer.ask('PATCH', `/licenses/${license}/passes/${pass}`, { name: 'Attic' });
  await device(page, 'Attic').waitFor();
  // What is shown stays when nobody can be asked any more, and says that it may be old.
  await page.route('**/api/v1/licenses/**', (route) => route.abort());
  await alert(page, 'This may be out of date');
  assert.equal(await device(page, 'Attic').count(), 1);
});

site.story('the three ways to carry a license are tabs for the keyboard too', async (story) => {
  const { page } = await customerWithDevice(story);
  await device(page, 'Desk').getByRole('link', { name: 'Move to another device' }).click();
  await page.getByRole('button', { name: 'Move it' }).focus();
  await page.keyboard.press('Enter');
  const tab = (name) => page.getByRole('tab', { name, exact: true });
  const isOpen = async (name) => {
    await getsFocus(tab(name));
    await page.getByRole('tabpanel', { name, exact: true }).waitFor();
    assert.equal(await page.getByRole('tabpanel').count(), 1);
  };
  await isOpen('QR code');
  for (const [key, name] of [['ArrowRight', 'Code'], ['End', 'File'], ['ArrowRight', 'QR code'], ['ArrowLeft', 'File'], ['Home', 'QR code']]) {
    await page.keyboard.press(key);
    await isOpen(name);
  }
  await page.keyboard.press('Tab');
  assert.ok(await hasFocus(page.getByRole('tabpanel', { name: 'QR code' })));
});

site.story('a license that has no moves left says when there are some again', async (story) => {
  const { customer, license, page } = await customerWithDevice(story, { selection: SOLO });
  const { moves } = await customer.ask('GET', `/licenses/${license}`);
  assert.ok(moves.left > 0, 'the demo has an offer whose moves are limited');
  // Each move is offered and taken by a browser of its own.
  let sender = 'Desk';
  for (let count = moves.left; count > 0; count -= 1) {
    await page.goto(`${site.url}/licenses/${license}`);
    await device(page, sender).getByRole('link', { name: 'Move to another device' }).click();
    await page.getByRole('button', { name: 'Move it' }).click();
    const code = await shownCode(page);
    const next = await story.arrive(DEMO);
    const popup = await openReceive(next.page);
    await type(popup, code);
    sender = `Device ${count}`;
    await take(popup, sender);
    await heading(page, /^Moved to/).waitFor();
  }
  await page.goto(`${site.url}/licenses/${license}`);
  await devices(page).getByText(/^0 of \d+ moves? left/).waitFor();
  await device(page, sender).getByRole('link', { name: 'Move to another device' }).click();
  await alert(page, 'Every move of this license is used.');
  assert.equal(await page.getByRole('button', { name: 'Move it' }).count(), 0);
});
