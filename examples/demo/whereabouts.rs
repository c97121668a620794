//! The card that shows where the session is: in the cookie, or in the store.

use std::path::Path;

use crate::html::Text;
use crate::report::{Report, Whereabouts};
use crate::storage::{BACK_AT, MAX_RECORD, OVERFLOW_AT, Storage};
use crate::trials::OUTGROW;

pub(crate) fn card(report: &Report, storage: &Storage) -> String {
    let sentence = sentence(report);
    let places = places(report);
    let cookie = cookie(report);
    let record = record(report);
    let button = button(report);
    let facts = facts(report, storage.file());
    format!("<p>{sentence}</p>\n{places}{cookie}{record}{button}{facts}")
}

fn sentence(report: &Report) -> &'static str {
    match (report.place, report.store) {
        (Whereabouts::None, _) => "<strong>Nowhere:</strong> there is none.",
        (Whereabouts::Cookie, Some(_)) => {
            "<strong>In your cookie,</strong> all of it, sealed. The store is not even asked."
        }
        (Whereabouts::Cookie, None) => {
            "<strong>In your cookie,</strong> all of it, sealed. There is no other place: the demo runs without a store."
        }
        (Whereabouts::Store, _) => {
            "<strong>In the store, the cookie refers to it.</strong> The record is sealed as the cookie was, and filed under a \
             hash of the session’s id. What the store can see is its size, when it is written, and when it ends."
        }
    }
}

/// Both places; the seal is where the session is.
fn places(report: &Report) -> String {
    let refers = if report.place == Whereabouts::Store { "refers to the record" } else { "in your browser" };
    let kind = report.store.unwrap_or("there is none");
    let cookie = place("Your cookie", refers, report.place == Whereabouts::Cookie);
    let store = place("The store", kind, report.place == Whereabouts::Store);
    format!("<ul class=\"places\">\n{cookie}{store}</ul>\n")
}

fn place(name: &str, about: &str, here: bool) -> String {
    let (class, seal) = if here {
        (r#" class="here""#, r#"<img src="/seal.svg" alt="Your session is here." width="26" height="26">"#)
    } else {
        ("", "")
    };
    format!("<li{class}><p><strong>{name}</strong> <span>{about}</span></p>{seal}</li>\n")
}

/// How large the cookie is with the session inside, and how large it may be.
fn cookie(report: &Report) -> String {
    let (used, limit) = (report.cookie_bytes, report.limit);
    let (title, level) = match report.place {
        Whereabouts::Store => ("Set-Cookie, if your session were inside", "elsewhere"),
        _ if used * 10 > limit * 9 => ("Set-Cookie with your session inside", "high"),
        _ => ("Set-Cookie with your session inside", ""),
    };
    // A line where the session goes to the store.
    let line = report.overflow_at.map(|at| format!(r#"<rect class="line" x="{at}" width="16" height="1"/>"#));
    gauge(title, "", (used, limit), level, &line.unwrap_or_default())
}

/// How large the record is, if there is one.
fn record(report: &Report) -> String {
    let (Whereabouts::Store, Some(limit)) = (report.place, report.max_record) else {
        return String::new();
    };
    let used = limit.saturating_sub(report.room);
    let level = if used * 10 > limit * 9 { "high" } else { "" };
    gauge("Your record in the store", "about ", (used, limit), level, "")
}

/// A bar that is full at `limit`.
fn gauge(title: &str, about: &str, (used, limit): (usize, usize), level: &str, marks: &str) -> String {
    format!(
        r#"<div class="measure"><h3>{title}</h3><p>{about}<strong>{used}</strong> of {limit} bytes</p></div>
<svg class="gauge {level}" viewBox="0 0 {limit} 1" preserveAspectRatio="none" role="img"
 aria-label="{about}{used} of {limit} bytes"><rect width="{}" height="1"/>{marks}</svg>
"#,
        used.min(limit)
    )
}

/// What makes the session move; nothing without a store.
fn button(report: &Report) -> String {
    let (action, label, about) = match (report.store, report.place) {
        (None, _) => return String::new(),
        (_, Whereabouts::Store) => {
            ("/items/clear", "Clear the cart".to_owned(), "Your session fits its cookie again, and moves back.")
        }
        _ => (
            "/outgrow",
            format!("Put {OUTGROW} envelopes into the cart"),
            "More than a cookie holds: your session moves to the store.",
        ),
    };
    format!(
        r#"<form class="move" method="post" action="{action}">
<button class="primary">{label}</button>
<p>{about}</p>
</form>
"#
    )
}

/// The limits, and where the store is.
fn facts(report: &Report, file: Option<&Path>) -> String {
    let limit = fact("Browsers keep up to", &format!("{} bytes", report.limit));
    let Some(kind) = report.store else {
        return list(&[limit]);
    };
    let mut facts = vec![
        fact("Into the store", &format!("above {OVERFLOW_AT} bytes")),
        fact("Back into the cookie", &format!("at {BACK_AT} bytes or less")),
        limit,
        fact("Largest record", &format!("{MAX_RECORD} bytes")),
        fact("Store", kind),
    ];
    if let Some(file) = file {
        facts.push(fact("Its file", &format!("<code>{}</code>", Text(&file.display().to_string()))));
    }
    list(&facts)
}

fn list(facts: &[String]) -> String {
    format!("<dl class=\"facts\">\n{}</dl>", facts.concat())
}

fn fact(name: &str, value: &str) -> String {
    format!("<div><dt>{name}</dt><dd>{value}</dd></div>\n")
}
