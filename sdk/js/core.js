// The verifier in WebAssembly: questions go in as arrays, answers come back as objects. See sdk/src/lib.rs.
import init, { answer_question } from './passgate_sdk.js';

let loading;

/** Loads the module once; in Node it is read from the disk. */
export function load() {
  return (loading ??= readModule().then((source) => init({ module_or_path: source })));
}

async function readModule() {
  const url = new URL('passgate_sdk_bg.wasm', import.meta.url);
  return url.protocol === 'file:' ? (await import('node:fs')).readFileSync(url) : url;
}

/** Asks the loaded module; `now` in seconds. */
export function ask(question, now, ...values) {
  const whole = Math.min(Math.max(Math.floor(now), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  return JSON.parse(answer_question(JSON.stringify([question, whole, ...values])));
}

/** Asks about a signed token by the issuer's keys, a JWK set as text: the only questions whose answers take time. */
export async function askSigned(question, now, token, keys, ...values) {
  return ask(question, now, token, keys, ...values);
}

/** An answer as the verdict that apps see: frozen, with the end of the term as an ISO 8601 text. */
export function toVerdict({ until, ...verdict }) {
  if (until !== undefined) verdict.until = new Date(until * 1000).toISOString().replace('.000', '');
  return Object.freeze(verdict);
}

/** The denial with `code`; `detail` replaces the code's own sentence. */
export function deny(code, detail) {
  const verdict = ask('deny', 0, code);
  return toVerdict(detail ? { ...verdict, detail } : verdict);
}
