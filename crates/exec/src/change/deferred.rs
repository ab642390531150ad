//! Checks that wait for the commit: links to deleted objects under `on target delete deferred restrict`.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use storage::{Name, Snapshot, TypeId};
use value::Uuid;

use crate::store::storage_error;

/// What a transaction has still to check when it commits.
#[derive(Clone, Debug, Default)]
pub struct Deferred(Vec<Dangling>);

/// What a statement leaves to be checked.
#[derive(Debug, Default)]
pub(crate) struct Outcome(Vec<Dangling>);

/// A deleted object that may still be linked.
#[derive(Clone, Debug)]
pub(super) struct Dangling {
    pub(super) target: Uuid,
    pub(super) target_type: Arc<str>,
    pub(super) link: Name,
    pub(super) link_name: Arc<str>,
    pub(super) sources: Vec<(TypeId, Arc<str>)>,
}

impl Outcome {
    pub(super) fn push(&mut self, dangling: Dangling) {
        self.0.push(dangling);
    }
}

impl Deferred {
    pub(crate) fn extend(&mut self, outcome: Outcome) {
        self.0.extend(outcome.0);
    }

    /// Checks what was put off; call it with the transaction's state right before the commit.
    ///
    /// # Errors
    /// `ConstraintViolationError` for a link that still leads to a deleted object.
    pub fn check(&self, now: &Snapshot) -> Result<()> {
        for dangling in &self.0 {
            if let Some(violation) = dangling.violation(now, false).map_err(storage_error)? {
                return Err(violation);
            }
        }
        Ok(())
    }

    /// How many checks wait; together with [`Deferred::truncate`] this goes back to a savepoint.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets all checks after the first `len`.
    pub fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}

impl Dangling {
    /// The error, if some source still links to the object and that has not come back; `within_row` looks only at links
    /// that are part of their source's row.
    pub(super) fn violation(&self, now: &Snapshot, within_row: bool) -> storage::Result<Option<Diagnostic>> {
        if now.type_of(self.target)?.is_some() {
            return Ok(None);
        }
        for source in now.backlinks(self.target, self.link)? {
            let source = source?;
            if within_row && now.link(source.id, self.link, self.target)?.is_some() {
                continue;
            }
            if let Some((_, source_type)) = self.sources.iter().find(|(symbol, _)| *symbol == source.type_id)
            {
                return Ok(Some(self.error(source_type, source.id)));
            }
        }
        Ok(None)
    }

    fn error(&self, source_type: &str, source: Uuid) -> Diagnostic {
        let (target_type, target) = (&self.target_type, self.target);
        let message = format!("deletion of {target_type} ({target}) is prohibited by link target policy");
        let link = &self.link_name;
        let details = format!("Object is still referenced in link {link} of {source_type} ({source}).");
        Diagnostic::new(ErrorCode::CONSTRAINT_VIOLATION, message).details(details)
    }
}
