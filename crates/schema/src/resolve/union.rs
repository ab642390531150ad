//! Unions of object types that links point to.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::ObjectKind;
use value::Uuid;

use super::{Resolver, located};
use crate::TypeRef;
use crate::model::{ObjectType, Pointer};

impl Resolver<'_> {
    /// A computed pointer that members of a union have by the same name must be one and the same.
    pub(super) fn check_unions(&self) -> Result<()> {
        for decl in self.declared.of_class(ObjectKind::Type) {
            let Some(ty) = self.object(decl.id) else { continue };
            for own in decl.pointers() {
                let Some(TypeRef::Union(ids)) = ty.pointer(&own.name).and_then(|it| it.target.as_ref())
                else {
                    continue;
                };
                let members: Vec<&Arc<ObjectType>> = ids.iter().filter_map(|id| self.object(*id)).collect();
                check_members(&members, &|ty, name| self.definition(ty, name))
                    .map_err(|error| located(error, own.span))?;
            }
        }
        Ok(())
    }

    /// The declaration that a pointer of a type goes back to.
    fn definition(&self, ty: &ObjectType, name: &str) -> Option<Uuid> {
        let own = ty.pointer(name).filter(|it| it.owned);
        let above =
            || ty.ancestors.iter().filter_map(|id| self.object(*id)?.pointer(name)).find(|it| it.owned);
        own.or_else(above).map(|it| it.id)
    }
}

fn check_members(
    members: &[&Arc<ObjectType>],
    definition: &dyn Fn(&ObjectType, &str) -> Option<Uuid>,
) -> Result<()> {
    let Some((first, rest)) = members.split_first() else { return Ok(()) };
    let is_shared = |pointer: &&Arc<Pointer>| rest.iter().all(|ty| ty.pointer(&pointer.name).is_some());
    for pointer in first.pointers.values().filter(is_shared) {
        let name = &pointer.name;
        let computed = members.iter().any(|ty| ty.pointer(name).is_some_and(|it| it.is_computed()));
        let origin = definition(first, name);
        if computed && rest.iter().any(|ty| definition(ty, name) != origin) {
            let names: Vec<&str> = members.iter().map(|ty| ty.name.as_str()).collect();
            let what = if pointer.is_link() { "link" } else { "property" };
            let message = format!(
                "cannot create union ({}) with {what} '{name}' it is illegal to create a type union that causes a computed \
                 {what} '{name}' to mix with other versions of the same {what} '{name}'",
                names.join(" | ")
            );
            return Err(Diagnostic::new(ErrorCode::SCHEMA, message));
        }
    }
    Ok(())
}
