// Moving the license to another device: offering it here, and receiving it there.
import { nameDevice } from './connect.js';
import { deny } from './core.js';
import { send, toRefusal } from './request.js';

export const SILENT = 'Nobody answered: connect to the internet and try again.';

export class Moves {
  #holder;
  #uses;
  #upkeep;

  constructor(holder, uses, upkeep) {
    this.#holder = holder;
    this.#uses = uses;
    this.#upkeep = upkeep;
  }

  /** Offers the license to another device: the app stops here, until the offer is taken back or has ended. */
  async move() {
    const { approved, code } = this.#holder.can();
    if (!approved && !(code === 'BEING_MOVED' && this.#holder.state.move)) return this.#holder.can();
    const answer = await this.#holder.vault.alone('move', () => this.#offer());
    if (!answer?.ok) this.#upkeep.renew();
    if (!answer) return deny('UNAVAILABLE', SILENT);
    if (!answer.ok) return toRefusal(answer);
    const { portable_pass: portablePass, code: short, url, expires_at: expiresAt, move_id: moveId } = answer;
    return Object.freeze({ portablePass, code: short, url, qr: await draw(url), expiresAt, moveId });
  }

  /** The same offer again while there is one. */
  async #offer() {
    const { vault, now } = this.#holder;
    await vault.update(() => (this.#holder.isMoving ? undefined : { move: { key: crypto.randomUUID(), at: now } }));
    const { move } = this.#holder.state;
    // What is debited for this device is of use to the other.
    const isSettled = await this.#uses.giveBack();
    const answer = isSettled ? await this.#ask(move) : undefined;
    if (answer?.ok) await this.#holder.refuse({ code: 'BEING_MOVED', move_id: answer.move_id }, { move: { ...move, id: answer.move_id } });
    else if (answer || !isSettled) await vault.update(() => ({ move: undefined }));
    return answer;
  }

  #ask({ key }) {
    return this.#holder.call('POST', '/moves', { key, body: { pass_id: this.#holder.plan.id } });
  }

  /** Takes the offer back: the app may run here again. */
  async cancel() {
    const { move, refusal } = this.#holder.state;
    const id = move?.id ?? refusal?.move ?? (move && (await this.#ask(move))?.move_id);
    if (!id || !this.#holder.plan) return this.#holder.can();
    const answer = await this.#holder.call('DELETE', `/moves/${id}`, { key: crypto.randomUUID() });
    if (!answer) return deny('UNAVAILABLE', SILENT);
    if (answer.ok || answer.code === 'MOVE_USED') await this.#upkeep.checkStatus();
    this.#upkeep.renew();
    return answer.ok || answer.code === 'MOVE_USED' ? this.#holder.can() : toRefusal(answer);
  }

  /** What would arrive with a portable pass, a code or a move's address. */
  async preview(text) {
    const { wanted, denial } = await this.#read(text);
    if (denial) return denial;
    const answer = await send('POST', this.#holder.at('/moves/preview'), { body: { ...wanted, audience: this.#holder.address.audience } });
    if (!answer) return deny('UNAVAILABLE', SILENT);
    if (!answer.ok) return toRefusal(answer);
    const { move_id: moveId, offer_name: offerName, expires_at: expiresAt, app_url: appUrl, features, until, from } = answer;
    const { vendor, product: slug, name } = answer.product;
    return Object.freeze({ moveId, vendor, product: { slug, name }, offerName, features, until, from, expiresAt, appUrl });
  }

  /** Receives the license here. */
  async redeem(text, { name = nameDevice() } = {}) {
    const { wanted, denial } = await this.#read(text);
    if (denial) return denial;
    await this.#holder.introduce();
    const { origin } = globalThis.location ?? {};
    const body = { ...wanted, name, audience: this.#holder.address.audience, origin };
    const answer = await this.#holder.call('POST', '/moves/redeem', { key: crypto.randomUUID(), body, token: null });
    if (!answer) return deny('UNAVAILABLE', SILENT);
    if (!answer.ok) return toRefusal(answer);
    const verdict = await this.#holder.queue(() => this.#holder.install(String(answer.pass), true));
    this.#upkeep.renew();
    return verdict;
  }

  /** A portable pass is held against the issuer's keys before it is sent anywhere; a code is the server's to judge. */
  async #read(text) {
    const given = String(text).trim();
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(given)) return { wanted: { code: given.slice(given.indexOf('#') + 1) } };
    const { answer } = await this.#holder.examine('portable', given, { jkt: null });
    return answer.code ? { denial: toRefusal(answer) } : { wanted: { portable_pass: given } };
  }
}

/** A move is worth more than its picture. */
async function draw(url) {
  try {
    return (await import('./qr.js')).drawQr(url);
  } catch {
    return undefined;
  }
}
