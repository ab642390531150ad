//! The scalars that every server has, by id and by name.

use diag::Diagnostic;
use gel_protocol::codec;
use uuid::Uuid;

/// The scalars that every server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// `std::str`
    Str,
    /// `std::bool`
    Bool,
    /// `std::int16`
    Int16,
    /// `std::int32`
    Int32,
    /// `std::int64`
    Int64,
    /// `std::float32`
    Float32,
    /// `std::float64`
    Float64,
    /// `std::bigint`
    BigInt,
    /// `std::decimal`
    Decimal,
    /// `std::bytes`
    Bytes,
    /// `std::uuid`
    Uuid,
    /// `std::json`
    Json,
    /// `std::datetime`
    Datetime,
    /// `std::cal::local_datetime`
    LocalDatetime,
    /// `std::cal::local_date`
    LocalDate,
    /// `std::cal::local_time`
    LocalTime,
    /// `std::duration`
    Duration,
    /// `std::cal::relative_duration`
    RelativeDuration,
    /// `std::cal::date_duration`
    DateDuration,
    /// `cfg::memory`
    ConfigMemory,
    /// `ext::pgvector::vector`
    Vector,
    /// `ext::pgvector::halfvec`
    HalfVec,
    /// `ext::pgvector::sparsevec`
    SparseVec,
    /// `ext::postgis::geometry`
    Geometry,
    /// `ext::postgis::geography`
    Geography,
    /// `ext::postgis::box2d`
    Box2d,
    /// `ext::postgis::box3d`
    Box3d,
}

impl Scalar {
    /// Passed by value.
    pub fn is_copy(self) -> bool {
        use Scalar::*;
        !matches!(
            self,
            Str | BigInt
                | Decimal
                | Bytes
                | Json
                | Vector
                | HalfVec
                | SparseVec
                | Geometry
                | Geography
                | Box2d
                | Box3d
        )
    }
}

/// The scalar with an id; `name` is for the message.
pub(crate) fn base_scalar(id: Uuid, name: Option<&str>) -> Result<Scalar, Diagnostic> {
    let found = SCALARS.iter().find(|(known, ..)| *known == id).map(|(.., scalar)| *scalar);
    found.ok_or_else(|| match name {
        Some(name) if !name.is_empty() => Diagnostic::unsupported(format!("the scalar type `{name}`")),
        _ => Diagnostic::unsupported(format!("the scalar type with id {id}")),
    })
}

/// Whether every server has a scalar of this name.
pub(crate) fn is_base_scalar(name: &str) -> bool {
    SCALARS.iter().any(|(_, known, _)| *known == name)
}

const HALFVEC: Uuid = Uuid::from_u128(0x4ba84534_188e_43b4_a7ce_cea2af0f405b);
const SPARSEVEC: Uuid = Uuid::from_u128(0x003e434d_cac2_430a_b238_fb39d73447d2);

/// Ids are the same on every server.
const SCALARS: [(Uuid, &str, Scalar); 32] = [
    (codec::STD_STR, "std::str", Scalar::Str),
    (codec::STD_BOOL, "std::bool", Scalar::Bool),
    (codec::STD_INT16, "std::int16", Scalar::Int16),
    (codec::STD_INT32, "std::int32", Scalar::Int32),
    (codec::STD_INT64, "std::int64", Scalar::Int64),
    (codec::STD_FLOAT32, "std::float32", Scalar::Float32),
    (codec::STD_FLOAT64, "std::float64", Scalar::Float64),
    (codec::STD_BIGINT, "std::bigint", Scalar::BigInt),
    (codec::STD_DECIMAL, "std::decimal", Scalar::Decimal),
    (codec::STD_BYTES, "std::bytes", Scalar::Bytes),
    (codec::STD_UUID, "std::uuid", Scalar::Uuid),
    (codec::STD_JSON, "std::json", Scalar::Json),
    (codec::STD_PG_JSON, "std::pg::json", Scalar::Json),
    (codec::STD_DATETIME, "std::datetime", Scalar::Datetime),
    (codec::STD_PG_TIMESTAMPTZ, "std::pg::timestamptz", Scalar::Datetime),
    (codec::CAL_LOCAL_DATETIME, "std::cal::local_datetime", Scalar::LocalDatetime),
    (codec::STD_PG_TIMESTAMP, "std::pg::timestamp", Scalar::LocalDatetime),
    (codec::CAL_LOCAL_DATE, "std::cal::local_date", Scalar::LocalDate),
    (codec::STD_PG_DATE, "std::pg::date", Scalar::LocalDate),
    (codec::CAL_LOCAL_TIME, "std::cal::local_time", Scalar::LocalTime),
    (codec::STD_DURATION, "std::duration", Scalar::Duration),
    (codec::CAL_RELATIVE_DURATION, "std::cal::relative_duration", Scalar::RelativeDuration),
    (codec::STD_PG_INTERVAL, "std::pg::interval", Scalar::RelativeDuration),
    (codec::CAL_DATE_DURATION, "std::cal::date_duration", Scalar::DateDuration),
    (codec::CFG_MEMORY, "cfg::memory", Scalar::ConfigMemory),
    (codec::PGVECTOR_VECTOR, "ext::pgvector::vector", Scalar::Vector),
    (HALFVEC, "ext::pgvector::halfvec", Scalar::HalfVec),
    (SPARSEVEC, "ext::pgvector::sparsevec", Scalar::SparseVec),
    (codec::POSTGIS_GEOMETRY, "ext::postgis::geometry", Scalar::Geometry),
    (codec::POSTGIS_GEOGRAPHY, "ext::postgis::geography", Scalar::Geography),
    (codec::POSTGIS_BOX_2D, "ext::postgis::box2d", Scalar::Box2d),
    (codec::POSTGIS_BOX_3D, "ext::postgis::box3d", Scalar::Box3d),
];
