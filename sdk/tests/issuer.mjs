// A small issuer for the SDK's tests: keys, status lists, refreshes and the connect window, answering as the portal does,
// and on another origin than the app. What it answers can be changed while it runs; what it was asked is kept. The license
// itself, which is counted and moved, is in license.mjs.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { deflateSync } from 'node:zlib';
import { License } from './license.mjs';

const require = createRequire(new URL('../../tests/e2e/package.json', import.meta.url));
export const jose = await import(pathToFileURL(require.resolve('jose')));

export const DAY = 86_400;

const APP = `<!doctype html><html lang="en"><title>App</title><script type="module" src="/app.js"></script>`;
const APP_SCRIPT = `window.sdk = await import('/sdk/index.js'); document.title = 'ready';`;
const TYPES = { js: 'text/javascript', wasm: 'application/wasm', html: 'text/html', json: 'application/json' };

async function listen(answer) {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error.stack));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

/** A web app that embeds the SDK under a strict policy. */
export async function startApp(issuer) {
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `connect-src 'self' ${issuer.url}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const asked = [];
  const { server, url } = await listen(async (request, response) => {
    const path = new URL(request.url, 'http://app').pathname;
    asked.push(path);
    const send = (type, body) => response.writeHead(200, { 'content-type': TYPES[type], 'content-security-policy': policy }).end(body);
    if (path === '/') return send('html', APP);
    if (path === '/app.js') return send('js', APP_SCRIPT);
    // Beside what apps are given, the same as single modules, for questions that apps do not ask themselves.
    const [, folder, file, type] = /^\/(sdk|modules)\/([a-z_]+\.(js|wasm))$/.exec(path) ?? [];
    if (!file) return response.writeHead(404).end();
    const origin = folder === 'modules' && type === 'js' ? '../js' : '../dist';
    send(type, await readFile(new URL(`${origin}/${file}`, import.meta.url)));
  });
  return { url, asked, stop: () => stop(server) };
}

async function stop(server) {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

export async function startIssuer(now) {
  const issuer = new Issuer(now);
  const { server, url } = await listen((request, response) => issuer.answer(request, response));
  Object.assign(issuer, { server, url });
  await issuer.rotate();
  return issuer;
}

class Issuer {
  /** Every request as "METHOD /path". */
  asked = [];

  /** The two bits of each index that is not valid. */
  statuses = new Map();

  ttl = 300;

  license = new License(this);

  /**
   * Which connections are cut: `{ path, when, times? }`, before the request has its effect or after it. Browsers try a cut
   * request again by themselves, on another connection.
   */
  cut;

  #reachable = true;

  /** What a refresh is answered with: `{ status, body, headers }`, or by default the pass anew. */
  refusal;

  /** What passes are issued and refreshed with; see `pass`. */
  terms;

  /** The nonce that proofs must carry. */
  nonce;

  #keys = [];

  constructor(now) {
    this.now = now;
  }

  /** Whether anything is answered at all. */
  get reachable() {
    return this.#reachable;
  }

  set reachable(reachable) {
    this.#reachable = reachable;
    if (!reachable) this.license.hangUp();
  }

  get iss() {
    return `${this.url}/v/acme`;
  }

  get jwks() {
    return { keys: this.#keys.map(({ jwk }) => jwk) };
  }

  stop() {
    return stop(this.server);
  }

  /** A new key signs from now on; the old ones stay published unless `only`. */
  async rotate({ only = false } = {}) {
    const { publicKey, privateKey } = await jose.generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const jwk = await jose.exportJWK(publicKey);
    jwk.kid = await jose.calculateJwkThumbprint(jwk);
    this.#keys = [{ jwk: { ...jwk, alg: 'EdDSA', use: 'sig' }, privateKey }, ...(only ? [] : this.#keys)];
  }

  sign(typ, claims) {
    const [{ jwk, privateKey }] = this.#keys;
    return new jose.SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ, kid: jwk.kid }).sign(privateKey);
  }

  /** A pass for the terminal `jkt`; `term` is how long the license lasts, `life` how long the pass does without contact. */
  pass(jkt, { life = 7 * DAY, term = 365 * DAY, features = this.license.features(), began = this.now, ...claims } = {}) {
    const { id, idx, refreshes } = this.license.passOf(jkt);
    const exp = Math.min(this.now + life, began + term);
    return this.sign('license-pass+jwt', {
      iss: this.iss,
      aud: 'acme/sketchpad',
      sub: 'cus_1',
      jti: id,
      refresh: refreshes,
      iat: this.now,
      nbf: this.now,
      exp,
      cnf: { jkt },
      pass_status: 'valid',
      status: { status_list: { idx, uri: `${this.iss}/status/3` } },
      lic: {
        id: 'lic_1',
        epoch: 1,
        offer: 'pro',
        menu: 1,
        term: { kind: 'fixed', nbf: began, exp: began + term },
        features,
      },
      ...claims,
    });
  }

  statusList(path) {
    const packed = Buffer.alloc(64);
    for (const [index, bits] of this.statuses) packed[Math.floor(index / 4)] |= bits << ((index % 4) * 2);
    return this.sign('statuslist+jwt', {
      iss: this.iss,
      sub: this.url + path,
      iat: this.now,
      exp: this.now + DAY,
      ttl: this.ttl,
      status_list: { bits: 2, lst: deflateSync(packed).toString('base64url') },
    });
  }

  async answer(request, response) {
    const { pathname } = new URL(request.url, this.url);
    if (request.method !== 'OPTIONS') this.asked.push(`${request.method} ${pathname}`);
    if (!this.reachable) return request.socket.destroy();
    const cors = {
      'access-control-allow-origin': request.headers.origin ?? '*',
      'access-control-allow-headers': 'authorization, content-type, dpop, idempotency-key',
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-expose-headers': 'date, dpop-nonce',
      date: new Date(this.now * 1000).toUTCString(),
    };
    const send = (status, type, body, headers = {}) =>
      response.writeHead(status, { ...cors, 'content-type': type, ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
    if (request.method === 'OPTIONS') return send(204, 'text/plain', '');
    if (pathname === '/v/acme/.well-known/jwks.json') return send(200, TYPES.json, this.jwks);
    if (pathname.startsWith('/v/acme/status/')) return send(200, 'application/statuslist+jwt', await this.statusList(pathname));
    if (pathname === '/connect') return send(200, TYPES.html, CONNECT);
    if (pathname === '/connect.js') return send(200, TYPES.js, CONNECT_SCRIPT);
    if (this.#isCut(pathname, 'before')) return request.socket.destroy();
    const isPublic = pathname === '/api/v1/moves/preview';
    const { jkt, token, refused } = isPublic ? {} : await this.#checkProof(request, pathname);
    if (refused) return send(401, 'application/problem+json', { code: refused }, this.#demand());
    if (pathname === '/api/v1/passes/events' && this.license.streaming) return this.license.listen(jkt, response, cors);
    const caller = { jkt, token, key: request.headers['idempotency-key'], body: await readBody(request) };
    const { status, body, headers } = await this.#decide(request.method, pathname.slice('/api/v1'.length), caller);
    if (this.#isCut(pathname, 'after')) return request.socket.destroy();
    send(status, status < 400 ? TYPES.json : 'application/problem+json', body, headers);
  }

  async #decide(method, path, caller) {
    if (path === '/licenses/lic_1/passes') return { status: 201, body: { pass_id: 'pas_1', pass: await this.pass(caller.jkt, this.terms) } };
    if (path !== '/passes/refresh') return this.license.answer(method, path, caller);
    const refusal = this.refusal ?? this.license.refresh(caller);
    return refusal ?? { status: 200, body: { pass: await this.pass(caller.jkt, this.terms) } };
  }

  #isCut(path, moment) {
    const { path: end, when, times = Infinity } = this.cut ?? {};
    if (!end || !path.endsWith(end) || when !== moment || times === 0) return false;
    this.cut.times = times - 1;
    return true;
  }

  #demand() {
    return this.nonce ? { 'dpop-nonce': this.nonce, 'www-authenticate': 'DPoP error="use_dpop_nonce"' } : {};
  }

  /** RFC 9449 by jose, a second opinion on what the SDK makes. */
  async #checkProof(request, pathname) {
    const proof = request.headers.dpop;
    const options = {
      typ: 'dpop+jwt',
      algorithms: ['ES256'],
      currentDate: new Date(this.now * 1000),
      maxTokenAge: '60s',
      // The pages' clocks go on while a story runs, the issuer's stands still.
      clockTolerance: 20,
    };
    const { payload, protectedHeader } = await jose.jwtVerify(proof, jose.EmbeddedJWK, options).catch(() => ({}));
    if (!payload) return { refused: 'PROOF_INVALID' };
    const token = /^DPoP (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const ath = token && Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(token))).toString('base64url');
    const jkt = await jose.calculateJwkThumbprint(protectedHeader.jwk);
    const bound = token === undefined || jose.decodeJwt(token).cnf.jkt === jkt;
    const wanted = { htm: request.method, htu: this.url + pathname, ath };
    const good = Object.entries(wanted).every(([claim, value]) => payload[claim] === value) && bound;
    if (!good) return { refused: 'PROOF_INVALID' };
    if (this.nonce && payload.nonce !== this.nonce) return { refused: 'PROOF_REQUIRED' };
    return { jkt, token };
  }
}

async function readBody(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text && JSON.parse(text);
}

const CONNECT = `<!doctype html><html lang="en"><title>Connect</title><button id="choose">Use this license</button><script type="module" src="/connect.js"></script>`;

/** The portal's side of the conversation, as short as can be. */
const CONNECT_SCRIPT = `
const query = new URLSearchParams(location.search);
const origin = query.get('origin');
const say = (message) => opener.postMessage({ passgate: 1, state: query.get('state'), ...message }, origin);
window.heard = [];
const waiting = {};
addEventListener('message', ({ source, origin: sender, data }) => {
  if (source !== opener || sender !== origin || data.state !== query.get('state')) return;
  heard.push(data);
  waiting[data.type]?.(data);
});
const hear = (type) => new Promise((resolve) => (waiting[type] = resolve));
Object.assign(window, { say, hear });
document.getElementById('choose').onclick = async () => {
  let nonce;
  for (;;) {
    const htu = location.origin + '/api/v1/licenses/lic_1/passes';
    say({ type: 'prove', id: 1, htm: 'POST', htu, nonce });
    const { dpop } = await hear('proof');
    const response = await fetch(htu, { method: 'POST', headers: { dpop } });
    nonce = response.headers.get('dpop-nonce');
    if (response.status === 401 && nonce) continue;
    const { pass, pass_id } = await response.json();
    say({ type: 'pass', pass, pass_id });
    await hear('installed');
    close();
    return;
  }
};
say({ type: 'ready' });
hear('hello').then(({ name }) => (document.title = name));
`;
