//! The evening: the audit log, snapshots, and what leaked.

use super::{BRANCH, Day, Result, SIP_PASSWORD};
use libprov::device::Command;
use libprov::lang::Lang;
use libprov::snapshot;

impl Day<'_> {
    /// The audit log, and the same decision explained in other languages.
    pub(super) fn audit(&mut self) -> Result<()> {
        self.timeline.chapter("What the administrator reads");
        let mac = self.mac(5)?;
        let got = self.host.get(self.mac(35)?, BRANCH, None)?;
        let texts: Vec<String> = Lang::ALL.iter().map(|lang| got.decision.explain(*lang).text).collect();
        for lang in [Lang::En, Lang::De, Lang::Pl] {
            self.event(&format!("{}: {}", lang.code(), got.decision.explain(lang).text));
        }
        let distinct = texts.iter().all(|one| texts.iter().filter(|other| *other == one).count() == 1);
        self.claim("R25", "a decision is explained in six languages, each with the rule", {
            texts.len() == 6 && distinct && texts.iter().all(|text| text.contains(got.rule()))
        });
        let actor = std::mem::replace(&mut self.host.actor, "eve\n{\"event\":\"created\"}\u{202e}".into());
        self.host.admin(mac, &Command::Describe { site: Some("Keller"), location_confirmed: None })?;
        let forged = std::mem::replace(&mut self.host.actor, actor);
        self.host.close();
        let lines: Vec<serde_json::Value> =
            self.host.audit.iter().map(|line| serde_json::from_str(line)).collect::<std::result::Result<_, _>>()?;
        let says = |line: &serde_json::Value, name: &str| line.get(name).is_some_and(|value| value.is_string());
        self.event(&format!("the audit log has {} lines, among them:", lines.len()));
        for name in ["\"locked\"", "\"emergency_call_back\"", "\"source_throttled\"", "\"eve"] {
            if let Some(line) = self.host.audit.iter().find(|line| line.contains(name)) {
                self.event(line);
            }
        }
        self.claim("A10", "every audit event is a line of JSON with instant, event, cause and tenant", {
            lines.len() > 100 && lines.iter().all(|line| ["at", "event", "cause", "tenant"].iter().all(|name| says(line, name)))
        });
        let one_line = self.host.audit.iter().all(|line| !line.contains(['\n', '\u{202e}']));
        self.claim("A10", "an actor who writes line breaks into his name forges no line", {
            one_line && lines.iter().any(|line| line.get("actor").and_then(|actor| actor.as_str()) == Some(&forged))
        });
        let polled = self
            .host
            .audit
            .iter()
            .find(|line| line.contains("\"restricted\"") && line.contains("198.51.100.66") && line.contains("\"count\":5"));
        if let Some(line) = polled {
            self.event(line);
        }
        let whole = lines.iter().filter_map(|line| line.get("count")).filter_map(serde_json::Value::as_u64).max();
        let counted = polled.is_some();
        self.claim("E7", "fifty polls are one line with a count, and no record", counted && whole >= Some(50));
        Ok(())
    }

    pub(super) fn snapshots(&mut self) -> Result<()> {
        self.timeline.chapter("Evening: everything is stored and read back");
        let mut same = true;
        let mut bytes = 0;
        for device in self.host.site.devices() {
            let binary = snapshot::to_bytes(device);
            bytes += binary.len();
            same &= snapshot::from_bytes::<libprov::device::Device>(&binary)? == *device;
            same &= snapshot::from_json::<libprov::device::Device>(&snapshot::to_json(device))? == *device;
        }
        self.event(&format!("{} devices in {bytes} bytes", self.host.site.devices().count()));
        self.claim("E2", "every device reads back as it was written, from bytes and from JSON", same);
        let mut cut = snapshot::to_bytes(self.host.site.tenant());
        cut.truncate(cut.len() / 2);
        let error = snapshot::from_bytes::<libprov::tenant::Tenant>(&cut).err().map(|error| error.to_string());
        self.claim("E2", "a snapshot that is cut off is refused", error.is_some());
        Ok(())
    }

    pub(super) fn nothing_leaked(&mut self) -> Result<()> {
        let leaked = self
            .secrets
            .iter()
            .chain([&SIP_PASSWORD.to_owned()])
            .filter(|secret| self.host.log.contains(*secret) || self.host.audit.iter().any(|line| line.contains(*secret)))
            .count();
        self.event(&format!("the log of the day has {} lines", self.host.log.lines().count()));
        self.claim(
            "P5",
            "no PAP, token, credential or password stands in the log or the audit log",
            leaked == 0 && self.secrets.len() > 40,
        );
        Ok(())
    }
}
