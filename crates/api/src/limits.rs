//! Limits of the schema's properties, in characters.

/// `User.name` and `Event.name`.
pub(crate) const NAME: usize = queries::schema::default::user_limits::NAME_MAX_LENGTH;
