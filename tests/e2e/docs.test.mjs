// The pages about the API, served by the server itself: read, tried with the browser's session, and with an API token.
import assert from 'node:assert/strict';
import { openSite } from './harness.mjs';
import { owner } from './vendor.mjs';

const site = await openSite();
/** Swagger UI reads the addresses of operations with an underscore in two ways, and says so. */
const DEEP_LINK = /escaping deep link whitespace/u;

/** Opens an operation, fills in parameters and sends it; gives the status and the body that are shown. */
async function tryOut(page, parameters = {}) {
  const operation = page.locator('.opblock.is-open');
  await operation.getByRole('button', { name: 'Try it out' }).click();
  for (const [name, value] of Object.entries(parameters)) {
    await operation.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table tbody tr').first();
  const status = await answer.locator('.response-col_status').textContent();
  return { status: Number.parseInt(status, 10), body: await answer.locator('.response-col_description').textContent() };
}

site.story('the API is read and tried with the session that the browser has', async ({ arrive, server }) => {
  const { signedIn } = await owner(server);
  const { person, page } = await arrive('/api/docs', signedIn);
  person.expectProblem(DEEP_LINK);
  assert.equal(page.url(), `${server.url}/api/docs/`);
  await page.getByRole('heading', { name: 'Passgate' }).waitFor();
  assert.equal(await page.title(), 'API · Passgate');
  await page.goto(`${server.url}/api/docs/#/account/get_session`);
  await page.reload();
  const { status, body } = await tryOut(page);
  assert.equal(status, 200);
  assert.match(body, /owner@example\.com/u);
});

site.story('the API is tried with a token by whoever has no session', async ({ arrive, server }) => {
  const vendor = await owner(server);
  const { secret } = await vendor.ask('POST', '/admin/vendors/acme/tokens', { name: 'Docs', scopes: ['team:read'] });
  const { person, page } = await arrive('/api/docs/#/vendors/list_members');
  person.expectProblem(/status of 401/u);
  person.expectProblem(DEEP_LINK);
  assert.equal((await tryOut(page, { vendor: 'acme' })).status, 401);
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const scheme = page.locator('.auth-container').filter({ has: page.getByRole('heading', { name: /^token/u }) });
  await scheme.getByRole('textbox').fill(secret);
  await scheme.getByRole('button', { name: 'Apply credentials' }).click();
  await scheme.getByRole('button', { name: 'Close', exact: true }).click();
  const operation = page.locator('.opblock.is-open');
  const answered = page.waitForResponse((response) => response.url().endsWith('/members'));
  await operation.getByRole('button', { name: 'Execute' }).click();
  const response = await answered;
  assert.equal(response.status(), 200);
  assert.match(await response.text(), /owner@example\.com/u);
});
