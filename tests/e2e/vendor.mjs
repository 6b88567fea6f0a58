// What a vendor does while customers shop. There is no command for it yet, so it is written into the store, in the way
// that the server writes it.
import { createHash } from 'node:crypto';
import { currentMenu } from './customers.mjs';
import { runPython } from './harness.mjs';

/** Publishes a newer menu: the current one as `change` leaves it. Gives the menu. */
export async function publishMenu(server, change) {
  const menu = await currentMenu(server);
  change(menu);
  menu.menu += 1;
  delete menu.digest;
  menu.digest = digest(canonical(menu));
  await write(server, INSERT_MENU, [menu.digest, JSON.stringify(menu)]);
  return menu;
}

/** Publishes a newer agreement with `text`, and a newer menu whose offers all name it. */
export async function publishAgreement(server, text) {
  const { offers: [{ agreement }] } = await currentMenu(server);
  const newer = { ...agreement, version: agreement.version + 1, digest: digest(text) };
  await write(server, INSERT_AGREEMENT, [newer.digest, newer.version, newer.title, text]);
  await publishMenu(server, ({ offers }) => {
    for (const offer of offers) offer.agreement = newer;
  });
  return newer;
}

/** Begins to sell another product, with the same offers. */
export async function addProduct(server, slug, name) {
  const menu = await currentMenu(server);
  Object.assign(menu, { menu: 1, product: { ...menu.product, slug, name } });
  delete menu.digest;
  menu.digest = digest(canonical(menu));
  await write(server, INSERT_PRODUCT, [slug, name]);
  await write(server, INSERT_FIRST_MENU, [menu.digest, JSON.stringify(menu), slug]);
}

// The id is the demo product's with another last character.
const INSERT_PRODUCT = `INSERT INTO products (vendor_id, product_id, slug, name, summary)
  SELECT vendor_id, substr(product_id, 1, length(product_id) - 1) || iif(substr(product_id, -1) = '0', '1', '0'), ?, ?, summary
  FROM products`;
const INSERT_FIRST_MENU = `INSERT INTO menus (vendor_id, product_id, version, digest, content, published_at)
  SELECT vendor_id, product_id, 1, ?, ?, unixepoch() FROM products WHERE slug = ?`;
const INSERT_MENU = `INSERT INTO menus (vendor_id, product_id, version, digest, content, published_at)
  SELECT vendor_id, product_id, version + 1, ?, ?, published_at + 1 FROM menus ORDER BY version DESC LIMIT 1`;
const INSERT_AGREEMENT = `INSERT INTO agreements (vendor_id, digest, version, title, content)
  SELECT vendor_id, ?, ?, ?, ? FROM vendors`;

function write(server, statement, values) {
  return runPython(PROGRAM, { store: `${server.dataDir}/passgate.db`, statement, values });
}

const PROGRAM = `
import json, sqlite3, sys
given = json.loads(sys.argv[1])
store = sqlite3.connect(given["store"], timeout=10)
with store:
    store.execute(given["statement"], given["values"])
print("{}")
`;

const digest = (text) => createHash('sha256').update(text).digest('base64url');

/** RFC 8785, as far as menus need it. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const member = (name) => `${JSON.stringify(name)}:${canonical(value[name])}`;
  return `{${Object.keys(value).sort().map(member).join(',')}}`;
}
