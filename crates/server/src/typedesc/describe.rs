//! From types to blocks.

use std::sync::Arc;

use db::{StateField, StateType};
use diag::{Diagnostic, ErrorCode, Result};
use ir::{
    Cardinality, ElementKind, ObjectType, Param, Scalar, ScalarType, Shape, ShapeElement, TupleType, Type,
};
use uuid::Uuid;

use super::blocks::{Block, Blocks, Entry, Tag, checked, content_id};
use super::names::type_name;
use crate::protocol::cardinality_byte;

const EMPTY_TUPLE: Uuid = Uuid::from_u128(0xFF);
const IMPLICIT: u32 = 1;
const LINK_PROPERTY: u32 = 1 << 1;
const LINK: u32 = 1 << 2;

/// The block of a type, after the blocks of what it is made of.
pub(super) fn ty(blocks: &mut Blocks, ty: &Type) -> Result<Entry> {
    match ty.plain() {
        Type::Scalar(scalar) => scalar_type(blocks, scalar),
        Type::Object(object) => object_shape(blocks, object),
        Type::Tuple(tuple_type) => tuple(blocks, tuple_type, &type_name(ty)),
        Type::Array(element) => array(blocks, element, &type_name(ty)),
        Type::Range(element) => wrapper(blocks, Tag::Range, "range", element, &type_name(ty)),
        Type::MultiRange(element) => wrapper(blocks, Tag::MultiRange, "multirange", element, &type_name(ty)),
        Type::Any | Type::View(_) => {
            Err(Diagnostic::new(ErrorCode::QUERY, "expression returns value of indeterminate type"))
        }
    }
}

/// The block of a scalar that every client knows.
pub(super) fn fundamental(blocks: &mut Blocks, base: Scalar, name: &str) -> Result<Entry> {
    let id = fundamental_id(base);
    match blocks.named() {
        true => blocks.add(Tag::Scalar, id, |block| {
            heading(block, name, true);
        }),
        false => blocks.add(Tag::BaseScalar, id, |_| {}),
    }
}

fn scalar_type(blocks: &mut Blocks, scalar: &ScalarType) -> Result<Entry> {
    if scalar.base == Scalar::Enum {
        return enumeration(blocks, scalar);
    }
    let Some(base) = scalar.ancestors.last() else { return fundamental(blocks, scalar.base, &scalar.name) };
    let base = scalar_type(blocks, base)?;
    if !blocks.named() {
        return blocks.add(Tag::Scalar, scalar.id, |block| block.u16(base.position));
    }
    let ancestors =
        scalar.ancestors.iter().map(|ancestor| scalar_type(blocks, ancestor)).collect::<Result<Vec<_>>>()?;
    checked(&ancestors)?;
    blocks.add(Tag::Scalar, scalar.id, |block| {
        block.text(&scalar.name);
        block.flag(true);
        block.count(ancestors.len());
        ancestors.iter().for_each(|ancestor| block.u16(ancestor.position));
    })
}

fn enumeration(blocks: &mut Blocks, scalar: &ScalarType) -> Result<Entry> {
    let named = blocks.named();
    let members = checked(&scalar.members)?;
    blocks.add(Tag::Enumeration, scalar.id, |block| {
        if named {
            heading(block, &scalar.name, true);
        }
        block.count(members.len());
        members.iter().for_each(|member| block.text(member));
    })
}

fn tuple(blocks: &mut Blocks, tuple: &TupleType, name: &str) -> Result<Entry> {
    let elements =
        checked(&tuple.elements)?.iter().map(|element| ty(blocks, element)).collect::<Result<Vec<_>>>()?;
    let named = blocks.named();
    let is_named_tuple = !tuple.names.is_empty();
    let id = match elements.is_empty() {
        true => EMPTY_TUPLE,
        false => content_id("tuple", tuple_parts(tuple, &elements)),
    };
    blocks.add(if is_named_tuple { Tag::NamedTuple } else { Tag::Tuple }, id, |block| {
        if named {
            heading(block, name, false);
        }
        block.count(elements.len());
        for (index, element) in elements.iter().enumerate() {
            if let Some(name) = tuple.names.get(index) {
                block.text(name);
            }
            block.u16(element.position);
        }
    })
}

fn tuple_parts<'a>(tuple: &'a TupleType, elements: &'a [Entry]) -> impl Iterator<Item = String> + 'a {
    let names = tuple.names.iter().map(|name| name.to_string());
    elements.iter().map(|element| element.id.to_string()).chain(names)
}

fn array(blocks: &mut Blocks, element: &Type, name: &str) -> Result<Entry> {
    let element = ty(blocks, element)?;
    let named = blocks.named();
    blocks.add(Tag::Array, content_id("array", [element.id.to_string()]), |block| {
        if named {
            heading(block, name, false);
        }
        block.u16(element.position);
        block.u16(1);
        block.u32(u32::MAX);
    })
}

/// A range or a multirange.
fn wrapper(blocks: &mut Blocks, tag: Tag, kind: &str, element: &Type, name: &str) -> Result<Entry> {
    let element = ty(blocks, element)?;
    let named = blocks.named();
    blocks.add(tag, content_id(kind, [element.id.to_string()]), |block| {
        if named {
            heading(block, name, false);
        }
        block.u16(element.position);
    })
}

/// Name, whether the schema defines the type, and no ancestors.
fn heading(block: &mut Block, name: &str, schema_defined: bool) {
    block.text(name);
    block.flag(schema_defined);
    block.u16(0);
}

fn set(blocks: &mut Blocks, element: Entry) -> Result<Entry> {
    blocks.add(Tag::Set, content_id("set", [element.id.to_string()]), |block| block.u16(element.position))
}

/// One element of a shape, its type's block written.
struct Element<'a> {
    name: &'a str,
    flags: u32,
    cardinality: Cardinality,
    ty: Entry,
    source: Option<Entry>,
}

impl Element<'_> {
    fn contents(&self) -> String {
        let source = self.source.map(|source| source.id).unwrap_or_default();
        format!("{} {} {:?} {} {source}", self.name, self.flags, self.cardinality, self.ty.id)
    }
}

fn object_shape(blocks: &mut Blocks, object: &ObjectType) -> Result<Entry> {
    let shape = object.shape.clone().unwrap_or_default();
    let free = object.id.is_nil();
    let elements = elements(blocks, &shape, free)?;
    let ty = match free || !blocks.named() {
        true => None,
        false => Some(object_type(blocks, object.id, &object.name)?),
    };
    shape_block(blocks, ty, object.id, &elements)
}

fn elements<'a>(blocks: &mut Blocks, shape: &'a Shape, free: bool) -> Result<Vec<Element<'a>>> {
    checked(&shape.elements)?
        .iter()
        .filter(|element| !element.hidden)
        .map(|element| shape_element(blocks, element, free))
        .collect()
}

fn shape_element<'a>(blocks: &mut Blocks, element: &'a ShapeElement, free: bool) -> Result<Element<'a>> {
    let one = ty(blocks, &element.ty)?;
    let (id, name) = &element.source;
    let source = match blocks.named() && !free && !id.is_nil() {
        true => Some(object_type(blocks, *id, name)?),
        false => None,
    };
    Ok(Element {
        name: &element.name,
        flags: flags(element),
        cardinality: element.cardinality,
        ty: if element.cardinality.is_multi() { set(blocks, one)? } else { one },
        source,
    })
}

fn flags(element: &ShapeElement) -> u32 {
    let kind = match element.kind {
        ElementKind::Property => 0,
        ElementKind::Link => LINK,
        ElementKind::LinkProperty => LINK_PROPERTY,
    };
    if element.implicit { kind | IMPLICIT } else { kind }
}

fn object_type(blocks: &mut Blocks, id: Uuid, name: &Arc<str>) -> Result<Entry> {
    blocks.add(Tag::Object, id, |block| {
        block.text(name);
        block.flag(true);
    })
}

/// A shape; without `ty` it is a free one.
fn shape_block(
    blocks: &mut Blocks,
    ty: Option<Entry>,
    type_id: Uuid,
    elements: &[Element<'_>],
) -> Result<Entry> {
    let contents = elements.iter().map(Element::contents);
    let id = content_id("shape", std::iter::once(type_id.to_string()).chain(contents));
    let named = blocks.named();
    blocks.add(Tag::ObjectShape, id, |block| {
        if named {
            block.flag(ty.is_none());
            block.u16(ty.map_or(0, |ty| ty.position));
        }
        block.count(elements.len());
        for element in elements {
            shape_element_head(block, element);
            if named {
                block.u16(element.source.map_or(0, |source| source.position));
            }
        }
    })
}

fn shape_element_head(block: &mut Block, element: &Element<'_>) {
    block.u32(element.flags);
    block.byte(cardinality_byte(element.cardinality));
    block.text(element.name);
    block.u16(element.ty.position);
}

/// The arguments of a query: a free shape with one element for each parameter.
pub(super) fn arguments(blocks: &mut Blocks, params: &[Param]) -> Result<Entry> {
    let elements =
        checked(params)?.iter().map(|param| argument(blocks, param)).collect::<Result<Vec<_>>>()?;
    shape_block(blocks, None, Uuid::nil(), &elements)
}

fn argument<'a>(blocks: &mut Blocks, param: &'a Param) -> Result<Element<'a>> {
    let ty = match &param.ty {
        // An object is passed by its id.
        Type::Object(_) => fundamental(blocks, Scalar::Uuid, "std::uuid")?,
        other => ty(blocks, other)?,
    };
    let cardinality = Cardinality::from_bounds(param.required, false);
    Ok(Element { name: &param.name, flags: 0, cardinality, ty, source: None })
}

/// The session's state: `module`, `aliases`, `config`, `globals`, each of which may be left out.
pub(super) fn state(blocks: &mut Blocks, state: &StateType) -> Result<Entry> {
    let text = fundamental(blocks, Scalar::Str, "std::str")?;
    let alias = TupleType { names: Vec::new(), elements: vec![text_type(), text_type()] };
    let alias = Type::Tuple(alias.into());
    let elements = [
        ("module", text),
        ("aliases", ty(blocks, &Type::Array(alias.into()))?),
        ("config", state_fields(blocks, "config", &state.config)?),
        ("globals", state_fields(blocks, "globals", &state.globals)?),
    ];
    let elements = elements.map(|(name, ty)| input_element(name, ty));
    input_shape(blocks, "state", &elements)
}

fn state_fields(blocks: &mut Blocks, kind: &str, fields: &[StateField]) -> Result<Entry> {
    let elements =
        checked(fields)?.iter().map(|field| state_field(blocks, field)).collect::<Result<Vec<_>>>()?;
    input_shape(blocks, kind, &elements)
}

fn state_field<'a>(blocks: &mut Blocks, field: &'a StateField) -> Result<Element<'a>> {
    let one = ty(blocks, &field.ty)?;
    let ty = if field.multi { set(blocks, one)? } else { one };
    let cardinality = Cardinality::from_bounds(false, field.multi);
    Ok(Element { name: &field.name, flags: 0, cardinality, ty, source: None })
}

fn input_element(name: &str, ty: Entry) -> Element<'_> {
    Element { name, flags: 0, cardinality: Cardinality::AtMostOne, ty, source: None }
}

fn input_shape(blocks: &mut Blocks, kind: &str, elements: &[Element<'_>]) -> Result<Entry> {
    let id = content_id(kind, elements.iter().map(Element::contents));
    blocks.add(Tag::InputShape, id, |block| {
        block.count(elements.len());
        elements.iter().for_each(|element| shape_element_head(block, element));
    })
}

/// The one setting that clients read at once: how long a session may be idle.
pub(super) fn system_config(blocks: &mut Blocks) -> Result<Entry> {
    let ty = fundamental(blocks, Scalar::Duration, "std::duration")?;
    shape_block(blocks, None, Uuid::nil(), &[input_element("session_idle_timeout", ty)])
}

fn text_type() -> Type {
    let (id, name) = (fundamental_id(Scalar::Str), "std::str".into());
    let scalar = ScalarType {
        id,
        name,
        base: Scalar::Str,
        ancestors: Vec::new(),
        members: Vec::new(),
        checks: Vec::new(),
    };
    Type::Scalar(scalar.into())
}

/// The ids that clients know built-in scalars by.
fn fundamental_id(scalar: Scalar) -> Uuid {
    Uuid::from_u128(match scalar {
        Scalar::Uuid => 0x100,
        Scalar::Str | Scalar::Enum => 0x101,
        Scalar::Bytes => 0x102,
        Scalar::Int16 => 0x103,
        Scalar::Int32 => 0x104,
        Scalar::Int64 => 0x105,
        Scalar::Float32 => 0x106,
        Scalar::Float64 => 0x107,
        Scalar::Decimal => 0x108,
        Scalar::Bool => 0x109,
        Scalar::Datetime => 0x10A,
        Scalar::LocalDatetime => 0x10B,
        Scalar::LocalDate => 0x10C,
        Scalar::LocalTime => 0x10D,
        Scalar::Duration => 0x10E,
        Scalar::Json => 0x10F,
        Scalar::BigInt => 0x110,
        Scalar::RelativeDuration => 0x111,
        Scalar::DateDuration => 0x112,
        Scalar::Memory => 0x130,
        Scalar::Vector => 0x9565_dd88_04f5_11ee_a691_0b6e_be17_9825,
    })
}
