//! The typed, self-contained query: types and Display, no behaviour.
