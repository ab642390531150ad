//! The shell's own commands, which begin with a backslash.

/// What a line with a backslash asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// `\?`
    Help,
    /// `\q`
    Quit,
    /// `\d` of everything, or of one name.
    Describe(Option<String>),
    /// `\l`
    ListBranches,
    /// `\lt`
    ListTypes,
    /// `\c`
    Connect(String),
    /// `\o`
    Output(String),
    /// Nothing that is known.
    Unknown(String),
}

pub(super) const HELP: &str = "\
\\d [NAME]      describe a type, function, alias or global; the schema without a name
\\ds            the schema as SDL
\\l             list branches
\\lt            list object types
\\c BRANCH      connect to another branch
\\o table|json  how answers are printed
\\q             leave (or Ctrl-D)
\\?             this help

Queries end with `;` and may go over several lines.";

impl Command {
    /// Reads a line that begins with a backslash.
    pub(super) fn read(line: &str) -> Command {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default();
        let argument = words.next().map(|word| word.trim_end_matches(';').to_owned());
        match (name, argument) {
            ("\\?" | "\\h" | "\\help", _) => Command::Help,
            ("\\q" | "\\quit" | "\\exit", _) => Command::Quit,
            ("\\d" | "\\describe", argument) => Command::Describe(argument),
            ("\\ds", _) => Command::Describe(None),
            ("\\l" | "\\list", _) => Command::ListBranches,
            ("\\lt", _) => Command::ListTypes,
            ("\\c" | "\\connect", Some(branch)) => Command::Connect(branch),
            ("\\o", Some(form)) => Command::Output(form),
            _ => Command::Unknown(name.to_owned()),
        }
    }
}
