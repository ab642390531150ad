//! Objects of the schema and of the server, which introspection reads and no store holds.

use std::sync::Arc;

use value::{Uuid, Value};

/// The target of a link, and the link's properties that hold something.
pub type Linked = (Uuid, Vec<(Arc<str>, Value)>);

/// What introspection reads. Ids of its objects are not those of any object in the data.
pub trait Catalog {
    /// Whether there are objects of exactly this type.
    fn has(&self, type_id: Uuid) -> bool;

    /// The objects of exactly this type.
    fn objects(&self, type_id: Uuid) -> Vec<Uuid>;

    /// The objects of exactly this type whose `name` is this.
    fn named(&self, type_id: Uuid, name: &str) -> Vec<Uuid>;

    /// The type of an object, or of a type; none for what is not here.
    fn type_of(&self, id: Uuid) -> Option<Uuid>;

    /// What a property holds, single or multi.
    fn values(&self, id: Uuid, property: &str) -> Vec<Value>;

    /// Where a link leads, single or multi, in order.
    fn links(&self, id: Uuid, link: &str) -> Vec<Linked>;

    /// The objects of exactly this type whose link leads to `target`.
    fn sources(&self, type_id: Uuid, link: &str, target: Uuid) -> Vec<Uuid>;

    /// The object types of the data that a type stands for: itself and those below it, but for abstract ones.
    fn concrete_types(&self, object_type: Uuid) -> Vec<Uuid>;
}
