//! Chromium, with a profile of its own, until it is dropped.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::session::handle::SessionHandle;
use thirtyfour::{By, Capabilities, WebDriver, WebElement};

use crate::certificate;
use crate::servers::{Server, find};
use crate::wire::Wire;

/// How long the browser may take for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser without a window.
pub(crate) struct Chromium {
    driver: Option<WebDriver>,
    server: Server,
    program: String,
    arguments: &'static [&'static str],
}

/// A cookie that the browser holds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Held {
    pub(crate) name: String,
    pub(crate) value: String,
    /// With a dot in front if subdomains get it too.
    pub(crate) domain: String,
    pub(crate) path: String,
    /// In seconds since 1970; -1 for one that goes with the browser.
    pub(crate) expires: f64,
    pub(crate) http_only: bool,
    pub(crate) secure: bool,
    pub(crate) session: bool,
    pub(crate) same_site: Option<String>,
    #[serde(default)]
    pub(crate) partition_key: Option<Partition>,
}

/// The site to which a cookie is confined.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Partition {
    pub(crate) top_level_site: String,
}

impl Chromium {
    /// `None` when this machine has no Chromium, or no driver for it.
    pub(crate) async fn start() -> Option<Self> {
        Self::start_with(&[]).await
    }

    /// With more arguments.
    pub(crate) async fn start_with(arguments: &'static [&'static str]) -> Option<Self> {
        let program = find("chromium", &[])?;
        let driver = find("chromedriver", &["/usr/lib/chromium"])?;
        let command = |dir: &std::path::Path, port: u16| {
            let folder = |name| format!("{name}={}", dir.display());
            vec!["env".into(), folder("HOME"), folder("TMPDIR"), driver, format!("--port={port}")]
        };
        let mut server = Server::new(command, Server::listens);
        server.start();
        let mut browser = Self { driver: None, server, program, arguments };
        browser.launch().await;
        Some(browser)
    }

    async fn launch(&mut self) {
        let profile = self.server.dir.path().join("profile");
        let fixed = [
            "--headless=new".to_owned(),
            // For want of the rights that it takes, in containers above all. It sees nothing but pages of these tests.
            "--no-sandbox".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            format!("--user-data-dir={}", profile.display()),
            "--host-resolver-rules=MAP *.test 127.0.0.1".to_owned(),
            format!("--ignore-certificate-errors-spki-list={}", certificate::public_key_hash()),
        ];
        let arguments: Vec<_> = fixed.iter().map(String::as_str).chain(self.arguments.iter().copied()).collect();
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", json!("chrome")).unwrap();
        capabilities.set("goog:chromeOptions", json!({ "binary": self.program, "args": arguments })).unwrap();
        let server = format!("http://127.0.0.1:{}", self.server.port);
        let driver = WebDriver::builder(server, capabilities).client(Wire(self.server.port)).await;
        self.driver = Some(driver.unwrap_or_else(|error| panic!("{error}: {}", self.server.log_text())));
    }

    /// Closes the browser as its user does, and opens it again.
    pub(crate) async fn reopen(&mut self) {
        self.driver.take().unwrap().quit().await.unwrap();
        self.launch().await;
    }

    /// Goes to a page; returns what there is to read on it.
    pub(crate) async fn open(&self, url: &str) -> String {
        self.goto(url).await.unwrap();
        self.text().await
    }

    /// What there is to read on the page.
    pub(crate) async fn text(&self) -> String {
        self.run("return document.body.innerText").await
    }

    /// What the body of a function returns; if that is a promise, what it promises.
    pub(crate) async fn run<R: DeserializeOwned>(&self, script: &str) -> R {
        self.execute(script, Vec::new()).await.unwrap().convert().unwrap()
    }

    /// The only element that matches.
    pub(crate) async fn element(&self, css: &str) -> WebElement {
        let mut all = self.find_all(By::Css(css)).await.unwrap();
        assert_eq!(all.len(), 1, "{css}");
        all.remove(0)
    }

    /// Clicks the only element that matches, and waits for the page to which that leads.
    pub(crate) async fn click(&self, css: &str) {
        self.leave(async || self.element(css).await.click().await.unwrap()).await;
    }

    /// Goes back to the page before this one.
    pub(crate) async fn go_back(&self) {
        self.leave(async || self.back().await.unwrap()).await;
    }

    /// Does what leads to another page, and waits until that is there: WebDriver may answer while the old page still stands.
    async fn leave(&self, act: impl AsyncFnOnce()) {
        // A number of its own for each time: a page that was left before may come back as it was.
        static TIMES: AtomicU32 = AtomicU32::new(1);
        let mark = TIMES.fetch_add(1, Ordering::Relaxed);
        self.run::<()>(&format!("window.mark = {mark}")).await;
        act().await;
        let script = format!("return window.mark !== {mark} && document.readyState == 'complete'");
        until("the next page loads", async || {
            let arrived = self.execute(script.as_str(), Vec::new());
            // There is no page to ask between the two.
            arrived.await.is_ok_and(|answer| answer.json() == true)
        })
        .await;
    }

    /// A command of the DevTools protocol.
    pub(crate) async fn devtools(&self, method: &str, parameters: Value) -> Value {
        self.cdp().send_raw(method, parameters).await.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// All cookies that the browser holds, by name.
    pub(crate) async fn cookies(&self) -> Vec<Held> {
        let answer = self.devtools("Storage.getCookies", json!({})).await;
        let mut cookies: Vec<Held> = serde_json::from_value(answer["cookies"].clone()).unwrap();
        cookies.sort_by(|one, other| one.name.cmp(&other.name));
        cookies
    }

    /// The only cookie that the browser holds.
    pub(crate) async fn cookie(&self) -> Held {
        let mut cookies = self.cookies().await;
        assert_eq!(cookies.len(), 1, "{cookies:?}");
        cookies.remove(0)
    }

    fn cdp(&self) -> thirtyfour::cdp::Cdp {
        self.driver.as_ref().unwrap().cdp()
    }
}

impl Deref for Chromium {
    type Target = std::sync::Arc<SessionHandle>;

    fn deref(&self) -> &Self::Target {
        self.driver.as_ref().unwrap()
    }
}

impl Drop for Chromium {
    /// Also after a failure: first in order, so that the driver waits for its browser; what is left then is killed with the
    /// driver, whose process group it is in.
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            let _ = close(self.server.port, &driver.session_id().to_string());
            let _ = driver.leak();
        }
    }
}

/// Ends a session of WebDriver without a runtime: there may be none left.
fn close(port: u16, session: &str) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
    stream.read(&mut [0]).map(drop)
}

/// Asks again until the answer is the wanted one.
pub(crate) async fn until(what: &str, mut ask: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !ask().await {
        assert!(start.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
