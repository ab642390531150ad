//! How the evaluator calls a function or operator of the standard library.

use diag::Result;
use value::{Json, Uuid, Value};

/// A body of values alone.
pub type PureBody = fn(&[Value]) -> Result<Value>;
/// A body that takes or gives nothing at times.
pub type OptionalBody = fn(&Context<'_>, &[Option<Value>]) -> Result<Option<Value>>;
/// A body of sets.
pub type SetBody = fn(&Context<'_>, &mut [Arg]) -> Result<Vec<Value>>;

/// The body of one overload, by calling convention.
///
/// Arguments stand in the order in which the signature declares them, named-only ones included, with the defaults
/// already filled in by whoever calls; the arguments of a variadic parameter arrive as one array.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// All parameters and the result are singletons and nothing but the arguments matters. Called once for each
    /// combination of arguments.
    Pure(PureBody),
    /// A parameter or the result may be absent, or the answer depends on the [`Context`]. Called once for each
    /// combination of arguments; an absent argument stands only where the parameter is `optional`.
    Optional(OptionalBody),
    /// A parameter or the result is a set. Called once for each combination of the arguments that are not sets. The body
    /// may take the sets out of `args`.
    Set(SetBody),
}

/// One argument of a [`Body::Set`], by the mode of its parameter.
#[derive(Clone, Debug)]
pub enum Arg {
    /// A singleton parameter.
    One(Value),
    /// An `optional` parameter.
    Optional(Option<Value>),
    /// A `set of` parameter.
    Set(Vec<Value>),
}

/// What the bodies may know beside their arguments.
pub struct Context<'a> {
    /// When the statement began, in microseconds since 2000-01-01T00:00:00Z.
    pub statement_time: i64,
    /// When the transaction began, in microseconds since 2000-01-01T00:00:00Z.
    pub transaction_time: i64,
    /// The database around the query.
    pub host: &'a dyn Host,
}

/// How much of what others do a transaction sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    RepeatableRead,
    #[default]
    Serializable,
}

/// What the bodies ask of the database around the query.
pub trait Host {
    /// Takes the next value of the sequence behind the scalar type `scalar`; an error where there is none.
    fn sequence_next(&self, scalar: Uuid) -> Result<i64>;

    /// Makes the sequence go on after `value`; `None` makes it start again, and answers 1.
    fn sequence_reset(&self, scalar: Uuid, value: Option<i64>) -> Result<i64>;

    /// How many objects of the type there are, roughly.
    fn approximate_count(&self, object_type: Uuid, ignore_subtypes: bool) -> Result<i64>;

    /// The settings in force, as one JSON object by name; only from these sources, and from none above `max_source`.
    fn config(&self, sources: Option<&[String]>, max_source: Option<&str>) -> Result<Json>;

    /// Whom a token of the auth extension is about; an error for one that this branch did not sign.
    fn token_subject(&self, token: &str) -> Result<Option<Uuid>>;

    /// The branch the query runs in.
    fn branch(&self) -> &str;

    /// How much of what others do the transaction sees.
    fn isolation(&self) -> Isolation {
        Isolation::Serializable
    }

    /// The instance the branch is in.
    fn instance(&self) -> &str {
        "_unknown"
    }
}
