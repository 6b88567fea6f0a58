// Customers made over the API, so that a story begins where it becomes interesting.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { PASSWORD } from './server.mjs';

/** The demo's product, and what can be picked from its menu without adding anything. */
export const SKETCHPAD = { vendor: 'acme', product: 'sketchpad' };
export const MENU = '/products/acme/sketchpad';
export const TRIAL = { offer: 'trial', term: 'first_use:P14D' };
export const SOLO = { offer: 'solo', term: 'P1M', terminals: 1 };
export const PRO = { offer: 'pro', term: 'P1M', terminals: 1 };

let people = 0;

/** Somebody nobody has seen before. */
export function newPerson(name = 'Robin Reader') {
  people += 1;
  return { name, email: `person-${people}@example.com`, password: PASSWORD };
}

/** Somebody with an account. */
export class Customer {
  #server;
  #cookie;

  /** Signs up. */
  static create(server, person = newPerson()) {
    return Customer.#enter(server, person, '/accounts', person);
  }

  /** Signs in to an account that there is. */
  static signIn(server, person) {
    return Customer.#enter(server, person, '/session', { email: person.email, password: person.password });
  }

  static async #enter(server, person, path, body) {
    const { headers, status } = await server.api('POST', path, { body });
    assert.ok(status < 300, `${path} was answered ${status}`);
    const customer = new Customer();
    customer.person = person;
    customer.#server = server;
    [, customer.#cookie] = /^__Host-passgate=([^;]+)/.exec(headers.get('set-cookie'));
    return customer;
  }

  /** The cookie of the session, as a request carries it. */
  get cookie() {
    return `__Host-passgate=${this.#cookie}`;
  }

  /** Options for `arrive`: a browser in which this customer is signed in. */
  get signedIn() {
    const cookie = { name: '__Host-passgate', value: this.#cookie, domain: '127.0.0.1', path: '/', expires: -1 };
    return { storageState: { cookies: [{ ...cookie, httpOnly: true, secure: true, sameSite: 'Lax' }], origins: [] } };
  }

  /** A request that must succeed; gives the answer's body. */
  async ask(method, path, body, more = {}) {
    const headers = { cookie: this.cookie, 'idempotency-key': randomUUID(), ...more };
    const answer = await this.#server.api(method, path, { body, headers });
    assert.ok(answer.status < 300, `${method} ${path} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Orders `selection` of the current menu, without paying. */
  async order(selection) {
    const { menu, offers } = await currentMenu(this.#server);
    const { digest, total } = await quote(this.#server, selection, menu);
    return this.ask('POST', '/orders', {
      ...SKETCHPAD,
      menu_version: menu,
      selection,
      quote_digest: digest,
      agreement_digest: offers.find(({ offer }) => offer === selection.offer).agreement.digest,
      payment: total.amount === 0 ? 'free' : 'test',
    });
  }

  /** Orders and pays; gives the paid order. */
  async buy(selection) {
    const { order_id: id, state } = await this.order(selection);
    if (state !== 'fulfilled') await this.ask('POST', `/orders/${id}/payments/test`, { decision: 'approve' });
    const order = await this.ask('GET', `/orders/${id}`);
    assert.equal(order.state, 'fulfilled');
    return order;
  }
}

export async function currentMenu(server) {
  const { body } = await server.api('GET', '/vendors/acme/products/sketchpad/menu');
  return body;
}

/** What the server asks for `selection`. */
export async function quote(server, selection, version) {
  const menu_version = version ?? (await currentMenu(server)).menu;
  const { body, status } = await server.api('POST', '/quotes', { body: { ...SKETCHPAD, menu_version, selection } });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** Money as the browsers of the stories write it. */
export function money({ amount, currency }) {
  return new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(amount / 100);
}
