//! Reading a pass's claims from its payload.

use std::collections::BTreeMap;

use super::{
    Confirmation, FeatureGrant, LicenseClaims, PassClaims, PassStatus, PassTerm, StatusListEntry, StatusReference,
    Uses, read_count, read_object, read_text, read_time,
};
use crate::strict::{Object, Value};

pub(super) fn read_pass(payload: &Object) -> Result<PassClaims, &'static str> {
    let cnf = read_object(payload, "cnf", &["jkt"])?;
    let status = read_object(payload, "status", &["status_list"])?;
    let entry = read_object(status, "status_list", &["idx", "uri"])?;
    Ok(PassClaims {
        iss: read_text(payload, "iss")?,
        aud: read_text(payload, "aud")?,
        sub: read_text(payload, "sub")?,
        jti: read_text(payload, "jti")?,
        iat: read_time(payload, "iat")?,
        nbf: read_time(payload, "nbf")?,
        exp: read_time(payload, "exp")?,
        cnf: Confirmation { jkt: read_text(cnf, "jkt")? },
        pass_status: PassStatus::parse(&read_text(payload, "pass_status")?).ok_or("pass_status")?,
        status: StatusReference {
            status_list: StatusListEntry { idx: read_count(entry, "idx")?, uri: read_text(entry, "uri")? },
        },
        lic: read_license(payload)?,
    })
}

fn read_license(payload: &Object) -> Result<LicenseClaims, &'static str> {
    let lic = read_object(payload, "lic", &["id", "epoch", "offer", "menu", "term", "features"])?;
    let features = lic.get("features").and_then(Value::as_object).ok_or("features")?;
    Ok(LicenseClaims {
        id: read_text(lic, "id")?,
        epoch: read_count(lic, "epoch")?,
        offer: read_text(lic, "offer")?,
        menu: read_count(lic, "menu")?,
        term: read_term(lic)?,
        features: read_features(features)?,
    })
}

fn read_term(lic: &Object) -> Result<PassTerm, &'static str> {
    let term = read_object(lic, "term", &["kind", "nbf", "exp"])?;
    let nbf = read_time(term, "nbf")?;
    match (read_text(term, "kind")?.as_str(), term.get("exp")) {
        ("fixed", Some(_)) => Ok(PassTerm::Fixed { nbf, exp: read_time(term, "exp")? }),
        ("perpetual", None) => Ok(PassTerm::Perpetual { nbf }),
        _ => Err("term"),
    }
}

fn read_features(features: &Object) -> Result<BTreeMap<String, FeatureGrant>, &'static str> {
    features.iter().map(|(name, grant)| Ok((name.to_owned(), read_grant(grant)?))).collect()
}

fn read_grant(grant: &Value) -> Result<FeatureGrant, &'static str> {
    let grant = grant.as_object().filter(|grant| grant.has_only(&["uses"])).ok_or("features")?;
    if grant.is_empty() {
        return Ok(FeatureGrant::default());
    }
    let uses = read_object(grant, "uses", &["limit", "left"])?;
    let uses = match (uses.get("limit"), uses.get("left")) {
        (Some(Value::Null), Some(Value::Null)) => Uses { limit: None, left: None },
        _ => Uses { limit: Some(read_count(uses, "limit")?), left: Some(read_count(uses, "left")?) },
    };
    Ok(FeatureGrant { uses: Some(uses) })
}
