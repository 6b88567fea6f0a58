//! Lists come in pages: `?cursor=…&limit=…`.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::Deserialize;
use shared::api::Page;

use crate::error::Failure;

/// Items on a page when the client does not say.
const USUAL_LIMIT: u32 = 50;

/// The page that a client asks for. `INVALID_INPUT` for a limit other than 1 to 100, and for members it does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageQuery {
    cursor: Option<String>,
    limit: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    cursor: Option<String>,
    limit: Option<u32>,
}

impl PageQuery {
    /// Of a list that takes other members besides. Errors: `INVALID_INPUT` for a limit other than 1 to 100.
    pub fn new(cursor: Option<String>, limit: Option<u32>) -> Result<Self, Failure> {
        let limit = limit.unwrap_or(USUAL_LIMIT);
        if !(1..=100).contains(&limit) {
            return Err(wrong("limit", "A page holds 1 to 100 items."));
        }
        Ok(Self { cursor, limit })
    }

    /// The last item of the page before, as it stands in the cursor. `INVALID_INPUT` when it is not one.
    pub fn after<T: FromStr>(&self) -> Result<Option<T>, Failure> {
        let read = |text: &String| text.parse().map_err(|_| wrong("cursor", "Take the cursor from `next`, as it is."));
        self.cursor.as_ref().map(read).transpose()
    }

    /// How many to ask the store for: one more than the page holds, to see whether another page follows.
    pub const fn wanted(&self) -> u32 {
        self.limit + 1
    }

    /// Makes the page of what the store gave; `cursor` says where an item stands.
    pub fn page<T>(&self, mut items: Vec<T>, cursor: impl Fn(&T) -> String) -> Page<T> {
        let is_more = items.len() > self.limit as usize;
        items.truncate(self.limit as usize);
        let next = if is_more { items.last().map(cursor) } else { None };
        Page { items, next }
    }
}

impl FromRequest for PageQuery {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_query(request.query_string()))
    }
}

fn read_query(query: &str) -> Result<PageQuery, Failure> {
    let members = web::Query::<Members>::from_query(query);
    let members = members.map_err(|_| wrong("limit", "A list takes `cursor` and `limit`, a whole number."))?;
    let Members { cursor, limit } = members.into_inner();
    PageQuery::new(cursor, limit)
}

fn wrong(field: &str, detail: &str) -> Failure {
    Failure::fields([(field, detail)])
}

#[cfg(test)]
mod tests {
    use super::read_query;

    #[test]
    fn a_page_says_whether_another_follows() {
        let query = read_query("limit=2").unwrap();
        assert_eq!(query.wanted(), 3);
        let page = query.page(vec![9, 8, 7], ToString::to_string);
        assert_eq!((page.items, page.next.as_deref()), (vec![9, 8], Some("8")));
        assert_eq!(query.page(vec![9, 8], ToString::to_string).next, None);
        assert_eq!(query.page(Vec::<u8>::new(), ToString::to_string).next, None);
    }

    #[test]
    fn limits_and_cursors_are_held_to_their_form() {
        for bad in ["limit=0", "limit=101", "limit=-1", "limit=x", "limit=1&limit=2", "colour=red"] {
            assert!(read_query(bad).is_err(), "{bad}");
        }
        assert_eq!(read_query("cursor=7").unwrap().after::<u8>().ok(), Some(Some(7)));
        assert_eq!(read_query("").unwrap().after::<u8>().ok(), Some(None));
        assert!(read_query("cursor=x").unwrap().after::<u8>().is_err());
    }
}
