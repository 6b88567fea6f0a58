// Judging leases without the portal, by the same strict verifier as everywhere, with its own curve: no WebCrypto is needed.

const NAME = 'passgate_sdk_curve.wasm';
/** For how long fetched keys are believed, in milliseconds: a new key is published so long before it signs. */
const KEPT = 300_000;

let loading;
const published = new Map();

async function load() {
  const url = new URL(NAME, import.meta.url);
  const bytes = url.protocol === 'file:' ? (await import('node:fs')).readFileSync(url) : await (await fetch(url)).arrayBuffer();
  return (await WebAssembly.instantiate(bytes)).instance.exports;
}

/** Puts a question of three lines to the module, as `sdk/src/lib.rs` reads them. */
function put(wasm, values, keys, token) {
  const text = `${JSON.stringify(values)}\n${keys}\n${token.replaceAll('\n', ' ')}`;
  const room = wasm.make_room(text.length * 3);
  const { written } = new TextEncoder().encodeInto(text, new Uint8Array(wasm.memory.buffer, room));
  const answer = wasm.answer(room, written);
  const json = new Uint8Array(wasm.memory.buffer, Number(answer >> 32n), Number(answer & 0xffff_ffffn));
  return JSON.parse(new TextDecoder().decode(json));
}

/** The issuer's keys as text, fetched where they are older than `KEPT` or do not do. */
async function publishedKeys(issuer, again) {
  const known = published.get(issuer);
  if (known && !again && performance.now() < known.at + KEPT) return known.keys;
  const response = await fetch(`${issuer}/.well-known/jwks.json`, { redirect: 'error' });
  if (!response.ok) throw new Error(`the keys at ${issuer} were answered ${response.status}`);
  const keys = await response.text();
  published.set(issuer, { keys, at: performance.now() });
  return keys;
}

export async function verifyLease(lease, { keys, issuer, audience, now = Date.now() / 1000 }) {
  loading ??= load();
  const wasm = await loading;
  const ask = (set) => put(wasm, ['lease', Math.floor(now), issuer, audience], set, String(lease));
  let found = ask(keys ? (typeof keys === 'string' ? keys : JSON.stringify(keys)) : await publishedKeys(issuer));
  if (found.code === 'UNKNOWN_KEY' && !keys) found = ask(await publishedKeys(issuer, true));
  // Every word of the payload was checked: it has no member twice, and what is read here is what was signed.
  const verdict = found.answer ?? found;
  if (!verdict.approved) return Object.freeze(verdict);
  const payload = Uint8Array.from(atob(lease.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  return Object.freeze({ ...verdict, claims: JSON.parse(new TextDecoder().decode(payload)) });
}
