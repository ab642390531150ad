//! `db shell`: queries by hand, against the embedded server or any other.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use codegen::Failure;
use gel_dsn::gel::Config;
use rustyline::Editor;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;

use super::commands::{Command, HELP};
use super::editor::EdgeqlHelper;
use super::output;
use crate::Exit;
use crate::embedded::Storage;
use crate::errors::{failed, gel, is_connection};
use crate::lexemes::{is_blank, statements};
use crate::project::Project;
use crate::report::{self, Severity};
use crate::session::{Session, text_of};
use crate::target::{ServerArgs, Target};

/// Run queries by hand; `\?` lists the shell's own commands.
///
/// Without a terminal the queries come from standard input, and the first that fails ends the shell.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask db shell                                  the embedded server's folder
  echo 'select User {*};' | cargo xtask db shell -o json
  cargo xtask db shell --dsn gel://admin@db.example/main

Exit codes: 0 done; 1 a query from standard input failed; 2 no server.")]
pub(crate) struct ShellArgs {
    /// How answers are printed.
    #[arg(long, short, value_enum, default_value_t)]
    output: Form,
    /// Run this and leave.
    #[arg(long, short, value_name = "QUERY")]
    command: Option<String>,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A table for objects, EdgeQL for the rest.
    #[default]
    Table,
    /// One JSON value a line.
    Json,
}

/// A connection and how its answers are printed.
struct Shell {
    config: Config,
    session: Session,
    form: Form,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &ShellArgs) -> diag::Result<Exit> {
    let target = Target::open(project, &args.server, Storage::Folder(project.data_dir())).await?;
    let session = target.connect().await?;
    let mut shell = Shell { config: target.config.clone(), session, form: args.output };
    let ended = match &args.command {
        Some(query) => shell.script(query).await,
        None if std::io::stdin().is_terminal() => shell.interactive(history_path(project)).await,
        None => shell.script(&read_stdin()?).await,
    };
    target.close().await;
    ended
}

fn history_path(project: &Project) -> PathBuf {
    project.data_dir().join("history.edgeql")
}

fn read_stdin() -> diag::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| failed(format!("standard input: {error}")))?;
    Ok(text)
}

impl Shell {
    /// Every statement of a text; stops at the first that fails.
    async fn script(&mut self, text: &str) -> diag::Result<Exit> {
        let (found, rest) = statements(text);
        for statement in found.into_iter().chain([rest]).filter(|statement| !is_blank(statement)) {
            if !self.run(statement.trim()).await? {
                return Ok(Exit::Found);
            }
        }
        Ok(Exit::Clean)
    }

    async fn interactive(&mut self, history: PathBuf) -> diag::Result<Exit> {
        let terminal = |error: ReadlineError| failed(format!("the terminal cannot be read: {error}"));
        let mut editor: Editor<EdgeqlHelper, FileHistory> = Editor::new().map_err(terminal)?;
        editor.set_helper(Some(EdgeqlHelper { color: std::io::stdout().is_terminal() }));
        // A history that cannot be kept is no reason to refuse a shell.
        let _ = editor.load_history(&history);
        println!("Queries end with `;`, `\\?` is help, `\\q` leaves.");
        loop {
            let prompt = format!("{}> ", self.config.db.name().unwrap_or("main"));
            let line = match tokio::task::block_in_place(|| editor.readline(&prompt)) {
                Ok(line) => line,
                Err(ReadlineError::Interrupted) => continue,
                Err(ReadlineError::Eof) => break,
                Err(error) => return Err(terminal(error)),
            };
            let _ = editor.add_history_entry(line.trim());
            let _ = editor.save_history(&history);
            if !self.line(&line).await? {
                break;
            }
        }
        Ok(Exit::Clean)
    }

    /// One input of the user; `false` to leave.
    async fn line(&mut self, line: &str) -> diag::Result<bool> {
        if line.trim_start().starts_with('\\') {
            return self.command(Command::read(line.trim())).await;
        }
        for statement in statements(line).0.into_iter().filter(|statement| !is_blank(statement)) {
            if !self.run(statement.trim()).await? {
                break;
            }
        }
        Ok(true)
    }

    async fn command(&mut self, command: Command) -> diag::Result<bool> {
        match command {
            Command::Quit => return Ok(false),
            Command::Help => println!("{HELP}"),
            Command::Output(form) => match Form::from_str(&form, true) {
                Ok(form) => self.form = form,
                Err(_) => eprintln!("`\\o` wants `table` or `json`"),
            },
            Command::Unknown(name) => eprintln!("unknown command `{name}`; `\\?` lists them"),
            Command::Describe(None) => self.print("describe schema as sdl").await?,
            Command::Describe(Some(name)) => self.print(&format!("describe object {name} as text")).await?,
            Command::ListBranches => {
                self.print("select sys::Database.name order by sys::Database.name").await?
            }
            Command::ListTypes => self.print(LIST_TYPES).await?,
            Command::Connect(branch) => self.connect(&branch).await?,
        }
        Ok(true)
    }

    async fn connect(&mut self, branch: &str) -> diag::Result<()> {
        let config = self.config.with_branch(branch);
        match Session::connect(&config).await {
            Ok(session) => (self.config, self.session) = (config, session),
            Err(error) => eprintln!("error: {}", gel(&error).message),
        }
        Ok(())
    }

    /// Texts, each as it stands.
    async fn print(&mut self, query: &str) -> diag::Result<()> {
        match self.session.query(query).await {
            Ok(answer) => {
                answer.iter().flatten().filter_map(text_of).for_each(|text| println!("{text}"));
                Ok(())
            }
            Err(error) => self.tell(query, &error),
        }
    }

    /// Runs a statement and prints its answer; `false` where it failed.
    async fn run(&mut self, statement: &str) -> diag::Result<bool> {
        let answered = match self.form {
            Form::Table => {
                let answer = self.session.query(statement).await;
                answer.map(|values| values.map(|values| output::table(&values)))
            }
            Form::Json => self.session.query_json_lines(statement).await,
        };
        match answered {
            Ok(Some(text)) => print!("{text}"),
            Ok(None) => println!("OK"),
            Err(error) => {
                self.tell(statement, &error)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn tell(&self, query: &str, error: &gel_errors::Error) -> diag::Result<()> {
        if is_connection(error) {
            return Err(gel(error));
        }
        let failure = Failure { path: "<query>".into(), text: query.to_owned(), diagnostic: gel(error) };
        report::print(&[failure], Severity::Error, report::Format::Human);
        Ok(())
    }
}

const LIST_TYPES: &str = "select schema::ObjectType.name \
    filter not schema::ObjectType.builtin and not schema::ObjectType.from_alias order by schema::ObjectType.name";
