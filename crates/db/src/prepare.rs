//! Text to [`Prepared`]: each statement of a script compiled in turn, the answer of the last described.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use ir::{Capabilities, Cardinality, Param, Type};
use schema::Scope;
use syntax::ast::{
    AccessMode, Administer, DescribeTarget, ExprKind, Query, QueryKind, Session, Statement, StatementKind,
    Transaction,
};

use crate::catalog::{Catalog, System};
use crate::errors;
use crate::migration::Block;
use crate::prepared::{CacheKey, Options, OutputForm, Prepared};
use crate::settings::{self, Layers, Settings};
use crate::state::SessionState;
use crate::transaction::Tx;
use crate::unit::{Control, QueryUnit, SessionChange, Unit};
use crate::version::Version;
use crate::{describe, evolve, migration};

/// Where a text is prepared.
pub(crate) struct Place<'a> {
    pub(crate) version: Arc<Version>,
    pub(crate) state: &'a SessionState,
    /// What is set for the instance.
    pub(crate) instance: Arc<Settings>,
    pub(crate) symbols: &'a storage::Symbols,
    /// The transaction that the client has open.
    pub(crate) transaction: Option<&'a Tx>,
}

impl Place<'_> {
    fn layers(&self) -> Layers<'_> {
        Layers { session: Some(self.state), branch: Some(&self.version.settings), instance: &self.instance }
    }

    /// How a transaction is opened that does not say it.
    pub(crate) fn access_mode(&self) -> AccessMode {
        match self.layers().member("default_transaction_access_mode") {
            Some("ReadOnly") => AccessMode::ReadOnly,
            _ => AccessMode::ReadWrite,
        }
    }

    /// All that the compiled form of a text depends on, beside the schema.
    pub(crate) fn key(&self, text: &str, options: Options) -> CacheKey {
        let settings = self.layers();
        CacheKey {
            text: text.into(),
            options,
            module: self.state.module.clone().unwrap_or_else(|| "default".into()),
            aliases: self.state.aliases.clone(),
            ignore_access_policies: !settings.flag("apply_access_policies", true),
            allow_user_specified_id: settings.flag("allow_user_specified_id", false),
        }
    }
}

/// Prepares a text that may hold several statements.
pub(crate) fn script(place: &Place<'_>, key: &CacheKey) -> Result<Prepared> {
    let statements = syntax::parse_query(&key.text)?;
    let mut script = Script::new(place, key, statements.len() == 1);
    for statement in &statements {
        script.add(statement)?;
    }
    Ok(script.finish())
}

/// Prepares what a failed transaction still accepts.
pub(crate) fn rollback(place: &Place<'_>, key: &CacheKey) -> Result<Prepared> {
    match &syntax::parse_query(&key.text)?[..] {
        [Statement { kind: StatementKind::Transaction(control), .. }] if recovers(control) => {
            script(place, key)
        }
        _ => Err(errors::aborted()),
    }
}

fn recovers(control: &Transaction) -> bool {
    matches!(control, Transaction::Rollback | Transaction::RollbackToSavepoint(_))
}

/// A script as far as it has been prepared.
pub(crate) struct Script<'a> {
    pub(crate) place: &'a Place<'a>,
    pub(crate) text: &'a str,
    options: compiler::Options,
    /// It has only one statement.
    alone: bool,
    /// The schema as the statements so far leave it.
    pub(crate) version: Arc<Version>,
    /// The migration that is being made after the statements so far.
    pub(crate) block: Option<Block>,
    /// The version whose history is being rewritten after the statements so far.
    pub(crate) rewritten: Option<Arc<Version>>,
    units: Vec<Unit>,
    params: Vec<Param>,
    warnings: Vec<Diagnostic>,
    capabilities: Capabilities,
    last: Described,
}

/// What one statement looks like from outside.
pub(crate) struct Described {
    pub(crate) status: Arc<str>,
    pub(crate) capabilities: Capabilities,
    /// The answer's element type and number; none for a statement that answers nothing.
    pub(crate) answer: Option<(Type, Cardinality)>,
}

impl Described {
    /// Of a statement that answers nothing.
    pub(crate) fn silent(status: &str, capabilities: Capabilities) -> Self {
        Described { status: status.into(), capabilities, answer: None }
    }
}

impl<'a> Script<'a> {
    fn new(place: &'a Place<'a>, key: &'a CacheKey, alone: bool) -> Self {
        let options = compiler::Options {
            modules: Scope { module: key.module.clone(), aliases: key.aliases.clone() },
            output: match key.options.output {
                OutputForm::Binary => compiler::OutputFormat::Binary,
                OutputForm::Json => compiler::OutputFormat::Json,
                OutputForm::None => compiler::OutputFormat::None,
            },
            implicit_limit: key.options.implicit_limit,
            implicit_type_ids: key.options.inject_type_ids,
            implicit_type_names: key.options.inject_type_names,
            explicit_object_ids: !key.options.inject_object_ids,
            ignore_access_policies: key.ignore_access_policies,
            allow_user_specified_id: key.allow_user_specified_id,
            config_objects: false,
        };
        Script {
            place,
            text: &key.text,
            options,
            alone,
            version: place.version.clone(),
            block: place.transaction.and_then(|transaction| transaction.block.clone()),
            rewritten: place.transaction.and_then(Tx::rewritten),
            units: Vec::new(),
            params: Vec::new(),
            warnings: Vec::new(),
            capabilities: Capabilities::NONE,
            last: Described::silent("", Capabilities::NONE),
        }
    }

    /// The modules that unqualified names are looked up in.
    pub(crate) fn modules(&self) -> &Scope {
        &self.options.modules
    }

    fn add(&mut self, statement: &Statement) -> Result<()> {
        let (unit, described) = match self.block.take() {
            Some(block) => migration::in_block(self, block, statement)?,
            None => self.statement(statement)?,
        };
        self.units.push(unit);
        self.capabilities = self.capabilities | described.capabilities;
        self.last = described;
        Ok(())
    }

    /// Prepares a statement; the dispatch over all kinds that there are.
    pub(crate) fn statement(&mut self, statement: &Statement) -> Result<(Unit, Described)> {
        match &statement.kind {
            StatementKind::Query(query) => self.query(query),
            StatementKind::Ddl(definition) => evolve::definition(self, definition, statement),
            StatementKind::Migration(step) => migration::outside_block(self, step, statement),
            StatementKind::Transaction(control) => self.transaction(control),
            StatementKind::Session(change) => self.session(change),
            StatementKind::Configure(configure) => settings::configure(self, configure, statement),
            StatementKind::Describe(describe) if describe.target == DescribeTarget::CurrentMigration => {
                Err(migration::outside("DESCRIBE CURRENT MIGRATION").at(statement.span))
            }
            StatementKind::Describe(describe) => describe::prepare(self, describe),
            StatementKind::Explain(explain) => self.explain(&explain.query),
            StatementKind::Administer(administer) => administered(administer),
            StatementKind::Branch(command) => self.branch(command),
        }
    }

    fn query(&mut self, query: &Query) -> Result<(Unit, Described)> {
        let (unit, compiled) = self.compile(query)?;
        let described = Described {
            status: status_of(query).into(),
            capabilities: compiled.capabilities,
            answer: Some((compiled.answer.clone(), compiled.cardinality)),
        };
        Ok((Unit::Query(unit), described))
    }

    /// Compiles and plans a data statement; its parameters become the script's.
    pub(crate) fn compile(&mut self, query: &Query) -> Result<(QueryUnit, ir::Query)> {
        let compiled = self.version.compiler.compile_query(query, &self.options)?;
        let params = compiled.params.iter().map(|param| self.param(param)).collect::<Result<_>>()?;
        self.warnings.extend(compiled.warnings.iter().cloned());
        let reads = self.version.reads(&compiled);
        let catalog = Catalog::read(&self.version, reads, System::usual)?;
        let catalog = catalog.as_ref().map(|catalog| catalog as &dyn exec::Catalog);
        let plan = exec::plan(&compiled, self.place.symbols, catalog)?;
        let globals = compiled.globals.iter().map(|global| global.name.clone()).collect();
        Ok((QueryUnit { plan, params, globals, reads }, compiled))
    }

    /// The place of a parameter among the script's.
    fn param(&mut self, param: &Param) -> Result<usize> {
        let Some(index) = self.params.iter().position(|known| known.name == param.name) else {
            self.params.push(param.clone());
            return Ok(self.params.len() - 1);
        };
        let (known, new) = (type_name(&self.params[index].ty), type_name(&param.ty));
        if known != new {
            return Err(errors::query(format!("parameter type {new} does not match original type {known}")));
        }
        self.params[index].required |= param.required;
        Ok(index)
    }

    fn transaction(&self, control: &Transaction) -> Result<(Unit, Described)> {
        if !self.alone {
            return Err(errors::query(
                "Explicit transaction control commands cannot be executed in an implicit transaction block",
            ));
        }
        let open = self.place.transaction;
        let (control, status) = match control {
            Transaction::Start { .. } if open.is_some() => {
                return Err(errors::transaction("already in transaction"));
            }
            Transaction::Start { access, .. } => {
                (Control::Start(access.unwrap_or_else(|| self.place.access_mode())), "START TRANSACTION")
            }
            Transaction::Commit if open.is_none() => {
                return Err(errors::transaction("cannot commit: not in transaction"));
            }
            Transaction::Commit => (Control::Commit, "COMMIT"),
            Transaction::Rollback if open.is_none() => {
                return Err(errors::transaction("cannot rollback: not in transaction"));
            }
            Transaction::Rollback => (Control::Rollback, "ROLLBACK"),
            Transaction::DeclareSavepoint(_) if open.is_none() => return Err(no_savepoints_here()),
            Transaction::DeclareSavepoint(name) => (Control::Declare(name.text.clone()), "DECLARE SAVEPOINT"),
            Transaction::ReleaseSavepoint(name) => {
                open.ok_or_else(no_savepoints_here)?.savepoint(&name.text)?;
                (Control::Release(name.text.clone()), "RELEASE SAVEPOINT")
            }
            Transaction::RollbackToSavepoint(name) => {
                open.ok_or_else(no_savepoints_here)?.savepoint(&name.text)?;
                (Control::RollbackTo(name.text.clone()), "ROLLBACK TO SAVEPOINT")
            }
        };
        Ok((Unit::Transaction(control), Described::silent(status, Capabilities::TRANSACTION)))
    }

    fn session(&mut self, change: &Session) -> Result<(Unit, Described)> {
        if let Session::SetModule(module) | Session::SetAlias { module, .. } = change {
            self.check_module(module)?;
        }
        let (change, status) = match change {
            Session::SetModule(module) => (SessionChange::SetModule(module.clone()), "SET ALIAS"),
            Session::SetAlias { name, module } => {
                (SessionChange::SetAlias(name.text.clone(), module.clone()), "SET ALIAS")
            }
            Session::ResetModule => (SessionChange::ResetModule, "RESET ALIAS"),
            Session::ResetAlias(name) => (SessionChange::ResetAlias(name.text.clone()), "RESET ALIAS"),
            Session::ResetAllAliases => (SessionChange::ResetAllAliases, "RESET ALIAS"),
        };
        // What follows in the script is compiled as the change leaves the session.
        let mut after = SessionState {
            module: Some(self.options.modules.module.clone()),
            aliases: self.options.modules.aliases.clone(),
            ..SessionState::default()
        };
        change.apply(&mut after);
        self.options.modules =
            Scope { module: after.module.unwrap_or_else(|| "default".into()), aliases: after.aliases };
        Ok((Unit::Session(change), Described::silent(status, Capabilities::SESSION_CONFIG)))
    }

    fn check_module(&self, name: &str) -> Result<()> {
        match self.version.schema().module(name) {
            Some(_) => Ok(()),
            None => {
                Err(Diagnostic::new(ErrorCode::UNKNOWN_MODULE, format!("module '{name}' does not exist")))
            }
        }
    }

    /// Settings in force for what follows in the script.
    pub(crate) fn layers(&self) -> Layers<'_> {
        Layers {
            session: Some(self.place.state),
            branch: Some(&self.version.settings),
            instance: &self.place.instance,
        }
    }

    pub(crate) fn options_mut(&mut self) -> &mut compiler::Options {
        &mut self.options
    }

    /// Whether it is the one statement of a text, outside of a transaction.
    pub(crate) fn is_on_its_own(&self) -> bool {
        self.alone && self.place.transaction.is_none()
    }

    /// The modules of what `configure` names: the module `cfg` need not be written.
    pub(crate) fn configuration_modules(&self) -> Scope {
        Scope { module: "cfg".into(), aliases: self.options.modules.aliases.clone() }
    }

    /// Prepares a part in the modules of configuration.
    pub(crate) fn in_configuration<T>(&mut self, prepare: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let modules = self.configuration_modules();
        let before = std::mem::replace(&mut self.options.modules, modules);
        let prepared = prepare(self);
        self.options.modules = before;
        prepared
    }

    /// Errors where an INSERT of configuration objects means nothing.
    pub(crate) fn check_configuration(&self, query: &Query) -> Result<()> {
        let options = compiler::Options {
            config_objects: true,
            modules: self.configuration_modules(),
            ..self.options.clone()
        };
        self.version.compiler.compile_query(query, &options).map(drop)
    }

    fn explain(&mut self, query: &Query) -> Result<(Unit, Described)> {
        let (unit, _) = self.compile(query)?;
        let text = unit.plan.to_string();
        Ok(self.text("ANALYZE QUERY", text))
    }

    /// A statement that answers with a text.
    pub(crate) fn text(&self, status: &str, text: String) -> (Unit, Described) {
        let answer = self.version.text_type().map(|ty| (ty, Cardinality::One));
        let described = Described { status: status.into(), capabilities: Capabilities::NONE, answer };
        (Unit::Text(text.into()), described)
    }

    fn branch(&self, command: &syntax::ast::BranchCommand) -> Result<(Unit, Described)> {
        use syntax::ast::BranchCommand;
        let status = match command {
            BranchCommand::Create { .. } => "CREATE BRANCH",
            BranchCommand::Drop { .. } => "DROP BRANCH",
            BranchCommand::Rename { .. } => "ALTER BRANCH",
        };
        if !self.alone {
            return Err(errors::query(format!("cannot execute {status} with other commands in one block")));
        }
        if self.place.transaction.is_some() {
            return Err(errors::query(format!("cannot execute {status} in a transaction")));
        }
        Ok((Unit::Branch(command.clone()), Described::silent(status, Capabilities::DDL)))
    }

    fn finish(self) -> Prepared {
        let (output, cardinality) = match self.last.answer {
            Some((ty, cardinality)) => (Some(ty), cardinality),
            None => (None, Cardinality::NoResult),
        };
        Prepared {
            id: Prepared::next_id(),
            output,
            cardinality,
            capabilities: self.capabilities,
            params: self.params,
            warnings: self.warnings,
            status: self.last.status,
            units: self.units,
            version: self.place.version.id,
        }
    }
}

/// What `administer` knows to call. The store keeps itself in order: there is nothing to do for them.
const ADMINISTERED: [&str; 8] = [
    "concurrent_index_build",
    "fixup_backend_upgrade",
    "prepare_upgrade",
    "reindex",
    "remove_pointless_triggers",
    "schema_repair",
    "statistics_update",
    "vacuum",
];

fn administered(administer: &Administer) -> Result<(Unit, Described)> {
    let known = match &administer.call.kind {
        ExprKind::Call(call) => call.name.module.is_none() && ADMINISTERED.contains(&&*call.name.name),
        _ => false,
    };
    match known {
        true => Ok((Unit::Nothing, Described::silent("ADMINISTER", Capabilities::NONE))),
        false => Err(errors::query("Unknown ADMINISTER function").at(administer.call.span)),
    }
}

fn no_savepoints_here() -> Diagnostic {
    errors::transaction("savepoints can only be used in transaction blocks")
}

fn status_of(query: &Query) -> &'static str {
    match query.kind {
        QueryKind::Select(_) | QueryKind::For(_) | QueryKind::Group(_) => "SELECT",
        QueryKind::Insert(_) => "INSERT",
        QueryKind::Update(_) => "UPDATE",
        QueryKind::Delete(_) => "DELETE",
    }
}

/// A type as messages call it.
pub(crate) fn type_name(ty: &Type) -> String {
    ty.to_string()
}
