//! How often one address may try to sign in.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::config::Config;
use crate::failure::Failure;

/// Addresses that are remembered before those that are quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// Counts tries by address.
pub(crate) struct Limiter(DefaultKeyedRateLimiter<IpAddr>);

impl Limiter {
    /// So many tries at once, and one more after each time the quota's share of a minute has passed.
    pub(crate) fn of(config: &Config) -> Limiter {
        let burst = NonZeroU32::new(config.auth_burst).unwrap_or(NonZeroU32::MIN);
        let per_minute = NonZeroU32::new(config.auth_per_minute).unwrap_or(NonZeroU32::MIN);
        Limiter(DefaultKeyedRateLimiter::keyed(Quota::per_minute(per_minute).allow_burst(burst)))
    }

    /// Whether the address may try now, or how long it has to wait.
    fn try_from(&self, address: IpAddr) -> Result<(), Duration> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&address).map_err(|until| until.wait_time_from(DefaultClock::default().now()))
    }
}

/// Answers 429 to an address that tries too often. Looking is free.
pub(crate) async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let address = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let limiter = request.app_data::<Data<Limiter>>().cloned();
    if request.method() == Method::POST
        && let Some(limiter) = limiter
    {
        limiter.try_from(address).map_err(Failure::TooMany)?;
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn one_address_runs_out_and_another_does_not() {
        let config = Config::parse_from(["api", "--auth-burst", "3", "--auth-per-minute", "1"]);
        let limiter = Limiter::of(&config);
        let (one, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let allowed = (0..10_000).filter(|_| limiter.try_from(one).is_ok()).count();
        assert_eq!(allowed, 3);
        let wait = limiter.try_from(one).expect_err("it ran out");
        assert!(wait <= Duration::from_secs(60) && wait > Duration::from_secs(50), "{wait:?}");
        assert!(limiter.try_from(other).is_ok());
    }
}
