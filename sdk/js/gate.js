// The gate: what an app sees of its license.
import { openWindow } from './connect.js';
import { deny } from './core.js';
import { Holder } from './holder.js';
import { Moves, SILENT } from './moves.js';
import { toRefusal } from './request.js';
import { Upkeep } from './upkeep.js';
import { Uses } from './uses.js';

export class Gate extends EventTarget {
  #holder;
  #uses;
  #upkeep;
  #moves;

  /** `loading`: the verifier is being loaded meanwhile. */
  static async open({ issuer, product, keys }, loading) {
    const [, base, vendor] = /^(https?:\/\/[^?#]+)\/v\/([a-z0-9-]+)$/.exec(issuer) ?? [];
    if (!base || !/^[a-z0-9-]+$/.test(product)) throw new TypeError('open needs { issuer: "https://…/v/vendor", product }');
    const gate = new Gate();
    const address = { issuer, base, vendor, product, audience: `${vendor}/${product}` };
    const holder = (gate.#holder = new Holder(address, keys, (...verdicts) => gate.#tell(...verdicts), () => gate.#upkeep.tick()));
    gate.#uses = new Uses(holder);
    gate.#upkeep = new Upkeep(holder, gate.#uses);
    gate.#moves = new Moves(holder, gate.#uses, gate.#upkeep);
    await holder.open(loading);
    if (holder.code === 'EXPIRED') await gate.#upkeep.refresh();
    gate.#upkeep.begin();
    return gate;
  }

  get durable() {
    return this.#holder.vault.durable;
  }

  can(feature) {
    return this.#holder.can(feature);
  }

  use(feature, count = 1) {
    return this.#uses.use(feature, count);
  }

  /** Not async: the window must open within the click that asked for it. */
  connect() {
    const opened = openWindow({
      ...this.#holder.address,
      prepare: () => this.#holder.introduce(),
      install: (pass) => this.#install(pass, true),
    });
    const detail = opened
      ? 'The window was closed before a pass arrived.'
      : 'The browser blocked the window: allow it for this page and try again.';
    return Promise.resolve(opened).then((verdict) => verdict ?? deny('UNAVAILABLE', detail));
  }

  install(pass) {
    return this.#install(String(pass), false);
  }

  move() {
    return this.#moves.move();
  }

  cancelMove() {
    return this.#moves.cancel();
  }

  preview(text) {
    return this.#moves.preview(text);
  }

  redeem(text, options) {
    return this.#moves.redeem(text, options);
  }

  async identifier({ service, label, expiresAt, uses } = {}) {
    const verdict = this.#holder.can();
    if (!verdict.approved) return verdict;
    const body = { license_id: this.#holder.license, service, label, expires_at: expiresAt, uses };
    const answer = await this.#holder.call('POST', '/identifiers', { key: crypto.randomUUID(), body });
    if (!answer) return deny('UNAVAILABLE', SILENT);
    if (!answer.ok) return toRefusal(answer);
    const { identifier, identifier_id: identifierId, expires_at: end } = answer;
    return Object.freeze({ identifier, identifierId, expiresAt: end, uses: answer.uses });
  }

  async present(url, method = 'GET') {
    const { vault, token } = this.#holder;
    const verdict = this.#holder.can();
    if (!verdict.approved) return verdict;
    const { origin, pathname } = new URL(url, location.href);
    const dpop = await vault.terminal.prove(method, origin + pathname, undefined, token);
    return Object.freeze({ authorization: `DPoP ${token}`, dpop });
  }

  close() {
    this.#upkeep.end();
    this.#holder.close();
  }

  async #install(pass, fresh) {
    const verdict = await this.#holder.queue(() => this.#holder.install(pass, fresh));
    if (!verdict.step) this.#upkeep.renew();
    return verdict;
  }

  /** Not at once, so that no listener runs inside `can`. */
  #tell(before, detail) {
    queueMicrotask(() => {
      const run = detail.approved ? 'run-approval' : 'run-disapproval';
      if (before.approved !== detail.approved) this.dispatchEvent(new CustomEvent(run, { detail }));
      this.dispatchEvent(new CustomEvent('change', { detail }));
    });
  }
}
