//! The published JSON Schemas are those of the reader, and the cases that both are tried with are refused by the reader too
//! (SPEC V1). `bindings-python/tests/test_profile_schema.py` tries the schemas with a validator that is not ours.
//!
//! `LIBPROV_BLESS=1 cargo test -p libprov --test schema` writes `docs/*.schema.json` anew.
#![cfg(feature = "render")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;

use libprov::profile::{Field, Layer, Profile, json_schema, layer_json_schema, set as set_value, unset};
use serde_json::Value;

/// JSON set for people: short lists and objects on one line, the others a line per member.
fn pretty(json: &str) -> String {
    let mut out = String::new();
    set(&mut json.chars().peekable(), 0, &mut out);
    out.push('\n');
    out
}

/// One value without spaces in it; longer ones are set over several lines.
fn set(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, depth: usize, out: &mut String) {
    let mut members = Vec::new();
    let mut member = String::new();
    let (open, close) = match rest.peek() {
        Some('{') => ('{', '}'),
        Some('[') => ('[', ']'),
        _ => return scalar(rest, out),
    };
    rest.next();
    while let Some(c) = rest.peek().copied() {
        match c {
            '}' | ']' | ',' => {
                rest.next();
                if !member.is_empty() {
                    members.push(std::mem::take(&mut member));
                }
                if c != ',' {
                    break;
                }
            }
            ':' => {
                rest.next();
                member.push_str(": ");
            }
            _ => set(rest, depth + 1, &mut member),
        }
    }
    let one = members.join(", ");
    let words = open == '[' && members.iter().all(|member| !member.contains(['{', '[']));
    if 2 * depth + one.len() < 110 && !one.contains('\n') {
        out.push_str(&format!("{open}{one}{close}"));
    } else if words {
        out.push(open);
        let mut length = usize::MAX / 2;
        for (at, member) in members.iter().enumerate() {
            if length + member.len() > 110 {
                out.push_str(&format!("\n{}", "  ".repeat(depth + 1)));
                length = 2 * depth;
            } else {
                out.push(' ');
            }
            out.push_str(member);
            out.push_str(if at + 1 < members.len() { "," } else { "" });
            length += member.len() + 2;
        }
        out.push_str(&format!("\n{}{close}", "  ".repeat(depth)));
    } else {
        let inner = "  ".repeat(depth + 1);
        let lines = members.join(&format!(",\n{inner}"));
        out.push_str(&format!("{open}\n{inner}{lines}\n{}{close}", "  ".repeat(depth)));
    }
}

fn scalar(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    let text = rest.peek() == Some(&'"');
    let mut escaped = false;
    let mut first = true;
    while let Some(c) = rest.peek().copied() {
        if !text && matches!(c, ',' | '}' | ']' | ':') {
            return;
        }
        rest.next();
        out.push(c);
        if text && c == '"' && !escaped && !first {
            return;
        }
        escaped = c == '\\' && !escaped;
        first = false;
    }
}

fn repository(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn v1_the_published_schemas_are_those_of_the_reader() {
    for (path, schema) in [("docs/profile.schema.json", json_schema()), ("docs/profile-layer.schema.json", layer_json_schema())] {
        let expected = pretty(&schema);
        assert_eq!(serde_json::from_str::<Value>(&expected).unwrap(), serde_json::from_str::<Value>(&schema).unwrap());
        if std::env::var_os("LIBPROV_BLESS").is_some() {
            std::fs::write(repository(path), &expected).unwrap();
        }
        let found = std::fs::read_to_string(repository(path)).unwrap_or_default();
        assert!(found == expected, "{path}: LIBPROV_BLESS=1 cargo test -p libprov --test schema");
    }
}

#[test]
fn v1_the_schema_has_every_field_with_a_title() {
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    for field in Field::ALL {
        let mut at = &schema;
        for part in field.path().split('.') {
            let name = part.trim_end_matches("[]");
            at = &at["properties"][name];
            assert!(at["title"].as_str().is_some_and(|title| !title.is_empty()), "{}", field.path());
            let below = at["$ref"].as_str().or_else(|| at["items"]["anyOf"][0]["$ref"].as_str());
            if let Some(below) = below {
                at = &schema["$defs"][below.strip_prefix("#/$defs/").unwrap()];
            }
        }
        let secret = field.path().contains("password") || field.path().contains("pin");
        assert_eq!(at["writeOnly"] == true, secret, "{}", field.path());
        assert!(at.get("type").is_some() || at.get("enum").is_some(), "{}", field.path());
    }
}

#[test]
fn v6_the_cases_of_the_schema_are_judged_by_the_reader_as_they_say() {
    let cases: Value = serde_json::from_str(include_str!("vectors/profile.json")).unwrap();
    let refused = cases["refused"].as_array().unwrap();
    for case in refused {
        let text = case["profile"].to_string();
        let error = Profile::from_json(&text).unwrap_err();
        assert_eq!(error.to_string(), case["error"].as_str().unwrap(), "{text}");
        // As a layer it is refused for the same reason, unless it only lacks something: then the merge is.
        let error = Profile::from_layers(&[(Layer::Site, &text)]).unwrap_err();
        assert_eq!(error.error.to_string(), case["error"].as_str().unwrap(), "{text}");
        // What makes it whole is in the other layer.
        if let Some(other) = case.get("whole_with") {
            assert_eq!(Profile::from_layers(&[(Layer::Tenant, &other.to_string()), (Layer::Site, &text)]).err(), None, "{text}");
        }
    }
    for profile in cases["allowed"].as_array().unwrap() {
        assert_eq!(Profile::from_json(&profile.to_string()).err(), None, "{profile}");
    }
    assert!(refused.len() > 40);
}

// ---------------------------------------------------------------- docs/profile.md

/// What a field may hold, in words.
fn allowed(field: &Value) -> String {
    let number = |name: &str| field[name].as_i64().unwrap();
    let types: Vec<&str> = match &field["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    if let Some(words) = field["enum"].as_array() {
        let words: Vec<String> = words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect();
        return if words.len() < 60 { words.join(" ") } else { "IANA name".to_owned() };
    }
    match types.first().copied() {
        Some("boolean") => "true or false".to_owned(),
        Some("integer") => format!("{} to {}", number("minimum"), number("maximum")),
        Some("array") => format!("list of at most {}, each: {}", number("maxItems"), allowed(&field["items"])),
        Some("object") => "texts, whole numbers, true or false, by name".to_owned(),
        Some("string") if field["pattern"] == "^[0-9]{4,8}$" => "secret of 4 to 8 digits".to_owned(),
        _ if field["writeOnly"] == true => format!("secret of at most {} octets", number("maxLength")),
        _ => match field["pattern"].as_str() {
            None => format!("text of at most {} characters", number("maxLength")),
            Some(pattern) if pattern.starts_with("^https?:") => "URL, `http` or `https`".to_owned(),
            Some(pattern) if pattern.contains("https?") => "number or URL".to_owned(),
            Some(pattern) if pattern.contains(":\\[") => "DNS name or address".to_owned(),
            Some(pattern) => {
                let least = pattern.trim_start_matches('^').trim_end_matches('$').replace('|', "\\|");
                format!("at most {} characters, `{least}`", number("maxLength"))
            }
        },
    }
}

#[test]
fn v1_the_page_on_profiles_lists_every_field() {
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    let mut rows = String::from("\n| field | what | allowed |\n| --- | --- | --- |\n");
    for path in Field::ALL.iter().map(|field| field.path()).chain(["overrides"]) {
        let mut at = &schema;
        let mut needed = false;
        for part in path.split('.') {
            let name = part.trim_end_matches("[]");
            needed = at["required"].as_array().is_some_and(|required| required.iter().any(|known| known == name));
            at = &at["properties"][name];
            if name != "zone"
                && let Some(below) = at["$ref"].as_str().or_else(|| at["items"]["anyOf"][0]["$ref"].as_str())
            {
                at = &schema["$defs"][below.strip_prefix("#/$defs/").unwrap()];
            }
        }
        let (title, about) = (at["title"].as_str().unwrap(), at["description"].as_str().unwrap_or_default());
        let values = if path == "time.zone" { allowed(&schema["$defs"]["zone"]) } else { allowed(at) };
        let path = if needed { format!("**`{path}`**") } else { format!("`{path}`") };
        let about = if about.is_empty() { title.to_owned() } else { format!("{title}. {about}") };
        rows.push_str(&format!("| {path} | {} | {values} |\n", about.trim_end_matches('.')));
    }
    let page = repository("docs/profile.md");
    let found = std::fs::read_to_string(&page).unwrap();
    let (before, rest) = found.split_once("<!-- fields -->").unwrap();
    let (_, after) = rest.split_once("<!-- /fields -->").unwrap();
    let expected = format!("{before}<!-- fields -->{rows}<!-- /fields -->{after}");
    if std::env::var_os("LIBPROV_BLESS").is_some() {
        std::fs::write(&page, &expected).unwrap();
    }
    assert!(std::fs::read_to_string(&page).unwrap() == expected, "LIBPROV_BLESS=1 cargo test -p libprov --test schema");
}

#[test]
fn v11_the_changes_on_the_page_are_as_it_says() {
    let page = std::fs::read_to_string(repository("docs/profile.md")).unwrap();
    let mut seen = 0;
    for row in page.lines().filter(|row| row.starts_with("| `{")) {
        let code: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let then = match code[..] {
            [layer, path, value, _] => set_value(layer, path, value),
            [layer, path, _] => unset(layer, path),
            _ => panic!("{row}"),
        };
        assert_eq!(then.as_deref(), Ok(*code.last().unwrap()), "{row}");
        seen += 1;
    }
    assert_eq!(seen, 5);
}
