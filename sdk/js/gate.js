// The gate: judges the pass from memory, and keeps it fresh in the background.
import { openWindow } from './connect.js';
import { ask, askSigned, deny, toVerdict } from './core.js';
import { fetchKeys, fetchStatus, refreshPass } from './network.js';
import { Vault } from './vault.js';

const LEEWAY = 30;
/** How often to look at the clock while the page is open, and how often to write down how late it is. */
const TICK = 60;
const NOTE = 300;
/** The longest pause between two attempts to refresh. */
const PAUSE = 3600;
/** Refusals of a refresh that say what the pass is worth now; any other leaves it as good as it was. */
const FINAL = ['SUSPENDED', 'REVOKED', 'BEING_MOVED', 'MOVED'];
const EVENTS = ['online', 'focus', 'visibilitychange'];

const wall = () => Date.now() / 1000;
const mark = () => performance.now() / 1000;

export class Gate extends EventTarget {
  #address;
  #keys;
  #vault;
  /** The pass that counts and what is planned by it, or the denial in place of it. */
  #token;
  #plan;
  #denial;
  #verdicts = new Map([[undefined, undefined]]);
  /** Verdicts hold from and until these times, in milliseconds. */
  #from = 0;
  #until = 0;
  #timer;
  #began = { wall: wall(), mark: mark() };
  #work = Promise.resolve();
  #due = { keys: 0, status: 0, refresh: 0, note: 0 };
  #failures = 0;
  /** Half of a pass's life, a little different in every tab and on every device. */
  #share = 0.5 + Math.random() / 10;
  #closed = false;
  #wake = () => this.#tick();

  /** `loading`: the verifier is being loaded meanwhile. */
  static async open({ issuer, product, keys }, loading) {
    const [, base, vendor] = /^(https?:\/\/[^?#]+)\/v\/([a-z0-9-]+)$/.exec(issuer) ?? [];
    if (!base || !/^[a-z0-9-]+$/.test(product)) throw new TypeError('open needs { issuer: "https://…/v/vendor", product }');
    const gate = new Gate();
    gate.#address = { issuer, base, vendor, product, audience: `${vendor}/${product}` };
    gate.#keys = keys;
    const opening = Vault.open(`${issuer} ${product}`, () => gate.#queue(() => gate.#reload()).catch(() => {}));
    gate.#work = Promise.all([opening, loading]);
    [gate.#vault] = await gate.#work;
    await gate.#takeIn();
    if (gate.#code === 'EXPIRED') await gate.#refresh();
    for (const event of EVENTS) addEventListener(event, gate.#wake);
    gate.#tick();
    return gate;
  }

  get durable() {
    return this.#vault.durable;
  }

  can(feature) {
    const now = Date.now();
    if (now >= this.#until || now < this.#from) this.#judge();
    return this.#verdicts.get(feature) ?? this.#remember(feature);
  }

  /** Not async: the window must open within the click that asked for it. */
  connect() {
    const opened = openWindow({
      ...this.#address,
      prepare: () => this.#introduce(),
      install: (pass) => this.#queue(() => this.#install(pass, true)),
    });
    const detail = opened
      ? 'The window was closed before a pass arrived.'
      : 'The browser blocked the window: allow it for this page and try again.';
    return Promise.resolve(opened).then((verdict) => verdict ?? deny('UNAVAILABLE', detail));
  }

  install(pass) {
    return this.#queue(() => this.#install(String(pass), false));
  }

  close() {
    this.#closed = true;
    for (const event of EVENTS) removeEventListener(event, this.#wake);
    this.#vault.close();
    this.#settle(undefined, deny('UNAVAILABLE', 'The gate is closed.'));
  }

  // Judging, from memory.

  get #state() {
    return this.#vault.state;
  }

  get #code() {
    return this.#verdicts.get(undefined).code;
  }

  /** From now on the pass counts by its `plan`, or `denial` does. */
  #settle(plan, denial) {
    this.#plan = plan;
    this.#denial = denial;
    this.#judge();
  }

  /** Judges anew what was asked before, and tells the app if anything changed. */
  #judge() {
    const now = wall();
    // A clock that was turned back does not undo the time that passed.
    const seen = Math.max(this.#state.seen ?? 0, now, this.#began.wall + mark() - this.#began.mark);
    this.#state.seen = seen;
    const { start, end, exp } = this.#plan ?? {};
    const ends = [start - LEEWAY, end, exp + LEEWAY].filter((time) => time > now);
    this.#from = (seen - LEEWAY) * 1000;
    this.#until = Math.min(...ends, now + TICK) * 1000;
    const before = this.#verdicts;
    this.#verdicts = new Map();
    for (const feature of before.keys()) this.#remember(feature);
    const differs = ([feature, verdict]) => JSON.stringify(verdict) !== JSON.stringify(this.#verdicts.get(feature));
    if ([...before].some(differs)) this.#tell(before.get(undefined), this.#verdicts.get(undefined));
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(this.#wake, Math.max(0, this.#until - Date.now()));
  }

  #remember(feature) {
    const verdict = toVerdict(this.#answer(feature));
    this.#verdicts.set(feature, verdict);
    return verdict;
  }

  #answer(feature = null) {
    const { refusal, status, seen } = this.#state;
    if (!this.#plan) return this.#denial;
    if (wall() < seen - LEEWAY) return deny('CLOCK_SUSPECT');
    if (refusal) return deny(refusal.code);
    const bits = status?.iat >= this.#plan.iat ? status.bits : null;
    return ask('judge', seen, this.#token, feature, bits);
  }

  /** Not at once, so that no listener runs inside `can`; and not before the app could listen. */
  #tell(before, detail) {
    if (!before) return;
    queueMicrotask(() => {
      const run = detail.approved ? 'run-approval' : 'run-disapproval';
      if (before.approved !== detail.approved) this.dispatchEvent(new CustomEvent(run, { detail }));
      this.dispatchEvent(new CustomEvent('change', { detail }));
    });
  }

  // Taking passes in.

  /** One after the other, so that no two tasks write over each other. */
  #queue(task) {
    const done = this.#work.then(task);
    this.#work = done.catch(() => {});
    return done;
  }

  async #reload() {
    await this.#vault.load();
    await this.#takeIn();
  }

  /** Judges the pass that was kept. */
  async #takeIn() {
    const { pass, seen = 0 } = this.#state;
    if (!pass) {
      const detail = this.durable ? undefined : 'This browser keeps nothing for this page: a pass will last until it is closed.';
      return this.#settle(undefined, deny('UNAVAILABLE', detail));
    }
    const { plan, jwks } = await this.#examine(pass, Math.max(seen, wall()), this.#vault.trusted);
    if (!plan.code && (!this.#vault.trusted || jwks !== this.#state.jwks)) await this.#vault.update(() => ({ jwks }));
    this.#token = pass;
    this.#settle(plan.code ? undefined : plan, toVerdict(plan));
  }

  /** What a token is worth by the issuer's keys; they are fetched only when those at hand do not do. */
  async #examine(pass, now, trusted) {
    const { issuer, audience } = this.#address;
    const jkt = this.#vault.terminal?.jkt ?? '';
    const read = async (jwks) => ({ jwks, plan: await askSigned('read', now, pass, jwks, issuer, audience, jkt) });
    const known = await read(this.#keys ?? this.#state.jwks ?? '');
    const { code } = known.plan;
    if (this.#keys || (code ? code !== 'UNKNOWN_KEY' : trusted)) return known;
    const jwks = await fetchKeys(issuer, this.#vault.terminal);
    return jwks ? read(jwks) : { plan: deny('UNAVAILABLE', 'The keys of the issuer could not be fetched: connect to the internet.') };
  }

  /** `fresh`: signed just now at our request, which settles what time it is. */
  async #install(pass, fresh) {
    await this.#vault.prepare();
    const { plan, jwks } = await this.#examine(pass, fresh ? wall() : Math.max(this.#state.seen ?? 0, wall()), true);
    if (plan.code) return toVerdict(plan);
    await this.#vault.update(({ seen }) => ({ pass, jwks, status: undefined, refusal: undefined, seen: fresh ? plan.iat : seen }));
    if (fresh) this.#began = { wall: wall(), mark: mark() };
    this.#due = { keys: 0, status: 0, refresh: 0, note: 0 };
    this.#token = pass;
    this.#settle(plan);
    this.#tick();
    return this.can();
  }

  /** The terminal, knowing what time it is at the issuer's: it is about to prove itself there. */
  async #introduce() {
    const terminal = await this.#vault.prepare();
    if (terminal.skew === undefined) await fetchKeys(this.#address.issuer, terminal);
    return terminal;
  }

  // In the background.

  #tick() {
    if (this.#closed) return;
    this.#judge();
    this.#queue(() => this.#tend()).catch(() => {});
  }

  async #tend() {
    const now = wall();
    if (!this.#plan && this.#code === 'UNAVAILABLE' && this.#state.pass && this.#is('keys', now)) await this.#takeIn();
    if (!this.#plan) return;
    const { status, seen } = this.#state;
    if (!(now < status?.at + status?.ttl && now >= status.at) && this.#is('status', now)) await this.#checkStatus();
    // Meanwhile another tab may have taken in another pass.
    if (this.#token !== this.#state.pass) await this.#takeIn();
    const { iat, exp } = this.#plan ?? {};
    if (seen >= iat + (exp - iat) * this.#share && this.#is('refresh', now)) await this.#refresh();
    if (now >= this.#due.note) {
      this.#due.note = now + NOTE;
      await this.#vault.update();
    }
  }

  /** Whether it is time again for something that may fail; the next time is a minute later. */
  #is(what, now) {
    const due = now >= this.#due[what];
    if (due) this.#due[what] = now + TICK;
    return due && navigator.onLine !== false;
  }

  async #checkStatus() {
    const { uri, idx } = this.#plan;
    const pass = this.#token;
    const keys = this.#keys ?? this.#state.jwks;
    const status = await fetchStatus({ issuer: this.#address.issuer, keys, uri, idx, now: wall() });
    if (status?.code === 'UNKNOWN_KEY' && !this.#keys) {
      const jwks = await fetchKeys(this.#address.issuer);
      if (jwks) await this.#vault.update(() => ({ jwks }));
    }
    if (!status || status.code || pass !== this.#state.pass) return;
    await this.#vault.update(({ refusal }) => ({
      status: { ...status, at: wall() },
      refusal: status.bits === 0 && status.iat >= refusal?.at ? undefined : refusal,
    }));
    this.#judge();
  }

  /** Only one tab does it; whatever comes of it, a pass that is still good stays. */
  async #refresh() {
    const done = await this.#vault.alone('refresh', (lock) => !lock || this.#askForRefresh(), { ifAvailable: true });
    this.#failures = done ? 0 : this.#failures + 1;
    if (!done) this.#due.refresh = wall() + Math.min(TICK * 2 ** this.#failures, PAUSE) * (0.5 + Math.random() / 2);
  }

  /** Whether there is nothing more to do: there is a newer pass, or another tab sees to it. */
  async #askForRefresh() {
    await this.#vault.load();
    if (this.#state.pass !== this.#token) {
      await this.#takeIn();
      return true;
    }
    const answer = await refreshPass(this.#address.base, this.#vault.terminal, this.#token);
    if (FINAL.includes(answer?.code)) {
      await this.#vault.update(() => ({ refusal: { code: answer.code, at: wall() } }));
      this.#judge();
    }
    return Boolean(answer?.pass) && !(await this.#install(answer.pass, false)).step;
  }
}
