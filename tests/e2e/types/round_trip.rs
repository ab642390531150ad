//! One value, there and back on every road.

use std::fmt::Debug;

use gel_tokio::Client;
use runtime::{AsGel, BytesMut, Decode, Encode, Exact};

use super::Row;

/// What a type must be able to do to be a result and an argument.
pub(super) trait Travels: Decode + Encode + Exact + PartialEq + Debug + Send + Sync {}

impl<T: Decode + Encode + Exact + PartialEq + Debug + Send + Sync> Travels for T {}

/// The value of a literal, its JSON and its bytes, after it went everywhere and came back the same.
pub(super) async fn check<T: Travels>(client: &Client, gel: &str, literal: &str) -> Row {
    let query = format!("select {literal}");
    let value: T =
        runtime::one(client, &query, &()).await.unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let json = serde_json::to_string(&AsGel(&value)).expect("JSON");
    let server = runtime::json_of_one(client, &query, &()).await.expect("the server's JSON");
    assert_eq!(compact(&json), compact(server.as_str()), "the JSON of {literal}");
    let AsGel(read) = serde_json::from_str::<AsGel<T>>(&json).expect("its own JSON");
    assert_eq!(same(&read), same(&value), "{literal} read from {json}");

    let mut bytes = BytesMut::new();
    value.encode(&mut bytes).expect("encodes");
    assert_eq!(same(&T::decode(&bytes).expect("decodes")), same(&value), "the bytes of {literal}");
    Box::pin(arguments(client, gel, &value)).await;
    let wire = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Row { literal: literal.to_owned(), json, wire }
}

/// A NaN is equal to itself here.
fn same<T: Debug>(value: &T) -> String {
    format!("{value:?}")
}

/// The value as an argument: named, positional, optional, in a tuple, in an array, in an array of tuples.
async fn arguments<T: Travels>(client: &Client, gel: &str, value: &T) {
    let named = one::<T, _>(client, &format!("select <{gel}>$value"), value).await;
    assert_eq!(same(&named), same(value), "<{gel}>$value");
    let positional = one::<T, _>(client, &format!("select <{gel}>$0"), value).await;
    assert_eq!(same(&positional), same(value), "<{gel}>$0");

    let query = format!("select <optional {gel}>$value");
    let given = optional(client, &query, Some(value)).await;
    assert_eq!(same(&given), same(&Some(value)), "{query}");
    assert!(optional::<T>(client, &query, None).await.is_none(), "{query} without a value");

    let pair: (String, T) =
        one(client, &format!("select <tuple<str, {gel}>>$value"), &("a".to_owned(), value)).await;
    assert_eq!(same(&pair.1), same(value), "<tuple<str, {gel}>>$value");
    if T::IS_ARRAY {
        return;
    }
    let array: Vec<T> = one(client, &format!("select <array<{gel}>>$value"), &vec![value, value]).await;
    assert_eq!(same(&array), same(&[value, value]), "<array<{gel}>>$value");
    let query = format!("select <array<tuple<{gel}, int64>>>$value");
    let pairs: Vec<(T, i64)> = one(client, &query, &vec![(value, 1i64), (value, 2)]).await;
    assert_eq!(same(&pairs[1]), same(&(value, 2)), "{query}");
    let query = format!("with value := <{gel}>$value select {{value, value}}");
    let set: Vec<T> = runtime::many(client, &query, &argument(value)).await.expect("a set");
    assert_eq!(same(&set), same(&[value, value]), "{query}");
}

fn argument<V: Encode + Send + Sync>(value: &V) -> impl runtime::QueryArgs {
    runtime::Args::new(1, move |_, slot| slot.required(value))
}

async fn one<T: Travels, V: Encode + Send + Sync>(client: &Client, query: &str, value: &V) -> T {
    let answer = runtime::one(client, query, &argument(value)).await;
    answer.unwrap_or_else(|error| panic!("{query}: {error:?}"))
}

async fn optional<T: Travels>(client: &Client, query: &str, value: Option<&T>) -> Option<T> {
    let args = runtime::Args::new(1, move |_, slot| slot.optional(value));
    let answer = runtime::one_or_nothing(client, query, &args).await;
    answer.unwrap_or_else(|error| panic!("{query}: {error:?}"))
}

/// JSON without the spaces between its tokens.
fn compact(json: &str) -> String {
    let (mut compact, mut in_string, mut escaped) = (String::new(), false, false);
    for c in json.chars() {
        if in_string || !c.is_whitespace() {
            compact.push(c);
        }
        in_string ^= c == '"' && !escaped;
        escaped = in_string && c == '\\' && !escaped;
    }
    compact
}
