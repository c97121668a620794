//! What a session layer costs a request: one file per peer, each around a handler that does the same, in the peer's own
//! test setting, without a network. Layers with default settings and fresh keys, built once; requests built outside the
//! measured time.

mod actix;
pub(crate) mod axum_extra;
pub(crate) mod cookie_store;
mod poem;
pub(crate) mod sealed;
pub(crate) mod seshcookie;
pub(crate) mod tower;
pub(crate) mod tower_cookies;
pub(crate) mod tower_sessions;

pub use sealed::{refused, tampered};

use crate::peers::Refused;
use crate::race::Racer;
use crate::session::Shop;
use crate::touch::Touch;

/// Whose bare service a layer is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// A `service_fn`.
    Tower,
    /// An actix-web app.
    Actix,
    /// A poem endpoint.
    Poem,
}

impl Base {
    /// Each once, in the order of [`bare`].
    pub const ALL: [Self; 3] = [Self::Tower, Self::Actix, Self::Poem];
}

/// One peer's layer, ready to be measured.
pub struct Lane {
    /// What it is called.
    pub name: &'static str,
    /// The package whose version counts.
    pub package: &'static str,
    /// What it is compared with.
    pub base: Base,
    /// The cookie that the measured requests carry: `name=value`.
    pub cookie: String,
    /// Untouched, read, read and modify.
    pub racers: [Racer; 3],
}

impl Lane {
    /// Characters of the cookie's value.
    #[must_use]
    pub fn value_len(&self) -> usize {
        self.cookie.split_once('=').map_or(0, |(_, value)| value.len())
    }
}

/// All of them for one session, in the order of the table; sealed-session first.
///
/// # Errors
/// When one cannot be set up, or does not do what is to be measured.
pub fn all(shop: &'static Shop) -> Result<Vec<Lane>, Refused> {
    Ok(vec![
        sealed::typed(shop)?,
        sealed::key_value(shop)?,
        tower_cookies::lane(shop)?,
        axum_extra::lane(shop)?,
        seshcookie::lane(shop)?,
        tower_sessions::lane(shop)?,
        actix::lane(shop)?,
        poem::lane(shop)?,
        cookie_store::lane(shop)?,
    ])
}

/// The services without a layer, given the cookie all the same; in the order of [`Base::ALL`].
///
/// # Errors
/// When one cannot be set up.
pub fn bare(cookie: &str) -> Result<Vec<Racer>, Refused> {
    let cookie = Some(cookie);
    Ok(vec![
        racer(tower::bare(), cookie, Answer::Present)?,
        racer(actix::bare()?, cookie, Answer::Present)?,
        racer(poem::bare(), cookie, Answer::Present)?,
    ])
}

/// A service that is called in this process.
trait Driver: 'static {
    type Request: 'static;
    type Response;

    /// A request that carries this cookie.
    fn request(&self, cookie: Option<&str>) -> Result<Self::Request, Refused>;

    /// Answers it.
    fn call(&mut self, request: Self::Request) -> Self::Response;

    /// The status code.
    fn status(response: &Self::Response) -> u16;

    /// The `Set-Cookie` field.
    fn set_cookie(response: &Self::Response) -> Option<String>;
}

/// What the handler is to find, by the status that it answers with.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Answer {
    /// The session.
    Present,
    /// None.
    Absent,
}

impl Answer {
    fn is(self, status: u16) -> bool {
        match self {
            Self::Present => (200..300).contains(&status),
            Self::Absent => status == 404,
        }
    }
}

/// Fills a session through the layer, sees that each touch does what it should, and makes the racers.
fn lane<D: Driver>(
    (name, package, base): (&'static str, &'static str, Base),
    shop: &'static Shop,
    mut make: impl FnMut(Touch) -> Result<D, Refused>,
) -> Result<Lane, Refused> {
    let fail = |why: &str| Refused::from(format!("{name}: {why}"));
    let filled =
        answer(&mut make(Touch::Fill(shop))?, None)?.1.ok_or_else(|| fail("no cookie for a filled session"))?;
    let untouched = answer(&mut make(Touch::Untouched)?, Some(&filled))?;
    let read = answer(&mut make(Touch::Read)?, Some(&filled))?;
    let (status, modified) = answer(&mut make(Touch::Modify)?, Some(&filled))?;
    let modified = modified.ok_or_else(|| fail("no cookie for a modified session"))?;
    let after = answer(&mut make(Touch::Read)?, Some(&modified))?;
    if (untouched, read, status, after) != ((200, None), (200, None), 202, (202, None)) {
        return Err(fail("does not do what is to be measured"));
    }
    let mut racer = |touch| racer(make(touch)?, Some(&filled), Answer::Present);
    let racers = [racer(Touch::Untouched)?, racer(Touch::Read)?, racer(Touch::Modify)?];
    Ok(Lane { name, package, base, cookie: filled, racers })
}

/// Status, and the cookie of the response as `name=value`.
fn answer<D: Driver>(driver: &mut D, cookie: Option<&str>) -> Result<(u16, Option<String>), Refused> {
    let request = driver.request(cookie)?;
    let response = driver.call(request);
    let set_cookie = D::set_cookie(&response);
    let pair = set_cookie.map(|field| field.split(';').next().unwrap_or_default().to_owned());
    Ok((D::status(&response), pair))
}

/// Calls the service with a fresh request at each step; a wrong answer at any of them ends the program.
fn racer<D: Driver>(driver: D, cookie: Option<&str>, expected: Answer) -> Result<Racer, Refused> {
    // One request first, so that one that cannot be made is an error and not a panic.
    driver.request(cookie)?;
    let cookie = cookie.map(str::to_owned);
    let driver = std::rc::Rc::new(std::cell::RefCell::new(driver));
    let maker = std::rc::Rc::clone(&driver);
    let prepare = move || maker.borrow().request(cookie.as_deref());
    Ok(Racer::prepared(prepare, move |request| {
        let status = request.map(|request| D::status(&driver.borrow_mut().call(request)));
        assert!(status.is_ok_and(|status| expected.is(status)), "a service changed its mind");
    }))
}
