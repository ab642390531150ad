//! Text through pictures to numbers.

use diag::Result;
use value::{Decimal, decimal};

use super::picture::{Anchor, Element, Picture, not_for_input};
use crate::std::error::diagnostic;

/// Reads a number as the picture says; digits that the picture has no place for are left out.
pub(in crate::std) fn read_number(text: &str, format: &str) -> Result<Decimal> {
    let picture = Picture::parse(format)?;
    if picture.scientific {
        return Err(not_for_input("EEEE"));
    }
    if picture.roman {
        return Err(not_for_input("RN"));
    }
    let mut reader = Reader::new(&picture, text);
    for element in &picture.elements {
        if reader.rest.is_empty() {
            break;
        }
        reader.read(*element);
    }
    let sign = reader.sign.filter(|sign| *sign == '-').map_or(" ", |_| "-");
    let number = format!("{sign}{}", reader.digits.trim_end_matches('.'));
    let value = decimal::parse(&number).map_err(diagnostic)?;
    let factor = Decimal::new(num_bigint::BigInt::from(10).pow(picture.shift as u32), 0);
    if picture.multiplied { decimal::divide(&value, &factor).map_err(diagnostic) } else { Ok(value) }
}

struct Reader<'a> {
    picture: &'a Picture,
    rest: &'a str,
    sign: Option<char>,
    digits: String,
    whole: usize,
    fraction: usize,
    point_read: bool,
}

impl<'a> Reader<'a> {
    fn new(picture: &'a Picture, text: &'a str) -> Self {
        Reader {
            picture,
            rest: text,
            sign: None,
            digits: String::new(),
            whole: 0,
            fraction: 0,
            point_read: false,
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn skip(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }

    fn read(&mut self, element: Element) {
        match element {
            Element::Digit | Element::Zero => self.read_place(true),
            Element::Point => self.read_place(false),
            Element::Comma | Element::Group => {
                if self.peek() == Some(',') {
                    self.skip();
                }
            }
            Element::Currency => self.skip_text(1),
            Element::Ordinal(_) => self.skip_text(2),
            Element::Minus => self.read_sign(&['-']),
            Element::Plus => self.read_sign(&['+']),
            Element::PlusOrMinus => self.read_sign(&['-', '+']),
            Element::Literal(_) => self.skip(),
            Element::Roman(_) | Element::Modifier => (),
        }
    }

    /// Skips characters that cannot belong to a number.
    fn skip_text(&mut self, count: usize) {
        for _ in 0..count {
            if self.peek().is_none_or(|c| "0123456789.,+-".contains(c)) {
                break;
            }
            self.skip();
        }
    }

    fn read_sign(&mut self, signs: &[char]) {
        match self.peek() {
            Some(c) if signs.contains(&c) => {
                self.sign = Some(c);
                self.skip();
            }
            _ => self.skip_text(1),
        }
    }

    /// One place of the picture takes one character of the text, whether it is a digit or not.
    fn read_place(&mut self, is_digit: bool) {
        if self.peek() == Some(' ') {
            self.skip();
        }
        if self.sign.is_none() && is_digit && self.whole + self.fraction == 0 {
            self.read_leading_sign();
        }
        let Some(c) = self.peek() else { return };
        let mut read = false;
        if c.is_ascii_digit() {
            if self.point_read && self.fraction == self.picture.fraction {
                return self.skip();
            }
            self.digits.push(c);
            *(if self.point_read { &mut self.fraction } else { &mut self.whole }) += 1;
            read = true;
        } else if c == '.' && self.picture.has_point && !self.point_read {
            self.digits.push('.');
            self.point_read = true;
            read = true;
        }
        if self.sign.is_none() && self.whole + self.fraction > 0 {
            self.read_trailing_sign(read, c);
        }
        self.skip();
    }

    fn read_leading_sign(&mut self) {
        let bracket = self.picture.brackets && self.picture.anchor == Anchor::None;
        match self.peek() {
            Some('-') => self.sign = Some('-'),
            Some('<') if bracket => self.sign = Some('-'),
            Some('+') => self.sign = Some('+'),
            _ => return,
        }
        if self.picture.anchor != Anchor::After {
            return self.skip();
        }
        self.sign = None;
    }

    /// The sign of a picture with `S` stands right behind the last digit; without any sign it stands in a place of its own.
    fn read_trailing_sign(&mut self, read: bool, current: char) {
        let own_sign = self.picture.plus || self.picture.minus;
        if self.picture.anchor != Anchor::None && read {
            let next = self.rest.chars().nth(1);
            if let Some(sign @ ('-' | '+')) = next {
                self.sign = Some(sign);
                self.skip();
            }
        } else if !read && self.picture.anchor == Anchor::None && !own_sign && matches!(current, '-' | '+') {
            self.sign = Some(current);
        }
    }
}
