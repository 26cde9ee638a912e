//! What was dialled, and where the call goes.

use libprov::call::{Call, Caller, Method, Route, hung_up, route};
use libprov::device::{Command, NewDevice};
use libprov::entropy::Entropy;
use libprov::ids::{ShortNumber, TenantId};
use libprov::ip::ClientAddress;
use libprov::keys::{Keyring, TenantKey};
use libprov::mac::MacAddr;
use libprov::models::{self, ModelRef};
use libprov::number::{Dialled, MAX_CHARS, emergency, normalise};
use libprov::policy::{Policy, Settings};
use libprov::request::{self, Answer, Facts, Request};
use libprov::tenant::Tenant;
use libprov::time::Timestamp;

/// `normalise` and `route`: one form stays as it is, an emergency verdict names a number of the tenant and nothing else
/// does, an enrolment account never gets through, and no caller and no method breaks anything (SPEC C1, C2, C6).
///
/// The first byte says who calls, the second which method and flags; the rest is the text, as dialled and as a caller's name.
pub(crate) fn normalised(input: &[u8]) {
    let Some(([who, how], rest)) = input.split_first_chunk::<2>() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let numbers = ["112", "110", "000"].map(|text| ShortNumber::parse(text).unwrap());
    let dialled = normalise(text);
    if let Dialled::Number(number) = &dialled {
        let plain = number.as_str();
        assert!(!plain.is_empty() && plain.len() <= MAX_CHARS);
        assert!(
            plain.bytes().enumerate().all(|(at, byte)| byte.is_ascii_digit() || b"*#".contains(&byte) || byte == b'+' && at == 0)
        );
        assert_eq!(normalise(plain), dialled);
    }
    let mut settings = Settings::cloud(&numbers);
    settings.outside_line = (who & 1 == 1).then(|| "0".into());
    settings.emergency_for_unknown = who & 2 == 2;
    let found = emergency(&dialled, &numbers, settings.outside_line.as_deref());
    let unknown = settings.emergency_for_unknown;
    let key = TenantKey::new(1, std::array::from_fn(|at| at as u8)).unwrap();
    let tenant = Tenant::new(TenantId::from_number(1), Policy::new(settings).unwrap(), Keyring::new(key));
    let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
    let drawn = || Entropy::new(std::array::from_fn(|at| at as u8)).unwrap();
    let mac = MacAddr::parse("80:5e:c0:01:02:03").unwrap();
    let model = ModelRef::Known(models::lookup("yealink", "T46S").unwrap());
    let new = NewDevice { mac, model, accounts: 1, site: Some("Berlin"), known_elsewhere: false, taken: &[] };
    let device = request::admin(Facts::of(&tenant), &Command::Create(new), now, drawn()).unwrap().writes.device.unwrap();
    let facts = Facts { device: Some(&device), ..Facts::of(&tenant) };
    let from = ClientAddress::new("192.0.2.7".parse().unwrap());
    let Answer::Restricted(made) = request::decide(facts, &Request::main_file(mac, from), now, drawn()).answer else {
        panic!("a new device is restricted")
    };
    let user = made.enrolment.sip_user(None);
    let caller = match who >> 2 & 7 {
        0 => Caller::Enrolment(&user),
        1 => Caller::Enrolment(text),
        2 => Caller::Full { account: 1, epoch: device.epoch() },
        3 => Caller::Full { account: *how, epoch: device.epoch() },
        4 => Caller::Outside(text),
        _ => Caller::Unknown,
    };
    let call = Call {
        method: Method::ALL[usize::from(how & 15) % Method::ALL.len()],
        in_dialog: how & 16 == 16,
        replaces: how & 32 == 32,
        contacts: how >> 6,
        ..Call::invite(caller, if who & 32 == 32 { &user } else { text })
    };
    let routed = route(facts, &call, now);
    let is_call = call.method == Method::Invite && !call.in_dialog && !call.replaces;
    match routed.route {
        Route::Emergency(emergency) => assert!(is_call && Some(emergency.number) == found && call.target == text),
        Route::Through => assert!(!matches!(caller, Caller::Enrolment(_) | Caller::Unknown)),
        Route::Service(_) => assert!(is_call && caller == Caller::Enrolment(&user)),
        Route::CallBack(_) => panic!("nobody called the emergency service"),
        _ => {}
    }
    let known = matches!(caller, Caller::Enrolment(name) if name == user) || matches!(caller, Caller::Full { account: 1, .. });
    if is_call && call.target == text && found.is_some() && (known || unknown) {
        assert!(matches!(routed.route, Route::Emergency(_)), "{caller:?} {text:?}");
    }
    let after = routed.writes.device.as_ref().unwrap_or(&device);
    let step = hung_up(Facts { device: Some(after), ..facts }, &user, now);
    assert_eq!(step.writes.device.is_some(), matches!(routed.route, Route::Service(_)));
}
