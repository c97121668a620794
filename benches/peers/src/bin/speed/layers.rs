//! What a layer adds to a request.

use peers::lanes::{self, Base, Lane};
use peers::peers::Refused;
use peers::race::Race;
use peers::session::Shop;

use crate::table::{against, peer, table};

/// The columns.
pub(crate) const TOUCHES: [&str; 3] = ["untouched", "read", "read + modify"];

pub(crate) struct Layers {
    /// sealed-session first.
    pub(crate) rows: Vec<Row>,
    /// By the order of `Base::ALL`.
    bare: Vec<f64>,
}

pub(crate) struct Row {
    pub(crate) name: &'static str,
    package: &'static str,
    /// By the order of [`TOUCHES`], the bare service taken off.
    pub(crate) added: [f64; 3],
    pub(crate) bytes: usize,
}

pub(crate) fn measure(race: Race, shop: &'static Shop) -> Result<Layers, Refused> {
    let lanes = lanes::all(shop)?;
    let ours = lanes.first().ok_or("no peers")?;
    let mut racers = lanes::bare(&ours.cookie)?;
    let (mut rows, mut bases) = (Vec::new(), Vec::new());
    for lane in lanes {
        let bytes = lane.value_len();
        let Lane { name, package, base, racers: three, .. } = lane;
        racers.extend(three);
        bases.push(base);
        rows.push(Row { name, package, added: [0.0; 3], bytes });
    }
    let medians = race.run(&mut racers);
    let (bare, measured) = medians.split_at(Base::ALL.len());
    for ((row, base), three) in rows.iter_mut().zip(bases).zip(measured.chunks_exact(3)) {
        let bare = Base::ALL.iter().zip(bare).find(|(of, _)| **of == base).map_or(f64::NAN, |(_, bare)| *bare);
        row.added = [three[0] - bare, three[1] - bare, three[2] - bare];
    }
    Ok(Layers { rows, bare: bare.to_vec() })
}

impl Layers {
    /// The row of this package: the first one.
    pub(crate) fn of(&self, package: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.package == package)
    }

    pub(crate) fn table(&self) -> String {
        let Some(ours) = self.rows.first() else { return String::new() };
        let cells = self.rows.iter().map(|row| {
            let added = row.added.iter().zip(ours.added).map(|(added, ours)| against(*added, ours));
            let name = std::iter::once(peer(row.name, row.package));
            name.chain(added).chain([row.bytes.to_string()]).collect()
        });
        let head = ["", TOUCHES[0], TOUCHES[1], TOUCHES[2], "cookie bytes"];
        let bare: Vec<_> = Base::ALL.iter().zip(&self.bare).map(|(base, bare)| format!("{base:?} {bare:.0}")).collect();
        let note = "axum-extra has no layer: untouched, its handler names the jar and does not look into it. The \
                    memory store's cookie is an identifier; its data stays in this process.";
        format!("{}\n\nBare services, taken off: {}. {note}", table(&head, cells), bare.join(", "))
    }
}
