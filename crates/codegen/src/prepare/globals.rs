//! The globals of the schema, as the description of session state tells their types.

use std::collections::BTreeMap;

use gel_protocol::descriptors::{Descriptor, TypePos, Typedesc};

use super::narrowing::Narrowings;
use super::types::{Given, TypeBuilder};
use crate::Options;
use crate::comment::Comments;
use crate::ident::Names;
use crate::model::{Global, RustType, Scalar, SchemaType};

/// The globals that code may set, with the enums and scalars of the schema that they need. What the client cannot send
/// as a global is left out.
pub(super) fn prepare(
    options: &Options,
    schema: &mut BTreeMap<String, BTreeMap<String, SchemaType>>,
) -> Vec<Global> {
    let Some(state) = options.state.as_ref().and_then(|raw| raw.decode().ok()) else { return Vec::new() };
    let (comments, narrowings) = (Comments::default(), Narrowings::default());
    let given = Given {
        facts: &options.facts,
        settings: &options.settings,
        comments: &comments,
        narrowings: &narrowings,
    };
    let mut names = Names::default();
    let mut globals = Vec::new();
    for (name, pos) in elements(&state) {
        let mut types = TypeBuilder::new::<&str>(&state, given, &[]);
        let Some(ty) = types.build(pos, "Global").ok().filter(can_be_set) else { continue };
        let short = name.strip_prefix("default::").unwrap_or(name).replace("::", "_");
        let ident = names.unique(&types.ident(&short));
        for (module, ident, needed) in types.finish().schema {
            schema.entry(module).or_default().entry(ident).or_insert(needed);
        }
        globals.push(Global { name: name.to_owned(), ident, ty });
    }
    globals.sort_by(|a, b| a.name.cmp(&b.name));
    globals
}

fn can_be_set(ty: &RustType) -> bool {
    use Scalar::*;
    match ty {
        RustType::Scalar(scalar) => {
            !matches!(scalar, Vector | HalfVec | SparseVec | Geometry | Geography | Box2d | Box3d)
        }
        RustType::Schema { .. } => true,
        _ => false,
    }
}

/// The elements of `globals` in the state's shape, without those that the server sets itself.
fn elements(state: &Typedesc) -> Vec<(&str, TypePos)> {
    let root = state.descriptors().iter().rev().find_map(|descriptor| match descriptor {
        Descriptor::InputShape(shape) => Some(shape),
        _ => None,
    });
    let globals = root.and_then(|root| root.elements.iter().find(|element| element.name == "globals"));
    match globals.and_then(|globals| state.get(globals.type_pos).ok()) {
        Some(Descriptor::InputShape(shape)) => {
            let own = shape.elements.iter().filter(|element| !element.name.starts_with("sys::"));
            own.map(|element| (element.name.as_str(), element.type_pos)).collect()
        }
        _ => Vec::new(),
    }
}
