// What is kept in the browser: the terminal's key and the sealed state, in IndexedDB, or in memory where that is denied.
//
// A record is { id, keys, state, seal }: the key pair, the state as JSON text, and the terminal's signature over it. A
// state without its seal was not written by this SDK in this profile: nothing in it is believed but the pass's own words.
// What may be spent once (slices, keys of requests) is believed only as long as the store holds what was last written.
import { Terminal } from './terminal.js';

const request = (wish) =>
  new Promise((resolve, reject) => {
    wish.onsuccess = () => resolve(wish.result);
    wish.onerror = wish.onblocked = () => reject(wish.error);
  });

export class Vault {
  /** `{ pass, jwks, status, refusal, seen, counters, slices, attempts, renewal, move, writes }`, as far as known. */
  state = {};

  /** Whether the state is our own. */
  trusted = true;

  /** This profile's key, once there is one. */
  terminal;

  #id;
  /** The name that tabs with the same store share; alone where there is none. */
  #name;
  #record;
  #database;
  /** Whether there is a store, even one that is out of reach now. */
  #kept = false;
  #channel;

  /** `changed` is called when another tab has written. */
  static async open(id, changed) {
    const vault = new Vault();
    vault.#id = vault.#name = id;
    try {
      await vault.#connect();
      vault.#channel = new BroadcastChannel(`passgate ${id}`);
      vault.#channel.onmessage = changed;
    } catch {
      // Denied by the browser: the pass lasts as long as the page, and the verdict says so.
      vault.#name = `${id} ${crypto.randomUUID()}`;
    }
    await vault.#load();
    return vault;
  }

  /** Whether what is kept survives the page. */
  get durable() {
    return this.#database !== undefined;
  }

  /** Reads what was kept, perhaps by another tab; not while anything is being written, which it would undo in memory. */
  load() {
    return this.alone('write', () => this.#load());
  }

  async #load() {
    const record = await this.#read();
    if (!record) return this.#forget();
    if (this.trusted && record.state === this.#record?.state) return;
    const terminal = await Terminal.from(record.keys);
    const trusted = await terminal?.signed(record.id + record.state, record.seal);
    this.terminal = terminal ?? this.terminal;
    if (!trusted && this.trusted && this.state.pass) return this.#forget();
    this.trusted = Boolean(trusted);
    this.#record = record;
    const { seen = 0, writes = 0, ...before } = this.state;
    const { pass, jwks, ...own } = parse(record.state);
    this.state = { ...(trusted && own), pass, jwks, seen: Math.max(own.seen || 0, seen) };
    if (own.writes >= writes || !before.pass) return;
    // Put back while the page is open: what was spent since would be spent again.
    this.state.writes = writes;
    this.#forget();
  }

  /** The terminal, made now if there is none. */
  async prepare() {
    if (!this.terminal) {
      await this.alone('write', async () => {
        await this.#load();
        if (this.terminal) return;
        this.terminal = await Terminal.create();
        // What lies here was bound to another key.
        this.state = {};
        await this.#write();
      });
    }
    return this.terminal;
  }

  /**
   * Changes the state by what `change` makes of it, and tells the other tabs; without one, only notes the time. A `change`
   * that gives nothing changes nothing. Resolves to whether it is written, for good where anything can be.
   */
  async update(change) {
    if (!this.terminal) return false;
    const written = await this.alone('write', async () => {
      await this.#load();
      const { pass, seen } = this.state;
      const state = this.trusted ? this.state : { pass, seen };
      const changes = change ? change(state) : {};
      if (!changes) return false;
      this.state = { ...state, ...changes };
      return this.#write();
    });
    if (written && change) this.#channel?.postMessage(0);
    return written;
  }

  /** Runs `work` while no other tab does the same; `options` as for Web Locks. */
  async alone(name, work, options = {}) {
    return navigator.locks ? navigator.locks.request(`passgate ${name} ${this.#name}`, options, work) : work(true);
  }

  close() {
    this.#channel?.close();
    this.#channel = undefined;
    this.#database?.close();
    this.#database = undefined;
    this.#kept = false;
  }

  async #connect() {
    const wish = indexedDB.open('passgate', 1);
    wish.onupgradeneeded = () => wish.result.createObjectStore('terminals', { keyPath: 'id' });
    const database = await request(wish);
    // The person clears the browser's data. The next write begins a new store.
    database.onversionchange = database.onclose = () => {
      database.close();
      this.#database = undefined;
      this.#forget();
    };
    this.#database = database;
    this.#kept = true;
  }

  /** The store is not what it was: the pass lasts as long as the page, but nothing is spent that another tab may spend too. */
  #forget() {
    if (!this.#kept) return;
    this.#record = undefined;
    const { slices, attempts, ...rest } = this.state;
    this.state = rest;
  }

  /** What the store holds; without a store, what this page wrote last. */
  async #read() {
    if (!this.#kept) return this.#record;
    return this.#access('readonly', (terminals) => terminals.get(this.#id)).catch(() => undefined);
  }

  /** Written for good: neither a crash nor a loss of power takes it back. */
  async #write() {
    this.state.writes = (this.state.writes ?? 0) + 1;
    const state = JSON.stringify(this.state);
    this.#record = { id: this.#id, keys: this.terminal.keys, state, seal: await this.terminal.sign(this.#id + state) };
    this.trusted = true;
    if (!this.#kept) return true;
    return this.#access('readwrite', (terminals) => terminals.put(this.#record)).then(
      () => true,
      () => false,
    );
  }

  /** Resolves when the transaction is complete. */
  async #access(mode, work) {
    if (!this.#database) await this.#connect();
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction('terminals', mode, { durability: 'strict' });
      const wish = work(transaction.objectStore('terminals'));
      transaction.oncomplete = () => resolve(wish.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function parse(text) {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}
