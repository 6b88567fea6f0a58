// Identifiers: what an app hands to a service that works for it.
import assert from 'node:assert/strict';
import { licensed, story } from './profile.mjs';

const ask = (tab, options) => tab.page.evaluate((wanted) => gate.identifier(wanted), options);

story('an identifier names the license of the pass, within the bounds that the app wants', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  assert.deepEqual(await ask(tab), { identifier: 'lid_secret', identifierId: 'lid_1', expiresAt: undefined, uses: undefined });
  const bounds = { service: 'tok_1', label: 'Render farm', uses: 1, expiresAt: '2027-01-01T00:00:00Z' };
  assert.deepEqual(await ask(tab, bounds), { identifier: 'lid_secret', identifierId: 'lid_1', expiresAt: bounds.expiresAt, uses: 1 });
  const [{ license_id }, asked] = issuer.license.identifiers;
  assert.match(license_id, /^lic_/);
  assert.deepEqual(asked, { license_id, service: 'tok_1', label: 'Render farm', uses: 1, expires_at: bounds.expiresAt });
});

story('without a good pass, or without the server, there is a denial in its place', async ({ issuer, arrive }) => {
  const stranger = await arrive();
  await stranger.open();
  assert.equal((await ask(stranger)).code, 'UNAVAILABLE');
  const tab = await licensed(arrive);
  issuer.cut = { path: '/identifiers', when: 'before' };
  assert.deepEqual(await ask(tab).then(({ approved, code }) => [approved, code]), [false, 'UNAVAILABLE']);
  issuer.cut = undefined;
  const [pass] = issuer.license.passes.values();
  issuer.license.mark(pass, 'suspended');
  assert.equal((await ask(tab)).code, 'SUSPENDED');
  assert.deepEqual(issuer.license.identifiers, []);
});
