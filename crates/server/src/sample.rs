//! Types to test with.

use std::sync::Arc;

use db::{StateField, StateType};
use ir::{
    Cardinality, ElementKind, ObjectType, Param, Scalar, ScalarType, Shape, ShapeElement, TupleType, Type,
};
use uuid::Uuid;

pub(crate) fn scalar(base: Scalar) -> Type {
    let name = format!("std::{}", format!("{base:?}").to_lowercase());
    Type::Scalar(Arc::new(scalar_type(Uuid::nil(), &name, base)))
}

fn scalar_type(id: Uuid, name: &str, base: Scalar) -> ScalarType {
    ScalarType { id, name: name.into(), base, ancestors: Vec::new(), members: Vec::new(), checks: Vec::new() }
}

/// `default::Cents extending default::Money extending int64`.
pub(crate) fn cents() -> Type {
    let int64 = Arc::new(scalar_type(Uuid::nil(), "std::int64", Scalar::Int64));
    let money = scalar_type(Uuid::from_u128(0xA1), "default::Money", Scalar::Int64);
    let money = Arc::new(ScalarType { ancestors: vec![int64.clone()], ..money });
    let cents = scalar_type(Uuid::from_u128(0xA2), "default::Cents", Scalar::Int64);
    Type::Scalar(Arc::new(ScalarType { ancestors: vec![money, int64], ..cents }))
}

pub(crate) fn color() -> Type {
    let color = scalar_type(Uuid::from_u128(0xE0), "default::Color", Scalar::Enum);
    Type::Scalar(Arc::new(ScalarType { members: vec!["Red".into(), "Green".into()], ..color }))
}

pub(crate) fn array(element: Type) -> Type {
    Type::Array(Arc::new(element))
}

pub(crate) fn range(element: Type) -> Type {
    Type::Range(Arc::new(element))
}

pub(crate) fn tuple(names: &[&str], elements: Vec<Type>) -> Type {
    let names = names.iter().map(|name| Arc::from(*name)).collect();
    Type::Tuple(Arc::new(TupleType { names, elements }))
}

fn element(name: &str, kind: ElementKind, cardinality: Cardinality, ty: Type) -> ShapeElement {
    let source = (Uuid::from_u128(0x0B), "default::User".into());
    ShapeElement {
        name: name.into(),
        kind,
        cardinality,
        ty,
        implicit: name == "id",
        hidden: name == "hidden",
        computed: false,
        source,
    }
}

/// `User { id, name, friends: { id, @since }, tags, hidden }`, where `tags` are arrays.
pub(crate) fn user() -> Type {
    let id = || element("id", ElementKind::Property, Cardinality::One, scalar(Scalar::Uuid));
    let since = element("since", ElementKind::LinkProperty, Cardinality::AtMostOne, scalar(Scalar::Int64));
    let friend = object(vec![id(), since]);
    let text = || scalar(Scalar::Str);
    object(vec![
        id(),
        element("name", ElementKind::Property, Cardinality::AtMostOne, text()),
        element("friends", ElementKind::Link, Cardinality::Many, friend),
        element("tags", ElementKind::Property, Cardinality::AtLeastOne, array(text())),
        element("hidden", ElementKind::Property, Cardinality::One, text()),
    ])
}

fn object(elements: Vec<ShapeElement>) -> Type {
    let shape = Some(Arc::new(Shape { elements }));
    Type::Object(Arc::new(ObjectType { id: Uuid::from_u128(0x0B), name: "default::User".into(), shape }))
}

pub(crate) fn param(name: &str, ty: Type, required: bool) -> Param {
    Param { name: name.into(), ty, required }
}

pub(crate) fn state_type() -> StateType {
    let field = |name: &str, ty, multi| StateField { name: name.into(), ty, multi };
    StateType {
        config: vec![
            field("allow_bare_ddl", color(), false),
            field("apply_access_policies", scalar(Scalar::Bool), false),
        ],
        globals: vec![
            field("default::me", scalar(Scalar::Uuid), false),
            field("default::tags", scalar(Scalar::Str), true),
        ],
    }
}
