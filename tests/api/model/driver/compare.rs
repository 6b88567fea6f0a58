//! What the server has, held against what the reference has on paper.

use backend::http::moves::sweep_moves;
use backend::store::records::Pass;
use backend::store::{Outcome, Tx, not_found};
use serde_json::json;
use shared::pass::PassStatus;
use shared::time::Timestamp;

use super::super::reference::{Offer, Paper, Settled, Standing};
use super::Server;
use crate::shop::demo_product;

impl Server {
    /// What the store has must be what the reference has on paper.
    pub(super) async fn compare(&self, paper: &Paper) {
        let (license_id, now) = (self.license_id, Timestamp::from_unix(paper.now));
        let stored = self.ready.portal.app.store.read(move |tx| {
            let (vendor, _) = demo_product(tx)?;
            let record = tx.license_at(vendor.vendor_id, license_id)?.ok_or_else(not_found)?;
            let mut passes = Vec::new();
            for pass in tx.passes(vendor.vendor_id, license_id)? {
                let open = tx.open_move(vendor.vendor_id, pass.pass_id)?;
                let is_due = open.is_some_and(|open| open.expires_at <= now);
                // One that nobody has swept yet is over all the same.
                let status = if is_due { PassStatus::Valid } else { pass.status };
                passes.push((pass.pass_id.to_string(), status, set_aside(tx, &pass, now)?));
            }
            Ok((record.license.at(now), passes))
        });
        let (license, mut stored) = stored.await.expect("the store answers");
        let counter = license.features.get("ai.render").copied().flatten().expect("uses are counted");
        let left = counter.left.expect("uses are limited");
        assert_eq!((license.epoch, left), (paper.epoch, paper.left), "the epoch, and uses left");
        assert_eq!(self.granted, paper.plan.uses - left, "what was granted is what is not left");
        assert!(stored.len() <= paper.plan.devices as usize, "never more passes than devices");
        let mut wanted: Vec<_> = paper
            .live()
            .map(|(number, pass)| {
                let status = match pass.standing {
                    Standing::Valid => PassStatus::Valid,
                    Standing::Moving => PassStatus::Moving,
                    Standing::Cloned | Standing::Over => PassStatus::Suspended,
                };
                (self.pass_id(number), status, open_slice(paper, number))
            })
            .collect();
        stored.sort_by(|one, other| one.0.cmp(&other.0));
        wanted.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(stored, wanted, "passes, their status, and what is set aside on them");
    }

    /// At the end the customer sees the same, and the store is sound.
    pub(super) async fn look_back(&self, paper: &Paper) {
        let portal = &self.ready.portal;
        sweep_moves(&portal.app).await.expect("the store answers");
        let license = portal.license(&self.customer, self.license_id).await;
        assert_eq!(license["features"]["ai.render"]["uses"]["left"], json!(paper.left), "uses left");
        assert_eq!(license["terminals"]["items"].as_array().map(Vec::len), Some(paper.live().count()));
        assert_eq!(license["moves"]["left"], json!(paper.moves_left()), "moves left");
        assert_eq!(license["moves"]["recoveries_left"], json!(paper.recoveries_left()), "recoveries left");
        for (number, known) in paper.moves.iter().enumerate() {
            let move_id = self.moves[number]["move_id"].as_str().unwrap_or_default();
            let state = portal.look_at_move(move_id, &self.customer).await["state"].clone();
            let wanted = match known.offer {
                Offer::Open => "offered",
                Offer::Redeemed { .. } => "redeemed",
                Offer::Cancelled => "cancelled",
                Offer::Expired => "expired",
            };
            assert_eq!(state, wanted, "move {number}");
        }
        portal.check_store().await;
    }
}

/// Uses that the store has set aside on the pass's device.
fn set_aside(tx: &mut dyn Tx, pass: &Pass, now: Timestamp) -> Outcome<u64> {
    let slices = tx.open_slices(pass.vendor_id, pass.license_id)?;
    let own = slices.iter().filter(|slice| slice.pass_id == pass.pass_id && now < slice.ends_at);
    Ok(own.map(|slice| slice.count).sum())
}

/// The same, as the reference has it.
fn open_slice(paper: &Paper, pass: usize) -> u64 {
    let is_open = |settled: Option<Settled>, ends_at| settled.is_none() && paper.now < ends_at;
    let own = paper.slices.iter().filter(|slice| slice.pass == pass && is_open(slice.settled, slice.ends_at));
    own.map(|slice| slice.count).sum()
}
