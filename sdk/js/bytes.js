// Bytes and their texts, and where the browser keeps its cryptography.
export const { subtle } = globalThis.crypto;

export const encode = (text) => new TextEncoder().encode(text);

/** The text in a part of a token. */
export const decode = (part) => new TextDecoder().decode(fromBase64url(part));

export function toBase64url(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function fromBase64url(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
