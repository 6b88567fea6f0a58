//! What clients do, at random and side by side, on the same licenses.

use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::models::{Count, Counter, Lend, Lending, Move, Moving};
use super::stage::{Client, History, Says};
use crate::client::{Answer, Request};
use crate::device::Device;
use crate::world::World;

/// How many uses each counter has, and each license that is lent.
const USES: u64 = 100;
const LENT_USES: u64 = 5000;
const SEATS: u64 = 5;

/// Devices with a pass, and those that would like one.
const FIRST: [u8; 3] = [1, 2, 3];
const OTHERS: [u8; 4] = [4, 5, 6, 7];

/// Licenses, what is known of each, and who may see them.
pub(super) struct Licenses {
    counted: Vec<Counted>,
    lent: Vec<Lent>,
    moved: Vec<Moved>,
    customer: String,
    token: String,
}

/// A license whose uses three devices count.
struct Counted {
    license: String,
    passes: Vec<String>,
    /// The slices that somebody was granted: whose, what it is called, and how many uses it has.
    slices: Mutex<Vec<(usize, String, u64)>>,
    history: History<Count>,
}

/// A license that services check out.
struct Lent {
    license: String,
    identifier: String,
    /// The leases that somebody was granted, and what each has.
    out: Mutex<Vec<(String, u64)>>,
    history: History<Lend>,
}

/// A license on one device, which others want to have.
struct Moved {
    license: String,
    pass_id: String,
    pass: String,
    /// The moves that somebody offered, with what redeems them.
    offers: Mutex<Vec<(String, String)>>,
    history: History<Move>,
}

/// The devices of one client: everybody has the same keys.
pub(super) struct Devices(Vec<Rc<Device>>);

impl Devices {
    pub(super) fn new() -> Self {
        Self((0..=OTHERS[3]).map(|number| Rc::new(Device::new(number.max(1)))).collect())
    }

    fn get(&self, number: u8) -> &Rc<Device> {
        &self.0[usize::from(number)]
    }
}

impl Licenses {
    /// Buys so many of each.
    pub(super) fn buy(world: &World, counted: usize, lent: usize, moved: usize) -> Self {
        let body = json!({"name": "Farm", "scopes": ["leases:write"]});
        let new = Request::new("POST", "/api/v1/admin/vendors/acme/tokens").body(body).by(&world.owner);
        let devices = Devices::new();
        let issue = |license: &str, number: u8| world.done(&world.connecting(license, devices.get(number)));
        let counted = (0..counted).map(|_| {
            let license = world.buy();
            let passes = FIRST.map(|number| issue(&license, number).text("pass")).to_vec();
            Counted { license, passes, slices: Mutex::default(), history: History::new() }
        });
        let lent = (0..lent).map(|_| {
            let license = world.buy_seats();
            let named = Request::new("POST", "/api/v1/identifiers").body(json!({"license_id": license}));
            let identifier = world.done(&named.by(&world.customer).once(world.key())).text("identifier");
            Lent { license, identifier, out: Mutex::default(), history: History::new() }
        });
        let moved = (0..moved).map(|_| {
            let license = world.buy();
            let issued = issue(&license, FIRST[0]);
            let (pass_id, pass) = (issued.text("pass_id"), issued.text("pass"));
            Moved { license, pass_id, pass, offers: Mutex::default(), history: History::new() }
        });
        Self {
            counted: counted.collect(),
            lent: lent.collect(),
            moved: moved.collect(),
            customer: world.customer.clone(),
            token: world.done(&new.once(world.key())).text("secret"),
        }
    }

    /// Does something, when `done` of `all` that is to be done is done: few licenses at a time, so that many want the same.
    pub(super) fn act(&self, client: &Client<'_>, devices: &Devices, done: usize, all: usize) {
        let kind = client.draw(10);
        match kind {
            0..4 => self.count(client, devices, current(client, &self.counted, done, all)),
            4..7 => self.lend(client, current(client, &self.lent, done, all)),
            _ => self.r#move(client, devices, current(client, &self.moved, done, all)),
        }
    }

    fn count(&self, client: &Client<'_>, devices: &Devices, of: &Counted) {
        let sliced = client.pick(&of.slices.lock().unwrap_or_else(PoisonError::into_inner)).cloned();
        match (client.draw(12), sliced) {
            (0 | 1, _) => return self.look_at_count(client, of),
            (2 | 3, Some(slice)) => return settle(client, devices, of, slice),
            (4, _) => return slice(client, devices, of),
            _ => {}
        }
        let (which, count) = (one_of_three(client), 1 + client.draw(2));
        let request = post(client, "/api/v1/uses", json!({"feature": "ai.render", "count": count}));
        let request = request.signed(devices.get(FIRST[which]), Some(&of.passes[which]));
        client.act(&of.history, &request, Some(Count::Lost { count }), |answer| match code(answer).as_str() {
            "" => Says::Did(Count::Counted { count, left: number(&answer.json()["left"]) }),
            "USES_EXHAUSTED" => Says::Saw(Count::TooFew { count }),
            _ => unexpected(&request, answer),
        });
    }

    fn look_at_count(&self, client: &Client<'_>, of: &Counted) {
        let request = self.look(format!("/api/v1/licenses/{}", of.license));
        let left = |seen: &Value| number(&seen["features"]["ai.render"]["uses"]["left"]);
        client.act(&of.history, &request, None, |answer| Says::Saw(Count::Seen { left: left(&answer.json()) }));
    }

    fn lend(&self, client: &Client<'_>, of: &Lent) {
        let taken = client.pick(&of.out.lock().unwrap_or_else(PoisonError::into_inner)).cloned();
        match (client.draw(8), taken) {
            (0, _) => self.look_at_leases(client, of),
            (1, Some((lease, _))) => self.extend(client, of, lease),
            (2..=4, Some((lease, count))) => self.check_in(client, of, &lease, count),
            _ => self.check_out(client, of),
        }
    }

    fn check_out(&self, client: &Client<'_>, of: &Lent) {
        // Few different acts: those that nobody heard of have fewer ways to go.
        let count = [1, 50, 300][usize::try_from(client.draw(3)).unwrap_or_default()];
        let body = json!({
            "identifier": of.identifier, "feature": "ai.render", "count": count, "ttl_seconds": 3600, "holder": "farm",
        });
        let request = post(client, "/api/v1/leases", body).with_token(&self.token);
        let granted = |answer: &Answer| {
            let (lease, told) = (answer.text("lease_id"), answer.json());
            let (left, seats_left) = (number(&told["left"]), number(&told["seats_left"]));
            Lend::CheckedOut { lease, count, left, seats_left }
        };
        let read = |answer: &Answer| match code(answer).as_str() {
            "" => Says::Did(granted(answer)),
            "SEATS_EXHAUSTED" => Says::Saw(Lend::NoSeat),
            "USES_EXHAUSTED" => Says::Saw(Lend::NoUses { count }),
            _ => unexpected(&request, answer),
        };
        let answer = client.act(&of.history, &request, Some(Lend::LostCheckOut { count }), read);
        if let Some(answer) = answer.filter(|answer| answer.status == 201) {
            of.out.lock().unwrap_or_else(PoisonError::into_inner).push((answer.text("lease_id"), count));
        }
    }

    fn check_in(&self, client: &Client<'_>, of: &Lent, lease: &str, count: u64) {
        let unspent = client.draw(2) * (count / 2);
        let request = Request::new("DELETE", format!("/api/v1/leases/{lease}")).body(json!({"unspent": unspent}));
        let request = request.with_token(&self.token);
        let lease = lease.to_owned();
        let lost = Lend::LostReturn { lease: lease.clone(), unspent };
        let answer = client.act(&of.history, &request, Some(lost), |answer| match code(answer).as_str() {
            "" => Says::Did(Lend::Returned {
                lease: lease.clone(),
                unspent,
                returned: number(&answer.json()["returned"]),
            }),
            _ => unexpected(&request, answer),
        });
        // Now and then somebody returns it again.
        if answer.is_some() && client.draw(4) > 0 {
            of.out.lock().unwrap_or_else(PoisonError::into_inner).retain(|(other, _)| *other != lease);
        }
    }

    fn extend(&self, client: &Client<'_>, of: &Lent, lease: String) {
        let request = Request::new("POST", format!("/api/v1/leases/{lease}/extend"));
        let request = request.body(json!({"ttl_seconds": 3600})).with_token(&self.token);
        client.act(&of.history, &request, None, |answer| match code(answer).as_str() {
            "" => Says::Saw(Lend::Extended { lease }),
            "LEASE_RETURNED" => Says::Saw(Lend::Over { lease }),
            _ => unexpected(&request, answer),
        });
    }

    fn look_at_leases(&self, client: &Client<'_>, of: &Lent) {
        let request = self.look(format!("/api/v1/licenses/{}/services", of.license));
        client.act(&of.history, &request, None, |answer| {
            let seen = answer.json();
            let left = number(&seen["counted"]["ai.render"]["uses"]["left"]);
            Says::Saw(Lend::Seen { left, taken: number(&seen["seats"]["taken"]) })
        });
    }

    fn r#move(&self, client: &Client<'_>, devices: &Devices, of: &Moved) {
        let offered = client.pick(&of.offers.lock().unwrap_or_else(PoisonError::into_inner)).cloned();
        match (client.draw(8), offered) {
            (0, _) => self.look_at_move(client, of),
            (1, _) => use_old(client, devices, of),
            (2 | 3, Some((by, _))) => self.cancel(client, of, by),
            (4, Some((by, portable))) => redeem(client, devices, of, (by, &portable)),
            _ => self.offer(client, of),
        }
    }

    fn offer(&self, client: &Client<'_>, of: &Moved) {
        let request = post(client, "/api/v1/moves", json!({"pass_id": of.pass_id})).by(&self.customer);
        let answer = client.act(&of.history, &request, Some(Move::LostOffer), |answer| match code(answer).as_str() {
            "" => Says::Did(Move::Offered { by: answer.text("move_id") }),
            "BEING_MOVED" => Says::Saw(Move::SeenMoving),
            "MOVED" => Says::Saw(Move::SeenGone),
            _ => unexpected(&request, answer),
        });
        if let Some(answer) = answer.filter(|answer| answer.status == 201) {
            let offer = (answer.text("move_id"), answer.text("portable_pass"));
            of.offers.lock().unwrap_or_else(PoisonError::into_inner).push(offer);
        }
    }

    fn cancel(&self, client: &Client<'_>, of: &Moved, by: String) {
        let request = Request::new("DELETE", format!("/api/v1/moves/{by}")).by(&self.customer);
        let lost = Move::LostCancel { by: by.clone() };
        client.act(&of.history, &request, Some(lost), |answer| match code(answer).as_str() {
            "" => Says::Did(Move::Cancelled { by }),
            "MOVE_USED" => Says::Saw(Move::TooLate { by }),
            _ => unexpected(&request, answer),
        });
    }

    fn look_at_move(&self, client: &Client<'_>, of: &Moved) {
        let request = self.look(format!("/api/v1/licenses/{}", of.license));
        client.act(&of.history, &request, None, |answer| {
            let seen = &answer.json()["terminals"]["items"];
            assert_eq!(seen.as_array().map(Vec::len), Some(1), "it is on one device: {answer:?}");
            let pass = seen[0]["pass_id"].as_str().unwrap_or_default();
            Says::Saw(match seen[0]["status"].as_str() {
                Some("valid") if pass == of.pass_id => Move::SeenHere,
                Some("moving") if pass == of.pass_id => Move::SeenMoving,
                Some("valid") => Move::SeenSuccessor { pass: pass.to_owned() },
                _ => unexpected(&request, answer),
            })
        });
    }

    fn look(&self, path: String) -> Request {
        Request::new("GET", path).by(&self.customer)
    }

    /// Looks at everything once more.
    pub(super) fn look_at_all(&self, client: &Client<'_>) {
        self.counted.iter().for_each(|of| self.look_at_count(client, of));
        self.lent.iter().for_each(|of| self.look_at_leases(client, of));
        self.moved.iter().for_each(|of| self.look_at_move(client, of));
    }

    /// Demands that every history is linearizable; how many acts there were, and of how many nobody heard.
    pub(super) fn check(&self) -> (usize, usize) {
        let counted = self.counted.iter().map(|of| of.history.check(&of.license, Counter::new(USES)));
        let lent = self.lent.iter().map(|of| of.history.check(&of.license, Lending::new(LENT_USES, SEATS)));
        let moved = self.moved.iter().map(|of| of.history.check(&of.license, Moving::Here));
        counted.chain(lent).chain(moved).fold((0, 0), |(acts, lost), (more, of_them)| (acts + more, lost + of_them))
    }
}

/// A device wants some uses in advance.
fn slice(client: &Client<'_>, devices: &Devices, of: &Counted) {
    let (device, wanted) = (one_of_three(client), 6);
    let request = post(client, "/api/v1/slices", json!({"feature": "ai.render", "count": wanted}));
    let request = request.signed(devices.get(FIRST[device]), Some(&of.passes[device]));
    let granted = |answer: &Answer| {
        let (slice, told) = (answer.text("slice_id"), answer.json());
        let (count, left) = (number(&told["count"]), number(&told["left"]));
        Count::Sliced { device, wanted, slice, count, left }
    };
    let read = |answer: &Answer| match code(answer).as_str() {
        "" => Says::Did(granted(answer)),
        "CONFLICT" => Says::Saw(Count::HasSlice { device }),
        "USES_EXHAUSTED" => Says::Saw(Count::TooFew { count: 1 }),
        _ => unexpected(&request, answer),
    };
    let answer = client.act(&of.history, &request, Some(Count::LostSlice { device, wanted }), read);
    if let Some(answer) = answer.filter(|answer| answer.status == 201) {
        let slice = (device, answer.text("slice_id"), number(&answer.json()["count"]));
        of.slices.lock().unwrap_or_else(PoisonError::into_inner).push(slice);
    }
}

/// A device gives back what it has not spent; now and then it does so again, and not always with the same count.
fn settle(client: &Client<'_>, devices: &Devices, of: &Counted, (device, slice, count): (usize, String, u64)) {
    let spent = client.draw(2) * (count / 2);
    let request = post(client, format!("/api/v1/slices/{slice}/settle"), json!({"spent": spent}));
    let request = request.signed(devices.get(FIRST[device]), Some(&of.passes[device]));
    let lost = Count::LostSettle { slice: slice.clone(), spent };
    let answer = client.act(&of.history, &request, Some(lost), |answer| match code(answer).as_str() {
        "" => Says::Did(Count::Settled { slice: slice.clone(), spent, left: number(&answer.json()["left"]) }),
        "CONFLICT" => Says::Saw(Count::SettledOtherwise { slice: slice.clone(), spent }),
        _ => unexpected(&request, answer),
    });
    if answer.is_some() && client.draw(4) > 0 {
        of.slices.lock().unwrap_or_else(PoisonError::into_inner).retain(|(_, other, _)| *other != slice);
    }
}

/// One of the first devices.
fn one_of_three(client: &Client<'_>) -> usize {
    usize::try_from(client.draw(3)).unwrap_or_default()
}

fn redeem(client: &Client<'_>, devices: &Devices, of: &Moved, (by, portable): (String, &str)) {
    let number = *client.pick(&OTHERS).expect("there are some");
    let device = usize::from(number);
    let body = json!({"portable_pass": portable, "name": "Tablet"});
    let request = post(client, "/api/v1/moves/redeem", body).signed(devices.get(number), None);
    let lost = Move::LostRedeem { by: by.clone(), device };
    client.act(&of.history, &request, Some(lost), |answer| match code(answer).as_str() {
        "" => Says::Did(Move::Redeemed { by, device, pass: answer.text("pass_id") }),
        "MOVE_USED" => Says::Saw(Move::Used { by, device }),
        "MOVE_EXPIRED" => Says::Saw(Move::Over { by }),
        _ => unexpected(&request, answer),
    });
}

/// The first device uses its pass.
fn use_old(client: &Client<'_>, devices: &Devices, of: &Moved) {
    let request = post(client, "/api/v1/uses", json!({"feature": "ai.render", "count": 1}));
    let request = request.signed(devices.get(FIRST[0]), Some(&of.pass));
    client.act(&of.history, &request, None, |answer| match code(answer).as_str() {
        "" => Says::Did(Move::SeenHere),
        "BEING_MOVED" => Says::Saw(Move::SeenMoving),
        "MOVED" => Says::Saw(Move::SeenGone),
        _ => unexpected(&request, answer),
    });
}

fn post(client: &Client<'_>, path: impl Into<String>, body: Value) -> Request {
    Request::new("POST", path).body(body).once(client.stage.key())
}

/// One of two things whose turn it is.
fn current<'t, T>(client: &Client<'_>, things: &'t [T], done: usize, all: usize) -> &'t T {
    let first = (done * things.len() / all.max(1)).min(things.len().saturating_sub(2));
    client.pick(&things[first..things.len().min(first + 2)]).expect("there are some")
}

/// The code of a refusal; nothing for what was done.
fn code(answer: &Answer) -> String {
    if answer.status < 300 { String::new() } else { answer.text("code") }
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| unreachable!("no number: {value}"))
}

fn unexpected<T>(request: &Request, answer: &Answer) -> T {
    unreachable!("{} {}: {answer:?}", request.method, request.path)
}
