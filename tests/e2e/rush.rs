//! Many clients change the same objects in transactions: each change counts, and no client hears of a conflict.

use std::time::Duration;

use gel_tokio::{Client, Error, RetryOptions, RetryingTransaction};

use crate::clients::{javascript, python};
use crate::subject::Subject;

const SCHEMA: &str = "
    create type Counter { create required property n: int64 };
    create type Tally {
      create required property key: str { create constraint exclusive };
      create required property n: int64;
    };
    create type Part;
    create type Whole {
      create link part: Part { on target delete deferred restrict };
      create required property n: int64;
    };
    insert Counter { n := 0 };
    insert Whole { n := 0, part := (insert Part) };
";

const EACH: i64 = 10;

#[test]
fn every_change_of_the_python_client_counts() {
    rush_with("rush_python", |dsn| python("rush.py", dsn));
}

#[test]
fn every_change_of_the_javascript_client_counts() {
    rush_with("rush_javascript", |dsn| javascript("rush.mjs", dsn));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_the_rust_client_counts() {
    let subject = prepared("rush_rust").await;
    let own = Client::new(&subject.config(Some("rush_rust")));
    for (task, counter) in [(Task::Counter, "Counter.n"), (Task::Key, "Tally.n"), (Task::Part, "Whole.n")] {
        let backoff = |n: u32| Duration::from_millis(2 * u64::from(n.min(10)));
        rush(&own.with_retry_options(RetryOptions::default().new(50, backoff)), 8, task).await;
        rush(&own, 2, task).await;
        let sum: i64 = own.query_required_single(format!("select sum({counter})"), &()).await.expect("a sum");
        assert_eq!(sum, 10 * EACH, "{counter}");
    }
    subject.stop().await;
}

fn rush_with(branch: &str, check: impl FnOnce(&str)) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let subject = runtime.block_on(prepared(branch));
    check(&subject.dsn_of(branch));
    runtime.block_on(subject.stop());
}

async fn prepared(branch: &str) -> Subject {
    let subject = Subject::start_secured().await;
    subject.fresh_branch(branch).await.expect("a branch can be created");
    let mut session = subject.connect(branch).await.expect("a session");
    session.script(SCHEMA).await.expect("the schema applies");
    subject
}

#[derive(Clone, Copy)]
enum Task {
    /// Reads a counter, and writes it.
    Counter,
    /// Makes an object under an exclusive key, or changes the one that is there.
    Key,
    /// Puts another object in the place of one that a deferred policy protects.
    Part,
}

async fn rush(client: &Client, workers: usize, task: Task) {
    let workers: Vec<_> = (0..workers)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                for _ in 0..EACH {
                    client.transaction(|tx| change(tx, task)).await?;
                }
                Ok::<(), Error>(())
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("a worker does not panic").expect("no conflict is left to the client");
    }
}

async fn change(mut tx: RetryingTransaction, task: Task) -> Result<(), Error> {
    match task {
        Task::Counter => {
            let n: i64 = tx.query_required_single("select assert_single(Counter).n", &()).await?;
            tx.execute("update Counter set { n := <int64>$0 }", &(n + 1,)).await
        }
        Task::Key => {
            let found: Option<i64> =
                tx.query_single("select assert_single((select Tally filter .key = 'k')).n", &()).await?;
            match found {
                None => tx.execute("insert Tally { key := 'k', n := 1 }", &()).await,
                Some(n) => {
                    tx.execute("update Tally filter .key = 'k' set { n := <int64>$0 }", &(n + 1,)).await
                }
            }
        }
        Task::Part => {
            let n: i64 = tx.query_required_single("select assert_single(Whole).n", &()).await?;
            tx.execute("delete Whole.part", &()).await?;
            tx.execute("update Whole set { n := <int64>$0, part := (insert Part) }", &(n + 1,)).await
        }
    }
}
