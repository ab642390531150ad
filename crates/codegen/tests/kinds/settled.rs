//! The same code where a project decides all that it can: one file in a module, types of its own, names as written.

use std::fmt;

use runtime::{
    BytesMut, Client, Decode, DecodeError, Described, Encode, EncodeError, Mismatch, TypePos, Types,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[path = "settled/code.rs"]
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "a test is not the crate that this code is made for"
)]
pub(crate) mod code;

/// A type of the project's own in place of one that would be chosen.
macro_rules! own_type {
    ($name:ident over $inner:ty) => {
        #[derive(Clone, Debug, PartialEq, PartialOrd, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) $inner);

        impl Described for $name {
            fn check(types: &Types<'_>, pos: TypePos) -> Result<(), Mismatch> {
                <$inner>::check(types, pos)
            }
        }

        impl Decode for $name {
            fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                <$inner>::decode(bytes).map($name)
            }
        }

        impl Encode for $name {
            fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
                self.0.encode(out)
            }
        }
    };
}

own_type!(Id over runtime::Uuid);
own_type!(Title over String);

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[test]
fn types_of_the_project_stand_where_it_wants_them() {
    let row: code::ContentResult = serde_json::from_str(
        r#"{"kind":"default::Movie","title":"T","rating":null,"length":1,"director":null,"tags":[]}"#,
    )
    .expect("a row");
    let code::ContentResult::Movie(movie) = row else { panic!("no movie") };
    assert_eq!(movie.title.to_string(), "T");
    let id: fn(&code::deep_er::ArgumentsParams) -> &Id = |params| &params.uuid;
    let _ = id;
}

#[test]
fn the_registry_and_the_schema_stand_in_the_one_file() {
    assert_eq!(code::QUERIES.len(), 4);
    assert_eq!(code::schema::default::Mood::ALL.len(), 5);
    assert_eq!(code::QUERIES[1].text, code::deep_er::arguments::QUERY);
}

#[tokio::test]
async fn globals_and_the_session_are_set_on_a_client() {
    let config = gel_tokio::Builder::new().dsn("gel://admin@127.0.0.1:1/main?tls_security=insecure");
    let client = Client::new(&config.without_system().build().expect("a configuration"));
    let globals = code::schema::Globals {
        tenant: Some("t".to_owned()),
        mood: Some(code::schema::default::Mood::Happy),
        shop_share: Some("0.50".parse().expect("a decimal")),
    };
    let _: Client = globals.on(&code::in_session(&client)).expect("every value can be sent");
}
