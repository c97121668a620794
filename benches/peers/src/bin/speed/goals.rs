//! What was promised, and whether this run keeps it.

use crate::keys::Keys;
use crate::layers::TOUCHES;
use crate::{AWS_LC, Sized};

/// One line per goal.
pub(crate) fn lines(profile: &str, typical: &Sized, keys: &Keys) -> String {
    let mut goals = Goals { lines: vec!["### Goals, typical session".to_owned(), String::new()] };
    goals.tokens(profile, typical);
    let judged = if profile == "plain" && !AWS_LC { "" } else { " (judged in the plain profile, by default)" };
    goals.layers(typical, judged);
    goals.keys(keys);
    goals.lines.join("\n")
}

struct Goals {
    lines: Vec<String>,
}

impl Goals {
    fn line(&mut self, pass: bool, what: &str) {
        self.lines.push(format!("- {}: {what}", if pass { "pass" } else { "FAIL" }));
    }

    fn at_most(&mut self, what: &str, value: f64, limit: f64) {
        self.line(value <= limit, &format!("{what}: {value:.3}, at most {limit}"));
    }

    fn tokens(&mut self, profile: &str, typical: &Sized) {
        let [ours, jar, header_to_header, ..] = typical.tokens.as_slice() else { return };
        let times = header_to_header.sum() / ours.sum();
        let least = match profile {
            _ if AWS_LC => 4.5,
            "lto" => 4.0,
            _ => 3.0,
        };
        let alone = jar.sum() / ours.sum();
        let what = format!(
            "seal + open, faster than the private jar + JSON, axum-extra's way: {times:.2} times, at least {least}"
        );
        self.line(times >= least, &format!("{what} (without headers: {alone:.2})"));
        let peers = typical.tokens.iter().skip(1).filter(|row| row.encrypted_peer).map(|row| row.bytes);
        let others = typical.layers.rows.iter().filter(|row| !row.name.starts_with("sealed-session"));
        // The memory store's cookie is an identifier, not a session.
        let others = others.filter(|row| row.bytes > typical.postcard).map(|row| row.bytes);
        let smallest = peers.chain(others).min().unwrap_or_default();
        let what = format!("cookie of {} bytes, the smallest encrypted peer's has {smallest}", ours.bytes);
        self.at_most(&what, ours.bytes as f64 / smallest as f64, 0.6);
    }

    fn layers(&mut self, typical: &Sized, judged: &str) {
        let limits = [
            ("tower-sessions", [0.3, 0.3, 0.25]),
            ("axum-extra", [0.35, 0.35, 0.35]),
            ("tower-cookies", [1.0, 0.5, 0.5]),
        ];
        let Some(ours) = typical.layers.of("sealed-session") else { return };
        for (package, limits) in limits {
            let Some(peer) = typical.layers.of(package) else { continue };
            for (column, limit) in limits.into_iter().enumerate() {
                let what = format!("layer, {}, against {}{judged}", TOUCHES[column], peer.name);
                self.at_most(&what, ours.added[column] / peer.added[column], limit);
            }
        }
    }

    fn keys(&mut self, keys: &Keys) {
        self.at_most("opening, 64 keys against 1", keys.ours[1] / keys.ours[0], 1.03);
        for (where_, rows) in [("`Sealer::open`", &keys.opened), ("a request", &keys.answered)] {
            let Some((_, accepted)) = rows.first() else { continue };
            let judged = rows.iter().filter(|(name, _)| *name == "unknown key" || name.starts_with("wrong length"));
            for (name, refused) in judged {
                let what = format!("refused for {name}, {where_}, cheaper than accepted");
                self.line(refused < accepted, &format!("{what}: {:.2} of it", refused / accepted));
            }
        }
    }
}
