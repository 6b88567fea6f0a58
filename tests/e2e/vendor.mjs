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
  menu.digest = createHash('sha256').update(canonical(menu)).digest('base64url');
  await runPython(INSERT, { store: `${server.dataDir}/passgate.db`, digest: menu.digest, content: JSON.stringify(menu) });
  return menu;
}

const INSERT = `
import json, sqlite3, sys
given = json.loads(sys.argv[1])
store = sqlite3.connect(given["store"], timeout=10)
with store:
    store.execute("""INSERT INTO menus (vendor_id, product_id, version, digest, content, published_at)
        SELECT vendor_id, product_id, version + 1, ?, ?, published_at + 1 FROM menus ORDER BY version DESC LIMIT 1""",
        (given["digest"], given["content"]))
print("{}")
`;

/** RFC 8785, as far as menus need it. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const member = (name) => `${JSON.stringify(name)}:${canonical(value[name])}`;
  return `{${Object.keys(value).sort().map(member).join(',')}}`;
}
