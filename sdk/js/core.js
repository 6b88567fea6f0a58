// The verifier in WebAssembly: questions go in as lines, answers come back as objects. See sdk/src/lib.rs.
import { encode, fromBase64url, subtle } from './bytes.js';

const ED25519 = 'Ed25519';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

let wasm;
const loading = {};
/** Keys in the browser's form, by the `x` of their JWK. */
const imported = new Map();

/** Loads the module once; in Node it is read from the disk. */
export function load(name = 'passgate_sdk') {
  return (loading[name] ??= instantiate(new URL(`${name}.wasm`, import.meta.url)).catch((error) => {
    delete loading[name];
    throw error;
  }));
}

async function instantiate(url) {
  const bytes = url.protocol === 'file:' ? (await import('node:fs')).readFileSync(url) : await (await fetch(url)).arrayBuffer();
  wasm = (await WebAssembly.instantiate(bytes)).instance.exports;
}

/** Asks the loaded module; `now` in seconds. */
export function ask(question, now, token, ...values) {
  return put('', token, question, now, values);
}

/**
 * Asks about a signed token by the issuer's keys, a JWK set as text: the only questions whose answers take time. The
 * module says what holds if the signature is genuine, and the browser whether it is.
 */
export async function askSigned(question, now, token, keys, ...values) {
  const { key, answer, ...denial } = put(keys, token, question, now, values);
  if (!key) return answer ?? denial;
  try {
    if (await isGenuine(token, key)) return answer;
  } catch {
    // No Ed25519 in this browser: the module with the curve answers everything.
    await load('passgate_sdk_curve');
    return askSigned(question, now, token, keys, ...values);
  }
  return { ...ask('deny', 0, 'SIGNATURE_INVALID'), step: 'signature' };
}

/** Puts a question of three lines to the module. A line break in a token would make it none, and so does a space. */
function put(keys, token, question, now, values) {
  const whole = Math.min(Math.max(Math.floor(now), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  const text = `${JSON.stringify([question, whole, ...values])}\n${keys}\n${String(token).replaceAll('\n', ' ')}`;
  const room = wasm.make_room(text.length * 3);
  const { written } = encoder.encodeInto(text, new Uint8Array(wasm.memory.buffer, room));
  const answer = wasm.answer(room, written);
  const json = new Uint8Array(wasm.memory.buffer, Number(answer >> 32n), Number(answer & 0xffff_ffffn));
  return JSON.parse(decoder.decode(json));
}

async function isGenuine(token, x) {
  if (!imported.has(x)) imported.set(x, subtle.importKey('raw', fromBase64url(x), ED25519, false, ['verify']));
  const end = token.lastIndexOf('.');
  return subtle.verify(ED25519, await imported.get(x), fromBase64url(token.slice(end + 1)), encode(token.slice(0, end)));
}

/** An answer as the verdict that apps see: frozen, with the end of the term as an ISO 8601 text. */
export function toVerdict({ until, ...verdict }) {
  if (until !== undefined) verdict.until = new Date(until * 1000).toISOString().replace('.000', '');
  return Object.freeze(verdict);
}

/** The denial with `code`; `detail` and `remedy` replace the code's own. */
export function deny(code, detail, remedy) {
  return toVerdict({ ...ask('deny', 0, code), ...(detail && { detail }), ...(remedy && { remedy }) });
}

// On its way before anybody asks; if it does not arrive, it is fetched again then.
load().catch(() => {});
