// The issuer's event stream: one tab holds it, and what it hears reaches the others through the store.
import { prove } from './request.js';

/** The server says something every 15 seconds; after so many milliseconds of silence the line is taken to be dead. */
const SILENCE = 40_000;
/** The first and the longest pause before the stream is opened again, in milliseconds. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;

export class Stream {
  #source;
  #heard;
  #connected;
  #refused;
  #failures = 0;
  #line;
  #wake = () => {};
  #closing = new AbortController();

  /**
   * `source` gives `{ url, terminal, token }`, or nothing while there is nothing to listen to; `heard` gets every event's
   * name, its data and its source; `connected` is called when the server answers, `refused` when it
   * does so with a refusal.
   */
  constructor({ source, heard, connected, refused }) {
    this.#source = source;
    this.#heard = heard;
    this.#connected = connected;
    this.#refused = refused;
  }

  /** Holds the stream whenever no other tab does. */
  hold(alone) {
    const { signal } = this.#closing;
    alone('stream', () => this.#run(), { signal }).catch(() => {});
  }

  /** Whether somebody may answer now: does not wait any longer. */
  hurry() {
    this.#failures = 0;
    this.#wake();
  }

  /** Listens anew: to another pass. */
  restart() {
    this.#line?.abort();
    this.hurry();
  }

  close() {
    this.#closing.abort();
    this.restart();
  }

  async #run() {
    while (!this.#closing.signal.aborted) {
      const source = this.#source();
      if (source && navigator.onLine !== false) await this.#listen(source).catch(() => {});
      await this.#pause();
    }
  }

  async #listen(source) {
    const { url, terminal, token } = source;
    const line = (this.#line = new AbortController());
    let watch;
    const live = () => {
      clearTimeout(watch);
      watch = setTimeout(() => line.abort(), SILENCE);
    };
    try {
      live();
      const options = { signal: line.signal, cache: 'no-store', headers: { accept: 'text/event-stream' } };
      const response = await prove(terminal, token, 'GET', url, options);
      if (response.status === 403) this.#refused();
      if (!response.ok) return;
      this.#failures = 0;
      this.#connected();
      await read(response.body, live, (event, data) => this.#heard(event, data, source));
    } finally {
      clearTimeout(watch);
      line.abort();
    }
  }

  #pause() {
    this.#failures += 1;
    const longest = Math.min(FIRST_PAUSE * 2 ** (this.#failures - 1), LONGEST_PAUSE);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, longest * (0.5 + Math.random() / 2));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Reads events until the stream ends; `live` is called whenever anything comes. */
async function read(body, live, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    live();
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      const field = (name) => block.split('\n').find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1).trim();
      if (field('data')) heard(field('event'), JSON.parse(field('data')));
    }
  }
}
