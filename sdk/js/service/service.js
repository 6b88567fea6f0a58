// @passgate/sdk/service: what a service needs to check a customer's license out while it works for them. Types are in
// service.d.ts, a guide in docs/services.md.
import { PassgateError } from './error.js';
import { Lease } from './lease.js';
import { mark, Portal } from './portal.js';
import { verifyLease } from './verify.js';

/** The longest that the portal lets anybody wait at once, in seconds. */
const LONGEST_WAIT = 60;
/** Who is sent away at once comes again after so many milliseconds. */
const PAUSE = 1000;

export class PassgateService {
  #portal;

  constructor(options) {
    this.#portal = new Portal(options);
  }

  async checkOut({ signal, ...wanted }) {
    signal?.throwIfAborted();
    const asking = this.#ask(wanted, signal);
    if (!signal) return asking;
    let leave;
    const left = new Promise((_, reject) => {
      leave = () => reject(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([asking, left]);
    } catch (error) {
      // Hanging up would not take back what the portal may have committed: the answer is waited for, and a lease returned.
      if (signal.aborted) asking.then((lease) => lease.giveBack({ unspent: lease.count })).catch(() => {});
      throw error;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Asks until there is a seat, or nobody wants it any more. */
  async #ask({ identifier, feature, count, ttlSeconds = 60, holder, waitSeconds = 0 }, signal) {
    const until = mark() + waitSeconds * 1000;
    for (;;) {
      const wait = Math.min(LONGEST_WAIT, Math.max(0, Math.ceil((until - mark()) / 1000)));
      const body = { identifier, feature, count, ttl_seconds: ttlSeconds, holder, ...(wait && { wait_seconds: wait }) };
      const began = mark();
      try {
        const reply = await this.#portal.call('POST', '/leases', { key: crypto.randomUUID(), body, wait: wait * 1000 });
        return new Lease(this.#portal, { feature, holder, ttlSeconds }, reply, wait ? reply.received : reply.sent);
      } catch (error) {
        // A license without seats is not waited for; nor does anybody push where the queue is full.
        const mayWait = error.code === 'SEATS_EXHAUSTED' && error.remedy === 'free_seat' && until - mark() > PAUSE;
        if (!mayWait || signal?.aborted) throw error;
        if (mark() - began < PAUSE) await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
      }
    }
  }

  async introspect(token, { hint } = {}) {
    const form = { token, ...(hint && { token_type_hint: hint }) };
    return (await this.#portal.call('POST', '/introspect', { form })).answer;
  }

  verifyLease(lease, options) {
    return verifyLease(lease, options);
  }
}

export { Lease, PassgateError, verifyLease };
