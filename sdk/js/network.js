// What the issuer publishes: its keys and its status lists. Nothing that a token names is fetched unless it lies under the issuer's own address.
import { fromBase64url } from './bytes.js';
import { askSigned } from './core.js';
import { get } from './request.js';

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
    // A copy that some cache keeps is older than the news we may look for.
    const response = await get(uri, undefined, { cache: 'no-cache' });
    const list = response.ok ? await askSigned('list', now, await response.text(), keys, issuer, uri) : {};
    if (!list.lst) return list;
    const packed = await inflate(list.lst);
    const bits = (packed[Math.floor(idx / 4)] >> ((idx % 4) * 2)) & 3;
    return { bits, iat: list.iat, ttl: list.ttl };
  } catch {
    return undefined;
  }
}

async function inflate(text) {
  const stream = new Blob([fromBase64url(text)]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
