//! Types as messages name them, while the schema that they are of is being made.

use super::Resolver;
use crate::TypeRef;

impl Resolver<'_> {
    pub(super) fn name_of(&self, id: value::Uuid) -> String {
        let declared = self.declared.iter().find(|decl| decl.id == id);
        let name = declared.map(|decl| decl.name.to_string());
        name.unwrap_or_else(|| self.below.type_name(&TypeRef::Object(id)))
    }

    pub(super) fn type_text(&self, ty: &TypeRef) -> String {
        let one = |of: &TypeRef| self.type_text(of);
        match ty {
            TypeRef::Scalar(id) | TypeRef::Object(id) => self.name_of(*id),
            TypeRef::Union(ids) => {
                let names: Vec<String> = ids.iter().map(|id| self.name_of(*id)).collect();
                format!("({})", names.join(" | "))
            }
            TypeRef::Array(of) => format!("array<{}>", one(of)),
            TypeRef::Range(of) => format!("range<{}>", one(of)),
            TypeRef::MultiRange(of) => format!("multirange<{}>", one(of)),
            TypeRef::Tuple(elements) => {
                let element = |it: &crate::TupleElement| match &it.name {
                    Some(name) => format!("{name}: {}", one(&it.ty)),
                    None => one(&it.ty),
                };
                format!("tuple<{}>", elements.iter().map(element).collect::<Vec<_>>().join(", "))
            }
            pseudo => self.below.type_name(pseudo),
        }
    }

    /// `scalar type 'std::str'`, `collection 'array<std::str>'`
    pub(super) fn type_title(&self, ty: &TypeRef) -> String {
        let class = match ty {
            TypeRef::Scalar(id) if self.is_enum(*id) => "enumerated type",
            TypeRef::Scalar(_) => "scalar type",
            TypeRef::Object(_) | TypeRef::Union(_) => "object type",
            TypeRef::AnyType | TypeRef::AnyTuple | TypeRef::AnyObject => "pseudo type",
            _ => "collection",
        };
        format!("{class} '{}'", self.type_text(ty))
    }

    fn is_enum(&self, id: value::Uuid) -> bool {
        matches!(self.by_id(id), Some(crate::Named::Scalar(ty)) if ty.is_enum())
    }

    /// Whether a type stands for many: pseudo types and abstract scalars.
    pub(super) fn is_generic(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::Scalar(id) => {
                matches!(self.by_id(*id), Some(crate::Named::Scalar(ty)) if ty.is_abstract)
            }
            TypeRef::Array(of) | TypeRef::Range(of) | TypeRef::MultiRange(of) => self.is_generic(of),
            TypeRef::Tuple(elements) => elements.iter().any(|element| self.is_generic(&element.ty)),
            other => other.has_pseudo_type(),
        }
    }
}
