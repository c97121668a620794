//! What the charts have in common: pictures that are readable on light and dark pages.

use std::fmt::Write;

const STYLE: &str = "
text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: #1f2328 }
.title { font-size: 17px; font-weight: 600 } .note, .tick { font-size: 12px; fill: #59636e }
.value { font-size: 11px; fill: #59636e } .ours { font-weight: 700 }
.grid { stroke: #d1d9e0; stroke-width: 1 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } .note, .tick, .value { fill: #9198a1 } .grid { stroke: #3d444d }
}";

/// A picture that is being drawn.
#[derive(Debug)]
pub struct Svg(String);

impl Svg {
    /// A picture with a title and a line below it. `style` is what its shapes need, in both looks.
    #[must_use]
    pub fn new([width, height]: [f64; 2], title: &str, note: &str, style: &str) -> Self {
        let mut svg = Self(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n<style>{STYLE}{style}</style>\n"
        ));
        svg.text("title", [16.0, 28.0], "start", title);
        svg.text("note", [16.0, 48.0], "start", note);
        svg
    }

    /// Words. `anchor`: `start`, `middle` or `end`.
    pub fn text(&mut self, class: &str, [x, y]: [f64; 2], anchor: &str, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.shape(format_args!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
        ));
    }

    /// A bar.
    pub fn rect(&mut self, class: &str, [x, y]: [f64; 2], [width, height]: [f64; 2]) {
        self.shape(format_args!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" rx=\"2\"/>"
        ));
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) {
        self.shape(format_args!(
            "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
        ));
    }

    /// A line through these points.
    pub fn path(&mut self, class: &str, points: &[[f64; 2]]) {
        let points: Vec<_> = points.iter().map(|[x, y]| format!("{x:.1},{y:.1}")).collect();
        self.shape(format_args!("<polyline class=\"{class}\" points=\"{}\"/>", points.join(" ")));
    }

    /// A spot on a line.
    pub fn dot(&mut self, class: &str, [x, y]: [f64; 2], radius: f64) {
        self.shape(format_args!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>"));
    }

    /// The whole picture.
    #[must_use]
    pub fn finish(self) -> String {
        self.0 + "</svg>\n"
    }

    fn shape(&mut self, shape: std::fmt::Arguments<'_>) {
        let _ = writeln!(self.0, "{shape}");
    }
}

/// From one tick to the next: 1, 2 or 5 times a power of ten, so that there are four to ten ticks.
#[must_use]
pub fn step(most: f64) -> f64 {
    let power = 10_f64.powf((most / 4.0).log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|times| times * power).find(|step| most / step >= 4.0).unwrap_or(power)
}

/// A whole number that is not negative, in groups of three digits.
#[must_use]
pub fn thousands(value: f64) -> String {
    let digits = (value.round().max(0.0) as u64).to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn digits_come_in_groups_of_three() {
        assert_eq!([-1.0, 999.4, 1000.0, 1_000_000.0].map(thousands), ["0", "999", "1,000", "1,000,000"]);
    }
}
