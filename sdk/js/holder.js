// The holder of this profile's pass: judges it from memory, and takes in what was kept, sent or changed by another tab.
import { wall, mark } from './clock.js';
import { ask, askSigned, deny, toVerdict } from './core.js';
import { decode } from './bytes.js';
import { fetchKeys, fetchStatus } from './network.js';
import { send } from './request.js';
import { Slices } from './slices.js';
import { Vault } from './vault.js';

/** How far two honest clocks may differ, and how long a verdict is kept at most. */
export const LEEWAY = 30;
export const TICK = 60;

const MISSING = 'The issuer could not be asked whether the pass is good: connect to the internet.';

/** An answer that fails to come within this time is lost and asked for once more. */
const HASTE = 3;

/** How long an offer to another device lasts. */
const OFFER = 900;

/** Refusals that say what the pass is worth now; any other leaves it as good as it was. */
export const FINAL = ['SUSPENDED', 'REVOKED', 'BEING_MOVED', 'MOVED'];

export class Holder {
  address;
  /** The issuer's keys as the app gave them. */
  keys;
  vault;
  slices = new Slices(this);
  /** The pass that counts and what is planned by it, or the denial in place of it. */
  token;
  plan;
  /** Which license it is of. */
  license;
  closed = false;
  /** How the pass grants each feature. */
  #features = {};
  #denial;
  #verdicts = new Map([[undefined, undefined]]);
  /** Verdicts hold from and until these times, in milliseconds. */
  #from = 0;
  #until = 0;
  #timer;
  #began = { wall: wall(), mark: mark() };
  #work = Promise.resolve();
  #tell;
  #wake;

  /** `tell` is called with the verdict on the pass before and now when any changed, `wake` when it is time to look again. */
  constructor(address, keys, tell, wake) {
    Object.assign(this, { address, keys });
    this.#tell = tell;
    this.#wake = wake;
  }

  /** `loading`: the verifier is being loaded meanwhile. */
  async open(loading) {
    const { issuer, product } = this.address;
    const opening = Vault.open(`${issuer} ${product}`, () => this.queue(() => this.#reload()).catch(() => {}));
    this.#work = Promise.all([opening, loading]);
    [this.vault] = await this.#work;
    await this.takeIn();
  }

  close() {
    this.closed = true;
    this.vault.close();
    this.settle(undefined, deny('UNAVAILABLE', 'The gate is closed.'));
  }

  // Judging, from memory.

  get state() {
    return this.vault.state;
  }

  get code() {
    return this.#verdicts.get(undefined).code;
  }

  /** What time it is for judging: a clock that was turned back does not undo the time that passed. */
  get now() {
    return (this.state.seen = Math.max(this.state.seen ?? 0, wall(), this.#began.wall + mark() - this.#began.mark));
  }

  /** Whether the license may be on its way to another device: what was offered may have been, even if nobody answered. */
  get isMoving() {
    return this.now < this.state.move?.at + OFFER;
  }

  /** What time it is at the server's, as far as it was heard. */
  get serverTime() {
    return wall() + (this.vault.terminal?.skew ?? 0);
  }

  can(feature) {
    const now = Date.now();
    if (now >= this.#until || now < this.#from) this.judge();
    return this.#verdicts.get(feature) ?? this.#remember(feature);
  }

  /** How the uses of `feature` are counted, by the pass; nothing when they are not. */
  counted(feature) {
    return this.plan && Object.hasOwn(this.#features, feature) ? this.#features[feature].uses : undefined;
  }

  get countedFeatures() {
    return Object.keys(this.#features).filter((feature) => this.counted(feature));
  }

  /** From now on the pass counts by its `plan`, or `denial` does. */
  settle(plan, denial) {
    this.plan = plan;
    this.#denial = denial;
    // Its words were checked when it was taken in.
    const { id, features = {} } = plan ? JSON.parse(decode(this.token.split('.')[1])).lic : {};
    this.license = id;
    this.#features = features;
    this.judge();
  }

  /** Judges anew what was asked before, and tells the app if anything changed. */
  judge() {
    const { now } = this;
    const { start, end, exp } = this.plan ?? {};
    const ends = [start - LEEWAY, end, exp + LEEWAY, ...this.slices.ends()].filter((time) => time > wall());
    this.#from = (now - LEEWAY) * 1000;
    this.#until = Math.min(...ends, wall() + TICK) * 1000;
    const before = this.#verdicts;
    this.#verdicts = new Map();
    for (const feature of before.keys()) this.#remember(feature);
    const differs = ([feature, verdict]) => JSON.stringify(verdict) !== JSON.stringify(this.#verdicts.get(feature));
    if (before.get(undefined) && [...before].some(differs)) this.#tell(before.get(undefined), this.#verdicts.get(undefined));
    clearTimeout(this.#timer);
    if (!this.closed) this.#timer = setTimeout(this.#wake, Math.max(0, this.#until - Date.now()));
  }

  #remember(feature) {
    const verdict = toVerdict(this.#answer(feature));
    this.#verdicts.set(feature, verdict);
    return verdict;
  }

  #answer(feature = null) {
    const { refusal, status, seen } = this.state;
    if (!this.plan) return this.#denial;
    if (wall() < seen - LEEWAY) return deny('CLOCK_SUSPECT');
    if (refusal) return deny(refusal.code, refusal.detail, refusal.remedy);
    const bits = status?.iat >= this.plan.iat ? status.bits : null;
    const verdict = ask('judge', seen, this.token, feature, bits);
    if (!this.counted(feature)) return verdict;
    return this.slices.judge(feature, verdict, () => ask('judge', seen, this.token, null, bits));
  }

  // Taking passes in.

  /** One after the other, so that no two tasks write over each other. */
  queue(task) {
    const done = this.#work.then(task);
    this.#work = done.catch(() => {});
    return done;
  }

  async #reload() {
    await this.vault.load();
    if (this.token === this.state.pass && this.plan) await this.slices.admit();
    else await this.takeIn();
    this.#wake();
  }

  /** Judges the pass that was kept. */
  async takeIn() {
    const { pass } = this.state;
    if (!pass) {
      const detail = this.vault.durable ? undefined : 'This browser keeps nothing for this page: a pass will last until it is closed.';
      return this.settle(undefined, deny('UNAVAILABLE', detail));
    }
    const { trusted } = this.vault;
    let { answer: plan, jwks } = await this.examine('read', pass, { trusted });
    if (!plan.code && !trusted) {
      // What was known of its state may have been taken out of the store.
      const status = await this.fetchStatus(plan, jwks);
      if (status) await this.vault.update(() => ({ jwks, status }));
      else plan = deny('UNAVAILABLE', MISSING);
    } else if (!plan.code && jwks !== this.state.jwks) await this.vault.update(() => ({ jwks }));
    this.token = pass;
    if (!plan.code) await this.slices.admit(plan);
    this.settle(plan.code ? undefined : plan, toVerdict(plan));
  }

  /** What a token is worth by the issuer's keys; they are fetched only when those at hand do not do. */
  async examine(question, token, { now = this.now, trusted = true, jkt = this.vault.terminal?.jkt ?? '' } = {}) {
    const { issuer, audience } = this.address;
    const read = async (jwks) => ({ jwks, answer: await askSigned(question, now, token, jwks, issuer, audience, jkt) });
    const known = await read(this.keys ?? this.state.jwks ?? '');
    const { code } = known.answer;
    if (this.keys || (code ? code !== 'UNKNOWN_KEY' : trusted)) return known;
    const jwks = await fetchKeys(issuer, this.vault.terminal);
    return jwks ? read(jwks) : { answer: deny('UNAVAILABLE', MISSING) };
  }

  /** What the signed list says of the pass planned by `plan`; nothing when it cannot be had. */
  async fetchStatus({ uri, idx }, jwks = this.state.jwks) {
    const keys = this.keys ?? jwks;
    const now = wall();
    const status = await fetchStatus({ issuer: this.address.issuer, keys, uri, idx, now });
    if (status?.code === 'UNKNOWN_KEY' && !this.keys) await this.fetchKeys();
    return status && !status.code ? { ...status, at: now } : undefined;
  }

  async fetchKeys() {
    const jwks = await fetchKeys(this.address.issuer);
    if (jwks) await this.vault.update(() => ({ jwks }));
  }

  /** `fresh`: signed just now at our request, which settles what time it is. */
  async install(pass, fresh) {
    await this.vault.prepare();
    const { answer: plan, jwks } = await this.examine('read', pass, fresh ? { now: wall() } : {});
    // Where the clock is behind the pass is ours all the same: it is good once the clock is right.
    const early = fresh && plan.code === 'CLOCK_SUSPECT';
    if (plan.code && !early) return toVerdict(plan);
    const other = early || plan.id !== this.plan?.id;
    await this.vault.update(({ seen, refusal }) => ({
      pass,
      jwks,
      seen: fresh && !early ? plan.iat : seen,
      status: undefined,
      counters: undefined,
      renewal: undefined,
      // What was heard after this pass was signed still counts.
      refusal: !fresh && refusal?.at >= plan.iat ? refusal : undefined,
      ...(other && { slices: undefined, attempts: undefined, move: undefined }),
    }));
    if (fresh) this.#began = { wall: wall(), mark: mark() };
    this.token = pass;
    this.settle(plan.code ? undefined : plan, toVerdict(plan));
    return this.can();
  }

  /** The terminal, knowing what time it is at the issuer's: it is about to prove itself there. */
  async introduce() {
    const terminal = await this.vault.prepare();
    if (terminal.skew === undefined) await fetchKeys(this.address.issuer, terminal);
    return terminal;
  }

  // At the server.

  /** Sends a request with the pass, twice if need be and if `key` makes that safe; what it says about the pass is heeded. */
  async call(method, path, { key, body, token = this.token } = {}) {
    const request = () => send(method, this.at(path), { terminal: this.vault.terminal, token, key, body });
    const began = mark();
    let answer = await request();
    // A lost reply; who waited long will not wait twice.
    if (answer === undefined && key && mark() - began < HASTE) answer = await request();
    if (FINAL.includes(answer?.code) && !answer.ok && token === this.token) await this.refuse(answer);
    return answer;
  }

  at(path) {
    return `${this.address.base}/api/v1${path}`;
  }

  /** Stops the app at once, for good until a signed status list says otherwise. */
  async refuse({ code, detail: said, remedy: helps, moved_to: to, move_id: move }, changes) {
    const known = this.state.refusal?.code === code ? this.state.refusal : undefined;
    const detail = to ? `The license was moved to ${to.name}.` : (known?.detail ?? said);
    const remedy = helps ?? known?.remedy;
    const refusal = { code, detail, remedy, move: move ?? known?.move, at: this.serverTime };
    this.state.refusal = refusal;
    this.judge();
    await this.vault.update(() => ({ refusal, ...changes }));
    this.judge();
  }
}
