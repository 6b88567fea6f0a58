//! The real server, doing what a history says, and held against the reference after each step.

use std::cell::RefCell;

use actix_web::http::Method;
use actix_web::rt::{System, SystemRunner};
use backend::http::moves::sweep_moves;
use futures_util::future::join_all;
use proptest_state_machine::StateMachineTest;
use serde_json::{Value, json};
use shared::id::LicenseId;
use shared::time::Timestamp;

use super::acts::{Act, Carrier, Key};
use super::calendar::period;
use super::reference::{Answered, Paper};
use crate::shop::{Answer, Ask, Customer, Device, Portal, claims, post};

mod compare;

/// A portal takes so many histories: then its store is large enough to slow the looking through it.
const HISTORIES_PER_PORTAL: u32 = 25;

const EMAIL: &str = "a@example.com";

/// Sessions end after thirty days.
const SESSION_SECONDS: i64 = 29 * 86_400;

/// A portal between two histories.
struct Ready {
    portal: Portal,
    /// Their proofs are numbered, so they stay with their portal.
    devices: Vec<Device>,
    histories: u32,
}

thread_local! {
    static SYSTEM: SystemRunner = System::new();
    static READY: RefCell<Option<Ready>> = const { RefCell::new(None) };
}

/// Closes the portal that is open.
pub(super) fn close() {
    drop(READY.take());
}

fn run<T>(work: impl Future<Output = T>) -> T {
    SYSTEM.with(|system| system.block_on(work))
}

/// A license on the server, with what the devices and the customer of the history hold.
pub(super) struct Server {
    ready: Ready,
    customer: Customer,
    signed_in_at: i64,
    license_id: LicenseId,
    /// The device of each holder.
    holders: Vec<usize>,
    /// How many devices were seen, also those that got nothing.
    seen: usize,
    /// The tokens of each pass.
    passes: Vec<Vec<String>>,
    moves: Vec<Value>,
    slices: Vec<String>,
    refresh_keys: Vec<Option<String>>,
    sent: Vec<Sent>,
    /// Uses that the server granted in the present period, by its own answers.
    granted: u64,
}

/// A request that was answered well.
struct Sent {
    path: String,
    body: String,
    key: String,
    by: By,
    answer: Answer,
}

/// Who sends a request.
#[derive(Clone)]
enum By {
    Customer,
    /// The customer, with a device at hand.
    CustomerAt(usize),
    /// A device, with this token.
    Device(usize, String),
    /// A device without a pass.
    Stranger(usize),
}

impl StateMachineTest for Server {
    type SystemUnderTest = Self;
    type Reference = Paper;

    fn init_test(paper: &Paper) -> Self {
        run(Self::begin(paper))
    }

    fn apply(mut server: Self, paper: &Paper, act: Act) -> Self {
        run(server.act(paper, act));
        server
    }

    fn check_invariants(server: &Self, paper: &Paper) {
        run(server.compare(paper));
    }

    fn teardown(server: Self, paper: Paper) {
        run(server.look_back(&paper));
        READY.set(Some(server.ready));
    }
}

/// The demo's portal with smaller numbers, so that they run out.
async fn open() -> Ready {
    let portal = Portal::open().await;
    portal.sign_up(EMAIL).await;
    let change = |menu: &mut shared::menu::Menu| {
        let pro = menu.offers.iter_mut().find(|offer| offer.offer.as_str() == "pro").expect("there is Pro");
        pro.offline.slice = 5;
        pro.moving.per = Some("P3M".parse().expect("a period"));
        pro.uses[0].limits.push(shared::menu::UsesLimit { limit: Some(12), price: 100 });
    };
    portal.publish(change).await;
    Ready { portal, devices: (1..=250).map(Device::new).collect(), histories: 0 }
}

impl Server {
    async fn begin(paper: &Paper) -> Self {
        let kept = READY.take().filter(|ready| ready.histories < HISTORIES_PER_PORTAL);
        let mut ready = match kept {
            Some(ready) => ready,
            None => open().await,
        };
        ready.histories += 1;
        ready.portal.app.clock.set(Timestamp::from_unix(paper.now));
        let customer = ready.portal.sign_in(EMAIL).await;
        let license_id = ready.portal.buy(&customer, paper.plan.selection()).await;
        Self {
            ready,
            customer,
            signed_in_at: paper.now,
            license_id,
            holders: Vec::new(),
            seen: 0,
            passes: Vec::new(),
            moves: Vec::new(),
            slices: Vec::new(),
            refresh_keys: Vec::new(),
            sent: Vec::new(),
            granted: 0,
        }
    }

    async fn act(&mut self, paper: &Paper, act: Act) {
        match act {
            Act::Wait { seconds, is_swept } => self.wait(paper, seconds, is_swept).await,
            Act::Replay { sent } => self.replay(sent).await,
            Act::Race { carrier, devices } => self.race(paper, carrier, devices).await,
            Act::Refresh { pass, token, key, is_lost } => self.refresh(paper, pass, token, key, is_lost).await,
            Act::Guess { of, times } => {
                let body = json!({"code": self.wrong_code(of)});
                let guesses = (0..times).map(|_| self.ready.portal.send(post("/api/v1/moves/preview", &body)));
                join_all(guesses).await.iter().for_each(|answer| check(paper, answer));
            }
            Act::Cancel { of, token } => {
                let path = format!("/api/v1/moves/{}", self.moves[of]["move_id"].as_str().unwrap_or_default());
                let by = match token {
                    Some(token) => self.by_device(paper, paper.moves[of].pass, token),
                    None => By::Customer,
                };
                check(paper, &self.ready.portal.send(self.ask(&Method::DELETE, &path, &by)).await);
            }
            act => self.send_once(paper, act).await,
        }
    }

    /// Whatever is sent with an idempotency key.
    async fn send_once(&mut self, paper: &Paper, act: Act) {
        let license = format!("/api/v1/licenses/{}", self.license_id);
        let holder_of = |acted: &Act| match *acted {
            Act::Issue { holder } | Act::Redeem { holder, .. } => Some(holder),
            _ => None,
        };
        let holder = holder_of(&act);
        let device = holder.map(|holder| self.device_of(holder));
        let (path, body, by) = match act {
            Act::Issue { .. } => {
                (format!("{license}/passes"), json!({"name": "A"}), By::CustomerAt(device.unwrap_or_default()))
            }
            Act::Redeem { carrier, .. } => {
                ("/api/v1/moves/redeem".to_owned(), self.carrier(carrier), By::Stranger(device.unwrap_or_default()))
            }
            Act::Count { pass, token, count } => {
                let body = json!({"feature": "ai.render", "count": count});
                ("/api/v1/uses".to_owned(), body, self.by_device(paper, pass, token))
            }
            Act::TakeSlice { pass, token, count } => {
                let body = count
                    .map_or_else(|| json!({"feature": "ai.render"}), |n| json!({"feature": "ai.render", "count": n}));
                ("/api/v1/slices".to_owned(), body, self.by_device(paper, pass, token))
            }
            Act::Settle { slice, spent } => {
                let pass = paper.slices[slice].pass;
                let by = self.by_device(paper, pass, self.passes[pass].len() - 1);
                (format!("/api/v1/slices/{}/settle", self.slices[slice]), json!({"spent": spent}), by)
            }
            Act::Offer { pass, token } => {
                let by = token.map_or(By::Customer, |token| self.by_device(paper, pass, token));
                ("/api/v1/moves".to_owned(), json!({"pass_id": self.pass_id(pass)}), by)
            }
            Act::Recover { pass } => {
                (format!("{license}/recover"), json!({"pass_id": self.pass_id(pass)}), By::Customer)
            }
            _ => return,
        };
        let key = self.ready.portal.new_key();
        let ask = self.ask(&Method::POST, &path, &by).body(&body.to_string()).once(&key);
        let answer = self.ready.portal.send(ask).await;
        check(paper, &answer);
        self.learn(paper, &act, &answer, device);
        if paper.sent.len() > self.sent.len() {
            self.sent.push(Sent { path, body: body.to_string(), key, by, answer });
        }
    }

    /// Keeps what the answer hands out.
    fn learn(&mut self, paper: &Paper, act: &Act, answer: &Answer, device: Option<usize>) {
        let member = |name: &str| answer.json()[name].as_u64().unwrap_or_default();
        let went_well = matches!(paper.answered, Answered::Well(..));
        if !went_well {
            return;
        }
        match act {
            Act::Issue { .. } | Act::Redeem { .. } => self.keep_pass(paper, answer, device.unwrap_or_default()),
            Act::Offer { .. } => self.moves.push(answer.json()),
            Act::Count { .. } => self.granted += member("spent"),
            Act::TakeSlice { .. } => {
                self.granted += member("count");
                self.slices.push(answer.text("slice_id"));
            }
            Act::Settle { slice, .. } => {
                // Told again of what came back before, it does not come back again.
                let known: Vec<_> = self.sent.iter().map(|sent| sent.path.as_str()).collect();
                let path = format!("/api/v1/slices/{}/settle", self.slices[*slice]);
                if !known.contains(&path.as_str()) {
                    self.granted -= member("returned");
                }
            }
            _ => {}
        }
    }

    /// A pass that was issued or redeemed: a new one, or one more token of one that is known.
    fn keep_pass(&mut self, paper: &Paper, answer: &Answer, device: usize) {
        let pass_id = answer.text("pass_id");
        let known = (0..self.passes.len()).find(|pass| self.pass_id(*pass) == pass_id);
        let pass = known.unwrap_or(self.passes.len());
        if known.is_none() {
            self.passes.push(Vec::new());
            self.refresh_keys.push(None);
            if paper.passes[pass].holder == self.holders.len() {
                self.holders.push(device);
            }
        }
        self.keep_token(paper, pass, answer.text("pass"));
    }

    fn keep_token(&mut self, paper: &Paper, pass: usize, token: String) {
        let said = claims(&token);
        self.passes[pass].push(token);
        let wanted = paper.passes[pass].tokens.last().expect("every pass has a token");
        assert_eq!(self.passes[pass].len(), paper.passes[pass].tokens.len(), "the reference knows as many tokens");
        assert_eq!(said["exp"], json!(wanted.expires_at));
        assert_eq!(said["refresh"].as_u64().unwrap_or_default(), wanted.count);
    }

    async fn refresh(&mut self, paper: &Paper, pass: usize, token: usize, key: Key, is_lost: bool) {
        let key = match key {
            Key::New => Some(self.ready.portal.new_key()),
            Key::Last => self.refresh_keys[pass].clone(),
            Key::None => None,
        };
        let by = self.by_device(paper, pass, token);
        let ask = self.ask(&Method::POST, "/api/v1/passes/refresh", &by);
        let ask = key.iter().fold(ask, |ask, key| ask.once(key));
        let answer = self.ready.portal.send(ask).await;
        check(paper, &answer);
        if answer.status == 200 {
            self.refresh_keys[pass] = key;
            if !is_lost {
                self.keep_token(paper, pass, answer.text("pass"));
            }
        }
    }

    /// Many devices at once: the reference says what the winner gets, and the others get nothing.
    async fn race(&mut self, paper: &Paper, carrier: Carrier, devices: usize) {
        let (path, body) = ("/api/v1/moves/redeem", self.carrier(carrier));
        let first = self.seen;
        self.seen += devices;
        let racers: Vec<_> = (first..self.seen).map(|device| (device, self.ready.portal.new_key())).collect();
        let ask =
            |device, key: &str| self.ask(&Method::POST, path, &By::Stranger(device)).body(&body.to_string()).once(key);
        let asks = racers.iter().flat_map(|(device, key)| [ask(*device, key), ask(*device, key)]);
        let answers = join_all(asks.map(|ask| self.ready.portal.send(ask))).await;
        let won: Vec<_> = (0..answers.len()).filter(|number| answers[*number].status == 201).collect();
        match &paper.answered {
            Answered::Well(..) => {
                assert_eq!(won.len(), 2, "one winner, asked twice: {answers:?}");
                assert_eq!(answers[won[0]].body, answers[won[1]].body);
                let (device, key) = racers[won[0] / 2].clone();
                assert_eq!(won[0] / 2, won[1] / 2);
                for lost in answers.iter().filter(|answer| answer.status != 201) {
                    lost.check_refused(409, "MOVE_USED", "");
                }
                let answer = answers[won[0]].clone();
                self.keep_pass(paper, &answer, device);
                let (path, body) = (path.to_owned(), body.to_string());
                self.sent.push(Sent { path, body, key, by: By::Stranger(device), answer });
            }
            _ => answers.iter().for_each(|answer| check(paper, answer)),
        }
    }

    async fn replay(&self, number: usize) {
        let sent = &self.sent[number];
        let ask = self.ask(&Method::POST, &sent.path, &sent.by).body(&sent.body).once(&sent.key);
        let again = self.ready.portal.send(ask).await;
        assert_eq!((again.status, &again.body), (sent.answer.status, &sent.answer.body), "{}", sent.path);
    }

    async fn wait(&mut self, paper: &Paper, seconds: i64, is_swept: bool) {
        let app = &self.ready.portal.app;
        app.clock.set(Timestamp::from_unix(paper.now));
        if is_swept {
            sweep_moves(app).await.expect("the store answers");
        }
        if paper.now - self.signed_in_at >= SESSION_SECONDS {
            self.customer = self.ready.portal.sign_in(EMAIL).await;
            self.signed_in_at = paper.now;
        }
        if let Some(months) = paper.plan.resets
            && paper.now - seconds < period(paper.start, months, paper.now).0
        {
            // A new period: nothing is granted of it yet.
            self.granted = 0;
        }
    }

    fn ask(&self, method: &Method, path: &str, by: &By) -> Ask {
        let Ready { portal, devices, .. } = &self.ready;
        let proof = |device: usize, token: Option<&str>| devices[device].proof(portal, method.as_str(), path, token);
        let ask = Ask::new(method.clone(), path);
        match by {
            By::Customer => ask.by(&self.customer),
            By::CustomerAt(device) => ask.by(&self.customer).proof(&proof(*device, None)),
            By::Device(device, token) => ask.token(token).proof(&proof(*device, Some(token))),
            By::Stranger(device) => ask.proof(&proof(*device, None)),
        }
    }

    fn by_device(&self, paper: &Paper, pass: usize, token: usize) -> By {
        By::Device(self.holders[paper.passes[pass].holder], self.passes[pass][token].clone())
    }

    /// The device of the holder; one that nobody has seen for a holder that is new.
    fn device_of(&mut self, holder: usize) -> usize {
        if let Some(device) = self.holders.get(holder) {
            return *device;
        }
        self.seen += 1;
        self.seen - 1
    }

    fn pass_id(&self, pass: usize) -> String {
        let token = self.passes[pass].first().map(|token| claims(token)["jti"].clone());
        token.and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default()
    }

    fn carrier(&self, carrier: Carrier) -> Value {
        let member = if carrier.is_code { "code" } else { "portable_pass" };
        json!({"name": "B", "audience": "acme/sketchpad", member: self.moves[carrier.of][member]})
    }

    fn wrong_code(&self, of: usize) -> String {
        let code = self.moves[of]["code"].as_str().expect("a code");
        let last = if code.ends_with('2') { "3" } else { "2" };
        format!("{}{last}", &code[..code.len() - 1])
    }
}

/// The answer must be the one that the reference gives.
#[track_caller]
fn check(paper: &Paper, answer: &Answer) {
    match &paper.answered {
        Answered::Silence => {}
        Answered::Refused(code) => {
            let said = answer.json()["code"].clone();
            assert_eq!(said, json!(code), "{answer:?}");
        }
        Answered::Well(status, members) => {
            assert_eq!(answer.status, *status, "{answer:?}");
            for (path, wanted) in members {
                let (member, claim) = path.split_once('.').unwrap_or((path, ""));
                let value = answer.json()[member].clone();
                let said = if claim.is_empty() {
                    value
                } else {
                    let said = claims(value.as_str().unwrap_or_default())[claim].clone();
                    if said.is_null() { json!(0) } else { said }
                };
                assert_eq!(said, *wanted, "{path} of {answer:?}");
            }
        }
    }
}
