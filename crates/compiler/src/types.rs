//! Types of the schema as types of expressions, and how they relate.

use std::sync::{Arc, PoisonError};

use ir::{ObjectType, Scalar, ScalarType, TupleType, Type};
use schema::{Schema, TupleElement, TypeRef};
use uuid::Uuid;

use crate::Compiler;

/// A type made of object types: `A | B`, `A & B`.
#[derive(Debug)]
pub(crate) struct Compound {
    pub(crate) op: CompoundOp,
    /// Ids of object types or of other compounds.
    pub(crate) members: Vec<Uuid>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompoundOp {
    Union,
    Intersection,
}

/// The namespace of ids made from member ids.
const COMPOUND_NAMESPACE: Uuid = Uuid::from_u128(0x6e1f_3f0c_6b3d_4c0e_9d55_2a6a_0d64_21c7);

/// `std::FreeObject` as an expression's type has no id: its objects have none either.
pub(crate) const FREE_OBJECT: &str = "std::FreeObject";

impl Compiler {
    /// The type that a reference names; generic types give [`Type::Any`].
    pub fn type_of(&self, ty: &TypeRef) -> Type {
        match ty {
            TypeRef::Scalar(id) => Type::Scalar(self.scalar(*id)),
            TypeRef::Object(id) => self.object(*id),
            TypeRef::Union(ids) => self.union(ids.to_vec()),
            TypeRef::Tuple(elements) => Type::Tuple(Arc::new(TupleType {
                names: elements.iter().filter_map(|element| element.name.clone()).collect(),
                elements: elements.iter().map(|element| self.type_of(&element.ty)).collect(),
            })),
            TypeRef::Array(of) => Type::Array(Arc::new(self.type_of(of))),
            TypeRef::Range(of) => Type::Range(Arc::new(self.type_of(of))),
            TypeRef::MultiRange(of) => Type::MultiRange(Arc::new(self.type_of(of))),
            TypeRef::AnyType | TypeRef::AnyTuple | TypeRef::AnyObject => Type::Any,
        }
    }

    /// The reference that names a type, its shape left out.
    pub(crate) fn type_ref(&self, ty: &Type) -> TypeRef {
        match ty {
            Type::Scalar(scalar) => TypeRef::Scalar(scalar.id),
            Type::Object(object) => self.object_ref(object),
            Type::Tuple(tuple) => TypeRef::Tuple(
                tuple
                    .elements
                    .iter()
                    .enumerate()
                    .map(|(at, ty)| TupleElement {
                        name: tuple.names.get(at).cloned(),
                        ty: self.type_ref(ty),
                    })
                    .collect(),
            ),
            Type::Array(of) => TypeRef::Array(Arc::new(self.type_ref(of))),
            Type::Range(of) => TypeRef::Range(Arc::new(self.type_ref(of))),
            Type::MultiRange(of) => TypeRef::MultiRange(Arc::new(self.type_ref(of))),
            Type::Any => TypeRef::AnyType,
            Type::View(view) => self.type_ref(&view.of),
        }
    }

    fn object_ref(&self, object: &ObjectType) -> TypeRef {
        match self.compound(object.id) {
            Some(compound) if compound.op == CompoundOp::Union => {
                TypeRef::Union(compound.members.clone().into())
            }
            // What both members have, objects of the intersection have: either stands for it.
            Some(compound) => TypeRef::Object(compound.members.last().copied().unwrap_or(object.id)),
            None if object.id.is_nil() => self.named_object_ref(FREE_OBJECT),
            None => TypeRef::Object(object.id),
        }
    }

    fn named_object_ref(&self, name: &str) -> TypeRef {
        self.schema().object_type_named(name).map_or(TypeRef::AnyObject, |ty| TypeRef::Object(ty.id))
    }

    /// A built-in scalar type.
    pub(crate) fn std_scalar(&self, name: &str) -> Type {
        match self.schema().scalar_type_named(name) {
            Some(scalar) => Type::Scalar(self.scalar(scalar.id)),
            None => Type::Any,
        }
    }

    /// A scalar type, remembered.
    pub(crate) fn scalar(&self, id: Uuid) -> Arc<ScalarType> {
        let known = self.scalars.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        known.unwrap_or_else(|| {
            let made = Arc::new(self.make_scalar(id));
            self.scalars.write().unwrap_or_else(PoisonError::into_inner).insert(id, made.clone());
            made
        })
    }

    /// Ancestors, made from the topmost down: none has to make those above it.
    fn ancestors_of(&self, nearest_first: impl DoubleEndedIterator<Item = Uuid>) -> Vec<Arc<ScalarType>> {
        let mut made: Vec<_> = nearest_first.rev().map(|id| self.scalar(id)).collect();
        made.reverse();
        made
    }

    fn make_scalar(&self, id: Uuid) -> ScalarType {
        let schema = self.schema();
        let Some(scalar) = schema.scalar_type(id) else {
            return unknown_scalar(id);
        };
        let is_real = |id: &Uuid| schema.scalar_type(*id).is_some_and(|ty| !ty.is_abstract);
        ScalarType {
            id,
            name: scalar.name.as_arc().clone(),
            base: built_in(schema, id),
            ancestors: self.ancestors_of(scalar.ancestors.iter().copied().filter(is_real)),
            members: scalar.enum_values.as_deref().unwrap_or_default().to_vec(),
            checks: crate::rules::scalar_checks(self, scalar),
        }
    }

    /// An object type or a compound, without a shape.
    pub(crate) fn object(&self, id: Uuid) -> Type {
        let name = match self.compound(id) {
            Some(compound) => self.compound_name(&compound),
            None => self.object_name(id),
        };
        Type::Object(Arc::new(ObjectType { id, name, shape: None }))
    }

    /// A named object type of the standard library.
    pub(crate) fn std_object(&self, name: &str) -> Type {
        match self.schema().object_type_named(name) {
            Some(ty) => self.object(ty.id),
            None => Type::Any,
        }
    }

    fn object_name(&self, id: Uuid) -> Arc<str> {
        self.schema().object_type(id).map_or_else(|| id.to_string().into(), |ty| ty.name.as_arc().clone())
    }

    fn compound_name(&self, compound: &Compound) -> Arc<str> {
        let operator = if compound.op == CompoundOp::Union { " | " } else { " & " };
        let mut names: Vec<String> = compound.members.iter().map(|id| self.object(*id).to_string()).collect();
        names.sort();
        format!("({})", names.join(operator)).into()
    }

    /// The compound with this id; `None` for a plain object type.
    pub(crate) fn compound(&self, id: Uuid) -> Option<Arc<Compound>> {
        self.compounds.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// `A | B`; one type where the others are below it.
    pub(crate) fn union(&self, members: Vec<Uuid>) -> Type {
        let flat = members.into_iter().flat_map(|id| match self.compound(id) {
            Some(compound) if compound.op == CompoundOp::Union => compound.members.clone(),
            _ => vec![id],
        });
        let flat: Vec<Uuid> = flat.collect();
        self.compound_type(CompoundOp::Union, self.without(&flat, |a, b| self.is_below(a, b)))
    }

    /// `A & B`; one type where it is below the others.
    pub(crate) fn intersection(&self, members: Vec<Uuid>) -> Type {
        let kept = self.without(&members, |a, b| self.is_below(b, a));
        self.compound_type(CompoundOp::Intersection, kept)
    }

    /// Whether objects of a type are those of several types at once.
    pub(crate) fn is_intersection(&self, id: Uuid) -> bool {
        self.compound(id).is_some_and(|compound| compound.op == CompoundOp::Intersection)
    }

    /// Members that no other makes superfluous.
    fn without(&self, members: &[Uuid], superfluous: impl Fn(Uuid, Uuid) -> bool) -> Vec<Uuid> {
        let mut kept: Vec<Uuid> = Vec::new();
        for id in members {
            let by_other = members.iter().any(|other| other != id && superfluous(*id, *other));
            if !by_other && !kept.contains(id) {
                kept.push(*id);
            }
        }
        kept
    }

    fn compound_type(&self, op: CompoundOp, members: Vec<Uuid>) -> Type {
        if let [one] = members.as_slice() {
            return self.object(*one);
        }
        let mut sorted = members.clone();
        sorted.sort();
        let key: Vec<String> = sorted.iter().map(Uuid::to_string).collect();
        let id = Uuid::new_v5(&COMPOUND_NAMESPACE, format!("{op:?} {}", key.join(" ")).as_bytes());
        let mut compounds = self.compounds.write().unwrap_or_else(PoisonError::into_inner);
        compounds.entry(id).or_insert_with(|| Arc::new(Compound { op, members }));
        drop(compounds);
        self.object(id)
    }

    /// Whether an object type or compound is another or below it.
    pub(crate) fn is_below(&self, id: Uuid, parent: Uuid) -> bool {
        if id == parent {
            return true;
        }
        match (self.compound(id), self.compound(parent)) {
            (Some(it), _) if it.op == CompoundOp::Union => {
                it.members.iter().all(|id| self.is_below(*id, parent))
            }
            (_, Some(it)) if it.op == CompoundOp::Intersection => {
                it.members.iter().all(|parent| self.is_below(id, *parent))
            }
            (Some(it), _) => it.members.iter().any(|id| self.is_below(*id, parent)),
            (_, Some(it)) => it.members.iter().any(|parent| self.is_below(id, *parent)),
            (None, None) => self.schema().is_below(id, parent),
        }
    }

    /// The concrete types whose objects an object type or compound has.
    pub(crate) fn concrete(&self, id: Uuid) -> Vec<Uuid> {
        let Some(compound) = self.compound(id) else {
            return self.schema().concrete_types(id);
        };
        let sets: Vec<Vec<Uuid>> = compound.members.iter().map(|id| self.concrete(*id)).collect();
        let mut all: Vec<Uuid> = Vec::new();
        for id in sets.iter().flatten() {
            let wanted = compound.op == CompoundOp::Union || sets.iter().all(|set| set.contains(id));
            if wanted && !all.contains(id) {
                all.push(*id);
            }
        }
        all
    }

    /// Whether every value of `ty` is one of `parent`.
    pub(crate) fn is_subtype(&self, ty: &Type, parent: &Type) -> bool {
        match (ty, parent) {
            (Type::Object(a), Type::Object(b)) => self.is_below(a.id, b.id),
            _ => self.schema().is_subtype(&self.type_ref(ty), &self.type_ref(parent)),
        }
    }

    /// Whether two types are one, shapes aside.
    pub(crate) fn same_type(&self, a: &Type, b: &Type) -> bool {
        match (a, b) {
            (Type::Scalar(a), Type::Scalar(b)) => a.id == b.id,
            (Type::Object(a), Type::Object(b)) => a.id == b.id,
            _ => self.type_ref(a) == self.type_ref(b),
        }
    }

    /// The type that both become in a union, a conditional, an array: themselves, a union of object types, or what
    /// implicit casts lead to. Shapes are gone.
    pub(crate) fn common_type(&self, a: &Type, b: &Type) -> Option<Type> {
        match (a, b) {
            (Type::Any, other) | (other, Type::Any) => Some(without_shape(other)),
            (Type::Object(a), Type::Object(b)) if a.id == b.id => Some(self.object_like(a)),
            (Type::Object(a), Type::Object(b)) if a.id.is_nil() || b.id.is_nil() => None,
            (Type::Object(a), Type::Object(b)) => Some(self.union(vec![a.id, b.id])),
            (Type::Array(a), Type::Array(b)) => Some(Type::Array(Arc::new(self.common_type(a, b)?))),
            (Type::Tuple(a), Type::Tuple(b)) if a.elements.len() == b.elements.len() => {
                self.common_tuple(a, b)
            }
            (a, b) => {
                let common = self.schema().common_type(&self.type_ref(a), &self.type_ref(b))?;
                Some(self.type_of(&common))
            }
        }
    }

    fn object_like(&self, object: &ObjectType) -> Type {
        without_shape(&Type::Object(Arc::new(object.clone())))
    }

    /// Names survive where both agree on them.
    fn common_tuple(&self, a: &TupleType, b: &TupleType) -> Option<Type> {
        let pairs = a.elements.iter().zip(&b.elements);
        let elements = pairs.map(|(a, b)| self.common_type(a, b)).collect::<Option<Vec<_>>>()?;
        let names = if a.names == b.names { a.names.clone() } else { Vec::new() };
        Some(Type::Tuple(Arc::new(TupleType { names, elements })))
    }
}

/// The type with no shape on any object in it.
pub(crate) fn without_shape(ty: &Type) -> Type {
    match ty {
        Type::Object(object) if object.shape.is_some() => {
            Type::Object(Arc::new(ObjectType { shape: None, ..(**object).clone() }))
        }
        Type::Array(of) if has_object(of) => Type::Array(Arc::new(without_shape(of))),
        Type::Tuple(tuple) if tuple.elements.iter().any(has_object) => Type::Tuple(Arc::new(TupleType {
            names: tuple.names.clone(),
            elements: tuple.elements.iter().map(without_shape).collect(),
        })),
        other => other.clone(),
    }
}

/// Whether there are objects in its values.
pub(crate) fn has_object(ty: &Type) -> bool {
    match ty {
        Type::Object(_) => true,
        Type::Array(of) => has_object(of),
        Type::Tuple(tuple) => tuple.elements.iter().any(has_object),
        _ => false,
    }
}

/// Whether a type is made of more than `limit` types, those in shapes included.
pub(crate) fn exceeds(ty: &Type, limit: usize) -> bool {
    fn count(ty: &Type, left: usize) -> Option<usize> {
        let left = left.checked_sub(1)?;
        match ty {
            Type::Scalar(_) | Type::Any => Some(left),
            Type::Array(of) | Type::Range(of) | Type::MultiRange(of) => count(of, left),
            Type::Tuple(tuple) => tuple.elements.iter().try_fold(left, |left, ty| count(ty, left)),
            Type::Object(object) => {
                let mut elements = object.shape.iter().flat_map(|shape| &shape.elements);
                elements.try_fold(left, |left, element| count(&element.ty, left))
            }
            Type::View(view) => count(&view.of, left),
        }
    }
    count(ty, limit).is_none()
}

fn unknown_scalar(id: Uuid) -> ScalarType {
    ScalarType {
        id,
        name: id.to_string().into(),
        base: Scalar::Str,
        ancestors: Vec::new(),
        members: Vec::new(),
        checks: Vec::new(),
    }
}

/// The representation of a scalar type.
fn built_in(schema: &Schema, id: Uuid) -> Scalar {
    if schema.scalar_type(id).is_some_and(|ty| ty.is_enum()) {
        return Scalar::Enum;
    }
    let base = schema.scalar_type(schema.base_scalar(id));
    match base.map_or("", |ty| ty.name.as_str()) {
        "std::bool" => Scalar::Bool,
        "std::int16" => Scalar::Int16,
        "std::int32" => Scalar::Int32,
        "std::int64" => Scalar::Int64,
        "std::float32" => Scalar::Float32,
        "std::float64" => Scalar::Float64,
        "std::bigint" => Scalar::BigInt,
        "std::decimal" => Scalar::Decimal,
        "std::bytes" => Scalar::Bytes,
        "std::uuid" => Scalar::Uuid,
        "std::json" => Scalar::Json,
        "std::datetime" => Scalar::Datetime,
        "std::cal::local_datetime" => Scalar::LocalDatetime,
        "std::cal::local_date" => Scalar::LocalDate,
        "std::cal::local_time" => Scalar::LocalTime,
        "std::duration" => Scalar::Duration,
        "std::cal::relative_duration" => Scalar::RelativeDuration,
        "std::cal::date_duration" => Scalar::DateDuration,
        "cfg::memory" => Scalar::Memory,
        "ext::pgvector::vector" => Scalar::Vector,
        "std::anyenum" => Scalar::Enum,
        _ => Scalar::Str,
    }
}
