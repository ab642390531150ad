//! `db describe`: the schema of a database, or one thing of it.

use clap::{Args, ValueEnum};

use crate::Exit;
use crate::embedded::Storage;
use crate::errors::gel;
use crate::project::Project;
use crate::session::text_of;
use crate::target::{ServerArgs, Target};

/// Print the schema of a database, or one thing of it.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask db describe                    the schema as SDL
  cargo xtask db describe default::User      one type
  cargo xtask db describe --as ddl           as the commands that make it

Exit codes: 0 done; 2 no server, or no such thing.")]
pub(crate) struct DescribeArgs {
    /// The name of a type, function, alias, global or the like.
    name: Option<String>,
    /// The form of the answer.
    #[arg(long = "as", value_enum, default_value_t)]
    form: Form,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Form {
    /// As a schema file says it.
    #[default]
    Sdl,
    /// As commands.
    Ddl,
    /// For people.
    Text,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &DescribeArgs) -> diag::Result<Exit> {
    let target = Target::open(project, &args.server, Storage::Folder(project.data_dir())).await?;
    let mut session = target.connect().await?;
    let answer = session.query(&statement(args.name.as_deref(), args.form)).await;
    target.close().await;
    let answer = answer.map_err(|error| gel(&error))?;
    answer.iter().flatten().filter_map(text_of).for_each(|text| println!("{text}"));
    Ok(Exit::Clean)
}

fn statement(name: Option<&str>, form: Form) -> String {
    let form = match form {
        Form::Sdl => "sdl",
        Form::Ddl => "ddl",
        Form::Text => "text",
    };
    match name {
        Some(name) => format!("describe object {name} as {form}"),
        None => format!("describe schema as {form}"),
    }
}
