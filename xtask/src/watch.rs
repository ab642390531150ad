//! Waits until a source file of the project changes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::errors::failed;
use crate::project::Project;

/// An editor that saves several files is given this long to finish.
const SETTLE: Duration = Duration::from_millis(20);

/// Names of files whose change matters.
const EXTENSIONS: [&str; 5] = ["gel", "esdl", "edgeql", "rs", "toml"];

/// Folders at the top that hold no sources.
const NOT_SOURCES: [&str; 2] = ["target", "node_modules"];

/// A running watch over the project's sources.
pub(crate) struct Watch {
    changes: UnboundedReceiver<PathBuf>,
    watcher: RecommendedWatcher,
    root: PathBuf,
}

impl Watch {
    /// Begins to watch. What is generated is nobody's change.
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
        let root = project.root.clone();
        for folder in source_folders(&root) {
            watcher.watch(&folder, RecursiveMode::Recursive).map_err(cannot)?;
        }
        watcher.watch(&root, RecursiveMode::NonRecursive).map_err(cannot)?;
        Ok(Watch { changes, watcher, root })
    }

    /// Waits for a change, and then until it is quiet. Answers the changed files.
    pub(crate) async fn changed(&mut self) -> Vec<PathBuf> {
        let mut changed = Vec::new();
        while changed.is_empty() {
            match self.changes.recv().await {
                Some(path) => changed.extend(self.relevant(path)),
                None => std::future::pending().await,
            }
        }
        while let Ok(Some(path)) = tokio::time::timeout(SETTLE, self.changes.recv()).await {
            changed.extend(self.relevant(path));
        }
        changed.sort();
        changed.dedup();
        changed
    }

    /// A source, or a folder: it may have come with sources in it, of which nothing is told.
    fn relevant(&mut self, path: PathBuf) -> Option<PathBuf> {
        if !path.is_dir() {
            return Some(path).filter(|path| is_source(path));
        }
        if path.parent() == Some(&self.root) {
            if !holds_sources(&path) {
                return None;
            }
            // It is gone again already where this fails.
            let _ = self.watcher.watch(&path, RecursiveMode::Recursive);
        }
        Some(path)
    }
}

fn source_folders(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir() && holds_sources(path)).collect()
}

/// Whether a folder at the top is worth watching.
fn holds_sources(folder: &Path) -> bool {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    !name.starts_with('.') && !NOT_SOURCES.contains(&name.as_str())
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
}
