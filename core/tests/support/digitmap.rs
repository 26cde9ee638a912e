//! An interpreter of Yealink's digit maps (`docs/facts/yealink.md`, section 4): what a phone does with a dialled number.
//!
//! `x` a digit, `[..]` one of a set, `.` zero or more of the previous, `T` and `<T5>` timers, `|` or, `<old:new>` replace, `!` at the end
//! blocks, `,` a second tone. Everything else stands for itself.

/// The number that leaves the phone: none when no alternative matches or the one that does blocks.
pub fn dial(map: &str, number: &str) -> Option<String> {
    for rule in map.split('|') {
        let (rule, blocks) = rule.strip_suffix('!').map_or((rule, false), |rule| (rule, true));
        if let Some(sent) = matched(rule, number) {
            return (!blocks).then_some(sent);
        }
    }
    None
}

fn matched(rule: &str, number: &str) -> Option<String> {
    if let Some(rest) = rule.strip_prefix('<') {
        let (inside, after) = rest.split_once('>').expect("closed");
        let Some((old, new)) = inside.split_once(':') else {
            return matched(after, number); // a timer
        };
        return (0..=number.len()).rev().find_map(|at| {
            let (left, right) = number.split_at(at);
            matched(old, left)?;
            Some(format!("{new}{}", matched(after, right)?))
        });
    }
    let Some(first) = rule.chars().next() else {
        return number.is_empty().then(String::new);
    };
    if matches!(first, 'T' | ',') {
        return matched(&rule[1..], number);
    }
    let (element, rest) =
        if first == '[' { rule.split_at(rule.find(']').expect("closed") + 1) } else { rule.split_at(first.len_utf8()) };
    let many = rest.strip_prefix('.');
    let after = many.unwrap_or(rest);
    if many.is_some()
        && let Some(sent) = matched(after, number)
    {
        return Some(sent);
    }
    let digit = number.chars().next()?;
    if !stands_for(element, digit) {
        return None;
    }
    let next = if many.is_some() { rule } else { after };
    Some(format!("{digit}{}", matched(next, &number[digit.len_utf8()..])?))
}

fn stands_for(element: &str, digit: char) -> bool {
    let Some(set) = element.strip_prefix('[') else {
        return element == "x" && digit.is_ascii_digit() || element.starts_with(digit);
    };
    let set: Vec<char> = set.trim_end_matches(']').chars().collect();
    set.iter().any(|c| *c == digit || *c == 'x' && digit.is_ascii_digit())
        || set.windows(3).any(|w| w[1] == '-' && (w[0]..=w[2]).contains(&digit))
}

#[test]
fn the_interpreter_itself() {
    assert_eq!(dial("112|*89", "112").as_deref(), Some("112"));
    assert_eq!(dial("112|*89", "*89").as_deref(), Some("*89"));
    for number in ["", "11", "1122", "89", "*8", "*899"] {
        assert_eq!(dial("112|*89", number), None, "{number}");
    }
    assert_eq!(dial("[2-9]xx", "345").as_deref(), Some("345"));
    assert_eq!(dial("[2-9]xx", "145"), None);
    assert_eq!(dial("0x.T", "012345").as_deref(), Some("012345"));
    assert_eq!(dial("<0:+49>x.", "030").as_deref(), Some("+4930"));
    assert_eq!(dial("112|<[0-9*#].T:*89>", "555").as_deref(), Some("*89"));
    assert_eq!(dial("0900x.!|x.", "0900123"), None);
}
