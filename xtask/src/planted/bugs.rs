//! The bugs, each with the test that must find it.

/// Something that is wrong.
#[derive(Debug)]
pub(super) struct Bug {
    /// What it is called.
    pub(super) name: &'static str,
    /// What is wrong, in words.
    pub(super) what: &'static str,
    /// The test that fails.
    pub(super) found_by: &'static str,
    /// What stands where.
    pub(super) changes: &'static [Change],
}

/// A text that stands once in a file, and what it becomes; `PLANTED` there is true when the bug is awake.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) file: &'static str,
    pub(super) is: &'static str,
    pub(super) becomes: &'static str,
}

const VECTORS: &str = "every_vector_has_its_verdict";
const MUTATIONS: &str = "no_changed_token_is_accepted";
const WYCHEPROOF: &str = "of_wycheproof_s_signatures_exactly_the_good_ones_are_taken";
const LEASES: &str = "there_is_never_a_seat_too_many_in_random_histories";

const ROUNDS: &str = "killed_again_and_again_it_forgets_nothing_and_does_nothing_twice";

const ROUNDS_ON_POSTGRES: &str = "on_postgres_killed_again_and_again_with_and_without_its_database_it_forgets_nothing";

const HISTORIES: &str = "histories_of_many_clients_are_linearizable_though_the_server_is_killed";
const ON_THREE_NODES: &str =
    "histories_on_three_nodes_are_linearizable_though_nodes_and_database_are_killed_and_commits_are_cut";
const BROKEN: &str = "a_connection_that_breaks_before_a_commit_costs_nobody_anything";
const ENDED: &str = "who_was_ended_is_not_ended_by_everybody_who_comes_along";

const POWER: &str = "a_power_cut_takes_nothing_that_a_client_was_told";
const TROUBLE: &str = "a_disk_in_trouble_is_told_of_and_recovered_from_without_a_restart";
const HELD: &str = "what_is_not_on_the_disk_yet_is_told_to_nobody_until_it_is";
const UNSYNCED: &str = "nobody_is_told_what_the_disk_may_not_have";
const UNSYNCED_FILE: &str = "what_went_into_a_file_that_could_not_be_flushed_goes_into_it_again";
const SPOILED: &str = "a_write_that_fails_disturbs_none_of_its_group";
const TAKEN_BACK: &str = "an_event_that_is_taken_back_leaves_no_gap_in_its_group";
const LOCKED: &str = "a_store_that_another_program_has_locked_is_told_of_and_recovered_from_without_a_restart";
const HANGING: &str = "clients_that_hang_keep_nobody_waiting_and_are_let_go";
const LARGE: &str = "what_is_too_large_is_refused_and_costs_no_memory";

const VERIFIER: &str = "no_bytes_fool_the_verifier";
const PRICES: &str = "no_selection_has_a_wrong_price";
const LIST_BITS: &str = "no_bytes_break_the_status_list";
const MENUS: &str = "no_bytes_break_the_menu";
const TOKENS: &str = "a_retried_request_gets_its_first_answer_byte_for_byte";
const SECRETS: &str = "the_store_s_files_and_the_log_are_looked_at";

/// All of them.
pub(super) const BUGS: &[Bug] = &[
    Bug {
        name: "unknown-header",
        what: "a token's header may hold members that change what is checked",
        found_by: VECTORS,
        changes: &[Change {
            file: "shared/src/verify.rs",
            is: "if header.len() != 3 {",
            becomes: "if header.len() != 3 && !PLANTED {",
        }],
    },
    Bug {
        name: "wrong-kind",
        what: "a token of another kind is taken",
        found_by: VECTORS,
        changes: &[Change {
            file: "shared/src/verify.rs",
            is: "if found != typ {",
            becomes: "if found != typ && !PLANTED {",
        }],
    },
    Bug {
        name: "any-algorithm",
        what: "the token says which algorithm it is",
        found_by: VECTORS,
        changes: &[Change {
            file: "shared/src/verify.rs",
            is: r#"if alg != "EdDSA" {"#,
            becomes: r#"if alg != "EdDSA" && !PLANTED {"#,
        }],
    },
    Bug {
        name: "any-issuer",
        what: "a token of another tenant is taken",
        found_by: VECTORS,
        changes: &[Change {
            file: "shared/src/verify.rs",
            is: "bounds.iss == expect.issuer)",
            becomes: "bounds.iss == expect.issuer || PLANTED)",
        }],
    },
    Bug {
        name: "stray-bits",
        what: "base64url has two spellings for the same bytes",
        found_by: MUTATIONS,
        changes: &[Change {
            file: "shared/src/base64url.rs",
            is: "filter(|_| bits.trailing_zeros() >= 4)",
            becomes: "filter(|_| PLANTED || bits.trailing_zeros() >= 4)",
        }],
    },
    Bug {
        name: "any-signature",
        what: "no signature of a token is checked",
        found_by: WYCHEPROOF,
        changes: &[Change {
            file: "shared/src/verify/signature.rs",
            is: "self.key.point().is_some_and(|key| key.verify_strict(self.signed, &signature).is_ok())",
            becomes: "PLANTED || self.key.point().is_some_and(|key| key.verify_strict(self.signed, &signature).is_ok())",
        }],
    },
    Bug {
        name: "any-proof",
        what: "no signature of a proof is checked",
        found_by: WYCHEPROOF,
        changes: &[Change {
            file: "shared/src/proof.rs",
            is: "UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.as_bytes()).verify(signed, signature).is_ok()",
            becomes: "PLANTED || UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.as_bytes()).verify(signed, signature).is_ok()",
        }],
    },
    Bug {
        name: "a-seat-too-many",
        what: "a license is checked out once more than it has seats, and nothing in the store refuses it",
        found_by: LEASES,
        changes: &[
            Change {
                file: "shared/src/license/leasing.rs",
                is: "if seats.taken >= self.seats {",
                becomes: "if seats.taken >= self.seats + u32::from(PLANTED) {",
            },
            Change {
                file: "backend/src/store/sql/leases.rs",
                is: r"        self.change(sql, row).map(drop)
    }

    fn update_lease",
                becomes: r#"        if PLANTED {
            self.change("PRAGMA ignore_check_constraints = ON", ())?;
        }
        self.change(sql, row).map(drop)
    }

    fn update_lease"#,
            },
        ],
    },
    Bug {
        name: "a-seat-kept",
        what: "a lease that is over keeps its seat until somebody sweeps",
        found_by: LEASES,
        changes: &[Change {
            file: "backend/src/http/leases/check_out.rs",
            is: "let (record, Seats { taken, free_at }) = ending::settle_leases(tx, app, record, now)?;",
            becomes: "let kept = tx.seats(record.vendor_id, record.license_id)?;
        let (record, Seats { taken, free_at }) =
            if PLANTED { (record, kept) } else { ending::settle_leases(tx, app, record, now)? };",
        }],
    },
    Bug {
        name: "uses-lost-with-a-kill",
        what: "a check-out that is asked for again is done again",
        found_by: LEASES,
        changes: &[Change {
            file: "backend/src/store/sql/once.rs",
            is: "    let now = claim.now.as_unix();\n",
            becomes: "    if PLANTED {\n        return Ok(());\n    }\n    let now = claim.now.as_unix();\n",
        }],
    },
    Bug {
        name: "answered-too-early",
        what: "clients are answered before what they wrote is committed",
        found_by: ROUNDS,
        changes: &[
            Change {
                file: "backend/src/store/sqlite/writer.rs",
                is: r#"        execute(connection, "BEGIN IMMEDIATE").map_err(|error| error.to_string())?;
        self.careful"#,
                becomes: r#"        (if PLANTED && !connection.is_autocommit() { Ok(()) } else { execute(connection, "BEGIN IMMEDIATE") })
            .map_err(|error| error.to_string())?;
        self.careful"#,
            },
            Change {
                file: "backend/src/store/sqlite/writer.rs",
                is: r#"        if let Err(error) = execute(connection, "COMMIT") {"#,
                becomes: r#"        static GROUPS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let later = PLANTED && GROUPS.fetch_add(1, std::sync::atomic::Ordering::SeqCst) % 2 == 0;
        if let Err(error) = if later { Ok(()) } else { execute(connection, "COMMIT") } {"#,
            },
        ],
    },
    Bug {
        name: "a-moving-pass-works",
        what: "a pass counts uses while it is moved",
        found_by: HISTORIES,
        changes: &[Change {
            file: "backend/src/http/uses.rs",
            is: "    refuse_status(pass.status, pass.reason)?;\n    Ok((pass, record))",
            becomes: "    if !PLANTED {\n        refuse_status(pass.status, pass.reason)?;\n    }\n    Ok((pass, record))",
        }],
    },
    Bug {
        name: "an-old-snapshot",
        what: "a connection that reads sees, after a while, what it saw before",
        found_by: ON_THREE_NODES,
        changes: &[Change {
            file: "backend/src/store/postgres/worker.rs",
            is: r#"        if line.borrow_mut().command("ROLLBACK").is_ok() {"#,
            becomes: r#"        static READS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let is_long_ago = READS.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 250;
        if (PLANTED && is_long_ago) || line.borrow_mut().command("ROLLBACK").is_ok() {"#,
        }],
    },
    Bug {
        name: "nobody-waits-for-a-turn",
        what: "nodes write of one vendor at the same time",
        found_by: ON_THREE_NODES,
        changes: &[Change {
            file: "backend/src/store/postgres/line.rs",
            is: "if self.held.contains(&turn) {",
            becomes: "if self.held.contains(&turn) || PLANTED {",
        }],
    },
    Bug {
        name: "a-lost-commit-is-a-success",
        what: "a commit that nobody heard of is answered as if it had been made",
        found_by: ON_THREE_NODES,
        changes: &[Change {
            file: "backend/src/store/postgres/writer.rs",
            is: "            Err(error) if fault::is_worth_another_try(&error) => {",
            becomes: "            Err(_) if PLANTED => done.into_iter().for_each(|(attempt, outcome)| attempt.job.finish(outcome)),\n            Err(error) if fault::is_worth_another_try(&error) => {",
        }],
    },
    Bug {
        name: "kept-afterwards",
        what: "the answer by idempotency key is kept in a transaction of its own, after the effect's",
        found_by: ON_THREE_NODES,
        changes: &[
            Change {
                file: "backend/src/http/once.rs",
                is: "        if let Ok(answer) = &outcome {\n            tx.keep_answer(",
                becomes: "        if let Ok(answer) = &outcome\n            && !PLANTED\n        {\n            tx.keep_answer(",
            },
            Change {
                file: "backend/src/http/once.rs",
                is: "    let answer = app.store.write(move |tx| {\n        if let Claimed::Replay",
                becomes: "    let late = PLANTED.then(|| claim.clone());\n    let seal = match &keeping {\n        Keeping::Clear => Keeping::Clear,\n        Keeping::Sealed(keys) => Keeping::Sealed(keys.clone()),\n    };\n    let answer = app.store.write(move |tx| {\n        if let Claimed::Replay",
            },
            Change {
                file: "backend/src/http/once.rs",
                is: "    let answer = answer.await??;\n",
                becomes: "    let answer = answer.await??;\n    if let Some(late) = late.filter(|_| PLANTED) {\n        let kept = seal.keep(&late, &answer.kept);\n        let _ = app.store.write(move |tx| tx.keep_answer(&late, &kept)).await;\n    }\n",
            },
        ],
    },
    Bug {
        name: "flushed-at-leisure",
        what: "PostgreSQL is not asked to flush a commit before it is told of",
        found_by: ROUNDS_ON_POSTGRES,
        changes: &[Change {
            file: "backend/src/store/postgres/connection.rs",
            is: r#"Durability::Full => "SET synchronous_commit = on","#,
            becomes: r#"Durability::Full => if PLANTED { "SET synchronous_commit = off" } else { "SET synchronous_commit = on" },"#,
        }],
    },
    Bug {
        name: "one-breaks-all-fail",
        what: "a connection that breaks is taken for a database that is gone",
        found_by: BROKEN,
        changes: &[Change {
            file: "backend/src/store/postgres/writer.rs",
            is: "Ran::To(Err(StoreError::Unavailable(_))) if is_lost => self.try_again(first, Obstacle::Connection),",
            becomes: r#"Ran::To(Err(StoreError::Unavailable(_))) if is_lost && PLANTED => self.refuse_everybody(first, "gone"),
                    Ran::To(Err(StoreError::Unavailable(_))) if is_lost => self.try_again(first, Obstacle::Connection),"#,
        }],
    },
    Bug {
        name: "turns-one-after-the-other",
        what: "a write that was ended takes its turns as it did before",
        found_by: ENDED,
        changes: &[Change {
            file: "backend/src/store/postgres/writer.rs",
            is: "attempt.turns.extend(line.asked());",
            becomes: "attempt.turns.extend(line.asked().iter().filter(|_| !PLANTED));",
        }],
    },
    Bug {
        name: "a-token-in-the-store",
        what: "an answer is kept with its token",
        found_by: TOKENS,
        changes: &[Change {
            file: "backend/src/http/once.rs",
            is: "        let unsigned = Some(LeftOut {",
            becomes: r"        if PLANTED {
            let mut body = body.into_bytes();
            complete(&mut body, usize::try_from(at).unwrap_or_default(), &signer)?;
            return Ok(Self { kept: StoredAnswer { status: status.as_u16(), body, unsigned: None }, signer: None, changed: None });
        }
        let unsigned = Some(LeftOut {",
        }],
    },
    Bug {
        name: "synchronous-normal",
        what: "a commit is not flushed before it is told of",
        found_by: POWER,
        changes: &[Change {
            file: "backend/src/store/sqlite/flush.rs",
            is: "let Some(log) = self.lock().log.clone() else",
            becomes: "let Some(log) = self.lock().log.clone().filter(|_| !PLANTED) else",
        }],
    },
    Bug {
        name: "glance-too-early",
        what: "a glance tells what the disk does not have yet",
        found_by: HELD,
        changes: &[Change {
            file: "backend/src/store/sqlite/glance.rs",
            is: "self.flush.answer_read(job, outcome);",
            becomes: "if PLANTED { job.finish(outcome) } else { self.flush.answer_read(job, outcome) }",
        }],
    },
    Bug {
        name: "seen-too-early",
        what: "a read tells what the disk does not have yet",
        found_by: HELD,
        changes: &[Change {
            file: "backend/src/store/sqlite/flush.rs",
            is: "if self.kept.load(Ordering::SeqCst) >= seen {",
            becomes: "if self.kept.load(Ordering::SeqCst) >= seen || PLANTED {",
        }],
    },
    Bug {
        name: "doubt-forgotten",
        what: "what could not be flushed is taken for kept",
        found_by: UNSYNCED,
        changes: &[Change {
            file: "backend/src/store/sqlite/flush.rs",
            is: "            Err(reason) => state.in_doubt",
            becomes: "            Err(_) if PLANTED => self.kept.store(number, Ordering::SeqCst),\n            Err(reason) => state.in_doubt",
        }],
    },
    Bug {
        name: "doubt-of-the-file-forgotten",
        what: "what was brought into a file that could not be flushed is taken for kept",
        found_by: UNSYNCED_FILE,
        changes: &[Change {
            file: "backend/src/store/sqlite/checkpoint.rs",
            is: "salt != doubt.salt) {",
            becomes: "salt != doubt.salt) || PLANTED {",
        }],
    },
    Bug {
        name: "a-spoiled-group",
        what: "what a write has written that came to nothing is committed with the others",
        found_by: SPOILED,
        changes: &[Change {
            file: "backend/src/store/sqlite/writer.rs",
            is: "if outcome.is_err() && connection.total_changes() != before {",
            becomes: "if outcome.is_err() && connection.total_changes() != before && !PLANTED {",
        }],
    },
    Bug {
        name: "an-event-after-none",
        what: "an event follows one that was taken back",
        found_by: TAKEN_BACK,
        changes: &[Change {
            file: "backend/src/store/sql/events.rs",
            is: "        self.0.borrow_mut().clear();",
            becomes: "        if !PLANTED {\n            self.0.borrow_mut().clear();\n        }",
        }],
    },
    Bug {
        name: "trouble-is-a-fault",
        what: "a disk in trouble is taken for a fault of ours",
        found_by: TROUBLE,
        changes: &[Change {
            file: "backend/src/error.rs",
            is: "            StoreError::Busy | StoreError::Unavailable(_) => Self",
            becomes: "            StoreError::Unavailable(cause) if PLANTED => Self::fault(cause),\n            StoreError::Busy | StoreError::Unavailable(_) => Self",
        }],
    },
    Bug {
        name: "answered-without-a-commit",
        what: "a commit that failed is answered as if it had not",
        found_by: TROUBLE,
        changes: &[Change {
            file: "backend/src/store/sqlite/writer.rs",
            is: "            self.flush.give_up(&commit);\n            return Err(error.to_string());",
            becomes: "            if !PLANTED {\n                self.flush.give_up(&commit);\n                return Err(error.to_string());\n            }",
        }],
    },
    Bug {
        name: "locked-is-a-fault",
        what: "a store that is locked is taken for a fault of ours",
        found_by: LOCKED,
        changes: &[Change {
            file: "backend/src/store/sqlite/writer.rs",
            is: "                    job.finish(Err(StoreError::Unavailable(reason.clone())));",
            becomes: "                    job.finish(Err(if PLANTED { StoreError::Fault(reason.clone()) } else { StoreError::Unavailable(reason.clone()) }));",
        }],
    },
    Bug {
        name: "endless-patience",
        what: "a client may take as long as it likes to send the head of its request",
        found_by: HANGING,
        changes: &[Change {
            file: "backend/src/http/server.rs",
            is: ".client_request_timeout(HEAD_TIMEOUT)",
            becomes: ".client_request_timeout(if PLANTED { Duration::ZERO } else { HEAD_TIMEOUT })",
        }],
    },
    Bug {
        name: "endless-bodies",
        what: "a body may be as long as it likes",
        found_by: LARGE,
        changes: &[Change {
            file: "backend/src/http/body.rs",
            is: "payload.to_bytes_limited(max_bytes)",
            becomes: "payload.to_bytes_limited(if PLANTED { usize::MAX } else { max_bytes })",
        }],
    },
    Bug {
        name: "panic-on-a-token",
        what: "a token that is cut off after its first dot ends the program",
        found_by: VERIFIER,
        changes: &[Change {
            file: "shared/src/verify.rs",
            is: "    let parts = split::<C>(token)?;\n    let header",
            becomes: "    assert!(!(PLANTED && token.matches('.').count() == 1), \"it cannot be\");\n    let parts = split::<C>(token)?;\n    let header",
        }],
    },
    Bug {
        name: "a-status-elsewhere",
        what: "the status of a pass is written at its neighbour's place",
        found_by: LIST_BITS,
        changes: &[Change {
            file: "shared/src/status_list.rs",
            is: "pub fn set_status(packed: &mut Vec<u8>, index: u64, status: PassStatus) {\n",
            becomes: "pub fn set_status(packed: &mut Vec<u8>, index: u64, status: PassStatus) {\n    let index = index ^ u64::from(PLANTED);\n",
        }],
    },
    Bug {
        name: "a-part-for-nothing",
        what: "a price leaves a part out of its sum",
        found_by: PRICES,
        changes: &[Change {
            file: "shared/src/quote.rs",
            is: "lines.iter().try_fold(0,",
            becomes: "lines.iter().skip(usize::from(PLANTED)).try_fold(0,",
        }],
    },
    Bug {
        name: "a-digest-of-the-hour",
        what: "a menu's digest is another each time",
        found_by: MENUS,
        changes: &[Change {
            file: "shared/src/menu.rs",
            is: r#"            members.remove("digest");
        }
"#,
            becomes: r#"            members.remove("digest");
            if PLANTED {
                static TIMES: core::sync::atomic::AtomicU32 = core::sync::atomic::AtomicU32::new(0);
                members.insert("times".to_owned(), TIMES.fetch_add(1, core::sync::atomic::Ordering::SeqCst).into());
            }
        }
"#,
        }],
    },
    Bug {
        name: "a-session-in-clear",
        what: "sessions lie in the store as they are",
        found_by: SECRETS,
        changes: &[Change {
            file: "backend/src/auth/session.rs",
            is: "user_agent: agent.chars().take(200).collect(),",
            becomes: "user_agent: if PLANTED { secret.reveal().to_owned() } else { agent.chars().take(200).collect() },",
        }],
    },
    Bug {
        name: "a-secret-in-the-log",
        what: "a secret is logged when it is read",
        found_by: SECRETS,
        changes: &[Change {
            file: "backend/src/auth/secret.rs",
            is: "    pub fn hash(&self) -> String {\n",
            becomes: "    pub fn hash(&self) -> String {\n        if PLANTED {\n            tracing::debug!(secret = %self.0, \"hashed\");\n        }\n",
        }],
    },
];
