// What happens in the background while a page is open: the pass is refreshed, its status followed, slices kept.
import { decode } from './bytes.js';
import { wall } from './clock.js';
import { FINAL, TICK } from './holder.js';
import { Stream } from './stream.js';

/** How often to write down how late it is. */
const NOTE = 300;
/** The longest pause between two attempts to refresh. */
const PATIENT = 3600;
/** How far the server's clock, as it was heard, may be off. */
const BLUR = 5;
/** What the states in the stream mean where no code says more. */
const DENIALS = { moving: 'BEING_MOVED', suspended: 'SUSPENDED', invalid: 'REVOKED' };
/** Why a pass that was kept may not be read yet: no keys, or a clock that is behind. */
const UNREAD = ['UNAVAILABLE', 'CLOCK_SUSPECT'];
const EVENTS = ['online', 'focus', 'visibilitychange'];

export class Upkeep {
  #holder;
  #uses;
  #due = { keys: 0, status: 0, refresh: 0, slices: 0, note: 0 };
  #failures = 0;
  /** Half of a pass's life, a little different in every tab and on every device. */
  #share = 0.5 + Math.random() / 10;
  #stream;
  /** The issuer's keys as they were looked at last. */
  #jwks;
  /** The key that signs now, as it was heard. */
  #signing;
  /** Whose events are listened to. */
  #pass;
  #wake = ({ type } = {}) => {
    if (type === 'online') this.#resume();
    if (type) this.#stream.hurry();
    this.tick();
  };

  constructor(holder, uses) {
    this.#holder = holder;
    this.#uses = uses;
    this.#stream = new Stream({
      source: () => this.#source(),
      heard: (event, data, { pass }) => pass === holder.plan?.id && this.#heard(event, data).catch(() => {}),
      connected: () => (this.#resume(), this.tick()),
      // It may be that the pass's key was revoked.
      refused: () => this.#is('keys', wall()) && this.#doubtKeys().catch(() => {}),
    });
  }

  begin() {
    for (const event of EVENTS) addEventListener(event, this.#wake);
    this.#stream.hold((...work) => this.#holder.vault.alone(...work));
    this.tick();
  }

  end() {
    for (const event of EVENTS) removeEventListener(event, this.#wake);
    this.#stream.close();
  }

  /** There is another pass: everything about it is to be learnt. */
  renew() {
    this.#due = { keys: 0, status: 0, refresh: 0, slices: 0, note: 0 };
    this.#stream.hurry();
    this.tick();
  }

  tick() {
    if (this.#holder.closed) return;
    this.#holder.judge();
    const { id } = this.#holder.plan ?? {};
    if (id !== this.#pass) this.#stream.restart();
    this.#pass = id;
    this.#holder.queue(() => this.#tend()).catch(() => {});
  }

  /** The server may be in reach again. */
  #resume() {
    this.#due.slices = this.#due.refresh = 0;
    this.#uses.hope();
  }

  async #tend() {
    const { state } = this.#holder;
    const now = wall();
    if (!this.#holder.plan && UNREAD.includes(this.#holder.code) && state.pass && this.#is('keys', now)) await this.#holder.takeIn();
    // The key that signed it was revoked: the device gets its pass anew all the same.
    if (this.#holder.code === 'UNKNOWN_KEY' && state.pass && this.#is('refresh', now)) await this.refresh();
    this.#jwks ??= state.jwks;
    if (!this.#holder.plan) return;
    const { status } = state;
    if (!(now < status?.at + status?.ttl && now >= status.at) && this.#is('status', now)) await this.checkStatus();
    if (this.#holder.state.jwks !== this.#jwks) await this.#learnKeys();
    // Meanwhile another tab may have taken in another pass.
    if (this.#holder.token !== this.#holder.state.pass) await this.#holder.takeIn();
    const { iat, exp } = this.#holder.plan ?? {};
    const isOld = this.#holder.now >= iat + (exp - iat) * this.#share;
    if ((isOld || this.#holder.slices.hasNews) && this.#is('refresh', now)) await this.refresh();
    if (this.#is('slices', now)) await this.#uses.tend();
    if (now >= this.#due.note) {
      this.#due.note = now + NOTE;
      await this.#holder.vault.update();
    }
  }

  /** Whether it is time again for something that may fail; the next time is a minute later. */
  #is(what, now) {
    const due = now >= this.#due[what];
    if (due) this.#due[what] = now + TICK;
    return due && navigator.onLine !== false;
  }

  /** Follows the signed status list: the only thing that lifts a refusal. */
  async checkStatus() {
    const { plan, token } = this.#holder;
    const status = await this.#holder.fetchStatus(plan);
    if (!status || token !== this.#holder.state.pass) return;
    await this.#holder.vault.update(({ refusal, move }) => {
      const isLifted = refusal && status.bits === 0 && status.iat >= refusal.at - BLUR;
      return {
        status,
        refusal: isLifted ? undefined : refusal,
        move: isLifted ? undefined : move,
      };
    });
    this.#holder.judge();
    // What was on its way and is valid no more has arrived.
    const { refusal } = this.#holder.state;
    if (status.bits === 1 && refusal?.code === 'BEING_MOVED') await this.#holder.refuse({ code: 'MOVED', ...(await this.#findMove(refusal.move)) });
  }

  async #findMove(id) {
    const { moved_to } = (id && (await this.#holder.call('GET', `/moves/${id}`))) || {};
    return { moved_to };
  }

  /** Only one tab does it; whatever comes of it, a pass that is still good stays. */
  async refresh() {
    const done = await this.#holder.vault.alone('refresh', (lock) => !lock || this.#askForRefresh(), { ifAvailable: true });
    this.#failures = done ? 0 : this.#failures + 1;
    if (!done) this.#due.refresh = wall() + Math.min(TICK * 2 ** this.#failures, PATIENT) * (0.5 + Math.random() / 2);
  }

  /** Whether there is nothing more to do: there is a newer pass, or another tab sees to it. */
  async #askForRefresh() {
    const { vault } = this.#holder;
    await vault.load();
    if (this.#holder.state.pass !== this.#holder.token) {
      await this.#holder.takeIn();
      return true;
    }
    // The key is kept until there is a newer pass: to ask twice under two keys is what a copied profile would do.
    await vault.update(({ renewal = crypto.randomUUID() }) => ({ renewal }));
    const answer = await this.#holder.call('POST', '/passes/refresh', { key: this.#holder.state.renewal });
    if (!answer?.ok || !answer.pass) return false;
    const { step } = await this.#holder.install(String(answer.pass), false);
    if (!step) this.#due.status = 0;
    return !step;
  }

  /** The issuer's keys may not be those at hand any more. */
  async #doubtKeys() {
    if (this.#holder.keys) return;
    await this.#holder.fetchKeys();
    this.tick();
  }

  /** Whose key is not published any more was revoked: its pass is no good until there is a newer one. */
  async #learnKeys() {
    const { token, state } = this.#holder;
    this.#jwks = state.jwks;
    const { answer } = await this.#holder.examine('read', token);
    if (answer.code !== 'UNKNOWN_KEY') return;
    await this.refresh();
    if (token === this.#holder.state.pass) await this.#holder.takeIn();
  }

  #source() {
    const { vault, plan, token, state } = this.#holder;
    if (!plan || ['MOVED', 'REVOKED'].includes(state.refusal?.code)) return undefined;
    return { url: this.#holder.at('/passes/events'), terminal: vault.terminal, token, pass: plan.id };
  }

  async #heard(event, data) {
    const { state, plan, token } = this.#holder;
    const code = event === 'status' && Object.hasOwn(DENIALS, data.status) && DENIALS[data.status];
    if (code) await this.#holder.refuse({ ...data, code: FINAL.includes(data.code) ? data.code : code });
    // Good news is not believed from here: the signed list must say so.
    else if (event === 'status' && plan && (state.refusal || state.status?.bits)) await this.checkStatus();
    if (event === 'counters') {
      await this.#holder.vault.update(({ counters }) => ({ counters: { ...counters, ...data.counters } }));
      this.#holder.judge();
      if (this.#holder.slices.hasNews) this.tick();
    }
    // Whose successor signs was retired, or revoked: the published keys say which.
    if (event === 'keys' && data.kid !== this.#signing && data.kid !== readKid(token)) await this.#doubtKeys();
    if (event === 'keys') this.#signing = data.kid;
  }
}

/** The key that signed a token, by its header. */
function readKid(token) {
  return JSON.parse(decode(token.split('.', 1)[0])).kid;
}
