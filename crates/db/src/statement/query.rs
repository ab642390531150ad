//! Data statements: compiled to a plan, run over data.

use diag::Result;
use exec::{Context, Data, Input, Isolation, Limits, Plan};
use ir::Capabilities;
use schema::Schema;
use storage::Snapshot;
use syntax::ast::{Query, QueryKind};
use value::Value;

use super::given::Given;
use crate::branch::Branch;
use crate::catalog::{Introspected, Reads, System};
use crate::clock;
use crate::configuration::InForce;
use crate::preparation::{Described, Preparation};
use crate::roles::Rights;
use crate::settings::Layers;
use crate::state::SessionState;
use crate::transaction::Tx;
use crate::version::Version;

/// A data statement, planned.
#[derive(Debug)]
pub(crate) struct QueryUnit {
    pub(crate) plan: Plan,
    /// For each of the query's parameters, which of the script's it is.
    pub(crate) params: Vec<usize>,
    /// Where the globals that it reads come from.
    pub(crate) globals: Vec<Given>,
    /// Which objects it reads that are not the branch's data.
    pub(crate) reads: Reads,
}

/// What a query is run with.
#[derive(Clone, Copy)]
pub(crate) struct Environment<'a> {
    pub(crate) arguments: &'a [Option<Value>],
    pub(crate) state: &'a SessionState,
    pub(crate) branch: &'a Branch,
    pub(crate) version: &'a Version,
    pub(crate) rights: &'a Rights,
    /// When the transaction began, in microseconds since 2000-01-01T00:00:00Z.
    pub(crate) started: i64,
    pub(crate) isolation: Isolation,
}

/// Prepares a data statement.
pub(super) fn prepare(script: &mut Preparation<'_>, query: &Query) -> Result<(QueryUnit, Described)> {
    let (unit, compiled) = compile(script, query)?;
    let described = Described {
        status: status_of(query).into(),
        capabilities: compiled.capabilities,
        answer: Some((compiled.answer.clone(), compiled.cardinality)),
    };
    Ok((unit, described))
}

/// Compiles and plans a data statement; its parameters become the script's.
pub(super) fn compile(script: &mut Preparation<'_>, query: &Query) -> Result<(QueryUnit, ir::Query)> {
    let compiled = script.version().compiler.compile_query(query, &script.options)?;
    let params = compiled.params.iter().map(|param| script.param(param)).collect::<Result<_>>()?;
    script.warnings.extend(compiled.warnings.iter().cloned());
    script.permissions.extend(compiled.permissions.iter().cloned());
    let reads = Reads::of(&compiled, script.schema());
    let rights = &script.place.rights;
    let catalog = Introspected::read(script.version(), reads, rights, || Ok(System::usual()))?;
    let catalog = catalog.as_ref().map(|catalog| catalog as &dyn exec::Catalog);
    let plan = exec::plan(&compiled, script.place.symbols, catalog)?;
    let globals = globals_of(&compiled, script.schema());
    Ok((QueryUnit { plan, params, globals, reads }, compiled))
}

/// What running a query would do, as text.
pub(super) fn explain(script: &mut Preparation<'_>, query: &Query) -> Result<(Value, Described)> {
    let (unit, compiled) = compile(script, query)?;
    let described = Described::one("ANALYZE QUERY", script.version(), "std::str");
    let described = described.using(Capabilities::ANALYZE | compiled.capabilities);
    Ok((Value::Str(unit.plan.to_string().into()), described))
}

/// Where the globals come from that a query reads.
pub(super) fn globals_of(query: &ir::Query, schema: &Schema) -> Vec<Given> {
    query.globals.iter().map(|global| Given::of(&global.name, schema)).collect()
}

fn status_of(query: &Query) -> &'static str {
    match query.kind {
        QueryKind::Select(_) | QueryKind::For(_) | QueryKind::Group(_) => "SELECT",
        QueryKind::Insert(_) => "INSERT",
        QueryKind::Update(_) => "UPDATE",
        QueryKind::Delete(_) => "DELETE",
    }
}

impl QueryUnit {
    /// Runs it in a transaction.
    pub(crate) fn run(
        &self,
        tx: &mut Tx,
        arguments: &[Option<Value>],
        state: &SessionState,
    ) -> Result<Vec<Value>> {
        let (branch, version) = (tx.branch().clone(), tx.version().clone());
        let (started, isolation, rights) = (tx.started(), tx.isolation(), tx.rights());
        let environment = Environment {
            arguments,
            state,
            branch: &branch,
            version: &version,
            rights: &rights,
            started,
            isolation,
        };
        self.evaluate(tx.data_for(self.plan.writes()), environment)
    }

    /// Runs it over data that nothing changes.
    pub(crate) fn read(&self, snapshot: Snapshot, environment: Environment<'_>) -> Result<Vec<Value>> {
        self.evaluate(Data::Read(snapshot), environment)
    }

    fn evaluate(&self, data: Data<'_>, environment: Environment<'_>) -> Result<Vec<Value>> {
        let Environment { arguments, state, branch, version, rights, started, isolation } = environment;
        let args: Vec<Option<Value>> =
            self.params.iter().map(|place| arguments.get(*place).cloned().flatten()).collect();
        let globals: Vec<Option<Vec<Value>>> =
            self.globals.iter().map(|global| global.value(state, rights)).collect();
        let instance = branch.instance().settings();
        let settings = Layers { session: Some(state), branch: Some(&version.settings), instance: &instance };
        let system = || Ok(System { branches: branch.instance().histories()?, settings });
        let catalog = Introspected::read(version, self.reads, rights, system)?;
        let catalog = catalog.as_ref().map(|catalog| catalog as &dyn exec::Catalog);
        let limits = Limits { deadline: clock::deadline(settings), ..Limits::default() };
        let name = branch.name();
        let context = Context {
            statement_time: clock::now(),
            transaction_time: started,
            branch: &name,
            configuration: &InForce { version, settings, now: started, isolation },
            limits,
        };
        exec::execute(&self.plan, data, catalog, Input { args: &args, globals: &globals }, &context)
    }
}
