//! A second, independently written dialogue (SPEC C3): slow, with text for digits and plain numbers for time.
//!
//! It keeps the whole list of what was typed and works out from it, for every event, what C3 demands. Nothing in it is taken from
//! the library but the names of announcements.

/// What happens to a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Event {
    /// A key.
    Key(char),
    /// So many milliseconds pass, and the host looks whether something is due.
    Wait(u64),
    /// The verdict on the entry that waits: what it says, and whether the call goes on.
    Verdict(&'static str, bool),
    /// A verdict on an attempt that does not wait.
    StaleVerdict,
    /// The caller hangs up.
    HangUp,
}

/// How the tenant is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    pub emergency: Vec<String>,
    pub prefix: String,
    pub gap_ms: u64,
    pub total_ms: u64,
    pub most: usize,
}

#[derive(Clone, Debug)]
pub struct Model {
    setup: Setup,
    /// Milliseconds since the call was answered.
    pub clock: u64,
    /// Keys since the last `#`, `*` or discarded entry, each with its time.
    typed: Vec<(char, u64)>,
    /// Entries that came out.
    pub entries: u64,
    pub discards: u32,
    /// "asks", "waits", "says goodbye" or "gone".
    pub stage: &'static str,
}

impl Model {
    pub fn new(setup: Setup) -> Self {
        Self { setup, clock: 0, typed: Vec::new(), entries: 0, discards: 0, stage: "asks" }
    }

    /// What the dialogue must say to an event.
    pub fn on(&mut self, event: Event) -> Vec<String> {
        if let Event::Wait(ms) = event {
            self.clock += ms;
        }
        if let Event::HangUp = event {
            self.typed.clear();
            self.stage = "gone";
            return Vec::new();
        }
        let mut said = self.time();
        match event {
            Event::Key(key) if self.stage != "gone" => match key {
                '#' => said.extend(self.hash()),
                '*' => self.typed.clear(),
                '0'..='9' => self.typed.push((key, self.clock)),
                _ => {}
            },
            Event::Verdict(name, goes_on) if self.stage == "waits" => {
                if goes_on {
                    self.stage = "asks";
                    said.push(format!("play {name}"));
                } else {
                    said.extend(self.goodbye(name));
                }
            }
            _ => {}
        }
        said
    }

    /// When the host must look again, in milliseconds since the call was answered.
    pub fn alarm(&self) -> Option<u64> {
        let end = ["asks", "waits"].contains(&self.stage).then_some(self.setup.total_ms);
        let pause = self.typed.last().map(|(_, at)| at + self.setup.gap_ms);
        end.into_iter().chain(pause).min()
    }

    pub fn digits(&self) -> String {
        self.typed.iter().map(|(key, _)| *key).collect()
    }

    /// The emergency number that is typed, if one is.
    fn emergency(&self) -> Option<String> {
        let digits = self.digits();
        let spelt = |number: &&String| [(*number).clone(), format!("{}{number}", self.setup.prefix)].contains(&digits);
        self.setup.emergency.iter().find(spelt).cloned()
    }

    fn rescue(&mut self) -> Option<Vec<String>> {
        let number = self.emergency()?;
        self.typed.clear();
        self.stage = "gone";
        Some(vec!["play emergency".into(), format!("transfer {number}")])
    }

    fn goodbye(&mut self, name: &str) -> Vec<String> {
        self.rescue().unwrap_or_else(|| {
            self.stage = "says goodbye";
            vec![format!("play {name}"), "hang up".into()]
        })
    }

    fn time(&mut self) -> Vec<String> {
        let talking = self.stage == "asks" || self.stage == "waits";
        let paused = self.typed.last().is_some_and(|(_, last)| self.clock >= last + self.setup.gap_ms);
        if talking && self.clock >= self.setup.total_ms {
            let said = self.goodbye("time_over");
            if paused {
                self.typed.clear();
            }
            return said;
        }
        if !paused {
            return Vec::new();
        }
        if let Some(said) = self.rescue() {
            return said;
        }
        self.typed.clear();
        if self.stage != "asks" {
            return Vec::new();
        }
        self.discards += 1;
        if self.discards == 1 { vec!["play enter_again".into()] } else { self.goodbye("time_over") }
    }

    fn hash(&mut self) -> Vec<String> {
        if let Some(said) = self.rescue() {
            return said;
        }
        let digits = self.digits();
        self.typed.clear();
        match (self.stage, digits.len()) {
            ("asks", 0) => vec!["play enter_pin".into()],
            ("asks", _) => {
                self.entries += 1;
                self.stage = "waits";
                let kept: String = digits.chars().take(self.setup.most + 1).collect();
                vec![format!("enter {} {kept}", self.entries)]
            }
            _ => Vec::new(),
        }
    }
}
