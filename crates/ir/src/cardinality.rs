//! How many elements a set may have.

/// The number of elements an expression gives, as far as it is known before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// A statement that answers nothing.
    NoResult,
    AtMostOne,
    One,
    Many,
    AtLeastOne,
}

impl Cardinality {
    /// The cardinality with these bounds: `required` for a lower bound of one, `multi` for no upper bound.
    pub fn from_bounds(required: bool, multi: bool) -> Self {
        match (required, multi) {
            (false, false) => Cardinality::AtMostOne,
            (true, false) => Cardinality::One,
            (false, true) => Cardinality::Many,
            (true, true) => Cardinality::AtLeastOne,
        }
    }

    /// At least one element.
    pub fn is_required(self) -> bool {
        matches!(self, Cardinality::One | Cardinality::AtLeastOne)
    }

    /// Possibly more than one element.
    pub fn is_multi(self) -> bool {
        matches!(self, Cardinality::Many | Cardinality::AtLeastOne)
    }

    /// The cardinality of a cartesian product of two sets.
    pub fn product(self, other: Self) -> Self {
        Self::from_bounds(self.is_required() && other.is_required(), self.is_multi() || other.is_multi())
    }

    /// The same upper bound, no lower bound.
    pub fn optional(self) -> Self {
        Self::from_bounds(false, self.is_multi())
    }
}
