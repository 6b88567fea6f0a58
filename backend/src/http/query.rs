//! The queries of a vendor's lists: `?q=…&state=…&sort=…&cursor=…&limit=…`, each parameter known and held to its form.

use std::collections::BTreeMap;
use std::str::FromStr;

use actix_web::{HttpRequest, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::time::Timestamp;

use crate::error::Failure;
use crate::store::listing::normal_form;

/// Items on a page when the client does not say.
const USUAL_LIMIT: u32 = 50;

/// The longest text that is looked for, in letters: nobody's name or address is longer, and no index is walked for it.
const MAX_SEARCH: usize = 100;

/// What a query gives. `INVALID_INPUT` names the parameter that is unknown, given twice or of another form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    given: BTreeMap<String, String>,
}

impl Query {
    /// Reads the request's query, of which these parameters are known. An empty one counts as not given.
    pub(super) fn read(request: &HttpRequest, known: &[&str]) -> Result<Self, Failure> {
        read_query(request.query_string(), known)
    }

    /// Whether the parameter is given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// The parameter as it came.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.given.get(name).cloned()
    }

    /// The parameter read from its text; `detail` says what it should be.
    pub(super) fn parse<T: FromStr>(&self, name: &str, detail: &str) -> Result<Option<T>, Failure> {
        self.given.get(name).map(|text| text.parse().map_err(|_| wrong(name, detail))).transpose()
    }

    /// The parameter as a time.
    pub(super) fn time(&self, name: &str) -> Result<Option<Timestamp>, Failure> {
        self.parse(name, "Give a time like 2026-11-22T02:00:00Z.")
    }

    /// The parameter as one of the words of an enumeration.
    pub(super) fn word<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Failure> {
        let read = |text: &String| {
            serde_json::from_value(text.as_str().into())
                .map_err(|_| wrong(name, "This is none of the words that it may be."))
        };
        self.given.get(name).map(read).transpose()
    }

    /// One of the orders that the list has; the first when none is given.
    pub(super) fn sort(&self, orders: &[&'static str]) -> Result<&'static str, Failure> {
        let usual = orders.first().copied().unwrap_or_default();
        let Some(wanted) = self.given.get("sort") else { return Ok(usual) };
        let known = orders.iter().find(|order| *order == wanted).copied();
        known.ok_or_else(|| wrong("sort", &format!("The list may be sorted by {}.", orders.join(", "))))
    }

    /// What is looked for, in its normal form. A search has its own order and takes no filters.
    pub(super) fn search(&self) -> Result<Option<String>, Failure> {
        let Some(text) = self.given.get("q") else { return Ok(None) };
        if let Some(other) = self.given.keys().find(|name| !matches!(name.as_str(), "q" | "limit" | "cursor")) {
            return Err(wrong(other, "A search (`q`) takes no filters and no order beside it."));
        }
        let wanted = normal_form(text);
        if wanted.is_empty() || wanted.chars().count() > MAX_SEARCH {
            return Err(wrong("q", &format!("Look for 1 to {MAX_SEARCH} letters.")));
        }
        Ok(Some(wanted))
    }

    /// How many items a page holds.
    pub(super) fn limit(&self) -> Result<u32, Failure> {
        let detail = "A page holds 1 to 100 items.";
        let limit = self.parse("limit", detail)?.unwrap_or(USUAL_LIMIT);
        if (1..=100).contains(&limit) { Ok(limit) } else { Err(wrong("limit", detail)) }
    }

    /// Where the page before ended.
    pub(super) fn cursor<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        let Some(text) = self.given.get("cursor") else { return Ok(None) };
        let json = URL_SAFE_NO_PAD.decode(text).ok();
        let place = json.and_then(|json| serde_json::from_slice(&json).ok());
        place.map(Some).ok_or_else(wrong_cursor)
    }
}

/// The cursor of another list, or none at all.
pub(super) fn wrong_cursor() -> Failure {
    wrong("cursor", "Take the cursor from `next`, as it is, and leave the rest of the query as it was.")
}

/// What the next page's query hands back.
pub(super) fn write_cursor(place: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_vec(place).map_err(|error| Failure::fault(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

/// A parameter is wrong.
pub(super) fn wrong(name: &str, detail: &str) -> Failure {
    Failure::fields([(name, detail)])
}

fn read_query(query: &str, known: &[&str]) -> Result<Query, Failure> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(query).map_err(|_| wrong("", "The query is wrong."))?;
    let mut given = BTreeMap::new();
    for (name, text) in pairs.into_inner() {
        if !known.contains(&name.as_str()) {
            return Err(wrong(&name, &format!("This is not known here; known are {}.", known.join(", "))));
        }
        if given.insert(name.clone(), text).is_some() {
            return Err(wrong(&name, "Give this once."));
        }
    }
    given.retain(|_, text| !text.is_empty());
    Ok(Query { given })
}

#[cfg(test)]
mod tests {
    use super::{Query, read_query, write_cursor};
    use crate::store::listing::Place;

    const KNOWN: [&str; 6] = ["q", "state", "sort", "from", "limit", "cursor"];

    /// The parameter at fault.
    #[track_caller]
    fn check_wrong<T: std::fmt::Debug>(outcome: Result<T, crate::error::Failure>, name: &str) {
        let problem = outcome.expect_err("the query is wrong").problem(String::new());
        assert_eq!(problem.fields.first().map(|field| field.field.as_str()), Some(name), "{problem:?}");
    }

    fn read(query: &str) -> Query {
        read_query(query, &KNOWN).expect("the query is in order")
    }

    #[test]
    fn only_known_parameters_are_taken_each_once() {
        check_wrong(read_query("colour=red", &KNOWN), "colour");
        check_wrong(read_query("q=a&q=b", &KNOWN), "q");
        assert_eq!(read("q=&state="), Query::default());
    }

    #[test]
    fn parameters_are_held_to_their_form() {
        use shared::license::LicenseState;
        assert_eq!(read("state=active").word::<LicenseState>("state").ok(), Some(Some(LicenseState::Active)));
        for state in ["Active", "gone", "%00", "1"] {
            check_wrong(read(&format!("state={state}")).word::<LicenseState>("state"), "state");
        }
        for limit in ["0", "101", "-1", "x", "1.5"] {
            check_wrong(read(&format!("limit={limit}")).limit(), "limit");
        }
        check_wrong(read("from=yesterday").time("from"), "from");
        check_wrong(read("sort=name").sort(&["-created_at"]), "sort");
        assert_eq!(read("").sort(&["-created_at"]).ok(), Some("-created_at"));
    }

    #[test]
    fn a_search_stands_alone() {
        assert_eq!(read("q=+Anna%20%20B&limit=1").search().ok(), Some(Some("anna b".to_owned())));
        check_wrong(read("q=a&state=active").search(), "state");
        check_wrong(read("q=a&sort=x").search(), "sort");
        check_wrong(read("q=%20").search(), "q");
        check_wrong(read(&format!("q={}", "a".repeat(101))).search(), "q");
    }

    #[test]
    fn a_cursor_is_read_back_and_nothing_else_is() {
        let place = Place::Time(7, "lic_1".to_owned());
        let cursor = write_cursor(&place).expect("written");
        assert_eq!(read(&format!("cursor={cursor}")).cursor().ok(), Some(Some(place)));
        for cursor in ["x", "e30", "WzFd", "%27%20OR%201=1"] {
            check_wrong(read(&format!("cursor={cursor}")).cursor::<Place>(), "cursor");
        }
    }
}
