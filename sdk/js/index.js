// Passgate's SDK: opens the gate of a web app, and judges tokens for workers and servers. Types are in index.d.ts.
import { askSigned, load, toVerdict } from './core.js';
import { Gate } from './gate.js';

const STATUSES = ['valid', 'invalid', 'suspended', 'moving'];

const write = (keys) => (typeof keys === 'string' ? keys : JSON.stringify(keys));

/** Restores the pass kept in this browser profile and judges it. */
export async function open(options) {
  return Gate.open({ ...options, keys: options.keys && write(options.keys) }, load());
}

/** Judges one token, without any state. */
export async function verify(token, { keys, issuer, audience, now = Date.now() / 1000, feature, jkt, status }) {
  await load();
  const bits = STATUSES.indexOf(status);
  return toVerdict(await askSigned('verify', now, token, write(keys), issuer, audience, jkt, feature, bits < 0 ? null : bits));
}

/** Judges the status list published at `uri`; its bits are still deflated (zlib) and in base64url. */
export async function readStatusList(token, { keys, issuer, uri, now = Date.now() / 1000 }) {
  await load();
  const list = await askSigned('list', now, token, write(keys), issuer, uri);
  if (list.code) return { verdict: toVerdict(list) };
  return { verdict: toVerdict({ approved: true, code: 'VALID', detail: 'The status list is genuine.' }), list };
}
