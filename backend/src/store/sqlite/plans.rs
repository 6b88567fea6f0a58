//! Holds every list's statement to an index: none goes through a table, none sorts.

use rusqlite::Connection;

use super::migrate::{MIGRATIONS, Migration, mark, migrate};
use crate::store::sql::{catalog, coupons, figures, instance, leases, listing, log, mail, orders, search, storefront};

fn connection() -> Connection {
    connection_with(MIGRATIONS)
}

fn connection_with(migrations: &[Migration]) -> Connection {
    let mut connection = Connection::open_in_memory().expect("opens");
    let path = std::path::Path::new("plans.db");
    mark(&mut connection, path).expect("marked");
    migrate(&mut connection, path, migrations).expect("a schema");
    connection
}

/// How SQLite means to answer it, step by step.
fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect(sql);
    let count = statement.parameter_count();
    let bound = vec![rusqlite::types::Value::Null; count];
    let rows = statement.query_map(rusqlite::params_from_iter(bound), |row| row.get(3)).expect(sql);
    rows.collect::<Result<_, _>>().expect(sql)
}

#[test]
fn no_list_goes_through_a_table_or_sorts() {
    let connection = connection();
    let statements = [
        listing::statements(),
        search::statements(),
        log::statements(),
        mail::statements(),
        catalog::team::statements(),
        coupons::statements(),
        leases::statements(),
        figures::statements(),
        instance::statements(),
        orders::statements(),
        storefront::statements(),
    ]
    .concat();
    assert!(statements.len() > 40, "there are {}", statements.len());
    for sql in statements {
        let plan = plan(&connection, &sql);
        // An id's anchor is one row that stands by itself.
        let is_slow =
            |step: &String| (step.starts_with("SCAN") && step != "SCAN CONSTANT ROW") || step.contains("TEMP B-TREE");
        assert!(!plan.iter().any(is_slow), "{sql}\n{plan:#?}");
    }
}

#[test]
fn the_statements_that_go_through_tables_are_known_as_such() {
    let connection = connection();
    for sql in ["SELECT * FROM licenses WHERE trial = 1", "SELECT * FROM passes ORDER BY name"] {
        let plan = plan(&connection, sql);
        assert!(plan.iter().any(|step| step.starts_with("SCAN")), "{plan:?}");
    }
}

/// Of a list of more than two words SQLite makes a table, each time that a row is written.
#[test]
fn no_row_is_checked_against_a_table_of_words() {
    let connection = connection();
    let steps = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(&format!("EXPLAIN {sql}")).expect(sql);
        let rows = statement.query_map([], |row| row.get(1)).expect(sql);
        rows.collect::<Result<_, _>>().expect(sql)
    };
    for table in ["passes", "moves", "leases", "license_features", "licenses", "orders"] {
        let steps = steps(&format!("INSERT INTO {table} DEFAULT VALUES"));
        assert!(steps.iter().any(|step| step == "MakeRecord"), "{steps:?}");
        assert!(!steps.iter().any(|step| step == "OpenEphemeral"), "{table}: {steps:?}");
    }
    let in_a_list = steps("INSERT INTO members (role) VALUES ('owner')");
    assert!(in_a_list.iter().any(|step| step == "OpenEphemeral"), "{in_a_list:?}");
}

#[test]
fn the_words_are_those_that_stood_in_the_lists() {
    let tables = |migrations| -> Vec<String> {
        let connection = connection_with(migrations);
        let sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL ORDER BY name";
        let mut statement = connection.prepare(sql).expect(sql);
        let rows = statement.query_map([], |row| row.get(0)).expect(sql);
        rows.collect::<Result<_, _>>().expect(sql)
    };
    let words = |table: &String| -> Vec<String> { table.split('\'').skip(1).step_by(2).map(str::to_owned).collect() };
    let (lists, equations) = (tables(MIGRATIONS.get(..16).expect("those before")), tables(MIGRATIONS));
    assert_eq!(lists.iter().map(words).collect::<Vec<_>>(), equations.iter().map(words).collect::<Vec<_>>());
    let changed = lists.iter().zip(&equations).filter(|(list, equation)| list != equation);
    assert_eq!(changed.count(), 6);
}
