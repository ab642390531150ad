//! The schema as data: the objects that queries over the module `schema` see.

mod callables;
mod collect;
mod constraints;
mod named;
mod pointers;
mod row;
mod types;
mod views;

pub use row::{Content, Target};

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use value::Uuid;

use crate::{Schema, TypeRef};
use collect::Collector;
use row::{FALSE, Row, TRUE};

/// The objects of one version of a schema, of the types of the module `schema`. What an object holds is found out when
/// it is first read; the standard library's objects are shared by all schemas.
pub struct SchemaObjects {
    schema: Schema,
    below: Option<&'static SchemaObjects>,
    rows: Vec<Row>,
    ids: HashMap<Uuid, usize>,
    types: HashMap<Uuid, Vec<usize>>,
    names: OnceLock<HashMap<Arc<str>, Vec<usize>>>,
    sources: Mutex<HashMap<Link, Arc<Sources>>>,
}

/// The type of a link's sources and its name.
type Link = (Uuid, Box<str>);
/// Sources of a link by target.
type Sources = HashMap<Uuid, Vec<Uuid>>;

static LIBRARY: LazyLock<SchemaObjects> = LazyLock::new(|| SchemaObjects::of(Schema::std(), None));

impl SchemaObjects {
    /// The catalog of a schema.
    pub fn new(schema: Schema) -> SchemaObjects {
        SchemaObjects::of(schema, Some(&LIBRARY))
    }

    fn of(schema: Schema, below: Option<&'static SchemaObjects>) -> SchemaObjects {
        let rows = Collector::new(&schema, below).collect();
        let ids = rows.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
        let mut types: HashMap<Uuid, Vec<usize>> = HashMap::new();
        rows.iter().enumerate().for_each(|(at, row)| types.entry(row.type_id).or_default().push(at));
        SchemaObjects { schema, below, rows, ids, types, names: OnceLock::new(), sources: Mutex::default() }
    }

    fn levels(&self) -> impl Iterator<Item = &SchemaObjects> {
        [self.below, Some(self)].into_iter().flatten()
    }

    fn find(&self, id: Uuid) -> Option<(&SchemaObjects, &Row)> {
        self.levels().find_map(|level| Some((level, level.rows.get(*level.ids.get(&id)?)?)))
    }

    /// Whether there are objects of exactly this type.
    pub fn has(&self, type_id: Uuid) -> bool {
        self.levels().any(|level| level.types.contains_key(&type_id))
    }

    /// The objects of exactly this type.
    pub fn objects(&self, type_id: Uuid) -> Vec<Uuid> {
        let objects = |level: &SchemaObjects| {
            let rows = level.types.get(&type_id).into_iter().flatten();
            rows.filter_map(|at| Some(level.rows.get(*at)?.id)).collect::<Vec<_>>()
        };
        self.levels().flat_map(objects).collect()
    }

    /// The objects of exactly this type that have this name.
    pub fn named(&self, type_id: Uuid, name: &str) -> Vec<Uuid> {
        let objects = |level: &SchemaObjects| {
            let rows = level.names().get(name).into_iter().flatten().filter_map(|at| level.rows.get(*at));
            rows.filter(|row| row.type_id == type_id).map(|row| row.id).collect::<Vec<_>>()
        };
        self.levels().flat_map(objects).collect()
    }

    fn names(&self) -> &HashMap<Arc<str>, Vec<usize>> {
        self.names.get_or_init(|| {
            let mut names: HashMap<Arc<str>, Vec<usize>> = HashMap::new();
            for (at, row) in self.rows.iter().enumerate() {
                names.entry(row.name()).or_default().push(at);
            }
            names
        })
    }

    /// The type of an object.
    pub fn type_of(&self, id: Uuid) -> Option<Uuid> {
        self.find(id).map(|(_, row)| row.type_id)
    }

    /// What a pointer of an object holds; nothing for an object that is not here.
    pub fn content(&self, id: Uuid, pointer: &str) -> Option<&Content> {
        let (level, row) = self.find(id)?;
        match pointer {
            "name" => Some(&row.name),
            "builtin" => Some(if row.builtin { &TRUE } else { &FALSE }),
            "internal" => Some(&FALSE),
            _ => row.pointers(&level.schema).iter().find(|(name, _)| *name == pointer).map(|(_, it)| it),
        }
    }

    /// The objects of exactly this type whose link of this name leads to `target`.
    pub fn sources(&self, type_id: Uuid, link: &str, target: Uuid) -> Vec<Uuid> {
        let sources =
            |level: &SchemaObjects| level.links(type_id, link).get(&target).cloned().unwrap_or_default();
        self.levels().flat_map(sources).collect()
    }

    fn links(&self, type_id: Uuid, link: &str) -> Arc<Sources> {
        let mut known = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let sources = known.entry((type_id, link.into())).or_insert_with(|| {
            let mut sources = Sources::new();
            for row in self.types.get(&type_id).into_iter().flatten().filter_map(|at| self.rows.get(*at)) {
                let content = row.pointers(&self.schema).iter().find(|(name, _)| *name == link);
                let targets = content.into_iter().flat_map(|(_, content)| content.targets());
                targets.for_each(|target| sources.entry(target).or_default().push(row.id));
            }
            Arc::new(sources)
        });
        sources.clone()
    }

    /// The ids of all objects.
    #[cfg(test)]
    pub(crate) fn all(&self) -> impl Iterator<Item = Uuid> {
        self.levels().flat_map(|level| level.rows.iter().map(|row| row.id))
    }

    /// All that an object holds beyond what every one has.
    #[cfg(test)]
    pub(crate) fn pointers(&self, id: Uuid) -> &[(&'static str, Content)] {
        self.find(id).map_or(&[], |(level, row)| row.pointers(&level.schema))
    }
}

impl std::fmt::Debug for SchemaObjects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the catalog of schema {}", self.schema.version())
    }
}

impl Schema {
    /// The id of a type, collections and unions included: the same type has the same one in every schema.
    pub fn type_id(&self, ty: &TypeRef) -> Uuid {
        match ty {
            TypeRef::Scalar(id) | TypeRef::Object(id) => *id,
            TypeRef::AnyType => Uuid::from_u128(1),
            TypeRef::AnyTuple => Uuid::from_u128(2),
            TypeRef::AnyObject => Uuid::from_u128(3),
            other => crate::identity::derived_id(&format!("{other:?}")),
        }
    }

    /// The name under which introspection shows a type: `tuple<a:std::int64>`, `default::(default:A | default:B)`.
    pub fn catalog_name(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Tuple(elements) => {
                let element = |element: &crate::TupleElement| match &element.name {
                    Some(name) => format!("{name}:{}", self.catalog_name(&element.ty)),
                    None => self.catalog_name(&element.ty),
                };
                format!("tuple<{}>", elements.iter().map(element).collect::<Vec<_>>().join(", "))
            }
            TypeRef::Array(of) => format!("array<{}>", self.catalog_name(of)),
            TypeRef::Range(of) => format!("range<{}>", self.catalog_name(of)),
            TypeRef::MultiRange(of) => format!("multirange<{}>", self.catalog_name(of)),
            TypeRef::Union(ids) => {
                let name = |id: &Uuid| self.type_name(&TypeRef::Object(*id)).replace("::", ":");
                format!("default::({})", ids.iter().map(name).collect::<Vec<_>>().join(" | "))
            }
            other => self.type_name(other),
        }
    }
}

/// Targets with their places as `@index`.
fn ordered(ids: impl IntoIterator<Item = Uuid>) -> Vec<Target> {
    let target = |(index, id)| Target::new(id).with("index", (index as i64).into());
    ids.into_iter().enumerate().map(target).collect()
}

/// Targets that say whether they are declared where they are.
fn owned<'a, T: 'a>(
    items: impl IntoIterator<Item = &'a Arc<T>>,
    id: impl Fn(&T) -> Uuid,
    is_owned: impl Fn(&T) -> bool,
) -> Vec<Target> {
    let target = |item: &'a Arc<T>| {
        let owned = is_owned(item);
        Target::new(id(item)).with("owned", owned.into()).with("is_owned", owned.into())
    };
    items.into_iter().map(target).collect()
}
