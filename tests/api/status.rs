//! Status lists: signed, complete, and true at once when something changes.

use std::io::Read as _;

use flate2::read::{GzDecoder, ZlibDecoder};
use serde_json::json;
use shared::pass::PassStatus;
use shared::status_list::{get_status, verify_status_list};

use crate::shop::{Answer, Device, Portal, URL, claims, get};

const PATH: &str = "/v/acme/status/1";

/// The entries of a list that must verify.
async fn entries(portal: &Portal, answer: &Answer) -> Vec<u8> {
    let token = core::str::from_utf8(&answer.body).expect("a token is text");
    let (issuer, uri) = (format!("{URL}/v/acme"), format!("{URL}{PATH}"));
    let keys = portal.keys().await;
    let list = verify_status_list(token, &issuer, &uri, &keys, portal.app.clock.now()).expect("the list is genuine");
    assert_eq!((list.ttl, list.exp.as_unix() > list.iat.as_unix() + 3600), (60, true));
    let deflated = list.deflated().expect("the list is base64url");
    let mut packed = Vec::new();
    ZlibDecoder::new(deflated.as_slice()).read_to_end(&mut packed).expect("the list inflates");
    packed
}

#[actix_web::test]
async fn a_status_list_says_where_each_pass_stands() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    portal.send(get(PATH)).await.check_refused(404, "NOT_FOUND", "");
    let license_id = portal.buy(&customer, json!({"offer": "pro", "term": "P1M", "terminals": 3})).await;
    let mut passes = Vec::new();
    for number in 1..=3 {
        passes.push(portal.pass(&customer, license_id, &Device::new(number)).await);
    }
    let places: Vec<_> = passes.iter().map(|pass| claims(pass)["status"]["status_list"].clone()).collect();
    assert!(places.iter().all(|place| place["uri"] == format!("{URL}{PATH}")));
    let index = |place: usize| places[place]["idx"].as_u64().expect("an index");
    assert!(index(0) != index(1) && index(1) != index(2) && index(0) != index(2));

    let answer = portal.send(get(PATH)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/statuslist+jwt"));
    let packed = entries(&portal, &answer).await;
    assert_eq!(packed, vec![0; 1 << 18], "all are valid, and the length tells nobody how many there are");
    assert!(answer.body.len() < 2000, "unused places cost almost nothing");

    portal.change_pass(&passes[0], |pass| pass.status = PassStatus::Suspended).await;
    portal.change_pass(&passes[2], |pass| pass.status = PassStatus::Invalid).await;
    portal.wait(1);
    let packed = entries(&portal, &portal.send(get(PATH)).await).await;
    let wanted = [PassStatus::Suspended, PassStatus::Valid, PassStatus::Invalid];
    for (place, status) in wanted.into_iter().enumerate() {
        assert_eq!(get_status(&packed, index(place)), Some(status), "pass {place}");
    }
    portal.change_pass(&passes[0], |pass| pass.status = PassStatus::Valid).await;
    portal.wait(1);
    let packed = entries(&portal, &portal.send(get(PATH)).await).await;
    assert_eq!(get_status(&packed, index(0)), Some(PassStatus::Valid));
}

#[actix_web::test]
async fn an_unchanged_list_is_not_sent_again_and_an_old_one_is_signed_anew() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, json!({"offer": "solo", "term": "P1Y", "terminals": 1})).await;
    let pass = portal.pass(&customer, license_id, &Device::new(1)).await;
    let first = portal.send(get(PATH)).await;
    let etag = first.header("etag").to_owned();
    portal.wait(600);
    let again = portal.send(get(PATH).header("if-none-match", &etag)).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(portal.send(get(PATH)).await.body, first.body);

    portal.change_pass(&pass, |pass| pass.status = PassStatus::Suspended).await;
    portal.wait(1);
    let changed = portal.send(get(PATH).header("if-none-match", &etag)).await;
    assert_eq!(changed.status, 200);
    portal.wait(3600);
    let anew = portal.send(get(PATH).header("if-none-match", changed.header("etag"))).await;
    assert_eq!(anew.status, 200, "whoever fetches a list can use it for most of its life");
    assert_eq!(entries(&portal, &anew).await, entries(&portal, &changed).await);
}

#[actix_web::test]
async fn who_takes_it_is_sent_the_same_list_compressed() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, json!({"offer": "solo", "term": "P1Y", "terminals": 1})).await;
    portal.pass(&customer, license_id, &Device::new(1)).await;
    let plain = portal.send(get(PATH)).await;
    assert!(!plain.headers.contains_key("content-encoding"));
    assert_eq!(plain.header("vary"), "Accept-Encoding");
    let compressed = portal.send(get(PATH).header("accept-encoding", "br, gzip")).await;
    assert_eq!((compressed.header("content-encoding"), compressed.header("vary")), ("gzip", "Accept-Encoding"));
    let mut token = Vec::new();
    GzDecoder::new(&*compressed.body).read_to_end(&mut token).expect("it inflates");
    assert_eq!(token, plain.body);
    assert_ne!(compressed.header("etag"), plain.header("etag"), "they are not the same bytes");
    let again = get(PATH).header("accept-encoding", "gzip").header("if-none-match", compressed.header("etag"));
    assert_eq!(portal.send(again).await.status, 304);
}

#[actix_web::test]
async fn lists_of_nobody_are_not_there() {
    let portal = Portal::open().await;
    for path in [
        "/v/acme/status/1",
        "/v/acme/status/0",
        "/v/acme/status/x",
        "/v/acme/status/-1",
        "/v/nobody/status/1",
        "/v/A/status/1",
    ] {
        portal.send(get(path)).await.check_refused(404, "NOT_FOUND", "");
    }
}
