//! No `Set-Cookie` is larger than a browser keeps, whatever goes into it.

use proptest::prelude::*;
use sealed_session::{ErrorKind, SameSite, Session, SessionLayerBuilder};

use crate::flight::Data;
use crate::round_trip::{context, name};
use crate::support::{Answer, Browser, DAY, Site};

const LIMIT: usize = 4093;

/// Settings of a cookie.
#[derive(Debug, Clone)]
struct Cookie {
    name: String,
    path: String,
    domain: Option<String>,
    context: String,
    same_site: SameSite,
    secure: bool,
    partitioned: bool,
    until_browser_closes: bool,
    pad: usize,
}

fn cookie() -> impl Strategy<Value = Cookie> {
    let path = prop_oneof![Just("/".to_owned()), "/[!-:<-~]{0,1023}"];
    let label = || "[a-z0-9]([a-z0-9_-]{0,40}[a-z0-9])?";
    let domain = proptest::option::of((label(), label(), label()).prop_map(|(a, b, c)| format!("{a}.{b}.{c}")));
    let same_site = proptest::sample::select(vec![SameSite::Strict, SameSite::Lax, SameSite::None]);
    let flags = any::<(bool, bool, bool)>();
    (name(), path, domain, context(), same_site, flags, 1..=1024_usize).prop_map(
        |(name, path, domain, context, same_site, (secure, partitioned, until_browser_closes), pad)| {
            let host = name.to_ascii_lowercase().starts_with("__host-");
            let (path, domain) = if host { ("/".to_owned(), None) } else { (path, domain) };
            // What browsers refuse is refused when the layer is built.
            let secure = secure || partitioned || same_site == SameSite::None || name.starts_with("__");
            Cookie { name, path, domain, context, same_site, secure, partitioned, until_browser_closes, pad }
        },
    )
}

fn site(cookie: &Cookie, more: impl FnOnce(SessionLayerBuilder<Data>) -> SessionLayerBuilder<Data>) -> Site<Data> {
    let site = Site::<Data>::with(|builder| {
        let builder = builder.name(&cookie.name).path(&cookie.path).context(&cookie.context).pad_to(cookie.pad);
        let builder = builder.same_site(cookie.same_site).secure(cookie.secure).partitioned(cookie.partitioned);
        let builder = if cookie.until_browser_closes { builder.until_browser_closes() } else { builder };
        more(match &cookie.domain {
            Some(domain) => builder.domain(domain),
            None => builder,
        })
    });
    Site { name: cookie.name.clone(), ..site }
}

/// A session of so many bytes is written; also says what it would have needed.
fn write(site: &Site<Data>, browser: &mut Browser, len: usize, remember: bool) -> (Answer, usize, bool) {
    let (mut needed, mut fits) = (0, false);
    let answer = browser.visit(site, |session: &Session<Data>| {
        session.replace(Data { serial: 1, bulk: "x".repeat(len) });
        if remember {
            session.remember_for(300 * DAY);
        }
        needed = session.encoded_len().unwrap();
        fits = match session.check_fit() {
            Ok(()) => true,
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }), "{error}");
                false
            }
        };
    });
    (answer, needed, fits)
}

proptest! {
    #![proptest_config(crate::fewer(2))]

    #[test]
    fn without_a_store_a_header_fits_or_there_is_a_typed_error(
        cookie in cookie(), len in prop_oneof![0..6000_usize, 1000..3100_usize], remember: bool,
    ) {
        let site = site(&cookie, |builder| builder);
        let mut browser = Browser::default();
        let (answer, needed, fits) = write(&site, &mut browser, len, remember);
        prop_assert_eq!(fits, needed <= LIMIT);
        if needed > LIMIT {
            prop_assert_eq!((answer.status().as_u16(), answer.set_cookies()), (500, vec![]));
            prop_assert!(site.events.take().iter().any(|event| event == "failed TooLarge"));
            return Ok(());
        }
        prop_assert_eq!(answer.status().as_u16(), 200);
        prop_assert_eq!(answer.set_cookie().unwrap().len(), needed);
        browser.visit(&site, |session| assert_eq!(session.read(|data| data.bulk.len()), len));
        let removal = browser.visit(&site, Session::destroy).set_cookie().unwrap();
        prop_assert!(removal.len() <= LIMIT, "{} bytes to remove it", removal.len());
    }
}

#[cfg(feature = "memory")]
proptest! {
    #![proptest_config(crate::fewer(4))]

    #[test]
    fn with_a_store_a_header_stays_below_the_threshold(
        cookie in cookie(), at in 2900..=LIMIT, len in prop_oneof![0..6000_usize, 0..70_000_usize], remember: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _entered = runtime.enter();
        let store = sealed_session::store::MemoryStore::new(1 << 20);
        let site = site(&cookie, |builder| builder.overflow(store).overflow_at(at));
        let mut browser = Browser::default();
        let (answer, needed, fits) = write(&site, &mut browser, len, remember);
        if !fits {
            prop_assert!(len > 64 * 1024 - 2000, "{} bytes are refused", len);
            prop_assert_eq!((answer.status().as_u16(), answer.set_cookies()), (500, vec![]));
            return Ok(());
        }
        let field = answer.set_cookie().unwrap();
        prop_assert!(field.len() <= at, "{} bytes at {}", field.len(), at);
        prop_assert_eq!(field.len() == needed, needed <= at);
        browser.visit(&site, |session| assert_eq!(session.read(|data| data.bulk.len()), len));
    }
}
