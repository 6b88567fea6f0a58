//! Every route with every other vendor's ids, as every kind of caller: the same answer as for ids that never were, and nothing
//! has happened. Routes and requests come from the OpenAPI document, so that a new route is walked without being named here;
//! one with ids of a kind that no vendor is stocked with fails the story.

mod operation;
mod stock;

use actix_web::body::to_bytes;
use actix_web::web::Bytes;
use serde_json::Value;

use self::operation::{Operation, Place};
use self::stock::{Stock, email};
use crate::shop::{Ask, Portal, get, slug};

/// Who asks. All of them belong to the vendor `beta`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Owner,
    Token,
    Customer,
    Device,
    Nobody,
}

/// Whose ids stand in a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Own,
    Foreign,
    Nobodys,
}

struct World {
    portal: Portal,
    alpha: Stock,
    beta: Stock,
}

/// Status and body, without what differs from request to request and without the ids that the caller sent.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    status: u16,
    code: String,
    body: String,
}

impl World {
    async fn open() -> Self {
        let portal = Portal::open().await;
        let alpha = Stock::open(&portal, "alpha", 10).await;
        let beta = Stock::open(&portal, "beta", 20).await;
        Self { portal, alpha, beta }
    }

    fn id(&self, whose: Whose, kind: &str) -> String {
        let own = self.beta.id(kind);
        match (whose, kind) {
            (Whose::Own, _) => own,
            (Whose::Foreign, _) => self.alpha.id(kind),
            (Whose::Nobodys, "vendor" | "product") => "zz-never-was".to_owned(),
            (Whose::Nobodys, "code") => "ZZ-NEVER-WAS".to_owned(),
            (Whose::Nobodys, _) => match own.split_once('_') {
                Some((prefix, rest)) if rest.len() == 26 => format!("{prefix}_01kavb2c5mf6tvq0sr8s1y4d9e"),
                _ => "A".repeat(own.len()),
            },
        }
    }

    /// Asks with ids that are `whose` at these places, and the caller's own elsewhere.
    async fn ask(&self, operation: &Operation<'_>, caller: Caller, places: &[Place], whose: Whose) -> Said {
        let at = |is_there: bool| if is_there { whose } else { Whose::Own };
        let path =
            |name: &str, kind: &str| self.id(at(places.contains(&Place::Path(name.to_owned(), kind.to_owned()))), kind);
        let body = |kind: &str| self.id(at(places.contains(&Place::Body)), kind);
        let mut ask = operation.request(path, body).once(&self.portal.new_key());
        if operation.wants_header("If-Match") {
            ask = ask.header("if-match", "\"1\"");
        }
        let said = self.send(self.authorise(operation, ask, caller).await).await;
        let kinds = self.alpha.ids.keys();
        let hide = |text: String, kind: &&str| text.replace(&self.id(whose, kind), kind);
        Said { body: kinds.fold(said.body, hide), ..said }
    }

    async fn authorise(&self, operation: &Operation<'_>, ask: Ask, caller: Caller) -> Ask {
        let Stock { vendor, token, device, pass, .. } = &self.beta;
        let (method, path) = (operation.method.as_str(), ask.path().to_owned());
        // Signed in anew: some of what is asked ends sessions.
        let ask = match caller {
            Caller::Owner => ask.by(&self.portal.sign_in(&email("owner", vendor)).await),
            Caller::Customer => ask.by(&self.portal.sign_in(&email("customer", vendor)).await),
            Caller::Token => ask.header("authorization", &format!("Bearer {token}")),
            Caller::Device => ask.token(pass).proof(&device.proof(&self.portal, method, &path, Some(pass))),
            Caller::Nobody => ask,
        };
        if operation.wants_header("DPoP") && caller != Caller::Device {
            return ask.proof(&device.proof(&self.portal, method, &path, None));
        }
        ask
    }

    async fn send(&self, ask: Ask) -> Said {
        let answer = self.portal.start(ask).await;
        let status = answer.status().as_u16();
        let is_endless = answer.headers().get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let bytes = if is_endless { Bytes::new() } else { to_bytes(answer.into_body()).await.expect("a body") };
        let mut body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if let Some(members) = body.as_object_mut() {
            members.remove("request_id");
        }
        Said { status, code: body["code"].as_str().unwrap_or_default().to_owned(), body: body.to_string() }
    }

    /// How much has happened at the other vendor.
    async fn events_of_alpha(&self) -> usize {
        let read = self.portal.app.store.read(|tx| {
            let vendor = tx.vendor(&slug("alpha"))?.ok_or_else(backend::store::not_found)?;
            tx.events(vendor.vendor_id, 0, 100_000)
        });
        read.await.expect("the events").len()
    }
}

/// Who may do this with ids of their own.
fn caller_of(operation: &Operation<'_>) -> Caller {
    let is_of = |folder: &str| operation.path.starts_with(folder);
    match (operation.admits("session"), operation.admits("token")) {
        (true, _) if is_of("/api/v1/admin/") || is_of("/api/v1/account/") => Caller::Owner,
        (true, _) => Caller::Customer,
        (false, true) => Caller::Token,
        (false, false) => Caller::Device,
    }
}

/// Every choice of at least one of `places`.
fn choices(places: &[Place]) -> impl Iterator<Item = Vec<Place>> {
    (1..(1_usize << places.len())).map(|bits| {
        let chosen = places.iter().enumerate().filter(|(number, _)| (bits >> number) & 1 == 1);
        chosen.map(|(_, place)| place.clone()).collect()
    })
}

#[actix_web::test]
async fn another_vendors_ids_are_nothing_to_anybody_on_any_route() {
    walk(World::open().await).await;
}

async fn walk(world: World) {
    let document = world.portal.send(get("/api/openapi.json")).await.json();
    let before = world.events_of_alpha().await;
    let mut walked = 0;
    for operation in Operation::all(&document).iter().filter(|operation| !operation.is_public()) {
        let name = format!("{} {}", operation.method, operation.path);
        for chosen in choices(&operation.places()) {
            for caller in [Caller::Owner, Caller::Token, Caller::Customer, Caller::Device, Caller::Nobody] {
                let foreign = world.ask(operation, caller, &chosen, Whose::Foreign).await;
                let nobodys = world.ask(operation, caller, &chosen, Whose::Nobodys).await;
                assert_eq!(foreign, nobodys, "{name} by {caller:?}: {chosen:?} of another vendor make a difference");
                let is_refused = matches!(foreign.status, 401 | 403 | 404);
                let is_in_path = chosen.iter().any(|place| *place != Place::Body);
                assert!(is_refused || !is_in_path, "{name} by {caller:?} with {chosen:?}: {foreign:?}");
                walked += 1;
            }
        }
        assert_eq!(world.events_of_alpha().await, before, "{name} has done something to another vendor");
    }
    assert!(walked > 900, "only {walked} requests were walked");
    world.portal.check_sound().await;
}

#[actix_web::test]
async fn with_ids_of_their_own_the_same_requests_are_understood() {
    let world = World::open().await;
    let document = world.portal.send(get("/api/openapi.json")).await.json();
    let operations = Operation::all(&document);
    for operation in operations.iter().filter(|operation| !operation.is_public() && !operation.places().is_empty()) {
        let said = world.ask(operation, caller_of(operation), &[], Whose::Own).await;
        // Whoever is in the vendor's team is told what is wrong with a body; whoever is not, that nothing is there.
        let is_told = said.code == "INVALID_INPUT" && operation.places().iter().all(Place::is_vendor);
        let not_reached = [
            "NOT_FOUND",
            "FORBIDDEN",
            "SIGN_IN_REQUIRED",
            "CONFIRMATION_REQUIRED",
            "INVALID_INPUT",
            "PROOF_REQUIRED",
            "PROOF_INVALID",
            "IDEMPOTENCY_KEY_REQUIRED",
        ];
        assert!(
            is_told || !not_reached.contains(&said.code.as_str()) && said.status < 500,
            "{} {} does not come as far as its ids, so walking it would prove nothing: {said:?}",
            operation.method,
            operation.path
        );
    }
}
