//! Settings: what `configure` and `set global` set, for a session or for a branch.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use compiler::Compiler;
use diag::{Diagnostic, ErrorCode, Result, Span};
use exec::{Context, Data, Input, Limits};
use ir::{Scalar, Type};
use schema::Schema;
use storage::Snapshot;
use syntax::ast::{
    Configure, ConfigureKind, Expr, ExprKind, Literal, Name, Query, QueryKind, Select, StatementKind,
};
use value::Value;

use crate::errors::stored;
use crate::state::{SessionState, StateField, type_of};
use crate::unit::QueryUnit;
use crate::version::Version;

/// The object type whose pointers are the settings.
const CONFIG: &str = "cfg::AbstractConfig";

/// Settings of the server as a whole: nothing that a session could change for itself.
const SYSTEM: [&str; 14] = [
    "_pg_prepared_statement_cache_size",
    "auth",
    "default_statistics_target",
    "effective_cache_size",
    "effective_io_concurrency",
    "http_max_connections",
    "listen_addresses",
    "listen_port",
    "maintenance_work_mem",
    "query_cache_size",
    "query_work_mem",
    "session_idle_timeout",
    "shared_buffers",
    "track_query_stats",
];

/// What is set for a branch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    set: BTreeMap<Arc<str>, Setting>,
}

/// A value and the EdgeQL text of it.
#[derive(Clone, Debug)]
struct Setting {
    values: Vec<Value>,
    text: Arc<str>,
}

/// Whose value a statement sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Global,
    Session,
    Branch,
}

/// `set global …`, `configure … set …` and their resets.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) owner: Owner,
    pub(crate) name: Arc<str>,
    pub(crate) ty: Type,
    /// The new value; a reset has none.
    pub(crate) value: Option<QueryUnit>,
}

/// What can be set: its full name and type.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: Arc<str>,
    pub(crate) ty: Type,
    /// As `configure` and error messages write the type.
    pub(crate) type_name: String,
}

impl Assignment {
    /// Whether it changes stored data.
    pub(crate) fn is_persistent(&self) -> bool {
        self.owner == Owner::Branch
    }
}

impl SessionState {
    /// Makes or removes a value.
    pub(crate) fn assign(&mut self, owner: Owner, name: &Arc<str>, value: Option<Vec<Value>>) {
        let values = if owner == Owner::Global { &mut self.globals } else { &mut self.config };
        match value {
            Some(value) => values.insert(name.clone(), value),
            None => values.remove(name),
        };
    }
}

impl Settings {
    pub(crate) fn get(&self, name: &str) -> Option<&[Value]> {
        self.set.get(name).map(|setting| setting.values.as_slice())
    }

    /// These settings with one more, or one less.
    pub(crate) fn with(&self, name: &Arc<str>, ty: &Type, value: Option<Vec<Value>>) -> Settings {
        let mut set = self.set.clone();
        match value {
            Some(values) => {
                let literals: Vec<String> = values.iter().map(|value| literal(ty, value)).collect();
                let text = match &literals[..] {
                    [one] => one.clone(),
                    many => format!("{{{}}}", many.join(", ")),
                };
                set.insert(name.clone(), Setting { values, text: text.into() })
            }
            None => set.remove(name),
        };
        Settings { set }
    }

    /// `CONFIGURE CURRENT BRANCH SET …;`, one line a setting.
    pub(crate) fn to_ddl(&self) -> String {
        let line = |(name, setting): (&Arc<str>, &Setting)| {
            format!("CONFIGURE CURRENT BRANCH SET {name} := {};\n", setting.text)
        };
        self.set.iter().map(line).collect()
    }

    /// A setting that is true or false: the session's, else the branch's, else the default.
    pub(crate) fn flag(&self, session: &SessionState, name: &str, default: bool) -> bool {
        let of_session = session.config.get(name).map(Vec::as_slice);
        match of_session.or_else(|| self.get(name)) {
            Some([Value::Bool(flag)]) => *flag,
            _ => default,
        }
    }

    /// A setting that is a duration, in microseconds: the session's, else the branch's.
    pub(crate) fn duration(&self, session: &SessionState, name: &str) -> Option<i64> {
        let of_session = session.config.get(name).map(Vec::as_slice);
        match of_session.or_else(|| self.get(name)) {
            Some([Value::Duration(micros)]) => Some(*micros),
            _ => None,
        }
    }

    /// A setting that is a member of an enum: the session's, else the branch's.
    pub(crate) fn member(&self, session: &SessionState, name: &str) -> Option<Arc<str>> {
        let of_session = session.config.get(name).map(Vec::as_slice);
        match of_session.or_else(|| self.get(name)) {
            Some([Value::Enum(member)]) => Some(member.name.clone()),
            _ => None,
        }
    }
}

/// The settings that a session may set.
pub(crate) fn session_fields(compiler: &Compiler) -> Vec<StateField> {
    let Some(config) = compiler.schema().object_type_named(CONFIG) else { return Vec::new() };
    let mut fields: Vec<StateField> = config
        .pointers
        .values()
        .filter(|pointer| !pointer.is_link() && *pointer.name != *"id" && !SYSTEM.contains(&&*pointer.name))
        .filter_map(|pointer| {
            let ty = type_of(compiler, pointer.target.as_ref()?);
            Some(StateField { name: pointer.name.clone(), ty, multi: pointer.is_multi() })
        })
        .collect();
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    fields
}

/// The setting that a `configure` statement names.
pub(crate) fn find(compiler: &Compiler, name: &Name, owner: Owner, span: Span) -> Result<Target> {
    let schema = compiler.schema();
    let module = name.module.as_deref().filter(|module| *module != "cfg");
    if module.is_some() {
        return Err(Diagnostic::unsupported("configuring extensions").at(name.span));
    }
    let pointer = schema.object_type_named(CONFIG).and_then(|config| config.pointer(&name.name));
    let pointer = pointer.ok_or_else(|| unknown(&name.name, span))?;
    if owner == Owner::Session && SYSTEM.contains(&&*pointer.name) {
        let message = format!(
            "'{}' is a system-level configuration parameter; use \"CONFIGURE INSTANCE\"",
            pointer.name
        );
        return Err(Diagnostic::new(ErrorCode::CONFIGURATION, message).at(name.span));
    }
    let target = pointer.target.as_ref().filter(|_| !pointer.is_link());
    let target = target.ok_or_else(|| unknown(&name.name, span))?;
    let ty = type_of(compiler, target);
    let type_name = schema.type_name(target);
    Ok(Target { name: pointer.name.clone(), ty, type_name })
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(ErrorCode::CONFIGURATION, format!("unrecognized configuration parameter '{name}'"))
        .at(span)
}

/// A value as EdgeQL text that evaluates to it.
pub(crate) fn literal(ty: &Type, value: &Value) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    match (ty, value) {
        (Type::Scalar(scalar), Value::Enum(member)) => format!("{}.{}", scalar.name, member.name),
        (_, Value::Str(text)) => quoted(text),
        (Type::Scalar(scalar), value) => {
            let text = value.to_text().unwrap_or_default();
            match scalar.base {
                Scalar::Bool | Scalar::Int16 | Scalar::Int32 | Scalar::Int64 | Scalar::Float64 => text,
                _ => format!("<{}>{}", scalar.name, quoted(&text)),
            }
        }
        (_, value) => value.to_text().unwrap_or_default(),
    }
}

/// The global that a `set global` statement names.
pub(crate) fn global(compiler: &Compiler, name: &Name, modules: &schema::Scope) -> Result<Target> {
    let schema = compiler.schema();
    let Some(schema::Named::Global(global)) = schema.lookup(modules, name) else {
        let message = format!("global '{}' does not exist", modules.qualify(name));
        return Err(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at(name.span));
    };
    let target = match &global.target {
        Some(target) if global.computed.is_none() => target,
        _ => {
            let message =
                format!("global '{}' is computed from an expression and cannot be modified", global.name);
            return Err(Diagnostic::new(ErrorCode::CONFIGURATION, message).at(name.span));
        }
    };
    let ty = type_of(compiler, target);
    Ok(Target { name: global.name.as_arc().clone(), ty, type_name: schema.type_name(target) })
}

/// `true` or `false`, where that is what is written.
pub(crate) fn flag_of(value: &Expr) -> Option<bool> {
    match &value.kind {
        ExprKind::Literal(Literal::Bool(flag)) => Some(*flag),
        _ => None,
    }
}

/// `select value`.
pub(crate) fn select(value: &Expr) -> Query {
    let select = Select {
        alias: None,
        result: value.clone(),
        filter: None,
        order_by: Vec::new(),
        offset: None,
        limit: None,
    };
    Query { aliases: Vec::new(), kind: QueryKind::Select(select), span: value.span }
}

/// `<type_name>value`.
pub(crate) fn cast(value: &Expr, type_name: &str) -> Result<Expr> {
    let ty = syntax::parse_type(type_name)?;
    Ok(Expr {
        kind: ExprKind::Cast { ty, modifier: None, operand: Box::new(value.clone()) },
        span: value.span,
    })
}

/// Whether a value of one type may be assigned where another is wanted: numbers to numbers, text to an enum, nothing to
/// anything.
pub(crate) fn assignable(given: &Type, wanted: &Type) -> bool {
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

/// The error of a value that has the wrong type.
pub(crate) fn wrong_type(target: &Target, given: &str, owner: Owner) -> Diagnostic {
    let what = if owner == Owner::Global { "global" } else { "setting" };
    let message = format!(
        "invalid {what} value type for {}: '{given}' (expecting '{}')",
        target.name, target.type_name
    );
    Diagnostic::new(ErrorCode::CONFIGURATION, message)
}

impl Settings {
    /// The settings that `configure` statements give, as [`Settings::to_ddl`] writes them.
    pub(crate) fn read(version: &Version, text: &str, data: &Snapshot) -> Result<Settings> {
        let mut settings = Settings::default();
        if text.is_empty() {
            return Ok(settings);
        }
        for statement in syntax::parse_query(text)? {
            let StatementKind::Configure(Configure { kind: ConfigureKind::Set { name, value }, .. }) =
                statement.kind
            else {
                continue;
            };
            let target = find(&version.compiler, &name, Owner::Branch, statement.span)?;
            let values = constant(version, &value, data)?;
            settings = settings.with(&target.name, &target.ty, Some(values));
        }
        Ok(settings)
    }
}

/// What settings are where nobody sets them; worked out once.
pub(crate) fn defaults() -> Result<&'static BTreeMap<Arc<str>, Vec<Value>>> {
    static DEFAULTS: OnceLock<BTreeMap<Arc<str>, Vec<Value>>> = OnceLock::new();
    if let Some(defaults) = DEFAULTS.get() {
        return Ok(defaults);
    }
    let library = Version::new(Schema::std(), Settings::default());
    let store = stored(storage::Store::memory())?;
    let nothing = stored(store.create_branch("settings"))?.read();
    let config = library.schema().object_type_named(CONFIG).into_iter();
    let mut defaults = BTreeMap::new();
    for pointer in config.flat_map(|config| config.pointers.values()) {
        if let (Some(default), Some(target), false) = (&pointer.default, &pointer.target, pointer.is_link()) {
            let value = cast(default.tree()?, &library.schema().type_name(target))?;
            defaults.insert(pointer.name.clone(), constant(&library, &value, &nothing)?);
        }
    }
    Ok(DEFAULTS.get_or_init(|| defaults))
}

/// The values of an expression that reads nothing.
fn constant(version: &Version, value: &Expr, data: &Snapshot) -> Result<Vec<Value>> {
    let query = version.compiler.compile_query(&select(value), &compiler::Options::default())?;
    let plan = exec::plan(&query, data.symbols(), None)?;
    let context = Context { statement_time: 0, transaction_time: 0, branch: "", limits: Limits::default() };
    exec::execute(&plan, Data::Read(data.clone()), None, Input::default(), &context)
}
