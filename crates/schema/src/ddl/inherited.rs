//! What a declaration inherits, and from where.

use std::sync::Arc;

use syntax::ast::ObjectKind;
use value::Uuid;

use crate::Schema;
use crate::decl::{Decl, class_title};
use crate::layer::Named;
use crate::model::{AnnotationValue, Constraint, Index, ObjectType, Pointer};

/// The pointer of this name inside those around it: of a type, of a link, or abstract.
pub(super) fn resolved_pointer(schema: &Schema, around: &[Decl], name: &str) -> Option<Arc<Pointer>> {
    let (outer, around) = match around.split_last() {
        None => return abstract_pointer(schema, name),
        Some(split) => split,
    };
    if outer.class == ObjectKind::Type && around.is_empty() {
        return schema.object_type_named(&outer.name)?.pointer(name).cloned();
    }
    resolved_pointer(schema, around, &outer.name)?.properties.get(name).cloned()
}

fn abstract_pointer(schema: &Schema, name: &str) -> Option<Arc<Pointer>> {
    match schema.named(name)? {
        Named::Pointer(pointer) => Some(pointer.clone()),
        _ => None,
    }
}

/// The sources that a declaration inside others is inherited from, as messages name them; nothing where it is not
/// inherited.
pub(super) fn parents(schema: &Schema, around: &[Decl], decl: &Decl) -> Vec<String> {
    let Some((outer, outside)) = around.split_last() else { return Vec::new() };
    let sources = sources(schema, outside, outer);
    let has = |source: &&Source| source.has(decl);
    sources.iter().filter(has).map(|source| source.title.clone()).collect()
}

/// What something inherits from directly.
struct Source {
    title: String,
    what: Heritable,
}

enum Heritable {
    Type(Arc<ObjectType>),
    Pointer(Arc<Pointer>),
    Scalar(Arc<crate::ScalarType>),
}

/// What hands down to the declaration: the types that a type extends, the pointers that a pointer redeclares.
fn sources(schema: &Schema, around: &[Decl], decl: &Decl) -> Vec<Source> {
    match decl.class {
        ObjectKind::Type => {
            let Some(ty) = schema.object_type_named(&decl.name) else { return Vec::new() };
            let bases = ty.bases.iter().filter_map(|id| schema.object_type(*id));
            let source = |ty: &Arc<ObjectType>| Source {
                title: format!("object type '{}'", ty.name),
                what: Heritable::Type(ty.clone()),
            };
            bases.map(source).collect()
        }
        ObjectKind::ScalarType => {
            let Some(ty) = schema.scalar_type_named(&decl.name) else { return Vec::new() };
            let bases = ty.bases.iter().filter_map(|id| schema.scalar_type(*id));
            let source = |ty: &Arc<crate::ScalarType>| Source {
                title: format!("scalar type '{}'", ty.name),
                what: Heritable::Scalar(ty.clone()),
            };
            bases.map(source).collect()
        }
        _ if decl.is_pointer() => match around.split_last() {
            Some((outer, outside)) => pointer_sources(schema, outside, outer, decl),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Pointers of the same name in what the owner inherits from, and abstract ones that it extends.
fn pointer_sources(schema: &Schema, around: &[Decl], owner: &Decl, decl: &Decl) -> Vec<Source> {
    let of_owner = sources(schema, around, owner).into_iter();
    let redeclared = of_owner.filter_map(|source| {
        let pointer = source.pointer(&decl.name)?.clone();
        let title = format!("{} '{}' of {}", class_title(decl.class), decl.name, source.title);
        Some(Source { title, what: Heritable::Pointer(pointer) })
    });
    let extended = decl.bases().iter().filter_map(|base| {
        let title = format!("abstract {} '{base}'", class_title(decl.class));
        Some(Source { title, what: Heritable::Pointer(abstract_pointer(schema, base)?) })
    });
    redeclared.chain(extended).collect()
}

impl Source {
    fn pointer(&self, name: &str) -> Option<&Arc<Pointer>> {
        match &self.what {
            Heritable::Type(ty) => ty.pointer(name),
            Heritable::Pointer(link) => link.properties.get(name),
            Heritable::Scalar(_) => None,
        }
    }

    fn constraints(&self) -> &[Arc<Constraint>] {
        match &self.what {
            Heritable::Type(ty) => &ty.constraints,
            Heritable::Pointer(pointer) => &pointer.constraints,
            Heritable::Scalar(ty) => &ty.constraints,
        }
    }

    fn annotations(&self) -> &[AnnotationValue] {
        match &self.what {
            Heritable::Type(ty) => &ty.annotations,
            Heritable::Pointer(pointer) => &pointer.annotations,
            Heritable::Scalar(ty) => &ty.annotations,
        }
    }

    fn indexes(&self) -> &[Arc<Index>] {
        match &self.what {
            Heritable::Type(ty) => &ty.indexes,
            Heritable::Pointer(link) => &link.indexes,
            Heritable::Scalar(_) => &[],
        }
    }

    fn has(&self, decl: &Decl) -> bool {
        match (decl.class, &self.what) {
            _ if decl.is_pointer() => self.pointer(&decl.name).is_some(),
            (ObjectKind::Constraint, _) => self.constraints().iter().any(|it| is_constraint(it, decl)),
            (ObjectKind::AnnotationValue, _) => {
                self.annotations().iter().any(|it| it.name.as_str() == &*decl.name)
            }
            (ObjectKind::Index, _) => self.indexes().iter().any(|it| is_index(it, decl)),
            (ObjectKind::Trigger, Heritable::Type(ty)) => ty.triggers.iter().any(|it| it.name == decl.name),
            (ObjectKind::AccessPolicy, Heritable::Type(ty)) => {
                ty.policies.iter().any(|it| it.name == decl.name)
            }
            (ObjectKind::Rewrite, Heritable::Pointer(pointer)) => {
                pointer.rewrites.iter().any(|it| rewrite_name(it.kind) == &*decl.name)
            }
            _ => false,
        }
    }
}

fn rewrite_name(kind: crate::RewriteKind) -> &'static str {
    match kind {
        crate::RewriteKind::Insert => "insert",
        crate::RewriteKind::Update => "update",
    }
}

fn is_constraint(constraint: &Constraint, decl: &Decl) -> bool {
    use crate::decl::Field;
    let args = decl.exprs(Field::Args).iter().map(crate::Expression::text);
    constraint.name.as_str() == &*decl.name
        && constraint.except.as_ref() == decl.expr(Field::Except)
        && decl.expr(Field::On).is_none_or(|on| constraint.subject_expr.as_ref() == Some(on))
        && (args.len() == 0 || args.eq(constraint.args.iter().map(|arg| arg.value.text())))
}

fn is_index(index: &Index, decl: &Decl) -> bool {
    use crate::decl::Field;
    index.name.as_str() == &*decl.name
        && Some(&index.expr) == decl.expr(Field::On)
        && index.except.as_ref() == decl.expr(Field::Except)
}

/// The object type with this id and those below it, as they are declared now.
pub(super) fn with_descendants(schema: &Schema, id: Uuid) -> Vec<Uuid> {
    let mut all = vec![id];
    all.extend_from_slice(schema.descendants(id));
    all
}
