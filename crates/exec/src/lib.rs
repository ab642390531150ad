//! IR and storage to values; bodies of the standard functions.

pub mod std;
