//! Prints how large the cookies of sealed-session and its peers are, as a Markdown table.

use peers::peers::{ATTRIBUTES, COOKIE_NAME, Cookie, Peer, Refused, all};
use peers::session::Sample;
use peers::version::version;

/// Some peers percent-encode random base64, or store a time with a fraction, so their lengths vary: medians.
const RUNS: usize = 1001;
/// For the largest cart. Fewer, as each number of items is tried.
const FIT_RUNS: usize = 9;
/// What browsers keep for certain: `Session::MAX_LEN`.
const MAX_SET_COOKIE: usize = sealed_session::Session::<sealed_session::Values>::MAX_LEN;
/// Browsers drop a cookie whose name and value are longer together (RFC 6265bis).
const NAME_AND_VALUE: usize = 4096;

fn main() -> Result<(), Refused> {
    let samples = Sample::all();
    let mut head = String::from("| peer | version | encrypted |");
    for what in ["value", "`Set-Cookie`"] {
        for sample in &samples {
            head += &format!(" {}, {what} |", sample.label);
        }
    }
    println!("{head} most items | beyond that |");
    println!("|---|---|---|{}", "--:|".repeat(7) + "---|");
    for peer in all()? {
        println!("{}", row(&*peer, &samples));
    }
    println!("\nIn characters; `~` marks medians of {RUNS}, with the range behind, where lengths vary.");
    for sample in &samples {
        println!("JSON of the {} session: {}.", sample.label, sample.json()?.len());
    }
    println!("Most items: the largest cart with which the whole `Set-Cookie` stays within {MAX_SET_COOKIE} bytes.");
    println!("Beyond that: whether the peer refuses, or sends a cookie that the browser drops.");
    Ok(())
}

fn row(peer: &dyn Peer, samples: &[Sample]) -> String {
    let version = peer.package().and_then(version).unwrap_or("—");
    let mut row = format!("| {} | {version} | {} |", peer.name(), if peer.encrypts() { "yes" } else { "no" });
    let runs: Vec<_> = samples.iter().map(|sample| cookies(peer, sample)).collect();
    for part in [value_len, header_len] {
        for cookies in &runs {
            row += &format!(" {} |", cell(cookies, part));
        }
    }
    let most = most_items(peer);
    format!("{row} {most} | {} |", if refuses_beyond(peer, most) { "refused" } else { "sent" })
}

fn value_len(cookie: &Cookie) -> Option<usize> {
    Some(cookie.value.len())
}

fn header_len(cookie: &Cookie) -> Option<usize> {
    cookie.header.as_ref().map(String::len)
}

/// The cookies of many runs.
fn cookies(peer: &dyn Peer, sample: &Sample) -> Result<Vec<Cookie>, Refused> {
    (0..RUNS).map(|_| peer.cookie(sample)).collect()
}

/// The length of a part; a dash where there is no such part.
fn cell(cookies: &Result<Vec<Cookie>, Refused>, part: fn(&Cookie) -> Option<usize>) -> String {
    let mut lengths: Vec<_> = match cookies {
        Ok(cookies) => cookies.iter().filter_map(part).collect(),
        Err(refused) => return format!("refused: {refused}"),
    };
    lengths.sort_unstable();
    match (lengths.first(), lengths.get(lengths.len() / 2), lengths.last()) {
        (Some(least), Some(median), Some(most)) if least != most => format!("~{median} ({least}–{most})"),
        (_, Some(median), _) => median.to_string(),
        _ => "—".into(),
    }
}

/// The largest cart that a browser keeps, in each of a few runs.
fn most_items(peer: &dyn Peer) -> u32 {
    let fits = |items: u32| {
        let sample = Sample::with_items(items);
        (0..FIT_RUNS).all(|_| peer.cookie(&sample).is_ok_and(|cookie| set_cookie_len(&cookie) <= MAX_SET_COOKIE))
    };
    (0..).find(|items| !fits(items + 1)).unwrap_or_default()
}

/// Whether the peer refuses before it makes a cookie that every browser drops. Between `most` and there, browsers differ.
fn refuses_beyond(peer: &dyn Peer, most: u32) -> bool {
    for items in most + 1.. {
        match peer.cookie(&Sample::with_items(items)) {
            Err(_) => return true,
            Ok(cookie) if name_and_value_len(&cookie) > NAME_AND_VALUE => return false,
            Ok(_) => {}
        }
    }
    false
}

fn name_and_value_len(cookie: &Cookie) -> usize {
    let name = cookie.header.as_ref().and_then(|header| header.split('=').next()).unwrap_or(COOKIE_NAME);
    name.len() + cookie.value.len()
}

/// For a peer that makes tokens, the app sends them as sealed-session does.
fn set_cookie_len(cookie: &Cookie) -> usize {
    header_len(cookie).unwrap_or(COOKIE_NAME.len() + 1 + cookie.value.len() + ATTRIBUTES.len())
}
