//! Migration files: `00001-m1abcde.edgeql`, each `CREATE MIGRATION m1… ONTO … { … };`.

use std::path::{Path, PathBuf};

use diag::Diagnostic;

use crate::errors::{failed, io};
use crate::lexemes::has_multiline_literal;
use crate::project::Project;

/// The parent of the first migration.
pub(crate) const INITIAL: &str = "initial";

/// One migration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MigrationFile {
    /// From the file's name, from 1.
    pub(crate) number: u32,
    /// Path as messages show it.
    pub(crate) shown: String,
    /// `m1…`
    pub(crate) id: String,
    /// `m1…`, or [`INITIAL`].
    pub(crate) parent: String,
    /// The whole text.
    pub(crate) text: String,
}

/// The migrations of a project in order; refuses a chain with gaps.
pub(crate) fn read_files(project: &Project) -> diag::Result<Vec<MigrationFile>> {
    let folder = project.migrations_dir();
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(|error| io(&folder, error))? {
        let path = entry.map_err(|error| io(&folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "edgeql") {
            files.push(read_file(project, &path)?);
        }
    }
    files.sort_by_key(|file| file.number);
    check_chain(&files)?;
    Ok(files)
}

fn read_file(project: &Project, path: &Path) -> diag::Result<MigrationFile> {
    let shown = project.shown(path);
    let text = std::fs::read_to_string(path).map_err(|error| io(path, error))?;
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let number = name.split('-').next().and_then(|digits| digits.parse().ok());
    let number = number.ok_or_else(|| {
        failed(format!("`{shown}` does not begin with a number")).hint("call it `00001-….edgeql`")
    })?;
    let (id, parent) = header(&text).ok_or_else(|| {
        failed(format!("`{shown}` does not begin with `CREATE MIGRATION m1… ONTO … {{`"))
            .hint("migration files are made by `cargo xtask migration create`")
    })?;
    Ok(MigrationFile { number, shown, id, parent, text })
}

/// The id and the parent of a migration, from its first words. Comments may stand before them.
fn header(text: &str) -> Option<(String, String)> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join(" ");
    let (before, _) = code.split_once('{')?;
    let words: Vec<&str> = before.split_whitespace().collect();
    match words.as_slice() {
        [create, migration, id, onto, parent]
            if create.eq_ignore_ascii_case("create")
                && migration.eq_ignore_ascii_case("migration")
                && onto.eq_ignore_ascii_case("onto") =>
        {
            Some(((*id).to_owned(), (*parent).to_owned()))
        }
        _ => None,
    }
}

fn check_chain(files: &[MigrationFile]) -> diag::Result<()> {
    let mut parent = INITIAL;
    for (file, number) in files.iter().zip(1u32..) {
        if file.number != number {
            return Err(broken(file, format!("migration {number} is missing before `{}`", file.shown)));
        }
        if file.parent != parent {
            return Err(broken(
                file,
                format!("`{}` stands on `{}`, not on `{parent}`", file.shown, file.parent),
            ));
        }
        parent = &file.id;
    }
    Ok(())
}

fn broken(file: &MigrationFile, message: String) -> Diagnostic {
    failed(message).hint(format!(
        "two branches may have made migrations side by side: delete `{}` and run `cargo xtask migration create`",
        file.shown
    ))
}

/// The path of the next migration file. Gel's tools name it by the number and the beginning of the id.
pub(crate) fn next_path(project: &Project, number: usize, label: &str) -> PathBuf {
    project.migrations_dir().join(format!("{number:05}-{label}.edgeql"))
}

/// The text of a migration file.
pub(crate) fn file_text(id: &str, parent: &str, statements: &[String]) -> String {
    let body: String = statements.iter().map(|statement| indented(statement)).collect();
    format!("CREATE MIGRATION {id}\n    ONTO {parent}\n{{\n{body}}};\n")
}

/// Two spaces before each line, unless a string or a function body goes over several: spaces would change it.
fn indented(statement: &str) -> String {
    if has_multiline_literal(statement) {
        return format!("{statement}\n");
    }
    statement
        .lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_in_any_case_and_after_comments() {
        let found = header("# made by hand\ncreate migration m1a\n    onto initial\n{\n};");
        assert_eq!(found, Some(("m1a".into(), "initial".into())));
        assert_eq!(header("CREATE TYPE X {};"), None);
    }

    #[test]
    fn strings_over_several_lines_keep_their_spaces() {
        let plain = "CREATE TYPE default::A {\n    CREATE PROPERTY b: std::str;\n};".to_owned();
        let quoted = "CREATE FUNCTION f() -> std::str USING ('it\\'s\na');".to_owned();
        assert_eq!(
            file_text("m1x", "initial", &[plain, quoted]),
            "CREATE MIGRATION m1x\n    ONTO initial\n{\n  CREATE TYPE default::A {\n      CREATE PROPERTY b: \
             std::str;\n  };\nCREATE FUNCTION f() -> std::str USING ('it\\'s\na');\n};\n"
        );
    }
}
