//! A tenant's settings as keywords: the names and units of `libprov::policy::Settings`.

use libprov::error::ErrorCode;
use libprov::ip::{ForwardHeader, TrustedProxies};
use libprov::policy::{Policy, Settings, Temporary};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyInt, PyString};

use crate::convert::{each, length_ms, network_object, number, prefix, short_number, text, truth, tuple};
use crate::errors::{ARGUMENT, invalid, refused, wrong_type};
use crate::words::{ADOPT, ENFORCEMENT, LANG, LOCK_SCOPE, PAP_SOURCE, SUSPENSION_BIND, WINDOW_FROM};

/// Declares how each plain setting is read and shown, so that none can be forgotten in one of the two.
macro_rules! settings {
    (
        numbers: $($number:ident)+;
        lengths: $($length:ident)+;
        switches: $($switch:ident)+;
        words: $($word:ident = $words:ident)+;
    ) => {
        fn set_plain(settings: &mut Settings, name: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
            match name {
                $(stringify!($number) => settings.$number = number(value, name, ErrorCode::POLICY_RANGE.number())?,)+
                $(stringify!($length) => settings.$length = length_ms(value, name)?,)+
                $(stringify!($switch) => settings.$switch = truth(value, name)?,)+
                $(stringify!($word) => settings.$word = $words.read(value, name)?,)+
                _ => return Ok(false),
            }
            Ok(true)
        }

        fn show_plain(settings: &Settings, out: &Bound<'_, PyDict>) -> PyResult<()> {
            $(out.set_item(stringify!($number), settings.$number)?;)+
            $(out.set_item(stringify!($length), settings.$length)?;)+
            $(out.set_item(stringify!($switch), settings.$switch)?;)+
            $(out.set_item(stringify!($word), $words.show(out.py(), settings.$word)?)?;)+
            Ok(())
        }
    };
}

settings! {
    numbers: attempts lockouts ceiling pap_digits temporary_unproven_cap temporary_max probe_limit
        pap_source_hour pap_tenant_hour pap_tenant_day adoption_cap entry_digits audit_keys;
    lengths: lockout_ms suspension_ms delivery_window_ms weak_window_ms lease_ms enrolment_ms temporary_ms
        temporary_unproven_ms secret_window_ms release_ms probe_window_ms challenge_ms
        proven_source_ms adoption_ms entry_gap_ms dialogue_ms audit_window_ms;
    switches: pap_refuse_trivial on_answer token_needs_source accept_certificates private_addresses
        http_in_own_networks wide_prefixes activate_resets;
    words: lock_scope = LOCK_SCOPE suspension_bind = SUSPENSION_BIND pap_source = PAP_SOURCE
        secret_window_from = WINDOW_FROM enforcement = ENFORCEMENT adoption = ADOPT adoption_own = ADOPT lang = LANG;
}

/// Applies keywords to settings and has the result checked.
pub(crate) fn changed(py: Python<'_>, mut settings: Settings, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Policy> {
    for (name, value) in keywords.into_iter().flatten() {
        set(&mut settings, text(&name, "keyword")?, &value)?;
    }
    Policy::new(settings).map_err(|error| invalid(py, &error, "settings"))
}

fn set(settings: &mut Settings, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    if set_plain(settings, name, value)? {
        return Ok(());
    }
    let py = value.py();
    match name {
        "temporary" => settings.temporary = temporary(value)?,
        "temporary_vendors" => settings.temporary_vendors = each(value, name, name_of)?,
        "rollout_networks" => settings.rollout_networks = each(value, name, prefix)?,
        "own_networks" => settings.own_networks = each(value, name, prefix)?,
        "http_models" => {
            settings.http_models = each(value, name, |pair, at| {
                let pair = each(pair, at, name_of)?;
                <[Box<str>; 2]>::try_from(pair)
                    .map(|[vendor, model]| (vendor, model))
                    .map_err(|_| refused(py, ARGUMENT, at, &format!("{at} must be a pair of vendor and model")))
            })?;
        }
        "proxy_header" => {
            settings.proxies.header = if value.is_none() {
                None
            } else {
                Some(ForwardHeader::parse(text(value, name)?).map_err(|error| invalid(py, &error, name))?)
            };
        }
        "trusted_proxies" => {
            settings.proxies.trusted = if value.is_instance_of::<PyInt>() {
                TrustedProxies::Hops(number(value, name, ARGUMENT)?)
            } else {
                TrustedProxies::Networks(each(value, name, prefix)?)
            };
        }
        "emergency" => settings.emergency = each(value, name, short_number)?,
        "challenge_prefixes" => {
            settings.challenge_prefixes = each(value, name, |octets, at| {
                let octets = octets.cast::<PyBytes>().map_err(|_| wrong_type(octets, at, "bytes"))?;
                <[u8; 3]>::try_from(octets.as_bytes())
                    .map_err(|_| refused(py, ARGUMENT, at, &format!("{at} must be the first 3 bytes of a MAC")))
            })?;
        }
        _ => return Err(PyTypeError::new_err(format!("there is no setting {name}"))),
    }
    Ok(())
}

fn name_of(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Box<str>> {
    text(value, field).map(Into::into)
}

/// `"off"`, `"waiting"`, or the number of deliveries an entry admits.
fn temporary(value: &Bound<'_, PyAny>) -> PyResult<Temporary> {
    if !value.is_instance_of::<PyString>() {
        return number(value, "temporary", ErrorCode::POLICY_RANGE.number()).map(Temporary::FirstN);
    }
    match text(value, "temporary")? {
        "off" => Ok(Temporary::Off),
        "waiting" => Ok(Temporary::Waiting),
        _ => Err(refused(value.py(), ARGUMENT, "temporary", "temporary must be 'off', 'waiting' or a number of deliveries")),
    }
}

/// All settings, under the names by which they are set.
pub(crate) fn show<'py>(py: Python<'py>, settings: &Settings) -> PyResult<Bound<'py, PyDict>> {
    let out = PyDict::new(py);
    show_plain(settings, &out)?;
    match settings.temporary {
        Temporary::Off => out.set_item("temporary", "off")?,
        Temporary::Waiting => out.set_item("temporary", "waiting")?,
        Temporary::FirstN(count) => out.set_item("temporary", count)?,
    }
    let strings = |names: &[Box<str>]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    out.set_item("temporary_vendors", strings(&settings.temporary_vendors))?;
    out.set_item("rollout_networks", tuple(py, settings.rollout_networks.iter(), |py, network| network_object(py, *network))?)?;
    out.set_item("own_networks", tuple(py, settings.own_networks.iter(), |py, network| network_object(py, *network))?)?;
    let models: Vec<_> = settings.http_models.iter().map(|(vendor, model)| (&**vendor, &**model)).collect();
    out.set_item("http_models", models)?;
    out.set_item("proxy_header", settings.proxies.header.as_ref().map(ForwardHeader::name))?;
    match &settings.proxies.trusted {
        TrustedProxies::Hops(hops) => out.set_item("trusted_proxies", hops)?,
        TrustedProxies::Networks(networks) => {
            let networks = tuple(py, networks.iter(), |py, network| network_object(py, *network))?;
            out.set_item("trusted_proxies", networks)?;
        }
    }
    out.set_item("emergency", settings.emergency.iter().map(|number| number.as_str()).collect::<Vec<_>>())?;
    let prefixes = tuple(py, settings.challenge_prefixes.iter(), |py, octets| Ok(PyBytes::new(py, octets).into_any()))?;
    out.set_item("challenge_prefixes", prefixes)?;
    Ok(out)
}
