//! A withheld kind of secret is in no file of any dialect, composites included (SPEC S1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests")]
#![cfg(feature = "render")]

#[path = "support/office.rs"]
mod office;

use libprov::models::{self, Dialect, Model};
use libprov::profile::{DialString, Profile};
use libprov::render::{self, OverridePolicy, RenderError, SecretKind, SecretsOut};
use libprov::secret::Secret;
use office::{Waiting, full_with, office, rich, waiting};
use serde_json::json;
use std::collections::BTreeSet;

/// What stands in the rich profile and in the office's job, by kind; the slot is of an account.
const MARKERS: [(&str, SecretKind, u16); 8] = [
    ("SECRET-sip-1", SecretKind::Sip, 1),
    ("SECRET-sip-2", SecretKind::Sip, 2),
    ("SECRET-admin", SecretKind::Web, 0),
    ("SECRET-user", SecretKind::Web, 0),
    ("36251847", SecretKind::Menu, 0),
    ("95173648", SecretKind::Other, 0),
    ("SECRET-book", SecretKind::Other, 0),
    ("EXAMPLE-CREDENTIAL", SecretKind::Credential, 0),
];

/// The largest and the smallest model of each dialect.
fn models() -> Vec<&'static Model> {
    let mut all = Vec::new();
    for dialect in Dialect::ALL {
        let of_it = || models::all().filter(|model| model.dialect == *dialect && model.accounts <= 100);
        all.extend(of_it().max_by_key(|model| (model.keys, model.accounts)));
        all.extend(of_it().min_by_key(|model| (model.keys, model.accounts)));
    }
    all
}

/// All kinds but this one, and all accounts but this slot of it.
fn all_but(kind: SecretKind, slot: u16) -> SecretsOut {
    let kinds = [SecretKind::Menu, SecretKind::Web, SecretKind::Other, SecretKind::Credential];
    let out = kinds.into_iter().filter(|other| *other != kind).fold(SecretsOut::NONE, SecretsOut::with);
    (1..=256).filter(|other| kind != SecretKind::Sip || *other != slot).fold(out, SecretsOut::with_sip)
}

/// The file's text; none where a dialect refuses a file without its secrets, because it would take them away.
fn file(model: &'static Model, secrets: SecretsOut) -> Option<String> {
    match full_with(&rich(), model, |job| job.secrets = secrets) {
        Ok((file, _)) => Some(file.into_iter().map(char::from).collect()),
        Err(RenderError::Withheld { .. }) if !model.capabilities.retains => None,
        Err(error) => panic!("{} {}: {error}", model.vendor, model.name),
    }
}

/// A full file behind this prefix.
fn full_with_line(prefix: &DialString, model: &'static Model) -> Result<(), RenderError> {
    let (office, profile) = (office(), Profile::from_json("{}").unwrap());
    let mut job = office.job(&profile, model);
    job.outside_line = Some(prefix);
    render::render_full(&job, &mut Vec::new()).map(|_| ())
}

#[test]
fn c2_a_prefix_of_the_outside_line_that_is_none_is_refused_in_both_modes() {
    for model in models::all() {
        for bad in ["12345", "*#", "+49", "a"] {
            let prefix: DialString = bad.parse().unwrap();
            let refused =
                |error: RenderError| assert_eq!(error.to_string(), "outside_line is not 1 to 4 digits", "{}", model.name);
            refused(full_with_line(&prefix, model).unwrap_err());
            refused(Waiting { outside_line: Some(prefix), ..waiting() }.render(model).unwrap_err());
        }
    }
}

#[test]
fn s1_a_withheld_kind_is_in_no_file() {
    let mut seen = BTreeSet::new();
    for model in models() {
        let all = file(model, SecretsOut::ALL).unwrap();
        seen.extend(MARKERS.iter().map(|(marker, ..)| *marker).filter(|marker| all.contains(marker)));
        if let Some(none) = file(model, SecretsOut::NONE) {
            for (marker, ..) in MARKERS {
                assert!(!none.contains(marker), "{}: {marker}", model.name);
            }
        }
        for (marker, kind, slot) in MARKERS {
            let Some(text) = file(model, all_but(kind, slot)) else { continue };
            assert!(!text.contains(marker), "{}: {marker} without {kind:?}", model.name);
            // And nothing else went with it. On Yealink one password is both the web's and the menu's.
            for (other, other_kind, other_slot) in MARKERS {
                if (other_kind, other_slot) != (kind, slot) && all.contains(other) {
                    assert!(text.contains(other), "{}: {other} is missing without {kind:?}", model.name);
                }
            }
        }
    }
    assert_eq!(seen.len(), MARKERS.len(), "every secret goes out somewhere: {seen:?}");
}

#[test]
fn s1_a_dangerous_override_is_withheld_in_every_dialect() {
    for model in models() {
        // The first dangerous name of each dialect that its list has.
        let names = ["ldap.password", "ldap_password", "BS_XML_Netdirs.astNetdirProvider[0].aucPassword[%]"];
        let Some(name) = names.iter().find(|name| render::is_known_parameter(model, name)) else { continue };
        let mut profile = rich();
        profile["overrides"] = json!({ *name: "MARKER" });
        let refused = full_with(&profile, model, |_| ()).unwrap_err();
        assert!(matches!(refused, RenderError::Override { .. }), "{}: {refused}", model.name);
        for (secrets, stated) in [(SecretsOut::ALL, true), (SecretsOut::NONE, false)] {
            let (file, _) = full_with(&profile, model, |job| {
                job.overrides = OverridePolicy::Any;
                job.secrets = secrets;
            })
            .unwrap();
            let text: String = file.into_iter().map(char::from).collect();
            assert_eq!(text.contains("MARKER"), stated, "{}", model.name);
        }
    }
}

#[test]
fn e3_a_text_of_any_length_is_refused_before_there_is_room_for_it() {
    let long = "x".repeat(4 << 20);
    let secret: &'static Secret = Box::leak(Box::new(long.as_str().into()));
    let too_long = |result: Result<render::Warnings, RenderError>, expected: &str| match result {
        Err(RenderError::TooLong { field, longest: 1024 }) => assert_eq!(field, expected),
        other => panic!("{expected}: {other:?}"),
    };
    for model in models() {
        let mut out = Vec::new();
        let profile = Profile::from_json(&json!({}).to_string()).unwrap();
        let office = office();
        let mut job = office.job(&profile, model);
        job.provisioning.login = Some((&office.user, secret));
        too_long(render::render_full(&job, &mut out), "provisioning.login.password");
        for field in ["display_text", "enrolment.password"] {
            waiting()
                .render_with(model, |job| {
                    match field {
                        "display_text" => job.display_text = secret.expose(),
                        _ => job.enrolment.password = secret,
                    }
                    too_long(render::render_restricted(job, &mut out), field);
                    (job.display_text, job.enrolment.password) = ("x", &office.password);
                })
                .ok();
        }
        assert!(out.is_empty() && out.capacity() < 1 << 20, "{}: {}", model.name, out.capacity());
    }
}

#[test]
fn p5_no_error_and_no_warning_of_any_dialect_shows_a_secret() {
    for model in models() {
        let (_, warnings) = full_with(&rich(), model, |_| ()).unwrap();
        let shown = format!("{warnings:?}");
        for bad in ["\n", "\u{202e}", "\"", "x".repeat(200).as_str()] {
            let mut profile = rich();
            let secret = format!("SECRET{bad}");
            profile["accounts"][0]["password"] = json!(secret.chars().take(120).collect::<String>());
            let shown = match full_with(&profile, model, |_| ()) {
                Ok((_, warnings)) => format!("{warnings:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!shown.contains("SECRET"), "{}: {shown}", model.name);
        }
        for (marker, ..) in MARKERS {
            assert!(!shown.contains(marker), "{}: {shown}", model.name);
        }
    }
}
