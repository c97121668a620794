//! The same decisions once more, as tables.

use super::*;

/// Every decision. A dash stands for either; a combination of facts has exactly one row.
///
/// carried | destroyed, renewed, changed, remembered, refresh, may_withhold | verdict
const DECISIONS: &str = "
nothing         | - - 0 - - - | nothing
nothing         | - - 1 - - 0 | created
nothing         | - 1 1 - - 1 | created
nothing         | - 0 1 - - 1 | withhold
session usable  | 0 0 0 0 0 - | nothing
session usable  | 0 0 0 0 1 - | refreshed
session usable  | 0 0 0 1 - - | changed
session usable  | 0 0 1 - - - | changed
session usable  | 0 1 - - - - | renewed
session usable  | 1 - 0 - - - | expire
session usable  | 1 - 1 - - - | created
session revoked | - - - - - - | expire
session gone    | 0 0 0 0 0 - | nothing
session gone    | 0 0 0 0 1 - | unsealable
session gone    | 0 0 0 1 - - | unsealable
session gone    | 0 0 1 - - - | unsealable
session gone    | 0 1 - - - - | unsealable
session gone    | 1 - 0 - - - | expire
session gone    | 1 - 1 - - - | created
retired usable  | 0 0 0 0 - - | nothing
retired usable  | 0 0 0 1 - - | supersede
retired usable  | 0 0 1 - - - | supersede
retired usable  | 0 1 - - - - | renewed
retired usable  | 1 - 0 - - - | expire
retired usable  | 1 - 1 - - - | created
retired revoked | - - - - - - | expire
retired gone    | 0 0 0 0 - - | nothing
retired gone    | 0 0 0 1 - - | supersede
retired gone    | 0 0 1 - - - | supersede
retired gone    | 0 1 - - - - | unsealable
retired gone    | 1 - 0 - - - | expire
retired gone    | 1 - 1 - - - | created
refused cleared | - - 0 - - - | expire
refused cleared | - - 1 - - - | created
refused kept    | 0 - 0 - - - | nothing
refused kept    | 1 - 0 - - - | expire
refused kept    | - - 1 - - - | created
";

fn carried(text: &str) -> Carried {
    let key = |word| match word {
        "usable" => KeyFate::Usable,
        "revoked" => KeyFate::Revoked,
        _ => KeyFate::Gone,
    };
    match text.split_once(' ') {
        None => Carried::Nothing,
        Some(("session", word)) => Carried::Session(key(word)),
        Some(("retired", word)) => Carried::Retired(key(word)),
        Some((_, "cleared")) => Carried::Refused(Fate::Cleared),
        Some(_) => Carried::Refused(Fate::Kept),
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Nothing => "nothing",
        Verdict::Withhold => "withhold",
        Verdict::Supersede => "supersede",
        Verdict::Unsealable => "unsealable",
        Verdict::Expire => "expire",
        Verdict::Seal(Cause::Created) => "created",
        Verdict::Seal(Cause::Changed) => "changed",
        Verdict::Seal(Cause::Renewed) => "renewed",
        Verdict::Seal(Cause::Refreshed) => "refreshed",
    }
}

/// The lines of a table, taken apart.
fn rows(table: &'static str) -> Vec<Vec<&'static str>> {
    table.lines().filter(|line| line.contains('|')).map(|line| line.split('|').map(str::trim).collect()).collect()
}

#[test]
fn every_decision_stands_in_exactly_one_row() {
    let rows = rows(DECISIONS);
    let mut used = vec![false; rows.len()];
    let all: Vec<_> = rows.iter().map(|row| carried(row[0])).collect();
    let mut kinds = all.clone();
    kinds.dedup();
    assert_eq!(kinds.len(), 9);
    for carried in kinds {
        for bits in 0..64_u8 {
            let [destroyed, renewed, changed, remembered, refresh, may_withhold] =
                std::array::from_fn(|n| bits & (1 << n) != 0);
            let facts = Facts { carried, destroyed, renewed, changed, remembered, refresh, may_withhold };
            let matches = |row: &[&str]| {
                let mut marks = row[1].split(' ').enumerate();
                marks.all(|(n, mark)| mark == "-" || (mark == "1") == (bits & (1 << n) != 0))
            };
            let found: Vec<_> = (0..rows.len()).filter(|n| all[*n] == carried && matches(&rows[*n])).collect();
            assert_eq!(found.len(), 1, "{facts:?}: rows {found:?}");
            used[found[0]] = true;
            assert_eq!(word(decide(&facts)), rows[found[0]][2], "{facts:?}");
        }
    }
    assert!(used.iter().all(|used| *used));
}

/// Every step: what is held | why it is sealed | into the cookie, into the store.
const STEPS: &str = "
nothing   | created   | nothing | create
nothing   | changed   | nothing | create
nothing   | renewed   | nothing | create
nothing   | refreshed | nothing | create
lingering | created   | nothing | create
lingering | changed   | nothing | reuse
lingering | renewed   | nothing | create
lingering | refreshed | nothing | reuse
live      | created   | nothing | create
live      | changed   | retire  | update
live      | renewed   | retire  | move
live      | refreshed | retire  | extend
retired   | created   | nothing | create
retired   | changed   | nothing | create
retired   | renewed   | nothing | create
retired   | refreshed | nothing | create
";

#[test]
fn every_step_stands_in_the_table() {
    let rows = rows(STEPS);
    assert_eq!(rows.len(), 16);
    for row in rows {
        let held = match row[0] {
            "nothing" => Held::Nothing,
            "lingering" => Held::Lingering,
            "live" => Held::Live,
            _ => Held::Retired,
        };
        let cause = match row[1] {
            "created" => Cause::Created,
            "changed" => Cause::Changed,
            "renewed" => Cause::Renewed,
            _ => Cause::Refreshed,
        };
        for (place, expected) in [(Place::Cookie, row[2]), (Place::Store, row[3])] {
            let step = format!("{:?}", step(held, cause, place)).to_lowercase();
            assert_eq!(step, expected, "{row:?} {place:?}");
        }
    }
}

/// Every reason that there is.
pub(super) fn reasons() -> [Refusal; 14] {
    let key = KeyId::from_bytes([7; 4]);
    [
        Refusal::ExpiredIdle,
        Refusal::ExpiredLifetime,
        Refusal::NotYetValid,
        Refusal::UnknownKey(key),
        Refusal::EndedKey(key),
        Refusal::RevokedKey(key),
        Refusal::UnknownFormat(9),
        Refusal::Tampered(key),
        Refusal::Malformed,
        Refusal::ForeignSchema,
        Refusal::TooLarge,
        Refusal::Duplicate,
        Refusal::RecordMissing,
        Refusal::NoStore,
    ]
}

#[test]
fn what_becomes_of_a_cookie_stands_in_the_docs() {
    let (_, table) = include_str!("../../../docs/behaviour.md").split_once("| reason | what it means").unwrap();
    let table: Vec<_> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    for reason in reasons() {
        let name = format!("`{reason}`");
        let mut rows = table.iter().filter(|row| row.split('|').nth(1).unwrap().contains(&name));
        let row = rows.next().unwrap_or_else(|| panic!("no row for {name}"));
        assert!(rows.next().is_none(), "{name} has two rows");
        let expected = if row.ends_with("| cleared |") { Fate::Cleared } else { Fate::Kept };
        assert!(expected == Fate::Cleared || row.ends_with("| kept |"), "{row}");
        assert_eq!(fate(reason), expected, "{name}");
    }
}
