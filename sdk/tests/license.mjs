// The license behind the small issuer: passes and how often each was refreshed, uses, slices, moves and the event stream,
// answered as the portal answers. Everything lies open, so that a story can look, and count.
import { randomUUID } from 'node:crypto';
import { jose } from './issuer.mjs';

export const FEATURE = 'ai.render';
const CODES = { moving: 'BEING_MOVED', suspended: 'SUSPENDED', moved: 'MOVED', revoked: 'REVOKED' };
const BITS = { valid: 0, revoked: 1, moved: 1, suspended: 2, moving: 3 };

class Refusal {
  constructor(status, code, rest) {
    Object.assign(this, { status, body: { code, detail: `The issuer says ${code}.`, ...rest } });
  }
}

export class License {
  limit = 100;
  left = 97;

  /** How many uses a slice has at most; none at all by default. */
  size = 0;

  /** How many seconds a slice lasts. */
  life = 86_400;

  /** Whether the event stream is there. */
  streaming = false;

  /** What a move is answered with, in place of an offer. */
  refusal;

  /** Uses counted one by one, by key: what the server has granted. */
  uses = new Map();
  slices = new Map();
  /** What identifiers were asked for. */
  identifiers = [];
  moves = new Map();
  /** By the thumbprint of the terminal's key. */
  passes = new Map();

  #answers = new Map();
  #lines = new Set();

  constructor(issuer) {
    this.issuer = issuer;
  }

  /** The pass of a terminal, entered when first asked for. */
  passOf(jkt, name = 'Chrome on Linux') {
    if (!this.passes.has(jkt)) {
      const place = this.passes.size;
      this.passes.set(jkt, { id: `pas_${place + 1}`, idx: 5 + place, jkt, name, state: 'valid', refreshes: 0 });
    }
    return this.passes.get(jkt);
  }

  features() {
    return { 'export.pdf': {}, [FEATURE]: { uses: { limit: this.limit, left: this.left, slice: this.size || undefined } } };
  }

  /** Changes what a pass is worth, publishes it, and tells its terminal. */
  mark(pass, state, rest = {}) {
    Object.assign(pass, { state, ...rest });
    this.issuer.statuses.set(pass.idx, BITS[state]);
    this.tell(pass);
  }

  // The answers.

  /** `caller` is `{ jkt, token, key, body }`; gives `{ status, body }`. */
  async answer(method, path, caller) {
    const [, kind, id, act] = path.split('/');
    const name = `${method} ${kind}${act ? `/${act}` : id === 'redeem' || id === 'preview' ? `/${id}` : ''}`;
    const work = {
      'POST uses': () => this.#use(caller),
      'POST slices': () => this.#take(caller),
      'POST identifiers': () => this.#name(caller),
      'POST slices/settle': () => this.#settle(id, caller),
      'POST moves': () => this.#offer(caller),
      'GET moves': () => ({ status: 200, body: this.#describe(this.moves.get(id)) }),
      'DELETE moves': () => this.#cancel(this.moves.get(id)),
      'POST moves/preview': () => this.#preview(caller),
      'POST moves/redeem': () => this.#redeem(caller),
    }[name];
    if (!work) return new Refusal(404, 'NOT_FOUND');
    const claim = `${caller.jkt} ${name} ${caller.key}`;
    const wanted = JSON.stringify(caller.body);
    const earlier = caller.key && this.#answers.get(claim);
    if (earlier) return earlier.wanted === wanted ? earlier.answer : new Refusal(422, 'IDEMPOTENCY_KEY_REUSED');
    if (method === 'POST' && !caller.key && id !== 'preview') return new Refusal(400, 'IDEMPOTENCY_KEY_REQUIRED');
    const answer = await work();
    if (caller.key && !(answer instanceof Refusal)) this.#answers.set(claim, { wanted, answer });
    return answer;
  }

  /** Why the pass that a request carries may not do anything. */
  #refuse({ jkt, token }) {
    const pass = this.passes.get(jkt);
    if (!pass || pass.state !== 'valid') return new Refusal(403, CODES[pass?.state] ?? 'REVOKED');
    return jose.decodeJwt(token).exp <= this.issuer.now ? new Refusal(403, 'EXPIRED') : undefined;
  }

  /** The counter in a pass against ours: a copied profile asks with one that was used before. */
  refresh({ jkt, token, key }) {
    const pass = this.passOf(jkt);
    if (pass.state !== 'valid') return new Refusal(403, CODES[pass.state]);
    const { refresh = 0 } = jose.decodeJwt(token);
    if (refresh === pass.refreshes) Object.assign(pass, { refreshes: refresh + 1, key });
    else if (refresh !== pass.refreshes - 1 || key !== pass.key) {
      this.mark(pass, 'suspended');
      return new Refusal(403, 'SUSPENDED', { detail: 'This license is used from a copy.' });
    }
    return undefined;
  }

  #use(caller) {
    const { feature, count } = caller.body;
    const refusal = this.#refuse(caller);
    if (refusal) return refusal;
    if (feature !== FEATURE) return { status: 200, body: { feature, spent: 0, left: null } };
    if (this.left < count) return new Refusal(403, 'USES_EXHAUSTED', { remedy: 'renew' });
    this.uses.set(caller.key, count);
    this.#count(-count);
    return { status: 200, body: { feature, spent: count, left: this.left } };
  }

  #name(caller) {
    const refusal = this.#refuse(caller);
    if (refusal) return refusal;
    this.identifiers.push(caller.body);
    const { expires_at, uses } = caller.body;
    return { status: 201, body: { identifier_id: 'lid_1', identifier: 'lid_secret', expires_at, uses } };
  }

  async #take(caller) {
    const { feature } = caller.body;
    const pass = this.passes.get(caller.jkt);
    const refusal = this.#refuse(caller);
    if (refusal) return refusal;
    if (!this.size || feature !== FEATURE) return new Refusal(403, 'FORBIDDEN');
    if ([...this.slices.values()].some((slice) => slice.pass === pass.id && slice.spent === undefined && slice.exp > this.issuer.now)) return new Refusal(409, 'CONFLICT');
    const count = Math.min(this.size, this.left);
    if (!count) return new Refusal(403, 'USES_EXHAUSTED', { remedy: 'renew' });
    const id = `sli_${this.slices.size + 1}`;
    const { iss, now } = this.issuer;
    const claims = { iss, aud: 'acme/sketchpad', sub: 'cus_1', jti: id, iat: now, exp: now + this.life, cnf: { jkt: caller.jkt }, feature, count, pass: pass.id };
    this.slices.set(id, { ...claims, spent: undefined });
    this.#count(-count);
    return { status: 201, body: { slice_id: id, slice: await this.issuer.sign('use-slice+jwt', claims), count, left: this.left } };
  }

  #settle(id, { body: { spent } }) {
    const slice = this.slices.get(id);
    if (!slice) return new Refusal(404, 'NOT_FOUND');
    if (slice.spent !== undefined && slice.spent !== spent) return new Refusal(409, 'CONFLICT');
    const returned = slice.exp <= this.issuer.now ? 0 : slice.count - spent;
    if (slice.spent === undefined) {
      slice.spent = slice.count - returned;
      this.#count(returned);
    }
    return { status: 200, body: { slice_id: id, spent: slice.spent, returned, left: this.left } };
  }

  async #offer(caller) {
    const refusal = this.refusal ?? this.#refuse(caller);
    if (refusal) return new Refusal(refusal.status, refusal.body.code, refusal.body);
    const { iss, now, url } = this.issuer;
    const pass = this.passes.get(caller.jkt);
    const place = this.moves.size;
    const id = `mov_${place + 1}`;
    const code = `ABC${'DEFGH'[place]}-EFGHJ-KMNPQ`;
    const { lic } = jose.decodeJwt(caller.token);
    const claims = { iss, aud: 'acme/sketchpad', sub: 'cus_1', jti: id, iat: now, exp: now + 900, move: id, from: pass.id, pass_status: 'moving', lic };
    const portable = await this.issuer.sign('portable-pass+jwt', claims);
    this.moves.set(id, { id, code, portable, from: pass, state: 'offered', exp: now + 900 });
    this.mark(pass, 'moving', { move: id });
    const body = { move_id: id, portable_pass: portable, code, expires_at: this.#time(now + 900), url: `${url}/receive#${code}` };
    return { status: 201, body };
  }

  #time(seconds) {
    return new Date(seconds * 1000).toISOString().replace('.000', '');
  }

  #describe({ id, from, state, exp, to, at }) {
    const moved_to = to && { name: to.name, at: this.#time(at) };
    return { move_id: id, pass_id: from.id, state, expires_at: this.#time(exp), moved_to };
  }

  #cancel(move) {
    if (move.state === 'redeemed') return new Refusal(409, 'MOVE_USED');
    this.end(move, 'cancelled');
    return { status: 204, body: '' };
  }

  /** The old terminal gets its pass back. */
  end(move, state) {
    if (move.state === 'offered') this.mark(move.from, 'valid');
    move.state = state;
  }

  #find({ portable_pass: portable, code }) {
    const plain = (text) => text?.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
    return [...this.moves.values()].find((move) => move.portable === portable || (code && plain(move.code) === plain(code)));
  }

  #preview({ body }) {
    const move = this.#find(body);
    if (!move) return new Refusal(404, 'NOT_FOUND');
    return {
      status: 200,
      body: {
        move_id: move.id,
        product: { vendor: { slug: 'acme', name: 'Acme' }, product: 'sketchpad', name: 'Sketchpad', summary: 'Draws.' },
        offer_name: 'Pro',
        features: [{ feature: FEATURE, name: 'AI render', left: this.left }],
        from: move.from.name,
        expires_at: this.#time(move.exp),
      },
    };
  }

  async #redeem({ jkt, body }) {
    const move = this.#find(body);
    if (!move || body.audience !== 'acme/sketchpad') return new Refusal(404, 'NOT_FOUND');
    if (move.from.jkt === jkt) return new Refusal(409, 'SAME_DEVICE');
    if (move.state === 'redeemed' && move.to.jkt !== jkt) return new Refusal(409, 'MOVE_USED');
    if (move.state !== 'redeemed' && (move.state !== 'offered' || move.exp <= this.issuer.now)) return new Refusal(409, 'MOVE_EXPIRED');
    if (move.state === 'offered') {
      // Whoever had a pass before gets another, at another place of the list.
      this.passes.delete(jkt);
      const to = { ...this.passOf(`${jkt} once more`, body.name), jkt };
      this.passes.delete(`${jkt} once more`);
      to.id = `pas_${randomUUID()}`;
      to.idx = 100 + this.moves.size;
      this.passes.set(jkt, to);
      Object.assign(move, { state: 'redeemed', to, at: this.issuer.now });
      this.mark(move.from, 'moved', { movedTo: { name: body.name, at: this.#time(this.issuer.now) } });
    }
    return { status: 201, body: { pass_id: move.to.id, pass: await this.issuer.pass(jkt, this.issuer.terms) } };
  }

  // The event stream.

  #count(change) {
    this.left += change;
    for (const pass of this.passes.values()) this.say(pass, 'counters', this.#counters());
  }

  #counters() {
    return { counters: { [FEATURE]: { limit: this.limit, left: this.left } } };
  }

  /** Opens a stream to the terminal with this key. */
  listen(jkt, response, headers) {
    const pass = this.passOf(jkt);
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
    response.write('retry: 1000\n\n');
    const line = { pass, response };
    this.#lines.add(line);
    response.on('close', () => this.#lines.delete(line));
    this.say(pass, 'counters', this.#counters());
    this.say(pass, 'keys', { kid: this.issuer.jwks.keys[0].kid });
    this.tell(pass);
  }

  tell(pass) {
    const { state, move, movedTo, why } = pass;
    const status = { moved: 'invalid', revoked: 'invalid' }[state] ?? state;
    this.say(pass, 'status', { status, code: CODES[state], ...why, moved_to: movedTo, move_id: move });
    if (status === 'invalid') for (const line of this.#lines) if (line.pass === pass) line.response.end();
  }

  say(pass, event, data) {
    for (const line of this.#lines) if (line.pass === pass) line.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** How many streams are open. */
  get listeners() {
    return this.#lines.size;
  }

  hangUp() {
    for (const { response } of this.#lines) response.destroy();
  }
}
