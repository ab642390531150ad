//! The API while its database is away, and when it is back.

use std::time::{Duration, Instant};

use api::config::Config;
use api::database::Database;
use clap::Parser;
use reqwest::StatusCode;

use crate::commands::Embedded;

/// How long the API may take to notice that the database is back.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn the_api_recovers_when_its_database_is_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let embedded = Embedded::start(folder.path());
    let dsn = embedded.dsn.clone();
    actix_web::rt::System::new().block_on(async {
        let config = Config::parse_from(["api", "--port", "0", "--workers", "1"]);
        let database = Database::find(Some(&dsn), None).await.expect("the address is understood");
        let running = api::serve(config, database.client, database.auth).expect("a free port");
        let (url, handle) = (format!("http://{}/health/ready", running.address()), running.handle());
        let server = actix_web::rt::spawn(running.wait());
        assert_eq!(get(&url).await.status(), StatusCode::OK);

        embedded.kill();
        let away = get(&url).await;
        assert_eq!(away.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(away.headers().contains_key("retry-after"), "{:?}", away.headers());

        let again = Embedded::start_at(folder.path(), &dsn);
        let begun = Instant::now();
        while get(&url).await.status() != StatusCode::OK {
            assert!(begun.elapsed() < PATIENCE, "it does not recover");
        }
        handle.stop(true).await;
        server.await.expect("the server does not panic").expect("the server stops cleanly");
        again.kill();
    });
}

async fn get(url: &str) -> reqwest::Response {
    reqwest::get(url).await.expect("an answer")
}
