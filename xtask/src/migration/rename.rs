//! Migrations under the names that Gel gives them: files, the files that follow them, and the history of a database.
//!
//! Earlier versions took some keywords of two words for one when they named a migration; Gel refuses such a name.

use std::collections::HashMap;
use std::path::PathBuf;

use codegen::Failure;

use super::files::MigrationFile;
use super::history::Applied;
use crate::embedded::Storage;
use crate::errors::{failed, gel, io, is_connection};
use crate::project::Project;
use crate::session::Session;
use crate::target::Target;

/// How many characters of an id the name of a file has.
const SHORT: usize = 7;

/// A file as it is to be.
struct Renamed {
    before: PathBuf,
    after: PathBuf,
    file: MigrationFile,
}

/// The name that a server expected in the place of another, where that is what it complains of.
pub(crate) fn expected_name(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("does not match the name derived from the migration contents")?;
    rest.rsplit_once("expected '")?.1.strip_suffix('\'')
}

/// Gives files, and the database where it has them, the names that belong to them: all or none. Answers the files as they
/// are now.
pub(crate) async fn rename(
    project: &Project,
    session: &mut Session,
    files: &[MigrationFile],
    applied: &[Applied],
) -> diag::Result<Result<Vec<MigrationFile>, Failure>> {
    let renamed = match named_right(project, files).await? {
        Ok(renamed) => renamed,
        Err(failure) => return Ok(Err(failure)),
    };
    let new_files: Vec<MigrationFile> = renamed.iter().map(|it| it.file.clone()).collect();
    if files == new_files {
        return Ok(Ok(new_files));
    }
    let drafts = write_drafts(&renamed)?;
    let has_old = applied.iter().zip(files).any(|(migration, file)| migration.name == file.id);
    let kept = applied.iter().zip(&new_files).all(|(migration, file)| migration.name == file.id);
    if has_old && !kept {
        let count = applied.len().min(new_files.len());
        if let Err(error) = rewrite_history(session, &new_files[..count]).await {
            drafts.iter().for_each(|draft| _ = std::fs::remove_file(draft));
            return Err(error);
        }
    }
    for (it, draft) in renamed.iter().zip(&drafts) {
        std::fs::rename(draft, &it.after).map_err(|error| io(&it.after, error))?;
        if it.before != it.after {
            std::fs::remove_file(&it.before).map_err(|error| io(&it.before, error))?;
            println!("renamed {} to {}", project.shown(&it.before), project.shown(&it.after));
        }
    }
    Ok(Ok(new_files))
}

/// Tries the files on a server in memory: what it expects is what they are to be called.
async fn named_right(
    project: &Project,
    files: &[MigrationFile],
) -> diag::Result<Result<Vec<Renamed>, Failure>> {
    let target = Target::embedded(Storage::Memory).await?;
    let mut session = target.connect().await?;
    let mut ids: HashMap<String, String> = HashMap::new();
    let mut renamed = Vec::new();
    for file in files {
        match under_its_name(&mut session, file, &ids).await? {
            Ok(new) => {
                ids.insert(file.id.clone(), new.id.clone());
                renamed.push(placed(project, file, new));
            }
            Err(failure) => {
                target.close().await;
                return Ok(Err(failure));
            }
        }
    }
    target.close().await;
    Ok(Ok(renamed))
}

async fn under_its_name(
    session: &mut Session,
    file: &MigrationFile,
    ids: &HashMap<String, String>,
) -> diag::Result<Result<MigrationFile, Failure>> {
    let mut new = file.clone();
    if let Some(parent) = ids.get(&file.parent).filter(|parent| **parent != file.parent) {
        new.text = new.text.replacen(&file.parent, parent, 1);
        new.parent = parent.clone();
    }
    for _ in 0..2 {
        let Err(error) = session.execute(&new.text).await else { return Ok(Ok(new)) };
        if is_connection(&error) {
            return Err(gel(&error));
        }
        let diagnostic = gel(&error);
        let Some(name) = expected_name(&diagnostic.message).map(str::to_owned) else {
            let (path, text) = (new.shown.clone(), new.text.clone());
            return Ok(Err(Failure { path, text, diagnostic }));
        };
        new.text = new.text.replacen(&new.id, &name, 1);
        new.id = name;
    }
    Err(failed(format!("`{}` cannot be named", file.shown)))
}

/// A file whose name begins with its id is called after the new one.
fn placed(project: &Project, old: &MigrationFile, mut new: MigrationFile) -> Renamed {
    let short = |id: &str| id.chars().take(SHORT).collect::<String>();
    let before = project.root.join(&old.shown);
    new.shown = match before.file_name() {
        Some(name) => {
            let name = name.to_string_lossy().replace(&short(&old.id), &short(&new.id));
            project.shown(&before.with_file_name(name))
        }
        None => old.shown.clone(),
    };
    Renamed { after: project.root.join(&new.shown), before, file: new }
}

/// Writes the files beside their places, so that nothing but a rename can fail once the database has the names.
fn write_drafts(renamed: &[Renamed]) -> diag::Result<Vec<PathBuf>> {
    let mut drafts = Vec::new();
    for it in renamed {
        let draft = it.after.with_extension("edgeql.new");
        std::fs::write(&draft, &it.file.text).map_err(|error| io(&draft, error))?;
        drafts.push(draft);
    }
    Ok(drafts)
}

/// The history under new names; the schema and the data stay as they are.
async fn rewrite_history(session: &mut Session, files: &[MigrationFile]) -> diag::Result<()> {
    session.execute("start migration rewrite").await.map_err(|error| gel(&error))?;
    let mut outcome = Ok(());
    for text in files.iter().map(|file| file.text.as_str()).chain(["commit migration rewrite"]) {
        if outcome.is_ok() {
            outcome = session.execute(text).await;
        }
    }
    if outcome.is_err() {
        // It may be over already, with the transaction that it was in.
        let _ = session.execute("abort migration rewrite").await;
    }
    outcome.map_err(|error| gel(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_expected_is_read_from_its_words() {
        let message = "specified migration name does not match the name derived from the migration contents: \
                       'm1a', expected 'm1b'";
        assert_eq!(expected_name(message), Some("m1b"));
        assert_eq!(expected_name("another error, expected 'm1b'"), None);
    }
}
