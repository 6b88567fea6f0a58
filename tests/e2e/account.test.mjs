// What protects an account: a second step, passkeys in Chromium's virtual authenticator, sessions, and the proof that
// sensitive changes ask for.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, test } from 'node:test';
import { newPerson } from './customers.mjs';
import { checkAccess, checkWidth, Person, startBrowser, startServer } from './harness.mjs';
import { getsFocus, heading, signUp } from './portal.mjs';
import { totp } from './totp.mjs';

// Passkeys are for names: the portal is reached by one.
const server = await startNamed();
const browser = await startBrowser();
after(async () => {
  await browser.close();
  await server.stop();
});

/**
 * A server that calls itself localhost. It must know its port before it starts, so a door of ours has the port, and passes
 * on what comes.
 */
async function startNamed() {
  let inside;
  const door = createServer((outer) => {
    const inner = connect(inside);
    outer.pipe(inner).pipe(outer);
    outer.on('error', () => inner.destroy()).on('close', () => inner.destroy());
    inner.on('error', () => outer.destroy());
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const url = `http://localhost:${door.address().port}`;
  const named = await startServer({ options: ['--public-url', url] });
  inside = { host: '127.0.0.1', port: new URL(named.url).port };
  return { url, stop: async () => { door.close(); await named.stop(); } };
}

/** Brings a new person to `path`, until the test ends. */
async function arrive(t, path) {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin' });
  t.after(() => context.close());
  const person = new Person(context, server.url);
  const page = await person.open(path);
  return { person, page };
}

/** A browser in which somebody can unlock passkeys, as with a fingerprint. */
async function addAuthenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
  return { devtools, authenticatorId };
}

const region = (page, name) => page.getByRole('region', { name, exact: true });
const press = (scope, name) => scope.getByRole('button', { name, exact: true }).click();
const toast = (page, text) => page.getByText(text, { exact: true }).first().waitFor();

async function arriveSignedUp(t) {
  const { person, page } = await arrive(t, '/sign-up?next=/account');
  const account = newPerson();
  await signUp(page, account);
  await heading(page, 'Account and security').waitFor();
  await region(page, 'Passkeys').waitFor();
  return { person, page, account };
}

async function signOut(page) {
  await page.context().clearCookies();
  await page.goto(`${server.url}/sign-in?next=/account`);
}

test('a passkey is made, signs in with nothing else, and is removed', async (t) => {
  const { person, page, account } = await arriveSignedUp(t);
  const { devtools, authenticatorId } = await addAuthenticator(page);
  await press(region(page, 'Passkeys'), 'Add a passkey');
  await toast(page, 'The passkey is added.');
  await region(page, 'Passkeys').getByText('Chromium on Linux').waitFor();
  const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId });
  assert.deepEqual(credentials.map((one) => [one.isResidentCredential, one.rpId]), [[true, 'localhost']]);
  await checkAccess(page);

  await signOut(page);
  await press(page.getByRole('main'), 'Sign in with a passkey');
  await heading(page, 'Account and security').waitFor();
  await page.getByRole('main').getByText(account.email).first().waitFor();
  await region(page, 'Passkeys').getByText(/^Last used/u).waitFor();

  await press(region(page, 'Passkeys'), 'Remove');
  await toast(page, 'The passkey is removed.');
  await signOut(page);
  person.expectProblem(/status of 422/u);
  await press(page.getByRole('main'), 'Sign in with a passkey');
  await page.getByRole('alert').filter({ hasText: 'This passkey\'s answer is wrong or too old' }).waitFor();
  assert.deepEqual(person.problems, []);
});

test('a second step is set up by QR code, asked for, and stood in for by a recovery code', async (t) => {
  const { person, page, account } = await arriveSignedUp(t);
  const part = region(page, 'Two-step sign-in');
  await press(part, 'Set up');
  await part.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
  const secret = await part.locator('code').first().textContent();
  await checkAccess(page);
  await part.getByLabel('Code').fill(totp(secret));
  await press(part, 'Turn on');
  await part.getByRole('heading', { name: 'Recovery codes' }).waitFor();
  const codes = await part.getByRole('listitem').allTextContents();
  assert.equal(codes.length, 10);
  await press(part, 'I have kept them');
  await part.getByText('Two-step sign-in is on. 10 recovery codes are left.').waitFor();

  await signOut(page);
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await getsFocus(page.getByLabel('Code'));
  await checkAccess(page);
  person.expectProblem(/status of 422/u);
  await page.getByLabel('Code').fill('WRONG-CODE1');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('This code is wrong, or was used already.').waitFor();
  await page.getByLabel('Code').fill(codes[0].toLowerCase());
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await heading(page, 'Account and security').waitFor();
  await part.getByText('Two-step sign-in is on. 9 recovery codes are left.').waitFor();

  await press(part, 'Turn off');
  await press(page.getByRole('dialog'), 'Turn off');
  await toast(page, 'Two-step sign-in is off.');
  await part.getByRole('button', { name: 'Set up' }).waitFor();
  assert.deepEqual(person.problems, []);
});

test('sessions are seen and ended, and another password ends the others', async (t) => {
  const { person, page, account } = await arriveSignedUp(t);
  const { page: other } = await arrive(t, '/sign-in?next=/account');
  await other.getByLabel('E-mail').fill(account.email);
  await other.getByLabel('Password').fill(account.password);
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await heading(other, 'Account and security').waitFor();

  await page.reload();
  const part = region(page, 'Where you are signed in');
  await part.getByText('This browser').waitFor();
  assert.equal(await part.getByRole('listitem').count(), 2);
  await press(part, 'Sign out');
  await toast(page, 'That browser is signed out.');
  await other.reload();
  await heading(other, 'Sign in').waitFor();

  const password = region(page, 'Password');
  await password.getByLabel('Current password').fill(account.password);
  await password.getByLabel('New password').fill('a whole new password');
  await press(password, 'Change password');
  await toast(page, 'Your password is changed. Other devices are signed out.');
  await region(page, 'Profile').getByLabel('Name').fill('Ada Reader');
  await press(region(page, 'Profile'), 'Save');
  await toast(page, 'Your name is changed.');
  await page.getByRole('button', { name: 'Ada Reader' }).waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  await checkWidth(page);
  assert.deepEqual(person.problems, []);
});

test('what is sensitive asks for the password when it was long ago, and then goes on by itself', async (t) => {
  const { person, page, account } = await arriveSignedUp(t);
  person.expectProblem(/status of 4(03|22)/u);
  // As the server answers ten minutes after signing in; the proof and everything else are the server's own.
  await page.route('**/api/v1/account/totp', (route) => {
    const problem = {
      type: 'about:blank', title: 'Show again that it is you.', status: 403, code: 'CONFIRMATION_REQUIRED',
      detail: 'Show again that it is you.', request_id: 'req_0', remedy: 'sign_in',
    };
    return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) });
  }, { times: 1 });
  const part = region(page, 'Two-step sign-in');
  await press(part, 'Set up');
  const dialog = page.getByRole('dialog', { name: 'Is it still you?' });
  await dialog.getByLabel('Password').fill('not my password');
  await checkAccess(page);
  await press(dialog, 'Go on');
  await dialog.getByText('This is not your password.').waitFor();
  await dialog.getByLabel('Password').fill(account.password);
  const proved = page.waitForResponse((response) => response.url().endsWith('/session/proof') && response.status() === 204);
  await press(dialog, 'Go on');
  await proved;
  await part.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.deepEqual(person.problems, []);
});
