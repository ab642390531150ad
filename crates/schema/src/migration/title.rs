//! What prompts call a change: `did you create link 'host' of object type 'default::Event'?`

use sha2::{Digest, Sha256};
use syntax::ast::ObjectKind;

use crate::QName;
use crate::decl::{Decl, Field, PLAIN_INDEX, Setting, class_title};

/// `link 'host' of object type 'default::Event'`; of what is deeper, only the next one out is named.
pub(super) fn friendly(decl: &Decl, around: &[&Decl]) -> String {
    let own = match decl.class {
        ObjectKind::Index => format!("index on {}", index_expr(decl)),
        ObjectKind::Rewrite => format!("rewrite '{}'", rewrite_title(decl)),
        class => format!("{} '{}'", class_title(class), decl.name),
    };
    match around.last() {
        Some(outer) => format!("{own} of {}", friendly_alone(outer, around.len())),
        None => own,
    }
}

fn friendly_alone(decl: &Decl, depth: usize) -> String {
    match depth {
        _ if decl.class == ObjectKind::Index => friendly(decl, &[]),
        _ => format!("{} '{}'", class_title(decl.class), decl.name),
    }
}

fn index_expr(decl: &Decl) -> String {
    let text = decl.expr(Field::On).map(|expr| expr.text().to_owned()).unwrap_or_default();
    if text.starts_with('(') { text } else { format!("({text})") }
}

fn rewrite_title(decl: &Decl) -> &'static str {
    if &*decl.name == "insert" { "Insert" } else { "Update" }
}

/// `LINK default::__|host@default|Event`: the class and the name that Gel knows the object by.
pub(super) fn identifier(decl: &Decl, around: &[&Decl]) -> String {
    format!("{} {}", keyword(decl.class), internal_name(decl, around))
}

fn keyword(class: ObjectKind) -> String {
    match class {
        ObjectKind::AccessPolicy => "ACCESS_POLICY".to_owned(),
        ObjectKind::AnnotationValue => "ANNOTATION".to_owned(),
        ObjectKind::Pointer => "PROPERTY".to_owned(),
        other => other.keywords().to_uppercase(),
    }
}

/// The name under which Gel's schema keeps the object.
fn internal_name(decl: &Decl, around: &[&Decl]) -> String {
    let module = QName::parse(&around.first().unwrap_or(&decl).name).module().to_owned();
    let Some((outer, further)) = around.split_last() else {
        return match decl.class {
            ObjectKind::Function => {
                let types = decl.params().iter().map(|param| mangle(&param.ty.to_string()));
                let types: Vec<String> = types.collect();
                format!("{module}::{}@{}", mangle(&decl.name), types.join("&"))
            }
            ObjectKind::Alias => {
                let mangled = mangle(&decl.name);
                format!("{module}::{mangled}@{mangled}@alias")
            }
            _ => decl.name.to_string(),
        };
    };
    let base = match decl.class {
        ObjectKind::Constraint | ObjectKind::AnnotationValue => mangle(&decl.name),
        ObjectKind::Index if &*decl.name != PLAIN_INDEX => mangle(&decl.name),
        ObjectKind::Index => "__|idx".to_owned(),
        ObjectKind::Rewrite => format!("__|{}", rewrite_title(decl)),
        _ => format!("__|{}", decl.name),
    };
    let mut name = format!("{module}::{base}@{}", mangle(&internal_name(outer, further)));
    if matches!(decl.class, ObjectKind::Constraint | ObjectKind::Index) {
        name.push_str(&format!("@{}", fingerprint(decl)));
    }
    name
}

fn mangle(name: &str) -> String {
    name.replace('|', "||").replace('&', "&&").replace("::", "|").replace('@', "&")
}

/// Tells constraints of one kind on one subject apart. Gel takes another hash; only that it is stable matters.
fn fingerprint(decl: &Decl) -> String {
    let mut text = String::new();
    for field in [Field::Args, Field::On, Field::Except] {
        text.push_str(&decl.settings.get(&field).map(Setting::identity).unwrap_or_default());
    }
    Sha256::digest(text.as_bytes()).iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}

/// `ObjectType`, as in `CreateObjectType`.
pub(super) fn class_word(class: ObjectKind) -> &'static str {
    match class {
        ObjectKind::Type => "ObjectType",
        ObjectKind::ScalarType => "ScalarType",
        ObjectKind::Link => "Link",
        ObjectKind::Property | ObjectKind::Pointer => "Property",
        ObjectKind::Constraint => "Constraint",
        ObjectKind::Index => "Index",
        ObjectKind::Annotation => "Annotation",
        ObjectKind::AnnotationValue => "AnnotationValue",
        ObjectKind::Alias => "Alias",
        ObjectKind::Global => "Global",
        ObjectKind::Permission => "Permission",
        ObjectKind::Function => "Function",
        ObjectKind::Trigger => "Trigger",
        ObjectKind::AccessPolicy => "AccessPolicy",
        ObjectKind::Rewrite => "Rewrite",
        ObjectKind::Extension => "Extension",
        ObjectKind::Future => "FutureBehavior",
        ObjectKind::Module => "Module",
        _ => "Object",
    }
}
