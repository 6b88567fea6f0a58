// Authenticator apps, and time that has passed since somebody showed who they are.
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { runPython } from './harness.mjs';

/** The code that an app shows for a secret in base 32. */
export function totp(secret, at = Date.now()) {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'));
  const key = Buffer.from(bits.join('').match(/.{8}/gu).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const tag = createHmac('sha1', key).update(step).digest();
  const from = tag.at(-1) & 15;
  return String((tag.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Lets every session's proof of who is there be an hour old. */
export async function ageProofs(server) {
  await runPython(AGE, { store: join(server.dataDir, 'passgate.db') });
}

const AGE = `
import json, sqlite3, sys
store = sqlite3.connect(json.loads(sys.argv[1])["store"], timeout=10)
with store:
    store.execute("UPDATE sessions SET proved_at = proved_at - 3600")
print("{}")
`;
