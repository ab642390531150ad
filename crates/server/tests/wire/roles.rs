//! Roles other than the first: let in by their own passwords, and held to what they may do.

use gel_tokio::{Builder, Client, Error};
use server::{Config, Running};

async fn start(folder: &std::path::Path) -> Running {
    server::start(Config::folder(folder)).await.expect("a server that starts")
}

/// A client of a role, once it is let in.
async fn client(running: &Running, role: &str, password: &str) -> Result<Client, Error> {
    let (scheme, rest) = running.dsn().split_once("://").expect("a DSN");
    let (_, address) = rest.split_once('@').expect("a DSN with a user");
    let config = Builder::new().dsn(format!("{scheme}://{role}:{password}@{address}")).build()?;
    let client = Client::new(&config);
    client.ensure_connected().await?;
    Ok(client)
}

async fn admin(running: &Running) -> Client {
    let config = Builder::new().dsn(running.dsn()).build().expect("a DSN that clients understand");
    Client::new(&config)
}

fn message(error: &Error) -> String {
    error.initial_message().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_let_in_by_its_own_password() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let admin = admin(&running).await;
    admin.execute("create role keeper { set password := 'open-sesame' }", &()).await.unwrap();
    admin.execute("create role mute", &()).await.unwrap();
    let keeper = client(&running, "keeper", "open-sesame").await.unwrap();
    let who = keeper.query_required_single::<String, _>("select global sys::current_role", &()).await;
    assert_eq!(who.unwrap(), "keeper");
    for (role, password) in [("keeper", "close-sesame"), ("mute", "open-sesame"), ("nobody", "open-sesame")] {
        let error = client(&running, role, password).await.unwrap_err();
        assert!(message(&error).contains("authentication failed"), "{role}: {error}");
    }
    drop((admin, keeper));
    running.shutdown().await;
    let running = start(folder.path()).await;
    assert!(client(&running, "keeper", "open-sesame").await.is_ok(), "roles are kept");
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_does_no_more_than_it_may() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let admin = admin(&running).await;
    let role = "create role guest { set password := 'x'; set branches := {'main'} }";
    admin.execute(role, &()).await.unwrap();
    let guest = client(&running, "guest", "x").await.unwrap();
    let error = guest.execute("create type Crate", &()).await.unwrap_err();
    assert_eq!(message(&error), "cannot execute DDL commands: role guest does not have permission");
    admin.execute("create empty branch other", &()).await.unwrap();
    let elsewhere = running.dsn().replace("/main", "/other");
    let (scheme, rest) = elsewhere.split_once("://").unwrap();
    let dsn = format!("{scheme}://guest:x@{}", rest.split_once('@').unwrap().1);
    let config = Builder::new().dsn(&dsn).build().unwrap();
    let error = Client::new(&config).ensure_connected().await.unwrap_err();
    assert_eq!(message(&error), "role 'guest' does not have access to branch 'other'");
    running.shutdown().await;
}
