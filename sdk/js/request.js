// Requests to the issuer, the proofs they carry, and what its refusals amount to.
import { deny, toVerdict } from './core.js';

/** Nobody answered in time, or not in a way that says anything. */
const PATIENCE = 10_000;

/** `terminal` hears from the answer what time it is at the server's, and which nonce it wants. */
export async function get(url, terminal, options) {
  const response = await fetch(url, {
    credentials: 'omit',
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
    ...options,
  });
  const date = Date.parse(response.headers.get('date'));
  if (terminal && date) terminal.skew = (date - Date.now()) / 1000;
  if (terminal) terminal.nonce = response.headers.get('dpop-nonce') ?? terminal.nonce;
  return response;
}

/** A request that the terminal proves to be its own; a second time with the nonce, or by the clock, that the first answer gave. */
export async function prove(terminal, token, method, url, { headers, ...options } = {}) {
  for (let again = true; ; again = false) {
    const dpop = await terminal.prove(method, url, terminal.nonce, token);
    const authorization = token && { authorization: `DPoP ${token}` };
    const response = await get(url, terminal, { method, headers: { ...headers, ...authorization, dpop }, ...options });
    if (response.status !== 401 || !again) return response;
  }
}

/**
 * Sends `body` and resolves to `{ ok, ...answer }`. `undefined` when nobody answered, `null` when the answer says nothing:
 * whether the request had its effect is not known then. `key` makes it safe to send again, `token` is the pass it is sent
 * with.
 */
export async function send(method, url, { terminal, token, key, body }) {
  const headers = { ...(key && { 'idempotency-key': key }), ...(body && { 'content-type': 'application/json' }) };
  const options = { headers, body: body && JSON.stringify(body) };
  try {
    const response = await (terminal ? prove(terminal, token, method, url, options) : get(url, undefined, { method, ...options }));
    // Who does not believe the proof, is out of order or overloaded, says nothing about what was asked.
    if (response.status === 401 || response.status === 429 || response.status >= 500) return null;
    const answer = response.status === 204 ? {} : await response.json();
    return typeof answer === 'object' ? { ...answer, ok: response.ok } : null;
  } catch {
    return undefined;
  }
}

/** The verdict that a refusal by the server amounts to. */
export function toRefusal({ code, detail, remedy, opens_at: opensAt }) {
  if (typeof code !== 'string' || typeof detail !== 'string') return deny(code);
  return toVerdict({ approved: false, code, detail, ...(remedy && { remedy }), ...(opensAt && { opensAt }) });
}
