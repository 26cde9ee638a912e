//! An interpreter of snom's dial plans by regular expressions (`docs/facts/snom.md`, section 5): what a phone does with a number.
//!
//! Entries stand between spaces, `!pattern!result!flags` with any first character as separator; the first whose pattern matches is
//! taken. `d` dials as soon as what has been typed so far matches. In the result `\1` to `\9` are groups and `\d` is the registrar.
//! The expressions are POSIX extended ones: `.` `[..]` `[^..]` `(..|..)` `*` `+` `?` `{n}` `{n,}` `{n,m}` `^` `$` and `\` before a
//! character that stands for itself.

/// What leaves the phone when these digits are typed one by one, and then the key that dials.
pub fn typed(plan: &str, number: &str) -> String {
    at_once(plan, number).unwrap_or_else(|| dialled(plan, number))
}

/// What leaves the phone by itself while these digits are typed one by one.
pub fn at_once(plan: &str, number: &str) -> Option<String> {
    let now = |end| first(plan, &number[..end]).filter(|(_, flags)| flags.contains('d'));
    (1..=number.len()).find_map(now).map(|(sent, _)| sent)
}

/// What leaves the phone when a number is dialled as a whole: by a key, from a list, with the key that dials. What matches nothing
/// goes out as it is.
pub fn dialled(plan: &str, number: &str) -> String {
    first(plan, number).map_or(number.to_owned(), |(sent, _)| sent)
}

/// The user part and the flags of the first entry that matches.
fn first(plan: &str, number: &str) -> Option<(String, String)> {
    for entry in plan.split(' ').filter(|entry| !entry.is_empty()) {
        let separator = entry.chars().next()?;
        let parts: Vec<&str> = entry[separator.len_utf8()..].split(separator).collect();
        assert!(matches!(parts.len(), 2 | 3), "{entry}");
        if let Some(groups) = search(parts[0], number) {
            let flags = parts.get(2).copied().unwrap_or_default();
            assert!(flags.chars().all(|flag| matches!(flag, 'd' | 'i')), "{entry}");
            return Some((user(parts[1], number, &groups), flags.to_owned()));
        }
    }
    None
}

/// The user part of the result.
fn user(result: &str, number: &str, groups: &Groups) -> String {
    let mut text = String::new();
    let mut characters = result.chars();
    while let Some(c) = characters.next() {
        match (c, c == '\\') {
            (_, false) => text.push(c),
            _ => match characters.next().expect("something after \\") {
                'd' => text.push_str("registrar"),
                digit => {
                    let group = digit.to_digit(10).expect("a group") as usize;
                    let (start, end) = groups[group].unwrap_or_default();
                    text.push_str(&number[start..end]);
                }
            },
        }
    }
    assert!(!text.contains('#'), "{text}: a SIP address has `#` as `%23`");
    let address = text.strip_prefix("sip:").expect("a SIP address");
    address.strip_suffix("@registrar").expect("at the registrar").to_owned()
}

type Groups = [Option<(usize, usize)>; 10];

enum Node {
    Any,
    Set(Vec<(u8, u8)>, bool),
    Group(usize, Vec<Vec<Item>>),
    Start,
    End,
}

struct Item {
    node: Node,
    least: usize,
    most: usize,
}

struct Parser<'a> {
    rest: &'a [u8],
    groups: usize,
}

impl Parser<'_> {
    fn next(&mut self) -> u8 {
        let (first, rest) = self.rest.split_first().expect("an expression that is closed");
        self.rest = rest;
        *first
    }

    fn alternatives(&mut self) -> Vec<Vec<Item>> {
        let mut all = vec![Vec::new()];
        while let Some(byte) = self.rest.first().copied() {
            match byte {
                b')' => break,
                b'|' => {
                    self.next();
                    all.push(Vec::new());
                }
                _ => {
                    let item = self.item();
                    all.last_mut().unwrap().push(item);
                }
            }
        }
        all
    }

    fn item(&mut self) -> Item {
        let node = match self.next() {
            b'.' => Node::Any,
            b'^' => Node::Start,
            b'$' => Node::End,
            b'[' => self.set(),
            b'(' => {
                self.groups += 1;
                let number = self.groups;
                let inside = self.alternatives();
                assert_eq!(self.next(), b')');
                Node::Group(number, inside)
            }
            b'\\' => {
                let byte = self.next();
                Node::Set(vec![(byte, byte)], false)
            }
            byte @ (b'*' | b'+' | b'?' | b'{') => panic!("{} repeats nothing", byte as char),
            byte => Node::Set(vec![(byte, byte)], false),
        };
        let (least, most) = match self.rest.first() {
            Some(b'*') => (0, usize::MAX),
            Some(b'+') => (1, usize::MAX),
            Some(b'?') => (0, 1),
            Some(b'{') => {
                let end = self.rest.iter().position(|byte| *byte == b'}').expect("closed");
                let inside = std::str::from_utf8(&self.rest[1..end]).unwrap();
                let counts = match inside.split_once(',') {
                    None => (inside.parse().unwrap(), inside.parse().unwrap()),
                    Some((least, "")) => (least.parse().unwrap(), usize::MAX),
                    Some((least, most)) => (least.parse().unwrap(), most.parse().unwrap()),
                };
                self.rest = &self.rest[end..];
                counts
            }
            _ => return Item { node, least: 1, most: 1 },
        };
        self.next();
        Item { node, least, most }
    }

    fn set(&mut self) -> Node {
        let not = self.rest.first() == Some(&b'^');
        if not {
            self.next();
        }
        let mut ranges = Vec::new();
        loop {
            let from = self.next();
            if from == b']' && !ranges.is_empty() {
                return Node::Set(ranges, not);
            }
            let to = match self.rest {
                [b'-', to, ..] if *to != b']' => {
                    let to = *to;
                    self.rest = &self.rest[2..];
                    to
                }
                _ => from,
            };
            ranges.push((from, to));
        }
    }
}

fn search(pattern: &str, text: &str) -> Option<Groups> {
    let mut parser = Parser { rest: pattern.as_bytes(), groups: 0 };
    let whole = parser.alternatives();
    assert!(parser.rest.is_empty(), "{pattern}");
    for start in 0..=text.len() {
        for alternative in &whole {
            let mut found = None;
            let mut groups = Groups::default();
            sequence(alternative, text.as_bytes(), start, &mut groups, &mut |end, groups| {
                let mut groups = *groups;
                groups[0] = Some((start, end));
                found = Some(groups);
                true
            });
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

type Then<'a> = &'a mut dyn FnMut(usize, &mut Groups) -> bool;

fn sequence(items: &[Item], text: &[u8], at: usize, groups: &mut Groups, then: Then<'_>) -> bool {
    match items.split_first() {
        None => then(at, groups),
        Some((item, rest)) => repeat(item, 0, rest, text, at, groups, then),
    }
}

fn repeat(item: &Item, done: usize, rest: &[Item], text: &[u8], at: usize, groups: &mut Groups, then: Then<'_>) -> bool {
    if done < item.most {
        let before = *groups;
        let further = one(&item.node, text, at, groups, &mut |next, groups| {
            (next > at || done < item.least) && repeat(item, done + 1, rest, text, next, groups, then)
        });
        if further {
            return true;
        }
        *groups = before;
    }
    done >= item.least && sequence(rest, text, at, groups, then)
}

fn one(node: &Node, text: &[u8], at: usize, groups: &mut Groups, then: Then<'_>) -> bool {
    match node {
        Node::Any => at < text.len() && then(at + 1, groups),
        Node::Set(ranges, not) => {
            let inside = |byte: &u8| ranges.iter().any(|(from, to)| (from..=to).contains(&byte)) != *not;
            text.get(at).is_some_and(inside) && then(at + 1, groups)
        }
        Node::Start => at == 0 && then(at, groups),
        Node::End => at == text.len() && then(at, groups),
        Node::Group(number, alternatives) => alternatives.iter().any(|alternative| {
            sequence(alternative, text, at, groups, &mut |end, groups| {
                let before = groups[*number].replace((at, end));
                then(end, groups) || {
                    groups[*number] = before;
                    false
                }
            })
        }),
    }
}

#[test]
fn the_interpreter_itself() {
    // The examples of the vendor's page.
    assert_eq!(dialled("|^011([0-9]*)$|sip:+\\1@\\d|", "01149301234"), "+49301234");
    assert_eq!(dialled("|^([0-9]{3,4})$|sip:030\\1@\\d |^([0-9]{5,6})$|sip:030\\1@\\d", "39833"), "03039833");
    assert_eq!(dialled("|^([0-9]{3,4})$|sip:030\\1@\\d", "39"), "39", "what matches nothing goes out as it is");
    assert_eq!(typed("|([0-9]{5})|sip:\\1@\\d|d", "1234567"), "12345");
    assert_eq!(typed("!([^#]+)#!sip:\\1@\\d!d", "123#45"), "123");
    assert_eq!(dialled("!(.*)!sip:\\1@\\d!", ""), "");
    // The rest of the grammar.
    assert_eq!(dialled("!^(1|12|123)$!sip:\\1@\\d!", "12"), "12");
    assert_eq!(dialled("!^(a?b*)(c)$!sip:\\2\\1@\\d!", "abbc"), "cabb");
    assert_eq!(dialled("!^[*]8[9]$!sip:x@\\d!", "*89"), "x");
    assert_eq!(dialled("!^\\*89$!sip:x@\\d!", "*89"), "x");
    assert_eq!(dialled("!^[^0-9]{2,}$!sip:x@\\d!", "**"), "x");
    assert_eq!(dialled("!^112$!sip:x@\\d!", "1112"), "1112");
    assert_eq!(typed("!^112$!sip:112@\\d!d !^.*$!sip:*89@\\d!", "1120"), "112");
    assert_eq!(dialled("!^112$!sip:112@\\d!d !^.*$!sip:*89@\\d!", "1120"), "*89");
}
