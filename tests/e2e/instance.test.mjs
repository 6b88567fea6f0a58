// Where a vendor's team sees how the installation and its status lists stand.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Customer, newPerson, PRO } from './customers.mjs';
import { ACME, arriveAsOwner, examine } from './desk.mjs';
import { openSite } from './harness.mjs';
import { heading } from './portal.mjs';
import { connect, DEMO } from './sketchpad.mjs';
import { owner } from './vendor.mjs';

const FORBIDDEN = 'You may not see this';
const site = await openSite();

site.story('a status list says how many passes stand, and where it is published', async (story) => {
  const customer = await Customer.create(story.server, newPerson('Lia List'));
  await customer.buy(PRO);
  const { page: app } = await story.arrive(DEMO, customer.signedIn);
  await connect(app);
  const { page } = await arriveAsOwner(story, `${ACME}/status-lists`);
  await heading(page, 'Status lists').waitFor();
  const address = await page.locator('.copy code').first().textContent();
  const answer = await page.evaluate(async (uri) => (await fetch(uri)).status, address);
  assert.equal(answer, 200);
  await examine(page);
});

site.story('the owner sees the checks of the installation, and a viewer is told that it is not theirs', async (story) => {
  const { page } = await arriveAsOwner(story, `${ACME}/instance`);
  await page.getByRole('region', { name: 'Checks' }).getByText('Good').first().waitFor();
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.getByRole('region', { name: 'About' }).getByText('sqlite').waitFor();
  const backups = page.getByRole('region', { name: 'Backups' });
  await backups.getByText('None yet').waitFor();
  await examine(page);
  const to = join(story.server.dataDir, 'tonight.backup');
  await promisify(execFile)(process.env.PASSGATE_BIN, ['backup', '--data-dir', story.server.dataDir, '--to', to]);
  await page.getByRole('button', { name: 'Look again' }).click();
  await backups.getByText('None yet').waitFor({ state: 'detached' });
  await backups.getByRole('button', { name: 'Copy Command' }).waitFor();
  // Whoever owns one vendor's page gets nobody's data from it.
  assert.equal(await page.locator('main a[download], main a[href*="backup"]').count(), 0);

  const viewer = await Customer.create(story.server, newPerson('Vic Viewer'));
  const invitation = { email: viewer.person.email, role: 'viewer' };
  const { url } = await (await owner(story.server)).ask('POST', '/admin/vendors/acme/invitations', invitation);
  await viewer.ask('POST', '/invitations/accept', { invitation: url.split('#')[1] });
  const { page: theirs, person } = await story.arrive(undefined, { reducedMotion: 'reduce', ...viewer.signedIn });
  person.expectProblem(/status of 403/u);
  await theirs.goto(`${story.server.url}${ACME}/instance`);
  await theirs.getByRole('heading', { name: FORBIDDEN }).waitFor();
  await examine(theirs);
  await theirs.goto(`${story.server.url}${ACME}/figures`);
  await theirs.getByRole('region', { name: 'New licenses' }).waitFor();
});
