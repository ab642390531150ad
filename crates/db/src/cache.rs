//! Compiled statements, remembered for every version of every branch.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use diag::Result;

use crate::options::CacheKey;
use crate::script::Prepared;

/// So many are remembered; then all are forgotten and compiled again as they are asked for.
const STATEMENTS: usize = 4096;

/// What texts were compiled to, by the number of the version that they were compiled against.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    known: Mutex<HashMap<(u64, CacheKey), Arc<Prepared>>>,
}

impl Cache {
    /// The prepared form of a text, made by `make` where it is not known yet.
    pub(crate) fn get_or_make(
        &self,
        version: u64,
        key: CacheKey,
        make: impl FnOnce(&CacheKey) -> Result<Prepared>,
    ) -> Result<Arc<Prepared>> {
        let key = (version, key);
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(known.clone());
        }
        let prepared = Arc::new(make(&key.1)?);
        if prepared.is_cacheable() {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= STATEMENTS {
                known.clear();
            }
            known.insert(key, prepared.clone());
        }
        Ok(prepared)
    }
}
