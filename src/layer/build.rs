//! A layer from its builder: everything that cannot work is refused here.

use std::sync::Arc;
use std::time::Duration;

use super::{SessionLayer, SessionLayerBuilder};
use crate::codec::{Codec, SessionData};
use crate::config::Config;
use crate::cookie::{Attributes, Expiry, Template};
use crate::error::{Error, ErrorKind};
use crate::policy::{Limits, MAX_LIFETIME};
use crate::token::Sealer;

/// A cookie value that refers to a record takes at most this, unless it is padded.
const REFERENCE_LEN: usize = 160;

impl<T: SessionData> SessionLayerBuilder<T> {
    /// The layer.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] for settings that a browser would refuse, that are out of range or contradict each other,
    /// [`ErrorKind::Schema`] for a session type that cannot be fingerprinted or read back. The text names the remedy.
    pub fn build(self) -> Result<SessionLayer<T>, Error> {
        let template = Template::new(&self.attributes)?;
        let former = self.former.iter().map(|(path, domain)| former(&self.attributes, path, domain.as_deref()));
        let former = former.collect::<Result<_, _>>()?;
        let limits = Limits {
            lifetime: seconds("lifetime", self.lifetime)?,
            idle: seconds("idle timeout", self.idle_timeout)?,
            remember: seconds("longest remember", self.longest_remember)?,
        };
        let mut codec = Codec::new(self.schema.as_deref())?;
        for also_reads in self.also_reads {
            also_reads(&mut codec)?;
        }
        let sealer = Sealer::new(self.keyring, template.name(), &self.context)?.pad_to(self.padding)?;
        let records = self.overflow.build(&self.clock, template.len(Expiry::Seconds(MAX_LIFETIME), REFERENCE_LEN))?;
        let https = self.https.build(self.attributes.secure)?;
        Ok(SessionLayer(Arc::new(Config {
            sealer,
            codec,
            template,
            former,
            same_site: self.attributes.same_site,
            limits,
            records,
            https,
            until_browser_closes: self.until_browser_closes,
            commit_on_error: self.commit_on_error,
            clock: self.clock,
            random: self.random,
            hook: self.hook,
        })))
    }
}

/// Removes the cookie that had another path or domain.
fn former(now: &Attributes, path: &str, domain: Option<&str>) -> Result<http::HeaderValue, Error> {
    let then = Attributes { path: path.into(), domain: domain.map(Into::into), ..now.clone() };
    if then == *now {
        let message = format!("the former attributes Path={path} are the present ones: remove them");
        return Err(Error::new(ErrorKind::Setting, message));
    }
    Ok(Template::new(&then)?.removal())
}

fn seconds(what: &str, duration: Duration) -> Result<u64, Error> {
    let seconds = duration.as_secs();
    if (1..=MAX_LIFETIME).contains(&seconds) {
        return Ok(seconds);
    }
    let message =
        format!("the {what} of {duration:?} is refused: give 1 second to 400 days, as long as browsers keep cookies");
    Err(Error::new(ErrorKind::Setting, message))
}
