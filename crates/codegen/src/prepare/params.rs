//! The arguments of a query.

use diag::Diagnostic;
use gel_protocol::common::Cardinality;
use gel_protocol::descriptors::{Descriptor, ShapeElement, Typedesc};

use super::types::TypeBuilder;
use crate::failure::cannot_generate;
use crate::ident::{self, Names};
use crate::model::Param;

/// Names that the printed function uses itself.
const TAKEN: [&str; 4] = ["arguments", "asked", "executor", "slot"];

/// The arguments in the server's order; their struct types are named after `params_name`.
pub(super) fn prepare(
    input: &Typedesc,
    types: &mut TypeBuilder<'_>,
    params_name: &str,
) -> Result<Vec<Param>, Diagnostic> {
    let mut names = Names::reserving(&TAKEN);
    match input.root() {
        None => Ok(Vec::new()),
        Some(Descriptor::ObjectShape(shape)) => {
            shape.elements.iter().map(|element| param(element, types, params_name, &mut names)).collect()
        }
        Some(Descriptor::Tuple(tuple)) if tuple.element_types.is_empty() => Ok(Vec::new()),
        Some(_) => Err(cannot_generate("the server describes the arguments in a form that is not known")),
    }
}

fn param(
    element: &ShapeElement,
    types: &mut TypeBuilder<'_>,
    params_name: &str,
    names: &mut Names,
) -> Result<Param, Diagnostic> {
    let positional = element.name.bytes().all(|b| b.is_ascii_digit());
    let wanted = if positional { format!("arg{}", element.name) } else { ident::snake(&element.name) };
    let path = format!("${}", element.name);
    let ty = types.build_at(&path, element.type_pos, &format!("{params_name}{}", ident::camel(&wanted)))?;
    let optional = element.cardinality != Some(Cardinality::One);
    let facts = types.argument_facts(&element.name)?;
    Ok(Param { name: element.name.clone(), ident: names.unique(&wanted), ty, optional, facts })
}
