//! Layers of a profile, and single values by their path (SPEC V11).
#![cfg(feature = "render")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;

use libprov::error::ErrorCode;
use libprov::profile::{Field, Layer, Profile, ProfileError, set, unset};
use proptest::prelude::*;
use serde_json::{Value, json};

const LAYERS: [Layer; 4] = [Layer::Tenant, Layer::Site, Layer::Model, Layer::Device];

fn merged(layers: &[Value]) -> Result<Profile, String> {
    let texts: Vec<String> = layers.iter().map(Value::to_string).collect();
    let layers: Vec<(Layer, &str)> = LAYERS.into_iter().zip(texts.iter().map(String::as_str)).collect();
    Profile::from_layers(&layers).map_err(|error| error.to_string())
}

fn whole(json: &Value) -> Profile {
    Profile::from_json(&json.to_string()).unwrap()
}

fn example(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/profiles").join(name)).unwrap()
}

#[test]
fn v11_the_four_example_layers_make_one_profile() {
    let texts = ["1-tenant", "2-site", "3-model", "4-device"].map(|name| example(&format!("layers/{name}.json")));
    let layers: Vec<(Layer, &str)> = LAYERS.into_iter().zip(texts.iter().map(String::as_str)).collect();
    let profile = Profile::from_layers(&layers).unwrap();
    let expected = json!({
        "accounts": [{
            "label": "201 Reception", "user": "201", "password": "EXAMPLE-SIP-201",
            "server": {"host": "sip.example.net", "port": 5061, "transport": "tls"},
            "backup_server": {"host": "192.0.2.20"},
            "srtp": "required", "codecs": ["g722", "pcma"]
        }],
        "protection": {"admin_password": "EXAMPLE-ADMIN", "web": false},
        "keys": [
            {"kind": "line"},
            {"kind": "speed_dial", "value": "200", "label": "Myself"},
            {"kind": "blf", "value": "202"}
        ],
        "language": "de",
        "firmware": {"version": "108.86.0.90", "url": "https://prov.example.net/firmware/108.86.0.90.rom"},
        "time": {"ntp_server": "192.0.2.1", "zone": "Europe/Berlin"},
        "tones": "de",
        "provisioning": {"interval_min": 1440, "jitter_min": 120},
        "overrides": {"features.dnd.allow": 0}
    });
    assert_eq!(profile, whole(&expected));
    // The order of the arguments does not matter, that of the layers does.
    let turned: Vec<(Layer, &str)> = layers.iter().rev().copied().collect();
    assert_eq!(Profile::from_layers(&turned), Ok(profile));
    assert_eq!(Profile::from_layers(&[]), Ok(Profile::default()));
}

#[test]
fn v11_entries_merge_by_slot_and_null_removes() {
    let number = |slot: u16, value: &str| json!({"slot": slot, "kind": "speed_dial", "value": value});
    let tenant = json!({"keys": [number(1, "1"), number(2, "2"), number(40, "40")]});
    for (device, expected) in [
        // By slot, whatever the order.
        (json!({"keys": [{"slot": 40, "value": "41"}]}), json!([number(1, "1"), number(2, "2"), number(40, "41")])),
        // By place.
        (json!({"keys": [{}, {"value": "3"}]}), json!([number(1, "1"), number(2, "3"), number(40, "40")])),
        // A new one.
        (json!({"keys": [number(3, "3")]}), json!([number(1, "1"), number(2, "2"), number(3, "3"), number(40, "40")])),
        // Gone, by place and by slot.
        (json!({"keys": [null]}), json!([number(2, "2"), number(40, "40")])),
        (json!({"keys": [{"slot": 40, "absent": true}]}), json!([number(1, "1"), number(2, "2")])),
        (json!({"keys": null}), json!([])),
        // Nothing new.
        (json!({"keys": []}), json!([number(1, "1"), number(2, "2"), number(40, "40")])),
        (json!({"keys": [{"slot": null}]}), json!([number(1, "1"), number(2, "2"), number(40, "40")])),
    ] {
        assert_eq!(merged(&[tenant.clone(), device.clone()]), Ok(whole(&json!({"keys": expected}))), "{device}");
    }
    // Keys of modules, two lists deep.
    let tenant = json!({"modules": [{"keys": [number(1, "1"), number(2, "2")]}, {"keys": [number(1, "9")]}]});
    let device = json!({"modules": [{"slot": 1, "keys": [{"slot": 2, "absent": true}, {"slot": 1, "label": "One"}]}]});
    let mut first = number(1, "1");
    first["label"] = "One".into();
    let expected = json!({"modules": [{"keys": [first]}, {"keys": [number(1, "9")]}]});
    assert_eq!(merged(&[tenant, device]), Ok(whole(&expected)));
    // A removed entry can come back with a later layer, and then it has nothing of its former self.
    let (tenant, site) = (json!({"keys": [{"kind": "line", "label": "Old"}]}), json!({"keys": [null]}));
    let back = merged(&[tenant, site, json!({"keys": [{"kind": "dnd"}]})]);
    assert_eq!(back, Ok(whole(&json!({"keys": [{"kind": "dnd"}]}))));
}

#[test]
fn v11_other_lists_are_replaced_and_overrides_merge_by_name() {
    let tenant =
        json!({"dialling": {"timeout_s": 4, "at_once": ["112", "110"]}, "overrides": {"a.b": 1, "slot": 2, "absent": 3}});
    let site = json!({"dialling": {"at_once": ["2xx"]}, "overrides": {"a.b": null, "c": "4", "slot": 5}});
    let expected = json!({"dialling": {"timeout_s": 4, "at_once": ["2xx"]}, "overrides": {"slot": 5, "absent": 3, "c": "4"}});
    assert_eq!(merged(&[tenant, site]), Ok(whole(&expected)));
}

#[test]
fn v11_an_error_names_the_layer_that_is_wrong_by_itself() {
    for (at, word) in ["tenant", "site", "model", "device"].into_iter().enumerate() {
        for (bad, expected) in [
            (json!({"accounts": [{"server": {"port": 0}}]}), "accounts[1].server.port is not a port from 1 to 65535"),
            (json!({"acounts": []}), "acounts is not a known field; the nearest are accounts"),
            (json!({"tones": "dx"}), "tones is none of the known words; the nearest are de"),
            (json!([]), "the profile is not an object"),
            (json!({"keys": [{}, {"slot": 1}]}), "keys[1].slot is given twice"),
            (json!({"keys": [{"absent": false}]}), "keys[1].absent is not true"),
            (json!({"keys": [{"absent": true, "label": "x"}]}), "keys[1].absent does not go with other fields"),
        ] {
            let mut layers = vec![json!({}); 4];
            layers[at] = bad;
            // A later layer that says it right does not help.
            assert_eq!(merged(&layers), Err(format!("the {word} layer: {expected}")));
        }
    }
    let error = Profile::from_layers(&[(Layer::Tenant, "{}"), (Layer::Site, "{\n  nonsense")]).unwrap_err();
    assert_eq!(error.to_string(), "the site layer: the profile is not JSON: line 2, column 3");
    assert_eq!((error.layer, error.code()), (Layer::Site, ErrorCode::PROFILE_FORM));
}

#[test]
fn v11_an_error_of_the_merge_names_the_layer_that_made_it() {
    let server = json!({"host": "a.example"});
    let (user, both) = (json!({"accounts": [{"user": "1"}]}), json!({"accounts": [{"user": "1", "server": server}]}));
    let key = |key: Value| json!({"keys": [key]});
    for (layers, expected) in [
        // Nobody gives it: the last who spoke of the entry.
        (vec![json!({}), user.clone(), json!({"tones": "de"})], "the site layer: accounts[1].server is missing"),
        (vec![user.clone(), json!({"accounts": [{"label": "x"}]}), json!({})], "the site layer: accounts[1].server is missing"),
        // Somebody took it away.
        (
            vec![both.clone(), json!({"accounts": [{"user": null}]}), json!({"accounts": [{"label": "x"}]})],
            "the site layer: accounts[1].user is missing",
        ),
        (
            vec![both.clone(), json!({"accounts": [{"server": null}]}), json!({"accounts": [{"server": {"port": 1}}]})],
            "the site layer: accounts[1].server.host is missing",
        ),
        (vec![both.clone(), json!({"accounts": [null]}), json!({}), user], "the site layer: accounts[1].server is missing"),
        (vec![both, json!({"syslog": {"level": 4}})], "the site layer: syslog.host is missing"),
        // A key's kind and value come from two layers: the later is wrong.
        (
            vec![key(json!({"kind": "blf", "value": "202"})), key(json!({"kind": "line"}))],
            "the site layer: keys[1].value does not go with this kind of key",
        ),
        (
            vec![key(json!({"kind": "line"})), key(json!({"value": "202"})), key(json!({"label": "x"}))],
            "the site layer: keys[1].value does not go with this kind of key",
        ),
        (
            vec![key(json!({"kind": "url", "value": "https://a.example/"})), json!({}), key(json!({"kind": "blf"}))],
            "the model layer: keys[1].value is not a dial string of 1 to 64 of letters, digits and *#+-._",
        ),
        (vec![key(json!({"kind": "line"})), key(json!({"kind": "blf"}))], "the site layer: keys[1].value is missing"),
        (
            vec![json!({"modules": [{"keys": [{"kind": "line"}]}]}), json!({"modules": [{"keys": [{"value": "1"}]}]})],
            "the site layer: modules[1].keys[1].value does not go with this kind of key",
        ),
    ] {
        assert_eq!(merged(&layers), Err(expected.to_owned()), "{layers:?}");
    }
    let many = |letter: &str| {
        let fields: serde_json::Map<String, Value> = (0..300).map(|at| (format!("{letter}{at}"), json!(1))).collect();
        json!({"overrides": fields})
    };
    assert_eq!(
        merged(&[many("a"), many("b"), json!({"tones": "de"})]),
        Err("the site layer: overrides has more than 500 entries".to_owned())
    );
}

/// A value for each field, as JSON.
fn sample(field: Field) -> &'static str {
    let path = field.path();
    match path.rsplit('.').next().unwrap() {
        "port" | "expires_s" | "interval_min" => "5061",
        "host" | "ntp_server" => "\"sip.example.net\"",
        "transport" => "\"tls\"",
        "srtp" => "\"optional\"",
        "codecs" => "[\"g722\",\"pcma\"]",
        "account" | "vlan" | "vlan_priority" | "pc_vlan" | "level" | "jitter_min" | "timeout_s" => "5",
        "menu_password" | "pairing_pin" => "\"2468\"",
        "web" | "dst_auto" | "hours_24" | "lldp" => "true",
        "kind" => "\"blf\"",
        "language" | "tones" => "\"de\"",
        "url" | "language_file" | "menu" => "\"https://prov.example.net/x\"",
        "version" => "\"1.2.3\"",
        "zone" => "\"Europe/Berlin\"",
        "utc_offset_min" => "-60",
        "at_once" => "[\"112\",\"2xx\"]",
        _ => "\"202\"",
    }
}

/// The path of a field with these slots in it.
fn with_slots(field: Field, slots: [u16; 2]) -> String {
    let mut slots = slots.into_iter();
    let parts: Vec<&str> = field.path().split("[]").collect();
    parts.join("[]").split("[]").enumerate().fold(String::new(), |path, (at, part)| {
        if at == 0 { part.to_owned() } else { format!("{path}[{}]{part}", slots.next().unwrap()) }
    })
}

#[test]
fn v11_every_field_can_be_set_and_taken_back_by_its_path() {
    for field in Field::ALL {
        for slots in [[1, 1], [3, 40]] {
            let path = with_slots(*field, slots);
            let layer = set("{}", &path, sample(*field)).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert!(layer.contains(sample(*field)), "{path}: {layer}");
            assert_eq!(set(&layer, &path, sample(*field)), Ok(layer.clone()));
            assert_eq!(unset(&layer, &path), Ok("{}".to_owned()), "{path}");
            let removed = set(&layer, &path, "null").unwrap();
            assert_eq!(removed, layer.replace(sample(*field), "null"));
        }
    }
}

#[test]
fn v11_one_value_is_set_where_its_path_says() {
    let layer = r#"{"tones": "de", "accounts": [{"user": "1"}, {"user": "2"}, null], "overrides": {"b": 1}}"#;
    for (path, value, expected) in [
        (
            "accounts[2].server.port",
            "5061",
            r#"{"accounts":[{"slot":1,"user":"1"},{"slot":2,"user":"2","server":{"port":5061}},{"slot":3,"absent":true}],"tones":"de","overrides":{"b":1}}"#,
        ),
        (
            "accounts[3].user",
            "\"3\"",
            r#"{"accounts":[{"slot":1,"user":"1"},{"slot":2,"user":"2"},{"slot":3,"user":"3"}],"tones":"de","overrides":{"b":1}}"#,
        ),
        (
            "accounts[1]",
            r#"{"label": "new", "slot": 1}"#,
            r#"{"accounts":[{"slot":1,"label":"new"},{"slot":2,"user":"2"},{"slot":3,"absent":true}],"tones":"de","overrides":{"b":1}}"#,
        ),
        ("accounts", "[]", r#"{"accounts":[],"tones":"de","overrides":{"b":1}}"#),
        ("accounts", "null", r#"{"accounts":null,"tones":"de","overrides":{"b":1}}"#),
    ] {
        assert_eq!(set(layer, path, value).as_deref(), Ok(expected), "{path}");
    }
    // Raw parameters have dots in their names; texts keep all they hold.
    assert_eq!(
        set("{}", "overrides.features.dnd.allow", r#""a\"b\\\u0000\u0085\n/ü😀""#).as_deref(),
        Ok(r#"{"overrides":{"features.dnd.allow":"a\"b\\\u0000\u0085\n/ü😀"}}"#)
    );
    let two = r#"{"overrides":{"absent":1,"slot":2}}"#;
    assert_eq!(unset(two, "overrides.slot").as_deref(), Ok(r#"{"overrides":{"absent":1}}"#));
    assert_eq!(unset(r#"{"overrides":{"slot":2}}"#, "overrides.slot").as_deref(), Ok("{}"));
    // Values of a list, as errors name them.
    let codecs = set("{}", "accounts[1].codecs[1]", "\"pcma\"").unwrap();
    let codecs = set(&codecs, "accounts[1].codecs[2]", "\"g722\"").unwrap();
    assert_eq!(codecs, r#"{"accounts":[{"slot":1,"codecs":["pcma","g722"]}]}"#);
    assert_eq!(set(&codecs, "accounts[1].codecs[1]", "null").as_deref(), Ok(r#"{"accounts":[{"slot":1,"codecs":["g722"]}]}"#));
    assert_eq!(unset(&codecs, "accounts[1].codecs[2]").as_deref(), Ok(r#"{"accounts":[{"slot":1,"codecs":["pcma"]}]}"#));
}

#[test]
fn v11_null_takes_an_item_only_out_of_a_list_that_the_layer_has() {
    let refused = Err("accounts[1].codecs[2] is in a list that this layer does not have; set the whole list, or null for it");
    for layer in ["{}", r#"{"accounts":[{"codecs":null}]}"#, r#"{"accounts":[{"slot":2,"codecs":["pcma","pcmu"]}]}"#] {
        let answer = set(layer, "accounts[1].codecs[2]", "null").map_err(|error| error.to_string());
        assert_eq!(answer.as_deref().map_err(String::as_str), refused, "{layer}");
        // What is not there may be taken back.
        assert!(unset(layer, "accounts[1].codecs[2]").is_ok());
    }
    let weaker = json!({"accounts": [{"user": "1", "server": {"host": "a"}, "codecs": ["pcma", "g722"]}]}).to_string();
    let stronger = set(r#"{"accounts":[{"codecs":["pcma","pcmu"]}]}"#, "accounts[1].codecs[2]", "null").unwrap();
    let expected = json!({"accounts": [{"user": "1", "server": {"host": "a"}, "codecs": ["pcma"]}]});
    assert_eq!(Profile::from_layers(&[(Layer::Site, &weaker), (Layer::Device, &stronger)]), Ok(whole(&expected)));
}

#[test]
fn v11_an_entry_may_leave_its_slot_to_the_path() {
    for entry in [r#"{"slot":null,"label":"a"}"#, r#"{"slot":3,"label":"a"}"#, r#"{"label":"a"}"#] {
        assert_eq!(set("{}", "accounts[3]", entry).as_deref(), Ok(r#"{"accounts":[{"slot":3,"label":"a"}]}"#), "{entry}");
    }
}

#[test]
fn e3_a_change_makes_no_layer_that_nobody_reads() {
    // A control character takes six bytes when it is written: the layer would be twice as long as it was.
    let value = "\u{1}".repeat(1000);
    let fields: Vec<String> = (0..170).map(|at| format!("\"n{at}\":{}", json!(value))).collect();
    let large = format!("{{\"overrides\":{{{}}}}}", fields.join(","));
    assert!(large.len() < 1 << 20);
    let grown = (0..4).try_fold(large, |layer, at| set(&layer, &format!("overrides.m{at}"), &json!(value).to_string()));
    assert!(grown.as_ref().is_ok_and(|layer| Profile::from_layers(&[(Layer::Site, layer)]).is_ok()));
    let error = (4..9).try_fold(grown.unwrap(), |layer, at| set(&layer, &format!("overrides.m{at}"), &json!(value).to_string()));
    assert_eq!(error.unwrap_err().to_string(), "the profile is longer than 1 MiB");
    // What has a short escape stays as long as it was, so a layer that was read is read again.
    let breaks = json!({"overrides": {"a": "\n\r\t\u{8}\u{c}".repeat(200)}}).to_string();
    assert_eq!(set(&breaks, "tones", "null").unwrap().len(), breaks.len() + ",\"tones\":null".len());
}

#[test]
fn v11_null_removes_all_overrides_of_weaker_layers() {
    let layers = [json!({"overrides": {"a": 1, "b": 2}}), json!({"overrides": null}), json!({"overrides": {"b": 3, "c": null}})];
    assert_eq!(merged(&layers), Ok(whole(&json!({"overrides": {"b": 3}}))));
    assert_eq!(merged(&layers[..2]), Ok(Profile::default()));
}

#[test]
fn e3_many_layers_of_many_overrides_are_merged_by_name() {
    let fields = |text: usize| (0..500).map(move |at| (format!("parameter.{text}.{at}"), json!(1)));
    let texts: Vec<String> =
        (0..200).map(|text| json!({"overrides": fields(text).collect::<serde_json::Map<_, _>>()}).to_string()).collect();
    let layers: Vec<(Layer, &str)> = texts.iter().map(|text| (Layer::Tenant, text.as_str())).collect();
    let began = std::time::Instant::now();
    let error = Profile::from_layers(&layers).unwrap_err();
    assert_eq!(error.to_string(), "the tenant layer: overrides has more than 500 entries");
    // A minute and more when every name was looked for among all others.
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn p5_the_text_of_a_layer_does_not_move_while_it_is_written() {
    // A buffer that grew would leave its secrets where it was.
    let layer = example("full.json");
    for path in ["accounts[1].password", "overrides.account.2.password", "accounts[40].password"] {
        let changed = set(&layer, path, "\"EXAMPLE\\n\\u0001\"").unwrap();
        assert_eq!(changed.capacity(), changed.len());
    }
}

#[test]
fn v11_a_path_or_value_that_cannot_be_is_refused_by_name() {
    for (path, value, expected) in [
        ("", "1", "the path lacks the name of a field"),
        ("acounts[1].user", "1", "acounts is not a known field; the nearest are accounts"),
        ("accounts[1].server.prot", "1", "accounts[1].server.prot is not a known field; the nearest are port"),
        ("accounts[1].", "1", "accounts[1] lacks the name of a field"),
        ("accounts.user", "1", "accounts is a list; its entries are numbers from 1 to 1000 in brackets"),
        ("accounts[0].user", "1", "accounts is a list; its entries are numbers from 1 to 1000 in brackets"),
        ("accounts[1001].user", "1", "accounts is a list; its entries are numbers from 1 to 1000 in brackets"),
        ("accounts[01].user", "1", "accounts is a list; its entries are numbers from 1 to 1000 in brackets"),
        ("accounts[1", "1", "accounts is a list; its entries are numbers from 1 to 1000 in brackets"),
        ("accounts[1]user", "1", "accounts[1] has no such parts"),
        ("accounts[1][2]", "1", "accounts[1] has no such parts"),
        ("accounts[1].slot", "2", "accounts[1].slot says which entries there are; set the entry itself"),
        ("accounts[1].absent", "true", "accounts[1].absent says which entries there are; set the entry itself"),
        ("accounts[1].user.x", "1", "accounts[1].user has no such parts"),
        ("accounts[1].codecs[1].x", "1", "accounts[1].codecs[1] has no such parts"),
        ("accounts[1].codecs[2]", "\"pcma\"", "accounts[1].codecs[2] lies behind the end of its list"),
        ("accounts[1]", "{\"slot\": 2}", "accounts[1].slot is another one than the path names"),
        ("accounts[1]", "5", "accounts[1] is not an object"),
        ("tones[1]", "1", "tones has no such parts"),
        ("tones", "nonsense", "tones is given a value that is no JSON"),
        ("tones", "\"dx\"", "tones is none of the known words; the nearest are de"),
        ("accounts[1].server.port", "70000", "accounts[1].server.port is not a port from 1 to 65535"),
        ("accounts[1].server", "{\"prot\": 1}", "accounts[1].server.prot is not a known field; the nearest are port"),
        ("overrides.a", "[]", "overrides.a is not a text, a whole number or a truth value"),
    ] {
        assert_eq!(set("{}", path, value).map_err(|error| error.to_string()), Err(expected.to_owned()), "{path}");
    }
    assert!(matches!(set("{", "tones", "1"), Err(ProfileError::Json { line: 1, column: 1 })));
    assert_eq!(set("[]", "tones", "null").map_err(|error| error.to_string()), Err("the profile is not an object".to_owned()));
    // A layer that is wrong elsewhere is not made more wrong.
    assert_eq!(
        set(r#"{"tones": 1}"#, "language", "\"de\"").map_err(|error| error.to_string()),
        Err("tones is not a text".to_owned())
    );
}

#[test]
fn v11_a_path_that_an_error_names_can_be_set() {
    let broken = json!({"accounts": [{"slot": 7, "user": "1", "server": {"host": "a.example"}, "codecs": ["pcma", "pcmu"]}]});
    for (path, bad) in [("accounts[7].server.port", "0"), ("accounts[7].codecs[2]", "\"pcma\""), ("accounts[7].user", "\"a b\"")]
    {
        let error = set(&broken.to_string(), path, bad).unwrap_err();
        assert_eq!(error.field(), Some(path));
        assert!(set(&broken.to_string(), error.field().unwrap(), "null").is_ok());
    }
    let error = Profile::from_layers(&[(Layer::Device, r#"{"keys": [{"slot": 9, "kind": "blf"}]}"#)]).unwrap_err();
    let mended = set(r#"{"keys": [{"slot": 9, "kind": "blf"}]}"#, error.error.field().unwrap(), "\"202\"").unwrap();
    assert!(Profile::from_layers(&[(Layer::Device, &mended)]).is_ok());
}

#[test]
fn v11_errors_and_debug_quote_no_value() {
    let marked = [
        r#"{"protection": {"admin_password": "MARKER", "web": "MARKER"}}"#,
        r#"{"tones": "MARKER"}"#,
        r#"{"time": {"zone": "MARKER"}}"#,
        r#"{"accounts": [{"password": "MARKER", "user": "MARKER MARKER"}]}"#,
        r#"{"accounts": [{"password": "MARKER"}]}"#,
        r#"{"overrides": {"a": ["MARKER"]}}"#,
        r#"{"dialling": {"at_once": ["MARKER"]}}"#,
        r#"{"protection": {"pairing_pin": "MARKER"}, "#,
    ];
    for text in marked {
        let error = Profile::from_layers(&[(Layer::Tenant, text)]).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("MARKER"), "{error:?}");
        for error in [set(text, "tones", "\"MARKER\"").unwrap_err(), set("{}", "accounts[1].codecs", "MARKER").unwrap_err()] {
            assert!(!format!("{error} {error:?}").contains("MARKER"), "{error:?}");
        }
    }
}

// ---------------------------------------------------------------- properties

/// A layer made of single values.
fn layer() -> impl Strategy<Value = String> {
    prop::collection::vec((0..Field::ALL.len(), 1u16..4, 1u16..4, 0u8..4), 0..8).prop_map(|changes| {
        changes.into_iter().fold("{}".to_owned(), |layer, (field, outer, inner, how)| {
            let field = Field::ALL[field];
            let path = with_slots(field, [outer, inner]);
            match (how, path.rsplit_once('.')) {
                (0, _) => set(&layer, &path, "null").unwrap(),
                (1, Some((entry, _))) if entry.ends_with(']') => set(&layer, entry, "null").unwrap(),
                _ => set(&layer, &path, sample(field)).unwrap(),
            }
        })
    })
}

/// RFC 7396 over lists that are written as objects by slot: what [`Profile::from_layers`] must come to.
fn reference(target: Value, patch: Value) -> Value {
    match patch {
        Value::Object(patch) => {
            let mut fields = if let Value::Object(fields) = target { fields } else { serde_json::Map::new() };
            for (name, value) in patch {
                let old = fields.remove(&name).unwrap_or(Value::Null);
                if !value.is_null() {
                    fields.insert(name, reference(old, value));
                }
            }
            Value::Object(fields)
        }
        patch => patch,
    }
}

/// Lists of entries as objects by slot (`true`), or back.
fn by_slot(value: Value, there: bool) -> Value {
    match value {
        Value::Array(items) if there && items.iter().any(Value::is_object) => {
            let named = items.into_iter().map(|mut item| {
                let slot = item["slot"].take().to_string();
                item.as_object_mut().unwrap().remove("slot");
                let absent = item.get("absent").is_some();
                (format!("slot {slot}"), if absent { Value::Null } else { by_slot(item, there) })
            });
            Value::Object(named.collect())
        }
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| match value {
                Value::Object(entries) if !there && matches!(&*name, "accounts" | "handsets" | "keys" | "modules") => {
                    let entries = entries.into_iter().map(|(name, value)| {
                        let mut entry = by_slot(value, there);
                        entry["slot"] = name.strip_prefix("slot ").unwrap().parse::<u16>().unwrap().into();
                        entry
                    });
                    (name, Value::Array(entries.collect()))
                }
                value => (name, by_slot(value, there)),
            })
            .collect(),
        other => other,
    }
}

proptest! {
    #[test]
    fn v11_merging_is_that_of_rfc_7396(layers in prop::collection::vec(layer(), 1..4)) {
        let parsed: Vec<Value> = layers.iter().map(|layer| serde_json::from_str(layer).unwrap()).collect();
        let expected = parsed.iter().cloned().fold(json!({}), |target, layer| reference(target, by_slot(layer, true)));
        let expected = Profile::from_json(&by_slot(expected, false).to_string());
        let texts: Vec<(Layer, &str)> = LAYERS.into_iter().zip(layers.iter().map(String::as_str)).collect();
        prop_assert_eq!(Profile::from_layers(&texts).map_err(|error| error.error), expected);
    }

    #[test]
    fn v11_a_layer_is_written_the_same_way_each_time(text in layer()) {
        // Nothing changes where nothing is set, and the order of fields does not matter.
        prop_assert_eq!(&unset(&text, "display_text").and_then(|once| unset(&once, "display_text")), &unset(&text, "display_text"));
        let shuffled: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(set(&shuffled.to_string(), "tones", "\"at\""), set(&text, "tones", "\"at\""));
    }

    #[test]
    fn e3_no_path_and_no_value_panics(path in "[a-z_.\\[\\]0-9]{0,24}", value in ".{0,12}", text in layer()) {
        let _ = (set(&text, &path, &value), unset(&text, &path));
    }
}
