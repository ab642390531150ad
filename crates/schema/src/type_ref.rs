//! References to types.

use std::sync::Arc;

use value::Uuid;

/// The type of a pointer, parameter, result or global, by the ids of what it names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeRef {
    /// A scalar type, abstract ones (`std::anyint`, `std::anyenum`) included.
    Scalar(Uuid),
    /// An object type.
    Object(Uuid),
    /// `A | B`: objects of any of these types.
    Union(Arc<[Uuid]>),
    /// A tuple.
    Tuple(Arc<[TupleElement]>),
    /// An array.
    Array(Arc<TypeRef>),
    /// A range.
    Range(Arc<TypeRef>),
    /// A multirange.
    MultiRange(Arc<TypeRef>),
    /// `anytype`.
    AnyType,
    /// `anytuple`.
    AnyTuple,
    /// `anyobject`.
    AnyObject,
}

/// One element of a tuple type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TupleElement {
    /// `None` in an unnamed tuple.
    pub name: Option<Arc<str>>,
    /// Its type.
    pub ty: TypeRef,
}

impl TypeRef {
    /// Whether the type stands for many: it or a part of it is `anytype`, `anytuple` or `anyobject`.
    /// Abstract scalars are not counted; see [`crate::Schema::is_polymorphic`].
    pub fn has_pseudo_type(&self) -> bool {
        match self {
            TypeRef::AnyType | TypeRef::AnyTuple | TypeRef::AnyObject => true,
            TypeRef::Tuple(elements) => elements.iter().any(|e| e.ty.has_pseudo_type()),
            TypeRef::Array(of) | TypeRef::Range(of) | TypeRef::MultiRange(of) => of.has_pseudo_type(),
            TypeRef::Scalar(_) | TypeRef::Object(_) | TypeRef::Union(_) => false,
        }
    }

    /// Whether its elements are objects.
    pub fn is_object(&self) -> bool {
        matches!(self, TypeRef::Object(_) | TypeRef::Union(_) | TypeRef::AnyObject)
    }
}
