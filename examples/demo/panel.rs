//! The panel that shows the cookie taken apart.

use sealed_session::{Outcome, Refusal};
use time::OffsetDateTime;

use crate::anatomy::{Anatomy, Part};
use crate::html::Text;
use crate::report::{Report, Whereabouts};

/// What came of the cookie, and what it consists of.
pub(crate) fn panel(report: &Report, sent: Option<&str>) -> String {
    let Some(value) = sent else {
        return status(report);
    };
    let anatomy = Anatomy::of(value, content(report.place));
    let tampered = matches!(report.outcome, Outcome::Refused(Refusal::Tampered(_)));
    let parts = anatomy.as_ref().map(parts).unwrap_or_default();
    let raw = match &anatomy {
        Some(anatomy) => coloured(anatomy, tampered),
        None => Text(value).to_string(),
    };
    format!(
        r#"{}{parts}{}
<h3 id="raw">As the browser sent it</h3>
<p class="raw" tabindex="0" aria-labelledby="raw"><code>{raw}</code></p>"#,
        status(report),
        facts(report),
    )
}

/// What the ciphertext holds, as the server found it.
fn content(place: Whereabouts) -> &'static str {
    match place {
        Whereabouts::None => "encrypted",
        Whereabouts::Cookie => "id, times and data, encrypted",
        Whereabouts::Store => "id and times, encrypted; no data",
    }
}

fn status(report: &Report) -> String {
    let outcome = report.outcome;
    let (class, about) = match outcome {
        Outcome::Absent => ("none", "No cookie arrived: a visitor without data gets none. Press “Visit” to get one."),
        Outcome::Opened | Outcome::Refreshed if report.place == Whereabouts::Store => {
            ("good", "The cookie arrived, is authentic, and led to your record in the store.")
        }
        Outcome::Opened | Outcome::Refreshed => ("good", "The cookie arrived, is authentic, and was opened."),
        Outcome::Refused(refusal) => ("bad", why(refusal)),
        _ => ("none", "The cookie arrived."),
    };
    format!(r#"<p class="status"><span class="outcome {class}">{outcome}</span> {about}</p>"#)
}

fn why(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Tampered(_) => "The tag does not match: somebody changed the cookie. This response removes it.",
        Refusal::UnknownKey(_) => {
            "Sealed under a key that this process does not have; the demo was restarted, perhaps. It is kept until there is \
             something new to save."
        }
        Refusal::RecordMissing => {
            "The cookie is authentic, but its record is not in the store any more. This response removes it."
        }
        Refusal::NoStore => {
            "The data of this session are in a store, and the demo runs without one now. The cookie is kept until there is \
             something new to save."
        }
        _ => "The cookie arrived and was not opened, for this reason.",
    }
}

/// The parts of the token, to scale and as a list.
fn parts(anatomy: &Anatomy<'_>) -> String {
    let all = || anatomy.parts.iter();
    let bar: String = all()
        .map(|Part { class, bytes, .. }| {
            format!(r#"<rect class="{class}" x="{}" width="{}" height="1"/>"#, bytes.start, bytes.len())
        })
        .collect();
    let rows: String = all().map(|part| row(anatomy, part)).collect();
    let len = anatomy.len();
    format!(
        r#"
<div class="measure"><h3>Token</h3><p><strong>{len}</strong> bytes, to scale</p></div>
<svg class="scale" viewBox="0 0 {len} 1" preserveAspectRatio="none" aria-hidden="true">{bar}</svg>
<ul class="parts">
{rows}</ul>"#
    )
}

fn row(anatomy: &Anatomy<'_>, part: &Part) -> String {
    let Part { name, class, about, bytes } = part;
    // The ciphertext can be long, and is shown below anyway.
    let hex = if *class == "sealed" { String::new() } else { format!("<code>{}</code>", anatomy.hex(part)) };
    format!(
        r#"<li class="{class}"><span class="name">{name}</span> <span class="about">{about}</span>
<span class="bytes">{}</span> {hex}</li>
"#,
        bytes.len()
    )
}

/// The raw value, each part in its colour; the byte that the trial flipped is marked.
fn coloured(anatomy: &Anatomy<'_>, tampered: bool) -> String {
    let span = |part: &Part| {
        let characters = anatomy.characters(part);
        let flipped = anatomy.flipped_character();
        let text = if tampered && characters.contains(&flipped) {
            let before = anatomy.text(characters.start..flipped);
            let mark = anatomy.text(flipped..flipped + 1);
            let after = anatomy.text(flipped + 1..characters.end);
            format!("{before}<mark>{mark}</mark>{after}")
        } else {
            anatomy.text(characters).to_owned()
        };
        format!(r#"<span class="{}">{text}</span>"#, part.class)
    };
    anatomy.parts.iter().map(span).collect()
}

/// What the session says about itself; nothing without one.
fn facts(report: &Report) -> String {
    let (Some(id), Some(created), Some(expires)) = (report.id, report.created, report.expires) else {
        return String::new();
    };
    format!(
        r#"
<dl class="facts">
<div><dt>Session id <small>hashed, fit for logs</small></dt><dd><code id="session-id">{id}</code></dd></div>
<div><dt>Created</dt><dd>{}</dd></div>
<div><dt>Expires</dt><dd>{}, in {}</dd></div>
</dl>"#,
        moment(created),
        moment(expires),
        left(expires - OffsetDateTime::now_utc()),
    )
}

fn moment(time: OffsetDateTime) -> String {
    let (hour, minute, second) = time.to_hms();
    format!("{} {} {}, {hour:02}:{minute:02}:{second:02} UTC", time.day(), time.month(), time.year())
}

fn left(duration: time::Duration) -> String {
    let minutes = duration.whole_minutes();
    match (minutes / (24 * 60), minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}
