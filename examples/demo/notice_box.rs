//! A notice in words.

use crate::notice::{Kind, Notice};
use crate::trials::OUTGROW;
use crate::visitor::{MAX_NAME, MAX_NOTE};

/// The box above the page. `stored` says whether there is a store.
pub(crate) fn notice_box(notice: Notice, stored: bool) -> String {
    let (class, text) = match notice.kind {
        Kind::Outgrown => (
            "info",
            format!(
                "<strong>{OUTGROW} envelopes more.</strong> That is too much for a cookie, so your session is a record in \
                 the store now. No handler asked for that: all it did was to fill a cart."
            ),
        ),
        Kind::Back => (
            "info",
            "<strong>The cart is empty, and your session back in its cookie.</strong> For one more minute its record can be \
             read, by requests that were under way. Then it ends."
                .into(),
        ),
        Kind::Full => ("warn", full(stored).into()),
        Kind::Refused => ("warn", refused(notice, stored)),
        Kind::Empty => ("warn", "<strong>A name is missing.</strong> Nothing was changed.".into()),
        Kind::TooLong => (
            "warn",
            format!(
                "<strong>That is too long.</strong> Names have at most {MAX_NAME} characters, notes {MAX_NOTE}. Nothing \
                 was changed."
            ),
        ),
        Kind::Tampered => (
            "info",
            "<strong>One byte of your cookie was flipped.</strong> The browser sent it back, and this is what came of it."
                .into(),
        ),
        Kind::NoCookie => ("info", "<strong>There is no cookie to change.</strong> Visit first, then try again.".into()),
    };
    format!(r#"<p class="notice {class}" role="status">{text}</p>"#)
}

fn full(stored: bool) -> &'static str {
    if stored {
        "<strong>That did not fit.</strong> The record would have been larger than this layer allows, so nothing was saved, \
         and nothing was lost. Clear the cart to make room."
    } else {
        "<strong>That did not fit.</strong> The cookie would have been larger than browsers keep, so nothing was saved, and \
         nothing was lost. Clear the cart to make room."
    }
}

fn refused(notice: Notice, stored: bool) -> String {
    let Notice { added, size, limit, largest, bytes, .. } = notice;
    let (thing, allows) =
        if stored { ("record", "this layer allows") } else { ("<code>Set-Cookie</code>", "browsers keep") };
    let largest = largest.map(|field| format!(", <code>{}</code> the largest part of it with {bytes}", field.as_str()));
    format!(
        "<strong>Refused, and nothing was sent.</strong> {added} more parcels fit, each with a note of {MAX_NOTE} characters. \
         The next one would have made a {thing} of {size} bytes{}; {allows} {limit}. The handler was told so by \
         <code>ErrorKind::TooLarge</code>, and your session is as it was.",
        largest.unwrap_or_default()
    )
}
