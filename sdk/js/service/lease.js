// A lease: it is extended well before its end, and its signal tells when it is lost. Nothing here reads the wall clock: what
// counts is how long the portal said it would last, by the portal's own time, and the clock that nobody can turn.
import { PassgateError } from './error.js';
import { isPassing, later, mark } from './portal.js';

/** The portal's `Date` is cut to seconds: the lease is taken to end so many milliseconds before, never after. */
const MARGIN = 1000;

/** Nobody refused anything: `UNAVAILABLE`, and not the `LEASE_EXPIRED` that a portal says. */
const LOST = ['UNAVAILABLE', 'The portal could not be reached before the lease ended.', { remedy: 'connect' }];
const ENDED = ['TERM_ENDED', "The license's term has ended.", { remedy: 'renew' }];

export class Lease {
  #portal;
  #ttl;
  #granted;
  #lost = new AbortController();
  #cancel = [];
  /** When it ends, by the clock that nobody can turn, and whether that is because the license does. */
  #end = 0;
  #isLast = false;
  /** Whether the portal was asked to extend it, and has not answered yet. */
  #isAsking = false;
  #spent;
  /** Why it could not be extended the last time. */
  #cause;
  #giving;

  /** `reply` is what the check-out was answered; `from` the mark from which its time runs. */
  constructor(portal, { feature, holder, ttlSeconds }, reply, from) {
    this.feature = feature;
    this.holder = holder;
    this.#portal = portal;
    this.#ttl = ttlSeconds * 1000;
    this.#take(reply, from);
  }

  get id() {
    return this.#granted.lease_id;
  }

  /** The signed token, of the check-out or the last extension. */
  get token() {
    return this.#granted.lease;
  }

  get count() {
    return this.#granted.count;
  }

  get left() {
    return this.#granted.left;
  }

  get seatsLeft() {
    return this.#granted.seats_left;
  }

  get expiresAt() {
    return this.#granted.expires_at;
  }

  get signal() {
    return this.#lost.signal;
  }

  spent(count = 1) {
    const sum = (this.#spent ?? 0) + count;
    if (!(Number.isInteger(count) && count >= 0)) throw new TypeError('spent counts whole uses');
    if (sum > this.count) throw new RangeError(`the lease has ${this.count} uses, and ${sum} would be spent`);
    this.#spent = sum;
  }

  giveBack({ unspent = this.#spent === undefined ? 0 : this.count - this.#spent } = {}) {
    this.#giving ??= this.#return(unspent).catch((error) => {
      this.#giving = undefined;
      throw error;
    });
    return this.#giving;
  }

  [Symbol.asyncDispose]() {
    return this.giveBack().then(() => {});
  }

  async #return(unspent) {
    this.#rest();
    const { answer } = await this.#portal.call('DELETE', `/leases/${this.id}`, { body: { unspent } });
    return { state: answer.state, spent: answer.spent, returned: answer.returned };
  }

  /** Takes an answer in, and plans what comes next. */
  #take({ answer, date }, from) {
    this.#granted = answer;
    this.#cause = undefined;
    this.#isAsking = false;
    const told = date === undefined ? this.#ttl : Date.parse(answer.expires_at) - date;
    this.#end = from + told - MARGIN;
    this.#rest();
    const left = this.#end - mark();
    this.#cancel = [later(() => this.#over(), left)];
    // Well before the end: half of the time is left for trying again.
    if (left > MARGIN) this.#cancel.push(later(() => this.#extend(), left / 2));
  }

  #rest() {
    for (const cancel of this.#cancel) cancel();
    this.#cancel = [];
  }

  async #extend() {
    const left = this.#end - mark();
    this.#isAsking = true;
    try {
      const body = { ttl_seconds: this.#ttl / 1000 };
      const haste = Math.max(1000, left / 3);
      const reply = await this.#portal.call('POST', `/leases/${this.id}/extend`, { body, patience: left, haste, idle: true });
      if (this.#giving || this.signal.aborted) return;
      // It was to last for so long from now: what is shorter is cut off by the license's own end.
      this.#isLast = Date.parse(reply.answer.expires_at) < reply.date + this.#ttl - MARGIN;
      this.#take(reply, reply.sent);
    } catch (error) {
      this.#cause = error;
      // Whatever the portal refuses it refuses for good; what it could not answer was tried until the end.
      if (!isPassing(error.status)) this.#lose(error);
    }
  }

  #over() {
    const [code, detail, about] = this.#isLast && !this.#isAsking ? ENDED : LOST;
    this.#lose(new PassgateError(code, detail, { ...about, cause: this.#cause }));
  }

  /** What was given back is not lost any more. */
  #lose(reason) {
    this.#rest();
    if (!this.#giving) this.#lost.abort(reason);
  }
}
