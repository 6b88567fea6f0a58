//! Services that hang up: who waits for a seat and goes has left the queue, and what was begun is done to its end.

use std::net::TcpListener;
use std::pin::pin;
use std::sync::mpsc;
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use backend::changes::Subject;
use backend::http::server::answer_at;
use backend::store::postgres::Options;
use futures_util::future::{join, poll_immediate};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::seats::until_waiting;
use crate::farm::Farm;
use crate::shop::{Answer, is_on_postgres};

/// The farm's one seat is taken for an hour. The lease that has it.
async fn crowded() -> (Farm, String) {
    let farm = Farm::small().await;
    let held = farm.lease(&json!({"holder": "first"})).await;
    (farm, held)
}

fn patient() -> Value {
    json!({"holder": "patient", "wait_seconds": 60})
}

/// Whose lease stands: its time is over, by the clock, and nobody has said so yet.
fn free_the_seat(farm: &Farm) {
    farm.portal().wait(3600);
    farm.portal().app.changes.tell(Subject::License(farm.bought.license_id));
}

/// Keeps the store's writers busy, once they have done what they were given before, until what is returned is dropped.
async fn hold_the_writers(farm: &Farm) -> Vec<mpsc::Sender<()>> {
    farm.portal().app.store.write(|_| Ok(())).await.expect("what was given before is done");
    let writers = if is_on_postgres() { Options::for_tests().writers } else { 1 };
    let mut held = Vec::new();
    for _ in 0..writers {
        held.push(hold_a_writer(farm).await);
    }
    held
}

async fn hold_a_writer(farm: &Farm) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (begun, begins) = tokio::sync::oneshot::channel();
    let (store, mut begun) = (farm.portal().app.store.clone(), Some(begun));
    actix_web::rt::spawn(async move {
        let holding = store.write(move |_| {
            begun.take().map(|begun| begun.send(()));
            let _ = held.recv();
            Ok(())
        });
        holding.await.expect("the writer goes on");
    });
    begins.await.expect("the writer is held");
    release
}

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

async fn until_written_is_wanted(farm: &Farm) {
    let wanting = async {
        while farm.portal().app.store.measures().waiting_writes.get() == 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, wanting).await.expect("it goes on by itself");
}

async fn until_lent(farm: &Farm, leases: usize) {
    let lending = async {
        while farm.portal().events("lease.checked_out").await.len() != leases {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, lending).await.expect("it goes on by itself");
}

#[track_caller]
fn check_lent(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.text("lease_id")
}

#[actix_web::test]
async fn who_hangs_up_while_it_waits_has_left_the_queue() {
    let (farm, held) = crowded().await;
    let wish = patient();
    {
        let mut first = pin!(farm.check_out_once(&wish, "first"));
        assert!(poll_immediate(first.as_mut()).await.is_none());
        until_waiting(&farm, 1).await;
    }
    until_waiting(&farm, 0).await;
    let second = async {
        until_waiting(&farm, 1).await;
        assert_eq!(farm.give_back(&held, 1).await.status, 200);
    };
    let (answer, ()) = join(farm.check_out_once(&wish, "second"), second).await;
    let lease_id = check_lent(&answer);
    let again = farm.check_out_once(&json!({}), "third").await;
    again.check_refused(409, "SEATS_EXHAUSTED", "");
    assert_eq!(farm.give_back(&lease_id, 1).await.status, 200);
    check_lent(&farm.check_out_once(&wish, "first").await);
    assert_eq!(farm.portal().events("lease.checked_out").await.len(), 3, "its key was not used up by waiting");
    assert_eq!(farm.portal().events("license.denied").await.len(), 1, "nobody was refused who had gone");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn who_hangs_up_before_it_is_lent_a_seat_is_lent_none() {
    let (farm, _) = crowded().await;
    let wish = patient();
    let mut waiting = Box::pin(farm.check_out_once(&wish, "once"));
    assert!(poll_immediate(waiting.as_mut()).await.is_none());
    until_waiting(&farm, 1).await;
    let release = hold_the_writers(&farm).await;
    free_the_seat(&farm);
    until_written_is_wanted(&farm).await;
    // The lending is under way, and the hang-up comes before it.
    drop(waiting);
    drop(release);
    until_waiting(&farm, 0).await;
    farm.portal().app.store.write(|_| Ok(())).await.expect("what was under way is done");
    assert_eq!(farm.portal().events("lease.checked_out").await.len(), 1);
    let lease_id = check_lent(&farm.check_out_once(&wish, "once").await);
    assert_eq!(farm.look(&lease_id).await["state"], "open", "the same key, and a lease that stands");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn who_hangs_up_once_it_was_lent_a_seat_gets_the_same_lease_by_the_same_key() {
    let (farm, _) = crowded().await;
    let wish = patient();
    {
        let mut waiting = pin!(farm.check_out_once(&wish, "once"));
        assert!(poll_immediate(waiting.as_mut()).await.is_none());
        until_waiting(&farm, 1).await;
        free_the_seat(&farm);
        until_lent(&farm, 2).await;
    }
    let again = farm.check_out_once(&wish, "once").await;
    let lease_id = check_lent(&again);
    let lent = farm.portal().events("lease.checked_out").await;
    assert_eq!((lent.len(), &lent[1]["lease_id"]), (2, &json!(lease_id)));
    assert_eq!(farm.look(&lease_id).await["state"], "open");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn what_was_asked_for_is_done_and_told_also_when_nobody_waits_for_the_answer() {
    let (farm, held) = crowded().await;
    let wish = patient();
    let returning = async {
        until_waiting(&farm, 1).await;
        let release = hold_the_writers(&farm).await;
        let mut returning = pin!(farm.give_back(&held, 1));
        assert!(poll_immediate(returning.as_mut()).await.is_none());
        until_written_is_wanted(&farm).await;
        drop(release);
    };
    // Nobody sweeps here: but for the word of who returned it, the seat would be free and nobody would know.
    let waiting = timeout(LONG, farm.check_out(&wish));
    let (answer, ()) = join(waiting, returning).await;
    check_lent(&answer.expect("the seat is free"));
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_connection_that_is_closed_or_half_closed_is_noticed_at_once() {
    let (farm, _) = crowded().await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = listener.local_addr().expect("it listens");
    let server = answer_at(farm.portal().app.clone(), listener, |_| {}).expect("it serves");
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let body = farm.wish(&patient()).to_string();
    let request = format!(
        "POST /api/v1/leases HTTP/1.1\r\nHost: portal\r\nAuthorization: Bearer {}\r\nIdempotency-Key: one\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        farm.token,
        body.len()
    );
    for is_half in [false, true] {
        let mut connection = TcpStream::connect(address).await.expect("it is reached");
        connection.write_all(request.as_bytes()).await.expect("it is sent");
        until_waiting(&farm, 1).await;
        if is_half {
            connection.shutdown().await.expect("the half is closed");
            let mut answer = Vec::new();
            connection.read_to_end(&mut answer).await.expect("the connection is closed");
            assert_eq!(answer, b"", "there is nothing to say yet");
        }
        drop(connection);
        timeout(LONG, until_waiting(&farm, 0)).await.expect("it is noticed");
    }
    handle.stop(false).await;
    assert_eq!(farm.portal().events("lease.checked_out").await.len(), 1);
    farm.portal().check_sound().await;
}
