//! Why a token is not believed.

/// Why a token is not believed; the text is Gel's. Gel raises `InvalidValueError` for [`Refused::Index`] and
/// [`Refused::Claims`], and `QueryAssertionError` for all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It has less than three parts; Gel asks for the part of this number and finds none.
    #[error("array index {0} is out of bounds")]
    Index(usize),
    /// It has more than three parts.
    #[error("JWT is malformed")]
    Malformed,
    /// Another key signed it, or it was changed after it was signed.
    #[error("JWT signature mismatch")]
    Forged,
    /// It is too early or too late for it.
    #[error("JWT is expired or is not yet valid")]
    Expired,
    /// It is signed and does not say what it must.
    #[error("JWT claims are malformed")]
    Claims,
}

impl Refused {
    pub(crate) fn of_parts(count: usize) -> Refused {
        match count {
            0..3 => Refused::Index(count),
            _ => Refused::Malformed,
        }
    }
}
