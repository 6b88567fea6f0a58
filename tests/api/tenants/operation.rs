//! An operation of the OpenAPI document, and requests made from what it says: nothing here knows a route.

use std::str::FromStr as _;

use actix_web::http::Method;
use serde_json::{Map, Value, json};

use crate::shop::Ask;

/// A place of a request where an id stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A parameter of the path: its name, and the kind of id.
    Path(String, String),
    /// The members of the body that are ids.
    Body,
}

impl Place {
    pub(super) fn is_vendor(&self) -> bool {
        matches!(self, Self::Path(name, _) if name == "vendor")
    }
}

/// One operation.
pub(super) struct Operation<'document> {
    pub(super) method: Method,
    pub(super) path: String,
    what: Value,
    document: &'document Value,
}

/// Kinds whose ids have a type of their own are told by it, the others by their parameter's name.
fn kind_of(name: &str, schema: &Value) -> String {
    match schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        Some(kind) if kind.ends_with("Id") => kind.to_owned(),
        _ => name.to_owned(),
    }
}

impl<'document> Operation<'document> {
    /// All of the document, reads first and removals last: what is taken away, or revoked, is missing afterwards.
    pub(super) fn all(document: &'document Value) -> Vec<Self> {
        let mut all = Vec::new();
        for (path, item) in document["paths"].as_object().expect("the document has paths") {
            for (method, what) in item.as_object().expect("a path has methods") {
                let method = Method::from_str(&method.to_uppercase()).expect("a method");
                all.push(Self { method, path: path.clone(), what: what.clone(), document });
            }
        }
        let place = |method: &Method| {
            ["GET", "PUT", "PATCH", "POST", "DELETE"].iter().position(|name| *name == method.as_str())
        };
        all.sort_by_key(|operation| place(&operation.method));
        all
    }

    /// Whether `scheme` lets somebody in.
    pub(super) fn admits(&self, scheme: &str) -> bool {
        let schemes = self.what["security"].as_array();
        schemes.is_some_and(|schemes| schemes.iter().any(|one| one.get(scheme).is_some()))
    }

    pub(super) fn is_public(&self) -> bool {
        self.what["security"].as_array().is_none_or(Vec::is_empty)
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = &Value> {
        self.what["parameters"].as_array().into_iter().flatten().filter(move |parameter| parameter["in"] == place)
    }

    pub(super) fn wants_header(&self, name: &str) -> bool {
        self.parameters("header").any(|parameter| parameter["name"] == name)
    }

    /// Where ids stand.
    pub(super) fn places(&self) -> Vec<Place> {
        let in_path = self.parameters("path").filter(|parameter| self.constant(&parameter["schema"]).is_none());
        let mut places: Vec<_> = in_path
            .map(|parameter| {
                let name = parameter["name"].as_str().expect("a parameter has a name");
                Place::Path(name.to_owned(), kind_of(name, &parameter["schema"]))
            })
            .collect();
        if self.body().is_some_and(|schema| self.holds_ids(schema, 0)) {
            places.push(Place::Body);
        }
        places
    }

    /// What stands for a parameter that is no id: a number, or one of a few words.
    fn constant(&self, schema: &Value) -> Option<String> {
        let words = self.resolve(schema)["enum"].as_array();
        // The last, since the first kinds of mail are the installation's own.
        let word = words.and_then(|words| words.last()?.as_str()).map(str::to_owned);
        word.or_else(|| (schema["type"] == "integer").then(|| "1".to_owned()))
    }

    fn body(&self) -> Option<&Value> {
        self.what["requestBody"]["content"].get("application/json").map(|content| &content["schema"])
    }

    fn resolve<'schema>(&'schema self, schema: &'schema Value) -> &'schema Value {
        let pointer = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        pointer.map_or(schema, |pointer| self.document.pointer(pointer).expect("a reference leads somewhere"))
    }

    fn holds_ids(&self, schema: &Value, depth: usize) -> bool {
        if !kind_of("", schema).is_empty() {
            return true;
        }
        let schema = self.resolve(schema);
        let members = schema["properties"].as_object().into_iter().flat_map(Map::values);
        let rest = ["items", "oneOf", "allOf", "anyOf"].into_iter().filter_map(|name| schema.get(name));
        let parts =
            members.chain(rest.flat_map(|part| part.as_array().map_or(vec![part], |list| list.iter().collect())));
        depth < 6 && parts.into_iter().any(|part| self.holds_ids(part, depth + 1))
    }

    /// The request with the ids that `path` and `body` give for a kind.
    pub(super) fn request(&self, path: impl Fn(&str, &str) -> String, body: impl Fn(&str) -> String) -> Ask {
        let mut address = self.path.clone();
        for parameter in self.parameters("path") {
            let name = parameter["name"].as_str().expect("a parameter has a name");
            let constant = self.constant(&parameter["schema"]);
            let value = constant.unwrap_or_else(|| path(name, &kind_of(name, &parameter["schema"])));
            address = address.replace(&format!("{{{name}}}"), &value);
        }
        let ask = Ask::new(self.method.clone(), &address);
        match self.body() {
            Some(schema) => ask.body(&self.sample("", schema, &body, 0).to_string()),
            None => ask,
        }
    }

    /// Something that `schema` describes: what is required, and every id.
    fn sample(&self, name: &str, schema: &Value, id: &impl Fn(&str) -> String, depth: usize) -> Value {
        let kind = kind_of("", schema);
        if !kind.is_empty() {
            return id(&kind).into();
        }
        let schema = self.resolve(schema);
        if name == "feature" {
            return "ai.render".into();
        }
        if name == "vendor" {
            return id("vendor").into();
        }
        if let Some(value) = schema["enum"].get(0).or(schema["examples"].get(0)) {
            return if value.as_str() == Some("2026-11-22T02:00:00Z") {
                "2030-01-01T00:00:00Z".into()
            } else {
                value.clone()
            };
        }
        for one in ["oneOf", "anyOf", "allOf"] {
            if let Some(first) = schema[one].as_array().and_then(|all| all.iter().find(|part| part["type"] != "null")) {
                return self.sample(name, first, id, depth);
            }
        }
        let kind = if schema["type"].is_array() { &schema["type"][0] } else { &schema["type"] };
        match kind.as_str() {
            Some("array") => json!([self.sample(name, &schema["items"], id, depth + 1)]),
            Some("integer") if name == "ttl_seconds" => 600.into(),
            Some("integer") => schema["minimum"].as_u64().unwrap_or(1).max(1).into(),
            Some("boolean") => true.into(),
            Some("string") => match name {
                "email" => "somebody@example.org".into(),
                "url" => "http://127.0.0.1:9/hook".into(),
                _ => "A story.".into(),
            },
            _ => {
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                let members = schema["properties"].as_object().into_iter().flatten();
                let wanted = members
                    .filter(|(name, part)| required.contains(&json!(name)) || depth < 6 && self.holds_ids(part, depth));
                Value::Object(
                    wanted.map(|(name, part)| (name.clone(), self.sample(name, part, id, depth + 1))).collect(),
                )
            }
        }
    }
}
