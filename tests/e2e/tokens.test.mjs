// What lets programs act for a vendor, and what is asked of whoever does what is sensitive.
import assert from 'node:assert/strict';
import { Customer, newPerson } from './customers.mjs';
import { ACME, answer, arriveAsOwner, asking, DESKTOP, examine, keepSecret } from './desk.mjs';
import { openSite, PASSWORD } from './harness.mjs';
import { getsFocus, heading } from './portal.mjs';
import { ageProofs, totp } from './totp.mjs';
import { owner } from './vendor.mjs';

const site = await openSite();
const VENDOR = '/admin/vendors/acme';

/** Somebody new, in the team. */
async function newMember(server, role, name) {
  const member = await Customer.create(server, newPerson(name));
  const { url } = await (await owner(server)).ask('POST', `${VENDOR}/invitations`, { email: member.person.email, role });
  await member.ask('POST', '/invitations/accept', { invitation: url.split('#')[1] });
  return member;
}

/** Fills the form of a new token, and sends it. */
async function createToken(page, name, scope) {
  await page.getByRole('button', { name: 'Create token' }).first().click();
  await asking(page).getByLabel('What it is for').fill(name);
  await asking(page).getByLabel(scope).check();
  await asking(page).getByRole('button', { name: 'Create token' }).click();
}

site.story('a token may do what was ticked, is shown once, and is refused once it is revoked', async (story) => {
  const { page } = await arriveAsOwner(story, `${ACME}/tokens`);
  // The demo's own service has one.
  await page.getByRole('button', { name: 'Revoke Render farm' }).click();
  await answer(page, 'Revoke token');
  await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
  await examine(page);
  await page.getByRole('button', { name: 'Create token' }).first().click();
  await asking(page).getByRole('button', { name: 'Create token' }).click();
  await getsFocus(asking(page).getByLabel('What it is for'));
  await asking(page).getByText('Tick at least one.').waitFor();
  await examine(page);
  await asking(page).getByLabel('What it is for').fill('Nightly export');
  await asking(page).getByLabel('See orders and figures').check();
  await asking(page).getByLabel('Last day').fill('2020-01-01');
  await asking(page).getByRole('button', { name: 'Create token' }).click();
  await asking(page).getByText('Choose a day that is not over, or none.').waitFor();
  await asking(page).getByLabel('Last day').fill('');
  await asking(page).getByRole('button', { name: 'Create token' }).click();
  const secret = await keepSecret(page, 'The token is ready');
  assert.match(secret, /^pgt_/u);

  const headers = { authorization: `Bearer ${secret}` };
  const see = async (what) => (await story.server.api('GET', `${VENDOR}/${what}`, { headers })).status;
  assert.deepEqual([await see('orders'), await see('products')], [200, 403]);
  const row = page.getByRole('row').filter({ hasText: 'Nightly export' });
  await row.getByText('Orders (see)').waitFor();
  await row.getByText('Until revoked').waitFor();
  assert.ok(!(await page.content()).includes(secret), 'the secret is gone from the page');
  await examine(page);

  await row.getByRole('button', { name: 'Revoke Nightly export' }).click();
  await answer(page, 'Revoke token');
  await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
  assert.equal(await see('orders'), 401);
});

site.story('whoever may not see tokens is told so, and the page beside it still works', async (story) => {
  const helper = await newMember(story.server, 'support', 'Hugo Helper');
  const { page, person } = await story.arrive(`${ACME}/tokens`, { reducedMotion: 'reduce', ...helper.signedIn });
  person.expectProblem(/status of 403/u);
  await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Create token' }).count(), 0);
  await examine(page);
  await page.goto(`${story.server.url}${ACME}/settings`);
  await page.getByText('Acme Studio').last().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Save' }).count(), 0);
});

site.story('tokens, the team and keys ask again who is there, by whatever the account has', async (story) => {
  const admin = await newMember(story.server, 'owner', 'Ada Admin');
  const { secret } = await admin.ask('POST', '/account/totp');
  const { codes } = await admin.ask('POST', '/account/totp/confirm', { totp: totp(secret) });
  const { page, person } = await story.arrive(`${ACME}/tokens`, {
    viewport: DESKTOP, reducedMotion: 'reduce', ...admin.signedIn,
  });
  person.expectProblem(/status of 4(03|22)/u);
  const proof = page.getByRole('dialog', { name: 'Is it still you?' });
  const goOn = () => proof.getByRole('button', { name: 'Go on' }).click();

  await heading(page, 'API tokens').waitFor();
  await ageProofs(story.server);
  await createToken(page, 'Continuous integration', 'See signing keys');
  await getsFocus(proof.getByLabel('Password'));
  await proof.getByLabel('Password').fill('not my password');
  await goOn();
  await proof.getByText('This is not your password.').waitFor();
  await examine(page);
  await proof.getByLabel('Password').fill(PASSWORD);
  await goOn();
  await keepSecret(page, 'The token is ready');

  await page.goto(`${story.server.url}${ACME}/team`);
  await page.getByRole('button', { name: 'Invite somebody' }).waitFor();
  await ageProofs(story.server);
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await asking(page).getByLabel('E-mail').fill('colleague@example.com');
  await asking(page).getByRole('button', { name: 'Create link' }).click();
  await proof.getByRole('button', { name: 'Use a code' }).click();
  await getsFocus(proof.getByLabel('Code'));
  await examine(page);
  // The code of now was used up by setting it up.
  await proof.getByLabel('Code').fill(totp(secret, Date.now() + 30_000));
  await goOn();
  await keepSecret(page, 'The invitation is ready');

  await page.goto(`${story.server.url}${ACME}/keys`);
  const key = page.getByRole('row').filter({ hasText: 'Signs' });
  const kid = (await key.locator('code').textContent()).slice(0, 8);
  await ageProofs(story.server);
  await key.getByRole('button', { name: 'Revoke' }).click();
  await asking(page).getByLabel('Reason').fill('A laptop was stolen.');
  await asking(page).getByLabel(`Type ${kid} to confirm`).fill(kid);
  await asking(page).getByRole('button', { name: 'Revoke key' }).click();
  await proof.getByRole('button', { name: 'Use a code' }).click();
  await proof.getByLabel('Code').fill(codes[0].toLowerCase());
  await goOn();
  await page.getByText('The key is revoked.').first().waitFor();
  await page.getByRole('row').filter({ hasText: kid }).getByText('Revoked').waitFor();
});

site.story('a proof that is not given leaves everything as it was', async (story) => {
  const admin = await newMember(story.server, 'admin', 'Otto Other');
  const { page, person } = await story.arrive(`${ACME}/tokens`, { reducedMotion: 'reduce', ...admin.signedIn });
  person.expectProblem(/status of 403/u);
  await heading(page, 'API tokens').waitFor();
  await ageProofs(story.server);
  await createToken(page, 'Never made', 'See signing keys');
  const proof = page.getByRole('dialog', { name: 'Is it still you?' });
  await proof.getByLabel('Password').waitFor();
  await page.keyboard.press('Escape');
  await proof.waitFor({ state: 'hidden' });
  await asking(page).getByText('Show again that it is you').waitFor();
  assert.equal(await asking(page).getByLabel('What it is for').inputValue(), 'Never made');
  await asking(page).getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await page.getByRole('row').filter({ hasText: 'Never made' }).count(), 0);
});

site.story('when tokens cannot be read, the page says so with what to ask for, and asks again', async (story) => {
  const { page, person } = await arriveAsOwner(story);
  person.expectProblem(/status of 500/u);
  const problem = { type: 'about:blank', title: 'Failed.', status: 500, code: 'INTERNAL', request_id: 'req_lost' };
  const fail = (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) });
  await page.route(/\/vendors\/acme\/tokens/u, fail);
  await page.goto(`${story.server.url}${ACME}/tokens`);
  await page.getByRole('alert').getByText('req_lost').waitFor();
  await examine(page);
  await page.unroute(/\/vendors\/acme\/tokens/u, fail);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('button', { name: 'Create token' }).first().waitFor();

  await page.context().setOffline(true);
  await page.getByText('You are offline. What you see may be old.').waitFor();
  await createToken(page, 'Made without a network', 'See signing keys');
  person.expectProblem(/ERR_INTERNET_DISCONNECTED/u);
  await asking(page).getByRole('alert').getByText('You are offline').waitFor();
  await page.context().setOffline(false);
  await asking(page).getByRole('button', { name: 'Create token' }).click();
  await keepSecret(page, 'The token is ready');
  await page.getByRole('row').filter({ hasText: 'Made without a network' }).waitFor();
});
