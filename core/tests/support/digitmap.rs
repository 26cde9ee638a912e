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

/// What a phone does with digits that are typed one after the other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Typed {
    /// This number was dialled before or when the last digit was typed; what follows is not heard.
    AtOnce(String),
    /// This number is dialled when nothing more is typed.
    AfterPause(String),
    /// Nothing is dialled, however long the phone waits.
    Nothing,
}

/// Types digit by digit, without a send key: a number that matches a rule without a timer is dialled at once, one that matches a
/// rule with a timer after a pause, and what is the beginning of a number only when there is time for it (`long_timer_s`).
pub fn type_in(map: &str, number: &str, long_timer_s: u32) -> Typed {
    for at in 1..=number.len() {
        let typed = &number[..at];
        let timed = |rule: &&str| rule.ends_with('T') || rule.ends_with('>');
        if map.split('|').filter(|rule| !timed(rule)).any(|rule| matched(rule, typed).is_some()) {
            return Typed::AtOnce(typed.to_owned());
        }
        if !map.split('|').any(|rule| begins(rule, typed)) {
            return Typed::Nothing;
        }
    }
    match dial(map, number) {
        Some(sent) => Typed::AfterPause(sent),
        None if long_timer_s > 0 => Typed::AfterPause(number.to_owned()),
        None => Typed::Nothing,
    }
}

/// Whether a number of this rule of digits, sets, `*` and `#` begins so.
fn begins(rule: &str, typed: &str) -> bool {
    let mut rest = rule.trim_end_matches('T');
    for digit in typed.chars() {
        let Some(first) = rest.chars().next() else { return false };
        let length = if first == '[' { rest.find(']').expect("closed") + 1 } else { first.len_utf8() };
        let (element, after) = rest.split_at(length);
        if !stands_for(element, digit) {
            return false;
        }
        rest = after;
    }
    true
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

#[test]
fn the_typing_itself() {
    let at_once = |number: &str| Typed::AtOnce(number.into());
    assert_eq!(type_in("112|*89", "112", 0), at_once("112"));
    assert_eq!(type_in("112|*89", "1129", 0), at_once("112"), "the last digit is not heard");
    assert_eq!(type_in("112|*89", "113", 0), Typed::Nothing);
    assert_eq!(type_in("112|*89", "11", 0), Typed::Nothing);
    assert_eq!(type_in("112|*89", "11", 10), Typed::AfterPause("11".into()), "what has begun is dialled in the end");
    assert_eq!(type_in("11|112", "112", 0), at_once("11"), "the longer number cannot be typed");
    assert_eq!(type_in("11T|112", "112", 0), at_once("112"));
    assert_eq!(type_in("11T|112", "11", 0), Typed::AfterPause("11".into()));
    assert_eq!(type_in("[2-9]1x", "312", 0), at_once("312"));
}
