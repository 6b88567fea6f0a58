//! What people sign in with: an authenticator app (RFC 6238), and a passkey in software (Web Authentication, ES256).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use ring::digest::{SHA256, digest};
use ring::hmac;
use serde_json::{Value, json};

/// The code that an app shows for this secret.
pub(crate) fn totp(secret: &str, unix: i64) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digits = secret.chars().map(|letter| LETTERS.find(letter).expect("a letter of base 32"));
    let bits: Vec<_> = digits.flat_map(|digit| (0..5).rev().map(move |place| digit >> place & 1)).collect();
    let key: Vec<u8> =
        bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit == 1))).collect();
    let step = u64::try_from(unix / 30).expect("it is later than 1970");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key), &step.to_be_bytes());
    let from = usize::from(tag.as_ref()[19] & 15);
    let bytes: [u8; 4] = tag.as_ref()[from..from + 4].try_into().expect("four bytes");
    format!("{:06}", (u32::from_be_bytes(bytes) & 0x7fff_ffff) % 1_000_000)
}

/// A passkey in software.
pub(crate) struct Passkey {
    key: SigningKey,
    /// Whom it was made for.
    user: String,
    counter: u32,
    /// Whether it says that its user unlocked it.
    pub(crate) is_unlocked: bool,
}

const PRESENT: u8 = 1;
const VERIFIED: u8 = 4;
const ATTESTED: u8 = 64;

impl Passkey {
    /// Makes a passkey, and what the browser answers.
    pub(crate) fn create(number: u32, options: &Value, origin: &str) -> (Self, Value) {
        let key = SigningKey::from_slice(digest(&SHA256, &number.to_be_bytes()).as_ref())
            .expect("a hash is a key, but for one in 2^32");
        let user = options["user"]["id"].as_str().expect("a handle").to_owned();
        let passkey = Self { key, user, counter: 0, is_unlocked: true };
        let point = passkey.key.verifying_key().to_encoded_point(false);
        let id = passkey.id();
        let rp = options["rp"]["id"].as_str().expect("a domain");
        let mut data = passkey.data(rp, ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(id.len()).expect("an id is short").to_be_bytes());
        data.extend(&id);
        // A COSE key (RFC 9053): kty EC2, alg ES256, crv P-256, x, y.
        data.extend([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]);
        data.extend(point.x().expect("an uncompressed point"));
        data.extend([0x22, 0x58, 32]);
        data.extend(point.y().expect("an uncompressed point"));
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("it is short"));
        object.extend(data);
        let client = client_data("webauthn.create", options, origin);
        let response = json!({
            "clientDataJSON": encode(client.as_bytes()), "attestationObject": encode(&object), "transports": ["internal"],
        });
        let answer = passkey.answer(&response);
        (passkey, answer)
    }

    /// What the browser answers when it is asked for a passkey and this one is taken.
    pub(crate) fn get(&mut self, options: &Value, origin: &str) -> Value {
        self.counter += 1;
        let data = self.data(options["rpId"].as_str().expect("a domain"), 0);
        let client = client_data("webauthn.get", options, origin);
        let signed = [data.as_slice(), digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let signature: DerSignature = self.key.sign(&signed);
        self.answer(&json!({
            "clientDataJSON": encode(client.as_bytes()), "authenticatorData": encode(&data),
            "signature": encode(signature.as_bytes()), "userHandle": self.user,
        }))
    }

    fn id(&self) -> Vec<u8> {
        digest(&SHA256, &self.key.to_bytes()).as_ref().to_vec()
    }

    fn data(&self, rp: &str, flags: u8) -> Vec<u8> {
        let verified = if self.is_unlocked { VERIFIED } else { 0 };
        let hash = digest(&SHA256, rp.as_bytes());
        [hash.as_ref(), &[PRESENT | verified | flags], &self.counter.to_be_bytes()].concat()
    }

    fn answer(&self, response: &Value) -> Value {
        let id = encode(&self.id());
        json!({
            "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
        })
    }
}

fn client_data(kind: &str, options: &Value, origin: &str) -> String {
    json!({"type": kind, "challenge": options["challenge"], "origin": origin, "crossOrigin": false}).to_string()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
