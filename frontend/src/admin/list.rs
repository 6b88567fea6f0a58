//! Every list: search, filters, order and place in the address, a table that becomes cards, what stands there while there is
//! nothing, and acts on several at once. What the rows say is each list's own.

mod controls;
mod rows;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::Page;

use crate::admin::address::{OPEN, here_with, member, with_members};
use crate::admin::api;
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::button::link;
use crate::components::el::{dynamic, el, maybe, several};
use crate::components::fault::empty;
use crate::components::icon::icon;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, derived};
use crate::router::Router;

pub(crate) use rows::{Leads, Row, text_or_none};

/// A list, as its page describes it.
pub(crate) struct List {
    /// What the server calls it.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// One sentence about it.
    pub lead: &'static str,
    /// What its columns are called; the first names the row.
    pub columns: &'static [&'static str],
    /// What may be searched for; empty for no search.
    pub search: &'static str,
    /// By what it may be narrowed.
    pub filters: &'static [Filter],
    /// In which orders it may be: for the server and for the reader; the first is the usual one.
    pub sorts: &'static [(&'static str, &'static str)],
    /// Reads an item and says what its row shows.
    pub row: fn(Team, &Value) -> Option<Row>,
    /// What stands where there is nothing yet: icon, title, sentence.
    pub nothing: (&'static str, &'static str, &'static str),
    /// What can be done from the heading, and where there is nothing.
    pub action: Option<fn(Team) -> Option<AnyView>>,
    /// Whether it is to be had as CSV.
    pub is_exported: bool,
    /// What may be done with several at once.
    pub bulk: Option<Bulk>,
}

/// Buttons for the rows with these ids.
pub(crate) type Bulk = fn(Team, RwSignal<Vec<String>>) -> Vec<AnyView>;

/// Something by which a list may be narrowed.
#[derive(Clone, Copy)]
pub(crate) struct Filter {
    /// What the server calls it.
    pub name: &'static str,
    /// What the reader sees.
    pub label: &'static str,
    /// What it may be.
    pub kind: FilterKind,
    /// The one order in which the server narrows by it; empty for any.
    pub sort: &'static str,
}

impl Filter {
    /// A filter for any order.
    pub(crate) const fn new(name: &'static str, label: &'static str, kind: FilterKind) -> Self {
        Self { name, label, kind, sort: "" }
    }

    /// The same for one order alone.
    pub(crate) const fn sorted(self, sort: &'static str) -> Self {
        Self { sort, ..self }
    }
}

/// What a filter may be.
#[derive(Clone, Copy)]
pub(crate) enum FilterKind {
    /// One of these, each with what it is called.
    OneOf(&'static [(&'static str, &'static str)]),
    /// A product of the vendor.
    Product,
    /// The beginning of a day.
    Day,
    /// A service of the vendor: an API token that checks licenses out.
    Service,
    /// An id, pasted.
    Id,
}

#[derive(Clone, Copy)]
struct State {
    list: &'static List,
    team: Team,
    router: Router,
    /// The address's query without what is opened over the page.
    query: Memo<String>,
    selected: RwSignal<Vec<String>>,
}

/// The page of a list.
pub(crate) fn list_page(list: &'static List) -> AnyView {
    let team = Team::of_app();
    let title = Signal::stored(list.title.to_owned());
    let lead = Signal::stored(list.lead.to_owned());
    let action = list.action.and_then(|action| action(team));
    let action = action.map(|action| el("div", "row head-actions").child(action).view());
    let content = el("div", "stack").maybe(action).child(list_itself(list, team));
    page(Width::Full, title, Some(lead), content.into())
}

/// A list alone.
pub(crate) fn list_itself(list: &'static List, team: Team) -> AnyView {
    list_at(list, team, list.name.to_owned())
}

/// A list alone, of what the server has at `rest`.
pub(crate) fn list_at(list: &'static List, team: Team, rest: String) -> AnyView {
    let router = Router::of_app();
    let own = browser::current_path();
    let query = Memo::new(move |before: Option<&String>| {
        if router.path() == own {
            with_members(&router.query(), &[(OPEN, None)])
        } else {
            // On the way to another page.
            before.cloned().unwrap_or_default()
        }
    });
    let state = State { list, team, router, query, selected: RwSignal::new(Vec::new()) };
    let loader = Loader::new(move || {
        team.heed_changes();
        let path = team.path(&format!("{rest}?{}", query.get()));
        async move { api::list(path).await }
    });
    let rows = loader.show(|| skeleton("stack tight", 6, "skeleton low"), move |found: Page<Value>| state.found(found));
    let notice = maybe(move || {
        loader.is_stale().then(|| el("p", "muted small").attr("role", "status").text(words::STALE).view())
    });
    several([controls::controls(state), state.bulk_bar(), notice, rows])
}

impl State {
    /// Whether the list is narrowed. Tracks.
    fn is_narrowed(self) -> bool {
        let query = self.query.get();
        let names = self.list.filters.iter().map(|filter| filter.name).chain(["q"]);
        names.into_iter().any(|name| member(&query, name).is_some())
    }

    /// Goes to what `text` finds. The server finds by name, address or id in everything, so filters do not go along.
    fn search_for(self, text: &str) {
        let others = self.list.filters.iter().map(|filter| (filter.name, None)).chain([("sort", None)]);
        let others = others.filter(|_| !text.is_empty());
        self.narrow(&others.chain([("q", Some(text))]).collect::<Vec<_>>(), true);
    }

    /// Goes to the same list in another order; filters that hold for one order only do not go along.
    fn sort_by(self, sort: &str) {
        let others = self.list.filters.iter().filter(|filter| !filter.sort.is_empty() && filter.sort != sort);
        let cleared = others.map(|filter| (filter.name, None));
        self.narrow(&[("sort", Some(sort)), ("q", None)].into_iter().chain(cleared).collect::<Vec<_>>(), false);
    }

    /// Goes to the same list with another query, from its beginning.
    fn narrow(self, changes: &[(&str, Option<&str>)], is_typing: bool) {
        let query = with_members(&self.query.get_untracked(), changes);
        let address = here_with(&with_members(&query, &[("cursor", None)]));
        if is_typing { self.router.replace(&address) } else { self.router.go(&address) }
    }

    fn found(self, found: Page<Value>) -> AnyView {
        if found.items.is_empty() {
            return self.nothing();
        }
        let count = found.items.len();
        let rows: Vec<Row> = found.items.iter().filter_map(|item| (self.list.row)(self.team, item)).collect();
        let unreadable = count - rows.len();
        let unreadable = (unreadable > 0).then(|| el("p", "error").text(words::unreadable_rows(unreadable)).view());
        let query = self.query.get_untracked();
        let first = member(&query, "cursor").is_some().then(|| {
            let address = here_with(&with_members(&query, &[("cursor", None)]));
            link("button", words::FIRST_PAGE, address)
        });
        let next = found.next.map(|next| {
            let address = here_with(&with_members(&query, &[("cursor", Some(&next))]));
            el("a", "button").attr("href", address).text(words::NEXT_PAGE).child(icon("arrow")).view()
        });
        let counted = el("p", "muted small").text(words::rows_shown(count)).view();
        let foot = el("div", "row apart").child(counted);
        let foot = foot.child(el("nav", "row").attr("aria-label", words::PAGES).maybe(first).maybe(next));
        el("div", "stack").maybe(unreadable).child(rows::table(self, rows)).child(foot).into()
    }

    fn nothing(self) -> AnyView {
        let State { list, team, .. } = self;
        dynamic(move || {
            if self.is_narrowed() {
                let address = browser::current_path();
                let clear = link("button", words::CLEAR_FILTERS, address);
                return empty("search", words::NOTHING_FITS, words::NOTHING_FITS_DETAIL, clear);
            }
            let (icon, title, detail) = list.nothing;
            let action = list.action.and_then(|action| action(team));
            empty(icon, title, detail, action.unwrap_or_else(|| ().into_any()))
        })
    }

    fn bulk_bar(self) -> AnyView {
        let Some(bulk) = self.list.bulk else { return ().into_any() };
        let count = derived(move || self.selected.with(Vec::len));
        maybe(move || {
            let count = count.get();
            (count > 0).then(|| {
                let clear = move || self.selected.set(Vec::new());
                el("div", "bulk-bar")
                    .attr("role", "region")
                    .attr("aria-label", words::SELECTION)
                    .child(el("p", "strong").text(words::selected(count)))
                    .children(bulk(self.team, self.selected))
                    .child(crate::components::button::button("button quiet", words::CLEAR_SELECTION, clear))
                    .view()
            })
        })
    }
}
