//! The time, as values and limits have it.

use std::time::{Duration, Instant, SystemTime};

use crate::settings::Layers;

/// 2000-01-01T00:00:00Z in seconds of the Unix epoch.
const EPOCH_SECONDS: u64 = 946_684_800;

/// Microseconds since 2000-01-01T00:00:00Z.
pub(crate) fn now() -> i64 {
    let epoch = SystemTime::UNIX_EPOCH + Duration::from_secs(EPOCH_SECONDS);
    let micros = SystemTime::now().duration_since(epoch).unwrap_or_default().as_micros();
    i64::try_from(micros).unwrap_or(i64::MAX)
}

/// When a query has to give up, by `query_execution_timeout`; zero is never.
pub(crate) fn deadline(settings: Layers<'_>) -> Option<Instant> {
    let micros = settings.duration("query_execution_timeout")?;
    let timeout = Duration::from_micros(u64::try_from(micros).ok().filter(|micros| *micros > 0)?);
    Instant::now().checked_add(timeout)
}

/// A moment, in microseconds since 2000-01-01T00:00:00Z, in seconds of the Unix epoch.
pub(crate) fn unix_seconds(micros: i64) -> f64 {
    micros as f64 / 1e6 + EPOCH_SECONDS as f64
}
