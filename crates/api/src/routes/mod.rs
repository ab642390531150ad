//! Every route, and what a request gets that none of them takes.

mod auth;
mod events;
mod fallback;
mod forms;
mod health;
mod pages;
mod users;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use fallback::{RouteTable, unrouted};

/// The routes of the API, which are also its OpenAPI document.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(users::get_users_handler)
        .service(users::post_user)
        .service(users::put_user)
        .service(users::delete_user_handler)
        .service(events::get_events_handler)
        .service(events::post_event)
        .service(events::put_event)
        .service(events::delete_event_handler)
        .service(auth::sign_up)
        .service(auth::sign_in)
        .service(auth::sign_out)
        .service(auth::me)
        .service(auth::verify)
        .service(auth::forgot_password)
        .service(auth::reset_password)
        .service(health::health_check)
        .service(health::ready);
}

/// Registers the routes with a plain actix application.
pub(crate) fn register(services: &mut actix_web::web::ServiceConfig) {
    configure(&mut ServiceConfig::new(services));
    services.route("/auth/verify", pages::verify()).route("/auth/reset-password", pages::reset_password());
    services.route("/auth/mail.js", pages::script());
}
