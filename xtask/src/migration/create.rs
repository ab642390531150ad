//! `migration create`: writes the migration that leads from the last one to the schema's files.

use std::io::{BufRead, IsTerminal, Write};

use clap::Args;
use codegen::Failure;

use super::apply_files;
use super::files::{MigrationFile, file_text, next_path, read_files};
use super::history::{applied, last_name, pending};
use super::proposals::{Description, Input, Proposal, current};
use crate::Exit;
use crate::embedded::Storage;
use crate::errors::{failed, gel, io, is_connection};
use crate::project::Project;
use crate::report::{self, Format, Severity};
use crate::schema_source::SchemaSource;
use crate::session::Session;
use crate::target::{ServerArgs, Target};

/// A proposal below this is a guess that only a person may accept.
const SURE: f64 = 0.99;

/// Write the migration that leads from the last one to `dbschema/*.gel`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask migration create                        ask about each step in a terminal
  cargo xtask migration create --non-interactive      take what is certain and safe, refuse the rest
  cargo xtask migration create --name add-hosts       call the file 00002-add-hosts.edgeql

Exit codes: 0 written, or nothing changed; 1 the schema is broken, or a step needs a person; 2 no server.")]
pub(crate) struct CreateArgs {
    /// What stands in the file's name after the number; by default the beginning of the migration's id.
    #[arg(long)]
    name: Option<String>,
    /// Ask nothing: accept what is certain and loses no data, and refuse the rest.
    #[arg(long)]
    non_interactive: bool,
    /// Without a terminal, also accept steps that lose data.
    #[arg(long)]
    allow_unsafe: bool,
    /// Write a migration without statements where nothing changed, to fill in by hand.
    #[arg(long)]
    allow_empty: bool,
    #[command(flatten)]
    server: ServerArgs,
}

/// Why no migration was written.
enum Stop {
    /// Something is wrong with a file.
    Failure(Box<Failure>),
    /// The user, or the lack of one.
    Refused(String),
}

/// A migration that leads to the schema's files.
struct Made {
    id: String,
    parent: String,
    statements: Vec<String>,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &CreateArgs) -> diag::Result<Exit> {
    let files = read_files(project)?;
    let source = SchemaSource::read(project)?;
    let target = Target::open(project, &args.server, Storage::Memory).await?;
    let mut session = target.connect().await?;
    let made = make(&mut session, &target, &files, &source, args).await;
    target.close().await;
    match made? {
        Err(Stop::Failure(failure)) => report::print(&[*failure], Severity::Error, Format::Human),
        Err(Stop::Refused(reason)) => eprintln!("no migration was written: {reason}"),
        Ok(made) if made.statements.is_empty() && !args.allow_empty => {
            println!("nothing changed since the last migration");
            return Ok(Exit::Clean);
        }
        Ok(made) => return write(project, &files, &made, args.name.as_deref()),
    }
    Ok(Exit::Found)
}

fn write(project: &Project, files: &[MigrationFile], made: &Made, name: Option<&str>) -> diag::Result<Exit> {
    let label = name.map_or_else(|| made.id.chars().take(7).collect(), str::to_owned);
    let path = next_path(project, files.len() + 1, &label);
    let folder = project.migrations_dir();
    std::fs::create_dir_all(&folder).map_err(|error| io(&folder, error))?;
    std::fs::write(&path, file_text(&made.id, &made.parent, &made.statements))
        .map_err(|error| io(&path, error))?;
    println!("created {}, id: {}", project.shown(&path), made.id);
    Ok(Exit::Clean)
}

async fn make(
    session: &mut Session,
    target: &Target,
    files: &[MigrationFile],
    source: &SchemaSource,
    args: &CreateArgs,
) -> diag::Result<Result<Made, Stop>> {
    let brought = match target.embedded {
        Some(_) => apply_files(session, files).await?,
        None => nothing_pending(session, files).await?,
    };
    if let Err(failure) = brought {
        return Ok(Err(Stop::Failure(Box::new(failure))));
    }
    // A server that holds other people's data is left as it was: the migration is only tried.
    if target.embedded.is_none() {
        session.execute("start transaction").await.map_err(|error| gel(&error))?;
    }
    let made = walk(session, source, args).await;
    if target.embedded.is_none() {
        session.execute("rollback").await.map_err(|error| gel(&error))?;
    }
    made
}

/// A named server must stand where the files end, or the new migration would not follow them.
async fn nothing_pending(
    session: &mut Session,
    files: &[MigrationFile],
) -> diag::Result<Result<(), Failure>> {
    match pending(files, &applied(session).await?)? {
        [] => Ok(Ok(())),
        pending => Err(failed(format!("the server lacks {} migrations", pending.len()))
            .hint("run `cargo xtask migration apply` with the same server first")),
    }
}

/// From `start migration` to the id of the finished one.
async fn walk(
    session: &mut Session,
    source: &SchemaSource,
    args: &CreateArgs,
) -> diag::Result<Result<Made, Stop>> {
    if let Err(error) = session.execute(&source.statement).await {
        if is_connection(&error) {
            return Err(gel(&error));
        }
        return Ok(Err(Stop::Failure(Box::new(source.failure(gel(&error))))));
    }
    let mut steps = 0;
    let description = loop {
        let description = current(session).await?;
        if description.complete {
            break description;
        }
        let Some(proposal) = &description.proposed else {
            return Ok(Err(Stop::Refused("the server knows no way to the schema".to_owned())));
        };
        steps += 1;
        if let Err(stop) = step(session, proposal, steps, args).await? {
            return Ok(Err(stop));
        }
    };
    finish(session, description).await.map(Ok)
}

async fn finish(session: &mut Session, description: Description) -> diag::Result<Made> {
    if description.confirmed.is_empty() {
        session.execute("abort migration").await.map_err(|error| gel(&error))?;
        return Ok(Made { id: String::new(), parent: description.parent, statements: Vec::new() });
    }
    session.execute("commit migration").await.map_err(|error| gel(&error))?;
    let id = last_name(&applied(session).await?).to_owned();
    Ok(Made { id, parent: description.parent, statements: description.confirmed })
}

/// One proposal: asked about, and then run or rejected.
async fn step(
    session: &mut Session,
    proposal: &Proposal,
    number: usize,
    args: &CreateArgs,
) -> diag::Result<Result<(), Stop>> {
    let interactive = !args.non_interactive && std::io::stdin().is_terminal();
    let answer = if interactive { ask(proposal)? } else { decide(proposal, args.allow_unsafe) };
    match answer {
        Answer::Accept(inputs) => accept(session, proposal, number, &inputs, interactive).await,
        Answer::Reject => {
            let rejected = session.execute("alter current migration reject proposed").await;
            rejected.map(Ok).map_err(|error| gel(&error))
        }
        Answer::Stop(reason) => Ok(Err(Stop::Refused(reason))),
    }
}

/// Runs a proposal's statements, so that one that fails undoes only itself.
async fn accept(
    session: &mut Session,
    proposal: &Proposal,
    number: usize,
    inputs: &[(String, String)],
    interactive: bool,
) -> diag::Result<Result<(), Stop>> {
    let savepoint = format!("migration_{number}");
    session.execute(&format!("declare savepoint {savepoint}")).await.map_err(|error| gel(&error))?;
    for statement in proposal.filled(inputs) {
        let Err(error) = session.execute(&statement).await else { continue };
        if is_connection(&error) {
            return Err(gel(&error));
        }
        session.execute(&format!("rollback to savepoint {savepoint}")).await.map_err(|error| gel(&error))?;
        let path = "the server's proposal".to_owned();
        let failure = Failure { path, text: statement, diagnostic: gel(&error) };
        if !interactive {
            return Ok(Err(Stop::Failure(Box::new(failure))));
        }
        report::print(&[failure], Severity::Error, Format::Human);
        return Ok(Ok(()));
    }
    session.execute(&format!("release savepoint {savepoint}")).await.map_err(|error| gel(&error))?;
    Ok(Ok(()))
}

/// What is said to a proposal.
enum Answer {
    /// Run it, with these expressions in place of the placeholders.
    Accept(Vec<(String, String)>),
    /// Propose something else.
    Reject,
    /// End without a migration.
    Stop(String),
}

/// The answer without a person.
fn decide(proposal: &Proposal, allow_unsafe: bool) -> Answer {
    if let Some(input) = proposal.required_user_input.first() {
        return Answer::Stop(format!(
            "{}\n  help: run the command in a terminal, which asks for it",
            input.prompt
        ));
    }
    if !proposal.data_safe && !allow_unsafe {
        let step = proposal.prompt_id.as_deref().unwrap_or("a step");
        return Answer::Stop(format!(
            "{} ({step} may lose data)\n  help: run the command in a terminal, or add `--allow-unsafe`",
            proposal.question()
        ));
    }
    if proposal.confidence < SURE && !allow_unsafe {
        return Answer::Stop(format!(
            "{} (this is a guess)\n  help: run the command in a terminal",
            proposal.question()
        ));
    }
    Answer::Accept(Vec::new())
}

fn ask(proposal: &Proposal) -> diag::Result<Answer> {
    loop {
        let safety = if proposal.data_safe { "" } else { " This may lose data." };
        match prompt(&format!("{}{safety} [y,n,l,q,?]\n> ", proposal.question()))?.as_str() {
            "y" | "yes" => return ask_inputs(&proposal.required_user_input).map(Answer::Accept),
            "n" | "no" => return Ok(Answer::Reject),
            "l" | "list" => proposal.statements.iter().for_each(|statement| println!("{}", statement.text)),
            "q" | "quit" => return Ok(Answer::Stop("you left".to_owned())),
            _ => println!("y: yes\nn: no, propose something else\nl: list the statements\nq: quit"),
        }
    }
}

fn ask_inputs(inputs: &[Input]) -> diag::Result<Vec<(String, String)>> {
    inputs
        .iter()
        .map(|input| {
            let subject = input.pointer_name.as_deref().unwrap_or(&input.placeholder);
            let wanted = match (&input.old_type, &input.new_type, &input.type_name) {
                (Some(old), Some(new), _) => format!(" ({subject}: {old} to {new})"),
                (_, _, Some(name)) => format!(" ({subject}: {name})"),
                _ => String::new(),
            };
            Ok((
                input.placeholder.clone(),
                prompt(&format!("{}{wanted}:\n{}> ", input.prompt, input.placeholder))?,
            ))
        })
        .collect()
}

/// A line from the user; the end of input is a wish to leave.
fn prompt(question: &str) -> diag::Result<String> {
    print!("{question}");
    let mut line = String::new();
    let read = std::io::stdout().flush().and_then(|()| std::io::stdin().lock().read_line(&mut line));
    match read {
        Ok(0) => Ok("quit".to_owned()),
        Ok(_) => Ok(line.trim().to_owned()),
        Err(error) => Err(failed(format!("the terminal cannot be read: {error}"))),
    }
}
