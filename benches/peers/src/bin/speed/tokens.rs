//! Seal and open, per peer.

use std::rc::Rc;

use peers::peers::Refused;
use peers::race::{Race, Racer};
use peers::session::Shop;
use peers::tokens::floor::{self, Floor};
use peers::tokens::{self, Token};

use crate::table::{against, peer, table};

pub(crate) struct Row {
    pub(crate) name: String,
    /// What hides its content, and is no floor.
    pub(crate) encrypted_peer: bool,
    pub(crate) seal: f64,
    pub(crate) open: f64,
    pub(crate) bytes: usize,
}

impl Row {
    pub(crate) fn sum(&self) -> f64 {
        self.seal + self.open
    }
}

pub(crate) fn measure(race: Race, shop: &'static Shop) -> Result<Vec<Row>, Refused> {
    let (mut racers, mut rows) = (Vec::new(), Vec::new());
    for token in tokens::all()? {
        let (pair, bytes) = racers_of(&token, shop)?;
        racers.extend(pair);
        let name = peer(token.name(), token.package());
        rows.push(Row { name, encrypted_peer: token.encrypts(), seal: 0.0, open: 0.0, bytes });
    }
    for floor in floor::all()? {
        let (pair, bytes) = floor_racers(&floor, shop)?;
        racers.extend(pair);
        let name = format!("floor: AES-256-GCM of {}", peer(floor.package(), floor.package()));
        rows.push(Row { name, encrypted_peer: false, seal: 0.0, open: 0.0, bytes });
    }
    let medians = race.run(&mut racers);
    for (row, pair) in rows.iter_mut().zip(medians.chunks_exact(2)) {
        (row.seal, row.open) = (pair[0], pair[1]);
    }
    Ok(rows)
}

fn racers_of(token: &Rc<dyn Token>, shop: &'static Shop) -> Result<([Racer; 2], usize), Refused> {
    let value = token.seal(shop)?;
    if token.open(&value)? != *shop {
        return Err(format!("{}: opens as something else", token.name()).into());
    }
    let bytes = token.value_len(&value);
    let (sealing, opening) = (Rc::clone(token), Rc::clone(token));
    let seal = Racer::new(move || good(sealing.seal(shop)));
    let open = Racer::new(move || good(opening.open(&value)));
    Ok(([seal, open], bytes))
}

fn floor_racers(floor: &Rc<dyn Floor>, shop: &Shop) -> Result<([Racer; 2], usize), Refused> {
    let payload = postcard::to_allocvec(shop)?;
    let sealed = floor.seal(&payload)?;
    if floor.open(&sealed)? != payload {
        return Err(format!("{}: opens as something else", floor.package()).into());
    }
    let bytes = sealed.len();
    let (sealing, opening) = (Rc::clone(floor), Rc::clone(floor));
    let seal = Racer::new(move || good(sealing.seal(&payload)));
    let open = Racer::new(move || good(opening.open(&sealed)));
    Ok(([seal, open], bytes))
}

/// A failure would be fast, and is not what is to be measured.
fn good<T>(result: Result<T, Refused>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("a peer changed its mind: {error}"),
    }
}

pub(crate) fn table_of(rows: &[Row]) -> String {
    let Some(ours) = rows.first() else { return String::new() };
    let cells = rows.iter().map(|row| {
        vec![
            row.name.clone(),
            against(row.seal, ours.seal),
            against(row.open, ours.open),
            against(row.sum(), ours.sum()),
            row.bytes.to_string(),
        ]
    });
    table(&["", "seal", "open", "seal + open", "cookie bytes"], cells)
}
