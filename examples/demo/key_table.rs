//! The card that shows the keyring.

use sealed_session::{KeyId, KeyReport, KeyState};
use time::OffsetDateTime;

use crate::html::Text;

/// The keys, the newest first; `used` is the one that the visitor's cookie names.
pub(crate) fn table(keys: &[KeyReport], used: Option<KeyId>) -> String {
    let rows: String = keys.iter().map(|key| row(key, used == Some(key.id))).collect();
    format!(
        r#"<table class="keys">
<thead><tr><th scope="col">Key</th><th scope="col">State</th><th scope="col">Seals</th><th scope="col">Opens</th>
<th scope="col">Safe to drop</th></tr></thead>
<tbody>
{rows}</tbody>
</table>"#
    )
}

fn row(key: &KeyReport, used: bool) -> String {
    let KeyReport { label, id, state, seals, opens, .. } = key;
    let label = label.as_deref().map(|label| format!("{} ", Text(label))).unwrap_or_default();
    let yours = if used { " <small>yours</small>" } else { "" };
    let class = match state {
        KeyState::Sealing => "good",
        KeyState::Revoked | KeyState::Ended => "bad",
        _ => "none",
    };
    let drop = match (state, key.safe_to_drop) {
        (KeyState::Revoked | KeyState::Ended, _) => "now".into(),
        (_, Some(time)) => day(time.into()),
        (_, None) => "–".into(),
    };
    format!(
        r#"<tr><th scope="row">{label}<code>{id}</code>{yours}</th><td><span class="outcome {class}">{state}</span></td>
<td>{seals}</td><td>{opens}</td><td>{drop}</td></tr>
"#
    )
}

fn day(time: OffsetDateTime) -> String {
    format!("{} {} {}", time.day(), time.month(), time.year())
}
