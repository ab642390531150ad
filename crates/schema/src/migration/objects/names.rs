//! The names under which Gel keeps objects: `default::__|host@default|Event` is the link `host` of `default::Event`.

use std::sync::Arc;

use sha1::{Digest, Sha1};
use syntax::ast::ObjectKind;

use super::FullName;
use crate::QName;
use crate::decl::{Decl, Field, PLAIN_INDEX, Setting};

/// A full name as a part of another.
pub(crate) fn mangled(name: &str) -> String {
    name.replace('|', "||").replace('&', "&&").replace("::", "|").replace('@', "&")
}

/// The name of what stands in no other object.
pub(super) fn top_name(decl: &Decl) -> FullName {
    let full = QName::parse(&decl.name);
    let local = match decl.class {
        ObjectKind::Future => return FullName::new("", &decl.name),
        ObjectKind::Function => {
            let types: Vec<String> =
                decl.params().iter().map(|param| mangled(&param.ty.to_string())).collect();
            format!("{}@{}", mangled(&decl.name), types.join("&"))
        }
        ObjectKind::Alias => {
            let name = mangled(&decl.name);
            format!("{name}@{name}@alias")
        }
        _ => full.local().to_owned(),
    };
    FullName::new(full.module(), &local)
}

/// The name of what stands in the object `owner`.
pub(super) fn name_in(owner: &FullName, decl: &Decl) -> FullName {
    let base = match decl.class {
        ObjectKind::Constraint | ObjectKind::AnnotationValue => mangled(&decl.name),
        ObjectKind::Index if &*decl.name != PLAIN_INDEX => mangled(&decl.name),
        ObjectKind::Index => "__|idx".to_owned(),
        ObjectKind::Rewrite if &*decl.name == "insert" => "__|Insert".to_owned(),
        ObjectKind::Rewrite => "__|Update".to_owned(),
        _ => format!("__|{}", decl.name),
    };
    let mut local = format!("{base}@{}", mangled(&owner.to_string()));
    if matches!(decl.class, ObjectKind::Constraint | ObjectKind::Index) {
        local.push_str(&format!("@{}", digest(decl)));
    }
    FullName::new(&owner.module, &local)
}

/// Tells constraints and indexes of one kind on one object apart.
fn digest(decl: &Decl) -> String {
    let mut hash = Sha1::new();
    match decl.settings.get(&Field::NamedArgs) {
        Some(Setting::NamedExprs(args)) => args.iter().for_each(|(name, value)| {
            hash.update(format!("{name}{}", value.text()));
        }),
        _ => decl.exprs(Field::Args).iter().for_each(|arg| hash.update(arg.text())),
    }
    if let Some(on) = decl.expr(Field::On) {
        hash.update(on.text());
    }
    if let Some(except) = decl.expr(Field::Except) {
        hash.update(format!("!{}", except.text()));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The plain name of a pointer: from `default::__|name@default|User` to `name`.
pub(super) fn plain(name: &FullName) -> Arc<str> {
    let local = name.local.split('@').next().unwrap_or_default();
    local.strip_prefix("__|").unwrap_or(local).into()
}
