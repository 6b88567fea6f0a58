// What is kept in the browser: the terminal's key and the sealed state, in IndexedDB, or in memory where that is denied.
//
// A record is { id, keys, state, seal }: the key pair, the state as JSON text, and the terminal's signature over it. A
// state without its seal was not written by this SDK in this profile: nothing in it is believed but the pass's own words.
import { Terminal } from './terminal.js';

const request = (wish) =>
  new Promise((resolve, reject) => {
    wish.onsuccess = () => resolve(wish.result);
    wish.onerror = wish.onblocked = () => reject(wish.error);
  });

export class Vault {
  /** `{ pass, jwks, status, refusal, seen }`, as far as known. */
  state = {};

  /** Whether the state is our own. */
  trusted = true;

  /** This profile's key, once there is one. */
  terminal;

  #id;
  #record;
  #database;
  #channel;

  /** `changed` is called when another tab has written. */
  static async open(id, changed) {
    const vault = new Vault();
    vault.#id = id;
    try {
      const wish = indexedDB.open('passgate', 1);
      wish.onupgradeneeded = () => wish.result.createObjectStore('terminals', { keyPath: 'id' });
      vault.#database = await request(wish);
      vault.#channel = new BroadcastChannel(`passgate ${id}`);
      vault.#channel.onmessage = changed;
    } catch {
      // Denied by the browser: the pass lasts as long as the page, and the verdict says so.
    }
    await vault.load();
    return vault;
  }

  /** Whether what is kept survives the page. */
  get durable() {
    return this.#database !== undefined;
  }

  /** Reads what was kept, perhaps by another tab. */
  async load() {
    const record = await this.#read();
    if (!record) return;
    const terminal = await Terminal.from(record.keys);
    const trusted = await terminal?.signed(record.id + record.state, record.seal);
    this.terminal = terminal ?? this.terminal;
    if (!trusted && this.trusted && this.state.pass) return;
    this.trusted = Boolean(trusted);
    const state = parse(record.state);
    this.state = { ...state, seen: Math.max(state.seen || 0, this.state.seen ?? 0) };
  }

  /** The terminal, made now if there is none. */
  async prepare() {
    if (!this.terminal) {
      await this.alone('write', async () => {
        await this.load();
        if (this.terminal) return;
        this.terminal = await Terminal.create();
        // What lies here was bound to another key.
        this.state = {};
        await this.#write();
      });
    }
    return this.terminal;
  }

  /** Changes the state by what `change` makes of it, and tells the other tabs; without one, only notes the time. */
  async update(change) {
    if (!this.terminal) return;
    await this.alone('write', async () => {
      await this.load();
      const state = this.trusted ? this.state : { pass: this.state.pass, seen: this.state.seen };
      this.state = { ...state, ...change?.(state) };
      await this.#write();
    });
    if (change) this.#channel?.postMessage(0);
  }

  /** Runs `work` while no other tab does the same; `options` as for Web Locks. */
  async alone(name, work, options = {}) {
    return navigator.locks ? navigator.locks.request(`passgate ${name} ${this.#id}`, options, work) : work(true);
  }

  close() {
    this.#channel?.close();
    this.#database?.close();
    this.#database = undefined;
  }

  async #read() {
    try {
      return await request(this.#terminals('readonly').get(this.#id));
    } catch {
      return this.#record;
    }
  }

  async #write() {
    const state = JSON.stringify(this.state);
    this.#record = { id: this.#id, keys: this.terminal.keys, state, seal: await this.terminal.sign(this.#id + state) };
    this.trusted = true;
    try {
      if (this.#database) await request(this.#terminals('readwrite').put(this.#record));
    } catch {
      this.close();
    }
  }

  #terminals(mode) {
    return this.#database.transaction('terminals', mode).objectStore('terminals');
  }
}

function parse(text) {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}
