//! The app icon as SVG: three bands of the ring on paper, 1024 units wide.
//!
//! A band lies between a circle and the loudness of one imagined layer over one turn, starting
//! at the top and going clockwise, just as the app draws a piece.

use std::f64::consts::TAU;
use std::fmt::Write;

const SIZE: f64 = 1024.0;
/// Points on a band's outer edge. Enough that no corner shows at 1024 pixels.
const POINTS: usize = 720;

/// What the picture is for; each place cuts or masks it in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// A rounded sheet of paper with air around it, for desktops.
    Rounded,
    /// Paper to every edge, for phones, which cut their own corners.
    Full,
    /// The bands alone, small enough for Android's round mask.
    Bare,
    /// The bands alone in one ink, for themed Android icons.
    Ink,
}

/// One layer of the ring.
struct Band {
    colour: &'static str,
    /// Radius of the inner circle, before [`Sheet`] scales the whole ring.
    inner: f64,
    /// Thickness where the layer is silent, and how much its loudest moment adds.
    base: f64,
    swell: f64,
    /// Loudness 0..=1 at a turn 0..1.
    loudness: fn(f64) -> f64,
}

const BANDS: [Band; 3] = [
    Band {
        colour: "#C4674A",
        inner: 78.0,
        base: 46.0,
        swell: 78.0,
        loudness: drum,
    },
    Band {
        colour: "#5B6C9B",
        inner: 220.0,
        base: 44.0,
        swell: 84.0,
        loudness: bass,
    },
    Band {
        colour: "#D9A441",
        inner: 350.0,
        base: 40.0,
        swell: 80.0,
        loudness: voice,
    },
];

/// The whole drawing.
pub fn svg(sheet: Sheet) -> String {
    let scale = match sheet {
        Sheet::Rounded => 0.86,
        Sheet::Full => 0.94,
        Sheet::Bare | Sheet::Ink => 0.58,
    };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIZE} {SIZE}\">\n\
         <title>Undersong</title>\n{}",
        paper(sheet)
    );
    for band in &BANDS {
        let colour = if sheet == Sheet::Ink {
            "#000000"
        } else {
            band.colour
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "<path fill=\"{colour}\" fill-rule=\"evenodd\" d=\"{}\"/>",
            outline(band, scale)
        );
    }
    out.push_str("</svg>\n");
    out
}

/// Paper lit from above, with a hairline of shade so that it stands off a white page.
fn paper(sheet: Sheet) -> String {
    let (inset, radius) = match sheet {
        Sheet::Rounded => (44.0, 212.0),
        Sheet::Full => (0.0, 0.0),
        Sheet::Bare | Sheet::Ink => return String::new(),
    };
    let side = SIZE - 2.0 * inset;
    let edge = match sheet {
        Sheet::Rounded => " stroke=\"#DDD2C2\" stroke-width=\"4\"",
        _ => "",
    };
    format!(
        "<defs><radialGradient id=\"light\" cx=\"0.5\" cy=\"0.08\" r=\"1\">\
         <stop offset=\"0\" stop-color=\"#FCF8F1\"/><stop offset=\"0.6\" stop-color=\"#F6F0E6\"/>\
         <stop offset=\"1\" stop-color=\"#EDE3D3\"/></radialGradient></defs>\n\
         <rect x=\"{inset}\" y=\"{inset}\" width=\"{side}\" height=\"{side}\" rx=\"{radius}\" \
         fill=\"url(#light)\"{edge}/>\n"
    )
}

/// The outer edge, then the inner circle: filled even-odd, that is the band.
fn outline(band: &Band, scale: f64) -> String {
    let mut path = String::new();
    for i in 0..POINTS {
        let turn = i as f64 / POINTS as f64;
        let radius = band.inner + band.base + band.swell * (band.loudness)(turn);
        let (sin, cos) = (turn * TAU).sin_cos();
        let x = SIZE / 2.0 + scale * radius * sin;
        let y = SIZE / 2.0 - scale * radius * cos;
        let step = if i == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{step}{x:.1} {y:.1}");
    }
    let (r, left, across) = (
        scale * band.inner,
        SIZE / 2.0 - scale * band.inner,
        2.0 * scale * band.inner,
    );
    let _ = write!(
        path,
        "ZM{left:.1} 512a{r:.1} {r:.1} 0 1 0 {across:.1} 0a{r:.1} {r:.1} 0 1 0 -{across:.1} 0Z"
    );
    path
}

/// Strokes that swell quickly and ring away. Softer than a real drum: an icon should not bite.
fn strokes(turn: f64, at: &[(f64, f64)], rise: f64, decay: f64) -> f64 {
    at.iter()
        .map(|(start, loud)| {
            let since = (turn - start).rem_euclid(1.0);
            let swell = 0.5 - 0.5 * (TAU / 2.0 * (since / rise).min(1.0)).cos();
            loud * swell * (-since / decay).exp()
        })
        .sum()
}

fn drum(turn: f64) -> f64 {
    strokes(
        turn,
        &[
            (0.95, 1.5),
            (0.15, 1.1),
            (0.35, 1.4),
            (0.55, 1.7),
            (0.75, 1.2),
        ],
        0.11,
        0.06,
    )
}

fn bass(turn: f64) -> f64 {
    strokes(turn, &[(0.28, 1.5), (0.78, 1.1)], 0.24, 0.16)
}

/// Two slow breaths, one fuller than the other.
fn voice(turn: f64) -> f64 {
    let breath = |centre: f64, width: f64| {
        let apart = (turn - centre + 0.5).rem_euclid(1.0) - 0.5;
        (-(apart * apart) / (2.0 * width * width)).exp()
    };
    (breath(0.12, 0.13) + 0.8 * breath(0.62, 0.11)).min(1.0)
}
