//! The elements that an expression gives. Sets of at most one element take no memory of their own.

use std::rc::Rc;

use value::Value;

/// Elements in order, with duplicates.
#[derive(Clone, Debug, Default)]
pub(crate) enum Set {
    #[default]
    Empty,
    One(Value),
    Many(Vec<Value>),
    /// The value of a variable, read in several places.
    Shared(Rc<[Value]>),
}

impl Set {
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Set::Empty => 0,
            Set::One(_) => 1,
            Set::Many(values) => values.len(),
            Set::Shared(values) => values.len(),
        }
    }

    pub(crate) fn as_slice(&self) -> &[Value] {
        match self {
            Set::Empty => &[],
            Set::One(value) => std::slice::from_ref(value),
            Set::Many(values) => values,
            Set::Shared(values) => values,
        }
    }

    /// The first element.
    pub(crate) fn first(self) -> Option<Value> {
        match self {
            Set::Empty => None,
            Set::One(value) => Some(value),
            Set::Many(values) => values.into_iter().next(),
            Set::Shared(values) => values.first().cloned(),
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Value> {
        match self {
            Set::Empty => Vec::new(),
            Set::One(value) => vec![value],
            Set::Many(values) => values,
            Set::Shared(values) => values.to_vec(),
        }
    }

    /// The same set, cheap to clone.
    pub(crate) fn shared(self) -> Set {
        match self {
            Set::Many(values) => Set::Shared(values.into()),
            other => other,
        }
    }

    pub(crate) fn push(&mut self, value: Value) {
        *self = match std::mem::take(self) {
            Set::Empty => Set::One(value),
            Set::Many(mut values) => {
                values.push(value);
                Set::Many(values)
            }
            other => {
                let mut values = other.into_vec();
                values.push(value);
                Set::Many(values)
            }
        };
    }
}

impl From<Option<Value>> for Set {
    fn from(value: Option<Value>) -> Self {
        value.map_or(Set::Empty, Set::One)
    }
}

impl From<Vec<Value>> for Set {
    fn from(mut values: Vec<Value>) -> Self {
        match values.len() {
            0 | 1 => values.pop().into(),
            _ => Set::Many(values),
        }
    }
}
