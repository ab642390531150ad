//! Types by name, as declarations hold them.

use std::fmt;
use std::sync::Arc;

use crate::{Schema, TypeRef};

/// A type, by the full names of what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DeclType {
    /// Also `anytype`, `anytuple` and `anyobject`.
    Name(Arc<str>),
    /// `ext::pgvector::vector<3>`.
    Applied(Arc<str>, Vec<Arc<str>>),
    Tuple(Vec<(Option<Arc<str>>, DeclType)>),
    Array(Box<DeclType>),
    Range(Box<DeclType>),
    MultiRange(Box<DeclType>),
    /// Object types, ordered by name.
    Union(Vec<Arc<str>>),
}

impl DeclType {
    /// A type of a schema, by the names that it has there.
    pub(crate) fn of(schema: &Schema, ty: &TypeRef) -> DeclType {
        let name = |ty: TypeRef| Arc::from(schema.type_name(&ty));
        let inner = |of: &Arc<TypeRef>| Box::new(DeclType::of(schema, of));
        match ty {
            TypeRef::Tuple(elements) => {
                let element = |it: &crate::TupleElement| (it.name.clone(), DeclType::of(schema, &it.ty));
                DeclType::Tuple(elements.iter().map(element).collect())
            }
            TypeRef::Array(of) => DeclType::Array(inner(of)),
            TypeRef::Range(of) => DeclType::Range(inner(of)),
            TypeRef::MultiRange(of) => DeclType::MultiRange(inner(of)),
            TypeRef::Union(ids) => {
                let mut names: Vec<Arc<str>> = ids.iter().map(|id| name(TypeRef::Object(*id))).collect();
                names.sort();
                DeclType::Union(names)
            }
            other => DeclType::Name(name(other.clone())),
        }
    }

    /// Calls `visit` on every name in it.
    pub(crate) fn each_name(&mut self, visit: &mut dyn FnMut(&mut Arc<str>)) {
        match self {
            DeclType::Name(name) | DeclType::Applied(name, _) => visit(name),
            DeclType::Tuple(elements) => elements.iter_mut().for_each(|(_, ty)| ty.each_name(visit)),
            DeclType::Array(of) | DeclType::Range(of) | DeclType::MultiRange(of) => of.each_name(visit),
            DeclType::Union(names) => {
                names.iter_mut().for_each(&mut *visit);
                names.sort();
            }
        }
    }
}

/// As Gel prints it, names unquoted.
impl fmt::Display for DeclType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeclType::Name(name) => f.write_str(name),
            DeclType::Applied(name, args) => write!(f, "{name}<{}>", args.join(", ")),
            DeclType::Tuple(elements) => {
                let element = |(name, ty): &(Option<Arc<str>>, DeclType)| match name {
                    Some(name) => format!("{name}: {ty}"),
                    None => ty.to_string(),
                };
                write!(f, "tuple<{}>", elements.iter().map(element).collect::<Vec<_>>().join(", "))
            }
            DeclType::Array(of) => write!(f, "array<{of}>"),
            DeclType::Range(of) => write!(f, "range<{of}>"),
            DeclType::MultiRange(of) => write!(f, "multirange<{of}>"),
            DeclType::Union(names) => write!(f, "({})", names.join(" | ")),
        }
    }
}
