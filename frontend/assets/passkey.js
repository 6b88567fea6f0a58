// Asking the browser for passkeys. Loaded by boot.js, and only when somebody uses one. Options and answers are the JSON
// forms of Web Authentication, level 3, as texts.

/** Makes a passkey. */
export async function create(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options));
  return JSON.stringify(await navigator.credentials.create({ publicKey }));
}

/** Asks for one there is. */
export async function get(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options));
  return JSON.stringify(await navigator.credentials.get({ publicKey }));
}
