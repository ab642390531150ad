//! The server and the database around the query: versions, names, settings, sequences, chance.

use diag::{Diagnostic, ErrorCode, Result};
use value::{EnumValue, Json, Object, Value};

use super::typed::optional;
use super::{Bodies, Body, Context, Isolation};

pub(super) const BODIES: Bodies = &[
    (
        "cfg::get_config_json(named only sources: optional array<std::str>, named only max_source: optional std::str)",
        optional!(context, config(sources, max_source)),
    ),
    (
        "ext::auth::_client_token_subject(optional std::str)",
        Body::Optional(|context, arguments| match arguments.first() {
            Some(Some(Value::Str(token))) => Ok(context.host.token_subject(token)?.map(Value::Uuid)),
            _ => Ok(None),
        }),
    ),
    ("std::random()", optional!(random())),
    ("std::sequence_next(schema::ScalarType)", optional!(context, sequence_next(scalar))),
    ("std::sequence_reset(schema::ScalarType)", optional!(context, sequence_restart(scalar))),
    (
        "std::sequence_reset(schema::ScalarType, std::int64)",
        optional!(context, sequence_reset(scalar, value)),
    ),
    (
        "sys::approximate_count(schema::ObjectType, named only ignore_subtypes: std::bool)",
        optional!(context, approximate_count(object_type, ignore_subtypes)),
    ),
    ("sys::get_current_branch()", optional!(context, branch())),
    ("sys::get_current_database()", optional!(context, branch())),
    ("sys::get_instance_name()", optional!(context, instance())),
    ("sys::get_transaction_isolation()", optional!(context, isolation())),
    ("sys::get_version()", optional!(version())),
    ("sys::get_version_as_str()", optional!(version_as_str())),
    (
        "sys::reset_query_stats(named only branch_name: optional std::str, named only id: optional std::uuid, named only minmax_only: optional std::bool)",
        Body::Optional(|_, _| Err(Diagnostic::unsupported("resetting query statistics"))),
    ),
    (
        "std::fts::search(anyobject, std::str, named only language: std::str, named only weights: optional array<std::float64>)",
        Body::Optional(|_, _| Err(Diagnostic::unsupported("full-text search"))),
    ),
    (
        "std::fts::with_options(std::str, named only language: std::anyenum, named only weight_category: optional std::fts::Weight)",
        Body::Optional(|_, _| Err(Diagnostic::unsupported("full-text search"))),
    ),
    (
        "std::net::http::schedule_request(std::str, named only body: optional std::bytes, named only headers: optional array<tuple<name: std::str, value: std::str>>, named only method: std::net::http::Method)",
        Body::Optional(|_, _| Err(Diagnostic::unsupported("scheduling an HTTP request"))),
    ),
    (
        "std::net::http::schedule_request(std::str, named only body: std::json, named only headers: optional array<tuple<name: std::str, value: std::str>>, named only method: std::net::http::Method)",
        Body::Optional(|_, _| Err(Diagnostic::unsupported("scheduling an HTTP request"))),
    ),
];

/// The version of Gel whose answers these are.
const VERSION: (i64, i64) = (8, 0);

fn config(context: &Context<'_>, sources: Option<&[Value]>, max_source: Option<&str>) -> Result<Json> {
    let name = |source: &Value| source.to_text().unwrap_or_default();
    let sources: Option<Vec<String>> = sources.map(|sources| sources.iter().map(name).collect());
    context.host.config(sources.as_deref(), max_source)
}

/// In [0, 1), with all 53 bits of a float's precision.
fn random() -> Result<f64> {
    let failed = |_| Diagnostic::new(ErrorCode::INTERNAL_SERVER, "the system gives no random numbers");
    let bits = getrandom::u64().map_err(failed)?;
    Ok((bits >> 11) as f64 / (1u64 << 53) as f64)
}

fn sequence_next(context: &Context<'_>, scalar: &Object) -> Result<i64> {
    context.host.sequence_next(scalar.id)
}

fn sequence_restart(context: &Context<'_>, scalar: &Object) -> Result<i64> {
    context.host.sequence_reset(scalar.id, None)
}

fn sequence_reset(context: &Context<'_>, scalar: &Object, value: i64) -> Result<i64> {
    context.host.sequence_reset(scalar.id, Some(value))
}

fn approximate_count(context: &Context<'_>, object_type: &Object, ignore_subtypes: bool) -> Result<i64> {
    context.host.approximate_count(object_type.id, ignore_subtypes)
}

fn branch(context: &Context<'_>) -> String {
    context.host.branch().to_string()
}

fn instance(context: &Context<'_>) -> String {
    context.host.instance().to_string()
}

fn isolation(context: &Context<'_>) -> EnumValue {
    match context.host.isolation() {
        Isolation::RepeatableRead => EnumValue { ordinal: 0, name: "RepeatableRead".into() },
        Isolation::Serializable => EnumValue { ordinal: 1, name: "Serializable".into() },
    }
}

fn version() -> Value {
    let stage = EnumValue { ordinal: 0, name: "dev".into() };
    let elements = [
        Value::Int64(VERSION.0),
        Value::Int64(VERSION.1),
        Value::Enum(stage),
        Value::Int64(0),
        Value::Array([].into()),
    ];
    Value::Tuple(elements.into())
}

fn version_as_str() -> String {
    format!("{}.{}-dev", VERSION.0, VERSION.1)
}
