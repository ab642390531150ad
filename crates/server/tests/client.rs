//! The server as gel-tokio sees it: every door, every phase, no knowledge of how it works inside.

use gel_tokio::{Builder, Client};
use server::{Config, Running};

async fn start(config: Config) -> Running {
    server::start(config).await.expect("a server that starts")
}

async fn connect(dsn: &str) -> Client {
    let config = Builder::new().dsn(dsn).build().expect("a DSN that clients understand");
    let client = Client::new(&config);
    client.ensure_connected().await.expect("a server that lets clients in");
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_the_password_is_let_in_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(Config::folder(folder.path())).await;
    let client = connect(running.dsn()).await;
    assert_eq!(client.query_required_single::<i64, _>("select 1 + 2", &()).await.unwrap(), 3);
    let wrong = running.dsn().replace("admin:", "admin:x");
    let config = Builder::new().dsn(&wrong).build().unwrap();
    let error = Client::new(&config).ensure_connected().await.unwrap_err();
    assert!(error.to_string().contains("authentication failed"), "{error}");
    running.shutdown().await;
}
