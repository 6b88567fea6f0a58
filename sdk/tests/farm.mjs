// A render farm's surroundings: a portal with a license whose seats services take, an API token, an identifier, and a proxy on
// the way that loses answers.
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { after } from 'node:test';
import { Customer } from '../../tests/e2e/customers.mjs';
import { startServer } from '../../tests/e2e/harness.mjs';
import { owner, publishMenu } from '../../tests/e2e/vendor.mjs';

export const FEATURE = 'ai.render';
const STUDIO = { offer: 'studio', term: 'P1Y', terminals: 5, seats: 1, uses: { [FEATURE]: 5000 } };

/** A portal whose licenses have one seat and leases of a few seconds. It goes when the file's tests are done. */
export async function openFarm() {
  const server = await startServer();
  const farm = new Farm(server);
  after(() => farm.server.stop());
  await publishMenu(server, ({ offers }) => {
    const studio = offers.find(({ offer }) => offer === 'studio');
    studio.seats = [{ limit: 1, price: 0 }];
    studio.leasing = { min_seconds: 3, max_seconds: 3600, unreturned: 'spent' };
  });
  farm.vendor = await owner(server);
  farm.made = await farm.vendor.ask('POST', '/admin/vendors/acme/tokens', { name: 'Farm', scopes: ['leases:write', 'introspect'] });
  return farm;
}

class Farm {
  constructor(server) {
    this.server = server;
  }

  get token() {
    return this.made.secret;
  }

  /** A customer's license, and an identifier of it: `{ id, identifier, customer }`. */
  async sell() {
    const customer = await Customer.create(this.server);
    const { license_id: id } = await customer.buy(STUDIO);
    const { identifier } = await customer.ask('POST', '/identifiers', { license_id: id });
    return { id, identifier, customer };
  }

  /** What the vendor does to a license. */
  act(id, verb) {
    return this.vendor.ask('POST', `/admin/vendors/acme/licenses/${id}/${verb}`, { reason: 'A story.' });
  }

  /** What happened to a license, by kind, the newest first. */
  async events(id, kind) {
    const { items } = await this.vendor.ask('GET', `/admin/vendors/acme/events?subject=${id}&kind=${kind}&limit=100`);
    return items;
  }

  /** Uses of the license that are left. */
  async left({ id, customer }) {
    return (await customer.ask('GET', `/licenses/${id}`)).features[FEATURE].uses.left;
  }

  /** The portal stops, and comes back at the same address when `back` is called. */
  async stop() {
    const listen = new URL(this.server.url).host;
    await this.server.kill();
    return async () => {
      this.server = await startServer({ dataDir: this.server.dataDir, listen });
    };
  }
}

/**
 * A proxy before `target`, in which each request meets the next of `fates`: `cut` loses the answer after the portal gave it,
 * `drop` the request, a number is answered in place of the portal (with `headers`), `pass` is the rule.
 */
export async function startProxy(target, headers = {}) {
  const proxy = { fates: [], seen: [], always: 'pass' };
  const server = createServer(async (incoming, answer) => {
    const fate = proxy.fates.shift() ?? proxy.always;
    proxy.seen.push({ method: incoming.method, path: incoming.url, key: incoming.headers['idempotency-key'], at: performance.now() });
    if (fate === 'drop') return incoming.socket.destroy();
    if (typeof fate === 'number') return answer.writeHead(fate, headers).end('{}');
    const url = new URL(incoming.url, target);
    const outgoing = request(url, { method: incoming.method, headers: { ...incoming.headers, host: url.host } });
    outgoing.on('error', () => incoming.socket.destroy());
    outgoing.on('response', (response) => {
      if (fate === 'cut') return response.resume().on('end', () => incoming.socket.destroy());
      answer.writeHead(response.statusCode, response.headers);
      return response.pipe(answer);
    });
    return incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.url = `http://127.0.0.1:${server.address().port}`;
  after(() => { server.closeAllConnections(); server.close(); });
  return proxy;
}
