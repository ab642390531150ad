//! The doors: TCP with and without TLS, the Unix socket, HTTP.

use std::time::Duration;

use gel_protocol::server_message::ServerMessage;
use server::{Config, Limits, Running};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use crate::plain::{Plain, word};

async fn start(config: Config) -> Running {
    server::start(config).await.unwrap()
}

async fn tcp(running: &Running) -> TcpStream {
    TcpStream::connect(("127.0.0.1", running.port())).await.unwrap()
}

async fn http(running: &Running, request: &str) -> String {
    let mut stream = tcp(running).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

#[tokio::test]
async fn whoever_reaches_the_unix_socket_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(Config::folder(folder.path())).await;
    let path = running.unix_path().expect("a socket in a short folder").to_owned();
    assert_eq!(path, folder.path().join(format!(".s.EDGEDB.{}", running.port())));
    let mut plain = Plain::new(UnixStream::connect(&path).await.unwrap());
    let words: Vec<_> = plain.greet((3, 0), "main").await.iter().map(word).collect();
    let expected =
        ["Ok", "key", "suggested_pool_concurrency", "system_config", "state", "ready NotInTransaction"];
    assert_eq!(words, expected);
    running.shutdown().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn over_tcp_a_password_and_tls_are_asked_for() {
    let running = start(Config::memory()).await;
    let mut plain = Plain::new(tcp(&running).await);
    assert_eq!(plain.greet((3, 0), "main").await, [], "closed without a word");
    let redirected = http(&running, "GET /server/status/alive HTTP/1.1\r\nHost: here\r\n\r\n").await;
    assert!(redirected.starts_with("HTTP/1.1 301 Moved Permanently\r\n"), "{redirected}");
    assert!(redirected.contains("\r\nLocation: https://here/server/status/alive\r\n"), "{redirected}");
    running.shutdown().await;
}

#[tokio::test]
async fn an_insecure_server_takes_everybody_and_http() {
    let running = start(Config { insecure: true, ..Config::memory() }).await;
    let mut plain = Plain::new(tcp(&running).await);
    let greeted = plain.greet((3, 0), "main").await;
    assert!(matches!(greeted.last(), Some(ServerMessage::ReadyForCommand(_))));
    let alive = http(&running, "GET /server/status/alive HTTP/1.1\r\nHost: here\r\n\r\n").await;
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\nConnection: close\r\n\r\n";
    assert_eq!(alive.to_lowercase(), format!("{head}\"OK\"").to_lowercase());
    let unknown = http(&running, "GET / HTTP/1.1\r\nHost: here\r\n\r\n").await;
    assert!(
        unknown.starts_with("HTTP/1.1 404 Not Found\r\n") && unknown.ends_with("\r\n\r\nUnknown path"),
        "{unknown}"
    );
    running.shutdown().await;
}

#[tokio::test]
async fn an_unknown_branch_is_refused() {
    let running = start(Config { insecure: true, ..Config::memory() }).await;
    let mut plain = Plain::new(tcp(&running).await);
    let words: Vec<_> = plain.greet((3, 0), "nowhere").await.iter().map(word).collect();
    assert_eq!(words, ["error 0x04030005 database branch 'nowhere' does not exist"]);
    running.shutdown().await;
}

#[tokio::test]
async fn old_clients_get_the_version_they_can_speak() {
    let running = start(Config { insecure: true, ..Config::memory() }).await;
    for (offered, spoken) in
        [((1, 0), None), ((2, 0), None), ((0, 13), Some("version 1.0")), ((4, 7), Some("version 3.0"))]
    {
        let mut plain = Plain::new(tcp(&running).await);
        let words: Vec<_> = plain.greet(offered, "main").await.iter().map(word).collect();
        assert_eq!(words.iter().find(|word| word.starts_with("version")).map(String::as_str), spoken);
        assert_eq!(words.last().map(String::as_str), Some("ready NotInTransaction"));
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_client_that_says_nothing_is_let_go() {
    let limits = Limits {
        handshake: Duration::from_millis(50),
        idle: Duration::from_millis(100),
        ..Limits::default()
    };
    let running = start(Config { insecure: true, limits, ..Config::memory() }).await;
    let mut silent = tcp(&running).await;
    assert_eq!(silent.read(&mut [0; 8]).await.unwrap(), 0);
    let mut plain = Plain::new(tcp(&running).await);
    plain.greet((3, 0), "main").await;
    let end = plain.next().await.map(|message| word(&message));
    assert_eq!(end.as_deref(), Some("error 0x04060100 closing the connection due to inactivity"));
    assert_eq!(plain.next().await, None);
    running.shutdown().await;
}

#[tokio::test]
async fn a_server_has_so_many_seats() {
    let limits = Limits { connections: 1, ..Limits::default() };
    let running = start(Config { insecure: true, limits, ..Config::memory() }).await;
    let mut first = Plain::new(tcp(&running).await);
    first.greet((3, 0), "main").await;
    let mut second = tcp(&running).await;
    assert_eq!(second.read(&mut [0; 8]).await.unwrap_or(0), 0);
    drop(first);
    running.shutdown().await;
}

#[tokio::test]
async fn a_stopping_server_says_so_to_those_who_wait() {
    let running = start(Config { insecure: true, ..Config::memory() }).await;
    let mut plain = Plain::new(tcp(&running).await);
    plain.greet((3, 0), "main").await;
    let (end, ()) = tokio::join!(plain.next(), running.shutdown());
    assert_eq!(
        end.map(|message| word(&message)).as_deref(),
        Some("error 0x08000002 the server is shutting down")
    );
}
