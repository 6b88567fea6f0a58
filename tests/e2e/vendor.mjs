// What a vendor's team does while customers shop: over the API, as its own pages do.
import { Customer, currentMenu } from './customers.mjs';
import { PASSWORD } from './server.mjs';

const VENDOR = '/admin/vendors/acme';

/** The demo vendor's owner, signed in. */
export function owner(server) {
  return Customer.signIn(server, { email: 'owner@example.com', password: PASSWORD });
}

/** Adds a vendor of the same owner's that has nothing yet. Gives its slug. */
export async function addVendor(server) {
  const vendor = 'fresh-and-empty';
  await (await owner(server)).ask('POST', '/vendors', { vendor, name: 'Fresh and Empty' });
  return vendor;
}

/** Publishes a newer menu: the current one as `change` leaves its content. Gives the menu. */
export async function publishMenu(server, change) {
  await publish(await owner(server), 'sketchpad', change);
  return currentMenu(server);
}

/** Publishes a newer agreement with `text`, and a newer menu whose offers all name it. */
export async function publishAgreement(server, text) {
  const vendor = await owner(server);
  const { offers: [{ agreement }] } = await currentMenu(server);
  const newer = await vendor.ask('POST', `${VENDOR}/agreements`, { title: agreement.title, text });
  await publish(vendor, 'sketchpad', ({ offers }) => {
    for (const offer of offers) offer.agreement = newer;
  });
  return newer;
}

/** Begins to sell another product, with the same offers. */
export async function addProduct(server, product, name) {
  const vendor = await owner(server);
  const { content } = await vendor.ask('GET', `${VENDOR}/products/sketchpad/draft`);
  await vendor.ask('POST', `${VENDOR}/products`, { product, name, summary: `${name}, with the same offers.` });
  await publish(vendor, product, (draft) => Object.assign(draft, content));
}

/** Revokes the key that signs, as after a compromise. */
export async function revokeKey(server) {
  const vendor = await owner(server);
  const { items } = await vendor.ask('GET', `${VENDOR}/keys`);
  const { kid } = items.find(({ state }) => state === 'active');
  await vendor.ask('POST', `${VENDOR}/keys/${kid}/revoke`, { reason: 'A laptop was stolen.' });
  return kid;
}

async function publish(vendor, product, change) {
  const path = `${VENDOR}/products/${product}`;
  const { content, revision: before } = await vendor.ask('GET', `${path}/draft`);
  change(content);
  const { revision } = await vendor.ask('PUT', `${path}/draft`, content, { 'if-match': `"${before}"` });
  await vendor.ask('POST', `${path}/menus`, { revision });
}
