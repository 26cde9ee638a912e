//! Files: what a decision says, rendered for the telephone.

use super::Host;
use libprov::mac::MacAddr;
use libprov::models::{self, ModelRef};
use libprov::profile::SipUser;
use libprov::render::{self, FullJob, Provisioning, ProvisioningUrl};
use libprov::request::{self, Answer, Decision, Restricted};
use libprov::secret::Secret;
use libprov::standing::TextForm;
use std::error::Error;

impl Host {
    /// The file of a decision; empty where there is none.
    pub(super) fn render(&self, mac: MacAddr, decision: &Decision) -> Result<String, Box<dyn Error>> {
        let tenant = self.site.tenant();
        let Some(device) = self.site.device(mac) else { return Ok(String::new()) };
        let ModelRef::Known(model) = device.model() else { return Ok(String::new()) };
        let mut file = Vec::new();
        match &decision.answer {
            Answer::Full(full) => {
                let Some(profile) = self.profiles.get(&mac) else { return Err(format!("{mac} has no profile").into()) };
                let credential = request::credential(tenant, device);
                let url = Secret::new(format!("{}{}/", self.url, credential.expose()));
                let user = SipUser::parse(&request::credential_user(device))?;
                let mut provisioning = Provisioning::new(ProvisioningUrl::Credential(&url));
                provisioning.login = Some((&user, &credential));
                let job = FullJob::new(profile, model, mac, full.secrets.into(), provisioning, &self.emergency);
                render::render_full(&job, &mut file)?;
            }
            Answer::Restricted(restricted) => {
                let text = restricted.notice.text(tenant.policy().settings().lang, TextForm::Long);
                return self.render_restricted(mac, model, restricted, text);
            }
            Answer::Static | Answer::Challenge | Answer::Deny(_) => {}
        }
        Ok(String::from_utf8(file)?)
    }

    /// A restricted file that shows this text.
    pub(crate) fn render_restricted(
        &self,
        mac: MacAddr,
        model: &'static models::Model,
        restricted: &Restricted,
        text: &str,
    ) -> Result<String, Box<dyn Error>> {
        let tenant = self.site.tenant();
        let (keys, enrolment) = (tenant.keys(), restricted.enrolment);
        let epoch = self.site.device(mac).ok_or("no such device")?.epoch();
        let user = SipUser::parse(&enrolment.sip_user(None))?;
        let password = enrolment.sip_password(keys, tenant.id(), epoch);
        let token = enrolment.token(keys, tenant.id(), epoch);
        let url = Secret::new(format!("{}{}/", self.url, token.expose()));
        let job = render::Restricted {
            model,
            mac,
            lang: tenant.policy().settings().lang,
            display_text: text,
            enrolment: render::Enrolment { user: &user, password: &password, server: &self.auth },
            emergency: &self.emergency,
            outside_line: None,
            service_code: &self.service_code,
            url: &url,
            firmware: None,
            forget: &[],
            vlan: None,
        };
        let mut file = Vec::new();
        render::render_restricted(&job, &mut file)?;
        Ok(String::from_utf8(file)?)
    }
}
