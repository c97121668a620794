//! Times sealed-session and its peers beside each other, prints Markdown tables, and says which goals are met.
//!
//!     cargo run --release --manifest-path benches/peers/Cargo.toml --bin speed
//!     cargo run --profile lto --manifest-path benches/peers/Cargo.toml --bin speed
//!
//! Both also with `--features aws-lc-rs`, for ours with that cipher.
//!
//! `--quick`: a few rounds, to see that it runs. `--rounds 1000`: more of them. `--write`: also writes the tables into
//! `docs/speed-tables.md` (the section of this profile) and, in the plain profile, the chart `docs/images/speed.svg`.

mod chart;
mod goals;
mod keys;
mod layers;
mod machine;
mod options;
mod table;
mod tokens;

use std::fs;

use peers::peers::Refused;
use peers::race::Race;
use peers::section::{docs, replace};
use peers::session::{Sample, Shop};

use options::Options;

/// `plain` for Cargo's `release`, else the profile's own name.
const PROFILE: &str = env!("PROFILE_NAME");
/// Whether ours uses AWS-LC.
const AWS_LC: bool = cfg!(feature = "aws-lc-rs");

/// Everything of one sample session.
struct Sized {
    label: &'static str,
    json: usize,
    postcard: usize,
    tokens: Vec<tokens::Row>,
    layers: layers::Layers,
}

fn main() -> Result<(), Refused> {
    let options = Options::from_args(std::env::args().skip(1))?;
    if options.write && !matches!(PROFILE, "plain" | "lto") {
        return Err(format!("the profile {PROFILE} is not for the documents: use `release` or `lto`").into());
    }
    let race = options.race;
    let sizes = Sample::timed().into_iter().map(|sample| measure(race, &sample)).collect::<Result<Vec<_>, _>>()?;
    let typical = sizes.iter().find(|sized| sized.label == "typical").ok_or("no typical session")?;
    let keys = keys::measure(race, leak(&Sample::timed()[1])?)?;
    let text =
        [machine::describe(race), tables(&sizes), keys.table(), goals::lines(PROFILE, typical, &keys)].join("\n\n");
    println!("{text}");
    if options.write {
        replace(&format!("{PROFILE}{}", if AWS_LC { "-aws-lc-rs" } else { "" }), &text)?;
        if PROFILE == "plain" && !AWS_LC {
            fs::create_dir_all(docs("images"))?;
            fs::write(docs("images/speed.svg"), chart::svg(&typical.layers))?;
        }
    }
    Ok(())
}

fn measure(race: Race, sample: &Sample) -> Result<Sized, Refused> {
    let shop = leak(sample)?;
    Ok(Sized {
        label: sample.label,
        json: sample.json()?.len(),
        postcard: postcard::to_allocvec(shop)?.len(),
        tokens: tokens::measure(race, shop)?,
        layers: layers::measure(race, shop)?,
    })
}

/// What is measured lives as long as the program.
fn leak(sample: &Sample) -> Result<&'static Shop, Refused> {
    let shop = sample.shop.as_deref().ok_or("a session without data")?;
    Ok(Box::leak(Box::new(shop.clone())))
}

fn tables(sizes: &[Sized]) -> String {
    let token_tables = sizes.iter().map(|sized| {
        let title = format!("### Seal and open, {} session", sized.label);
        let size = format!("{} bytes of JSON, {} of postcard.", sized.json, sized.postcard);
        [title, size, tokens::table_of(&sized.tokens)].join("\n\n")
    });
    let layer_tables = sizes.iter().map(|sized| {
        let title = format!("### Added to a request by the layer, {} session", sized.label);
        [title, sized.layers.table()].join("\n\n")
    });
    token_tables.chain(layer_tables).collect::<Vec<_>>().join("\n\n")
}
