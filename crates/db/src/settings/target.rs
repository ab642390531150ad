//! What `configure` and `set global` name.

use std::sync::Arc;

use compiler::Compiler;
use diag::{Diagnostic, ErrorCode, Result, Span};
use schema::{Cardinality, Global, Named, ObjectType, Pointer, Schema, Scope, TypeRef};
use syntax::ast::Name;

use super::{CONFIG, CURRENT_PERMISSIONS, CURRENT_ROLE, Owner, Slot};

/// The type that what extensions configure extends.
const EXTENSION: &str = "cfg::ExtensionConfig";

/// The annotation of settings of the server as a whole: nothing that a session or a branch could change for itself.
const SYSTEM: &str = "cfg::system";

/// The annotation that says what it takes to set a setting for a session.
const SESSION_PERMISSION: &str = "cfg::session_cfg_permissions";

/// What can be set: its full name and what it may hold.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) name: Arc<str>,
    pub(crate) slot: Arc<Slot>,
}

/// Where configuration objects of a type stand.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    /// The link that holds them.
    pub(crate) link: Arc<str>,
    /// It holds more than one.
    pub(crate) multi: bool,
    /// The type that it points to.
    pub(crate) target: Arc<str>,
    /// That type and those below it.
    pub(crate) classes: Vec<Arc<str>>,
    /// Properties of which no two have the same value.
    pub(crate) exclusive: Vec<Arc<str>>,
}

/// The setting that a `configure` statement names.
pub(crate) fn find(
    compiler: &Compiler,
    name: &Name,
    owner: Owner,
    modules: &Scope,
    span: Span,
) -> Result<Target> {
    let schema = compiler.schema();
    let (host, prefix) = match name.module.as_deref() {
        None | Some("cfg") => (schema.object_type_named(CONFIG), None),
        Some(host) => {
            let host = extension_config(schema, host, modules);
            (host, host.map(|host| host.name.as_str()))
        }
    };
    let pointer = host.and_then(|host| host.pointer(&name.name)).filter(|pointer| is_setting(pointer));
    let pointer = pointer.ok_or_else(|| unknown(&name.name, span))?;
    match prefix {
        None => check_system(pointer, &pointer.name, owner, name.span)?,
        Some(_) => check_extension(owner, span)?,
    }
    let name = match prefix {
        None => pointer.name.clone(),
        Some(host) => format!("{host}::{}", pointer.name).into(),
    };
    let slot = Slot::of(compiler, pointer).ok_or_else(|| unknown(&name, span))?;
    if slot.secret && owner == Owner::Session {
        // The state that clients send along names no secrets.
        let message = format!("'{}' is secret and cannot be configured for a session", pointer.name);
        return Err(Diagnostic::new(ErrorCode::CONFIGURATION, message).at(span));
    }
    Ok(Target { name, slot })
}

/// A property that can be set.
pub(crate) fn is_setting(pointer: &Pointer) -> bool {
    !pointer.is_link() && !pointer.is_computed() && *pointer.name != *"id"
}

pub(super) fn is_of_system(setting: &Pointer) -> bool {
    setting.annotations.iter().any(|annotation| annotation.name.as_str() == SYSTEM)
}

fn check_system(setting: &Pointer, named: &str, owner: Owner, span: Span) -> Result<()> {
    if owner == Owner::Instance || !is_of_system(setting) {
        return Ok(());
    }
    let message = format!("'{named}' is a system-level configuration parameter; use \"CONFIGURE INSTANCE\"");
    Err(Diagnostic::new(ErrorCode::CONFIGURATION, message).at(span))
}

fn check_extension(owner: Owner, span: Span) -> Result<()> {
    if owner != Owner::Instance {
        return Ok(());
    }
    let message = "INSTANCE configuration of extension-defined config variables is not allowed";
    Err(Diagnostic::new(ErrorCode::CONFIGURATION, message).at(span))
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(ErrorCode::CONFIGURATION, format!("unrecognized configuration parameter '{name}'"))
        .at(span)
}

/// The configuration of an extension, `ext::auth::AuthConfig`.
fn extension_config<'a>(schema: &'a Schema, name: &str, modules: &Scope) -> Option<&'a Arc<ObjectType>> {
    let (module, local) = name.rsplit_once("::")?;
    let name = Name { module: Some(module.into()), name: local.into(), span: Span::default() };
    let Some(Named::Object(ty)) = schema.lookup_type(modules, &name) else { return None };
    let base = schema.object_type_named(EXTENSION)?;
    Some(ty).filter(|ty| schema.is_below(ty.id, base.id))
}

/// The types of extensions' configuration.
pub(crate) fn extension_configs(schema: &Schema) -> Vec<&Arc<ObjectType>> {
    let Some(base) = schema.object_type_named(EXTENSION) else { return Vec::new() };
    schema.concrete_types(base.id).into_iter().filter_map(|id| schema.object_type(id)).collect()
}

/// The links of a type of configuration that hold configuration objects, each with the type that it points to.
pub(crate) fn links_of<'a>(
    schema: &'a Schema,
    host: &'a ObjectType,
) -> impl Iterator<Item = (&'a Arc<Pointer>, &'a Arc<ObjectType>)> {
    let points = |pointer: &'a Arc<Pointer>| match &pointer.target {
        Some(TypeRef::Object(id)) => Some((pointer, schema.object_type(*id)?)),
        _ => None,
    };
    let holds = |pointer: &&Arc<Pointer>| {
        pointer.is_link() && !pointer.is_computed() && !matches!(&*pointer.name, "cfg" | "__type__")
    };
    host.pointers.values().filter(holds).filter_map(points)
}

/// The full names of a type and of those below it.
pub(crate) fn classes_below(schema: &Schema, class: &str) -> Vec<Arc<str>> {
    let Some(ty) = schema.object_type_named(class) else { return Vec::new() };
    let names = schema.descendants(ty.id).iter().filter_map(|id| schema.object_type(*id));
    std::iter::once(ty).chain(names).map(|ty| ty.name.as_arc().clone()).collect()
}

/// The type of configuration objects that a statement names, and where its objects stand; `None` where there is no such
/// type.
pub(crate) fn class(
    schema: &Schema,
    name: &Name,
    owner: Owner,
    modules: &Scope,
    span: Span,
) -> Result<Option<(Arc<ObjectType>, Holder)>> {
    let Some(Named::Object(ty)) = schema.lookup_type(modules, name) else { return Ok(None) };
    let base = schema.object_type_named(CONFIG).into_iter();
    let hosts =
        base.map(|host| (host, false)).chain(extension_configs(schema).into_iter().map(|it| (it, true)));
    let mut links =
        hosts.flat_map(|(host, of)| links_of(schema, host).map(move |(link, target)| (link, target, of)));
    let holds = |target: &ObjectType| target.id == ty.id || schema.is_below(ty.id, target.id);
    let Some((link, target, of_extension)) = links.find(|(_, target, _)| holds(target)) else {
        let message = format!("'{}' cannot be configured directly", name.name);
        return Err(Diagnostic::new(ErrorCode::CONFIGURATION, message).at(span));
    };
    match of_extension {
        true => check_extension(owner, span)?,
        false => check_system(link, &name.name, owner, name.span)?,
    }
    let is_exclusive = |pointer: &&Arc<Pointer>| schema.exclusive_constraints(pointer).next().is_some();
    let holder = Holder {
        link: link.name.clone(),
        multi: link.is_multi(),
        target: target.name.as_arc().clone(),
        classes: classes_below(schema, target.name.as_str()),
        exclusive: ty.pointers.values().filter(is_exclusive).map(|pointer| pointer.name.clone()).collect(),
    };
    Ok(Some((ty.clone(), holder)))
}

/// That there is no type of configuration objects of this name.
pub(crate) fn no_such_class(name: &Name, span: Span) -> Diagnostic {
    let message = format!("unrecognized configuration object '{}'", name.name);
    Diagnostic::new(ErrorCode::CONFIGURATION, message).at(span)
}

/// Whether a session may give a global its value.
pub(super) fn is_settable(global: &Global) -> bool {
    let is_of_session = matches!(global.name.as_str(), CURRENT_ROLE | CURRENT_PERMISSIONS);
    global.computed.is_none() && !is_of_session
}

/// The permission that it takes to set a setting for a session: `*` for one that everybody may set, `None` for one that
/// only a superuser may.
pub(crate) fn session_permission(schema: &Schema, name: &str) -> Option<Arc<str>> {
    let (host, name) = name.rsplit_once("::").unwrap_or((CONFIG, name));
    let pointer = schema.object_type_named(host)?.pointer(name)?;
    let annotation =
        pointer.annotations.iter().find(|annotation| annotation.name.as_str() == SESSION_PERMISSION)?;
    Some(annotation.value.trim_matches('"').into())
}

/// The global that a `set global` statement names.
pub(crate) fn global(compiler: &Compiler, name: &Name, modules: &Scope) -> Result<Target> {
    let schema = compiler.schema();
    let refused = |code, message: String| Err(Diagnostic::new(code, message).at(name.span));
    let global = match schema.lookup(modules, name) {
        Some(Named::Global(global)) => global,
        Some(Named::Permission(_)) => {
            let message = format!("'{name}' exists, but is a permission, not a global");
            return refused(ErrorCode::QUERY, message);
        }
        _ => {
            let message = format!("global '{}' does not exist", modules.qualify(name));
            return refused(ErrorCode::INVALID_REFERENCE, message);
        }
    };
    let target = match &global.target {
        Some(target) if is_settable(global) => target,
        _ if global.computed.is_none() => {
            let message = format!("system global '{}' may not be explicitly specified", global.name);
            return refused(ErrorCode::CONFIGURATION, message);
        }
        _ => {
            let message = format!("global '{name}' is computed from an expression and cannot be modified");
            return refused(ErrorCode::CONFIGURATION, message);
        }
    };
    let slot = Slot {
        ty: compiler.type_of(target),
        type_name: schema.type_name(target),
        multi: global.cardinality == Some(Cardinality::Many),
        required: global.required == Some(true),
        secret: false,
        protected: false,
    };
    Ok(Target { name: global.name.as_arc().clone(), slot: Arc::new(slot) })
}
