//! Running a query: arguments to the wire, rows to values, one function for each cardinality.

use std::ops::Deref;

use bytes::{BufMut, BytesMut};
use gel_errors::{ClientEncodingError, DescriptorMismatch, Error, ErrorKind, NoDataError};
use gel_protocol::common::Capabilities;
use gel_protocol::descriptors::{Descriptor, ObjectShapeDescriptor, TypePos};
use gel_protocol::errors::{DecodeError, decode_error};
use gel_protocol::query_arg::{DescriptorContext, Encoder, QueryArgs};
use gel_protocol::queryable::{self, Decoder, Queryable};
use gel_tokio::QueryExecutor;
use serde::{Deserialize, Serialize};

use crate::types::Json;
use crate::wire::{Decode, Encode, EncodeError, Mismatch, Types, encode_element};

/// How many values a query answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// It answers nothing, as a command does.
    NoResult,
    /// None or one.
    AtMostOne,
    /// Exactly one.
    One,
    /// Any number.
    Many,
    /// One or more.
    AtLeastOne,
}

/// What is known of a query before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryInfo {
    /// The path of its file in the query folder, without the extension: `users/get_users`.
    pub name: &'static str,
    /// The file that holds it, within the project; for a query in a Rust source also its name, after `#`.
    pub source: &'static str,
    /// Its text.
    pub text: &'static str,
    /// SHA-256 of the text, in hexadecimal.
    pub hash: &'static str,
    /// How many values it answers.
    pub cardinality: Cardinality,
    /// What running it would do: change data, change the schema.
    pub capabilities: Capabilities,
    /// It changes neither data nor schema, so it may be answered by a replica and repeated at will.
    pub read_only: bool,
    /// Tags that its file gives it.
    pub tags: &'static [&'static str],
}

/// A vector that holds one element at least: what a query answers that cannot come back empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "Vec<T>",
    into = "Vec<T>",
    bound(serialize = "T: Serialize + Clone", deserialize = "T: Deserialize<'de>")
)]
pub struct NonEmpty<T>(Vec<T>);

impl<T> TryFrom<Vec<T>> for NonEmpty<T> {
    type Error = &'static str;

    fn try_from(items: Vec<T>) -> Result<Self, Self::Error> {
        if items.is_empty() { Err("at least one element is expected") } else { Ok(NonEmpty(items)) }
    }
}

impl<T> From<NonEmpty<T>> for Vec<T> {
    fn from(items: NonEmpty<T>) -> Self {
        items.0
    }
}

impl<T> Deref for NonEmpty<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> IntoIterator for NonEmpty<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// One row, decoded through [`Decode`] instead of the client's own traits.
struct Row<T>(T);

impl<T: Decode> Queryable for Row<T> {
    type Args = ();

    fn decode(_: &Decoder, (): &(), bytes: &[u8]) -> Result<Self, DecodeError> {
        T::decode(bytes).map(Row).map_err(decode_error)
    }

    fn check_descriptor(
        context: &queryable::DescriptorContext<'_>,
        pos: TypePos,
    ) -> Result<(), queryable::DescriptorMismatch> {
        T::check(&Types::Output(context), pos).map_err(|mismatch| context.expected(&mismatch.to_string()))
    }
}

/// Runs a query that answers any number of values.
pub async fn many<T: Decode + Send>(
    executor: impl QueryExecutor,
    query: &str,
    args: &impl QueryArgs,
) -> Result<Vec<T>, Error> {
    let rows: Vec<Row<T>> = executor.query(query, args).await?;
    Ok(rows.into_iter().map(|Row(value)| value).collect())
}

/// Runs a query that answers one value or more.
pub async fn non_empty<T: Decode + Send>(
    executor: impl QueryExecutor,
    query: &str,
    args: &impl QueryArgs,
) -> Result<NonEmpty<T>, Error> {
    NonEmpty::try_from(many(executor, query, args).await?).map_err(NoDataError::with_message)
}

/// Runs a query that answers one value or none.
pub async fn one_or_nothing<T: Decode + Send>(
    executor: impl QueryExecutor,
    query: &str,
    args: &impl QueryArgs,
) -> Result<Option<T>, Error> {
    let row: Option<Row<T>> = executor.query_single(query, args).await?;
    Ok(row.map(|Row(value)| value))
}

/// Runs a query that answers exactly one value.
pub async fn one<T: Decode + Send>(
    executor: impl QueryExecutor,
    query: &str,
    args: &impl QueryArgs,
) -> Result<T, Error> {
    let Row(value) = executor.query_required_single(query, args).await?;
    Ok(value)
}

/// Runs a command that answers nothing.
pub async fn execute(executor: impl QueryExecutor, query: &str, args: &impl QueryArgs) -> Result<(), Error> {
    executor.execute(query, args).await
}

/// Runs a query and passes the JSON array of its answer through as the server wrote it.
pub async fn json(executor: impl QueryExecutor, query: &str, args: &impl QueryArgs) -> Result<Json, Error> {
    raw_json(executor.query_json(query, args).await?)
}

/// Runs a query of one value at most and passes its JSON through as the server wrote it.
pub async fn json_or_nothing(
    executor: impl QueryExecutor,
    query: &str,
    args: &impl QueryArgs,
) -> Result<Option<Json>, Error> {
    executor.query_single_json(query, args).await?.map(raw_json).transpose()
}

/// Runs a query of exactly one value and passes its JSON through as the server wrote it.
pub async fn json_of_one(
    executor: impl QueryExecutor,
    query: &str,
    args: &impl QueryArgs,
) -> Result<Json, Error> {
    // The client's own call for this gives a future that cannot cross threads.
    json_or_nothing(executor, query, args)
        .await?
        .ok_or_else(|| NoDataError::with_message("the query answered nothing"))
}

fn raw_json(text: gel_protocol::model::Json) -> Result<Json, Error> {
    String::from(text).parse().map_err(gel_errors::ProtocolEncodingError::with_source)
}

/// The arguments of a query: how many, and a function that writes the one that the server asks for by name.
///
/// The values are borrowed and go straight to the wire; whatever order the server wants, it gets.
pub struct Args<F> {
    count: usize,
    write: F,
}

impl<F: Fn(&str, Arg<'_>) -> Result<(), Error> + Send + Sync> Args<F> {
    /// `count` arguments, written by `write`.
    pub fn new(count: usize, write: F) -> Self {
        Args { count, write }
    }
}

/// Where one argument goes.
pub struct Arg<'a> {
    name: &'a str,
    types: Types<'a>,
    pos: TypePos,
    out: &'a mut BytesMut,
}

impl Arg<'_> {
    /// Writes a value.
    pub fn required<T: Encode + ?Sized>(self, value: &T) -> Result<(), Error> {
        T::check(&self.types, self.pos).map_err(|mismatch| self.mismatch(&mismatch))?;
        encode_element(value, self.out).map_err(|error| encoding_error(self.name, &error))
    }

    /// Writes a value, or that there is none.
    pub fn optional<T: Encode + ?Sized>(self, value: Option<&T>) -> Result<(), Error> {
        match value {
            Some(value) => self.required(value),
            None => {
                self.out.put_i32(-1);
                Ok(())
            }
        }
    }

    /// The server asks for an argument that the code was not generated for.
    pub fn unknown(self) -> Result<(), Error> {
        Err(self.mismatch(&Mismatch::new("no such argument", format!("`${}`", self.name))))
    }

    fn mismatch(&self, mismatch: &Mismatch) -> Error {
        DescriptorMismatch::with_message(format!("argument `${}`: {mismatch}", self.name))
    }
}

fn encoding_error(name: &str, error: &EncodeError) -> Error {
    ClientEncodingError::with_message(format!("argument `${name}`: {error}"))
}

impl<F: Fn(&str, Arg<'_>) -> Result<(), Error> + Send + Sync> QueryArgs for Args<F> {
    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        let shape = argument_shape(encoder.ctx)?;
        if shape.elements.len() != self.count {
            let mismatch = Mismatch::new(format!("{} arguments", self.count), shape.elements.len());
            return Err(DescriptorMismatch::with_message(mismatch.to_string()));
        }
        encoder.buf.put_u32(u32::try_from(self.count).unwrap_or(u32::MAX));
        for element in &shape.elements {
            encoder.buf.put_u32(0);
            let types = Types::Input(encoder.ctx);
            let arg = Arg { name: &element.name, types, pos: element.type_pos, out: encoder.buf };
            (self.write)(&element.name, arg)?;
        }
        Ok(())
    }
}

/// The shape of the arguments. The client does not say where the root stands, but it always stands last.
fn argument_shape<'a>(context: &'a DescriptorContext<'_>) -> Result<&'a ObjectShapeDescriptor, Error> {
    let last = (0..u16::MAX).map_while(|pos| context.get(TypePos(pos)).ok()).last();
    match last {
        Some(Descriptor::ObjectShape(shape)) => Ok(shape),
        _ => Err(DescriptorMismatch::with_message("the query takes no arguments; run `cargo xtask codegen`")),
    }
}
