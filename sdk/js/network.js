// What is asked of the issuer. Nothing that a token names is fetched unless it lies under the issuer's own address.
import { fromBase64url } from './bytes.js';
import { askSigned } from './core.js';

/** Nobody answered in time, or not in a way that says anything. */
const PATIENCE = 10_000;

async function get(url, terminal, options) {
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

/** The issuer's JWK set as text; nothing when it cannot be had. */
export async function fetchKeys(issuer, terminal) {
  try {
    const response = await get(`${issuer}/.well-known/jwks.json`, terminal, { cache: 'no-cache' });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}

/** The status of the pass by its list: `{ bits, iat, ttl }`, or a verdict on the list; nothing when it cannot be had. */
export async function fetchStatus({ issuer, keys, uri, idx, now }) {
  if (!uri.startsWith(`${issuer}/`) || new URL(uri).href !== uri) return undefined;
  try {
    const response = await get(uri);
    const list = response.ok ? await askSigned('list', now, await response.text(), keys, issuer, uri) : {};
    if (!list.lst) return list;
    const packed = await inflate(list.lst);
    const bits = (packed[Math.floor(idx / 4)] >> ((idx % 4) * 2)) & 3;
    return { bits, iat: list.iat, ttl: list.ttl };
  } catch {
    return undefined;
  }
}

/** Asks for a newer pass: `{ pass }`, or `{ code }` of the refusal; nothing when nobody answers. */
export async function refreshPass(base, terminal, token) {
  const url = `${base}/api/v1/passes/refresh`;
  try {
    // A second time with the nonce, or by the clock, that the first answer gave.
    for (let again = true; ; again = false) {
      const headers = {
        authorization: `DPoP ${token}`,
        dpop: await terminal.prove('POST', url, terminal.nonce, token),
      };
      const response = await get(url, terminal, { method: 'POST', headers });
      const answer = await response.json();
      if (response.ok) return answer;
      const { code = answer.error } = answer;
      if (!again || !/PROOF|nonce/i.test(code)) return { code };
    }
  } catch {
    return undefined;
  }
}

async function inflate(text) {
  const stream = new Blob([fromBase64url(text)]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
