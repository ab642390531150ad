//! Names of types that a query makes by the way: the type behind an alias, the type behind a shape.
//!
//! Clients see them in descriptions of tuples and arrays, and bytes print otherwise behind an alias.

use std::collections::HashMap;
use std::sync::Arc;

use ir::{Element, Expr, Kind, ObjectType, Scalar, Shape, ShapeElement, TupleType, Type, VarId, View};

use crate::shape::copy;

/// The names given so far, by the variables that stand for the values.
#[derive(Default)]
pub(crate) struct Derived {
    names: HashMap<VarId, Name>,
    aliases: u32,
    shapes: u32,
    keys: HashMap<Arc<str>, u32>,
}

enum Name {
    Alias(String),
    /// The number of the shape.
    Shape(u32),
}

impl Derived {
    /// A variable stands for what an alias is of. Objects keep the name of their type.
    pub(crate) fn alias(&mut self, var: VarId, alias: &str, of: &Type) {
        if matches!(of, Type::Object(_)) {
            return;
        }
        self.aliases += 1;
        self.names.insert(var, Name::Alias(format!("__derived__::{alias}@w~{}", self.aliases)));
    }

    /// A variable stands for a key that is grouped by without a name of its own.
    pub(crate) fn key(&mut self, var: VarId, pointer: &Arc<str>, of: &Type) {
        let number = self.keys.entry(pointer.clone()).or_default();
        *number += 1;
        let alias = format!("{pointer}~{number}");
        self.alias(var, &alias, of);
    }

    /// A variable stands for the objects of a shape.
    pub(crate) fn shape(&mut self, var: VarId) {
        self.count_shape();
        self.names.insert(var, Name::Shape(self.shapes));
    }

    /// A shape of objects that are not in the answer.
    pub(crate) fn count_shape(&mut self) {
        self.shapes += 1;
    }

    /// Whether the variable stands for what an alias is of.
    pub(crate) fn is_alias(&self, var: VarId) -> bool {
        matches!(self.names.get(&var), Some(Name::Alias(_)))
    }

    /// The type of what an expression gives, under the names that the query made for it.
    pub(crate) fn answer(&self, expr: &Expr) -> Type {
        if !shows_names(&expr.ty) {
            return expr.ty.clone();
        }
        Reader { names: &self.names, values: HashMap::new() }.of(expr)
    }
}

/// Reads types off an expression, knowing what its variables stand for.
struct Reader<'e> {
    names: &'e HashMap<VarId, Name>,
    values: HashMap<VarId, Type>,
}

impl Reader<'_> {
    fn of(&mut self, expr: &Expr) -> Type {
        let named = self.named(expr);
        with_names(&expr.ty, &named)
    }

    fn named(&mut self, expr: &Expr) -> Type {
        match &expr.kind {
            Kind::Var(var) => {
                let ty = self.values.get(var).unwrap_or(&expr.ty).clone();
                self.aliased(*var, ty)
            }
            Kind::For { var, iterator: value, body, .. } | Kind::Let { var, value, body } => {
                let ty = self.of(value);
                self.values.insert(*var, ty);
                self.of(body)
            }
            Kind::Filter { source, var, .. } | Kind::OrderBy { source, var, .. } => {
                let ty = self.of(source);
                self.aliased(*var, ty)
            }
            Kind::Slice { source, .. } | Kind::Distinct(source) => self.of(source),
            Kind::Tuple(items) => match &expr.ty {
                Type::Tuple(tuple) => Type::Tuple(Arc::new(TupleType {
                    names: tuple.names.clone(),
                    elements: items.iter().map(|item| self.of(item)).collect(),
                })),
                _ => expr.ty.clone(),
            },
            Kind::Array(items) => self.common(items, &expr.ty),
            Kind::Call { function, arguments } => match arguments.as_slice() {
                [argument, ..] => self.call(function, &argument.value, &expr.ty),
                [] => expr.ty.clone(),
            },
            Kind::Shape { source, var, elements } => self.shape(source.as_deref(), *var, elements, &expr.ty),
            Kind::ShapeField { source, index } => field(&self.of(source), *index, &expr.ty),
            Kind::Group(group) => {
                let keys =
                    group.keys.iter().map(|key| (&key.name, self.aliased(key.var, key.value.ty.clone())));
                grouped(&expr.ty, &keys.collect::<Vec<_>>())
            }
            _ => expr.ty.clone(),
        }
    }

    fn aliased(&self, var: VarId, of: Type) -> Type {
        match self.names.get(&var) {
            Some(Name::Alias(name)) => view(name.clone(), of),
            _ => of,
        }
    }

    /// An array of items: they keep a name that all of them have.
    fn common(&mut self, items: &[Expr], ty: &Type) -> Type {
        let types: Vec<Type> = items.iter().map(|item| self.of(item)).collect();
        let same = |l: &Type, r: &Type| match (l, r) {
            (Type::View(l), Type::View(r)) => l.name == r.name || matches!(l.of, Type::Object(_)),
            _ => false,
        };
        match types.first() {
            Some(first) if types.iter().all(|it| same(first, it)) => Type::Array(Arc::new(first.clone())),
            _ => ty.clone(),
        }
    }

    /// Functions that give what they are given.
    fn call(&mut self, function: &str, argument: &Expr, ty: &Type) -> Type {
        let of = self.of(argument);
        match (function.split('(').next().unwrap_or_default(), ty, of.plain()) {
            ("std::array_agg", _, _) => Type::Array(Arc::new(of)),
            ("std::array_unpack", _, Type::Array(element)) => (**element).clone(),
            ("std::enumerate", Type::Tuple(tuple), _) => {
                let elements = tuple.elements.iter().take(1).cloned().chain([of]).collect();
                Type::Tuple(Arc::new(TupleType { names: tuple.names.clone(), elements }))
            }
            ("std::assert_single" | "std::assert_exists" | "std::assert_distinct", _, _) => of,
            ("std::[]", Type::Array(_), _) => of,
            _ => ty.clone(),
        }
    }

    fn shape(&mut self, source: Option<&Expr>, var: VarId, elements: &[Element], ty: &Type) -> Type {
        let below = source.map(|source| self.of(source));
        let inherited = match &below {
            Some(Type::View(view)) => Some(view.name.clone()),
            _ => None,
        };
        self.values.extend(below.map(|below| (var, below)));
        let Type::Object(object) = ty else { return ty.clone() };
        let elements = elements
            .iter()
            .map(|element| ShapeElement { ty: self.of(&element.value), ..copy(&element.element) });
        let object = with_elements(object, elements.collect());
        let local = object.name.replace("::", "|");
        let name = match self.names.get(&var) {
            Some(Name::Shape(number)) => Some(format!("__derived__::{local}@view~{number}")),
            _ => inherited,
        };
        let shaped = Type::Object(Arc::new(object));
        name.map_or(shaped.clone(), |name| view(name, shaped))
    }
}

/// Whether names of types come out anywhere in an answer of this type.
fn shows_names(ty: &Type) -> bool {
    match ty {
        Type::Scalar(scalar) => scalar.base == Scalar::Bytes,
        Type::Object(object) => {
            let mut elements = object.shape.iter().flat_map(|shape| &shape.elements);
            elements.any(|element| shows_names(&element.ty))
        }
        _ => true,
    }
}

fn view(name: String, of: Type) -> Type {
    Type::View(Arc::new(View { name, of: of.plain().clone() }))
}

/// A type with what `named`, which is the same type, has of names.
fn with_names(ty: &Type, named: &Type) -> Type {
    match (ty, named) {
        (ty, Type::View(named)) => view(named.name.clone(), with_names(ty, &named.of)),
        (Type::Array(of), Type::Array(named)) => Type::Array(Arc::new(with_names(of, named))),
        (Type::Tuple(tuple), Type::Tuple(named)) if tuple.elements.len() == named.elements.len() => {
            let pairs = tuple.elements.iter().zip(&named.elements);
            let elements = pairs.map(|(ty, named)| with_names(ty, named)).collect();
            Type::Tuple(Arc::new(TupleType { names: tuple.names.clone(), elements }))
        }
        (Type::Object(object), Type::Object(named)) => {
            let (Some(shape), Some(named)) = (&object.shape, &named.shape) else { return ty.clone() };
            let pairs = shape.elements.iter().zip(&named.elements);
            let with_name = |(element, named): (&ShapeElement, &ShapeElement)| ShapeElement {
                ty: with_names(&element.ty, &named.ty),
                ..copy(element)
            };
            match shape.elements.len() == named.elements.len() {
                true => Type::Object(Arc::new(with_elements(object, pairs.map(with_name).collect()))),
                false => ty.clone(),
            }
        }
        _ => ty.clone(),
    }
}

fn with_elements(object: &ObjectType, elements: Vec<ShapeElement>) -> ObjectType {
    ObjectType { shape: Some(Arc::new(Shape { elements })), ..object.clone() }
}

fn field(source: &Type, index: usize, ty: &Type) -> Type {
    let Type::Object(object) = source.plain() else { return ty.clone() };
    let element = object.shape.as_ref().and_then(|shape| shape.elements.get(index));
    element.map_or_else(|| ty.clone(), |element| element.ty.clone())
}

/// The type of a group, whose `key` has these.
fn grouped(ty: &Type, keys: &[(&Arc<str>, Type)]) -> Type {
    let replaced = |object: &ObjectType, ty_of: &dyn Fn(&ShapeElement) -> Type| {
        let elements = object.shape.iter().flat_map(|shape| &shape.elements);
        let elements = elements.map(|element| ShapeElement { ty: ty_of(element), ..copy(element) });
        Type::Object(Arc::new(with_elements(object, elements.collect())))
    };
    let key_type = |element: &ShapeElement| {
        let key = keys.iter().find(|(name, _)| **name == element.name);
        key.map_or_else(|| element.ty.clone(), |(_, ty)| ty.clone())
    };
    let Type::Object(object) = ty else { return ty.clone() };
    replaced(object, &|element| match &element.ty {
        Type::Object(key) if &*element.name == "key" => replaced(key, &key_type),
        other => other.clone(),
    })
}
