//! One area: a branch with a schema and data of its own, and its cases.

use std::path::{Path, PathBuf};

use super::case::Case;
use crate::subject::{Session, Subject};

pub(super) struct Area {
    pub(super) name: String,
    folder: PathBuf,
}

/// How the cases of an area went.
pub(super) struct Outcome {
    pub(super) area: String,
    pub(super) passed: usize,
    /// Case id and every difference.
    pub(super) failed: Vec<(String, Vec<String>)>,
}

impl Outcome {
    pub(super) fn total(&self) -> usize {
        self.passed + self.failed.len()
    }
}

impl Area {
    /// Every folder of `tests/golden` that has cases, by name.
    pub(super) fn all() -> Vec<Area> {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"));
        let mut folders: Vec<PathBuf> = std::fs::read_dir(root)
            .expect("tests/golden is there")
            .map(|entry| entry.expect("a folder entry").path())
            .filter(|folder| folder.join("cases.jsonl").exists())
            .collect();
        folders.sort();
        folders.into_iter().map(Area::of).collect()
    }

    fn of(folder: PathBuf) -> Area {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Area { name, folder }
    }

    pub(super) async fn run(&self, subject: &Subject, takes: impl Fn(&str) -> bool) -> Outcome {
        let mut outcome = Outcome { area: self.name.clone(), passed: 0, failed: Vec::new() };
        let branch = format!("golden_{}", self.name);
        let mut session = match self.prepare(subject, &branch).await {
            Ok(session) => session,
            Err(why) => {
                outcome.failed = self.cases().into_iter().map(|case| (case.id, vec![why.clone()])).collect();
                return outcome;
            }
        };
        for case in self.cases().into_iter().filter(|case| takes(&case.id)) {
            if session.is_lost() {
                match subject.connect(&branch).await {
                    Ok(fresh) => session = fresh,
                    Err(error) => {
                        outcome.failed.push((case.id, vec![format!("the connection was lost: {error}")]));
                        continue;
                    }
                }
            }
            let differences = case.run(&mut session).await;
            match differences.is_empty() {
                true => outcome.passed += 1,
                false => outcome.failed.push((case.id, differences)),
            }
        }
        outcome
    }

    fn cases(&self) -> Vec<Case> {
        let text = self.text("cases.jsonl").unwrap_or_default();
        text.lines().filter(|line| !line.trim().is_empty()).map(Case::parse).collect()
    }

    fn text(&self, file: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.join(file)).ok()
    }

    async fn prepare(&self, subject: &Subject, branch: &str) -> Result<Session, String> {
        subject.fresh_branch(branch).await.map_err(|error| format!("no branch: {error:#}"))?;
        let mut session =
            subject.connect(branch).await.map_err(|error| format!("no connection: {error:#}"))?;
        if let Some(schema) = self.text("schema.gel") {
            let script =
                format!("start migration to {{\n{schema}\n}};\npopulate migration;\ncommit migration;");
            session
                .script(&script)
                .await
                .map_err(|error| format!("schema.gel: {}", describe_error(&error)))?;
        }
        if let Some(setup) = self.text("setup.edgeql") {
            session
                .script(&setup)
                .await
                .map_err(|error| format!("setup.edgeql: {}", describe_error(&error)))?;
        }
        Ok(session)
    }
}

fn describe_error(error: &gel_tokio::Error) -> String {
    format!(
        "{}: {} (line {:?})",
        error.kind_name(),
        error.initial_message().unwrap_or_default(),
        error.line()
    )
}
