//! Pictures made on the server: bars and lines as SVG, with the same numbers as a table.
//!
//! No script, no style, one colour: the text's own. Whoever cannot see the picture reads
//! its description and its table. Not here: where numbers come from.

mod days;

use std::fmt::Write as _;

use jiff::Timestamp;

pub use days::per_day;

/// Size of the drawing, in units of its own; on a narrow phone one unit is one pixel.
const WIDTH: f64 = 320.0;
const TOP: f64 = 16.0;
const BASE: f64 = 100.0;
/// A little white between bars.
const GAP: f64 = 0.15;
/// Values of one picture; more are not told apart on a screen.
const VALUES_MAX: usize = 400;

/// One picture with its words.
pub struct Picture {
    /// Name within the page.
    pub id: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// The same in a sentence.
    pub says: String,
    /// The path to draw.
    pub path: String,
    /// The path is filled (bars), not only drawn along (a line).
    pub filled: bool,
    /// What the highest place means.
    pub most: String,
    /// Where the picture begins.
    pub first: String,
    /// Where it ends.
    pub last: String,
    /// What the values are.
    pub unit: &'static str,
    /// Every value: when, and how much.
    pub rows: Vec<(String, String)>,
}

/// A bar for each value; `None` where there is none above zero.
pub fn bars(
    id: &'static str,
    title: &'static str,
    unit: &'static str,
    values: &[(String, f64)],
) -> Option<Picture> {
    let values = drawable(values);
    let most = highest(&values).filter(|most| *most > 0.0)?;
    let step = WIDTH / count(values.len());
    let mut path = String::new();
    for (at, (_, value)) in values.iter().enumerate().filter(|(_, value)| value.1 > 0.0) {
        let (left, high) = (count(at) * step, (BASE - TOP) * value / most);
        // Writing into a text cannot fail.
        let _ = write!(
            path,
            "M{:.1},{:.1}V{:.1}H{:.1}V{:.1}z",
            left + step * GAP,
            BASE,
            BASE - high,
            left + step * (1.0 - GAP),
            BASE
        );
    }
    Some(picture(id, title, unit, path, true, &values))
}

/// A line through values by their times; `None` below two of them.
pub fn line(
    id: &'static str,
    title: &'static str,
    unit: &'static str,
    points: &[(Timestamp, f64)],
) -> Option<Picture> {
    let mut points: Vec<(Timestamp, f64)> = points.to_vec();
    points.retain(|(_, value)| value.is_finite());
    points.sort_by_key(|(at, _)| *at);
    let points = &points[points.len().saturating_sub(VALUES_MAX)..];
    let ((first, _), (last, _)) = (points.first()?, points.last()?);
    let span = last.duration_since(*first).as_secs_f64();
    if span <= 0.0 {
        return None;
    }
    let values: Vec<(String, f64)> = points
        .iter()
        .map(|(at, value)| (days::shown(*at), *value))
        .collect();
    let most = highest(&values)?;
    let floor = values.iter().map(|(_, value)| *value).fold(0.0, f64::min);
    let room = if most > floor { most - floor } else { 1.0 };
    let mut path = String::new();
    for (at, value) in points {
        let x = WIDTH * at.duration_since(*first).as_secs_f64() / span;
        let y = BASE - (BASE - TOP) * (value - floor) / room;
        let pen = if path.is_empty() { 'M' } else { 'L' };
        let _ = write!(path, "{pen}{x:.1},{y:.1}");
    }
    Some(picture(id, title, unit, path, false, &values))
}

fn picture(
    id: &'static str,
    title: &'static str,
    unit: &'static str,
    path: String,
    filled: bool,
    values: &[(String, f64)],
) -> Picture {
    let ends = values.first().zip(values.last());
    let (first, last) = ends.map_or_else(Default::default, |(first, last)| {
        (first.0.clone(), last.0.clone())
    });
    Picture {
        id,
        title,
        says: says(values, unit),
        path,
        filled,
        most: highest(values).map(number).unwrap_or_default(),
        first,
        last,
        unit,
        rows: values
            .iter()
            .map(|(when, value)| (when.clone(), number(*value)))
            .collect(),
    }
}

fn says(values: &[(String, f64)], unit: &str) -> String {
    let top = values.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let (Some((first, _)), Some((when, most)), Some((last, now))) =
        (values.first(), top, values.last())
    else {
        return String::new();
    };
    format!(
        "From {first} to {last}, in {unit}: at most {} ({when}), at last {}.",
        number(*most),
        number(*now)
    )
}

fn drawable(values: &[(String, f64)]) -> Vec<(String, f64)> {
    let finite = values.iter().filter(|(_, value)| value.is_finite());
    let finite: Vec<_> = finite.cloned().collect();
    finite[finite.len().saturating_sub(VALUES_MAX)..].to_vec()
}

fn highest(values: &[(String, f64)]) -> Option<f64> {
    values
        .iter()
        .map(|(_, value)| *value)
        .max_by(f64::total_cmp)
}

/// Whole numbers without a point, others with two digits.
fn number(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most VALUES_MAX")]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(numbers: &[f64]) -> Vec<(String, f64)> {
        let day = |(at, value): (usize, &f64)| (format!("day {at}"), *value);
        numbers.iter().enumerate().map(day).collect()
    }

    #[test]
    fn bars_stand_on_their_base_and_the_highest_fills_the_room() {
        let picture = bars("a", "A", "events", &values(&[2.0, 0.0, 4.0])).unwrap();
        assert_eq!(picture.path.matches('z').count(), 2);
        assert!(picture.path.contains("V16.0"), "{}", picture.path);
        assert!(picture.path.contains("V58.0"), "{}", picture.path);
        assert_eq!(picture.rows[2], ("day 2".to_owned(), "4".to_owned()));
        assert_eq!(
            picture.says,
            "From day 0 to day 2, in events: at most 4 (day 2), at last 4."
        );
    }

    #[test]
    fn nothing_and_numbers_that_are_none_are_not_drawn() {
        assert!(bars("a", "A", "events", &[]).is_none());
        assert!(bars("a", "A", "events", &values(&[0.0, 0.0])).is_none());
        let odd = bars("a", "A", "events", &values(&[f64::NAN, f64::INFINITY, 1.0])).unwrap();
        assert_eq!(odd.rows.len(), 1);
        let now = Timestamp::UNIX_EPOCH;
        assert!(line("a", "A", "EUR", &[(now, 1.0)]).is_none());
        assert!(line("a", "A", "EUR", &[(now, 1.0), (now, 2.0)]).is_none());
    }

    #[test]
    fn a_line_goes_through_its_values_in_the_order_of_time() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let points = [(at(200), 10.0), (at(0), 0.0), (at(100), 5.0)];
        let picture = line("a", "A", "EUR", &points).unwrap();
        assert_eq!(picture.path, "M0.0,100.0L160.0,58.0L320.0,16.0");
        let flat = line("a", "A", "EUR", &[(at(0), 3.0), (at(9), 3.0)]).unwrap();
        assert_eq!(flat.path, "M0.0,16.0L320.0,16.0");
    }

    #[test]
    fn more_values_than_a_screen_shows_are_cut_at_the_old_end() {
        let many: Vec<f64> = (1..=500).map(f64::from).collect();
        let picture = bars("a", "A", "events", &values(&many)).unwrap();
        assert_eq!(picture.rows.len(), VALUES_MAX);
        assert_eq!(picture.last, "day 499");
    }
}
