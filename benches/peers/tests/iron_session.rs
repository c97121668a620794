//! Holds the iron-session written here against the npm package.
//!
//! ```sh
//! npm install --prefix "$FOLDER" iron-session@9.0.1
//! IRON_SESSION="$FOLDER"/node_modules/iron-session/dist/index.js cargo test --release -- --ignored
//! ```

use std::process::Command;

use peers::peers::iron::Iron;
use peers::peers::{COOKIE_NAME, Peer, Refused};
use peers::session::Sample;

/// Opens our seal, seals the same session, and prints the data of the one and the `Set-Cookie` of the other.
const SCRIPT: &str = "
const [packagePath, cookieName, password, seal, json] = process.argv.slice(1);
const { getIronSession, unsealData } = await import(packagePath);
const response = new Response(null);
const session = await getIronSession(new Request('https://example.com/'), response, { cookieName, password });
Object.assign(session, JSON.parse(json));
await session.save();
console.log(JSON.stringify(await unsealData(seal, { password })));
console.log(response.headers.get('set-cookie'));
";

#[test]
#[ignore = "needs node, and the npm package at $IRON_SESSION"]
fn the_npm_package_makes_the_same_and_opens_ours() -> Result<(), Refused> {
    let package = std::env::var("IRON_SESSION")?;
    let iron = Iron::new()?;
    for sample in Sample::all().into_iter().chain((1..40).map(Sample::with_items)) {
        let ours = iron.cookie(&sample)?;
        let json = sample.json()?;
        let arguments = [&package, COOKIE_NAME, iron.password(), &ours.value, &json];
        let output = Command::new("node").args(["--input-type=module", "-e", SCRIPT]).args(arguments).output()?;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let output = String::from_utf8(output.stdout)?;
        let (opened, theirs) = output.trim().split_once('\n').ok_or("two lines expected")?;
        assert_eq!(opened, json);
        assert_eq!(Some(theirs.len()), ours.header.as_ref().map(String::len), "{theirs}");
        let attributes = |header: &str| header.split_once(';').map(|(_, attributes)| attributes.to_owned());
        assert_eq!(attributes(theirs), ours.header.as_deref().and_then(attributes));
    }
    Ok(())
}
