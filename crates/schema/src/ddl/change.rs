//! What changing a schema asks of the data.

use std::sync::Arc;

use value::Uuid;

use crate::Expression;
use crate::model::Pointer;

/// One thing to be done to the data of one object type. Pointers are those of the new schema where they exist in it;
/// expressions are about the old one, and about the data before the first change.
#[derive(Clone, Debug)]
pub enum DataChange {
    /// The type is gone: its objects go.
    DropObjects {
        /// The object type.
        type_id: Uuid,
    },
    /// The type is abstract now: it may have no objects.
    MakeAbstract {
        /// The object type.
        type_id: Uuid,
        /// Its name.
        name: Arc<str>,
    },
    /// The pointer is gone or computed now: its values go.
    DropPointer {
        /// The object type.
        type_id: Uuid,
        /// Its old name.
        pointer: Arc<str>,
    },
    /// Values are kept under other names, all at once.
    RenamePointers {
        /// The object type.
        type_id: Uuid,
        /// Old and new names; one may be both.
        names: Vec<(Arc<str>, Arc<str>)>,
    },
    /// A stored pointer has another type or cardinality, or is kept in another place.
    ConvertPointer {
        /// The object type.
        type_id: Uuid,
        /// As it was.
        from: Arc<Pointer>,
        /// As it is.
        to: Arc<Pointer>,
        /// How to get the new value from the object, each from what the one before gave; a cast where there is none.
        using: Vec<Expression>,
    },
    /// Objects that have no value get one. Where there is none to give, a required pointer is an error later.
    Fill {
        /// The object type.
        type_id: Uuid,
        /// The pointer.
        pointer: Arc<Pointer>,
        /// The value.
        with: Expression,
    },
    /// The properties of a link changed.
    LinkProperties {
        /// The object type.
        type_id: Uuid,
        /// The link as it was.
        from: Arc<Pointer>,
        /// The link as it is.
        to: Arc<Pointer>,
        /// What became of each property.
        properties: Vec<PropertyChange>,
    },
    /// The members of an enum or the constraints of a scalar changed: values of this pointer must still be valid.
    CheckValues {
        /// The object type.
        type_id: Uuid,
        /// The pointer as it was.
        from: Arc<Pointer>,
        /// The pointer.
        pointer: Arc<Pointer>,
        /// The scalar type is the pointer's own, not one inside of its arrays and tuples.
        whole: bool,
    },
}

/// What became of one stored property of a link.
#[derive(Clone, Debug)]
pub struct PropertyChange {
    /// As it was; none: it is new.
    pub from: Option<Arc<Pointer>>,
    /// As it is; none: its values go.
    pub to: Option<Arc<Pointer>>,
    /// Values become of a new type.
    pub converts: bool,
    /// How to get the new value, as for a pointer.
    pub using: Vec<Expression>,
    /// The value for links that have none.
    pub fill: Option<Expression>,
}
