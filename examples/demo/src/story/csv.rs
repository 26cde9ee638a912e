//! The roster as a spreadsheet, out and in.

use super::{Day, Result};
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::models::{ModelRef, OwnModel};
use libprov::roster::{self, Checked, Format, Import, Known, Options};
use libprov::stagger;
use libprov::state::State;
use libprov::time::HOUR_MS;

/// A line that claims to be authenticated with a PAP of its own, and five that are wrong in one way each.
const HANDED_IN: &str = "Hersteller;Typ;MAC-Adresse;Standort;Authentifizierungsstatus;PAP\r\n\
    yealink;T46S;80:5e:c0:00:01:01;Berlin;successful;424242\r\n\
    yealink;T99X;80:5e:c0:00:01:02;Berlin;required;\r\n\
    yealink;T46S;80:5e:c0:00:01;Berlin;required;\r\n\
    yealink;T46S;80:5e:c0:00:01:01;Berlin;required;\r\n\
    yealink;T46S;80:5e:c0:00:00:01;Berlin;required;\r\n\
    yealink;T46S\r\n";

impl Day<'_> {
    /// The roster leaves the house.
    pub(super) fn exported(&mut self) -> Result<()> {
        self.timeline.chapter("The roster as a spreadsheet");
        let format = Format::new(Lang::De);
        let file = roster::export(self.host.site.devices(), &format, self.host.now);
        for line in file.lines().take(5) {
            self.event(line);
        }
        let header = file.lines().next().unwrap_or_default();
        self.claim("X1", "an export has its titles in the tenant's language, one line a device", {
            header == "Hersteller;Typ;MAC-Adresse;Erstellungsdatum;Standort;Authentifizierungsstatus;Konten"
                && file.lines().count() == self.host.site.devices().count() + 1
        });
        let fields = file.lines().flat_map(|line| line.split(';'));
        let guarded = fields.clone().filter(|field| field.trim_start_matches('"').starts_with("'=cmd")).count();
        let formula = fields.filter(|field| field.trim_start_matches('"').starts_with(['=', '+', '-', '@'])).count();
        self.claim("X1", "a site named `=cmd|…` is no formula in it", guarded > 0 && formula == 0);
        let mut checked = self.check(&file, Options { update: true, own_models: self.own_models(), ..Options::default() });
        let same = checked.rows().iter().all(|row| {
            self.host.site.device(row.mac()).is_some_and(|device| device.site() == row.site().filter(|site| !site.is_empty()))
        });
        self.know(&mut checked);
        self.claim(
            "X1",
            "an export read back has every site as it was",
            same && checked.good_rows().count() + 1 == file.lines().count(),
        );

        let keys = self.host.site.tenant().keys();
        let with = roster::export_with_paps(self.host.site.devices(), &format, keys, self.host.now);
        let waiting: Vec<String> =
            self.host.site.devices().filter_map(|device| device.pap(keys)).map(|pap| pap.reveal()).collect();
        let shown = |text: &str| waiting.iter().filter(|pap| text.split(';').any(|field| field == pap.as_str())).count();
        let (all, none) = (shown(with.file.expose()), shown(&file));
        let audited = with.effects.has_audit(libprov::effect::AuditEvent::PapsExported);
        self.event(&format!("the export with PAPs shows {all} of {} PAPs", waiting.len()));
        self.claim("X1", "PAPs are exported by a call of their own, which is audited", {
            audited && none == 0 && all == waiting.len() && all > 0
        });
        self.secrets.extend(waiting);
        Ok(())
    }

    /// A roster comes back, with mistakes and a forged state.
    pub(super) fn imported(&mut self) -> Result<()> {
        self.timeline.chapter("A roster comes in, with mistakes");
        let mut checked = self.check(HANDED_IN, Options::default());
        self.know(&mut checked);
        let faults = checked.faults();
        for fault in &faults {
            self.event(&fault.to_string());
        }
        let lines: Vec<u32> = faults.iter().map(|fault| fault.line).collect();
        let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
        self.claim("X2", "every bad line is reported with its number, its column and the reason", {
            lines == [3, 4, 5, 6, 7] && texts.iter().take(4).all(|text| text.contains("column") || text.contains("(MAC address)"))
        });
        let fresh = self.host.entropy()?;
        let refused = checked.begin(self.host.site.tenant(), &self.taken(), self.host.now, fresh).err();
        self.claim("X2", "with a bad line nothing is imported", refused.is_some() && self.state(forged()?).is_none());
        self.claim("X1", "a MAC that is known is a duplicate", texts.iter().any(|text| text.contains("ask for an update")));

        let mut checked = self.check(HANDED_IN, Options { skip_bad_lines: true, ..Options::default() });
        self.know(&mut checked);
        let fresh = self.host.entropy()?;
        let mut batch = checked.begin(self.host.site.tenant(), &self.taken(), self.host.now, fresh)?;
        for row in checked.good_rows() {
            let step = batch.step(self.host.site.facts(Some(row.mac()), None), row)?;
            self.host.carry_out(row.mac(), step)?;
        }
        let mac = forged()?;
        let pap = self.host.pap(mac).unwrap_or_default();
        self.event(&format!("asked to skip bad lines, it makes {mac}"));
        self.claim("X2", "asked to skip bad lines an import takes the good one", self.state(mac).is_some());
        self.claim(
            "X1",
            "a line that says `successful` makes a device that is `required`, with a fresh PAP and not that of the file",
            self.state(mac) == Some(State::Required) && pap.len() == 6 && pap != "424242",
        );
        self.secrets.push(pap);
        Ok(())
    }

    /// Resyncs of the whole site.
    pub(super) fn staggered(&mut self) -> Result<()> {
        self.timeline.chapter("All telephones fetch anew, one after the other");
        let tenant = self.host.site.tenant().id();
        let mut minutes = [0usize; 10];
        let mut same = true;
        let mut intervals = true;
        for mac in &self.macs {
            let wait = stagger::offset_ms(tenant, *mac, 600_000);
            same &= wait == stagger::offset_ms(tenant, *mac, 600_000);
            intervals &= (4 * HOUR_MS..=6 * HOUR_MS).contains(&stagger::interval_ms(tenant, *mac));
            if let Some(minute) = usize::try_from(wait / 60_000).ok().and_then(|at| minutes.get_mut(at)) {
                *minute += 1;
            }
        }
        let bars: Vec<String> = minutes.iter().map(ToString::to_string).collect();
        self.event(&format!("{} telephones over ten minutes: {}", self.macs.len(), bars.join(" ")));
        let total: usize = minutes.iter().sum();
        self.claim("X3", "resyncs are spread over the period, and no minute has a quarter of them", {
            same && total == self.macs.len() && minutes.iter().all(|minute| minute * 4 < total)
        });
        self.claim("X3", "each telephone asks again every 4 to 6 hours", intervals);
        Ok(())
    }

    fn check(&self, file: &str, options: Options) -> Checked {
        let mut import = Import::new(options);
        // Pieces of any size, as they come from a network.
        for piece in file.as_bytes().chunks(100) {
            import.feed(piece);
        }
        import.finish()
    }

    /// Models that the vendor table does not have, as the door telephone.
    fn own_models(&self) -> Vec<OwnModel> {
        let own = |model: &ModelRef| if let ModelRef::Own(own) = model { Some((**own).clone()) } else { None };
        let mut models: Vec<OwnModel> = self.host.site.devices().filter_map(|device| own(device.model())).collect();
        models.dedup();
        models
    }

    fn know(&self, checked: &mut Checked) {
        for at in 0..checked.rows().len() {
            let here = checked.rows().get(at).is_some_and(|row| self.host.site.device(row.mac()).is_some());
            checked.know(at, if here { Known::Here } else { Known::New });
        }
    }
}

/// The device of the line that claims too much.
fn forged() -> Result<MacAddr> {
    Ok(MacAddr::parse("80:5e:c0:00:01:01")?)
}
