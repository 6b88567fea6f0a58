//! Codes and portable passes: read as people write them, guessed five times at most, kept nowhere in clear.

use backend::store::records::{MoveRecord, Pass};
use futures_util::future::join_all;
use serde_json::json;
use shared::id::{MoveId, PassId};
use shared::license::MoveState;
use shared::move_code::MoveCode;
use shared::pass::PassStatus;
use shared::portable::PortableClaims;
use shared::thumbprint::sha256_base64url;
use shared::verify::{Expect, verify};

use super::{Bought, bought, by_code, by_portable, pro};
use crate::shop::{Answer, Device, Portal, URL, claims, demo_product, is_on_postgres, post};

#[actix_web::test]
async fn a_code_is_read_as_people_write_it() {
    for write in [
        |code: &str| code.to_lowercase(),
        |code: &str| code.replace('-', " "),
        |code: &str| code.replace('-', ""),
        |code: &str| format!("  {} ", code.to_lowercase().replace('-', "  ")),
        |code: &str| code.chars().flat_map(|letter| [letter, '-']).collect(),
    ] {
        let bought = bought(pro()).await;
        let code = write(&bought.offer().await.text("code"));
        assert_eq!(bought.portal.preview(&json!({"code": code})).await.status, 200, "{code:?}");
        let moved = bought.portal.redeem(&json!({"code": code}), &Device::new(2)).await;
        assert_eq!(moved.status, 201, "{code:?}: {moved:?}");
    }
}

#[actix_web::test]
async fn codes_have_fourteen_letters_that_nobody_confuses() {
    let bought = bought(pro()).await;
    for _ in 0..20 {
        let offer = bought.offer().await;
        let code = offer.text("code");
        let parts: Vec<_> = code.split('-').map(str::len).collect();
        assert_eq!(parts, [4, 5, 5]);
        assert!(code.chars().all(|letter| "23456789ABCDEFGHJKMNPQRSTVWXYZ-".contains(letter)), "{code}");
        bought.portal.withdraw(&offer.text("move_id"), &bought.pass, &bought.device).await;
    }
}

/// The same code with another secret, the `number`th.
fn wrong(code: &str, number: usize) -> String {
    let letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
    let last = code.chars().last().and_then(|last| letters.find(last)).expect("a letter of codes");
    let other = letters.chars().cycle().nth(last + 1 + number).expect("the letters go round");
    format!("{}{other}", &code[..code.len() - 1])
}

#[actix_web::test]
async fn five_wrong_tries_end_a_code_and_nothing_tells_a_wrong_one_from_an_unknown_one() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, device, pass, .. } = &bought;
    let offer = bought.offer().await;
    let code = offer.text("code");
    let unknown = portal.redeem(&json!({"code": "2222-22222-22222"}), &Device::new(2)).await;
    unknown.check_refused(404, "NOT_FOUND", "");
    let same = |answer: &Answer| {
        answer.check_refused(404, "NOT_FOUND", "");
        let told = |answer: &Answer| {
            let mut body = answer.json();
            body.as_object_mut().expect("a problem").remove("request_id");
            body
        };
        assert_eq!(told(answer), told(&unknown));
    };
    // Looking and redeeming are one thing to somebody who guesses.
    for number in 0..4 {
        let guess = json!({"code": wrong(&code, number)});
        same(&if number % 2 == 0 {
            portal.preview(&guess).await
        } else {
            portal.redeem(&guess, &Device::new(2)).await
        });
    }
    assert_eq!(portal.preview(&by_code(&offer)).await.status, 200, "the right one spends nothing");
    same(&portal.redeem(&json!({"code": wrong(&code, 4)}), &Device::new(2)).await);
    same(&portal.preview(&by_code(&offer)).await);
    same(&portal.redeem(&by_code(&offer), &Device::new(2)).await);
    same(&portal.preview(&json!({"code": wrong(&code, 5)})).await);
    assert_eq!(portal.look_at_move(&offer.text("move_id"), customer).await["state"], "offered");
    let moved = portal.redeem(&by_portable(&offer), &Device::new(2)).await;
    assert_eq!(moved.status, 201, "the portable pass cannot be guessed: {moved:?}");
    portal.refresh(pass, device).await.check_refused(403, "MOVED", "");
}

#[actix_web::test]
async fn guessing_many_at_once_is_guessing_five_times() {
    let bought = bought(pro()).await;
    let portal = &bought.portal;
    let offer = bought.offer().await;
    let code = offer.text("code");
    let guess = async |number| portal.preview(&json!({"code": wrong(&code, number)})).await.status;
    let statuses = join_all((0..20).map(guess)).await;
    assert_eq!(statuses, vec![404; 20]);
    portal.preview(&by_code(&offer)).await.check_refused(404, "NOT_FOUND", "");
}

/// Says that this pass is on offer under a code with this name, as if somebody else had drawn it.
async fn take_name(portal: &Portal, pass: &str, name: String) {
    let pass_id: PassId = claims(pass)["jti"].as_str().and_then(|id| id.parse().ok()).expect("a pass");
    let now = portal.app.clock.now();
    let write = portal.app.store.write(move |tx| {
        let (vendor, _) = demo_product(tx)?;
        let pass = tx.pass(vendor.vendor_id, pass_id)?.expect("the device has its pass");
        tx.update_pass(&Pass { status: PassStatus::Moving, ..pass.clone() })?;
        tx.add_move(&MoveRecord {
            vendor_id: vendor.vendor_id,
            move_id: MoveId::new(1, 1),
            license_id: pass.license_id,
            pass_id,
            code_name: name.clone(),
            code_hash: "0".repeat(43),
            tries: 5,
            state: MoveState::Offered,
            offered_at: now,
            expires_at: now.checked_add_seconds(900).expect("a time"),
            settled_at: None,
            successor: None,
        })
    });
    write.await.expect("the name is taken");
}

#[actix_web::test]
async fn a_name_that_another_open_move_has_is_drawn_again() {
    // Portals of one seed draw the same codes.
    let mut names = Vec::new();
    for taken in [None, Some("2222".to_owned()), None] {
        let bought = bought(pro()).await;
        let other = bought.portal.pass(&bought.customer, bought.license_id, &Device::new(7)).await;
        let taken = taken.or_else(|| names.last().cloned().filter(|_| names.len() == 2));
        if let Some(name) = taken {
            take_name(&bought.portal, &other, name).await;
        }
        let code: MoveCode = bought.offer().await.text("code").parse().expect("a code");
        names.push(code.name());
    }
    assert_eq!(names[0], names[1]);
    assert_ne!(names[1], names[2]);
}

#[actix_web::test]
async fn what_carries_a_license_is_kept_nowhere_in_clear_and_still_replayed_byte_for_byte() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, pass, .. } = &bought;
    let body = json!({"pass_id": claims(pass)["jti"]});
    let ask = |key: &str| post("/api/v1/moves", &body).by(customer).once(key);
    let first = portal.send(ask("1")).await;
    assert_eq!(first.status, 201);
    portal.wait(60);
    let again = portal.send(ask("1")).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.header("content-type"), "application/json");
    portal.send(ask("2")).await.check_refused(403, "BEING_MOVED", "");
    assert_eq!(portal.redeem(&by_code(&first), &Device::new(2)).await.status, 201);
    assert_eq!(portal.send(ask("1")).await.body, first.body, "whatever has become of it");

    let (code, portable) = (first.text("code"), first.text("portable_pass"));
    let letters = code.replace('-', "");
    let payload = portable.split('.').nth(1).expect("a token has three parts").to_owned();
    if is_on_postgres() {
        // Its files are not looked through.
        return;
    }
    let mut looked = 0;
    for file in std::fs::read_dir(portal.folder.path()).expect("the store's folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("its bytes");
        looked += bytes.len();
        for secret in [code.as_str(), &letters, &letters[4..], &code[5..], &payload, "/receive#"] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
    let pass_id = claims(pass)["jti"].as_str().unwrap_or_default().to_owned();
    let has_pass = std::fs::read_dir(portal.folder.path()).expect("the folder").any(|file| {
        let bytes = std::fs::read(file.expect("a file").path()).expect("its bytes");
        bytes.windows(pass_id.len()).any(|window| window == pass_id.as_bytes())
    });
    assert!(looked > 100_000 && has_pass, "this is where the store's words are");
}

#[actix_web::test]
async fn nobody_who_has_read_the_store_can_try_codes_out() {
    let bought = bought(pro()).await;
    let offer = bought.offer().await;
    let move_id: MoveId = offer.text("move_id").parse().expect("a move");
    let read = bought.portal.app.store.read(move |tx| {
        let (vendor, _) = demo_product(tx)?;
        tx.move_at(vendor.vendor_id, move_id)
    });
    let kept = read.await.expect("the store is read").expect("the move is there");
    let code: MoveCode = offer.text("code").parse().expect("a code");
    let (name, secret, whole) = (code.name(), code.secret(), code.to_string());
    assert_eq!((kept.code_name.as_str(), kept.code_hash.len()), (name.as_str(), 43));
    for guess in [
        format!("{move_id}\n{secret}"),
        format!("{move_id}\n{whole}"),
        format!("{move_id}{secret}"),
        format!("{name}{secret}"),
        secret,
        whole,
    ] {
        assert_ne!(kept.code_hash, sha256_base64url(guess.as_bytes()), "a plain hash needs no master key");
    }
}

#[actix_web::test]
async fn one_of_the_two_is_sent_and_a_portable_pass_is_judged_strictly() {
    let bought = bought(pro()).await;
    let Bought { portal, device, pass, .. } = &bought;
    let offer = bought.offer().await;
    let (code, portable) = (offer.text("code"), offer.text("portable_pass"));
    let next = Device::new(2);
    for wrong in
        [json!({}), json!({"code": code, "portable_pass": portable}), json!({"code": "ABCD"}), json!({"code": ""})]
    {
        portal.redeem(&wrong, &next).await.check_refused(422, "INVALID_INPUT", "code");
        portal.preview(&wrong).await.check_refused(422, "INVALID_INPUT", "code");
    }
    let named = json!({"code": code, "name": "a\u{7}"});
    portal.redeem(&named, &next).await.check_refused(422, "INVALID_INPUT", "name");
    let (head, tail) = portable.split_at(portable.len() - 4);
    let turned = format!("{head}{}", if tail == "AAAA" { "BBBB" } else { "AAAA" });
    for (token, code) in [
        (turned.as_str(), "SIGNATURE_INVALID"),
        (pass.as_str(), "WRONG_TYPE"),
        ("", "MALFORMED"),
        ("a.b.c", "MALFORMED"),
        (&portable[1..], "MALFORMED"),
    ] {
        portal.redeem(&json!({"portable_pass": token}), &next).await.check_refused(403, code, "");
        portal.preview(&json!({"portable_pass": token})).await.check_refused(403, code, "");
    }
    let keys = portal.keys().await;
    let issuer = format!("{URL}/v/acme");
    let expect =
        Expect { issuer: &issuer, audience: "acme/sketchpad", keys: &keys, now: portal.app.clock.now(), jkt: None };
    verify::<PortableClaims>(&portable, &expect).expect("a portable pass is a token like others");
    // It is no pass: nothing runs by it.
    assert_eq!(portal.verify(&portable, None).await["code"], "WRONG_TYPE");
    portal.refresh(&portable, device).await.check_refused(403, "WRONG_TYPE", "");
    let spaced = json!({"portable_pass": format!(" {portable}\n")});
    assert_eq!(portal.redeem(&spaced, &next).await.status, 201, "a file ends in a line break");
}

#[actix_web::test]
async fn guessing_from_one_address_is_slow() {
    let portal = Portal::with(|config| config.rate_limits = true).await;
    let guess = || post("/api/v1/moves/preview", &json!({"code": "2222-22222-22222"}));
    for _ in 0..30 {
        portal.send(guess()).await.check_refused(404, "NOT_FOUND", "");
    }
    let limited = portal.send(guess()).await;
    limited.check_refused(429, "RATE_LIMITED", "");
    assert_eq!(limited.header("retry-after"), "4");
    let redeem = portal.redeem(&json!({"code": "2222-22222-22222"}), &Device::new(1)).await;
    redeem.check_refused(429, "RATE_LIMITED", "");
    portal.send(guess().from("203.0.113.9:1")).await.check_refused(404, "NOT_FOUND", "");
    portal.wait(4);
    portal.send(guess()).await.check_refused(404, "NOT_FOUND", "");
}
