//! What prompts call an object: `link 'host' of object type 'default::Event'`.

use super::objects::{Class, Object};
use crate::decl::Field;

/// `property 'name'`, without what it stands in.
pub(crate) fn alone(object: &Object) -> String {
    let is_abstract = object.class.is_part() && object.owner.is_none();
    let prefix = if is_abstract { "abstract " } else { "" };
    match object.class {
        Class::Index if object.owner.is_some() => format!("index on {}", subject(object)),
        Class::Rewrite if &*object.decl.name == "insert" => "rewrite 'Insert'".to_owned(),
        Class::Rewrite => "rewrite 'Update'".to_owned(),
        class => format!("{prefix}{} '{}'", word(class), object.decl.name),
    }
}

/// With the next thing that it stands in, where it stands in one.
pub(crate) fn titled(object: &Object, owner: Option<&Object>) -> String {
    match owner {
        Some(owner) => format!("{} of {}", alone(object), alone(owner)),
        None => alone(object),
    }
}

fn subject(object: &Object) -> String {
    let text = object.decl.expr(Field::On).map(|expr| expr.text().to_owned()).unwrap_or_default();
    if text.starts_with('(') { text } else { format!("({text})") }
}

fn word(class: Class) -> &'static str {
    match class {
        Class::AccessPolicy => "access policy",
        Class::Alias => "alias",
        Class::Annotation | Class::AnnotationValue => "annotation",
        Class::Array | Class::MultiRange | Class::Range | Class::Tuple => "collection",
        Class::Constraint => "constraint",
        Class::Function => "function",
        Class::FutureBehavior => "future",
        Class::Global => "global",
        Class::Index => "index",
        Class::Link => "link",
        Class::ObjectType => "object type",
        Class::Permission => "permission",
        Class::Property => "property",
        Class::Rewrite => "rewrite",
        Class::ScalarType => "scalar type",
        Class::Trigger => "trigger",
    }
}

/// The class as prompt ids have it: `ObjectType` and `TYPE`.
pub(crate) fn id_words(class: Class) -> (&'static str, &'static str) {
    match class {
        Class::AccessPolicy => ("AccessPolicy", "ACCESS_POLICY"),
        Class::Alias => ("Alias", "ALIAS"),
        Class::Annotation => ("Annotation", "ANNOTATION"),
        Class::AnnotationValue => ("AnnotationValue", "ANNOTATION"),
        Class::Array => ("Array", "ARRAY TYPE"),
        Class::Constraint => ("Constraint", "CONSTRAINT"),
        Class::Function => ("Function", "FUNCTION"),
        Class::FutureBehavior => ("FutureBehavior", "FUTURE"),
        Class::Global => ("Global", "GLOBAL"),
        Class::Index => ("Index", "INDEX"),
        Class::Link => ("Link", "LINK"),
        Class::MultiRange => ("MultiRange", "MULTIRANGE TYPE"),
        Class::ObjectType => ("ObjectType", "TYPE"),
        Class::Permission => ("Permission", "PERMISSION"),
        Class::Property => ("Property", "PROPERTY"),
        Class::Range => ("Range", "RANGE TYPE"),
        Class::Rewrite => ("Rewrite", "REWRITE"),
        Class::ScalarType => ("ScalarType", "SCALAR TYPE"),
        Class::Trigger => ("Trigger", "TRIGGER"),
        Class::Tuple => ("Tuple", "TUPLE TYPE"),
    }
}
