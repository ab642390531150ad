//! What casts to what, and how far.

use std::collections::HashMap;

use value::Uuid;

use crate::layer::{Layer, Named};
use crate::model::*;
use crate::{QName, Schema, TypeRef};

/// Casts between scalars, as a graph.
#[derive(Debug, Default)]
pub(crate) struct CastTable {
    direct: HashMap<(Uuid, Uuid), CastKind>,
    /// From each scalar to all that implicit casts lead to, with the number of casts.
    implicit: HashMap<Uuid, HashMap<Uuid, u32>>,
}

impl CastTable {
    pub(crate) fn of(layer: &Layer) -> CastTable {
        let mut table = CastTable::default();
        for cast in &layer.casts {
            if let (TypeRef::Scalar(from), TypeRef::Scalar(to)) = (&cast.from, &cast.to) {
                table.direct.insert((*from, *to), cast.kind);
            }
        }
        let sources: Vec<Uuid> = table.direct.keys().map(|(from, _)| *from).collect();
        for from in sources {
            let reached = table.reach(from);
            table.implicit.insert(from, reached);
        }
        table
    }

    fn reach(&self, from: Uuid) -> HashMap<Uuid, u32> {
        let mut reached = HashMap::from([(from, 0)]);
        let mut frontier = vec![from];
        let mut distance = 0;
        while !frontier.is_empty() {
            distance += 1;
            frontier = self.step(&frontier).into_iter().filter(|to| !reached.contains_key(to)).collect();
            reached.extend(frontier.iter().map(|to| (*to, distance)));
        }
        reached
    }

    fn step(&self, from: &[Uuid]) -> Vec<Uuid> {
        let implicit = self.direct.iter().filter(|(_, kind)| **kind == CastKind::Implicit);
        implicit.filter(|((source, _), _)| from.contains(source)).map(|((_, to), _)| *to).collect()
    }

    fn distance(&self, from: Uuid, to: Uuid) -> Option<u32> {
        if from == to { Some(0) } else { self.implicit.get(&from)?.get(&to).copied() }
    }

    fn common(&self, a: Uuid, b: Uuid) -> Option<Uuid> {
        let from_a = self.implicit.get(&a)?;
        let from_b = self.implicit.get(&b)?;
        let both = from_a.iter().filter_map(|(to, x)| Some((x + from_b.get(to)?, *to)));
        both.min().map(|(_, to)| to)
    }
}

impl Schema {
    /// Whether values of one type become the other without being told how, when the type of a pointer changes.
    pub(crate) fn becomes(&self, from: &TypeRef, to: &TypeRef) -> bool {
        match (from.is_object(), to.is_object()) {
            (true, true) => self.is_subtype(from, to),
            (false, false) => {
                same_labels(from, to) && (self.is_assignment_castable(from, to) || self.is_subtype(to, from))
            }
            _ => false,
        }
    }

    /// The built-in concrete scalar below a scalar type: `std::int64` for one that extends it. An abstract scalar and
    /// an enum are their own.
    pub fn base_scalar(&self, id: Uuid) -> Uuid {
        self.scalar_type(id).and_then(|ty| ty.base).unwrap_or(id)
    }

    /// Whether a value of `ty` is a value of `parent`: the same type or one that extends it, collections element by
    /// element.
    pub fn is_subtype(&self, ty: &TypeRef, parent: &TypeRef) -> bool {
        match (ty, parent) {
            (_, TypeRef::AnyType) => true,
            (TypeRef::Tuple(_), TypeRef::AnyTuple) => true,
            (ty, TypeRef::AnyObject) => ty.is_object(),
            (TypeRef::Scalar(a), TypeRef::Scalar(b)) => self.is_below(*a, *b) || self.is_enum_below(*a, *b),
            (TypeRef::Object(a), TypeRef::Object(b)) => self.is_below(*a, *b),
            (TypeRef::Object(a), TypeRef::Union(b)) => b.iter().any(|b| self.is_below(*a, *b)),
            (TypeRef::Union(a), parent) => a.iter().all(|a| self.is_subtype(&TypeRef::Object(*a), parent)),
            (TypeRef::Array(a), TypeRef::Array(b))
            | (TypeRef::Range(a), TypeRef::Range(b))
            | (TypeRef::MultiRange(a), TypeRef::MultiRange(b)) => self.is_subtype(a, b),
            (TypeRef::Tuple(a), TypeRef::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| self.is_subtype(&a.ty, &b.ty))
            }
            _ => ty == parent,
        }
    }

    fn is_enum_below(&self, id: Uuid, parent: Uuid) -> bool {
        let is_any_enum = self.scalar_type(parent).is_some_and(|ty| ty.name.as_str() == "std::anyenum");
        is_any_enum && self.scalar_type(id).is_some_and(|ty| ty.is_enum())
    }

    /// The number of implicit casts from one type to another, 0 where they have the same built-in scalar; `None` where
    /// no chain of them leads there. Collections add up their elements.
    pub fn implicit_cast_distance(&self, from: &TypeRef, to: &TypeRef) -> Option<u32> {
        match (from, to) {
            (TypeRef::Scalar(a), TypeRef::Scalar(b)) => {
                self.cast_table().distance(self.base_scalar(*a), self.base_scalar(*b))
            }
            (TypeRef::Array(a), TypeRef::Array(b))
            | (TypeRef::Range(a), TypeRef::Range(b))
            | (TypeRef::MultiRange(a), TypeRef::MultiRange(b)) => self.implicit_cast_distance(a, b),
            (TypeRef::Range(a), TypeRef::MultiRange(b)) => Some(self.implicit_cast_distance(a, b)? + 1),
            (TypeRef::Tuple(a), TypeRef::Tuple(b)) if a.len() == b.len() => a
                .iter()
                .zip(b.iter())
                .map(|(a, b)| self.implicit_cast_distance(&a.ty, &b.ty))
                .sum::<Option<u32>>(),
            _ => self.is_subtype(from, to).then_some(0),
        }
    }

    /// Whether an assignment casts by itself.
    pub fn is_assignment_castable(&self, from: &TypeRef, to: &TypeRef) -> bool {
        match (from, to) {
            (TypeRef::Scalar(a), TypeRef::Scalar(b)) => {
                let bases = (self.base_scalar(*a), self.base_scalar(*b));
                let direct = self.cast_table().direct.get(&bases);
                direct.is_some_and(|kind| *kind != CastKind::Explicit)
                    || self.implicit_cast_distance(from, to).is_some()
                    || self.is_str_to_enum(*a, *b)
            }
            (TypeRef::Array(a), TypeRef::Array(b)) => self.is_assignment_castable(a, b),
            (TypeRef::Tuple(a), TypeRef::Tuple(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b.iter()).all(|(a, b)| self.is_assignment_castable(&a.ty, &b.ty))
            }
            _ => self.implicit_cast_distance(from, to).is_some(),
        }
    }

    fn is_str_to_enum(&self, from: Uuid, to: Uuid) -> bool {
        let is_str =
            self.scalar_type(self.base_scalar(from)).is_some_and(|ty| ty.name.as_str() == "std::str");
        is_str && self.scalar_type(to).is_some_and(|ty| ty.is_enum())
    }

    /// The cast declared between two built-in scalars, by their ids.
    pub fn declared_cast(&self, from: Uuid, to: Uuid) -> Option<CastKind> {
        self.cast_table().direct.get(&(from, to)).copied()
    }

    /// The nearest type that both cast to implicitly; equal types give themselves.
    pub fn common_type(&self, a: &TypeRef, b: &TypeRef) -> Option<TypeRef> {
        match (a, b) {
            _ if a == b => Some(a.clone()),
            (TypeRef::Scalar(x), TypeRef::Scalar(y)) => {
                let common = self.cast_table().common(self.base_scalar(*x), self.base_scalar(*y));
                common.map(TypeRef::Scalar)
            }
            (TypeRef::Array(x), TypeRef::Array(y)) => Some(TypeRef::Array(self.common_type(x, y)?.into())),
            (TypeRef::Range(x), TypeRef::Range(y)) => Some(TypeRef::Range(self.common_type(x, y)?.into())),
            (TypeRef::MultiRange(x) | TypeRef::Range(x), TypeRef::MultiRange(y) | TypeRef::Range(y)) => {
                Some(TypeRef::MultiRange(self.common_type(x, y)?.into()))
            }
            (TypeRef::Tuple(x), TypeRef::Tuple(y)) if x.len() == y.len() => self.common_tuple(x, y),
            _ => None,
        }
    }

    /// Names survive where both tuples agree on them.
    fn common_tuple(&self, a: &[crate::TupleElement], b: &[crate::TupleElement]) -> Option<TypeRef> {
        let named = a.iter().zip(b).all(|(a, b)| a.name == b.name);
        let element = |(a, b): (&crate::TupleElement, &crate::TupleElement)| {
            let ty = self.common_type(&a.ty, &b.ty)?;
            Some(crate::TupleElement { name: a.name.clone().filter(|_| named), ty })
        };
        Some(TypeRef::Tuple(a.iter().zip(b).map(element).collect::<Option<_>>()?))
    }

    /// Whether a parameter of this type takes values of several types: `anytype` and its like, and abstract scalars.
    pub fn is_polymorphic(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::Scalar(id) => {
                self.scalar_type(*id).is_some_and(|ty| ty.is_abstract && ty.base.is_none())
            }
            TypeRef::Array(of) | TypeRef::Range(of) | TypeRef::MultiRange(of) => self.is_polymorphic(of),
            TypeRef::Tuple(elements) => elements.iter().any(|element| self.is_polymorphic(&element.ty)),
            other => other.has_pseudo_type(),
        }
    }

    /// How many steps up the ancestors `parent` stands; 0 for the type itself, `None` where it is no ancestor.
    pub fn ancestor_distance(&self, id: Uuid, parent: Uuid) -> Option<u32> {
        if id == parent {
            return Some(0);
        }
        self.ancestors(id).iter().position(|it| *it == parent).map(|at| at as u32 + 1)
    }

    /// The name of a type that has one; `None` for collections.
    pub fn qname(&self, ty: &TypeRef) -> Option<&QName> {
        match ty {
            TypeRef::Scalar(id) | TypeRef::Object(id) => match self.by_id(*id)? {
                Named::Scalar(it) => Some(&it.name),
                Named::Object(it) => Some(&it.name),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Named tuples become one another only where the names are the same.
fn same_labels(from: &TypeRef, to: &TypeRef) -> bool {
    match (from, to) {
        (TypeRef::Tuple(from), TypeRef::Tuple(to)) => from.iter().zip(to.iter()).all(|(a, b)| {
            (a.name.is_none() || b.name.is_none() || a.name == b.name) && same_labels(&a.ty, &b.ty)
        }),
        (TypeRef::Array(from), TypeRef::Array(to)) => same_labels(from, to),
        _ => true,
    }
}
