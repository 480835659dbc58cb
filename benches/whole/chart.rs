//! How cost grows, drawn: both axes in powers of ten, so that what grows in step with its size is a straight line that
//! rises at the angle of the dotted one. Its colours can be told apart on light and on dark ground.

use std::fmt::Write as _;

/// The drawing of one kind of size.
pub struct Panel {
    /// What grows.
    pub title: &'static str,
    /// Each with its points: size, seconds.
    pub lines: Vec<(&'static str, Vec<(usize, f64)>)>,
}

const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 300.0;
/// The room around the axes.
const MARGIN: f64 = 48.0;
const COLOURS: [&str; 3] = ["#2f81f7", "#d2801e", "#8b6fd1"];
const GROUND: &str = "#808890";
/// The powers of ten of the seconds that are shown.
const SECONDS: (f64, f64) = (-3.0, 2.0);
/// The powers of ten of the sizes.
const SIZES: (f64, f64) = (0.0, 4.0);

/// The panels side by side as an SVG.
pub fn draw(panels: &[Panel]) -> String {
    let (width, height) = (WIDTH * panels.len() as f64, HEIGHT);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"11\" fill=\"{GROUND}\">\n"
    );
    for (index, panel) in panels.iter().enumerate() {
        let _ = writeln!(
            svg,
            "<g transform=\"translate({} 0)\">",
            WIDTH * index as f64
        );
        axes(&mut svg, panel.title);
        for (line, (name, points)) in panel.lines.iter().enumerate() {
            curve(&mut svg, name, points, line);
        }
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

fn axes(svg: &mut String, title: &str) {
    let _ = writeln!(
        svg,
        "<text x=\"{MARGIN}\" y=\"18\" font-size=\"13\">{title}</text>"
    );
    for power in SIZES.0 as i32..=SIZES.1 as i32 {
        let (x, y) = place(10_f64.powi(power), 10_f64.powf(SECONDS.0));
        let label = 10_u32.pow(power.unsigned_abs());
        let _ = writeln!(
            svg,
            "<text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{label}</text>",
            y + 16.0
        );
    }
    for power in SECONDS.0 as i32..=SECONDS.1 as i32 {
        let (left, y) = place(1.0, 10_f64.powi(power));
        let (right, _) = place(10_f64.powf(SIZES.1), 1.0);
        let label = match power {
            0.. => format!("{} s", 10_u32.pow(power.unsigned_abs())),
            _ => format!("{} ms", 10_u32.pow((power + 3).unsigned_abs())),
        };
        let _ = writeln!(
            svg,
            "<line x1=\"{left:.0}\" y1=\"{y:.1}\" x2=\"{right:.0}\" y2=\"{y:.1}\" stroke=\"{GROUND}\" stroke-opacity=\".3\"/>\
             <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            left - 6.0,
            y + 4.0
        );
    }
    let ((x1, y1), (x2, y2)) = (place(1.0, 1e-3), place(1e4, 10.0));
    let _ = writeln!(
        svg,
        "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{GROUND}\" stroke-dasharray=\"2 4\"/>"
    );
}

fn curve(svg: &mut String, name: &str, points: &[(usize, f64)], line: usize) {
    let colour = COLOURS[line % COLOURS.len()];
    let places: Vec<(f64, f64)> = (points.iter())
        .map(|(size, seconds)| place(*size as f64, *seconds))
        .collect();
    let path: String = places
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1} "))
        .collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"
    );
    for (x, y) in &places {
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
        );
    }
    let y = 36.0 + 15.0 * line as f64;
    let _ = writeln!(
        svg,
        "<circle cx=\"{}\" cy=\"{}\" r=\"3\" fill=\"{colour}\"/><text x=\"{}\" y=\"{y}\">{name}</text>",
        MARGIN + 10.0,
        y - 4.0,
        MARGIN + 18.0
    );
}

fn place(size: f64, seconds: f64) -> (f64, f64) {
    let share =
        |value: f64, (low, high): (f64, f64)| (value.log10().clamp(low, high) - low) / (high - low);
    let x = MARGIN + share(size, SIZES) * (WIDTH - 1.5 * MARGIN);
    let y = HEIGHT - MARGIN / 1.5 - share(seconds, SECONDS) * (HEIGHT - 1.4 * MARGIN);
    (x, y)
}
