//! Audit events as lines of JSON, counted where they come with every poll (SPEC A10, E7).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, unused_must_use, missing_docs, reason = "tests")]

mod support;

use libprov::audit::{self, Aggregator, Counted, Frame};
use libprov::effect::{Audit, AuditEvent};
use libprov::ids::TenantId;
use libprov::ip::Source;
use libprov::policy::Policy;
use libprov::rule::Rule;
use libprov::state::State;
use libprov::time::{MINUTE_MS, SECOND_MS, Timestamp};
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Write;
use support::{A, B, Host, V6, phone, settings, source, start};

/// The fields in their order, and what each holds.
const FIELDS: [(&str, &str); 14] = [
    ("at", "when it was; of a counted line the last time. RFC 3339 in UTC with milliseconds"),
    ("event", "a name of the table below, or `other`"),
    ("cause", "what brought it about: `administrator`, `pap`, `request`, `delivery` or `time`; not with `other`"),
    ("tenant", "the tenant's id: a number or a UUID"),
    ("mac", "the device: six groups of two lower-case hex digits with colons"),
    ("revision", "the revision of the device record that the call wrote"),
    ("actor", "who did it, in the host's own words, at most 256 characters"),
    ("old", "the state before: `required`, `failed`, `blocked` or `successful`"),
    ("new", "the state after"),
    ("source", "where it came from: an IPv4 address, an IPv6 network of 64 bits, or `unresolved`"),
    ("rule", "the rule that decided, as the specification names it"),
    ("count", "only in a counted line: how often it came"),
    ("first", "only in a counted line: when it came first"),
    ("last", "only in a counted line: when it came last"),
];

fn tenant() -> TenantId {
    TenantId::from_number(42)
}

fn event(event: AuditEvent) -> Audit {
    Audit { event, old: None, new: None, source: None, rule: None, aggregate: false }
}

fn read(line: &str) -> Map<String, Value> {
    let Value::Object(fields) = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")) else {
        panic!("no object: {line}")
    };
    fields
}

/// The names of the fields as they stand in the line.
fn order(line: &str) -> Vec<String> {
    let known = |name: &&str| line.contains(&format!("\"{name}\":"));
    let mut names: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).filter(known).collect();
    names.sort_by_key(|name| line.find(&format!("\"{name}\":")));
    names.into_iter().map(Into::into).collect()
}

#[test]
fn a10_a_line_has_every_field_under_its_name_and_in_its_order() {
    let audit = Audit {
        old: Some(State::Required),
        new: Some(State::Failed),
        source: Some(source(V6)),
        rule: Some(Rule::R6a),
        ..event(AuditEvent::Locked)
    };
    let frame = Frame { mac: Some(phone(3)), actor: Some("dialogue"), revision: Some(7), ..Frame::of(tenant(), start()) };
    let line = audit::json(&audit, &frame);
    assert_eq!(
        line,
        "{\"at\":\"2030-03-17T17:46:40.000Z\",\"event\":\"locked\",\"cause\":\"pap\",\"tenant\":\"42\",\
         \"mac\":\"80:5e:c0:01:02:03\",\"revision\":7,\"actor\":\"dialogue\",\"old\":\"required\",\"new\":\"failed\",\
         \"source\":\"2001:db8:1:2::/64\",\"rule\":\"R6a\"}"
    );
    let counted = counted_line(&audit);
    let all: BTreeSet<String> = read(&line).keys().chain(read(&counted).keys()).cloned().collect();
    assert_eq!(all, FIELDS.iter().map(|(name, _)| (*name).to_owned()).collect(), "the page lists them all");
    for line in [&line, &counted] {
        let fields = order(line);
        assert_eq!(fields.len(), read(line).len());
        assert!(fields.iter().is_sorted_by_key(|name| FIELDS.iter().position(|(known, _)| known == name)), "{line}");
    }
}

fn counted_line(audit: &Audit) -> String {
    let mut aggregator = Aggregator::new(tenant(), &Policy::new(settings()).unwrap());
    aggregator.add(audit, Some(phone(3)), start());
    aggregator.flush()[0].json()
}

#[test]
fn a10_every_event_of_every_state_source_and_rule_is_a_line_that_reads_back() {
    let states = [None, Some(State::Successful), Some(State::Required), Some(State::Failed), Some(State::Blocked)];
    for event_ in AuditEvent::ALL {
        assert_eq!(AuditEvent::from_number(event_.number()), Some(*event_));
        for old in states {
            for from in [None, Some(source(A)), Some(source(V6)), Some(Source::UNRESOLVED)] {
                let rules = Rule::ALL.map(Some).into_iter().chain([None]);
                for rule in rules {
                    let audit = Audit { old, new: old, source: from, rule, ..event(*event_) };
                    let fields = read(&audit::json(&audit, &Frame::of(tenant(), start())));
                    assert_eq!(fields["event"], event_.name());
                    assert_eq!(fields.get("old").and_then(Value::as_str), old.map(State::name));
                    assert_eq!(fields.get("source").and_then(Value::as_str), from.map(|from| from.to_string()).as_deref());
                    assert_eq!(fields.get("rule").and_then(Value::as_str), rule.map(Rule::name));
                }
            }
        }
    }
    assert_eq!(AuditEvent::from_number(0), None);
}

#[test]
fn a10_no_text_of_an_actor_can_break_or_disguise_a_line() {
    let hidden = "\u{1b}[2J\u{7f}\u{85}\u{9b}\u{2028}\u{2029}\u{202e}\u{2066}\u{2069}\u{200b}\u{feff}\u{ad}\u{e0041}";
    for text in [
        "ann",
        "",
        "Łukasz \"the\\boss\" 😀",
        "a\nb\r\n\tc\0",
        hidden,
        "\",\"event\":\"delivered\",\"x\":\"",
        "</script><!-- ]]> {{7*7}} %0a $(id)",
    ] {
        let frame = Frame { actor: Some(text), ..Frame::of(tenant(), start()) };
        let line = audit::json(&event(AuditEvent::Reset), &frame);
        let fields = read(&line);
        assert_eq!(fields["actor"], text, "nothing is lost");
        assert_eq!((fields.len(), &fields["event"]), (5, &Value::from("reset")));
        assert!(!line.chars().any(|c| c.is_control() || hidden.contains(c) && c != '[' && c != '2' && c != 'J'), "{line:?}");
    }
    let long = "é".repeat(10_000);
    let fields = read(&audit::json(&event(AuditEvent::Reset), &Frame { actor: Some(&long), ..Frame::of(tenant(), start()) }));
    assert_eq!(fields["actor"].as_str().unwrap(), format!("{}…", "é".repeat(256)));
}

#[test]
fn a10_the_events_of_a_story_name_their_cause() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    for (judged, wanted) in [(host.dial(&enrolment, "1"), "pap_wrong"), (host.wrong(&enrolment, 2), "locked")] {
        let lines: Vec<_> =
            judged.effects.audits().map(|audit| read(&audit::json(&audit, &Frame::of(tenant(), host.now)))).collect();
        let line = lines.iter().find(|line| line["event"] == wanted).unwrap();
        assert_eq!((&line["cause"], &line["source"]), (&Value::from("pap"), &Value::from(A)));
    }
    let reset = host.reset();
    assert!(reset.effects.audits().all(|audit| audit.event.cause() == "administrator"));
}

#[test]
fn a10_the_page_lists_every_event_and_field() {
    let mut page = String::from(
        "# Audit events\n\nWhat `audit::json` and an `Aggregator` write: one JSON object (RFC 8259) to a line, in UTF-8. A field that does not\n\
         apply is left out. Names never change their meaning; later versions may add events and fields. No field ever holds a\n\
         secret, and none holds a User-Agent. Control, bidirectional and invisible characters are written as `\\u` escapes.\n\
         Made from the lists in `core/src/effect.rs` and `core/tests/audit.rs`: `LIBPROV_BLESS=1 cargo test -p libprov --test audit`.\n\n\
         Events whose `aggregate` is set may come with every poll (SPEC E7). Give them to an `Aggregator`: it counts them for the\n\
         policy's `audit_window_ms` and yields a line for each kind (event, states, source, rule, MAC). Kinds beyond the policy's\n\
         `audit_keys` are counted together in one line whose event is `other`.\n\n\
         ## Fields\n\n| field | meaning |\n| --- | --- |\n",
    );
    for (name, meaning) in FIELDS {
        writeln!(page, "| `{name}` | {meaning} |").unwrap();
    }
    page.push_str("\n## Events\n\n| event | number | cause | meaning |\n| --- | --- | --- | --- |\n");
    for event in AuditEvent::ALL {
        let meaning = event.meaning();
        assert!(meaning.ends_with('.') && meaning.trim() == meaning && !meaning.contains("  "), "{meaning:?}");
        writeln!(page, "| `{}` | {} | {} | {meaning} |", event.name(), event.number(), event.cause()).unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/audit.md");
    if std::env::var_os("LIBPROV_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), page, "bless docs/audit.md");
}

// ---- E7: counted events ----

fn denied(from: &str) -> Audit {
    Audit { source: Some(source(from)), rule: Some(Rule::R2), aggregate: true, ..event(AuditEvent::Denied) }
}

fn aggregator(keys: u32) -> Aggregator {
    let mut settings = settings();
    (settings.audit_keys, settings.audit_window_ms) = (keys, MINUTE_MS);
    Aggregator::new(tenant(), &Policy::new(settings).unwrap())
}

#[test]
fn e7_a_window_begins_with_the_first_event_and_ends_with_one_line_for_each_kind() {
    let mut counted = aggregator(16);
    assert_eq!((counted.next_timeout(), counted.handle_timeout(start())), (None, vec![]));
    for second in 0..5 {
        counted.add(&denied(A), Some(phone(1)), start().plus_ms(second * SECOND_MS));
    }
    counted.add(&denied(A), Some(phone(2)), start());
    counted.add(&denied(B), Some(phone(1)), start());
    counted.add(&denied(A), None, start());
    assert_eq!(counted.next_timeout(), Some(start().plus_ms(MINUTE_MS)));
    assert_eq!(counted.handle_timeout(start().plus_ms(MINUTE_MS - 1)), [], "early is harmless");
    let lines = counted.handle_timeout(start().plus_ms(MINUTE_MS));
    let told: Vec<_> = lines.iter().map(|line| (line.mac(), line.audit().unwrap().source, line.count())).collect();
    assert_eq!(told.len(), 4);
    assert!(told.contains(&(Some(phone(1)), Some(source(A)), 5)) && told.contains(&(None, Some(source(A)), 1)));
    let five = lines.iter().find(|line| line.count() == 5).unwrap();
    assert_eq!((five.first(), five.last()), (start(), start().plus_ms(4 * SECOND_MS)));
    let fields = read(&five.json());
    assert_eq!((&fields["count"], &fields["rule"], &fields["at"]), (&5.into(), &"R2".into(), &fields["last"]));
    assert_eq!((counted.next_timeout(), counted.handle_timeout(Timestamp::MAX)), (None, vec![]), "twice is harmless");
}

#[test]
fn e7_what_overflows_is_counted_in_one_line_and_memory_stays_bounded() {
    let mut counted = aggregator(16);
    for n in 0..10_000u32 {
        let from = Source::v4(n.into());
        counted.add(&Audit { source: Some(from), ..denied(A) }, None, start().plus_ms(u64::from(n)));
    }
    // A kind that is known goes on being counted apart.
    counted.add(&Audit { source: Some(Source::v4(3.into())), ..denied(A) }, None, start());
    let lines = counted.flush();
    assert_eq!(lines.len(), 17);
    let other = lines.iter().find(|line| line.audit().is_none()).unwrap();
    assert_eq!((other.count(), other.first(), other.last()), (9_984, start().plus_ms(16), start().plus_ms(9_999)));
    assert_eq!(lines.iter().map(Counted::count).sum::<u64>(), 10_001);
    let fields = read(&other.json());
    assert_eq!((&fields["event"], &fields["count"], fields.get("cause")), (&"other".into(), &9_984.into(), None));
    assert_eq!(counted.flush(), []);
}

#[test]
fn a6_a_clock_that_was_put_back_does_not_hold_lines_up() {
    let mut counted = aggregator(16);
    counted.add(&denied(A), None, start());
    let back = start().minus_ms(60 * MINUTE_MS);
    counted.add(&denied(A), None, back);
    assert_eq!(counted.handle_timeout(back), []);
    assert_eq!(counted.next_timeout(), Some(back.plus_ms(MINUTE_MS)));
    let lines = counted.handle_timeout(back.plus_ms(MINUTE_MS));
    assert_eq!((lines[0].count(), lines[0].first(), lines[0].last()), (2, back, start()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes and whenever lines are taken: no event is lost, no line is of another kind, lines are as bounded as said.
    #[test]
    fn e7_no_event_is_lost(events in proptest::collection::vec((0usize..36, 0u8..40, 0u64..90_000), 0..300)) {
        let mut counted = aggregator(16);
        let mut now = start();
        let mut taken = 0;
        for (kind, device, pause) in &events {
            now = now.plus_ms(*pause);
            let lines = counted.handle_timeout(now);
            prop_assert!(lines.len() <= 17);
            taken += lines.iter().map(Counted::count).sum::<u64>();
            counted.add(&event(AuditEvent::ALL[*kind]), Some(phone(*device)), now);
        }
        for line in counted.flush() {
            taken += line.count();
            prop_assert!(line.first() <= line.last() && line.count() > 0);
            read(&line.json());
        }
        prop_assert_eq!(taken, events.len() as u64);
    }

    /// Any actor: a line that reads back as it was.
    #[test]
    fn a10_any_actor_reads_back(text in "\\PC{0,200}|[\\x00-\\u{10ffff}]{0,100}") {
        let frame = Frame { actor: Some(&text), ..Frame::of(tenant(), start()) };
        let line = audit::json(&event(AuditEvent::Reset), &frame);
        prop_assert!(!line.chars().any(char::is_control));
        prop_assert_eq!(&read(&line)["actor"], &Value::from(text));
    }
}
