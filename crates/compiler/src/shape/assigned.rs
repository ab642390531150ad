//! Link properties that the shape of an assigned value sets.

use std::sync::Arc;

use ir::{ElementKind, LinkPropertyAssignment, Type};

/// Which link properties the shape of an assigned value sets, and in which fields they are.
pub(crate) fn link_property_assignments(ty: &Type) -> Vec<LinkPropertyAssignment> {
    let Type::Object(object) = ty else { return Vec::new() };
    let elements = object.shape.iter().flat_map(|shape| &shape.elements).enumerate();
    elements
        .filter(|(_, element)| element.kind == ElementKind::LinkProperty && element.computed)
        .map(|(field, element)| LinkPropertyAssignment { name: Arc::clone(&element.name), field })
        .collect()
}
