//! Telling links from properties where the declaration leaves it to the expression.

use std::sync::Arc;

use syntax::ast::ObjectKind;

use crate::decl::{Decl, Declared, Field};
use crate::model::PointerKind;
use crate::trace::type_of;
use crate::{Schema, TypeRef};

/// Gives every pointer of unknown kind the kind that it inherits, that its expression was found to have or that it looks
/// to have. Says whether anything changed.
pub(crate) fn settle_kinds(schema: &Schema, declared: &mut Declared) -> bool {
    let unknown =
        |decl: &Decl| decl.pointers().any(|it| it.class == ObjectKind::Pointer || has_open_kind(it));
    let keys: Vec<Arc<str>> =
        declared.items.iter().filter(|(_, decl)| unknown(decl)).map(|(key, _)| key.clone()).collect();
    let mut changed = false;
    for key in keys {
        let inferred = declared.inferred.clone();
        let Some(decl) = declared.items.get_mut(&key).map(Arc::make_mut) else { continue };
        let (name, is_type) = (decl.name.clone(), decl.class == ObjectKind::Type);
        let owner = schema.object_type_named(&name).filter(|_| is_type);
        for child in decl.children.iter_mut().filter(|child| child.is_pointer()) {
            let above = owner.and_then(|owner| owner.pointer(&child.name)).filter(|it| !it.bases.is_empty());
            let found = inferred.get(&child.id).map(|it| it.ty.is_object());
            let is_link = match (above, found, child.class) {
                (Some(above), ..) => Some(above.kind == PointerKind::Link),
                (_, Some(is_link), _) if has_open_kind(child) => Some(is_link),
                (_, _, ObjectKind::Pointer) => {
                    let subject = owner.map(|owner| TypeRef::Object(owner.id));
                    let ty = child.expr(Field::Computed).and_then(|expr| type_of(schema, expr, subject));
                    Some(ty.is_some_and(|ty| ty.is_object()))
                }
                _ => None,
            };
            let class = match is_link {
                Some(true) => ObjectKind::Link,
                Some(false) => ObjectKind::Property,
                None => child.class,
            };
            changed |= class != child.class;
            child.class = class;
            changed |= settle_link_properties(child);
        }
    }
    changed
}

/// The kind of a computed pointer without a type is that of its expression.
fn has_open_kind(decl: &Decl) -> bool {
    decl.expr(Field::Computed).is_some() && decl.ty(Field::Target).is_none()
}

/// What a link has are properties.
fn settle_link_properties(link: &mut Decl) -> bool {
    let open = link.children.iter_mut().filter(|child| child.class == ObjectKind::Pointer);
    open.map(|child| child.class = ObjectKind::Property).count() > 0
}
