//! `cfg::memory`.

use std::fmt;
use std::str::FromStr;

use bytes::BytesMut;

use super::InvalidText;
use crate::wire::{Decode, DecodeError, Encode, EncodeError};

/// Each 1024 times the one before.
const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/// `cfg::memory`: an amount of memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConfigMemory {
    /// How many bytes.
    pub bytes: i64,
}

base_scalar!(ConfigMemory = CFG_MEMORY "cfg::memory");
text_form!(ConfigMemory, "cfg.memory", "an amount of memory with its unit", format None, example "64MiB");

impl fmt::Display for ConfigMemory {
    /// In the largest unit that leaves a whole number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut amount, mut unit) = (self.bytes, 0);
        while amount != 0 && amount % 1024 == 0 && unit + 1 < UNITS.len() {
            (amount, unit) = (amount / 1024, unit + 1);
        }
        write!(f, "{amount}{}", UNITS.get(unit).unwrap_or(&"B"))
    }
}

impl FromStr for ConfigMemory {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        parse(text).map(|bytes| ConfigMemory { bytes }).ok_or_else(|| {
            InvalidText::new("memory", text, "write a whole number with a unit, such as `64MiB`")
        })
    }
}

fn parse(text: &str) -> Option<i64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (amount, unit) = text.split_at_checked(digits)?;
    let exponent = UNITS.iter().position(|name| *name == unit)?;
    amount.parse::<i64>().ok()?.checked_mul(1024i64.checked_pow(u32::try_from(exponent).ok()?)?)
}

impl Decode for ConfigMemory {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(ConfigMemory { bytes: i64::decode(bytes)? })
    }
}

impl Encode for ConfigMemory {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.bytes.encode(out)
    }
}
