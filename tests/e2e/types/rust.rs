//! The Rust types of the table, by the names that stand in it.

use std::pin::Pin;

use gel_tokio::Client;
use runtime::*;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::Type;
use super::round_trip::{self, Travels};

/// As the generator writes an enum of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ToSchema)]
pub(super) enum Mood {
    Happy,
    #[serde(rename = "so-so")]
    SoSo,
    #[serde(rename = "1st")]
    First,
}

impl Mood {
    const ALL: &[Mood] = &[Mood::Happy, Mood::SoSo, Mood::First];

    const fn as_str(self) -> &'static str {
        match self {
            Mood::Happy => "Happy",
            Mood::SoSo => "so-so",
            Mood::First => "1st",
        }
    }
}

runtime::enum_forms!(Mood);

/// As the generator writes a scalar of the schema.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(max_length = 80)]
pub(super) struct Email(pub(super) String);

runtime::newtype_forms!(Email, String);

/// The same over a float.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize, ToSchema)]
#[serde(transparent)]
pub(super) struct Share(#[serde(with = "runtime::exact")] pub(super) f64);

runtime::newtype_forms!(Share, f64);

/// Sends each value of a type on its way, and answers the table's rows as they were found.
macro_rules! by_name {
    ($($name:literal = $type:ty;)*) => {
        pub(super) fn check(client: &Client, ty: Type) -> Pin<Box<dyn Future<Output = Type> + '_>> {
            match ty.rust.as_str() {
                $($name => {
                    #[derive(ToSchema)]
                    #[allow(dead_code, reason = "only its schema is asked for")]
                    struct Holder {
                        #[schema(inline)]
                        value: $type,
                    }
                    Box::pin(check_all::<$type>(client, ty, Holder::schema()))
                })*
                other => panic!("`{other}` is not among the Rust types"),
            }
        }
    };
}

by_name! {
    "String" = String;
    "bool" = bool;
    "i16" = i16;
    "i32" = i32;
    "i64" = i64;
    "f32" = f32;
    "f64" = f64;
    "BigInt" = BigInt;
    "Decimal" = Decimal;
    "Bytes" = Bytes;
    "Uuid" = Uuid;
    "Json" = Json;
    "Datetime" = Datetime;
    "LocalDatetime" = LocalDatetime;
    "LocalDate" = LocalDate;
    "LocalTime" = LocalTime;
    "Duration" = Duration;
    "RelativeDuration" = RelativeDuration;
    "DateDuration" = DateDuration;
    "ConfigMemory" = ConfigMemory;
    "Mood" = Mood;
    "Email" = Email;
    "Share" = Share;
    "Vec<String>" = Vec<String>;
    "Vec<f64>" = Vec<f64>;
    "Vec<Mood>" = Vec<Mood>;
    "(String, i64)" = (String, i64);
    "(f64, (bool, Vec<i64>))" = (f64, (bool, Vec<i64>));
    "Vec<(String, Decimal)>" = Vec<(String, Decimal)>;
    "Range<i32>" = Range<i32>;
    "Range<i64>" = Range<i64>;
    "Range<f32>" = Range<f32>;
    "Range<f64>" = Range<f64>;
    "Range<Decimal>" = Range<Decimal>;
    "Range<Datetime>" = Range<Datetime>;
    "Range<LocalDatetime>" = Range<LocalDatetime>;
    "Range<LocalDate>" = Range<LocalDate>;
    "MultiRange<i64>" = MultiRange<i64>;
    "MultiRange<f64>" = MultiRange<f64>;
    "MultiRange<LocalDate>" = MultiRange<LocalDate>;
}

/// `holder` describes a struct with a field of the type.
async fn check_all<T: Travels>(client: &Client, mut ty: Type, holder: RefOr<Schema>) -> Type {
    let holder = serde_json::to_value(&holder).expect("JSON");
    ty.openapi = holder["properties"]["value"].to_string();
    for row in &mut ty.rows {
        // Polled futures nest deep, and a test has little stack: each on the heap by itself.
        *row = Box::pin(round_trip::check::<T>(client, &ty.gel, &row.literal)).await;
    }
    ty
}
