//! `passgate verify`: judges a pass as `POST /passes/verify` does.

use shared::api::pass::Judgement;
use shared::slug::Feature;

use super::{CommandError, Outcome, Printer, open_app};
use crate::config::Settings;
use crate::http::pass::verify::judge_token;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The pass.
    token: String,
    /// May this feature run?
    #[arg(long, value_parser = parse_feature)]
    feature: Option<Feature>,
}

fn parse_feature(text: &str) -> Result<Feature, String> {
    text.parse().map_err(|_| "expected lower-case words joined by dots, like export.pdf".to_owned())
}

/// Prints the judgement; fails when it is a denial.
pub(super) async fn run(settings: &Settings, printer: &Printer, arguments: Arguments) -> Outcome {
    let app = open_app(settings)?;
    let feature = arguments.feature.as_ref().map(Feature::as_str);
    let judgement = Judgement::from(judge_token(&app, &arguments.token, feature).await?);
    printer.answer(&format!("{}: {}", judgement.code, judgement.detail), &judgement)?;
    if judgement.valid { Ok(()) } else { Err(CommandError::new("the pass is refused")) }
}
