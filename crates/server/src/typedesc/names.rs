//! Names of types as descriptors give them.

use ir::Type;

/// The name of a type; a name inside the brackets of another is mangled once more for each level.
pub(super) fn type_name(ty: &Type) -> String {
    match ty {
        Type::Scalar(scalar) => scalar.name.to_string(),
        Type::Object(object) => object.name.to_string(),
        Type::Array(element) => format!("array<{}>", mangled(element)),
        Type::Range(element) => format!("range<{}>", mangled(element)),
        Type::MultiRange(element) => format!("multirange<{}>", mangled(element)),
        Type::Tuple(tuple) => {
            let elements =
                tuple.elements.iter().enumerate().map(|(index, element)| match tuple.names.get(index) {
                    Some(name) => format!("{name}:{}", mangled(element)),
                    None => mangled(element),
                });
            format!("tuple<{}>", elements.collect::<Vec<_>>().join(", "))
        }
        Type::Any => "anytype".into(),
        Type::View(view) => view.name.clone(),
    }
}

fn mangled(ty: &Type) -> String {
    type_name(ty).replace('&', "&&").replace('@', "&").replace('|', "||").replace("::", "|")
}
