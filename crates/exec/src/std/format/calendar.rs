//! Pictures of dates and times, as lists of fields and literals.

/// A field of a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::std) enum Field {
    /// `AM`, `p.m.`; whether with points
    Meridiem(bool),
    /// `AD`, `b.c.`; whether with points
    Era(bool),
    Century,
    MonthName,
    MonthShort,
    MonthNumber,
    MonthRoman,
    DayName,
    DayShort,
    DayOfYear,
    DayOfMonth,
    DayOfWeek,
    IsoDayOfYear,
    IsoDayOfWeek,
    /// `FF1` to `FF6`
    Fraction(u8),
    Milliseconds,
    Microseconds,
    /// `FX`
    Exact,
    Hour24,
    Hour12,
    Minute,
    Second,
    SecondOfDay,
    IsoWeek,
    Week,
    WeekOfMonth,
    /// `YYYY` to `Y`, by digits
    Year(u8),
    /// `IYYY` to `I`, by digits
    IsoYear(u8),
    YearWithComma,
    Julian,
    Quarter,
    ZoneName,
    ZoneHour,
    ZoneMinute,
    ZoneOffset,
}

/// How a name is cased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    Title,
}

/// One piece of a template.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Field {
        field: Field,
        /// As the table names it, for messages.
        name: &'static str,
        case: Case,
        /// `FM`
        fill: bool,
        /// `TH` (true) or `th` (false)
        ordinal: Option<bool>,
    },
    Space(char),
    Separator(char),
    Literal(char),
}

/// A parsed picture.
#[derive(Clone, Debug)]
pub(in crate::std) struct Template {
    pub(super) pieces: Vec<Piece>,
}

/// Names of fields; of two that begin alike, the longer stands first. Most are also known in lower case.
const NAMES: [(&str, Field); 58] = [
    ("A.D.", Field::Era(true)),
    ("A.M.", Field::Meridiem(true)),
    ("AD", Field::Era(false)),
    ("AM", Field::Meridiem(false)),
    ("B.C.", Field::Era(true)),
    ("BC", Field::Era(false)),
    ("CC", Field::Century),
    ("DAY", Field::DayName),
    ("Day", Field::DayName),
    ("DDD", Field::DayOfYear),
    ("DD", Field::DayOfMonth),
    ("DY", Field::DayShort),
    ("Dy", Field::DayShort),
    ("D", Field::DayOfWeek),
    ("FF1", Field::Fraction(1)),
    ("FF2", Field::Fraction(2)),
    ("FF3", Field::Fraction(3)),
    ("FF4", Field::Fraction(4)),
    ("FF5", Field::Fraction(5)),
    ("FF6", Field::Fraction(6)),
    ("FX", Field::Exact),
    ("HH24", Field::Hour24),
    ("HH12", Field::Hour12),
    ("HH", Field::Hour12),
    ("IDDD", Field::IsoDayOfYear),
    ("ID", Field::IsoDayOfWeek),
    ("IW", Field::IsoWeek),
    ("IYYY", Field::IsoYear(4)),
    ("IYY", Field::IsoYear(3)),
    ("IY", Field::IsoYear(2)),
    ("I", Field::IsoYear(1)),
    ("J", Field::Julian),
    ("MI", Field::Minute),
    ("MM", Field::MonthNumber),
    ("MONTH", Field::MonthName),
    ("Month", Field::MonthName),
    ("MON", Field::MonthShort),
    ("Mon", Field::MonthShort),
    ("MS", Field::Milliseconds),
    ("OF", Field::ZoneOffset),
    ("P.M.", Field::Meridiem(true)),
    ("PM", Field::Meridiem(false)),
    ("Q", Field::Quarter),
    ("RM", Field::MonthRoman),
    ("SSSSS", Field::SecondOfDay),
    ("SSSS", Field::SecondOfDay),
    ("SS", Field::Second),
    ("TZH", Field::ZoneHour),
    ("TZM", Field::ZoneMinute),
    ("TZ", Field::ZoneName),
    ("US", Field::Microseconds),
    ("WW", Field::Week),
    ("W", Field::WeekOfMonth),
    ("Y,YYY", Field::YearWithComma),
    ("YYYY", Field::Year(4)),
    ("YYY", Field::Year(3)),
    ("YY", Field::Year(2)),
    ("Y", Field::Year(1)),
];

impl Template {
    /// Reads a picture; what names no field stands for itself.
    pub(in crate::std) fn parse(text: &str) -> Template {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (fill, after) = prefix(rest);
            rest = match field(after, fill) {
                Some((piece, tail)) => {
                    pieces.push(piece);
                    tail
                }
                None if after.len() < rest.len() => after,
                None if first == '"' => quoted(&rest[1..], &mut pieces),
                None => literal(rest, &mut pieces),
            };
        }
        Template { pieces }
    }

    /// Whether the template has a field.
    pub(in crate::std) fn has(&self, wanted: &[Field]) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Field { field, .. } if wanted.contains(field)))
    }
}

/// `FM` and `TM` before a field.
fn prefix(text: &str) -> (bool, &str) {
    let (mut fill, mut rest) = (false, text);
    for (name, fills) in [("FM", true), ("fm", true), ("TM", false), ("tm", false)] {
        if let Some(tail) = rest.strip_prefix(name) {
            (fill, rest) = (fills, tail);
            break;
        }
    }
    (fill, rest)
}

fn field(text: &str, fill: bool) -> Option<(Piece, &str)> {
    let spelled = |name: &str| {
        let head = text.get(..name.len())?;
        match head {
            _ if head == name => Some(if name.chars().nth(1).is_some_and(|c| c.is_lowercase()) {
                Case::Title
            } else {
                Case::Upper
            }),
            _ if head == name.to_lowercase() => Some(Case::Lower),
            _ => None,
        }
    };
    let (name, field, case) = NAMES.iter().find_map(|(name, field)| Some((*name, *field, spelled(name)?)))?;
    let rest = &text[name.len()..];
    let (ordinal, rest) = suffix(rest);
    Some((Piece::Field { field, name, case, fill, ordinal }, rest))
}

/// `TH`, `th` or `SP` behind a field.
fn suffix(text: &str) -> (Option<bool>, &str) {
    if let Some(rest) = text.strip_prefix("TH") {
        (Some(true), rest)
    } else if let Some(rest) = text.strip_prefix("th") {
        (Some(false), rest)
    } else {
        (None, text.strip_prefix("SP").unwrap_or(text))
    }
}

fn quoted<'a>(text: &'a str, pieces: &mut Vec<Piece>) -> &'a str {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let literal = match c {
            '"' => break,
            '\\' => chars.next().unwrap_or('\\'),
            c => c,
        };
        pieces.push(Piece::Literal(literal));
    }
    chars.as_str()
}

fn literal<'a>(text: &'a str, pieces: &mut Vec<Piece>) -> &'a str {
    let text = if text.starts_with("\\\"") { &text[1..] } else { text };
    let mut chars = text.chars();
    let Some(c) = chars.next() else { return text };
    pieces.push(match c {
        c if is_separator(c) => Piece::Separator(c),
        c if c.is_ascii_whitespace() => Piece::Space(c),
        c => Piece::Literal(c),
    });
    chars.as_str()
}

/// Punctuation that may separate fields.
pub(super) fn is_separator(c: char) -> bool {
    c.is_ascii_punctuation()
}

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

pub(super) const ROMAN_MONTHS: [&str; 12] =
    ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
