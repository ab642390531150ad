//! What settings are where nobody sets them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use diag::Result;
use exec::{Context, Data, Input, Limits};
use schema::{ObjectType, Schema};
use storage::Snapshot;
use syntax::ast::Expr;
use value::Value;

use super::{CONFIG, Settings, prepare};
use crate::errors::stored;
use crate::version::Version;

/// Values by the name of the setting.
pub(crate) type Defaults = BTreeMap<Arc<str>, Vec<Value>>;

/// The defaults of the settings that every branch has; worked out once.
pub(crate) fn defaults() -> Result<&'static Defaults> {
    static DEFAULTS: OnceLock<Defaults> = OnceLock::new();
    if let Some(defaults) = DEFAULTS.get() {
        return Ok(defaults);
    }
    let library = Version::new(Schema::std(), Settings::default());
    let mut defaults = match library.schema().object_type_named(CONFIG) {
        Some(config) => defaults_of(&library, config)?,
        None => Defaults::new(),
    };
    // The default of the engine below, which the schema does not know: no limit.
    defaults.insert("query_execution_timeout".into(), vec![Value::Duration(0)]);
    Ok(DEFAULTS.get_or_init(|| defaults))
}

/// The defaults of the properties of a type.
pub(crate) fn defaults_of(version: &Version, ty: &ObjectType) -> Result<Defaults> {
    let mut defaults = Defaults::new();
    for pointer in ty.pointers.values() {
        if let (Some(default), Some(target), false) = (&pointer.default, &pointer.target, pointer.is_link())
            && *pointer.name != *"id"
        {
            let values = constant(version, default.tree()?, &version.schema().type_name(target))?;
            defaults.insert(pointer.name.clone(), values);
        }
    }
    Ok(defaults)
}

/// The values of an expression that reads nothing, cast to a type.
pub(super) fn constant(version: &Version, value: &Expr, type_name: &str) -> Result<Vec<Value>> {
    let nothing = nothing()?;
    let value = prepare::cast(value, type_name)?;
    let query = version.compiler.compile_query(&prepare::select(&value), &compiler::Options::default())?;
    let plan = exec::plan(&query, nothing.symbols(), None)?;
    let context = Context {
        statement_time: 0,
        transaction_time: 0,
        branch: "",
        configuration: &(),
        limits: Limits::default(),
    };
    exec::execute(&plan, Data::Read(nothing.clone()), None, Input::default(), &context)
}

/// Data in which nothing is.
fn nothing() -> Result<&'static Snapshot> {
    static NOTHING: OnceLock<Snapshot> = OnceLock::new();
    if let Some(nothing) = NOTHING.get() {
        return Ok(nothing);
    }
    let nothing = stored(stored(storage::Store::memory())?.create_branch("nothing"))?.read();
    Ok(NOTHING.get_or_init(|| nothing))
}
