//! Many nodes, one account: what compare-and-swap on the revision makes of it (SPEC M12, A11, E5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod portal;

use libprov::entropy::Entropy;
use libprov::ids::SessionId;
use libprov::keys::Keyring;
use libprov::mfa::{self, Account, Judgement, MfaFacts, MfaPolicy, MfaSettings, RecoveryMode, Refusal};
use libprov::time::{MINUTE_MS, Timestamp};
use libprov::whitelist::Whitelist;
use portal::{HOME, Lab, client, settings};
use std::sync::{Barrier, Mutex};

/// The database: one row, replaced only by its next revision.
struct Store(Mutex<Account>);

impl Store {
    fn load(&self) -> Account {
        self.0.lock().unwrap().clone()
    }

    fn swap(&self, loaded: u64, new: Account) -> bool {
        let mut row = self.0.lock().unwrap();
        if row.revision() != loaded {
            return false;
        }
        *row = new;
        true
    }
}

struct Node<'a> {
    policy: &'a MfaPolicy,
    keys: &'a Keyring,
    trusted: &'a Whitelist,
    session: SessionId,
    /// What differs between the draws of the nodes.
    seed: u8,
}

impl Node<'_> {
    fn ask(&self, account: &Account, typed: &str, now: Timestamp) -> mfa::Step<Judgement<mfa::Entered>> {
        let facts = MfaFacts { account, policy: self.policy, keys: self.keys, trusted: self.trusted, address: client(HOME) };
        let fresh = Entropy::new(core::array::from_fn(|i| i as u8 ^ self.seed)).unwrap();
        mfa::enter(facts, self.session, typed, now, fresh)
    }

    /// Load, judge, store, and only then speak; on a conflict once more (SPEC A11). None: busy.
    fn enter(&self, store: &Store, typed: &str, now: Timestamp) -> Option<Result<(), Refusal>> {
        for _ in 0..100 {
            let account = store.load();
            let step = self.ask(&account, typed, now);
            if step.write.is_none_or(|new| store.swap(account.revision(), new)) {
                return Some(match step.outcome {
                    Judgement::Granted(_) => Ok(()),
                    Judgement::Refused(refusal) => Err(refusal),
                });
            }
        }
        None
    }
}

fn nodes<'a>(lab: &'a Lab, count: u8) -> Vec<Node<'a>> {
    (1..=count)
        .map(|n| Node {
            policy: &lab.policy,
            keys: &lab.keys,
            trusted: &lab.trusted,
            session: SessionId::from_number(n.into()),
            seed: n,
        })
        .collect()
}

/// All nodes ask at once.
fn at_once(nodes: &[Node<'_>], store: &Store, typed: &[&str], now: Timestamp) -> Vec<Result<(), Refusal>> {
    let start = Barrier::new(nodes.len());
    std::thread::scope(|scope| {
        let asked: Vec<_> = nodes
            .iter()
            .zip(typed.iter().cycle())
            .map(|(node, typed)| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    node.enter(store, typed, now).expect("a hundred retries are enough for a few nodes")
                })
            })
            .collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn m12_of_many_threads_with_one_code_exactly_one_gets_in() {
    for recovery in [RecoveryMode::Single, RecoveryMode::Set(10)] {
        let mut lab = Lab::enrolled(MfaSettings { recovery, ..settings() });
        let store = Store(Mutex::new(lab.account.clone()));
        for _ in 0..100 {
            let code = lab.code();
            let answers = at_once(&nodes(&lab, 4), &store, &[&code], lab.now);
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
            assert!(answers.iter().all(|answer| answer.is_ok() || *answer == Err(Refusal::Replayed)), "{answers:?}");
        }
        let papers = lab.paper.clone();
        for paper in papers {
            lab.tick(60 * MINUTE_MS);
            let answers = at_once(&nodes(&lab, 4), &store, &[paper.expose()], lab.now);
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        }
    }
}

#[test]
fn m8_threads_that_guess_at_once_get_no_guess_more() {
    for _ in 0..40 {
        let mut lab = Lab::enrolled(portal::digits(5));
        lab.tick(MINUTE_MS);
        let wrong = lab.wrong();
        let store = Store(Mutex::new(lab.account.clone()));
        let mut compared = 0;
        for round in 0..20_u64 {
            let now = lab.now.plus_ms(round * 60 * MINUTE_MS);
            let answers = at_once(&nodes(&lab, 4), &store, &[&wrong], now);
            compared += answers.iter().filter(|answer| **answer == Err(Refusal::Wrong)).count();
        }
        assert_eq!(compared, 10, "five digits: ten, however many ask");
        assert!(store.load().is_locked(client(HOME).source()));
    }
}

/// Where a node stands in load, judge, swap.
#[derive(Clone)]
enum Stand {
    Idle,
    Loaded(Box<Account>),
    Judged { loaded: u64, step: Box<mfa::Step<Judgement<mfa::Entered>>> },
    Said(bool),
}

/// Goes through every order in which the nodes can take their steps; a node whose swap fails begins anew.
fn every_order(nodes: &[Node<'_>], row: &Account, stands: &[Stand], typed: &str, now: Timestamp, ended: &mut Vec<usize>) {
    let mut moved = false;
    for (at, node) in nodes.iter().enumerate() {
        let (mut row, mut stands) = (row.clone(), stands.to_vec());
        stands[at] = match &stands[at] {
            Stand::Idle => Stand::Loaded(Box::new(row.clone())),
            Stand::Loaded(account) => Stand::Judged { loaded: account.revision(), step: Box::new(node.ask(account, typed, now)) },
            Stand::Judged { loaded, step } => match &step.write {
                Some(_) if row.revision() != *loaded => Stand::Idle,
                write => {
                    row = write.clone().unwrap_or(row);
                    Stand::Said(matches!(step.outcome, Judgement::Granted(_)))
                }
            },
            Stand::Said(_) => continue,
        };
        moved = true;
        every_order(nodes, &row, &stands, typed, now, ended);
    }
    if !moved {
        ended.push(stands.iter().filter(|stand| matches!(stand, Stand::Said(true))).count());
    }
}

#[test]
fn m12_in_every_order_of_load_judge_and_swap_exactly_one_gets_in() {
    let mut lab = Lab::enrolled(settings());
    let (code, paper) = (lab.code(), lab.paper[0].expose().to_owned());
    for typed in [code, paper] {
        for count in [2, 3] {
            let nodes = nodes(&lab, count);
            let mut ended = Vec::new();
            every_order(&nodes, &lab.account, &vec![Stand::Idle; nodes.len()], &typed, lab.now, &mut ended);
            assert!(ended.len() >= [20, 1_680][usize::from(count) - 2], "{} orders", ended.len());
            assert!(ended.iter().all(|granted| *granted == 1), "{count} nodes");
        }
    }
}
