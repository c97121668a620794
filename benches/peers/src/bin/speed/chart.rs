//! The chart that the README shows: bars to the right, readable on light and dark pages.

use std::fmt::Write;

use crate::layers::{Layers, Row, TOUCHES};

const WIDTH: f64 = 860.0;
/// Where the bars begin; names stand to the left.
const LEFT: f64 = 280.0;
/// Room for the number behind the longest bar.
const RIGHT: f64 = 60.0;
const TOP: f64 = 92.0;
const BAR: f64 = 12.0;
/// From one peer to the next.
const GROUP: f64 = 3.0 * BAR + 16.0;

const STYLE: &str = "
text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: #1f2328 }
.title { font-size: 17px; font-weight: 600 } .note, .tick { font-size: 12px; fill: #59636e }
.value { font-size: 11px; fill: #59636e } .ours { font-weight: 700 }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.t0 { fill: #9ecae1 } .t1 { fill: #4292c6 } .t2 { fill: #08519c }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } .note, .tick, .value { fill: #9198a1 } .grid { stroke: #3d444d }
  .t0 { fill: #35506b } .t1 { fill: #4292c6 } .t2 { fill: #a6d1f2 }
}
";

/// The whole picture.
pub(crate) fn svg(layers: &Layers) -> String {
    let rows = sorted(layers);
    let height = TOP + GROUP * rows.len() as f64 + 40.0;
    let most = rows.iter().flat_map(|row| row.added).fold(1.0, f64::max);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-label=\"What the session layer adds to a request\">\n<style>{STYLE}</style>\n"
    );
    heading(&mut svg);
    grid(&mut svg, most, height);
    for (place, row) in rows.iter().enumerate() {
        group(&mut svg, row, TOP + GROUP * place as f64, most);
    }
    svg + "</svg>\n"
}

/// The cheapest first, by what a modifying request costs.
fn sorted(layers: &Layers) -> Vec<&Row> {
    let mut rows: Vec<_> = layers.rows.iter().collect();
    rows.sort_by(|one, other| one.added[2].total_cmp(&other.added[2]));
    rows
}

fn heading(svg: &mut String) {
    text(svg, "title", 16.0, 28.0, "start", "What the session layer adds to a request");
    let note = "Nanoseconds, less is better. One typical session, Cargo's default release profile, one core.";
    text(svg, "note", 16.0, 48.0, "start", note);
    let mut x = LEFT;
    for (column, touch) in TOUCHES.iter().enumerate() {
        rect(svg, column, x, 62.0, BAR);
        text(svg, "note", x + BAR + 6.0, 72.0, "start", touch);
        x += 40.0 + 8.0 * touch.len() as f64;
    }
}

fn scale(most: f64) -> f64 {
    (WIDTH - LEFT - RIGHT) / most
}

fn grid(svg: &mut String, most: f64, height: f64) {
    let step = step(most);
    let mut tick = 0.0;
    while tick <= most {
        let x = LEFT + tick * scale(most);
        let bottom = height - 34.0;
        line(svg, x, TOP - 6.0, bottom);
        text(svg, "tick", x, height - 16.0, "middle", &thousands(tick));
        tick += step;
    }
}

/// 1, 2 or 5 times a power of ten, so that there are four to ten ticks.
fn step(most: f64) -> f64 {
    let power = 10_f64.powf((most / 4.0).log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|times| times * power).find(|step| most / step >= 4.0).unwrap_or(power)
}

fn group(svg: &mut String, row: &Row, top: f64, most: f64) {
    let class = if row.name.starts_with("sealed-session") { "ours" } else { "peer" };
    let name = row.name.replace('`', "");
    text(svg, class, LEFT - 10.0, top + 1.5 * BAR + 5.0, "end", &name);
    for (column, added) in row.added.into_iter().enumerate() {
        let (top, width) = (top + BAR * column as f64, (added * scale(most)).max(1.0));
        rect(svg, column, LEFT, top, width);
        text(svg, "value", LEFT + width + 5.0, top + BAR - 2.5, "start", &thousands(added));
    }
}

fn thousands(value: f64) -> String {
    let value = value.round().max(0.0) as u64;
    if value < 1000 { value.to_string() } else { format!("{},{:03}", value / 1000, value % 1000) }
}

fn text(svg: &mut String, class: &str, x: f64, y: f64, anchor: &str, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>");
}

fn rect(svg: &mut String, column: usize, x: f64, y: f64, width: f64) {
    let height = BAR - 1.0;
    let _ = writeln!(
        svg,
        "<rect class=\"t{column}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" rx=\"2\"/>"
    );
}

fn line(svg: &mut String, x: f64, top: f64, bottom: f64) {
    let _ = writeln!(svg, "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{top}\" x2=\"{x:.1}\" y2=\"{bottom}\"/>");
}
