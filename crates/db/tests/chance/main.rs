//! Statements made by chance: each is taken or refused, and nothing panics, overflows the stack or runs on.
//!
//! `PROPTEST_CASES=5000` tries more of them. What fails is kept under `proptest-regressions` and tried first ever after;
//! what was tried last stands in `last_statement.txt` in Cargo's folder for tests, should the whole process end.

mod mutilated;
mod schemas;
mod walks;

use std::path::Path;
use std::time::{Duration, Instant};

use db::{DEFAULT_BRANCH, Database, Options, OutputForm, Session, write_json};
use diag::Result;
use proptest::test_runner::{Config, FileFailurePersistence};

/// Longer than this nobody waits for an answer about a handful of objects, in a debug build beside other tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many cases a test tries, where the environment does not say.
fn config(cases: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    Config {
        cases: asked.unwrap_or(cases),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        max_shrink_iters: 200,
        ..Config::default()
    }
}

/// A database in memory with a session to talk to it.
struct Talk {
    runtime: tokio::runtime::Runtime,
    database: Database,
    session: Session,
}

impl Talk {
    fn new() -> Talk {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let database = Database::memory().expect("a database in memory");
        let session = runtime.block_on(async { database.session(DEFAULT_BRANCH) }).expect("the first branch");
        Talk { runtime, database, session }
    }

    /// The answer as JSON, or the error.
    fn ask(&mut self, text: &str) -> Result<String> {
        let last = Path::new(env!("CARGO_TARGET_TMPDIR")).join("last_statement.txt");
        std::fs::write(last, text).expect("the folder for tests can be written to");
        let since = Instant::now();
        let session = &mut self.session;
        let answer = self.runtime.block_on(async {
            let options = Options { output: OutputForm::Json, ..Options::default() };
            let prepared = session.prepare(text, options)?;
            let answer = session.run(&prepared, &[]).await?;
            let mut out = String::new();
            if let Some(ty) = &prepared.output {
                answer.values.iter().for_each(|value| write_json(value, ty, &mut out));
            }
            Ok(out)
        });
        assert!(since.elapsed() < PATIENCE, "{:?} for {text}", since.elapsed());
        answer
    }

    /// Asks, whatever comes of it: an error of the server's own would be a mistake of ours.
    fn try_out(&mut self, text: &str) -> bool {
        match self.ask(text) {
            Ok(_) => true,
            Err(error) => {
                assert_ne!(error.code, diag::ErrorCode::INTERNAL_SERVER, "{error}\n{text}");
                false
            }
        }
    }
}
