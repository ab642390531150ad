//! Numbers that only go up: whoever takes one keeps it, whether its transaction commits or not.
//!
//! Two transactions never wait for one another over a number. It is kept with the commit of whoever took one, as high as
//! it stands then; numbers that only failed transactions took may be given again after the store was closed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::entries::Slice;
use crate::{Error, Result};

/// The numbers of one branch, as they stand now, by the metadata they are kept under.
#[derive(Debug, Default)]
pub(crate) struct Numbers(Mutex<HashMap<Box<[u8]>, i64>>);

impl Numbers {
    fn lock(&self) -> MutexGuard<'_, HashMap<Box<[u8]>, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts what `advance` makes of the last number in its place. `kept` is the one that was committed last.
    ///
    /// # Errors
    /// Where there is no number after it.
    pub(crate) fn advance(
        &self,
        key: &[u8],
        kept: impl FnOnce() -> Result<Option<Slice>>,
        advance: impl FnOnce(i64) -> Option<i64>,
    ) -> Result<i64> {
        let mut numbers = self.lock();
        let last = match numbers.get(key) {
            Some(last) => *last,
            None => kept()?.map_or(Ok(0), |bytes| parse(&bytes))?,
        };
        let next = advance(last).ok_or(Error::NoMoreNumbers)?;
        numbers.insert(key.into(), next);
        Ok(next)
    }

    /// What is to be kept of a number.
    pub(crate) fn to_bytes(&self, key: &[u8]) -> Option<[u8; 8]> {
        self.lock().get(key).map(|number| number.to_le_bytes())
    }
}

fn parse(bytes: &[u8]) -> Result<i64> {
    bytes.try_into().map(i64::from_le_bytes).map_err(|_| Error::corrupt("a number is not readable"))
}
