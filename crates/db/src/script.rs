//! A text, prepared: one statement or several, described by the answer of the last.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use diag::{Diagnostic, Result};
use ir::{Capabilities, Cardinality, Param, Type};
use syntax::ast::{BranchCommand, Statement, StatementKind};

use crate::errors;
use crate::options::CacheKey;
use crate::preparation::{Described, Place, Preparation};
use crate::statement::configure::{self, Assignment};
use crate::statement::control::{self, Control};
use crate::statement::query::QueryUnit;
use crate::statement::{self, Unit, branch};

/// A compiled statement or script.
#[derive(Debug)]
pub struct Prepared {
    /// Distinguishes it from every other of this process.
    pub id: u64,
    /// The answer's element type; `None` when it answers nothing.
    pub output: Option<Type>,
    pub cardinality: Cardinality,
    pub capabilities: Capabilities,
    pub params: Vec<Param>,
    pub warnings: Vec<Diagnostic>,
    /// Permissions without which it may not run.
    pub(crate) permissions: BTreeSet<Arc<str>>,
    /// What CommandComplete says: `SELECT`, `INSERT`, `CREATE TYPE`, …
    pub status: Arc<str>,
    pub(crate) work: Work,
    /// The number of the version that it was compiled against.
    pub(crate) version: u64,
}

/// What a prepared text does.
#[derive(Debug)]
pub(crate) enum Work {
    /// One query that changes nothing: it needs no transaction.
    Read(QueryUnit),
    /// Statements in a transaction, one after the other.
    Script(Vec<Unit>),
    /// A statement that begins a migration, and opens a transaction for it.
    Opening(Unit),
    /// About the transaction itself.
    Control(Control),
    /// Makes, renames or removes a branch; in no transaction.
    Branch(BranchCommand),
    /// Changes a setting of the instance; in no transaction.
    Instance(Box<Assignment>),
}

impl Prepared {
    /// Whether a failed transaction accepts it.
    pub(crate) fn recovers(&self) -> bool {
        match &self.work {
            Work::Control(control) => control.recovers(),
            Work::Script(units) => matches!(&units[..], [unit] if unit.recovers()),
            Work::Read(_) | Work::Opening(_) | Work::Branch(_) | Work::Instance(_) => false,
        }
    }

    /// Whether it means the same every time.
    pub(crate) fn is_cacheable(&self) -> bool {
        match &self.work {
            Work::Read(_) => true,
            Work::Script(units) => units.iter().all(|unit| matches!(unit, Unit::Query(_))),
            Work::Opening(_) | Work::Control(_) | Work::Branch(_) | Work::Instance(_) => false,
        }
    }
}

/// Prepares a text that may hold several statements.
pub(crate) fn prepare(place: &Place<'_>, key: &CacheKey) -> Result<Prepared> {
    let statements = syntax::parse_query(&key.text)?;
    let mut script = Script::new(place, key, statements.len() > 1);
    if let [statement] = &statements[..]
        && let Some((work, described)) = alone(&mut script.so_far, statement)?
    {
        return Ok(script.finish_as(work, described));
    }
    for statement in &statements {
        script.add(statement)?;
    }
    script.check_finished()?;
    Ok(script.finish())
}

/// Prepares what a failed transaction still accepts.
pub(crate) fn prepare_rollback(place: &Place<'_>, key: &CacheKey) -> Result<Prepared> {
    let mut script = Script::new(place, key, false);
    let prepared = match &syntax::parse_query(&key.text)?[..] {
        [Statement { kind: StatementKind::Transaction(control), .. }] => {
            let (control, described) = control::prepare(place, control).map_err(|_| errors::aborted())?;
            script.finish_as(Work::Control(control), described)
        }
        [statement @ Statement { kind: StatementKind::Migration(_), .. }] => {
            script.add(statement).map_err(|_| errors::aborted())?;
            script.finish()
        }
        _ => return Err(errors::aborted()),
    };
    if prepared.recovers() { Ok(prepared) } else { Err(errors::aborted()) }
}

/// A statement that must be the only one of its text; `None` for one that may stand among others.
fn alone(script: &mut Preparation<'_>, statement: &Statement) -> Result<Option<(Work, Described)>> {
    let place = script.place;
    let (work, described) = match &statement.kind {
        StatementKind::Transaction(control) => {
            let (control, described) = control::prepare(place, control)?;
            (Work::Control(control), described)
        }
        StatementKind::Branch(command) => {
            let (command, described) = branch::prepare(place, command)?;
            (Work::Branch(command), described)
        }
        StatementKind::Configure(configure)
            if configure::is_of_instance(configure) && place.transaction.is_none() =>
        {
            let (assignment, described) = configure::prepare(script, configure, statement)?;
            (Work::Instance(Box::new(assignment)), described)
        }
        _ => return Ok(None),
    };
    Ok(Some((work, described)))
}

/// A script as far as it has been prepared.
struct Script<'a> {
    so_far: Preparation<'a>,
    units: Vec<Unit>,
    capabilities: Capabilities,
    last: Described,
}

impl<'a> Script<'a> {
    fn new(place: &'a Place<'a>, key: &'a CacheKey, is_script: bool) -> Self {
        Script {
            so_far: Preparation::new(place, key, is_script),
            units: Vec::new(),
            capabilities: Capabilities::NONE,
            last: Described::silent("", Capabilities::NONE),
        }
    }

    fn add(&mut self, statement: &Statement) -> Result<()> {
        let (unit, described) = statement::prepare(&mut self.so_far, statement)?;
        self.units.push(unit);
        self.capabilities = self.capabilities | described.capabilities;
        self.last = described;
        Ok(())
    }

    /// A script that is in no transaction of the client's must end what it begins.
    fn check_finished(&self) -> Result<()> {
        let Preparation { is_script, place, standing, .. } = &self.so_far;
        match (&standing.block, &standing.rewrite) {
            (Some(_), _) if *is_script && place.transaction.is_none() => {
                Err(errors::query("Cannot leave an incomplete migration in scripts"))
            }
            (_, Some(_)) if *is_script && place.transaction.is_none() => {
                Err(errors::query("Cannot leave an incomplete migration rewrite in scripts"))
            }
            _ => Ok(()),
        }
    }

    fn finish(mut self) -> Prepared {
        let mut units = std::mem::take(&mut self.units);
        let work = match units.pop() {
            Some(Unit::Query(query)) if units.is_empty() && !query.plan.writes() => Work::Read(query),
            Some(unit) if unit.opens() => Work::Opening(unit),
            last => {
                units.extend(last);
                Work::Script(units)
            }
        };
        let last = std::mem::replace(&mut self.last, Described::silent("", Capabilities::NONE));
        self.finish_as(work, last)
    }

    fn finish_as(self, work: Work, last: Described) -> Prepared {
        let (output, cardinality) = match last.answer {
            Some((ty, cardinality)) => (Some(ty), cardinality),
            None => (None, Cardinality::NoResult),
        };
        Prepared {
            id: next_id(),
            output,
            cardinality,
            capabilities: self.capabilities | last.capabilities,
            params: self.so_far.params,
            warnings: self.so_far.warnings,
            permissions: self.so_far.permissions,
            status: last.status,
            work,
            version: self.so_far.place.version.number,
        }
    }
}

/// A number that no other prepared text has.
fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
