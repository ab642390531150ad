//! What settings are where nobody sets them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use compiler::Compiler;
use diag::Result;
use schema::{ObjectType, Schema};
use value::Value;

use super::CONFIG;
use super::constant::constant;

/// Values by the name of the setting.
pub(crate) type Defaults = BTreeMap<Arc<str>, Vec<Value>>;

/// The defaults of the settings that every branch has; worked out once.
pub(crate) fn defaults() -> Result<&'static Defaults> {
    static DEFAULTS: OnceLock<Defaults> = OnceLock::new();
    if let Some(defaults) = DEFAULTS.get() {
        return Ok(defaults);
    }
    let library = Compiler::new(Schema::std());
    let mut defaults = match library.schema().object_type_named(CONFIG) {
        Some(config) => defaults_of(&library, config)?,
        None => Defaults::new(),
    };
    // The default of the engine below, which the schema does not know: no limit.
    defaults.insert("query_execution_timeout".into(), vec![Value::Duration(0)]);
    Ok(DEFAULTS.get_or_init(|| defaults))
}

/// The defaults of the properties of a type.
pub(crate) fn defaults_of(compiler: &Compiler, ty: &ObjectType) -> Result<Defaults> {
    let mut defaults = Defaults::new();
    for pointer in ty.pointers.values() {
        if let (Some(default), Some(target), false) = (&pointer.default, &pointer.target, pointer.is_link())
            && *pointer.name != *"id"
        {
            let values = constant(compiler, default.tree()?, &compiler.schema().type_name(target))?;
            defaults.insert(pointer.name.clone(), values);
        }
    }
    Ok(defaults)
}
