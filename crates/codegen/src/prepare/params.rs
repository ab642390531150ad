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

/// The arguments in the order in which `text` first names them, which is how a reader of the query knows them; the
/// server's order is that of its compiler. Their struct types are named after `params_name`.
pub(super) fn prepare(
    input: &Typedesc,
    types: &mut TypeBuilder<'_>,
    params_name: &str,
    text: &str,
) -> Result<Vec<Param>, Diagnostic> {
    let mut names = Names::reserving(&TAKEN);
    match input.root() {
        None => Ok(Vec::new()),
        Some(Descriptor::ObjectShape(shape)) => {
            let mut elements: Vec<&ShapeElement> = shape.elements.iter().collect();
            elements.sort_by_key(|element| first_mention(text, &element.name));
            elements.into_iter().map(|element| param(element, types, params_name, &mut names)).collect()
        }
        Some(Descriptor::Tuple(tuple)) if tuple.element_types.is_empty() => Ok(Vec::new()),
        Some(_) => Err(cannot_generate("the server describes the arguments in a form that is not known")),
    }
}

/// Where a text first names an argument, below the comments at its head; numbers come in their own order.
fn first_mention(text: &str, name: &str) -> usize {
    if let Ok(number) = name.parse() {
        return number;
    }
    let head: usize = text.split_inclusive('\n').take_while(|line| is_comment(line)).map(str::len).sum();
    let body = text.get(head..).unwrap_or_default();
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let plain = format!("${name}");
    let mentions =
        body.match_indices(&plain).filter(|(at, _)| body.get(at + plain.len()..).is_some_and(ends));
    let quoted = body.find(&format!("$`{name}`"));
    mentions.map(|(at, _)| at).chain(quoted).min().unwrap_or(usize::MAX)
}

fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

fn param(
    element: &ShapeElement,
    types: &mut TypeBuilder<'_>,
    params_name: &str,
    names: &mut Names,
) -> Result<Param, Diagnostic> {
    let positional = element.name.bytes().all(|b| b.is_ascii_digit());
    let wanted = if positional { format!("arg{}", element.name) } else { types.ident(&element.name) };
    let path = format!("${}", element.name);
    let struct_name = format!("{params_name}{}", ident::camel(&wanted));
    let ty = match types.type_of_argument(&element.name) {
        Some(ty) => ty,
        None => types.build_at(&path, element.type_pos, &struct_name)?,
    };
    let optional = element.cardinality != Some(Cardinality::One);
    let facts = types.argument_facts(&element.name)?;
    Ok(Param { name: element.name.clone(), ident: names.unique(&wanted), ty, optional, facts })
}
