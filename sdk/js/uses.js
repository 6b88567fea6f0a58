// Counting uses: at the server while it can be reached, from a slice while it cannot. What is spent, and the key under
// which the server is asked, is written down before; for one feature only one tab at a time does any of this.
import { mark } from './clock.js';
import { deny } from './core.js';
import { fetchKeys } from './network.js';
import { toRefusal } from './request.js';

/** How long a key is good for a second try: the server remembers it for a day. */
const REMEMBERED = 23 * 3600;
/** How long after a failure the slice is asked first, and after a refusal no slice is asked for. */
const DARK = 30;
const PAUSE = 3600;
const LOST = 'Nobody answered, so that the use may or may not be counted. Try again: it will be counted once.';

const without = (object, name) => {
  const { [name]: gone, ...rest } = object ?? {};
  return rest;
};

export class Uses {
  #holder;
  /** Until then the server is taken to be out of reach. */
  #dark = 0;

  constructor(holder) {
    this.#holder = holder;
  }

  /** Counts `count` uses of `feature`, all or none; the verdict says whether they may be made. */
  async use(feature, count) {
    if (!(Number.isInteger(count) && count > 0 && count <= 1_000_000)) throw new TypeError('use counts 1 to 1000000 uses');
    const verdict = this.#holder.can(feature);
    if (!(verdict.approved || verdict.code === 'USES_EXHAUSTED') || !this.#holder.counted(feature)) return verdict;
    const whole = this.#holder.can();
    const code = await this.#alone(feature, () => this.#count(feature, count));
    this.#holder.judge();
    return code ?? Object.freeze({ ...whole, left: this.#holder.slices.left(feature) });
  }

  /** The server may be in reach again. */
  hope() {
    this.#dark = 0;
  }

  /** The denial, or nothing when the uses are counted. */
  async #count(feature, count) {
    const isDark = mark() < this.#dark || navigator.onLine === false;
    if (isDark && (await this.#spend(feature, count))) return undefined;
    const { key, isOpen } = await this.#claim(feature, count);
    let answer = await this.#ask(feature, count, key);
    if (answer?.code === 'USES_EXHAUSTED') {
      if (await this.#spend(feature, count, { claim: key })) return undefined;
      // What is left here may do together with what is left there.
      if (this.#holder.slices.get(feature)?.rest && (await this.#settle(feature))) answer = await this.#ask(feature, count, key);
    }
    if (!answer) {
      this.#dark = mark() + DARK;
      return (await this.#spend(feature, count, { claim: key, pending: true })) ? undefined : deny('UNAVAILABLE', LOST);
    }
    const { ok, code, left, opens_at: resets } = answer;
    await this.#write(feature, ({ attempts }) => ({
      attempts: without(attempts, key),
      ...(code === 'USES_EXHAUSTED' && count === 1 && this.#counter(feature, 0, resets)),
      ...(ok && this.#counter(feature, isOpen ? this.#least(feature, left) : left)),
    }));
    return ok ? undefined : toRefusal(answer);
  }

  #ask(feature, count, key) {
    return this.#holder.call('POST', '/uses', { key, body: { feature, count } });
  }

  /** The key of an earlier try whose outcome nobody knows, else a new one. */
  async #claim(feature, count) {
    const now = this.#holder.now;
    let key;
    let isOpen = true;
    await this.#holder.vault.update(({ attempts = {} }) => {
      const open = Object.entries(attempts).filter(([, { at }]) => now < at + REMEMBERED);
      [key] = open.find(([, attempt]) => attempt.feature === feature && attempt.count === count) ?? [];
      if (key) return undefined;
      isOpen = false;
      key = crypto.randomUUID();
      return { attempts: { ...Object.fromEntries(open), [key]: { feature, count, at: now } } };
    });
    return { key, isOpen };
  }

  /**
   * Spends from the slice, if there is enough left in it; resolves to whether that is written down. `pending`: the server
   * may have counted the uses under `claim`, which is asked about later.
   */
  #spend(feature, count, { claim, pending } = {}) {
    return this.#write(feature, ({ attempts }, slice) => {
      if (!(slice?.rest >= count)) return undefined;
      const at = attempts?.[claim]?.at ?? this.#holder.now;
      const spent = pending ? { pending: { ...slice.pending, [claim]: { count, at } } } : { spent: slice.spent + count };
      return { attempts: without(attempts, claim), slice: spent };
    });
  }

  // Keeping slices.

  /** Learns what became of pending uses, tells what was spent, gives back what is old, and takes a new slice. */
  async tend() {
    for (const feature of new Set([...this.#holder.countedFeatures, ...Object.keys(this.#holder.state.slices ?? {})])) {
      if (!this.#wants(feature)) continue;
      await this.#alone(feature, (lock) => lock && this.#order(feature), { ifAvailable: true });
      this.#holder.judge();
    }
  }

  /** Gives all slices back; resolves to whether that is done. */
  async giveBack() {
    let all = true;
    for (const feature of Object.keys(this.#holder.state.slices ?? {})) {
      all &&= await this.#alone(feature, () => this.#isGivenBack(feature));
    }
    return all;
  }

  #wants(feature) {
    const { now, isMoving, slices } = this.#holder;
    const kept = slices.kept(feature);
    if (!kept?.token) return this.#mayTake(feature);
    const slice = slices.get(feature);
    if (!slice) return slices.isOver(feature);
    const { settling, spent, pending, iat, exp } = slice;
    const isOld = now >= (iat + exp) / 2 && exp - iat > PAUSE;
    return Boolean(isMoving || settling || spent || Object.keys(pending).length || isOld);
  }

  #mayTake(feature) {
    const { now, isMoving, slices } = this.#holder;
    // Where the pass names no slice there is none to be had.
    if (isMoving || !this.#holder.can().approved || !this.#holder.counted(feature)?.slice) return false;
    return now >= (slices.kept(feature)?.after ?? 0) && slices.left(feature) !== 0;
  }

  async #order(feature) {
    await this.#holder.vault.load();
    await this.#holder.slices.admit();
    if (!(await this.#replay(feature))) return;
    if (!this.#wants(feature) || !(await this.#isGivenBack(feature))) return;
    if (this.#mayTake(feature)) await this.#take(feature);
  }

  async #isGivenBack(feature) {
    const { slices } = this.#holder;
    if (!slices.kept(feature)?.token) return true;
    if (slices.get(feature)) return (await this.#replay(feature)) && (await this.#isInReach()) && this.#settle(feature);
    // Whether a slice that nobody could check yet is worth something is not known.
    if (!slices.isOver(feature)) return false;
    await this.#drop(feature);
    return true;
  }

  /** A slice that is being given back is of no use any more, so the server must be there to take it. */
  async #isInReach() {
    const keys = await fetchKeys(this.#holder.address.issuer);
    if (!keys) this.#dark = mark() + DARK;
    return Boolean(keys);
  }

  /** Asks about each pending use again, under its key: it is counted by the server, or from the slice. */
  async #replay(feature) {
    for (const [key, { count, at }] of Object.entries(this.#holder.slices.get(feature)?.pending ?? {})) {
      const isOld = this.#holder.now >= at + REMEMBERED;
      const answer = isOld ? { ok: false } : await this.#ask(feature, count, key);
      if (!answer || answer.code === 'EXPIRED') return false;
      await this.#write(feature, (state, slice) => ({
        ...(answer.ok && this.#counter(feature, this.#least(feature, answer.left))),
        slice: slice && { pending: without(slice.pending, key), spent: slice.spent + (answer.ok ? 0 : count) },
      }));
    }
    return true;
  }

  /** From the moment it is asked for nothing more is spent from the slice. */
  async #settle(feature) {
    await this.#write(feature, (state, slice) => slice && { slice: { settling: slice.settling ?? crypto.randomUUID() } });
    const slice = this.#holder.slices.get(feature);
    if (!slice?.settling || Object.keys(slice.pending).length) return false;
    const answer = await this.#holder.call('POST', `/slices/${slice.id}/settle`, {
      key: slice.settling,
      body: { spent: slice.spent },
    });
    if (!answer) return false;
    await this.#drop(feature, answer.ok ? this.#counter(feature, answer.left) : {});
    return true;
  }

  async #take(feature) {
    const { now, slices, vault } = this.#holder;
    const { key = crypto.randomUUID(), at = now } = slices.kept(feature) ?? {};
    const keep = (slice, counter) => this.#holder.vault.update((state) => ({ ...counter, slices: { ...state.slices, [feature]: slice } }));
    if (!(await keep(now < at + REMEMBERED ? { key, at } : { key: crypto.randomUUID(), at: now }))) return;
    const answer = await this.#holder.call('POST', '/slices', { key: slices.kept(feature).key, body: { feature } });
    if (!answer || answer.code === 'EXPIRED') return;
    const token = answer.ok && String(answer.slice);
    await keep(token ? { token, spent: 0, pending: {} } : { after: now + PAUSE }, answer.ok && this.#counter(feature, answer.left));
    await slices.admit();
    if (!slices.get(feature)) await vault.update((state) => ({ slices: { ...state.slices, [feature]: { after: now + PAUSE } } }));
  }

  #drop(feature, changes) {
    return this.#holder.vault.update(({ slices }) => ({ ...changes, slices: without(slices, feature) }));
  }

  /** Changes the state, and the slice of `feature` by the member `slice` of what `change` gives. */
  #write(feature, change) {
    return this.#holder.vault.update((state) => {
      const made = change(state, this.#holder.slices.get(feature));
      if (!made) return undefined;
      const { slice, ...changes } = made;
      const kept = this.#holder.slices.kept(feature);
      return { ...changes, ...(slice && kept && { slices: { ...state.slices, [feature]: { ...kept, ...slice } } }) };
    });
  }

  /** The change that notes how many uses of `feature` the server has left. */
  #counter(feature, left, resets) {
    const { counters } = this.#holder.state;
    const counter = { ...counters?.[feature], left: left ?? null, ...(resets && { resets_at: resets }) };
    return { counters: { ...counters, [feature]: counter } };
  }

  /** An answer that may have been given before is no news. */
  #least(feature, left) {
    const known = this.#holder.state.counters?.[feature]?.left;
    return typeof known === 'number' && typeof left === 'number' ? Math.min(known, left) : left;
  }

  #alone(feature, work, options) {
    return this.#holder.vault.alone(`uses ${feature}`, work, options);
  }
}
