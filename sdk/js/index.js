// Passgate's SDK: opens the gate of a web app, and judges tokens for workers and servers. Types are in index.d.ts.
import { ask, load, toVerdict } from './core.js';
import { Gate } from './gate.js';

/** Restores the pass kept in this browser profile and judges it. */
export async function open(options) {
  await load();
  return Gate.open(options);
}

/** Judges one token, without any state. */
export async function verify(token, { keys, issuer, audience, now = Date.now() / 1000, feature = null, jkt = null }) {
  await load();
  const set = typeof keys === 'string' ? keys : JSON.stringify(keys);
  return toVerdict(ask('verify', now, token, set, issuer, audience, jkt, feature, null));
}
