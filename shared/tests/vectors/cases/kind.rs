//! What slices, portable passes and leases have in common: each step refuses them as it refuses a pass, and no kind of token is
//! taken for another.

use super::header::hmac_by_hand::hs256;
use super::shape::with_stray_bits;
use super::signature::{signature_of, unreduced};
use super::{lease, portable_pass, slice, status_list};
use crate::forge::{
    self, AUDIENCE, Case, IAT, ISSUER, OTHER_JKT, TokenKind, VectorFile, encode, foreign_key, good_pass, header, key,
    kid, next_key, sign_with,
};

/// A kind of token, and a good one's claims.
pub(crate) struct Kind {
    pub(crate) presented_as: TokenKind,
    pub(crate) typ: &'static str,
    pub(crate) payload: &'static str,
    /// When the good one ends.
    pub(crate) exp: i64,
    /// Each of its claims, as it stands in the payload, with a comma.
    pub(crate) claims: &'static [&'static str],
    /// A claim that somebody would like to change, and to what.
    pub(crate) wish: (&'static str, &'static str),
}

impl Kind {
    pub(crate) fn good(&self) -> String {
        self.sign(self.payload)
    }

    /// With these claims, signed as the server does.
    pub(crate) fn sign(&self, payload: impl AsRef<[u8]>) -> String {
        sign_with(&key(), self.header(), payload)
    }

    /// Good, with a text of the payload replaced.
    pub(crate) fn allowed(&self, name: &str, old: &str, new: &str) -> Case {
        Case::good(name, self.sign(forge::change(self.payload, old, new)))
    }

    /// Refused, with a text of the payload replaced.
    pub(crate) fn refused(&self, name: &str, old: &str, new: &str) -> Case {
        malformed(name, self.sign(forge::change(self.payload, old, new)), "payload")
    }

    /// The file: the steps in their order, then what is the kind's own.
    pub(crate) fn file(&self, about: &str, own: Vec<Case>) -> VectorFile {
        let steps = [self.shape(), self.headers(), self.types(), self.signatures(), self.payloads(), self.bounds()];
        let cases = steps.into_iter().flatten().chain(own).collect();
        VectorFile { kind: self.presented_as, ..forge::file(about, cases) }
    }

    fn header(&self) -> String {
        header(self.typ, &key())
    }

    fn shape(&self) -> Vec<Case> {
        let good = self.good();
        let [header, payload, signature] =
            <[&str; 3]>::try_from(good.split('.').collect::<Vec<_>>()).expect("three parts");
        let of_length = |length| forge::of_length(length, &self.header(), self.payload);
        let stray = format!("{header}.{payload}.{}", with_stray_bits(signature));
        vec![
            Case::good("a good one", &good),
            Case::good("8192 bytes", of_length(8192)),
            malformed("8193 bytes", of_length(8193), "length"),
            malformed("a line break after", format!("{good}\n"), "characters"),
            malformed("padding", format!("{good}=="), "characters"),
            malformed("nothing", String::new(), "segments"),
            malformed("two parts", format!("{header}.{payload}"), "segments"),
            malformed("four parts", format!("{good}.AA"), "segments"),
            malformed("stray bits in the signature", stray, "encoding"),
            malformed("a cut signature", &good[..good.len() - 1], "encoding"),
        ]
    }

    fn headers(&self) -> Vec<Case> {
        let (typ, own, header) = (self.typ, kid(&key()), self.header());
        let with = |member: &str| sign_with(&key(), header.replacen('{', &format!("{{{member},"), 1), self.payload);
        let alg = |alg: &str| header.replace("EdDSA", alg);
        let unsigned = format!("{}.{}.", encode(alg("none")), encode(self.payload));
        let foreign = sign_with(&foreign_key(), forge::header(typ, &foreign_key()), self.payload);
        let public = *key().verifying_key().as_bytes();
        let next = sign_with(&next_key(), forge::header(typ, &next_key()), self.payload);
        let malformed = |name, token: String| malformed(name, token, "header");
        let algorithm = |name, token: String| Case::refused(name, token, "algorithm", "SIGNATURE_INVALID");
        let unknown = |name, token: String| Case::refused(name, token, "key", "UNKNOWN_KEY");
        vec![
            Case::good("signed with the next key", next),
            malformed("an empty header", sign_with(&key(), "{}", self.payload)),
            malformed("no kid", sign_with(&key(), format!(r#"{{"alg":"EdDSA","typ":"{typ}"}}"#), self.payload)),
            malformed("no typ", sign_with(&key(), format!(r#"{{"alg":"EdDSA","kid":"{own}"}}"#), self.payload)),
            malformed("crit", with(r#""crit":["exp"]"#)),
            malformed("the address of its own keys", with(r#""jku":"https://evil.example/jwks.json""#)),
            malformed("alg twice", with(r#""alg":"none""#)),
            malformed("typ twice", with(r#""typ":"license-pass+jwt""#)),
            malformed("typ twice, one escaped", with(&format!(r#""\u0074yp":"{typ}""#))),
            algorithm("alg none without a signature", unsigned),
            algorithm("alg ES256 over a good signature", sign_with(&key(), alg("ES256"), self.payload)),
            algorithm("HS256 with the public key as secret", hs256(&alg("HS256"), self.payload, &public)),
            unknown("another issuer's key", foreign),
            unknown("a kid in lower case", sign_with(&key(), header.replace(&own, &own.to_lowercase()), self.payload)),
            unknown("an issuer without keys", self.good()).by(&[]),
        ]
    }

    fn types(&self) -> Vec<Case> {
        let wrong = |name: &str, token: String| Case::refused(name, token, "type", "WRONG_TYPE");
        let tokens = [
            ("a pass", good_pass()),
            ("a slice", slice::KIND.good()),
            ("a portable pass", portable_pass::KIND.good()),
            ("a lease", lease::KIND.good()),
            ("a status list", status_list::good()),
        ];
        let others = tokens.into_iter().filter(|(_, token)| *token != self.good());
        let mut cases: Vec<_> = others.map(|(name, token)| wrong(name, token)).collect();
        let (upper, bare) = (self.typ.to_uppercase(), self.typ.trim_end_matches("+jwt"));
        let media = format!("application/{}", self.typ);
        let kinds = ["license-pass+jwt", "use-slice+jwt", "portable-pass+jwt", "license-lease+jwt", "statuslist+jwt"];
        for typ in kinds.into_iter().chain(["JWT", "", &upper, bare, &media]).filter(|typ| *typ != self.typ) {
            let name = format!("good claims with typ {typ:?}");
            cases.push(wrong(&name, sign_with(&key(), header(typ, &key()), self.payload)));
        }
        // The other way round: the right typ over another kind's claims.
        for (name, payload) in [
            ("a pass's claims", forge::PAYLOAD),
            ("a slice's claims", slice::KIND.payload),
            ("a portable pass's claims", portable_pass::KIND.payload),
            ("a lease's claims", lease::KIND.payload),
        ] {
            if payload != self.payload {
                cases.push(malformed(name, self.sign(payload), "payload"));
            }
        }
        cases
    }

    fn signatures(&self) -> Vec<Case> {
        let good = self.good();
        let signature = signature_of(&good);
        let with = |signature: &[u8]| {
            let (signed, _) = good.rsplit_once('.').expect("three parts");
            format!("{signed}.{}", encode(signature))
        };
        let wished = self.sign(forge::change(self.payload, self.wish.0, self.wish.1));
        let (wished, _) = wished.rsplit_once('.').expect("three parts");
        let as_pass = sign_with(&key(), forge::pass_header(), self.payload);
        let refused = |name, token: String| Case::refused(name, token, "signature", "SIGNATURE_INVALID");
        vec![
            refused("no signature", with(&[])),
            refused("a signature of zeros", with(&[0; 64])),
            refused("a bit of the signature", self.flipped()),
            refused("S not reduced", with(&unreduced(&signature))),
            refused("the signature of other claims", format!("{wished}.{}", encode(signature))),
            refused("the signature over the same claims as a pass", with(&signature_of(&as_pass))),
            refused("a stranger's signature under a known kid", sign_with(&foreign_key(), self.header(), self.payload)),
            refused(
                "the next key's signature under this key's kid",
                sign_with(&next_key(), self.header(), self.payload),
            ),
        ]
    }

    /// The good one with a bit of its signature turned.
    fn flipped(&self) -> String {
        let good = self.good();
        let (signed, _) = good.rsplit_once('.').expect("three parts");
        let mut signature = signature_of(&good);
        signature[3] ^= 1;
        format!("{signed}.{}", encode(signature))
    }

    fn payloads(&self) -> Vec<Case> {
        let with = |member: &str| self.sign(self.payload.replacen('{', &format!("{{{member},"), 1));
        let exp = format!(r#""exp":{}"#, self.exp);
        let mut cases = vec![
            Case::good("a claim we do not know", with(r#""later":{"a":[1,2]}"#)),
            Case::good("a claim of other kinds, which bounds nothing here", with(r#""nbf":9999999999"#)),
            malformed("an empty payload", self.sign(""), "payload"),
            malformed("nothing at all", self.sign("{}"), "payload"),
            malformed("text after the claims", self.sign(format!("{}{{}}", self.payload)), "payload"),
            malformed("iss twice", with(r#""iss":"https://evil.example""#), "payload"),
            malformed("exp twice, alike", with(&exp), "payload"),
            malformed("exp twice, one escaped", with(r#""\u0065xp":9999999999"#), "payload"),
            malformed("an unknown claim with a member twice", with(r#""x":{"a":1,"a":2}"#), "payload"),
            self.refused("exp as text", &exp, &format!(r#""exp":"{}""#, self.exp)),
            self.refused("exp with a fraction", &exp, &format!("{exp}.0")),
            self.refused("exp below zero", &exp, r#""exp":-1"#),
            self.refused("exp in milliseconds", &exp, &format!("{exp}000")),
            self.refused("exp null", &exp, r#""exp":null"#),
            self.refused("iat true", r#""iat":1795000000"#, r#""iat":true"#),
            self.refused("aud as array", r#""aud":"acme/sketchpad""#, r#""aud":["acme/sketchpad"]"#),
            self.refused("aud empty", r#""aud":"acme/sketchpad""#, r#""aud":"""#),
        ];
        cases.extend(self.claims.iter().map(|claim| self.refused(&format!("without {claim}"), claim, "")));
        cases
    }

    fn bounds(&self) -> Vec<Case> {
        let (good, exp) = (self.good(), self.exp);
        let expired = |name, now| Case::refused(name, &good, "expiry", "EXPIRED").at(now);
        let early = |name, now| Case::refused(name, &good, "issued_at", "CLOCK_SUSPECT").at(now);
        let mut cases = vec![
            Case::good("the second it was signed", &good).at(IAT),
            Case::good("a second before exp", &good).at(exp - 1),
            Case::good("at exp, within the leeway", &good).at(exp),
            Case::good("a second before the leeway ends", &good).at(exp + 29),
            expired("exp and the leeway", exp + 30),
            expired("a year later", exp + 31_536_000),
            Case::good("a clock 30 s behind", &good).at(IAT - 30),
            early("a clock 31 s behind", IAT - 31),
            early("a clock turned back to 1970", 0),
        ];
        for other in ["https://licenses.example.com/v/globex", "https://licenses.example.com/v/acme/", ""] {
            let name = format!("{other:?} is wanted as issuer");
            cases.push(Case::refused(&name, &good, "issuer", "WRONG_ISSUER").expecting(other, AUDIENCE));
        }
        for other in ["acme/other", "globex/sketchpad", "acme", ""] {
            let name = format!("{other:?} is wanted as audience");
            cases.push(Case::refused(&name, &good, "audience", "WRONG_AUDIENCE").expecting(ISSUER, other));
        }
        // With several faults it is refused for the first.
        let everything = |case: Case| case.on(OTHER_JKT).expecting("x", "y");
        cases.extend([
            everything(expired("expired, and everything else is wrong too", exp + 1000)),
            everything(early("signed in the future, and the rest is wrong", 0)),
            everything(Case::refused("wrong issuer, and the rest is wrong", &good, "issuer", "WRONG_ISSUER")),
            Case::refused("wrong audience, and the rest is wrong", &good, "audience", "WRONG_AUDIENCE")
                .on(OTHER_JKT)
                .expecting(ISSUER, "y"),
            Case::refused("another terminal", &good, "device", "DEVICE_MISMATCH").on(OTHER_JKT),
            Case::refused("a terminal without a name", &good, "device", "DEVICE_MISMATCH").on(""),
            Case::refused("a bad signature on an expired one", self.flipped(), "signature", "SIGNATURE_INVALID")
                .at(exp + 1000),
        ]);
        cases
    }
}

fn malformed(name: &str, token: impl Into<String>, step: &str) -> Case {
    Case::refused(name, token, step, "MALFORMED")
}
