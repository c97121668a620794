//! The chart that the README shows: bars to the right.

use peers::svg::{Svg, step, thousands};

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

const TITLE: &str = "What the session layer adds to a request";
const NOTE: &str = "Nanoseconds, less is better. One typical session, Cargo's default release profile, one core.";

const STYLE: &str = "
.t0 { fill: #9ecae1 } .t1 { fill: #4292c6 } .t2 { fill: #08519c }
@media (prefers-color-scheme: dark) {
  .t0 { fill: #35506b } .t1 { fill: #4292c6 } .t2 { fill: #a6d1f2 }
}
";

/// The whole picture.
pub(crate) fn svg(layers: &Layers) -> String {
    let rows = sorted(layers);
    let height = TOP + GROUP * rows.len() as f64 + 40.0;
    let most = rows.iter().flat_map(|row| row.added).fold(1.0, f64::max);
    let mut svg = Svg::new([WIDTH, height], TITLE, NOTE, STYLE);
    legend(&mut svg);
    grid(&mut svg, most, height);
    for (place, row) in rows.iter().enumerate() {
        group(&mut svg, row, TOP + GROUP * place as f64, most);
    }
    svg.finish()
}

/// The cheapest first, by what a modifying request costs.
fn sorted(layers: &Layers) -> Vec<&Row> {
    let mut rows: Vec<_> = layers.rows.iter().collect();
    rows.sort_by(|one, other| one.added[2].total_cmp(&other.added[2]));
    rows
}

fn legend(svg: &mut Svg) {
    let mut x = LEFT;
    for (column, touch) in TOUCHES.iter().enumerate() {
        bar(svg, column, [x, 62.0], BAR);
        svg.text("note", [x + BAR + 6.0, 72.0], "start", touch);
        x += 40.0 + 8.0 * touch.len() as f64;
    }
}

fn scale(most: f64) -> f64 {
    (WIDTH - LEFT - RIGHT) / most
}

fn grid(svg: &mut Svg, most: f64, height: f64) {
    let step = step(most);
    let mut tick = 0.0;
    while tick <= most {
        let x = LEFT + tick * scale(most);
        svg.line("grid", [x, TOP - 6.0], [x, height - 34.0]);
        svg.text("tick", [x, height - 16.0], "middle", &thousands(tick));
        tick += step;
    }
}

fn group(svg: &mut Svg, row: &Row, top: f64, most: f64) {
    let class = if row.name.starts_with("sealed-session") { "ours" } else { "peer" };
    let name = row.name.replace('`', "");
    svg.text(class, [LEFT - 10.0, top + 1.5 * BAR + 5.0], "end", &name);
    for (column, added) in row.added.into_iter().enumerate() {
        let (top, width) = (top + BAR * column as f64, (added * scale(most)).max(1.0));
        bar(svg, column, [LEFT, top], width);
        svg.text("value", [LEFT + width + 5.0, top + BAR - 2.5], "start", &thousands(added));
    }
}

fn bar(svg: &mut Svg, column: usize, place: [f64; 2], width: f64) {
    svg.rect(&format!("t{column}"), place, [width, BAR - 1.0]);
}
