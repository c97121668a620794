//! The page: its frame and the shop. Whatever a visitor wrote goes through [`Text`].

use sealed_session::KeyReport;

use crate::html::Text;
use crate::notice::{Kind, Notice};
use crate::report::Report;
use crate::visitor::{Item, MAX_NAME, MAX_NOTE};
use crate::{key_table, panel};

const PRODUCTS: [(&str, &str); 4] = [
    ("Sealing wax", "one stick, carmine"),
    ("Envelope", "laid paper, plum lining"),
    ("Goose quill", "cut by hand"),
    ("Iron gall ink", "a small bottle, blue-black"),
];

/// The page for a visitor with this session, who sent this cookie.
pub(crate) fn page(report: &Report, sent: Option<&str>, keys: &[KeyReport], notice: Option<Notice>) -> String {
    let visitor = &report.visitor;
    format!(
        include_str!("page.html"),
        notice = notice.map(notice_box).unwrap_or_default(),
        visits = visitor.visits,
        account = account(visitor.user.as_deref()),
        products = PRODUCTS.map(product).join("\n"),
        max_name = MAX_NAME,
        max_note = MAX_NOTE,
        cart = cart(&visitor.items),
        cookie = panel::panel(report, sent),
        keys = key_table::table(keys, report.key),
    )
}

fn account(user: Option<&str>) -> String {
    match user {
        Some(user) => format!(
            r#"<form class="row" method="post" action="/logout">
<p>Signed in as <strong class="user">{}</strong></p>
<button>Sign out</button>
</form>"#,
            Text(user)
        ),
        None => format!(
            r#"<form class="row" method="post" action="/login">
<label>Name <input name="user" required maxlength="{MAX_NAME}" autocomplete="off"></label>
<button>Sign in</button>
</form>"#
        ),
    }
}

fn product((name, note): (&str, &str)) -> String {
    format!(
        r#"<li><form class="row" method="post" action="/items">
<input type="hidden" name="name" value="{name}"><input type="hidden" name="note" value="{note}">
<p>{name} <small>{note}</small></p>
<button aria-label="Add {name}">Add</button>
</form></li>"#
    )
}

fn cart(items: &[Item]) -> String {
    if items.is_empty() {
        return r#"<h2 id="cart">Cart</h2>
<p class="quiet">Nothing in it yet.</p>"#
            .into();
    }
    let list: String = items.iter().map(cart_item).collect();
    format!(
        r#"<div class="row"><h2 id="cart">Cart <span class="number">{}</span></h2>
<form method="post" action="/items/clear"><button class="plain">Clear the cart</button></form></div>
<ul class="cart" tabindex="0" aria-labelledby="cart">
{list}</ul>"#,
        items.len()
    )
}

fn cart_item(item: &Item) -> String {
    format!("<li>{} <small>{}</small></li>\n", Text(&item.name), Text(&item.note))
}

fn notice_box(notice: Notice) -> String {
    let (class, text) = match notice.kind {
        Kind::Full => (
            "warn",
            "<strong>That did not fit.</strong> The cookie would have been larger than browsers keep, so nothing was \
             saved, and nothing was lost. Clear the cart to make room."
                .into(),
        ),
        Kind::Refused => ("warn", refused(notice)),
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

fn refused(Notice { added, size, limit, largest, bytes, .. }: Notice) -> String {
    let largest = largest.map(|field| format!(", <code>{}</code> the largest part of it with {bytes}", field.as_str()));
    format!(
        "<strong>Refused, and nothing was sent.</strong> {added} more envelopes fit. The next one would have made a \
         <code>Set-Cookie</code> of {size} bytes{}; browsers keep {limit}. The handler was told so by \
         <code>ErrorKind::TooLarge</code>, and your session is as it was.",
        largest.unwrap_or_default()
    )
}
