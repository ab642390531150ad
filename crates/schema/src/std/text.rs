//! Splitting the lines of the standard library files.

use std::collections::HashMap;
use std::sync::Arc;

use value::Uuid;

use crate::identity::derived_id;
use crate::model::{Parameter, ParameterKind, TypeMod};
use crate::{Expression, TupleElement, TypeRef};

/// The types known so far, by full name.
pub(super) type TypeNames<'t> = HashMap<&'t str, TypeRef>;

/// Lines that are neither empty nor comments.
pub(super) fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Splits at `separator` outside of brackets and quotes.
pub(super) fn split_outside<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut depth = 0u32;
    let mut quoted = false;
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b')' | b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
            _ if depth == 0 && text.as_bytes()[at..].starts_with(separator.as_bytes()) && at >= start => {
                parts.push(&text[start..at]);
                start = at + separator.len();
            }
            _ => {}
        }
    }
    if start < text.len() {
        parts.push(&text[start..]);
    }
    parts
}

/// The type that `text` names.
pub(super) fn parse_type(text: &str, names: &TypeNames<'_>) -> Option<TypeRef> {
    if let Some(ty) = names.get(text) {
        return Some(ty.clone());
    }
    let (constructor, inside) = text.strip_suffix('>')?.split_once('<')?;
    if constructor == "tuple" {
        let elements = split_outside(inside, ", ").into_iter().map(|element| parse_element(element, names));
        return Some(TypeRef::Tuple(elements.collect::<Option<_>>()?));
    }
    let of = Arc::new(parse_type(inside, names)?);
    match constructor {
        "array" => Some(TypeRef::Array(of)),
        "range" => Some(TypeRef::Range(of)),
        "multirange" => Some(TypeRef::MultiRange(of)),
        _ => None,
    }
}

fn parse_element(text: &str, names: &TypeNames<'_>) -> Option<TupleElement> {
    match text.split_once(": ") {
        Some((name, ty)) if !name.contains('<') => {
            Some(TupleElement { name: Some(name.into()), ty: parse_type(ty, names)? })
        }
        _ => Some(TupleElement { name: None, ty: parse_type(text, names)? }),
    }
}

/// `optional T`, `set of T` or `T`.
pub(super) fn split_mod(text: &str) -> (TypeMod, &str) {
    if let Some(ty) = text.strip_prefix("optional ") {
        (TypeMod::Optional, ty)
    } else if let Some(ty) = text.strip_prefix("set of ") {
        (TypeMod::SetOf, ty)
    } else {
        (TypeMod::Singleton, text)
    }
}

/// A signature: `name(parameters)` and, after `->`, the result.
pub(super) struct Signature<'t> {
    pub(super) name: &'t str,
    pub(super) key: Arc<str>,
    pub(super) params: Vec<Parameter>,
    pub(super) returns: TypeRef,
    pub(super) return_mod: TypeMod,
}

pub(super) fn parse_signature<'t>(text: &'t str, names: &TypeNames<'_>) -> Option<Signature<'t>> {
    let (name, rest) = text.split_once('(')?;
    let (inside, result) = rest.rsplit_once(") -> ")?;
    let mut key = format!("{name}(");
    let mut params = Vec::new();
    for (index, part) in split_outside(inside, ", ").into_iter().enumerate() {
        key.push_str(if index == 0 { "" } else { ", " });
        params.push(parse_param(part, names, &mut key)?);
    }
    key.push(')');
    for param in &mut params {
        param.id = derived_id(&format!("{key} {}", param.name));
    }
    let (return_mod, ty) = split_mod(result);
    Some(Signature { name, key: key.into(), params, returns: parse_type(ty, names)?, return_mod })
}

/// `[variadic|named only] name: [mode] type [= default]`; adds its part to the key.
pub(super) fn parse_param(text: &str, names: &TypeNames<'_>, key: &mut String) -> Option<Parameter> {
    let (kind, text) = match (text.strip_prefix("variadic "), text.strip_prefix("named only ")) {
        (Some(rest), _) => (ParameterKind::Variadic, rest),
        (_, Some(rest)) => (ParameterKind::NamedOnly, rest),
        _ => (ParameterKind::Positional, text),
    };
    let (name, rest) = text.split_once(": ")?;
    let (written, default) = match rest.split_once(" = ") {
        Some((ty, default)) => (ty, Some(Expression::from_text(default))),
        None => (rest, None),
    };
    match kind {
        ParameterKind::Positional => {}
        ParameterKind::Variadic => key.push_str("variadic "),
        ParameterKind::NamedOnly => key.push_str(&format!("named only {name}: ")),
    }
    key.push_str(written);
    let (typemod, ty) = split_mod(written);
    let ty = parse_type(ty, names)?;
    Some(Parameter { id: Uuid::nil(), name: name.into(), kind, typemod, ty, default })
}
