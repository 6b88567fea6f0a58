// What the server tells the browser to ask for ahead is what the page's program asks for, letter by letter: else it would be
// fetched for nothing.
import assert from 'node:assert/strict';
import { Customer, MENU, SOLO } from './customers.mjs';
import { ACME, OWNER } from './desk.mjs';
import { openSite } from './harness.mjs';

const site = await openSite();

/** What is asked ahead for the page at `path` after its module, and what its program asks for when it is told nothing. */
async function compare(arrive, path, options) {
  const { page } = await arrive('/favicon.svg', options);
  let ahead;
  const asked = new Set();
  page.on('request', (request) => asked.add(new URL(request.url()).pathname + new URL(request.url()).search));
  await page.route((url) => url.pathname === path, async (route) => {
    const response = await route.fetch();
    const { link, ...headers } = response.headers();
    ahead = link;
    await route.fulfill({ response, headers });
  });
  await page.goto(site.url + path);
  const named = [...ahead.matchAll(/<([^>]+)>; rel=preload; as=fetch; crossorigin=anonymous/g)].map(([, address]) => address);
  assert.match(named[0], /_bg\.wasm$/u, `the module of ${path} comes first`);
  for (const address of named) {
    if (!asked.has(address)) await page.waitForRequest(site.url + address);
  }
  return named.slice(1);
}

site.story('a visitor downloads nothing ahead that the page does not use', async ({ arrive }) => {
  assert.deepEqual(await compare(arrive, '/'), ['/api/v1/session', '/api/v1/products']);
  const ofMenu = ['/api/v1/session', '/api/v1/vendors/acme/products/sketchpad/menu', '/api/v1/vendors/acme'];
  assert.deepEqual(await compare(arrive, MENU), ofMenu);
  assert.deepEqual(await compare(arrive, '/sign-in'), ['/api/v1/session']);
});

site.story('a customer downloads nothing ahead that the page does not use', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { license_id: license } = await customer.buy(SOLO);
  for (const path of ['/licenses', `/licenses/${license}`, '/orders', '/account']) {
    await compare(arrive, path, customer.signedIn);
  }
});

site.story('a vendor\'s team downloads nothing ahead that the page does not use', async ({ arrive, server }) => {
  const owner = await Customer.signIn(server, OWNER);
  for (const path of [ACME, `${ACME}/licenses`, `${ACME}/keys`]) await compare(arrive, path, owner.signedIn);
});
