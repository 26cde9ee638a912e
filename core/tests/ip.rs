//! Prefixes and client addresses take any text (SPEC E3, W1, W6).
#![allow(clippy::unwrap_used)]

use libprov::ip::{ClientAddress, ForwardHeader, IpPrefix, ProxyPolicy, TrustedProxies, client_address};
use proptest::prelude::*;

/// Texts near the right ones.
fn address_like() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{1,3}(\\.[0-9]{1,3}){2,4}[ :/%]{0,2}[0-9.]{0,15}",
        "[\\[]?[0-9a-f:]{2,20}(%[a-z0-9]{0,4})?[\\]]?[ :/]{0,2}[0-9f:.]{0,20}",
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn w1_any_text_is_read_or_refused_and_every_suggestion_is_right(text in address_like()) {
        match IpPrefix::parse(&text) {
            Ok(prefix) => {
                prop_assert_eq!(IpPrefix::parse(&prefix.to_string()), Ok(prefix));
                prop_assert!(prefix.contains(prefix.network()) && prefix.contains(prefix.last()));
            }
            Err(error) => {
                prop_assert!(!error.to_string().contains(['\r', '\n']));
                if let Some(suggestion) = error.suggestion() {
                    let prefix = IpPrefix::parse(suggestion);
                    prop_assert!(prefix.is_ok(), "{} -> {}", text, suggestion);
                    prop_assert_eq!(prefix.unwrap().to_string(), suggestion);
                }
            }
        }
    }

    #[test]
    fn w6_what_a_client_writes_never_changes_what_the_proxy_says(
        made_up in prop_oneof!["[ -~]{0,40}", "(for=[\"a-z0-9.,; \\\\]{0,12}){0,4}"],
        quoted in any::<bool>(),
        header in 0..2usize,
        same_line in any::<bool>(),
    ) {
        let header = [ForwardHeader::Forwarded, ForwardHeader::XForwardedFor][header].clone();
        let said = match (&header, quoted) {
            (ForwardHeader::Forwarded, true) => "for=\"203.0.113.7:80\";proto=\"https\"",
            (ForwardHeader::Forwarded, false) => "for=203.0.113.7;proto=https",
            _ => "203.0.113.7",
        };
        let policy = ProxyPolicy {
            header: Some(header),
            trusted: TrustedProxies::Networks(vec![IpPrefix::parse("10.0.0.0/24").unwrap()]),
        };
        let peer = "10.0.0.1".parse().unwrap();
        let joined = format!("{made_up}, {said}");
        let answer = if same_line {
            client_address(&policy, peer, &[&joined])
        } else {
            client_address(&policy, peer, &[&made_up, said])
        };
        // At worst nobody; never an address of the client's choice.
        let right = ClientAddress::new("203.0.113.7".parse().unwrap());
        prop_assert!(answer == right || answer == ClientAddress::Unresolved, "{:?}", answer);
    }
}
