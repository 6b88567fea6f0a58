//! Reading a pass's claims from its payload.

use alloc::borrow::ToOwned as _;

use super::{
    Confirmation, FeatureGrant, Features, LicenseClaims, PassClaims, PassStatus, PassTerm, StatusListEntry,
    StatusReference, Uses,
};
use crate::claims::ClaimReader;
use crate::strict::{Object, Value};

pub(super) fn read_pass(payload: &Object) -> Result<PassClaims, &'static str> {
    let mut read = ClaimReader::default();
    let cnf = read.object(payload, "cnf", &["jkt"]);
    let status = read.object(payload, "status", &["status_list"]);
    let entry = read.object(status, "status_list", &["idx", "uri"]);
    let claims = PassClaims {
        iss: read.text(payload, "iss"),
        aud: read.text(payload, "aud"),
        sub: read.text(payload, "sub"),
        jti: read.text(payload, "jti"),
        iat: read.time(payload, "iat"),
        nbf: read.time(payload, "nbf"),
        exp: read.time(payload, "exp"),
        cnf: Confirmation { jkt: read.text(cnf, "jkt") },
        refresh: read.optional_count(payload, "refresh"),
        pass_status: read_status(&mut read, payload),
        status: StatusReference {
            status_list: StatusListEntry { idx: read.count(entry, "idx"), uri: read.text(entry, "uri") },
        },
        lic: read_license(&mut read, payload),
    };
    read.finish(claims)
}

pub(crate) fn read_status(read: &mut ClaimReader, payload: &Object) -> PassStatus {
    let status = payload.get("pass_status").and_then(Value::as_str).and_then(PassStatus::parse);
    if status.is_none() {
        read.refuse("pass_status");
    }
    status.unwrap_or(PassStatus::Invalid)
}

pub(crate) fn read_license(read: &mut ClaimReader, payload: &Object) -> LicenseClaims {
    let lic = read.object(payload, "lic", &["id", "epoch", "offer", "menu", "term", "features"]);
    LicenseClaims {
        id: read.text(lic, "id"),
        epoch: read.count(lic, "epoch"),
        offer: read.text(lic, "offer"),
        menu: read.count(lic, "menu"),
        term: read_term(read, lic),
        features: read_features(read, lic),
    }
}

fn read_term(read: &mut ClaimReader, lic: &Object) -> PassTerm {
    let term = read.object(lic, "term", &["kind", "nbf", "exp"]);
    let nbf = read.time(term, "nbf");
    match (term.get("kind").and_then(Value::as_str), term.get("exp")) {
        (Some("perpetual"), None) => PassTerm::Perpetual { nbf },
        (Some("fixed"), Some(_)) => PassTerm::Fixed { nbf, exp: read.time(term, "exp") },
        _ => {
            read.refuse("term");
            PassTerm::Perpetual { nbf }
        }
    }
}

fn read_features(read: &mut ClaimReader, lic: &Object) -> Features {
    let mut features = Features::default();
    let Some(granted) = lic.get("features").and_then(Value::as_object) else {
        read.refuse("features");
        return features;
    };
    for (feature, grant) in granted.iter() {
        features.insert(feature.to_owned(), read_grant(read, grant));
    }
    features
}

fn read_grant(read: &mut ClaimReader, grant: &Value) -> FeatureGrant {
    let Some(grant) = grant.as_object().filter(|grant| grant.has_only(&["uses"])) else {
        read.refuse("features");
        return FeatureGrant::default();
    };
    if grant.is_empty() {
        return FeatureGrant::default();
    }
    let uses = read.object(grant, "uses", &["limit", "left", "slice"]);
    let (limit, left) = match (uses.get("limit"), uses.get("left")) {
        (Some(Value::Null), Some(Value::Null)) => (None, None),
        _ => (Some(read.count(uses, "limit")), Some(read.count(uses, "left"))),
    };
    FeatureGrant { uses: Some(Uses { limit, left, slice: read.optional_count(uses, "slice") }) }
}
