//! How messages name things.

use ir::Type;

/// What a type is, and its name: `scalar type 'std::str'`, `object type 'default::User'`, `collection 'array<std::str>'`.
pub(crate) fn describe_type(ty: &Type) -> String {
    match ty {
        Type::Scalar(scalar) if !scalar.members.is_empty() => format!("enumerated type '{ty}'"),
        Type::Scalar(_) => format!("scalar type '{ty}'"),
        Type::Object(_) => format!("object type '{ty}'"),
        _ => format!("collection '{ty}'"),
    }
}
