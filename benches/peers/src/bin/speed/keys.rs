//! Opening under the last of many keys, and refusing.

use std::rc::Rc;
use std::thread;

use peers::lanes;
use peers::peers::Refused;
use peers::race::{Race, Racer};
use peers::session::Shop;
use peers::tokens::{Jar, Token, sealed};
use sealed_session::{Key, Keyring, Schema, Sealer, Timestamp};

use crate::table::{against, table};

/// As many as a ring is judged with.
const MANY: usize = 64;

pub(crate) struct Keys {
    /// Opening with the only key, and with the last of many.
    pub(crate) ours: [f64; 2],
    pub(crate) jar: [f64; 2],
    /// `Sealer::open`: accepted, then refused ones.
    pub(crate) opened: Vec<(&'static str, f64)>,
    /// A request whose handler reads: accepted, then others.
    pub(crate) answered: Vec<(&'static str, f64)>,
}

pub(crate) fn measure(race: Race, shop: &'static Shop) -> Result<Keys, Refused> {
    let payload = postcard::to_allocvec(shop)?;
    let mut racers = Vec::new();
    for keys in [1, MANY] {
        racers.push(opening(keys, &payload)?);
    }
    for keys in [1, MANY] {
        racers.push(trying(keys, shop)?);
    }
    // A difference of 3 % is to be seen.
    let careful = Race { rounds: race.rounds * 4, ..race };
    let medians = careful.run(&mut racers);
    let opened = run(race, refusing(&payload)?);
    let answered = run(race, lanes::refused(shop)?);
    Ok(Keys { ours: [medians[0], medians[1]], jar: [medians[2], medians[3]], opened, answered })
}

fn run(race: Race, racers: Vec<(&'static str, Racer)>) -> Vec<(&'static str, f64)> {
    let (names, mut racers): (Vec<_>, Vec<_>) = racers.into_iter().unzip();
    names.into_iter().zip(race.run(&mut racers)).collect()
}

/// Opens a token of the last of so many keys.
fn opening(keys: usize, payload: &[u8]) -> Result<Racer, Refused> {
    let keys = (0..keys).map(|_| Key::generate()).collect::<Result<Vec<_>, _>>()?;
    let last = keys.last().cloned().ok_or("no keys")?;
    let value = sealed::seal(&sealed::sealer(Keyring::new([last])?)?, Schema::from_label("shop"), payload)?;
    let sealer = sealed::sealer(Keyring::new(keys)?)?;
    Ok(Racer::new(move || {
        let opened = sealer.open(value.as_bytes(), Timestamp::now());
        assert!(opened.is_ok(), "refused");
        opened
    }))
}

/// Opens a cookie of the last of so many keys, all of them tried.
fn trying(keys: usize, shop: &Shop) -> Result<Racer, Refused> {
    let jars: Vec<_> = (0..keys).map(|_| Jar::new()).collect();
    let value = jars.last().ok_or("no keys")?.seal(shop)?;
    Ok(Racer::new(move || {
        let opened = Jar::by_trial(&jars, &value);
        assert!(opened.is_some(), "refused");
        opened
    }))
}

fn refusing(payload: &[u8]) -> Result<Vec<(&'static str, Racer)>, Refused> {
    let (ours, other) = (sealed::sealer(Keyring::generate()?)?, sealed::sealer(Keyring::generate()?)?);
    let schema = Schema::from_label("shop");
    let good = sealed::seal(&ours, schema, payload)?;
    let impossible = format!("{}A", &good[..good.len() - good.len() % 4]);
    let values = [
        ("accepted", good.clone()),
        ("unknown key", sealed::seal(&other, schema, payload)?),
        ("wrong length: not one of base64", impossible),
        ("wrong length: too short for a token", "AAAAAAAA".to_owned()),
        ("wrong length: longer than any cookie", "A".repeat(5000)),
        ("a wrong tag", lanes::tampered(&good)),
    ];
    let first_sight = first_sight(&ours, schema, payload)?;
    let ours = Rc::new(ours);
    let racer = |(name, value): (&'static str, String)| {
        let (sealer, accepted) = (Rc::clone(&ours), name == "accepted");
        let step = move || {
            let opened = sealer.open(value.as_bytes(), Timestamp::now());
            assert!(opened.is_ok() == accepted, "the other way round");
            opened
        };
        (name, Racer::new(step))
    };
    let mut racers: Vec<_> = values.into_iter().map(racer).collect();
    racers.insert(1, ("accepted, its message key derived anew", first_sight));
    Ok(racers)
}

/// Opens tokens of more threads than a sealer keeps the message keys of: each has nonces with a first half of its own.
fn first_sight(sealer: &Sealer, schema: Schema, payload: &[u8]) -> Result<Racer, Refused> {
    let seal = || sealed::seal(sealer, schema, payload).map_err(|error| error.to_string());
    let values = (0..MANY).map(|_| thread::scope(|scope| scope.spawn(seal).join()));
    let values = values.map(|value| value.map_err(|_| "a thread failed")?.map_err(Refused::from));
    let values = values.collect::<Result<Vec<_>, Refused>>()?;
    let (sealer, mut turn) = (sealer.clone(), 0);
    Ok(Racer::new(move || {
        turn = (turn + 1) % values.len();
        let opened = sealer.open(values[turn].as_bytes(), Timestamp::now());
        assert!(opened.is_ok(), "refused");
        opened
    }))
}

impl Keys {
    pub(crate) fn table(&self) -> String {
        let row = |name: &str, [one, many]: [f64; 2], ours: [f64; 2]| {
            vec![name.to_owned(), against(one, ours[0]), against(many, ours[1]), format!("{:.3}", many / one)]
        };
        let head = ["", "the only key", "the last of 64", "64 keys : 1 key"];
        let rows =
            [row("sealed-session", self.ours, self.ours), row("cookie, `PrivateJar` by trial", self.jar, self.ours)];
        let keys = table(&head, rows);
        let refusing = |rows: &[(&str, f64)]| {
            let accepted = rows.first().map_or(f64::NAN, |(_, accepted)| *accepted);
            let cells = rows.iter().map(|(name, value)| vec![(*name).to_owned(), against(*value, accepted)]);
            table(&["", "ns (times accepted)"], cells)
        };
        [
            "### Opening under many keys, without decoding",
            &keys,
            "### Refusing, `Sealer::open`",
            &refusing(&self.opened),
            "### Refusing, a whole request whose handler reads",
            "Not against the bare service; a refused cookie is cleared or kept, by its reason.",
            &refusing(&self.answered),
        ]
        .join("\n\n")
    }
}
