//! The standard library, as data: one line an overload.
//!
//! The files beside this one hold signatures, types and constraints in a terse form, with the ids that Gel's clients
//! know. A line that cannot be read is left out and reported by [`problems`], which a test looks at.

mod callables;
mod names;
mod notes;
mod text;
mod types;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

pub(crate) use types::exclusive;

use crate::casts::CastTable;
use crate::layer::Layer;
use crate::{Schema, TypeRef};
use notes::Notes;

struct Library {
    schema: Schema,
    #[cfg_attr(not(test), expect(dead_code))]
    problems: Vec<String>,
}

static LIBRARY: LazyLock<Library> = LazyLock::new(load);

impl Schema {
    /// The schema that holds the standard library and nothing else.
    pub fn std() -> Schema {
        LIBRARY.schema.clone()
    }
}

/// Lines of the files that could not be read.
#[cfg(test)]
pub(crate) fn problems() -> &'static [String] {
    &LIBRARY.problems
}

fn load() -> Library {
    let mut loader = Loader::default();
    (loader.notes, loader.problems) = Notes::read(include_str!("annotations.std"));
    loader.load_scalars(include_str!("scalars.std"));
    loader.load_object_types(include_str!("types.std"));
    loader.load_names(include_str!("names.std"));
    loader.load_constraints(include_str!("constraints.std"));
    loader.load_functions(include_str!("functions.std"));
    loader.load_operators(include_str!("operators.std"));
    loader.load_casts(include_str!("casts.std"));
    let casts = Arc::new(CastTable::of(&loader.layer));
    let schema = Schema::from_layer(loader.layer, casts);
    Library { schema, problems: loader.problems }
}

/// The library as far as it has been read.
struct Loader {
    layer: Layer,
    types: HashMap<&'static str, TypeRef>,
    notes: Notes,
    problems: Vec<String>,
}

impl Default for Loader {
    fn default() -> Self {
        let pseudo = [
            ("anytype", TypeRef::AnyType),
            ("anytuple", TypeRef::AnyTuple),
            ("anyobject", TypeRef::AnyObject),
        ];
        Loader {
            layer: Layer::default(),
            types: pseudo.into_iter().collect(),
            notes: Notes::default(),
            problems: Vec::new(),
        }
    }
}

impl Loader {
    /// Runs `read` on each line and notes those it gives nothing for.
    fn each_line(&mut self, file: &'static str, read: impl Fn(&mut Self, &'static str) -> Option<()>) {
        for line in text::lines(file) {
            if read(self, line).is_none() {
                self.problems.push(line.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        assert_eq!(problems(), &[] as &[String]);
        let schema = Schema::std();
        assert_eq!(schema.functions().count(), 309);
        assert_eq!(schema.operators().count(), 448);
        assert_eq!(schema.casts().count(), 124);
        assert_eq!(schema.object_types().count(), 71);
        assert_eq!(schema.scalar_types().count(), 75);
    }

    #[test]
    fn all_that_is_called_says_what_it_does() {
        let schema = Schema::std();
        let bare: Vec<&str> =
            schema.functions().filter(|it| it.annotations.is_empty()).map(|it| &*it.key).collect();
        assert_eq!(bare, [] as [&str; 0]);
        for operator in schema.operators() {
            let names: Vec<&str> = operator.annotations.iter().map(|it| it.name.as_str()).collect();
            assert_eq!(names, ["std::description", "std::identifier"], "{}", operator.key);
        }
    }

    #[test]
    fn keys_are_signatures() {
        let schema = Schema::std();
        let keys: Vec<&str> = schema.functions_named("std::json_get").iter().map(|f| &*f.key).collect();
        assert_eq!(
            keys,
            ["std::json_get(std::json, variadic array<std::str>, named only default: optional std::json)"]
        );
        assert!(schema.operators_named("std::+").iter().any(|o| &*o.key == "std::+(std::int64, std::int64)"));
    }

    #[test]
    fn types_inherit() {
        let schema = Schema::std();
        let object_type = schema.object_type_named("schema::ObjectType").unwrap();
        let ancestors: Vec<String> =
            object_type.ancestors.iter().map(|id| schema.type_name(&TypeRef::Object(*id))).collect();
        assert_eq!(
            ancestors.join(" "),
            "schema::Source schema::ConsistencySubject schema::InheritingObject schema::Type \
             schema::SubclassableObject schema::AnnotationSubject schema::Object std::BaseObject"
        );
        let pointers = object_type.pointer("pointers").unwrap();
        assert!(pointers.is_multi() && pointers.properties.contains_key("owned"));
        assert_eq!(object_type.pointers.len(), 28);
    }

    #[test]
    fn casts_climb() {
        let schema = Schema::std();
        let scalar = |name: &str| TypeRef::Scalar(schema.scalar_type_named(name).unwrap().id);
        let distance = |a: &str, b: &str| schema.implicit_cast_distance(&scalar(a), &scalar(b));
        assert_eq!(distance("std::int16", "std::int64"), Some(2));
        assert_eq!(distance("std::int64", "std::int16"), None);
        assert_eq!(distance("std::str", "std::int64"), None);
        let common =
            |a: &str, b: &str| schema.common_type(&scalar(a), &scalar(b)).map(|t| schema.type_name(&t));
        assert_eq!(common("std::int64", "std::float32").as_deref(), Some("std::float64"));
        assert_eq!(common("std::int64", "std::bigint").as_deref(), Some("std::bigint"));
        assert_eq!(common("std::int64", "std::str"), None);
    }
}
