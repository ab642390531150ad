//! Limits of the schema's properties, in characters.

/// `User.name` and `Event.name`.
pub(crate) const NAME: usize = 50;
