//! The extension `libprov._libprov`: converts, calls core, converts back. `python/libprov/` is the package around it.

mod account;
mod admin;
mod answer;
mod call;
mod convert;
mod effect;
mod errors;
mod mfa;
mod models;
mod otp;
mod otpauth;
mod outcome;
mod profile;
mod records;
mod render;
mod request;
mod roster;
mod secret;
mod settings;
mod tenant;
mod voice;
mod words;

use pyo3::prelude::*;

/// Two-factor phone provisioning: the compiled part of `libprov`.
///
/// Every class here is an immutable value, so that threads share them freely, with or without the GIL; `Dialogue`,
/// `DigitCollector`, `Aggregator`, `RosterImport` and `RosterBatch` change and guard themselves.
#[pymodule(gil_used = false)]
mod _libprov {
    use libprov::error::ErrorCode;
    use pyo3::prelude::*;
    use pyo3::types::PyDict;

    #[pymodule_export]
    use crate::account::{Account, EndSessions, MfaAudit, Notify, mfa_audit_json, mfa_effects_done};
    #[pymodule_export]
    use crate::admin::{
        activate, block, create_device, deactivate, delete_device, describe, import_installed, new_sip_password, release_again,
        reset, suspend, transfer,
    };
    #[pymodule_export]
    use crate::answer::{
        Challenge, Decision, Deny, Enrolment, Exemption, Explanation, Full, Identity, Judged, Restricted, Secrets, Static, Step,
        Writes,
    };
    #[pymodule_export]
    use crate::call::{
        AuthenticationService, Call, CallBack, EmergencyCall, InDialog, Refused, RegisterContact, Routed, Through,
        emergency_countries, emergency_number, emergency_preset, hung_up, normalise_number, registered, route,
    };
    #[pymodule_export]
    use crate::effect::{AdoptDevice, Audit, HangUp, Play, Resync, Revoke, Withdraw};
    #[pymodule_export]
    use crate::mfa::{
        MfaFacts, MfaPolicy, mfa_admin, mfa_begin_enrolment, mfa_confirm, mfa_enter, mfa_handle_timeout, mfa_next_timeout,
        mfa_password_right, mfa_recovery_shown, mfa_regenerate_recovery, mfa_resynchronise, mfa_self_reset, mfa_self_switch_off,
    };
    #[pymodule_export]
    use crate::models::{Model, list_models, vendors};
    #[pymodule_export]
    use crate::otp::{OtpOutcome, OtpSecret, Totp, TotpKey, compat_text, hotp_code};
    #[pymodule_export]
    use crate::otpauth::{Hotp, KeyUri, Migration, MigrationEntry, Qr};
    #[pymodule_export]
    use crate::outcome::{MfaOutcome, MfaStep};
    #[pymodule_export]
    use crate::profile::{Profile, profile_fields, profile_layer_schema, profile_schema, profile_set, profile_unset};
    #[pymodule_export]
    use crate::records::{
        Adoption, Device, Lease, Offer, Source, SourceGuard, TempEntry, TenantGuard, effects_done, parse_mac, parse_prefix,
    };
    #[pymodule_export]
    use crate::render::{
        Difference, Parameter, RenderWarning, RenderedFile, Setting, SipServer, carries, content_type, diff, file_name,
        is_known_parameter, parameters, read, render_full, render_restricted,
    };
    #[pymodule_export]
    use crate::request::{
        Attempt, EnrolmentId, Facts, Request, credential_user, decide, delivered, device_credential, enter_pap, handle_timeout,
        identify, not_delivered,
    };
    #[pymodule_export]
    use crate::roster::{
        Roster, RosterBatch, RosterFault, RosterImport, RosterRow, export_roster, export_roster_with_paps, stagger,
        stagger_interval,
    };
    #[pymodule_export]
    use crate::secret::{Pap, Secret, TenantKey};
    #[pymodule_export]
    use crate::tenant::{Tenant, Whitelist, WhitelistEntry};
    #[pymodule_export]
    use crate::voice::{Aggregator, Dialogue, DigitCollector, Enter, Transfer, audit_json, parse_info};

    /// Every error number of core and of this binding: name → (number, meaning). `libprov.ErrorCode` is the same as an enum.
    #[pyfunction]
    fn error_codes(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
        let codes = PyDict::new(py);
        for (name, number, meaning) in crate::errors::OWN {
            codes.set_item(name, (number, meaning))?;
        }
        for code in ErrorCode::all() {
            codes.set_item(code.name(), (code.number(), code.meaning()))?;
        }
        Ok(codes)
    }

    /// Does nothing: the floor of benches/python/call_overhead.py.
    #[pyfunction]
    fn _nothing() {}

    /// The wire names of the enums that core can list: class → names. For the test of `libprov.enums`.
    #[pyfunction]
    fn _wire_names(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
        crate::words::table(py)
    }
}
