//! Independent readers of `ProviderFrame` files: an XML crate and CPython, and the grammar of the values inside.

use serde_json::Value;
use std::io::Write as _;
use std::process::{Command, Stdio};

pub type Settings = Vec<(String, String)>;

/// By an XML crate that knows no encodings: the bytes are Latin-1, so each is one character.
pub fn by_crate(file: &[u8]) -> Settings {
    let text: String = file.iter().map(|byte| char::from(*byte)).collect();
    let document = roxmltree::Document::parse(&text).expect("well-formed");
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "ProviderFrame");
    let provider: Vec<_> = root.children().filter(roxmltree::Node::is_element).collect();
    assert!(provider.len() == 1 && provider[0].has_tag_name("Provider"));
    let item = |node: roxmltree::Node<'_, '_>| {
        assert!(node.first_child().is_none());
        let value = node.attribute("value").expect("a value");
        if node.has_tag_name("SYMB_ITEM") {
            assert_eq!(node.attribute("class"), Some("symb_item"));
            (node.attribute("ID").expect("an ID").to_owned(), inner(value))
        } else {
            (node.tag_name().name().to_owned(), value.to_owned())
        }
    };
    provider[0].children().filter(roxmltree::Node::is_element).map(item).collect()
}

/// What a memory symbol's value holds, by its own grammar: `"` any characters but `"` and `\`, then `"`; or numbers with commas.
pub fn inner(value: &str) -> String {
    let characters: Vec<char> = value.chars().collect();
    if let ['"', inside @ .., '"'] = characters.as_slice() {
        assert!(!inside.iter().any(|c| matches!(c, '"' | '\\')), "{value:?} ends early");
        assert!(inside.iter().all(|c| u32::from(*c) < 256 && !c.is_control()), "{value:?} is not Latin-1");
        return inside.iter().collect();
    }
    for number in value.split(',') {
        let hexadecimal = number.strip_prefix("0x");
        let digits = hexadecimal.unwrap_or(number);
        let base = if hexadecimal.is_some() { 16 } else { 10 };
        assert!(!digits.is_empty() && digits.chars().all(|c| c.is_digit(base)), "{value:?} holds no numbers");
    }
    value.to_owned()
}

const SCRIPT: &str = r#"
import json, re, sys, xml.etree.ElementTree as tree
data = sys.stdin.buffer.read()
root = tree.fromstring(data)
assert root.tag == "ProviderFrame" and [e.tag for e in root] == ["Provider"]
found = []
for e in root[0]:
    value = e.attrib["value"]
    if e.tag == "SYMB_ITEM":
        text = re.fullmatch(r'"([^"\\]*)"', value, re.S)
        assert text or re.fullmatch(r"(0x[0-9a-f]+|\d+)(,(0x[0-9a-f]+|\d+))*", value), value
        found.append((e.attrib["ID"], text.group(1) if text else value))
    else:
        found.append((e.tag, value))
json.dump(found, sys.stdout)
"#;

/// By CPython, which knows ISO-8859-1 by itself; none where it is not installed.
pub fn by_cpython(file: &[u8]) -> Option<Settings> {
    let child = Command::new("python3").args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        println!("skipped: the comparison with CPython, python3 is not installed");
        return None;
    };
    child.stdin.take().unwrap().write_all(file).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "CPython refuses the file");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let pair = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned());
    Some(found.as_array().unwrap().iter().map(pair).collect())
}

#[test]
fn the_grammar_itself() {
    assert_eq!(inner("\"a'ä\""), "a'ä");
    assert_eq!(inner("0x1f,2"), "0x1f,2");
    for bad in ["\"", "\"a\"b\"", "\"a\\\"", "a", "", "0x", "1,", "\"€\"", "\"\n\""] {
        assert!(std::panic::catch_unwind(|| inner(bad)).is_err(), "{bad:?}");
    }
}
