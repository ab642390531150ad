//! Values of every kind that can be stored, for tests; from few candidates, so that equal ones meet.

use std::sync::Arc;

use proptest::prelude::*;
use value::{BigInt, DateDuration, Decimal, EnumValue, Json, Range, RelativeDuration, Value};

/// Two values of one kind.
pub(crate) fn pair() -> impl Strategy<Value = (Value, Value)> {
    proptest::strategy::Union::new(kinds().into_iter().map(|kind| (kind.clone(), kind)))
}

fn kinds() -> Vec<BoxedStrategy<Value>> {
    let mut kinds = scalars();
    let nested: Vec<_> = scalars().into_iter().map(array).collect();
    kinds.extend(scalars().into_iter().map(array));
    kinds.extend(nested.into_iter().map(array));
    kinds.extend(scalars().into_iter().map(|kind| tuple(kind, int64().boxed())));
    kinds.push(range(int64().boxed()).prop_map(|range| Value::Range(Arc::new(range))).boxed());
    kinds.push(range(decimal_value().boxed()).prop_map(|range| Value::Range(Arc::new(range))).boxed());
    let ranges = prop::collection::vec(range(int64().boxed()), 0..3);
    kinds.push(ranges.prop_map(|ranges| Value::MultiRange(ranges.into())).boxed());
    kinds
}

fn scalars() -> Vec<BoxedStrategy<Value>> {
    let micros = || prop_oneof![-2..3i64, Just(2_592_000_000_000), any::<i64>()];
    let uuid = prop_oneof![0..3u128, any::<u128>()].prop_map(|id| Value::Uuid(uuid::Uuid::from_u128(id)));
    let member = (0..3u32).prop_map(|ordinal| {
        Value::Enum(EnumValue { ordinal, name: ["one", "two", "three"][ordinal as usize].into() })
    });
    let relative = (-1..2i32, -31..32i32, micros()).prop_map(|(months, days, micros)| {
        Value::RelativeDuration(RelativeDuration { months, days, micros })
    });
    let date = (any::<i32>(), -31..32i32)
        .prop_map(|(months, days)| Value::DateDuration(DateDuration { months, days }));
    let vector = prop::collection::vec(prop_oneof![Just(0.0f32), any::<f32>()], 0..3);
    vec![
        any::<bool>().prop_map(Value::Bool).boxed(),
        any::<i16>().prop_map(Value::Int16).boxed(),
        any::<i32>().prop_map(Value::Int32).boxed(),
        int64().boxed(),
        float().prop_map(|value| Value::Float32(value as f32)).boxed(),
        float().prop_map(Value::Float64).boxed(),
        bigint().prop_map(|value| Value::BigInt(Arc::new(value))).boxed(),
        decimal_value().boxed(),
        text().prop_map(|text| Value::Str(text.into())).boxed(),
        text().prop_map(|text| Value::Bytes(text.into_bytes().into())).boxed(),
        uuid.boxed(),
        json().prop_map(|json| Value::Json(Arc::new(json))).boxed(),
        member.boxed(),
        micros().prop_map(Value::Datetime).boxed(),
        micros().prop_map(Value::LocalDatetime).boxed(),
        any::<i32>().prop_map(Value::LocalDate).boxed(),
        micros().prop_map(Value::LocalTime).boxed(),
        micros().prop_map(Value::Duration).boxed(),
        relative.boxed(),
        date.boxed(),
        micros().prop_map(Value::Memory).boxed(),
        vector.prop_map(|values| Value::Vector(values.into())).boxed(),
    ]
}

fn int64() -> impl Strategy<Value = Value> {
    prop_oneof![-2..3i64, any::<i64>()].prop_map(Value::Int64)
}

fn float() -> impl Strategy<Value = f64> {
    let special = [0.0, -0.0, 1.0, -1.0, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324];
    prop_oneof![prop::sample::select(special.to_vec()), any::<f64>()]
}

fn bigint() -> impl Strategy<Value = BigInt> {
    (prop_oneof![-2..3i64, any::<i64>()], 0..25u32)
        .prop_map(|(number, power)| BigInt::from(number) * BigInt::from(10).pow(power))
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (bigint(), -3..30i64).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn decimal_value() -> impl Strategy<Value = Value> {
    decimal().prop_map(|value| Value::Decimal(Arc::new(value)))
}

/// With zero bytes and beginnings of each other.
fn text() -> impl Strategy<Value = String> {
    let letter = prop::sample::select(vec!['\0', '\u{1}', 'a', 'b', 'é', '\u{10ffff}']);
    prop::collection::vec(letter, 0..4).prop_map(String::from_iter)
}

fn json() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        decimal().prop_map(Json::Number),
        text().prop_map(|text| Json::String(text.into())),
    ];
    scalar.prop_recursive(3, 12, 3, |inner| {
        let members = prop::collection::btree_map("[ab]{1,2}", inner.clone(), 0..3);
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(Json::Array),
            members.prop_map(|members| {
                let mut members: Vec<_> =
                    members.into_iter().map(|(name, item)| (name.into(), item)).collect();
                members.sort_by_key(|(name, _): &(Arc<str>, Json)| (name.len(), name.clone()));
                Json::Object(members)
            }),
        ]
    })
}

fn array(kind: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::collection::vec(kind, 0..3).prop_map(|values| Value::Array(values.into())).boxed()
}

fn tuple(first: BoxedStrategy<Value>, second: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    (first, second).prop_map(|(first, second)| Value::Tuple([first, second].into())).boxed()
}

fn range(kind: BoxedStrategy<Value>) -> impl Strategy<Value = Range> {
    let bound = || prop::option::of(kind.clone());
    (bound(), bound(), any::<bool>(), any::<bool>(), prop::bool::weighted(0.2)).prop_map(
        |(lower, upper, inc_lower, inc_upper, empty)| Range {
            inc_lower: inc_lower && lower.is_some() && !empty,
            inc_upper: inc_upper && upper.is_some() && !empty,
            lower: lower.filter(|_| !empty),
            upper: upper.filter(|_| !empty),
            empty,
        },
    )
}
