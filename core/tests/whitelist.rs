//! Permanent whitelist and temporary entries, through the public API (SPEC W1 to W8).
#![allow(clippy::unwrap_used)]

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use libprov::error::ErrorCode as C;
use libprov::ip::{ClientAddress, IpPrefix, ProxyPolicy, Source, TrustedProxies, WidthLimits};
use libprov::mac::MacAddr;
use libprov::time::{CLOCK_TOLERANCE_MS, DAY_MS, Deadline, HOUR_MS, Timestamp};
use libprov::whitelist::*;
use proptest::prelude::*;

fn prefix(text: &str) -> IpPrefix {
    IpPrefix::parse(text).unwrap()
}

fn entry(text: &str, label: &str) -> WhitelistEntry {
    WhitelistEntry { prefix: prefix(text), label: label.into() }
}

fn any_width() -> WhitelistLimits {
    WhitelistLimits { width: WidthLimits::ANY, ..WhitelistLimits::default() }
}

fn address(text: &str) -> ClientAddress {
    ClientAddress::new(text.parse().unwrap())
}

fn at(ms: u64) -> Timestamp {
    Timestamp::from_ms(1_900_000_000_000).unwrap().plus_ms(ms)
}

fn phone(last: u8) -> MacAddr {
    MacAddr::from_octets([0x80, 0x5e, 0xc0, 0, 0, last]).unwrap()
}

fn made() -> TempEntry {
    TempEntry::make(address("192.0.2.7").source(), phone(1), at(0), TEMP_LEN_MS).unwrap()
}

#[test]
fn w1_what_a_list_refuses() {
    let limits = WhitelistLimits { entries_max: 2, ..WhitelistLimits::default() };
    let host = |text: &str| WhitelistEntry { prefix: IpPrefix::host(text.parse().unwrap()), label: "".into() };
    for (entries, code) in [
        (vec![entry("10.0.0.0/8", "")], C::PREFIX_TOO_WIDE),
        (vec![entry("2001:db0::/28", "")], C::PREFIX_TOO_WIDE),
        (vec![host("2002::1")], C::PREFIX_TRANSLATED),
        (vec![entry("10.0.0.1", "a"), entry("10.0.0.1", "b")], C::WHITELIST_DUPLICATE),
        (vec![entry("10.0.0.1", &"x".repeat(65))], C::WHITELIST_LABEL),
        (vec![entry("10.0.0.1", "a\nb")], C::WHITELIST_LABEL),
        (vec![entry("10.0.0.1", ""), entry("10.0.0.2", ""), entry("10.0.0.3", "")], C::WHITELIST_FULL),
    ] {
        let error = Whitelist::build(entries.clone(), &limits).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        if let [one] = &*entries {
            assert_eq!(Whitelist::default().with(one, &limits), Err(error));
        }
    }
    assert!(Whitelist::build(vec![entry("10.0.0.1", &"ü".repeat(64))], &limits).is_ok());
}

#[test]
fn w1_entries_come_and_go_in_any_order_to_the_same_list() {
    let limits = any_width();
    let entries =
        [entry("2001:db8::/32", "six"), entry("10.0.0.0/8", "ten"), entry("10.0.0.0/16", ""), entry("0.0.0.0/0", "all")];
    let built = Whitelist::build(entries.to_vec(), &limits).unwrap();
    let mut grown = Whitelist::default();
    for entry in entries.iter().rev() {
        grown = grown.with(entry, &limits).unwrap();
    }
    assert_eq!(grown, built);
    let shown: Vec<_> = built.entries().map(|found| (found.index(), found.prefix().to_string(), found.label())).collect();
    assert_eq!(
        shown,
        [
            (0, "0.0.0.0/0".into(), "all"),
            (1, "10.0.0.0/8".into(), "ten"),
            (2, "10.0.0.0/16".into(), ""),
            (3, "2001:db8::/32".into(), "six"),
        ]
    );
    assert_eq!(built.with(&entries[0], &limits).unwrap_err().code(), C::WHITELIST_DUPLICATE);
    for entry in &entries {
        assert!(grown.contains(entry.prefix));
        assert_eq!(built.entry(entry.prefix).unwrap().label(), &*entry.label);
        grown = grown.without(entry.prefix).unwrap();
        assert_eq!(grown.without(entry.prefix).unwrap_err().code(), C::WHITELIST_UNKNOWN);
    }
    assert_eq!(grown, Whitelist::default());
    assert_eq!(
        format!("{:?}", built.without(prefix("0.0.0.0/0")).unwrap()),
        r#"{10.0.0.0/8: "ten", 10.0.0.0/16: "", 2001:db8::/32: "six"}"#
    );
}

#[test]
fn w4_the_longest_prefix_answers_and_permanent_wins_at_equal_length() {
    let list = Whitelist::build(vec![entry("192.0.2.0/24", "office"), entry("2001:db8:0:1::/64", "net")], &any_width()).unwrap();
    let find = |text: &str| {
        let address = address(text);
        let temp = TempEntry::make(address.source(), phone(1), at(0), TEMP_LEN_MS).unwrap();
        Exemption::find(&list, Some(&temp), address, at(1)).map(|found| {
            assert_eq!(found.until(at(1)).is_some(), matches!(found, Exemption::Temporary(_)));
            (matches!(found, Exemption::Permanent(_)), found.prefix().unwrap().to_string())
        })
    };
    assert_eq!(find("192.0.2.7"), Some((false, "192.0.2.7".into())));
    assert_eq!(find("::ffff:192.0.2.7"), Some((false, "192.0.2.7".into())));
    assert_eq!(find("2001:db8:0:1::7"), Some((true, "2001:db8:0:1::/64".into())));
    assert_eq!(find("198.51.100.1"), Some((false, "198.51.100.1".into())));
    let expired = made();
    let late = at(TEMP_LEN_MS);
    let found = |address| Exemption::find(&list, Some(&expired), address, late);
    assert_eq!(found(address("192.0.2.7")), list.lookup(address("192.0.2.7")).map(Exemption::Permanent));
    assert_eq!(found(address("203.0.113.1")), None);
    assert_eq!(found(ClientAddress::Unresolved), None);
}

#[test]
fn w6_unresolved_matches_nothing() {
    let list = Whitelist::build(vec![entry("0.0.0.0/0", "")], &any_width()).unwrap();
    assert!(list.lookup(ClientAddress::Unresolved).is_none());
    assert!(list.covers(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
    assert!(!list.covers(IpAddr::V6(Ipv6Addr::LOCALHOST)));
    assert!(TempEntry::make(Source::UNRESOLVED, phone(1), at(0), 1).is_none());
}

#[test]
fn w5_deepest_nesting_and_its_edges() {
    for last in ["255.255.255.255", "0.0.0.0", "170.170.170.170"] {
        let last: Ipv4Addr = last.parse().unwrap();
        let entries: Vec<_> = (0..=32u8)
            .map(|len| {
                let mask = u32::MAX.checked_shl(32 - u32::from(len)).unwrap_or(0);
                let network = Ipv4Addr::from_bits(last.to_bits() & mask);
                WhitelistEntry { prefix: IpPrefix::new(network.into(), len).unwrap(), label: format!("{len}").into() }
            })
            .collect();
        let list = Whitelist::build(entries, &any_width()).unwrap();
        for bit in 0..32u32 {
            let other = Ipv4Addr::from_bits(last.to_bits() ^ (1 << bit));
            let expected = (31 - bit).to_string();
            assert_eq!(list.lookup(IpAddr::V4(other)).unwrap().label(), expected, "{other}");
        }
        assert_eq!(list.lookup(IpAddr::V4(last)).unwrap().label(), "32");
    }
}

#[test]
fn w5_an_unlabelled_entry_takes_at_most_24_bytes_or_48() {
    for (most, text) in [(24, "10."), (48, "2001:db8:")] {
        for count in [1000u32, 1023, 1025, 5000] {
            let entries = (0..count)
                .map(|n| match most {
                    24 => format!("{text}{}.{}.0/24", n >> 8, n & 255),
                    _ => format!("{text}{n:x}::/48"),
                })
                .map(|text| entry(&text, ""))
                .collect();
            let list = Whitelist::build(entries, &any_width()).unwrap();
            assert!(list.heap_bytes() <= most * count as usize, "{count}: {}", list.heap_bytes());
        }
    }
}

/// A prefix from few bits, so that nesting, gaps and shared starts are common.
fn clustered() -> impl Strategy<Value = IpPrefix> {
    let v4 = (any::<u32>(), 0u8..=32, any::<bool>()).prop_map(|(bits, len, spread)| {
        let bits = if spread { bits } else { 0x0a00_0000 | (bits & 0x0003_0307) };
        let mask = u32::MAX.checked_shl(32 - u32::from(len)).unwrap_or(0);
        IpPrefix::new(Ipv4Addr::from_bits(bits & mask).into(), len)
    });
    let v6 = (any::<u128>(), 0u8..=128, any::<bool>()).prop_map(|(bits, len, spread)| {
        let top = if spread { 0x2600 } else { 0x2001_0db8 << 16 };
        let bits = if spread { (bits >> 16) | (top << 112) } else { (bits & 0x0003_0000_0000_0003_0103) | (top << 80) };
        let mask = u128::MAX.checked_shl(128 - u32::from(len)).unwrap_or(0);
        IpPrefix::new(Ipv6Addr::from_bits(bits & mask).into(), len)
    });
    prop_oneof![v4, v6].prop_filter_map("tunnels", Result::ok)
}

/// The first and last address of a prefix and those beside them.
fn edges(prefix: IpPrefix) -> Vec<IpAddr> {
    match (prefix.network(), prefix.last()) {
        (IpAddr::V4(a), IpAddr::V4(b)) => [a.to_bits(), a.to_bits().wrapping_sub(1), b.to_bits(), b.to_bits().wrapping_add(1)]
            .map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)))
            .to_vec(),
        (IpAddr::V6(a), IpAddr::V6(b)) => [a.to_bits(), a.to_bits().wrapping_sub(1), b.to_bits(), b.to_bits().wrapping_add(1)]
            .map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits)))
            .to_vec(),
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn w5_the_table_answers_as_a_plain_scan_does(
        prefixes in prop_oneof![
            prop::collection::btree_set(clustered(), 0..40),
            prop::collection::btree_set(clustered(), 0..2000),
        ],
        strangers in prop::collection::vec(any::<u32>(), 50),
    ) {
        let entries: Vec<_> = prefixes
            .iter()
            .rev()
            .map(|prefix| WhitelistEntry { prefix: *prefix, label: prefix.to_string().into() })
            .collect();
        let list = Whitelist::build(entries, &any_width()).unwrap();
        prop_assert_eq!(list.len(), prefixes.len());
        prop_assert!(list.entries().map(|found| found.prefix()).eq(prefixes.iter().copied()));
        let step = prefixes.len() / 100 + 1;
        let asked = prefixes
            .iter()
            .step_by(step)
            .flat_map(|prefix| edges(*prefix))
            .chain(strangers.iter().map(|bits| IpAddr::V4(Ipv4Addr::from_bits(*bits))));
        for address in asked {
            let plain = prefixes
                .iter()
                .filter(|prefix| prefix.contains(address))
                .max_by_key(|prefix| prefix.prefix_len());
            let found = list.lookup(address);
            prop_assert_eq!(found.map(|found| found.prefix()), plain.copied(), "{}", address);
            if let Some(found) = found {
                prop_assert_eq!(found.label(), found.prefix().to_string());
            }
        }
    }

    #[test]
    fn w2_no_delivery_shortens_and_unproven_ones_stop_a_day_past_the_last_proven(
        steps in prop::collection::vec((0u64..10 * HOUR_MS, 0u8..5), 1..60),
    ) {
        let mut entry = made();
        let mut now = at(0);
        for (later, what) in steps {
            now = now.plus_ms(later);
            let before = entry.clone();
            let live = before.is_live(now);
            entry = match what {
                0 => before.slide_proven(now, TEMP_LEN_MS),
                1 => before.slide_unproven(now, TEMP_LEN_MS, TEMP_PAST_PROVEN_MS),
                2 => before.count_unproven(now, TEMP_UNPROVEN_WINDOW_MS),
                3 => before.unproven_delivery(now, TEMP_LEN_MS, TEMP_PAST_PROVEN_MS, TEMP_UNPROVEN_WINDOW_MS),
                _ => TempEntry::proven_delivery(Some(&before), before.key(), phone(2), now, TEMP_LEN_MS).unwrap(),
            };
            prop_assert!(entry.valid().end() >= before.valid().end());
            prop_assert!(entry.valid().end() <= entry.last_proven_at().plus_ms(TEMP_PAST_PROVEN_MS));
            prop_assert!(entry.valid().end() <= now.plus_ms(TEMP_LEN_MS).max(before.valid().end()));
            prop_assert_eq!(entry.revision(), before.revision() + u64::from(entry != before));
            prop_assert_eq!(entry.made_by() == before.made_by(), live || what < 4 || before.made_by() == phone(2));
            prop_assert_eq!(TempEntry::from_parts(entry.parts().clone()), Some(entry.clone()));
        }
    }
}

#[test]
fn w2_proven_deliveries_slide_without_limit_and_never_shorten() {
    let mut entry = made();
    for hour in (6..2000).step_by(6) {
        entry = entry.slide_proven(at(hour * HOUR_MS), TEMP_LEN_MS);
        assert_eq!(entry.valid().end(), at((hour + 8) * HOUR_MS));
    }
    let shorter = entry.slide_proven(at(1998 * HOUR_MS), HOUR_MS);
    assert_eq!(shorter.valid(), entry.valid());
    let late = entry.valid().end();
    assert_eq!(entry.slide_proven(late, TEMP_LEN_MS), entry, "over is over");
}

#[test]
fn w2_a_clock_set_back_cuts_the_entry_when_it_is_written() {
    let early = Timestamp::from_ms(1_800_000_000_000).unwrap();
    let entry = made().count_unproven(at(0), TEMP_UNPROVEN_WINDOW_MS);
    let cut = entry.cut(early);
    assert_eq!(cut.valid(), Deadline::new(early, TEMP_LEN_MS));
    assert_eq!((cut.last_proven_at(), cut.unproven().unwrap().since), (early, early));
    assert_eq!(cut.revision(), entry.revision() + 1);
    assert_eq!(entry.cut(at(0).minus_ms(CLOCK_TOLERANCE_MS)), entry);
    let slid = entry.slide_unproven(early, TEMP_LEN_MS, TEMP_PAST_PROVEN_MS);
    assert!(slid.valid().end() <= early.plus_ms(DAY_MS));
}

#[test]
fn r6b_unproven_deliveries_are_capped_in_the_window_and_by_first_n() {
    let window = TEMP_UNPROVEN_WINDOW_MS;
    let admits = |entry: &TempEntry, now, first_n| entry.admits_unproven(now, window, TEMP_UNPROVEN_MAX, first_n);
    let mut entry = made();
    for n in 0..50 {
        assert!(admits(&entry, at(n), None), "{n}");
        entry = entry.count_unproven(at(n), window);
    }
    assert!(!admits(&entry, at(50), None));
    assert_eq!(entry.unproven_total(), 50);
    let entry = entry.slide_proven(at(HOUR_MS), TEMP_LEN_MS);
    assert!(!admits(&entry, at(window - 1), None));
    assert!(admits(&entry, at(window), None));
    assert!(admits(&entry, at(window), Some(51)) && !admits(&entry, at(window), Some(50)));
    // made anew: the entry's total starts again, the window of the source does not
    let busy = (0..50).fold(entry.clone(), |entry, _| entry.count_unproven(at(8 * HOUR_MS), window));
    let again = busy.remake(phone(2), at(9 * HOUR_MS), TEMP_LEN_MS);
    assert_eq!(again.unproven_total(), 0);
    assert!(!admits(&again, at(9 * HOUR_MS), None));
}

#[test]
fn w7_for_which_addresses_an_entry_is_made() {
    let proxies = ProxyPolicy { header: None, trusted: TrustedProxies::Networks(vec![prefix("203.0.113.0/28")]) };
    use Unlistable::*;
    for (text, cloud, on_premises) in [
        ("192.0.2.7", Ok(()), Ok(())),
        ("::ffff:192.0.2.7", Ok(()), Ok(())),
        ("2001:db8::1", Ok(()), Ok(())),
        ("203.0.113.5", Err(TrustedProxy), Err(TrustedProxy)),
        ("::ffff:203.0.113.5", Err(TrustedProxy), Err(TrustedProxy)),
        ("0.0.0.0", Err(Unspecified), Err(Unspecified)),
        ("::", Err(Unspecified), Err(Unspecified)),
        ("127.0.0.2", Err(Loopback), Err(Loopback)),
        ("::1", Err(Loopback), Err(Loopback)),
        ("169.254.1.1", Err(LinkLocal), Err(LinkLocal)),
        ("fe80::1", Err(LinkLocal), Err(LinkLocal)),
        ("224.0.0.1", Err(Multicast), Err(Multicast)),
        ("255.255.255.255", Err(Multicast), Err(Multicast)),
        ("ff02::1", Err(Multicast), Err(Multicast)),
        ("10.1.2.3", Err(Private), Ok(())),
        ("172.31.0.1", Err(Private), Ok(())),
        ("172.32.0.1", Ok(()), Ok(())),
        ("192.168.0.1", Err(Private), Ok(())),
        ("fd00::1", Err(Private), Ok(())),
        ("fec0::1", Err(Private), Ok(())),
        ("100.64.0.1", Err(CarrierNat), Ok(())),
        ("100.128.0.1", Ok(()), Ok(())),
        ("64:ff9b::192.0.2.1", Err(Translated), Err(Translated)),
        ("2001::1", Err(Translated), Err(Translated)),
        ("2002::1", Err(Translated), Err(Translated)),
        ("::192.0.2.1", Err(Translated), Err(Translated)),
    ] {
        let of = |allowed| listable(address(text), allowed, &proxies);
        assert_eq!(of(false).map(drop), cloud, "{text}");
        assert_eq!(of(true).map(drop), on_premises, "{text}");
        if let Ok(source) = of(true) {
            assert_eq!(source, address(text).source());
        }
    }
    assert_eq!(listable(ClientAddress::Unresolved, true, &proxies), Err(Unresolved));
}

#[test]
fn w8_what_an_administrator_removed_is_not_made_again_for_eight_hours() {
    let now = at(HOUR_MS);
    let removed = made().withdraw(now, TEMP_BAR_MS);
    assert_eq!((removed.revision(), removed.made_by()), (2, phone(1)));
    assert_eq!(removed.withdraw(now.plus_ms(1), TEMP_BAR_MS), removed, "twice is once");
    let again = |now| TempEntry::proven_delivery(Some(&removed), removed.key(), phone(2), now, TEMP_LEN_MS).unwrap();
    let end = now.plus_ms(TEMP_BAR_MS);
    let before = end.minus_ms(1);
    assert!(removed.is_barred(before) && !removed.is_live(now));
    assert_eq!(again(before), removed);
    assert_eq!(removed.slide_unproven(now, TEMP_LEN_MS, TEMP_PAST_PROVEN_MS), removed);
    assert!(!removed.admits_unproven(now, TEMP_UNPROVEN_WINDOW_MS, 50, None));
    assert!(removed.is_spent(end, TEMP_UNPROVEN_WINDOW_MS) && !removed.is_spent(before, TEMP_UNPROVEN_WINDOW_MS));
    let remade = again(end);
    assert!(remade.is_live(end) && !remade.is_barred(end));
    assert_eq!((remade.revision(), remade.made_by(), remade.made_at()), (3, phone(2), end));
}

#[test]
fn e2_parts_that_contradict_each_other_are_refused() {
    let good = made().withdraw(at(1), TEMP_BAR_MS).parts().clone();
    assert!(TempEntry::from_parts(good.clone()).is_some());
    for bad in [
        TempParts { revision: 0, ..good.clone() },
        TempParts { key: Source::UNRESOLVED, ..good.clone() },
        TempParts { valid: Deadline::new(at(1), 1), ..good.clone() },
        TempParts { unproven: Some(UnprovenWindow { since: at(0), count: 0 }), ..good },
    ] {
        assert!(TempEntry::from_parts(bad.clone()).is_none(), "{bad:?}");
    }
}
