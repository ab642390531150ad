//! Which version of the protocol a connection speaks, and letters that all versions share.

use ir::Cardinality;

/// A major version; minor versions of these do not differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Protocol {
    V1,
    V2,
    V3,
}

impl Protocol {
    /// The version that answers a client's offer, and whether that is exactly what was offered.
    pub(crate) fn negotiate(major: u16, minor: u16) -> (Protocol, bool) {
        let protocol = match major {
            0 | 1 => Protocol::V1,
            2 => Protocol::V2,
            _ => Protocol::V3,
        };
        (protocol, (major, minor) == protocol.numbers())
    }

    /// Major and minor number.
    pub(crate) fn numbers(self) -> (u16, u16) {
        match self {
            Protocol::V1 => (1, 0),
            Protocol::V2 => (2, 0),
            Protocol::V3 => (3, 0),
        }
    }

    /// Descriptors carry names and lengths.
    pub(crate) fn has_named_types(self) -> bool {
        self >= Protocol::V2
    }

    /// Queries say in which language they are written.
    pub(crate) fn is_multilingual(self) -> bool {
        self >= Protocol::V3
    }
}

/// The protocol's letter for a cardinality.
pub(crate) fn cardinality_byte(cardinality: Cardinality) -> u8 {
    match cardinality {
        Cardinality::NoResult => b'n',
        Cardinality::AtMostOne => b'o',
        Cardinality::One => b'A',
        Cardinality::Many => b'm',
        Cardinality::AtLeastOne => b'M',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_met_or_answered_with_the_nearest_version() {
        assert_eq!(Protocol::negotiate(3, 0), (Protocol::V3, true));
        assert_eq!(Protocol::negotiate(2, 1), (Protocol::V2, false));
        assert_eq!(Protocol::negotiate(0, 13), (Protocol::V1, false));
        assert_eq!(Protocol::negotiate(9, 0), (Protocol::V3, false));
    }
}
