//! A transaction: the data and the schema as it sees them, and its savepoints.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use exec::{Data, Deferred, Isolation};
use syntax::ast::AccessMode;
use tokio::sync::oneshot;

use crate::branch::Branch;
use crate::clock;
use crate::errors::{self, from_store, stored};
use crate::keep;
use crate::roles::{Rights, RoleChange, Roles};
use crate::settings::Settings;
use crate::standing::Standing;
use crate::state::SessionState;
use crate::version::Version;

/// How a transaction is opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mode {
    pub(crate) isolation: Isolation,
    pub(crate) access: AccessMode,
}

impl Mode {
    /// As migrations are made, whatever the session's settings say.
    pub(crate) const MIGRATION: Mode =
        Mode { isolation: Isolation::Serializable, access: AccessMode::ReadWrite };
}

/// A transaction that is open, by a client's word or for one script.
pub(crate) struct Tx {
    branch: Arc<Branch>,
    data: storage::Transaction,
    deferred: Deferred,
    standing: Standing,
    /// The version that it began with.
    began_with: Arc<Version>,
    roles: RolesSeen,
    /// The session's state before it, which a rollback restores.
    before: SessionState,
    started: i64,
    mode: Mode,
    savepoints: Vec<Savepoint>,
    /// A statement has seen the data.
    is_used: bool,
    /// Nothing but a rollback is accepted.
    pub(crate) failed: bool,
    /// The migration that it was opened for is done: to be committed (true) or given up.
    pub(crate) ending: Option<bool>,
}

/// The roles as a transaction sees them.
#[derive(Clone)]
struct RolesSeen {
    /// The role that it runs as.
    role: Arc<str>,
    /// With what it changes; `None` where it changes nothing.
    changed: Option<Arc<Roles>>,
    /// What it changes, to be done when it commits.
    changes: Vec<Arc<RoleChange>>,
}

/// A moment to which a transaction can go back.
pub(crate) struct Mark {
    data: storage::Savepoint,
    deferred: usize,
    standing: Standing,
    roles: RolesSeen,
    savepoints: usize,
}

/// A moment that stays one to go back to.
struct Savepoint {
    /// What a client calls it; none where a migration began.
    name: Option<Arc<str>>,
    mark: Mark,
    state: SessionState,
}

impl Tx {
    pub(crate) fn begin(
        branch: &Arc<Branch>,
        role: &Arc<str>,
        mode: Mode,
        before: SessionState,
    ) -> Result<Tx> {
        let (version, data) = branch.begin()?;
        Ok(Tx {
            branch: branch.clone(),
            data,
            deferred: Deferred::default(),
            began_with: version.clone(),
            standing: Standing::at(version),
            roles: RolesSeen { role: role.clone(), changed: None, changes: Vec::new() },
            before,
            started: clock::now(),
            mode,
            savepoints: Vec::new(),
            is_used: false,
            failed: false,
            ending: None,
        })
    }

    /// Begins anew, over what is committed by now, with what it has locked.
    pub(crate) fn begin_again(&mut self) -> Result<()> {
        let mut fresh = Tx::begin(&self.branch, &self.roles.role, self.mode, self.before.clone())?;
        fresh.data.take_locks_of(&mut self.data);
        *self = fresh;
        Ok(())
    }

    /// A client's transaction sees the data as they are at its first statement, not as they were when it began.
    pub(crate) fn before_statement(&mut self) -> Result<()> {
        if !std::mem::replace(&mut self.is_used, true) {
            let (version, data) = self.branch.begin()?;
            if Arc::ptr_eq(&version, &self.began_with) {
                self.data = data;
            }
        }
        Ok(())
    }

    pub(crate) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The schema and the settings as it sees them.
    pub(crate) fn version(&self) -> &Arc<Version> {
        &self.standing.version
    }

    /// Goes on from where a change of the schema leads, which becomes the branch's state when the transaction commits.
    /// The change was worked out before the script ran: what the script configured since then stays.
    pub(crate) fn go_on(&mut self, after: &Standing) {
        let settings = self.standing.version.settings.clone();
        self.standing = after.clone();
        if !Arc::ptr_eq(&settings, &after.version.settings) {
            self.configure(settings);
        }
    }

    /// Puts other settings in force for the branch.
    pub(crate) fn configure(&mut self, settings: Arc<Settings>) {
        self.standing.version = Arc::new(self.standing.version.with_settings(settings));
    }

    /// What the role that it runs as may do.
    pub(crate) fn rights(&self) -> Rights {
        let RolesSeen { role, changed, .. } = &self.roles;
        let roles = changed.clone().unwrap_or_else(|| self.branch.instance().roles());
        Rights { roles, role: role.clone() }
    }

    /// Changes a role, for everybody once the transaction commits.
    pub(crate) fn change_role(&mut self, change: &Arc<RoleChange>) -> Result<()> {
        let changed = self.rights().roles.changed(change)?;
        self.roles.changed = Some(Arc::new(changed));
        self.roles.changes.push(change.clone());
        Ok(())
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.mode.access == AccessMode::ReadOnly
    }

    pub(crate) fn isolation(&self) -> Isolation {
        self.mode.isolation
    }

    /// The session's state before it.
    pub(crate) fn before(&self) -> &SessionState {
        &self.before
    }

    /// When it began, in microseconds since 2000-01-01T00:00:00Z.
    pub(crate) fn started(&self) -> i64 {
        self.started
    }

    pub(crate) fn branch(&self) -> &Arc<Branch> {
        &self.branch
    }

    /// The data, to be changed.
    pub(crate) fn data(&mut self) -> &mut storage::Transaction {
        &mut self.data
    }

    /// The data for a query.
    pub(crate) fn data_for(&mut self, writes: bool) -> Data<'_> {
        match writes {
            true => Data::Write(&mut self.data, &mut self.deferred),
            false => Data::Read(self.data.snapshot()),
        }
    }

    /// This moment.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            data: self.data.savepoint(),
            deferred: self.deferred.len(),
            standing: self.standing.clone(),
            roles: self.roles.clone(),
            savepoints: self.savepoints.len(),
        }
    }

    /// Discards what was done since a moment; what was locked stays so.
    pub(crate) fn return_to(&mut self, mark: &Mark) {
        self.data.rollback_to(&mark.data);
        self.deferred.truncate(mark.deferred);
        self.standing = mark.standing.clone();
        self.roles = mark.roles.clone();
        self.savepoints.truncate(mark.savepoints);
    }

    /// Declares a savepoint; one without a name is where a migration begins.
    pub(crate) fn declare(&mut self, name: Option<&Arc<str>>, state: &SessionState) {
        let mark = self.mark();
        self.savepoints.push(Savepoint { name: name.cloned(), mark, state: state.clone() });
    }

    /// The place of a savepoint.
    pub(crate) fn savepoint(&self, name: &str) -> Result<usize> {
        self.place_of(Some(name)).ok_or_else(|| errors::no_savepoint(name))
    }

    fn place_of(&self, name: Option<&str>) -> Option<usize> {
        self.savepoints.iter().rposition(|savepoint| savepoint.name.as_deref() == name)
    }

    /// Forgets a savepoint and those after it.
    pub(crate) fn release(&mut self, name: &str) -> Result<()> {
        let place = self.savepoint(name)?;
        self.savepoints.truncate(place);
        Ok(())
    }

    /// Goes back to a savepoint, which stays.
    pub(crate) fn rollback_to(&mut self, name: &str, state: &mut SessionState) -> Result<()> {
        let place = self.savepoint(name)?;
        if let Some(savepoint) = self.go_back(place, state) {
            self.savepoints.push(savepoint);
        }
        Ok(())
    }

    /// Goes back to a savepoint and takes it off.
    fn go_back(&mut self, place: usize, state: &mut SessionState) -> Option<Savepoint> {
        self.savepoints.truncate(place + 1);
        let savepoint = self.savepoints.pop()?;
        self.return_to(&savepoint.mark);
        self.data.unlock_since(Some(&savepoint.mark.data));
        state.clone_from(&savepoint.state);
        self.failed = false;
        Some(savepoint)
    }

    /// The migration that was begun last is done: its beginning is no place to go back to any more.
    pub(crate) fn end_migration(&mut self) {
        if let Some(place) = self.place_of(None) {
            self.savepoints.truncate(place);
        }
    }

    /// The migration that was begun last is given up: all is as before it.
    pub(crate) fn abort_migration(&mut self, state: &mut SessionState) {
        if let Some(place) = self.place_of(None) {
            self.go_back(place, state);
        }
    }

    /// Accepts nothing but a rollback from here on. Others need not wait for that.
    pub(crate) fn fail(&mut self) {
        self.failed = true;
        self.data.unlock_since(self.savepoints.last().map(|savepoint| &savepoint.mark.data));
    }

    /// Whether the last statement failed because another transaction was in its way.
    pub(crate) fn is_blocked(&self) -> bool {
        self.data.is_blocked()
    }

    /// Fails as early as possible where the commit would: clients repeat a statement's transaction more readily.
    pub(crate) fn check_reads(&self) -> Result<()> {
        match self.data.has_changes() {
            true => stored(self.data.check_reads()),
            false => Ok(()),
        }
    }

    /// Lets one transaction at a time change the schema or the settings.
    pub(crate) fn claim_version(&mut self) -> Result<()> {
        stored(self.data.claim_meta(keep::VERSION_KEY))
    }

    /// Makes everything durable and visible.
    pub(crate) async fn commit(mut self) -> Result<()> {
        self.deferred.check(self.data.now())?;
        // Only now is it certain which extensions stay: a history that is rewritten begins without any.
        let version = self.version();
        if let Some(settings) = version.settings.pruned(version.schema()) {
            self.configure(Arc::new(settings));
        }
        let version = self.standing.version.clone();
        let has_changed = !Arc::ptr_eq(&version, &self.began_with);
        if has_changed {
            keep::save(&mut self.data, &version, &self.began_with)?;
        }
        let change = has_changed.then(|| self.branch.change());
        let (done, waiting) = oneshot::channel();
        self.data.commit_with(move |result| {
            if let (Ok(()), Some(change)) = (&result, &change) {
                change.publish(version);
            }
            drop(change);
            let _ = done.send(result);
        });
        waiting.await.unwrap_or(Err(storage::Error::Closed)).map_err(from_store)?;
        match self.roles.changes.is_empty() {
            true => Ok(()),
            false => self.branch.instance().change_roles(&self.roles.changes),
        }
    }
}

/// Whether another try may succeed.
pub(crate) fn is_conflict(error: &Diagnostic) -> bool {
    [ErrorCode::TRANSACTION_SERIALIZATION, ErrorCode::TRANSACTION_DEADLOCK].contains(&error.code)
}
