//! The command phase: what is answered, in which order, and what errors leave behind.

use gel_protocol::client_message::ClientMessage;
use gel_protocol::common::{Capabilities, Cardinality, State};
use server::{Config, Running};
use tokio::net::TcpStream;
use uuid::Uuid;

use crate::plain::{Plain, execute, parse};

async fn connected() -> (Running, Plain<TcpStream>) {
    let running = server::start(Config { insecure: true, ..Config::memory() }).await.unwrap();
    let plain = another(&running, "main").await;
    (running, plain)
}

async fn another(running: &Running, branch: &str) -> Plain<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", running.port())).await.unwrap();
    let mut plain = Plain::new(stream);
    plain.greet((3, 0), branch).await;
    plain
}

fn run(text: &str) -> ClientMessage {
    ClientMessage::Execute1(execute(text))
}

#[tokio::test]
async fn an_execute_that_is_behind_is_told_and_served() {
    let (_running, mut plain) = connected().await;
    let answers = plain.ask(&[run("select {1, 2}")]).await;
    assert_eq!(
        answers,
        ["description AtLeastOne", "data [b\"[1, 2]\"]", "complete SELECT", "ready NotInTransaction"]
    );
    let unsure = ClientMessage::Execute1(gel_protocol::client_message::Execute1 {
        input_typedesc_id: Uuid::max(),
        ..execute("select 1")
    });
    assert_eq!(plain.ask(&[unsure]).await, ["description One", "ready NotInTransaction"]);
    let answers = plain.ask(&[run("select <int64>$0")]).await;
    assert_eq!(answers[0], "description One");
    assert!(answers[1].starts_with("error 0x03020100 specified parameter type(s)"), "{answers:?}");
}

#[tokio::test]
async fn an_error_passes_over_everything_up_to_the_next_sync() {
    let (_running, mut plain) = connected().await;
    let answers = plain.ask(&[parse("select x"), parse("select 1"), run("select 1")]).await;
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0], "error 0x04030000 object type or alias 'default::x' does not exist");
    assert_eq!(plain.ask(&[parse("select 1")]).await, ["description One", "ready NotInTransaction"]);
}

#[tokio::test]
async fn a_transaction_goes_on_from_a_savepoint() {
    let (_running, mut plain) = connected().await;
    let mut seen = Vec::new();
    for text in [
        "start transaction",
        "declare savepoint one",
        "select 1 // 0",
        "select 1",
        "rollback to savepoint one",
        "select 1",
        "commit",
        "commit",
    ] {
        seen.push(plain.ask(&[run(text)]).await.join(", "));
    }
    let aborted = "current transaction is aborted, commands ignored until end of transaction block";
    let expected = [
        "complete START TRANSACTION, ready InTransaction".to_owned(),
        "complete DECLARE SAVEPOINT, ready InTransaction".to_owned(),
        "description One, error 0x05010001 division by zero, ready InFailedTransaction".to_owned(),
        format!("error 0x05030000 {aborted}, ready InFailedTransaction"),
        "complete ROLLBACK TO SAVEPOINT, ready InTransaction".to_owned(),
        "description One, data [b\"[1]\"], complete SELECT, ready InTransaction".to_owned(),
        "complete COMMIT TRANSACTION, ready NotInTransaction".to_owned(),
        "error 0x05030000 cannot commit: not in transaction, ready NotInTransaction".to_owned(),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn clients_get_only_what_they_allow() {
    let (_running, mut plain) = connected().await;
    let ClientMessage::Parse(mut denied) = parse("create type T") else { unreachable!() };
    denied.allowed_capabilities = Capabilities::MODIFICATIONS;
    let answers = plain.ask(&[ClientMessage::Parse(denied)]).await;
    assert_eq!(answers[0], "error 0x03040200 cannot execute DDL commands: disabled by the client");
    let ClientMessage::Parse(mut single) = parse("select {1, 2}") else { unreachable!() };
    single.expected_cardinality = Cardinality::AtMostOne;
    let answers = plain.ask(&[ClientMessage::Parse(single)]).await;
    let mismatch = "the query has cardinality AT_LEAST_ONE which does not match the expected cardinality ONE";
    assert_eq!(answers[0], format!("error 0x03030000 {mismatch}"));
}

#[tokio::test]
async fn state_must_fit_the_schema() {
    let (_running, mut plain) = connected().await;
    let ClientMessage::Parse(mut stale) = parse("select 1") else { unreachable!() };
    stale.state = State { typedesc_id: Uuid::from_u128(1), data: Default::default() };
    let answers = plain.ask(&[ClientMessage::Parse(stale)]).await;
    assert_eq!(
        answers,
        ["state", "error 0x03020200 Cannot decode state: type mismatch", "ready NotInTransaction"]
    );
    let answers = plain.ask(&[run("create global g: str")]).await;
    assert_eq!(answers, ["state", "complete CREATE GLOBAL", "ready NotInTransaction"]);
}

#[tokio::test]
async fn a_client_that_sends_no_state_hears_of_a_new_one_once() {
    let (running, mut one) = connected().await;
    let mut other = another(&running, "main").await;
    let told = ["state", "complete CREATE GLOBAL", "ready NotInTransaction"];
    assert_eq!(one.ask(&[run("create global g: int32")]).await, told);
    let told = ["state", "complete ALTER GLOBAL", "ready NotInTransaction"];
    assert_eq!(other.ask(&[run("alter global g set type str reset to default")]).await, told);
}

#[tokio::test]
async fn who_is_on_a_branch_that_is_taken_away_is_let_go() {
    let (running, mut one) = connected().await;
    for taken in ["drop branch b force", "alter branch b force rename to c"] {
        one.ask(&[run("create empty branch b")]).await;
        let mut other = another(&running, "b").await;
        let refused = one.ask(&[run(&taken.replace(" force", ""))]).await;
        let in_use = "error 0x05000000 database branch 'b' is being accessed by other users";
        assert_eq!(refused[0], in_use);
        assert!(one.ask(&[run(taken)]).await[0].starts_with("complete "));
        assert_eq!(other.next().await, None);
    }
}

#[tokio::test]
async fn a_limit_is_no_negative_number() {
    let (_running, mut plain) = connected().await;
    let ClientMessage::Parse(mut limited) = parse("select {1, 2, 3}") else { unreachable!() };
    limited.implicit_limit = Some(u64::MAX - 1);
    let answers = plain.ask(&[ClientMessage::Parse(limited)]).await;
    assert_eq!(answers[0], "error 0x03010000 implicit limit cannot be negative");
}

#[tokio::test]
async fn bad_bytes_are_answered() {
    let (_running, mut plain) = connected().await;
    plain.raw(b"P\0\0\0\x06\0\0").await;
    let answers = plain.ask(&[]).await;
    assert_eq!(answers, ["error 0x03010000 the message ends too early", "ready NotInTransaction"]);
    plain.raw(b"?\0\0\0\x04").await;
    assert_eq!(plain.ask(&[]).await[0], "error 0x03010003 unexpected message type '?'");
    plain.raw(b"P\xff\xff\xff\xff").await;
    let end = plain.next().await.map(|message| crate::plain::word(&message)).unwrap_or_default();
    assert!(end.starts_with("error 0x03010000 the message has 4294967295 bytes"), "{end}");
    assert_eq!(plain.next().await, None);
}

#[tokio::test]
async fn dumps_are_politely_refused() {
    let (_running, mut plain) = connected().await;
    plain.raw(b">\0\0\0\x0e\0\0\0\0\0\0\0\0\0\0").await;
    assert_eq!(plain.ask(&[]).await[0], "error 0x02000000 dumping a branch is not supported yet");
}
