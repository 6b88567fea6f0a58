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
  const letters = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes;
}
