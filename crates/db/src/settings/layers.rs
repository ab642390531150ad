//! Which value is in force: the session's, else the branch's, else the instance's.

use std::sync::Arc;

use schema::Schema;
use value::Value;

use super::{Configured, Settings};
use crate::state::SessionState;

/// Settings on top of one another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layers<'a> {
    pub(crate) session: Option<&'a SessionState>,
    pub(crate) branch: Option<&'a Settings>,
    pub(crate) instance: &'a Settings,
}

impl<'a> Layers<'a> {
    /// What is set; none where nobody sets it.
    pub(crate) fn get(&self, name: &str) -> Option<&'a [Value]> {
        let of_session = self.session.and_then(|state| state.config.get(name)).map(Vec::as_slice);
        of_session.or_else(|| self.branch?.get(name)).or_else(|| self.instance.get(name))
    }

    /// The configuration objects of a type and the types below it: those of the first layer that has some.
    pub(crate) fn objects(&self, schema: &Schema, class: &str) -> Vec<&'a Arc<Configured>> {
        let classes = super::target::classes_below(schema, class);
        let of = |settings: &'a Settings| -> Vec<&'a Arc<Configured>> {
            let all = settings.objects.iter();
            all.filter(|object| classes.contains(&object.class)).collect()
        };
        let of_branch = self.branch.map(of).unwrap_or_default();
        if of_branch.is_empty() { of(self.instance) } else { of_branch }
    }

    /// A setting that is true or false.
    pub(crate) fn flag(&self, name: &str, default: bool) -> bool {
        match self.get(name) {
            Some([Value::Bool(flag)]) => *flag,
            _ => default,
        }
    }

    /// A setting that is a duration, in microseconds.
    pub(crate) fn duration(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Some([Value::Duration(micros)]) => Some(*micros),
            _ => None,
        }
    }

    /// A setting that is a member of an enum.
    pub(crate) fn member(&self, name: &str) -> Option<&'a str> {
        match self.get(name) {
            Some([Value::Enum(member)]) => Some(&member.name),
            _ => None,
        }
    }
}
