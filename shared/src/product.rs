//! What a product must satisfy, whoever writes it down: the page that edits it and the server that keeps it ask here.

use crate::api::admin::catalog::ProductEdit;
use crate::api::problem::FieldProblem;
use crate::origin::{OriginFault, check_address, check_origin};
use crate::text::{check_name, check_summary};

/// How many origins a product's apps may have.
pub const MAX_ORIGINS: usize = 50;

/// Everything that is wrong with `product`, each with its member: `origins[2]`. Nothing when it can be kept.
pub fn find_faults(product: &ProductEdit) -> Vec<FieldProblem> {
    let mut faults = Vec::new();
    let mut add = |field: String, detail: &str| faults.push(FieldProblem { field, detail: detail.to_owned() });
    if let Err(fault) = check_name(&product.name) {
        add("name".to_owned(), fault.sentence());
    }
    if let Err(fault) = check_summary(&product.summary) {
        add("summary".to_owned(), fault.sentence());
    }
    if product.origins.len() > MAX_ORIGINS {
        add("origins".to_owned(), "A product's apps have at most 50 origins.");
    }
    for (index, origin) in product.origins.iter().enumerate().take(MAX_ORIGINS) {
        let field = || format!("origins[{index}]");
        match check_origin(origin) {
            Err(OriginFault::Form) => add(
                field(),
                "An origin looks like https://app.example.com: lower case, no path, no slash at the end, no default port.",
            ),
            Err(OriginFault::Insecure) => add(field(), INSECURE),
            Ok(()) if product.origins.iter().take(index).any(|before| before == origin) => {
                add(field(), "This origin stands here twice.");
            }
            Ok(()) => {}
        }
    }
    match product.app_url.as_deref().map(check_address) {
        Some(Err(OriginFault::Form)) => {
            add("app_url".to_owned(), "An address looks like https://app.example.com/start, in plain letters.");
        }
        Some(Err(OriginFault::Insecure)) => add("app_url".to_owned(), INSECURE),
        Some(Ok(())) | None => {}
    }
    faults
}

const INSECURE: &str = "Only https is safe here; http is for this machine alone (localhost).";

#[cfg(test)]
mod tests {
    use super::find_faults;
    use crate::api::admin::catalog::ProductEdit;

    fn product() -> ProductEdit {
        ProductEdit {
            name: "Sketchpad".to_owned(),
            summary: "Draws.".to_owned(),
            origins: vec!["https://app.example.com".to_owned()],
            app_url: Some("https://app.example.com/start".to_owned()),
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut ProductEdit), wanted: &[&str]) {
        let mut changed = product();
        change(&mut changed);
        let fields: Vec<_> = find_faults(&changed).into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, wanted);
    }

    #[test]
    fn each_member_at_fault_is_named() {
        check(|_| {}, &[]);
        check(|product| product.name = " ".to_owned(), &["name"]);
        check(|product| product.name = "a\u{202e}b".to_owned(), &["name"]);
        check(|product| product.summary = "a".repeat(301), &["summary"]);
        check(|product| product.origins.push("https://app.example.com".to_owned()), &["origins[1]"]);
        check(|product| product.origins.insert(0, "http://app.example.com".to_owned()), &["origins[0]"]);
        check(|product| product.origins = (0..51).map(|n| format!("https://a{n}.example")).collect(), &["origins"]);
        check(|product| product.app_url = Some("javascript:alert(1)".to_owned()), &["app_url"]);
        check(
            |product| {
                product.name = "a".repeat(10_000);
                product.origins = vec!["null".to_owned()];
                product.app_url = Some("http://app.example.com".to_owned());
            },
            &["name", "origins[0]", "app_url"],
        );
    }
}
