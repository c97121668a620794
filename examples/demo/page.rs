//! The page: its frame and the shop. Whatever a visitor wrote goes through [`Text`].

use crate::html::Text;
use crate::notice::Notice;
use crate::notice_box::notice_box;
use crate::report::Report;
use crate::shop::Shop;
use crate::visitor::{Item, MAX_NAME, MAX_NOTE};
use crate::{key_table, panel, whereabouts};

const PRODUCTS: [(&str, &str); 4] = [
    ("Sealing wax", "one stick, carmine"),
    ("Envelope", "laid paper, plum lining"),
    ("Goose quill", "cut by hand"),
    ("Iron gall ink", "a small bottle, blue-black"),
];

/// The page for a visitor with this session, who sent this cookie.
pub(crate) fn page(report: &Report, shop: &Shop, sent: Option<&str>, notice: Option<Notice>) -> String {
    let visitor = &report.visitor;
    let stored = report.store.is_some();
    let (title, lede) = promise(stored);
    format!(
        include_str!("page.html"),
        title = title,
        lede = lede,
        notice = notice.map(|notice| notice_box(notice, stored)).unwrap_or_default(),
        visits = visitor.visits,
        account = account(visitor.user.as_deref()),
        products = PRODUCTS.map(product).join("\n"),
        max_name = MAX_NAME,
        max_note = MAX_NOTE,
        cart = cart(&visitor.items),
        whereabouts = whereabouts::card(report, &shop.storage),
        cookie = panel::panel(report, sent),
        keys = key_table::table(&shop.sessions.key_report(), report.key),
    )
}

/// What the shop keeps of its visitors: nothing at all only if it has no store.
fn promise(stored: bool) -> (&'static str, &'static str) {
    if stored {
        (
            "A shop that remembers you, and keeps as little as it can",
            "What it knows about you is sealed into your own cookie. Only what outgrows that goes to a store, sealed as well, \
             and comes back when it shrinks.",
        )
    } else {
        (
            "A shop that remembers you, and keeps nothing",
            "What it knows about you is sealed into your own cookie: encrypted, authenticated, no store behind it.",
        )
    }
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
