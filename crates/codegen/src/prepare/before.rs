//! What was prepared before: who watches prepares one query anew, and not a thousand.

use std::collections::{HashMap, HashSet};

use diag::Diagnostic;

use super::query::{self, Prepared};
use crate::Options;
use crate::source::{Described, QueryFile};

/// The queries of the last run, by path, and what they were prepared from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Before {
    options: Options,
    queries: HashMap<String, (Origin, Prepared)>,
}

/// What a query was prepared from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    file: QueryFile,
    answer: (u8, u64),
    types: [Vec<u8>; 2],
}

impl Origin {
    fn of(described: &Described<'_>) -> Origin {
        Origin {
            file: described.file.clone(),
            answer: (described.cardinality as u8, described.capabilities.bits()),
            types: [described.input.data.to_vec(), described.output.data.to_vec()],
        }
    }
}

impl Before {
    /// Forgets all where anything was decided otherwise for all queries.
    pub(super) fn begin(&mut self, options: &Options) {
        let Options { facts, settings, state, called: _ } = options;
        let (known, data) =
            (&self.options, |options: &Options| options.state.as_ref().map(|raw| raw.data.clone()));
        if (&known.facts, &known.settings, data(known)) != (facts, settings, data(options)) {
            self.queries.clear();
            let (facts, settings, state) = (facts.clone(), settings.clone(), state.clone());
            self.options = Options { facts, settings, state, ..Options::default() };
        }
    }

    /// Forgets queries that are no more.
    pub(super) fn end(&mut self, queries: &[Described<'_>]) {
        if self.queries.len() > queries.len() {
            let paths: HashSet<&str> = queries.iter().map(|query| query.file.path.as_str()).collect();
            self.queries.retain(|path, _| paths.contains(path.as_str()));
        }
    }

    /// Decides everything about one query, or remembers it.
    pub(super) fn prepare(
        &mut self,
        described: &Described<'_>,
        options: &Options,
    ) -> Result<Prepared, Diagnostic> {
        let origin = Origin::of(described);
        if let Some((known, prepared)) = self.queries.get(&described.file.path)
            && *known == origin
        {
            return Ok(prepared.clone());
        }
        let prepared = query::prepare(described, options)?;
        self.queries.insert(described.file.path.clone(), (origin, prepared.clone()));
        Ok(prepared)
    }
}
