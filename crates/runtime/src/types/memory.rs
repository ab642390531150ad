//! `cfg::memory`.

use std::fmt;
use std::str::FromStr;

use bytes::BytesMut;

use super::InvalidText;
use crate::wire::{Decode, DecodeError, Encode, EncodeError};

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
        f.write_str(&value::text::memory_to_text(self.bytes))
    }
}

impl FromStr for ConfigMemory {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        Ok(ConfigMemory { bytes: value::text::parse_memory(text)? })
    }
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
