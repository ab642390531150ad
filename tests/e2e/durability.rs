//! What was acknowledged survives `kill -9`; what was not is there whole or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gel_tokio::{Builder, Client};

use crate::commands::Embedded;

const ROUNDS: usize = 20;
const WRITERS: usize = 8;

const SCHEMA: &str = "start migration to {
    module default { type Entry { required name: str { constraint exclusive }; multi parts: Part; } type Part { required n: int64; } }
}; populate migration; commit migration;";

/// Each entry has three parts, inserted by the same transaction in statements of their own.
const PARTS: usize = 3;

#[test]
fn acknowledged_transactions_survive_kill_9() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let embedded = Embedded::start(folder.path());
    runtime.block_on(async { client(&embedded).execute(SCHEMA, &()).await.expect("the schema applies") });
    embedded.kill();

    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let embedded = Embedded::start(folder.path());
        runtime.block_on(verify(&embedded, &acknowledged));
        acknowledged.extend(write_until_killed(&runtime, embedded, round));
    }
    let embedded = Embedded::start(folder.path());
    runtime.block_on(verify(&embedded, &acknowledged));
    embedded.kill();
    assert!(acknowledged.len() > ROUNDS, "only {} transactions were acknowledged", acknowledged.len());
}

fn client(embedded: &Embedded) -> Client {
    let builder = Builder::new().dsn(&embedded.dsn).wait_until_available(Duration::from_secs(5));
    let config =
        builder.client_security(gel_dsn::gel::ClientSecurity::InsecureDevMode).build().expect("a DSN");
    Client::new(&config)
}

/// Inserts from several connections until the server is killed among them; gives what was acknowledged.
fn write_until_killed(runtime: &tokio::runtime::Runtime, embedded: Embedded, round: usize) -> Vec<String> {
    let client = client(&embedded);
    let next = Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> =
        (0..WRITERS).map(|_| runtime.spawn(write(client.clone(), next.clone(), round))).collect();
    std::thread::sleep(Duration::from_millis(60 + 17 * (round as u64 % 7)));
    embedded.kill();
    writers
        .into_iter()
        .flat_map(|writer| runtime.block_on(writer).expect("a writer does not panic"))
        .collect()
}

async fn write(client: Client, next: Arc<AtomicUsize>, round: usize) -> Vec<String> {
    let mut acknowledged = Vec::new();
    loop {
        let name = format!("{round}-{}", next.fetch_add(1, Ordering::Relaxed));
        let written = tokio::time::timeout(Duration::from_secs(2), insert(&client, &name)).await;
        match written {
            Ok(Ok(())) => acknowledged.push(name),
            _ => return acknowledged,
        }
    }
}

async fn insert(client: &Client, name: &str) -> Result<(), gel_tokio::Error> {
    client
        .transaction(|mut tx| async move {
            tx.execute("insert Entry {name := <str>$0}", &(name,)).await?;
            for n in 0..PARTS as i64 {
                let grow =
                    "update Entry filter .name = <str>$0 set {parts += (insert Part {n := <int64>$1})}";
                tx.execute(grow, &(name, n)).await?;
            }
            Ok(())
        })
        .await
}

async fn verify(embedded: &Embedded, acknowledged: &[String]) {
    let client = client(embedded);
    let missing = "select (select array_unpack(<array<str>>$0) except Entry.name)";
    let missing: Vec<String> = client.query(missing, &(acknowledged.to_vec(),)).await.expect("an answer");
    assert!(missing.is_empty(), "acknowledged but lost: {missing:?}");
    let halves = "with torn := (select Entry filter count(.parts) != <int64>$0) select torn.name";
    let halves: Vec<String> = client.query(halves, &(PARTS as i64,)).await.expect("an answer");
    assert!(halves.is_empty(), "half transactions: {halves:?}");
    let stray = "select count(Part filter not exists .<parts[is Entry])";
    let stray: i64 = client.query_required_single(stray, &()).await.expect("an answer");
    assert_eq!(stray, 0, "parts without their entry");
}
