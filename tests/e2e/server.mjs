// Starts the release server on a free port with a store of its own, and stops it.
// What a person sees of it is in browser.mjs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Everybody in the demo data signs in with it. */
export const PASSWORD = 'correct horse battery staple';

/**
 * Starts `passgate demo`. `options` go to the command, `env` is added to its environment, and `dataDir`
 * continues on an older store, `listen` is the address and port where it listens, a free one when absent.
 *
 * @returns {Promise<Server>}
 */
export async function startServer({ options = [], env = {}, dataDir, listen = '127.0.0.1:0' } = {}) {
  const program = process.env.PASSGATE_BIN;
  if (!program) throw new Error('PASSGATE_BIN names no server; `cargo xtask test e2e` sets it.');
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'passgate-e2e-')));
  const child = spawn(
    program,
    ['demo', '--listen', listen, '--data-dir', folder, '--rate-limits', 'off', ...options],
    { env: { ...process.env, PASSGATE_DEMO_PASSWORD: PASSWORD, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return new Server(child, folder, dataDir === undefined, await readUrl(child));
}

/** Follows standard output to the line that says where the server listens. */
async function readUrl(child) {
  const log = [];
  child.stderr.setEncoding('utf8').on('data', (text) => log.push(text));
  child.log = log;
  const lines = createInterface({ input: child.stdout });
  const url = new Promise((resolve) => {
    lines.on('line', (line) => {
      log.push(`${line}\n`);
      const match = /^listening on (http:\S+)$/.exec(line.trim());
      if (match) resolve(match[1]);
    });
  });
  const gone = once(child, 'exit').then(([status]) => {
    throw new Error(`The server stopped with status ${status}:\n${log.join('')}`);
  });
  gone.catch(() => {});
  return Promise.race([url, gone]);
}

/** A running server. */
export class Server {
  #child;
  #isTemporary;

  constructor(child, dataDir, isTemporary, url) {
    this.#child = child;
    this.#isTemporary = isTemporary;
    this.dataDir = dataDir;
    this.url = url;
  }

  /** What it wrote to both outputs. */
  get log() {
    return this.#child.log.join('');
  }

  /** A request to its API, with JSON both ways: `{ status, body, headers }`. */
  async api(method, path, { body, headers = {} } = {}) {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined, headers: response.headers };
  }

  /** Stops it as an operator would; its store goes too if it was temporary. */
  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await exit;
    }
    if (this.#isTemporary) await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Stops it without warning, as a power cut would; the store stays. */
  async kill() {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}
