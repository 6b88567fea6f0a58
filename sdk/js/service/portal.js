// Requests to the portal: sent again, under the same Idempotency-Key, until somebody answers or patience is at its end.
import { PassgateError, toError } from './error.js';

/** How long an answer may take, in milliseconds, beside the time that the portal was asked to wait. */
const ANSWER = 15_000;
/** The pause before the second try; doubled each time up to the longest. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5000;

/** The clock that nobody can turn, in milliseconds. */
export const mark = () => performance.now();

/** Calls `act` later, without keeping the process alive for it; gives what cancels it. */
export function later(act, milliseconds) {
  const timer = setTimeout(act, Math.max(0, Math.min(milliseconds, 2 ** 31 - 1)));
  timer.unref?.();
  return () => clearTimeout(timer);
}

/** Whether another try may help after this status; `undefined` is that of no answer. */
export const isPassing = (status = 503) => status === 408 || status === 429 || status >= 500;

export class Portal {
  #base;
  #token;
  #fetch;
  #patience;

  constructor({ url, token, fetch = globalThis.fetch, retrySeconds = 30 }) {
    const { protocol, href, search, hash } = new URL(url);
    if (!/^https?:$/.test(protocol) || search || hash) throw new TypeError('url is the portal’s address: https://licenses.example.com');
    if (typeof token !== 'string' || !token) throw new TypeError('token is an API token of the vendor, with the scope leases:write');
    this.#base = href.replace(/\/+$/, '');
    this.#token = token;
    this.#fetch = (...request) => fetch(...request);
    this.#patience = retrySeconds * 1000;
  }

  /**
   * Sends `body` (or `form`) and resolves to `{ answer, date, sent, received }`: the answer's JSON, the portal's time in
   * milliseconds if it told, and the two marks around the successful try. `wait` is how long the portal may take on purpose,
   * `patience` how long to try again, `haste` how long one try may take; with `idle` the pauses do not keep the process alive.
   */
  async call(method, path, { key, body, form, wait = 0, patience = this.#patience, haste = ANSWER, idle } = {}) {
    const headers = { authorization: `Bearer ${this.#token}`, accept: 'application/json' };
    if (key) headers['idempotency-key'] = key;
    if (body) headers['content-type'] = 'application/json';
    const request = { method, headers, redirect: 'error', body: form ? new URLSearchParams(form) : body && JSON.stringify(body) };
    const until = mark() + patience + wait;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      const { answered, error, asked } = await this.#try(`${this.#base}/api/v1${path}`, request, haste + wait);
      if (answered) return answered;
      // Who is told when to come again comes then; all others not at the same moment.
      const delay = Math.max(asked ?? 0, pause * (0.5 + Math.random() / 2));
      if (asked === undefined || mark() + delay >= until) throw error;
      await new Promise((resolve) => {
        if (idle) later(resolve, delay);
        else setTimeout(resolve, delay);
      });
    }
  }

  /** `{ answered }`, or `{ error }`, with the milliseconds after which the portal `asked` to be called again. */
  async #try(url, request, haste) {
    const gone = new AbortController();
    const cancel = later(() => gone.abort(), haste);
    const sent = mark();
    let response;
    let answer;
    try {
      response = await this.#fetch(url, { ...request, signal: gone.signal });
      answer = await response.json();
    } catch (cause) {
      if (!response || response.ok) {
        return { error: new PassgateError('UNAVAILABLE', 'The portal did not answer.', { cause }), asked: 0 };
      }
    } finally {
      cancel();
    }
    const date = Date.parse(response.headers.get('date')) || undefined;
    if (response.ok) return { answered: { answer, date, sent, received: mark() } };
    const error = toError(response, answer);
    return { error, asked: isPassing(response.status) ? readPause(response.headers.get('retry-after'), date) : undefined };
  }
}

/** `Retry-After` in milliseconds: seconds, or a time by the portal's own clock. */
function readPause(text, date) {
  if (/^\d+$/.test(text ?? '')) return Number(text) * 1000;
  const at = Date.parse(text ?? '');
  return at && date ? Math.max(0, at - date) : 0;
}
