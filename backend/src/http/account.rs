//! Accounts and sessions: sign up, sign in, who am I, sign out.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::api::account::{self, SignIn, SignUp};
use shared::id::AccountId;
use shared::mail::MailKind;
use shared::refusal::RefusalCode;
use shared::text::check_name;
use shared::verdict::Remedy;

use super::body::Strict;
use super::peer::Peer;
use super::sign_in::address::ask_to_confirm;
use super::sign_in::second::ask_second;
use crate::app::App;
use crate::auth::session::{Customer, ended_cookie, new_session, session_hash};
use crate::error::Failure;
use crate::store::records::{Account, email_key};
use crate::store::{StoreError, not_found};

/// Signs up, and signs in at once.
///
/// Errors: `RATE_LIMITED`, `INVALID_INPUT` with `email`, `password` or `name`, `CONFLICT` when the address has an account.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "account", request_body = SignUp,
    responses((status = 201, body = account::Session)))]
pub async fn sign_up(
    app: web::Data<App>,
    request: HttpRequest,
    peer: Peer,
    body: Strict<SignUp>,
) -> Result<HttpResponse, Failure> {
    app.limits.sign_up(peer.0)?;
    let SignUp { email, password, name } = body.value;
    check_sign_up(&email, &password, &name)?;
    let account = Account {
        account_id: app.new_id(AccountId::new),
        email: email.trim().to_owned(),
        name: name.trim().to_owned(),
        password_hash: app.passwords.hash(password).await?,
        created_at: app.clock.now(),
        email_confirmed_at: None,
    };
    let (session, cookie) = new_session(&app, &request, account.account_id);
    let (stored, old, here) = (account.clone(), session_hash(&request), app.clone());
    let done = app.store.write(move |tx| {
        tx.add_account(&stored)?;
        if here.config.mail.is_some() {
            ask_to_confirm(tx, &here, MailKind::SignUp, stored.account_id, &stored.email)?;
        }
        old.as_deref().map(|old| tx.end_session(old)).transpose()?;
        tx.add_session(&session)
    });
    match done.await {
        Ok(()) => Ok(HttpResponse::Created().cookie(cookie).json(describe(&app, Some(account)))),
        Err(StoreError::Duplicate("accounts.email")) => {
            let sentence = "This address has an account already: sign in instead.";
            let conflict = Failure::code(RefusalCode::Conflict, sentence).with_remedy(Remedy::SignIn);
            Err(conflict.with_field("email", sentence))
        }
        Err(error) => Err(error.into()),
    }
}

/// Signs in. An older session of this browser ends, so nobody can plant one.
///
/// Where the account has an authenticator app, nobody is signed in yet: `second` says what is wanted, and
/// `POST /session/second` goes on.
///
/// Errors: `RATE_LIMITED`; 401 `INVALID_INPUT`, the same and as slow for an unknown address as for a wrong password.
#[utoipa::path(post, path = "/api/v1/session", tag = "account", request_body = SignIn,
    responses((status = 200, body = account::Session),
        (status = 401, description = "`INVALID_INPUT`: the address or the password is wrong.")))]
pub async fn sign_in(
    app: web::Data<App>,
    request: HttpRequest,
    peer: Peer,
    body: Strict<SignIn>,
) -> Result<HttpResponse, Failure> {
    let SignIn { email, password } = body.value;
    let key = email_key(&email);
    app.limits.sign_in(peer.0, &key)?;
    let account = app.store.read(move |tx| tx.account_by_email(&key)).await?;
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let is_right = app.passwords.check(password, stored).await?;
    let account = account.filter(|_| is_right).ok_or_else(wrong_credentials)?;
    if let Some(second) = ask_second(&app, account.account_id).await? {
        return Ok(HttpResponse::Ok().json(account::Session { second: Some(second), ..describe(&app, None) }));
    }
    let (session, cookie) = new_session(&app, &request, account.account_id);
    let old = session_hash(&request);
    let done = app.store.write(move |tx| {
        old.as_deref().map(|old| tx.end_session(old)).transpose()?;
        tx.add_session(&session)
    });
    done.await?;
    Ok(HttpResponse::Ok().cookie(cookie).json(describe(&app, Some(account))))
}

/// Who is signed in, and what this installation offers to do.
#[utoipa::path(get, path = "/api/v1/session", tag = "account", responses((status = 200, body = account::Session)))]
pub async fn get_session(app: web::Data<App>, caller: Result<Customer, Failure>) -> Result<HttpResponse, Failure> {
    let customer = match caller {
        Ok(customer) => customer,
        Err(failure) if failure.is(RefusalCode::SignInRequired) => {
            return Ok(HttpResponse::Ok().json(describe(&app, None)));
        }
        // A store that does not answer has signed nobody out.
        Err(failure) => return Err(failure),
    };
    let account = app.store.read(move |tx| tx.account(customer.account_id)?.ok_or_else(not_found));
    Ok(HttpResponse::Ok().json(describe(&app, Some(account.await?))))
}

/// Signs out: the session is over, here and wherever its cookie was copied to.
#[utoipa::path(delete, path = "/api/v1/session", tag = "account",
    responses((status = 204, description = "Signed out, or nobody was signed in.")))]
pub async fn sign_out(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    if let Some(hash) = session_hash(&request) {
        let ended = hash.clone();
        app.store.write(move |tx| tx.end_session(&ended)).await?;
        app.end_session(&hash);
    }
    Ok(HttpResponse::NoContent().cookie(ended_cookie()).finish())
}

/// The answer to who is signed in.
pub(super) fn describe(app: &App, account: Option<Account>) -> account::Session {
    let account = account.map(|account| account::Account {
        account_id: account.account_id,
        email: account.email,
        name: account.name,
        email_confirmed: account.email_confirmed_at.is_some(),
    });
    account::Session { account, test_payments: app.config.test_payments, second: None }
}

fn wrong_credentials() -> Failure {
    let sentence = "The e-mail address or the password is wrong.";
    Failure::code(RefusalCode::InvalidInput, sentence).with_status(actix_web::http::StatusCode::UNAUTHORIZED)
}

fn check_sign_up(email: &str, password: &str, name: &str) -> Result<(), Failure> {
    let checks = [
        ("email", is_email(email.trim()), "This must be an e-mail address."),
        ("password", is_password(password), "This must have 10 to 256 characters."),
        ("name", is_name(name), NAME_RULE),
    ];
    let wrong: Vec<_> =
        checks.iter().filter(|(_, is_good, _)| !is_good).map(|(field, _, detail)| (*field, *detail)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Failure::fields(wrong)) }
}

/// Something before and after one `@`, no spaces: whether mail arrives there, only mail can tell.
pub fn is_email(email: &str) -> bool {
    let is_whole = email.len() <= 254 && !email.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    let parts = email.split_once('@');
    is_whole && parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'))
}

/// 10 to 256 characters, whichever.
pub fn is_password(password: &str) -> bool {
    (10..=256).contains(&password.chars().count())
}

/// What a name is held to, in a sentence.
pub const NAME_RULE: &str = "Write 1 to 100 characters on one line, without those that turn the direction of text.";

/// 1 to 100 characters on one line, none of which turns the text around it: what people and things are called.
pub fn is_name(name: &str) -> bool {
    check_name(name.trim()).is_ok() && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::{is_email, is_name};

    #[test]
    fn addresses_and_names_are_recognised() {
        for good in ["a@b", "customer@example.com", "jürgen+x@münchen.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "@", "a@", "@b", "a b@c", "a@b@c", "a@b\n", &format!("{}@b", "a".repeat(253))] {
            assert!(!is_email(bad), "{bad:?}");
        }
        assert!(is_name(" Ada ") && is_name(&"x".repeat(100)));
        assert!(!is_name("  ") && !is_name("a\nb") && !is_name(&"x".repeat(101)));
    }
}
