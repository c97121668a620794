//! The chart: a line for each that keeps sessions.

use peers::svg::{Svg, step, thousands};

use crate::{MIB, Row};

const SIZE: [f64; 2] = [860.0, 420.0];
/// The corners of the plot; names stand to the right of it.
const LEFT: f64 = 76.0;
const RIGHT: f64 = 660.0;
const TOP: f64 = 92.0;
const BOTTOM: f64 = 350.0;
/// From the name of one line to the next, at least.
const LABEL: f64 = 36.0;
/// Parts of the horizontal axis.
const PARTS: u32 = 4;

const TITLE: &str = "Memory that the server keeps for live sessions";
const NOTE: &str =
    "Less is better. Typical sessions, each begun by a request through the layer, with default settings.";

const STYLE: &str = "
polyline { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round }
.l0 { stroke: #08519c; stroke-width: 5 } .l1 { stroke: #bc4c00 } .l2 { stroke: #8250df }
.d0 { fill: #08519c } .d1 { fill: #bc4c00 } .d2 { fill: #8250df }
@media (prefers-color-scheme: dark) {
  .l0 { stroke: #a6d1f2 } .l1 { stroke: #f0883e } .l2 { stroke: #a371f7 }
  .d0 { fill: #a6d1f2 } .d1 { fill: #f0883e } .d2 { fill: #a371f7 }
}
";

/// Sessions and MiB at the far ends of the axes.
struct Axes {
    sessions: f64,
    mib: f64,
}

impl Axes {
    fn of(rows: &[Row]) -> Self {
        let points = || rows.iter().flat_map(|row| &row.points);
        let mib = points().map(|point| point.bytes / MIB).fold(1.0, f64::max);
        let step = step(mib);
        Self { sessions: points().map(|point| point.sessions).fold(1.0, f64::max), mib: (mib / step).ceil() * step }
    }

    /// Where so many MiB for so many sessions stand. Less than nothing is noise.
    fn place(&self, sessions: f64, mib: f64) -> [f64; 2] {
        let x = LEFT + (RIGHT - LEFT) * sessions / self.sessions;
        [x, BOTTOM - (BOTTOM - TOP) * mib.max(0.0) / self.mib]
    }
}

/// The whole picture.
pub(crate) fn svg(rows: &[Row]) -> String {
    let axes = Axes::of(rows);
    let mut svg = Svg::new(SIZE, TITLE, NOTE, STYLE);
    grid(&mut svg, &axes);
    // Ours last, above the grid and all others.
    for (number, row) in rows.iter().enumerate().rev() {
        curve(&mut svg, &axes, number, row);
    }
    labels(&mut svg, &axes, rows);
    svg.finish()
}

fn grid(svg: &mut Svg, axes: &Axes) {
    let step = step(axes.mib);
    let mut tick = 0.0;
    while tick <= axes.mib {
        let [x, y] = axes.place(0.0, tick);
        svg.line("grid", [x, y], [RIGHT, y]);
        svg.text("tick", [x - 10.0, y + 4.0], "end", &thousands(tick));
        tick += step;
    }
    svg.text("note", [LEFT - 10.0, TOP - 16.0], "end", "MiB");
    for part in 0..=PARTS {
        let sessions = axes.sessions * f64::from(part) / f64::from(PARTS);
        let [x, y] = axes.place(sessions, 0.0);
        svg.line("grid", [x, y], [x, y + 7.0]);
        svg.text("tick", [x, y + 26.0], "middle", &thousands(sessions));
    }
    svg.text("note", [f64::midpoint(LEFT, RIGHT), BOTTOM + 52.0], "middle", "live sessions");
}

/// From nothing through all that was measured.
fn curve(svg: &mut Svg, axes: &Axes, number: usize, row: &Row) {
    let mut points = vec![axes.place(0.0, 0.0)];
    points.extend(row.points.iter().map(|point| axes.place(point.sessions, point.bytes / MIB)));
    svg.path(&format!("l{number}"), &points);
    for place in &points[1..] {
        svg.dot(&format!("d{number}"), *place, 4.5);
    }
}

/// The names at the ends of the lines: from below, each high enough above the one before.
fn labels(svg: &mut Svg, axes: &Axes, rows: &[Row]) {
    let mut ends: Vec<_> = rows.iter().filter_map(|row| Some((row, row.points.last()?))).collect();
    ends.sort_by(|(_, one), (_, other)| one.bytes.total_cmp(&other.bytes));
    let mut lowest = BOTTOM;
    for (row, end) in ends {
        let [x, y] = axes.place(end.sessions, end.bytes / MIB);
        let y = y.min(lowest);
        lowest = y - LABEL;
        let class = if row.kind.package == "sealed-session" { "ours" } else { "peer" };
        let amount = format!("{}: {} MiB", row.kind.place.replace('`', ""), thousands(end.bytes / MIB));
        svg.text(class, [x + 14.0, y - 6.0], "start", &row.kind.versioned());
        svg.text("note", [x + 14.0, y + 9.0], "start", &amount);
    }
}
