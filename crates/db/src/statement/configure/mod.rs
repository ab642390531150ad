//! `set global`, `configure` and their resets, from text to what runs.

mod change;

use std::ops::ControlFlow;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use ir::{Capabilities, Kind, Scalar, Type};
use schema::{ObjectType, Scope};
use syntax::ast::{
    Configure, ConfigureKind, ConfigureScope, Expr, ExprKind, Ident, Insert, Literal, Name, Path, PathRoot,
    PathStep, PathStepKind, Query, QueryKind, ShapeElement, ShapeTarget, Statement,
};

use super::query::{self, QueryUnit};
use crate::errors;
use crate::preparation::{Described, Preparation};
use crate::settings::{self, Holder, Owner, Slot, Target, cast, inserted, select};
use change::{Change, NewContent, NewObject};

pub(crate) use change::Assignment;

/// Prepares a statement.
pub(crate) fn prepare(
    script: &mut Preparation<'_>,
    configure: &Configure,
    statement: &Statement,
) -> Result<(Assignment, Described)> {
    let (owner, capabilities, status) = match (configure.scope, &configure.kind) {
        (ConfigureScope::Global, ConfigureKind::Reset { .. }) => {
            (Owner::Global, Capabilities::SESSION_CONFIG, "RESET GLOBAL")
        }
        (ConfigureScope::Global, _) => (Owner::Global, Capabilities::SESSION_CONFIG, "SET GLOBAL"),
        (ConfigureScope::Session, _) => (Owner::Session, Capabilities::SESSION_CONFIG, "CONFIGURE SESSION"),
        (ConfigureScope::Branch, _) => {
            let used = Capabilities::PERSISTENT_CONFIG | Capabilities::BRANCH_CONFIG;
            (Owner::Branch, used, "CONFIGURE DATABASE")
        }
        (ConfigureScope::Instance, _) => {
            let used = Capabilities::PERSISTENT_CONFIG | Capabilities::INSTANCE_CONFIG;
            (Owner::Instance, used, "CONFIGURE INSTANCE")
        }
    };
    let change = change(script, &configure.kind, owner, statement)?;
    if let (Owner::Session, Some(name)) = (owner, change.setting()) {
        let permission = settings::session_permission(script.schema(), name);
        script.place.rights.check_setting(name, permission.as_deref())?;
    }
    Ok((Assignment { owner, change }, Described::silent(status, capabilities)))
}

/// Whether a statement sets what only Gel's own tests look at: it is taken, and means nothing here.
pub(super) fn means_nothing(configure: &Configure) -> bool {
    let (ConfigureKind::Set { name, .. } | ConfigureKind::Reset { name, .. }) = &configure.kind else {
        return false;
    };
    configure.scope == ConfigureScope::Session && *name.name == *"__internal_testmode"
}

/// That a setting of the instance cannot be changed in a transaction.
pub(crate) fn in_transaction() -> Diagnostic {
    errors::query("CONFIGURE INSTANCE cannot be executed in a transaction block")
}

/// Whether a statement changes a setting of the instance.
pub(crate) fn is_of_instance(configure: &Configure) -> bool {
    configure.scope == ConfigureScope::Instance
}

fn change(
    script: &mut Preparation<'_>,
    kind: &ConfigureKind,
    owner: Owner,
    statement: &Statement,
) -> Result<Change> {
    match kind {
        ConfigureKind::Set { name, value } => {
            let target = find(script, name, owner, statement)?;
            follow(script, &target, owner, Some(value));
            let unit = setting_value(script, &target, value, owner)?;
            Ok(Change::Set(target, unit))
        }
        ConfigureKind::Insert { name, elements } => {
            check_has_objects(owner, "INSERT")?;
            let (ty, holder) = class(script, name, owner, statement)?
                .ok_or_else(|| settings::no_such_class(name, statement.span))?;
            insert(script, name, elements, statement, &ty, holder)
        }
        ConfigureKind::Reset { name, filter } if owner != Owner::Global => {
            let found = find(script, name, owner, statement);
            match (found, class(script, name, owner, statement)?) {
                (Ok(target), _) if filter.is_none() => Ok(reset(script, target, owner)),
                (_, Some(_)) => {
                    check_has_objects(owner, "RESET")?;
                    remove(script, name, filter.as_ref(), statement)
                }
                (Err(error), None) => Err(error),
                (Ok(_), None) => {
                    let message =
                        "RESET of a primitive configuration parameter must not have a FILTER clause";
                    Err(errors::query(message).at(statement.span))
                }
            }
        }
        ConfigureKind::Reset { name, .. } => {
            let target = find(script, name, owner, statement)?;
            Ok(reset(script, target, owner))
        }
    }
}

fn reset(script: &mut Preparation<'_>, target: Target, owner: Owner) -> Change {
    follow(script, &target, owner, None);
    Change::Reset(target.name)
}

fn check_has_objects(owner: Owner, what: &str) -> Result<()> {
    match owner {
        Owner::Branch | Owner::Instance => Ok(()),
        Owner::Session | Owner::Global => {
            let message = format!("CONFIGURE SESSION {what} is not supported");
            Err(Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, message))
        }
    }
}

fn find(script: &Preparation<'_>, name: &Name, owner: Owner, statement: &Statement) -> Result<Target> {
    let compiler = &script.version().compiler;
    match owner {
        Owner::Global => settings::global(compiler, name, script.modules()),
        _ => settings::find(compiler, name, owner, script.modules(), statement.span),
    }
}

fn class(
    script: &Preparation<'_>,
    name: &Name,
    owner: Owner,
    statement: &Statement,
) -> Result<Option<(Arc<ObjectType>, Holder)>> {
    let modules = configuration_modules(script);
    settings::class(script.schema(), name, owner, &modules, statement.span)
}

/// What follows in the script is compiled with the setting.
fn follow(script: &mut Preparation<'_>, target: &Target, owner: Owner, value: Option<&Expr>) {
    let flag = |default| value.map_or(Some(default), flag_of);
    let options = &mut script.options;
    match &*target.name {
        _ if owner == Owner::Global => {}
        "apply_access_policies" => {
            options.ignore_access_policies = !flag(true).unwrap_or(!options.ignore_access_policies);
        }
        "allow_user_specified_id" => {
            options.allow_user_specified_id = flag(false).unwrap_or(options.allow_user_specified_id);
        }
        _ => {}
    }
}

/// The query that gives the new value of a setting or a global.
fn setting_value(
    script: &mut Preparation<'_>,
    target: &Target,
    value: &Expr,
    owner: Owner,
) -> Result<QueryUnit> {
    let slot = &target.slot;
    if is_empty_set(value) {
        return match slot.required {
            true => Err(possibly_empty(value)),
            false => fitted(script, slot, value),
        };
    }
    let (unit, compiled) = query::compile(script, &select(value))?;
    if owner != Owner::Global && !is_constant(&compiled) {
        let message = format!("non-constant expression in CONFIGURE {} SET", title_of(owner));
        return Err(errors::query(message).at(value.span));
    }
    if slot.required && !compiled.cardinality.is_required() {
        return Err(possibly_empty(value));
    }
    if compiled.cardinality.is_multi() && !slot.multi {
        let message =
            "possibly more than one element returned by an expression where only singletons are allowed";
        return Err(errors::query(message).at(value.span));
    }
    let given = compiled.expr.ty.to_string();
    if given == slot.type_name {
        return Ok(unit);
    }
    if assignable(&compiled.expr.ty, &slot.ty) {
        return fitted(script, slot, value);
    }
    let what = if owner == Owner::Global { "global" } else { "setting" };
    let message =
        format!("invalid {what} value type for {}: '{given}' (expecting '{}')", target.name, slot.type_name);
    Err(Diagnostic::new(ErrorCode::CONFIGURATION, message))
}

fn possibly_empty(value: &Expr) -> Diagnostic {
    let message = "possibly an empty set returned by an expression for a global declared as 'required'";
    Diagnostic::new(ErrorCode::CARDINALITY_VIOLATION, message).at(value.span)
}

/// `{}`, which has no type by itself.
fn is_empty_set(value: &Expr) -> bool {
    matches!(&value.kind, ExprKind::Set(elements) if elements.is_empty())
}

/// Whether a value is known without arguments, globals and data.
fn is_constant(query: &ir::Query) -> bool {
    let reads = query.expr.walk(&mut |expr| match &expr.kind {
        Kind::Scan { .. } | Kind::ById { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    query.params.is_empty() && query.globals.is_empty() && reads.is_continue()
}

fn title_of(owner: Owner) -> &'static str {
    match owner {
        Owner::Global => "GLOBAL",
        Owner::Session => "SESSION",
        Owner::Branch => "DATABASE",
        Owner::Instance => "INSTANCE",
    }
}

/// The query that gives a value as a slot takes it.
fn fitted(script: &mut Preparation<'_>, slot: &Slot, value: &Expr) -> Result<QueryUnit> {
    let cast = cast(value, &slot.type_name)?;
    query::compile(script, &select(&cast)).map(|(unit, _)| unit)
}

// -- objects ------------------------------------------------------------------

/// `configure … insert Type { … }`. As an INSERT it says what is wrong with it; its values are worked out one by one.
fn insert(
    script: &mut Preparation<'_>,
    name: &Name,
    elements: &[ShapeElement],
    statement: &Statement,
    ty: &ObjectType,
    holder: Holder,
) -> Result<Change> {
    let insert = Insert { subject: name.clone(), elements: elements.to_vec(), unless_conflict: None };
    let query = Query { aliases: Vec::new(), kind: QueryKind::Insert(insert), span: statement.span };
    check(script, &query)?;
    let object = in_configuration(script, |script| new_object(script, ty, elements))?;
    Ok(Change::Insert(object, holder))
}

fn new_object(script: &mut Preparation<'_>, ty: &ObjectType, elements: &[ShapeElement]) -> Result<NewObject> {
    let mut fields = Vec::new();
    for pointer in ty.pointers.values() {
        if matches!(&*pointer.name, "id" | "__type__") || pointer.is_computed() {
            continue;
        }
        let given = elements.iter().find_map(|element| assigned(element, &pointer.name));
        let default = pointer.default.as_ref().map(|default| default.tree()).transpose()?;
        let Some(value) = given.or(default) else { continue };
        let content = match (Slot::of(&script.version().compiler, pointer), inserted(value)) {
            (Some(slot), _) => {
                let unit = fitted(script, &slot, value)?;
                NewContent::Values(slot, Box::new(unit))
            }
            (None, Some(insert)) => NewContent::Object(nested(script, insert)?),
            (None, None) => {
                let what = "a configuration object that is not inserted where it is used";
                return Err(Diagnostic::unsupported(what).at(value.span));
            }
        };
        fields.push((pointer.name.clone(), content));
    }
    Ok(NewObject { class: ty.name.as_arc().clone(), fields })
}

/// The value that a shape's element gives to a pointer.
fn assigned<'a>(element: &'a ShapeElement, name: &str) -> Option<&'a Expr> {
    match (&element.target, &element.value) {
        (ShapeTarget::Path(path), Some((_, value))) if *path.name.text == *name => Some(value),
        _ => None,
    }
}

fn nested(script: &mut Preparation<'_>, insert: &Insert) -> Result<NewObject> {
    let modules = script.modules().clone();
    match script.schema().lookup_type(&modules, &insert.subject) {
        Some(schema::Named::Object(ty)) => {
            let ty = ty.clone();
            new_object(script, &ty, &insert.elements)
        }
        _ => Err(settings::no_such_class(&insert.subject, insert.subject.span)),
    }
}

/// Errors where an INSERT of configuration objects means nothing.
fn check(script: &Preparation<'_>, query: &Query) -> Result<()> {
    let options = compiler::Options {
        config_objects: true,
        modules: configuration_modules(script),
        ..script.options.clone()
    };
    script.version().compiler.compile_query(query, &options).map(drop)
}

/// The modules of what `configure` names: the module `cfg` need not be written.
fn configuration_modules(script: &Preparation<'_>) -> Scope {
    Scope { module: "cfg".into(), aliases: script.options.modules.aliases.clone() }
}

/// Prepares a part in the modules of configuration.
fn in_configuration<'a, T>(
    script: &mut Preparation<'a>,
    prepare: impl FnOnce(&mut Preparation<'a>) -> Result<T>,
) -> Result<T> {
    let modules = configuration_modules(script);
    let before = std::mem::replace(&mut script.options.modules, modules);
    let prepared = prepare(script);
    script.options.modules = before;
    prepared
}

/// `configure … reset Type filter …`: those objects of the scope that the filter lets through.
fn remove(
    script: &mut Preparation<'_>,
    name: &Name,
    filter: Option<&Expr>,
    statement: &Statement,
) -> Result<Change> {
    let span = name.span;
    let path = |root, steps| Expr { kind: ExprKind::Path(Path { root, steps }), span };
    let mut query = select(&path(PathRoot::Name(name.clone()), Vec::new()));
    if let QueryKind::Select(select) = &mut query.kind {
        select.filter = filter.cloned();
    }
    let matching = Expr { kind: ExprKind::Query(Box::new(query)), span: statement.span };
    let id = PathStep { kind: PathStepKind::Pointer(Ident { text: "id".into(), span }), span };
    let ids = path(PathRoot::Expr(Box::new(matching)), vec![id]);
    let (unit, _) = in_configuration(script, |script| query::compile(script, &select(&ids)))?;
    Ok(Change::Remove(unit))
}

// -- expressions --------------------------------------------------------------

/// `true` or `false`, where that is what is written.
fn flag_of(value: &Expr) -> Option<bool> {
    match &value.kind {
        ExprKind::Literal(Literal::Bool(flag)) => Some(*flag),
        _ => None,
    }
}

/// Whether a value of one type may be assigned where another is wanted: numbers to numbers, text to an enum, nothing to
/// anything.
fn assignable(given: &Type, wanted: &Type) -> bool {
    match (given, wanted) {
        (Type::Any, _) => true,
        (Type::Scalar(given), Type::Scalar(wanted)) => match (given.base, wanted.base) {
            (Scalar::Str, Scalar::Enum) => true,
            (given, wanted) => given == wanted || is_number(given) && is_number(wanted),
        },
        _ => false,
    }
}

fn is_number(scalar: Scalar) -> bool {
    use Scalar::{BigInt, Decimal, Float32, Float64, Int16, Int32, Int64};
    matches!(scalar, Int16 | Int32 | Int64 | Float32 | Float64 | BigInt | Decimal)
}
