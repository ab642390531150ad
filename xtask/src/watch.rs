//! Waits until a source file of the project changes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::errors::failed;
use crate::project::Project;

/// An editor that saves several files is given this long to finish.
const SETTLE: Duration = Duration::from_millis(100);

/// Names of files whose change matters.
const EXTENSIONS: [&str; 5] = ["gel", "esdl", "edgeql", "rs", "toml"];

/// Folders at the top that hold no sources.
const NOT_SOURCES: [&str; 2] = ["target", "node_modules"];

/// A running watch over the project's sources.
pub(crate) struct Watch {
    changes: UnboundedReceiver<PathBuf>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Begins to watch.
    pub(crate) fn begin(project: &Project) -> diag::Result<Watch> {
        let cannot = |error: notify::Error| failed(format!("the project's files cannot be watched: {error}"));
        let (sender, changes) = unbounded_channel();
        let generated = project.output_dir();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_)) {
                // The receiver is gone only when the command ends.
                let written = event.paths.into_iter().filter(|path| !path.starts_with(&generated));
                written.for_each(|path| drop(sender.send(path)));
            }
        })
        .map_err(cannot)?;
        for folder in source_folders(&project.root) {
            watcher.watch(&folder, RecursiveMode::Recursive).map_err(cannot)?;
        }
        watcher.watch(&project.root, RecursiveMode::NonRecursive).map_err(cannot)?;
        Ok(Watch { changes, _watcher: watcher })
    }

    /// Waits for a change, and then until it is quiet. Answers the changed files.
    pub(crate) async fn changed(&mut self) -> Vec<PathBuf> {
        let mut changed = Vec::new();
        while changed.is_empty() {
            match self.changes.recv().await {
                Some(path) => changed.extend(Some(path).filter(|path| is_source(path))),
                None => std::future::pending().await,
            }
        }
        while let Ok(Some(path)) = tokio::time::timeout(SETTLE, self.changes.recv()).await {
            changed.extend(Some(path).filter(|path| is_source(path)));
        }
        changed.sort();
        changed.dedup();
        changed
    }
}

fn source_folders(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let is_wanted = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        path.is_dir() && !name.starts_with('.') && !NOT_SOURCES.contains(&name.as_str())
    };
    entries.map(|entry| entry.path()).filter(is_wanted).collect()
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
}
