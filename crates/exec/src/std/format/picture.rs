//! Number pictures: `S9,990.00`, `FM99V99`, `9.99EEEE`.

use diag::{Diagnostic, ErrorCode, Result};

use crate::std::error::invalid;

/// Digits that a picture may have.
const MAX_DIGITS: usize = 1000;

/// One element of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// `9`
    Digit,
    /// `0`
    Zero,
    /// `.` or `D`
    Point,
    Comma,
    /// `G`
    Group,
    /// `L`
    Currency,
    /// `MI`
    Minus,
    /// `PL`
    Plus,
    /// `SG`
    PlusOrMinus,
    /// `RN`, and whether in upper case
    Roman(bool),
    /// `TH`, and whether in upper case
    Ordinal(bool),
    /// What the picture as a whole tells: `S`, `PR`, `FM`, `V`, `EEEE`, `B`, `C`, `SP`.
    Modifier,
    Literal(char),
}

/// Where a sign written `S` is anchored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    None,
    Before,
    After,
}

/// A parsed picture.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub(super) elements: Vec<Element>,
    /// Digits before the point.
    pub(super) whole: usize,
    /// Digits after the point.
    pub(super) fraction: usize,
    pub(super) has_point: bool,
    /// `FM`: no blanks, no superfluous zeros.
    pub(super) fill: bool,
    pub(super) anchor: Anchor,
    /// Digits before `S`.
    pub(super) digits_before_sign: usize,
    /// `PR`: a negative number stands in angle brackets.
    pub(super) brackets: bool,
    /// `MI` or `SG`.
    pub(super) minus: bool,
    /// `PL` or `SG`.
    pub(super) plus: bool,
    pub(super) roman: bool,
    pub(super) scientific: bool,
    pub(super) multiplied: bool,
    /// Digits behind `V`: the number is multiplied by ten to this power.
    pub(super) shift: usize,
    /// The place of the first `0` before the point, counted from 0.
    pub(super) first_zero: Option<usize>,
    /// Digits up to and with the last `0`.
    pub(super) last_zero: usize,
}

/// Names of elements, the longest of each beginning first.
const NAMES: [(&str, Name); 40] = [
    (",", Name::Is(Element::Comma)),
    (".", Name::Point),
    ("0", Name::Zero),
    ("9", Name::Nine),
    ("B", Name::Ignored),
    ("b", Name::Ignored),
    ("C", Name::Ignored),
    ("c", Name::Ignored),
    ("D", Name::Point),
    ("d", Name::Point),
    ("EEEE", Name::Scientific),
    ("eeee", Name::Scientific),
    ("FM", Name::Fill),
    ("fm", Name::Fill),
    ("G", Name::Is(Element::Group)),
    ("g", Name::Is(Element::Group)),
    ("L", Name::Is(Element::Currency)),
    ("l", Name::Is(Element::Currency)),
    ("MI", Name::Minus),
    ("mi", Name::Minus),
    ("PL", Name::Plus),
    ("pl", Name::Plus),
    ("PR", Name::Brackets),
    ("pr", Name::Brackets),
    ("RN", Name::Roman(true)),
    ("rn", Name::Roman(false)),
    ("SG", Name::PlusOrMinus),
    ("sg", Name::PlusOrMinus),
    ("SP", Name::Ignored),
    ("sp", Name::Ignored),
    ("S", Name::Sign),
    ("s", Name::Sign),
    ("TH", Name::Is(Element::Ordinal(true))),
    ("Th", Name::Is(Element::Ordinal(true))),
    ("tH", Name::Is(Element::Ordinal(false))),
    ("th", Name::Is(Element::Ordinal(false))),
    ("V", Name::Shift),
    ("v", Name::Shift),
    ("Rn", Name::Roman(true)),
    ("rN", Name::Roman(false)),
];

#[derive(Clone, Copy)]
enum Name {
    Is(Element),
    Nine,
    Zero,
    Point,
    Fill,
    Sign,
    Minus,
    Plus,
    PlusOrMinus,
    Brackets,
    Roman(bool),
    Shift,
    Scientific,
    Ignored,
}

impl Picture {
    /// Reads a picture; an error for one whose parts contradict each other.
    pub(super) fn parse(text: &str) -> Result<Picture> {
        let mut picture = Picture::empty();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if first == '"' {
                rest = picture.quoted(&rest[1..]);
                continue;
            }
            match NAMES.iter().find(|(name, _)| rest.starts_with(name)) {
                Some((name, element)) => {
                    rest = &rest[name.len()..];
                    picture.add(*element)?;
                }
                None => {
                    let literal = if rest.starts_with("\\\"") { '"' } else { first };
                    rest = &rest[if literal == first { first.len_utf8() } else { 2 }..];
                    picture.elements.push(Element::Literal(literal));
                }
            }
        }
        if picture.whole + picture.fraction + picture.shift > MAX_DIGITS {
            return Err(invalid("the number format has too many digits"));
        }
        Ok(picture)
    }

    fn empty() -> Picture {
        Picture {
            elements: Vec::new(),
            whole: 0,
            fraction: 0,
            has_point: false,
            fill: false,
            anchor: Anchor::None,
            digits_before_sign: 0,
            brackets: false,
            minus: false,
            plus: false,
            roman: false,
            scientific: false,
            multiplied: false,
            shift: 0,
            first_zero: None,
            last_zero: 0,
        }
    }

    /// Takes literal text up to the closing quote and answers what follows it.
    fn quoted<'a>(&mut self, text: &'a str) -> &'a str {
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let literal = match c {
                '"' => break,
                '\\' => chars.next().unwrap_or('\\'),
                c => c,
            };
            self.elements.push(Element::Literal(literal));
        }
        chars.as_str()
    }

    fn add(&mut self, name: Name) -> Result<()> {
        if self.scientific && !matches!(name, Name::Scientific) {
            return Err(invalid("\"EEEE\" must be the last pattern used"));
        }
        let element = match name {
            Name::Is(element) => element,
            Name::Nine => self.add_nine()?,
            Name::Zero => self.add_zero()?,
            Name::Point => self.add_point()?,
            Name::Fill => {
                self.fill = true;
                Element::Modifier
            }
            Name::Sign => self.add_sign()?,
            Name::Minus => {
                self.no_sign("MI")?;
                self.minus = true;
                Element::Minus
            }
            Name::Plus => {
                self.no_sign("PL")?;
                self.plus = true;
                Element::Plus
            }
            Name::PlusOrMinus => {
                self.no_sign("SG")?;
                (self.minus, self.plus) = (true, true);
                Element::PlusOrMinus
            }
            Name::Brackets => self.add_brackets()?,
            Name::Roman(upper) => {
                self.roman = true;
                Element::Roman(upper)
            }
            Name::Shift => self.add_shift()?,
            Name::Scientific => self.add_scientific()?,
            Name::Ignored => Element::Modifier,
        };
        self.elements.push(element);
        Ok(())
    }

    fn add_nine(&mut self) -> Result<Element> {
        if self.brackets {
            return Err(invalid("\"9\" must be ahead of \"PR\""));
        }
        match (self.multiplied, self.has_point) {
            (true, _) => self.shift += 1,
            (false, true) => self.fraction += 1,
            (false, false) => self.whole += 1,
        }
        Ok(Element::Digit)
    }

    fn add_zero(&mut self) -> Result<Element> {
        if self.brackets {
            return Err(invalid("\"0\" must be ahead of \"PR\""));
        }
        if self.has_point {
            self.fraction += 1;
        } else {
            self.first_zero.get_or_insert(self.whole);
            self.whole += 1;
        }
        self.last_zero = self.whole + self.fraction;
        Ok(Element::Zero)
    }

    fn add_point(&mut self) -> Result<Element> {
        if self.has_point {
            return Err(invalid("multiple decimal points"));
        }
        if self.multiplied {
            return Err(invalid("cannot use \"V\" and decimal point together"));
        }
        self.has_point = true;
        Ok(Element::Point)
    }

    fn add_sign(&mut self) -> Result<Element> {
        if self.anchor != Anchor::None {
            return Err(invalid("cannot use \"S\" twice"));
        }
        if self.plus || self.minus || self.brackets {
            return Err(invalid("cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together"));
        }
        if self.has_point {
            self.anchor = Anchor::After;
        } else {
            self.anchor = Anchor::Before;
            self.digits_before_sign = self.whole;
        }
        Ok(Element::Modifier)
    }

    fn no_sign(&self, name: &str) -> Result<()> {
        if self.anchor == Anchor::None {
            return Ok(());
        }
        Err(invalid(format!("cannot use \"S\" and \"{name}\" together")))
    }

    fn add_brackets(&mut self) -> Result<Element> {
        if self.anchor != Anchor::None || self.plus || self.minus {
            return Err(invalid("cannot use \"PR\" and \"S\"/\"PL\"/\"MI\"/\"SG\" together"));
        }
        self.brackets = true;
        Ok(Element::Modifier)
    }

    fn add_shift(&mut self) -> Result<Element> {
        if self.has_point {
            return Err(invalid("cannot use \"V\" and decimal point together"));
        }
        self.multiplied = true;
        Ok(Element::Modifier)
    }

    fn add_scientific(&mut self) -> Result<Element> {
        if self.scientific {
            return Err(invalid("cannot use \"EEEE\" twice"));
        }
        let signed = self.anchor != Anchor::None || self.brackets || self.minus || self.plus;
        if self.fill || signed || self.roman || self.multiplied {
            return Err(invalid("\"EEEE\" is incompatible with other formats"));
        }
        self.scientific = true;
        Ok(Element::Modifier)
    }
}

/// A picture that works in one direction only.
pub(super) fn not_for_input(name: &str) -> Diagnostic {
    Diagnostic::new(ErrorCode::UNSUPPORTED_BACKEND_FEATURE, format!("\"{name}\" not supported for input"))
}
