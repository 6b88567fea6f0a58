// The terminal: this browser profile's key, which no script can read, and what it signs.

import { encode, subtle, toBase64url } from './bytes.js';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export class Terminal {
  /** Seconds by which the server's clock is ahead of ours, once it was heard; proofs are made by its clock. */
  skew;

  /** The server's latest nonce, if it wants any. */
  nonce;

  static async create() {
    return Terminal.from(await subtle.generateKey(ECDSA, false, ['sign', 'verify']));
  }

  /**
   * The terminal of a stored key pair; nothing if it is not one that was made here. A public key may be copied from
   * another profile, but then the private key does not answer for it.
   */
  static async from(keys) {
    try {
      const terminal = new Terminal();
      const { kty, crv, x, y } = await subtle.exportKey('jwk', keys.publicKey);
      terminal.keys = keys;
      terminal.jwk = { kty, crv, x, y };
      const [digest, signature] = await Promise.all([sha256(JSON.stringify({ crv, kty, x, y })), terminal.sign('')]);
      terminal.jkt = digest;
      return !keys.privateKey.extractable && (await terminal.signed('', signature)) ? terminal : undefined;
    } catch {
      return undefined;
    }
  }

  sign(text) {
    return subtle.sign(ECDSA, this.keys.privateKey, encode(text));
  }

  /** Whether `signature` over `text` is ours. */
  async signed(text, signature) {
    try {
      return await subtle.verify(ECDSA, this.keys.publicKey, signature, encode(text));
    } catch {
      return false;
    }
  }

  /** A proof that a request comes from us (DPoP, RFC 9449); `token` is the pass that the request carries. */
  async prove(htm, htu, nonce = this.nonce, token) {
    const iat = Math.floor(Date.now() / 1000 + (this.skew ?? 0));
    const ath = token ? await sha256(token) : undefined;
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: this.jwk };
    const signed = [header, { jti: crypto.randomUUID(), htm, htu, iat, ath, nonce }]
      .map((part) => toBase64url(encode(JSON.stringify(part))))
      .join('.');
    return `${signed}.${toBase64url(await this.sign(signed))}`;
  }
}

const sha256 = async (text) => toBase64url(await subtle.digest('SHA-256', encode(text)));
