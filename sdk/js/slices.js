// Slices: uses that were debited in advance, to be spent while the server cannot be reached. What is kept of each is
// { token, spent, pending: { key: { count, at } }, settling? }: `pending` are uses that were granted, and of which the
// server may or may not have heard; `settling` is the key under which it is being given back. A slice that is being
// fetched is { key, at }, and where there is none to be had { after }, when to ask again.
import { ask } from './core.js';

export class Slices {
  #holder;
  /** What each token says, once it was found genuine; or the denial. */
  #claims = new Map();

  constructor(holder) {
    this.#holder = holder;
  }

  /** Finds out which of the slices kept are genuine and ours. */
  async admit(plan = this.#holder.plan) {
    for (const [feature, { token }] of Object.entries(this.#holder.state.slices ?? {})) {
      if (token && !this.#claims.has(token)) await this.#admit(feature, token, plan);
    }
  }

  async #admit(feature, token, plan) {
    const { answer, jwks } = await this.#holder.examine('slice', token);
    // Nobody to ask for the keys now: another time.
    if (answer.code === 'UNAVAILABLE') return;
    const ours = answer.code || (answer.feature === feature && answer.pass === plan?.id);
    this.#claims.set(token, ours ? answer : { code: 'WRONG_AUDIENCE' });
    if (!answer.code && jwks !== this.#holder.state.jwks) await this.#holder.vault.update(() => ({ jwks }));
  }

  /** The slice of `feature` as it is now: `{ id, count, iat, exp, spent, pending, settling, rest }`; nothing when it is worth nothing. */
  get(feature) {
    const kept = this.kept(feature);
    const claims = this.#claims.get(kept?.token);
    if (!claims || claims.code || claims.exp <= this.#holder.now) return undefined;
    const held = Object.values(kept.pending).reduce((sum, { count }) => sum + count, kept.spent);
    return { ...claims, ...kept, rest: kept.settling ? 0 : Math.max(0, claims.count - held) };
  }

  /** Whether the slice kept of `feature` can never be spent from again. */
  isOver(feature) {
    return this.#claims.has(this.kept(feature)?.token) && !this.get(feature);
  }

  kept(feature) {
    const { slices } = this.#holder.state;
    return slices && Object.hasOwn(slices, feature) ? slices[feature] : undefined;
  }

  /** When slices end: verdicts change then. */
  ends() {
    return Object.keys(this.#holder.state.slices ?? {}).map((feature) => this.get(feature)?.exp);
  }

  /** How many uses of `feature` are left: at the server, as far as it was heard, and in our slice; nothing where there is no limit. */
  left(feature) {
    const { left } = this.#holder.state.counters?.[feature] ?? this.#holder.counted(feature);
    return typeof left === 'number' ? left + (this.get(feature)?.rest ?? 0) : undefined;
  }

  /** The pass's verdict on a counted feature, by what is known of its uses; `whole` gives the verdict on the pass as such. */
  judge(feature, verdict, whole) {
    if (!verdict.approved && verdict.code !== 'USES_EXHAUSTED') return verdict;
    const left = this.left(feature);
    if (left === undefined) return verdict;
    // More than the pass says is believed only when it is signed: in a slice, or in the next pass.
    if (left > 0 && (verdict.approved || this.get(feature)?.rest > 0)) return { ...whole(), left };
    return { ...ask('deny', 0, 'USES_EXHAUSTED'), until: verdict.until, left: 0 };
  }

  /** Whether a newer pass would say more: the uses began anew, or more were bought. */
  get hasNews() {
    const { state, now } = this.#holder;
    return this.#holder.countedFeatures.some((feature) => {
      const { left, resets_at: resets } = state.counters?.[feature] ?? {};
      return Date.parse(resets) / 1000 <= now || (left > 0 && this.#holder.counted(feature).left === 0);
    });
  }
}
