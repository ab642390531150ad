//! The HTTP server: started, and stopped without losing a request.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, PayloadConfig};
use actix_web::{App, HttpServer};
use gel_tokio::Client;
use tracing_actix_web::TracingLogger;

use crate::auth::{AuthServer, Limiter, refuse_foreign};
use crate::config::{Access, Config};
use crate::routes::RouteTable;
use crate::telemetry::RequestSpan;
use crate::{middleware, openapi, routes};

/// An API that listens.
pub struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    server: actix_web::dev::Server,
}

/// Starts to listen; requests are served once the result is awaited with [`Running::wait`].
///
/// # Errors
///
/// When the address cannot be listened on.
pub fn serve(mut config: Config, client: Client, auth: AuthServer) -> std::io::Result<Running> {
    let listener = TcpListener::bind((config.host, config.port))?;
    let address = listener.local_addr()?;
    // The links of mails name it.
    config.port = address.port();
    let workers = config.workers;
    let shutdown = config.shutdown_timeout_s;
    let document = openapi::document(config.access());
    say_access(&config);
    let limiter = Data::new(Limiter::of(&config));
    let auth = Data::new(auth);
    let routes = Data::new(RouteTable::of(&document));
    let (config, client) = (Data::new(config), Data::new(client));
    let app = move || {
        App::new()
            .app_data(config.clone())
            .app_data(client.clone())
            .app_data(auth.clone())
            .app_data(limiter.clone())
            .app_data(routes.clone())
            .app_data(PayloadConfig::new(config.body_limit))
            .configure(|services| openapi::configure(services, &document))
            .configure(routes::register)
            .default_service(web::to(routes::unrouted))
            .wrap(from_fn(refuse_foreign))
            .wrap(middleware::cors(&config))
            .wrap(middleware::security_headers())
            .wrap(from_fn(middleware::identify_and_limit))
            .wrap(TracingLogger::<RequestSpan>::new())
    };
    let server =
        HttpServer::new(app).shutdown_timeout(shutdown).client_request_timeout(Duration::from_secs(10));
    let server = if workers == 0 { server } else { server.workers(workers) };
    let server = server.listen(listener)?.run();
    Ok(Running { address, handle: server.handle(), server })
}

/// Says who may change things, and warns where that is surely not meant.
fn say_access(config: &Config) {
    match config.access() {
        Access::Open if !config.host.is_loopback() => {
            tracing::warn!("everybody who reaches {} may change everything: access is open", config.host);
        }
        access => tracing::info!(?access, "access"),
    }
    if config.host.is_loopback() {
        tracing::info!("cookies go over plain HTTP, as the address is a loopback address");
    }
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it from elsewhere; requests in flight are finished first.
    pub fn handle(&self) -> ServerHandle {
        self.handle.clone()
    }

    /// Serves until SIGINT or SIGTERM.
    ///
    /// # Errors
    ///
    /// When the listener fails.
    pub async fn wait(self) -> std::io::Result<()> {
        self.server.await
    }
}
