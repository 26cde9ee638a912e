//! An interpreter of SmartWare's call router (`docs/facts/patton.md`, section 5): what a gateway does with the digits of a telephone.
//!
//! Keys of a table match as prefixes unless they end in `$`. `.` is any digit, `[1-3]` and `[^0]` sets, `( )` a group; `?`, `%` and
//! `+` repeat what stands before them 0 or 1, 0 to n and 1 to n times; `T` at the end waits for more digits. Where the guide leaves it
//! open, the interpreter takes the worse reading: while any entry is incomplete, a pause drops the call.

use std::collections::BTreeMap;

/// A routing table: keys with the mapping table that is applied, if any.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub routes: Vec<(String, Option<String>)>,
}

/// Mapping tables by name: keys with what they map to.
pub type Mappings = BTreeMap<String, Vec<(String, String)>>;

#[derive(Clone, Debug)]
enum Atom {
    Any,
    One(char),
    Set(Vec<char>, bool),
    Group(Vec<(Atom, char)>),
}

/// A key: its atoms with their repetition (`1` for once), whether it ends in `$`, whether in `T`.
fn parse(key: &str) -> (Vec<(Atom, char)>, bool, bool) {
    let (key, waits) = match key.find('T') {
        Some(at) => (&key[..at], true),
        None => (key, false),
    };
    let (key, exact) = key.strip_suffix('$').map_or((key, false), |key| (key, true));
    let mut chars = key.chars().peekable();
    (sequence(&mut chars), exact, waits)
}

fn sequence(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Vec<(Atom, char)> {
    let mut atoms = Vec::new();
    while let Some(c) = chars.next() {
        let atom = match c {
            ')' => break,
            '.' => Atom::Any,
            '(' => Atom::Group(sequence(chars)),
            '[' => {
                let set: Vec<char> = chars.by_ref().take_while(|c| *c != ']').collect();
                let (set, negated) = set.strip_prefix(&['^']).map_or((&*set, false), |set| (set, true));
                let mut all = set.to_vec();
                for window in set.windows(3).filter(|window| window[1] == '-') {
                    all.extend(window[0]..=window[2]);
                }
                Atom::Set(all, negated)
            }
            c => Atom::One(c),
        };
        let repeat = chars.next_if(|c| matches!(c, '?' | '%' | '+')).unwrap_or('1');
        atoms.push((atom, repeat));
    }
    atoms
}

/// Where a match of these atoms from `at` can end, and whether the digits ended before the atoms did.
fn ends(atoms: &[(Atom, char)], digits: &[char], at: usize) -> (Vec<usize>, bool) {
    let Some(((atom, repeat), rest)) = atoms.split_first() else {
        return (vec![at], false);
    };
    let (mut all, mut cut) = (Vec::new(), false);
    let mut join = |(found, short): (Vec<usize>, bool)| {
        all.extend(found);
        cut |= short;
    };
    if matches!(repeat, '?' | '%') {
        join(ends(rest, digits, at));
    }
    let (once, short) = step(atom, digits, at);
    join((Vec::new(), short));
    for end in once {
        match repeat {
            '%' | '+' if end > at => {
                let mut again = vec![(atom.clone(), '%')];
                again.extend_from_slice(rest);
                join(ends(&again, digits, end));
            }
            _ => join(ends(rest, digits, end)),
        }
    }
    (all, cut)
}

fn step(atom: &Atom, digits: &[char], at: usize) -> (Vec<usize>, bool) {
    if let Atom::Group(inner) = atom {
        return ends(inner, digits, at);
    }
    let Some(digit) = digits.get(at) else {
        return (Vec::new(), true);
    };
    let fits = match atom {
        Atom::Any => true,
        Atom::One(c) => c == digit,
        Atom::Set(set, negated) => set.contains(digit) != *negated,
        Atom::Group(_) => unreachable!(),
    };
    (if fits { vec![at + 1] } else { Vec::new() }, false)
}

/// Whether a key matches, and whether it could with more digits.
fn state(key: &str, number: &str) -> (bool, bool) {
    let (atoms, exact, _) = parse(key);
    let digits: Vec<char> = number.chars().collect();
    let (found, cut) = ends(&atoms, &digits, 0);
    let full = found.iter().any(|end| !exact || *end == digits.len());
    (full, cut && !full)
}

/// The number that leaves the gateway when somebody dials these digits one by one and then waits; none where the call is dropped.
pub fn dial(table: &Table, mappings: &Mappings, number: &str) -> Option<String> {
    let mut typed = String::new();
    let mut digits = number.chars();
    loop {
        let states: Vec<_> = table.routes.iter().map(|route| (route, state(&route.0, &typed))).collect();
        let known = || states.iter().filter(|((key, _), _)| key != "default");
        let waiting = known().any(|(_, (_, incomplete))| *incomplete);
        let best = known().filter(|(_, (full, _))| *full).max_by_key(|((key, _), _)| parse(key).0.len());
        let taken = match best {
            _ if waiting => None,
            Some(((key, mapping), _)) => (!parse(key).2).then_some(mapping),
            None => table.routes.iter().find(|(key, _)| key == "default").map(|(_, mapping)| mapping),
        };
        if let Some(mapping) = taken {
            return Some(mapped(mappings, mapping.as_deref(), &typed));
        }
        match digits.next() {
            Some(digit) => typed.push(digit),
            // A pause: what waits for optional digits goes out, what waits for mandatory ones is dropped.
            None => return best.filter(|_| !waiting).map(|((_, mapping), _)| mapped(mappings, mapping.as_deref(), &typed)),
        }
        if best.is_none() && !waiting {
            return None;
        }
    }
}

fn mapped(mappings: &Mappings, table: Option<&str>, number: &str) -> String {
    let entries = table.and_then(|name| mappings.get(name)).map_or(&[][..], |entries| entries);
    let best =
        entries.iter().filter(|(key, _)| key != "default" && state(key, number).0).max_by_key(|(key, _)| parse(key).0.len());
    let entry = best.or_else(|| entries.iter().find(|(key, _)| key == "default"));
    entry.map_or_else(|| number.to_owned(), |(_, to)| to.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(keys: &[&str]) -> Table {
        Table { routes: keys.iter().map(|key| ((*key).to_owned(), None)).collect() }
    }

    fn goes(keys: &[&str], number: &str) -> Option<String> {
        dial(&table(keys), &Mappings::new(), number)
    }

    #[test]
    fn keys_match_as_the_guide_says() {
        for (key, number, full) in [
            ("88825.+", "88825", false),
            ("88825.+", "888251", true),
            ("88825.%", "88825", true),
            ("88825+", "88825555", true),
            ("888(25)+", "8882525", true),
            ("0?111", "0111", true),
            ("0?111", "111", true),
            ("8882[56]...", "8882512", false),
            ("8882[56]...", "88825123", true),
            (".%45$", "0041998882545", true),
            (".%45$", "451", false),
            ("[^01]2", "12", false),
            ("[1-3]", "2", true),
            ("*21", "*21", true),
            ("112", "1123", true),
        ] {
            assert_eq!(state(key, number).0, full, "{key} {number}");
        }
        assert_eq!(state("112", "11"), (false, true));
        assert_eq!(state("112", "113"), (false, false));
    }

    #[test]
    fn the_table_of_the_guide_is_looked_up_digit_by_digit() {
        let keys = ["1", "1.", "11", "113", "default"];
        assert_eq!(goes(&keys, ""), None, "waits, and is dropped");
        assert_eq!(goes(&keys, "1"), None, "another entry is incomplete");
        assert_eq!(goes(&keys, "2"), Some("2".into()), "default, at once");
        assert_eq!(goes(&keys, "11"), None);
        assert_eq!(goes(&keys, "12"), Some("12".into()));
        assert_eq!(goes(&keys, "1134"), Some("113".into()), "at once, and the rest is too late");
        assert_eq!(goes(&keys, "114"), Some("114".into()));
    }

    #[test]
    fn waiting_for_more_digits_sends_them_all() {
        assert_eq!(goes(&[".T"], "0123"), Some("0123".into()));
        assert_eq!(goes(&[".T"], ""), None);
        assert_eq!(goes(&["001T"], "0015"), Some("0015".into()));
        assert_eq!(goes(&["112"], "555"), None, "no entry and no default");
        assert_eq!(goes(&["default"], ""), Some(String::new()), "nothing is incomplete");
    }

    #[test]
    fn mappings_replace_the_number() {
        let mut mappings = Mappings::new();
        mappings.insert("M".into(), vec![("default".into(), "*89".into()), ("5..".into(), "7".into())]);
        let table = Table { routes: vec![("default".into(), Some("M".into()))] };
        assert_eq!(dial(&table, &mappings, "1"), Some("*89".into()));
        assert_eq!(mapped(&mappings, Some("M"), "512"), "7");
        assert_eq!(mapped(&mappings, None, "512"), "512");
    }
}
