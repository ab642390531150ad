//! `auth setup`: what a database needs before anybody can sign up.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use url::Url;

use crate::Exit;
use crate::embedded::Storage;
use crate::errors::{failed, gel};
use crate::project::Project;
use crate::session::{Session, text_of};
use crate::target::{ServerArgs, Target};

/// Prepare a database for signing in.
#[derive(Args, Debug)]
pub(crate) struct AuthArgs {
    #[command(subcommand)]
    command: AuthCommand,
}

#[derive(Debug, Subcommand)]
enum AuthCommand {
    Setup(SetupArgs),
}

/// Give the branch a signing key, sign-in by e-mail and password, and the addresses that mailed links may lead to.
///
/// Only what is missing is set, and each change is told. `cargo xtask dev` does this for the embedded server by itself.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask auth setup --dsn gel://admin@db.example/main --url https://events.example
  cargo xtask auth setup --require-verification      nobody signs in before the mailed link was followed

Mail is sent by what the database is told of, such as:
  configure current branch insert cfg::SMTPProviderConfig {
    name := 'mail', sender := 'events@example.com', host := 'smtp.example.com', username := '…', password := '…'
  };
  configure current branch set current_email_provider_name := 'mail';

Exit codes: 0 set up; 1 the schema does not use the extension; 2 no server.")]
pub(crate) struct SetupArgs {
    /// Where browsers find the API: mailed links may lead there. Can be given several times.
    #[arg(long = "url", value_name = "URL", default_values = ["http://127.0.0.1:5001", "http://localhost:5001"])]
    urls: Vec<Url>,
    /// An address must be verified before its user can sign in; mail must be set up for that.
    #[arg(long)]
    require_verification: bool,
    #[command(flatten)]
    server: ServerArgs,
}

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &AuthArgs) -> diag::Result<Exit> {
    let AuthCommand::Setup(args) = &args.command;
    let target = Target::open(project, &args.server, Storage::Folder(project.data_dir())).await?;
    let mut session = target.connect().await?;
    let changes = set_up(&mut session, &args.urls, args.require_verification).await;
    target.close().await;
    match changes? {
        None => {
            eprintln!("the branch does not use the extension `auth`");
            eprintln!("  help: write `using extension auth;` into the schema, make a migration and apply it");
            return Ok(Exit::Found);
        }
        Some(changes) if changes.is_empty() => println!("signing in is set up already"),
        Some(changes) => changes.iter().for_each(|change| println!("{change}")),
    }
    Ok(Exit::Clean)
}

/// Sets what is missing; tells what that was, or `None` where the branch does not use the extension.
pub(crate) async fn set_up(
    session: &mut Session,
    urls: &[Url],
    require_verification: bool,
) -> diag::Result<Option<Vec<String>>> {
    if texts(session, "select (select schema::Extension filter .name = 'auth').name").await?.is_empty() {
        return Ok(None);
    }
    let mut changes = Vec::new();
    // The key itself is never shown; whether there is one is.
    let config = texts(session, "describe current branch config").await?.concat();
    if !config.contains("ext::auth::AuthConfig::auth_signing_key") {
        let key = signing_key()?;
        configure(session, &format!("set ext::auth::AuthConfig::auth_signing_key := '{key}'")).await?;
        changes.push("set ext::auth::AuthConfig::auth_signing_key to a new random key".to_owned());
    }
    let providers = format!("select {AUTH_CONFIG}.providers.name");
    if !texts(session, &providers).await?.iter().any(|name| name == PASSWORD_PROVIDER) {
        let provider = format!(
            "insert ext::auth::EmailPasswordProviderConfig {{ require_verification := {require_verification} }}"
        );
        configure(session, &provider).await?;
        changes.push(provider);
    }
    let mut allowed = texts(session, &format!("select {AUTH_CONFIG}.allowed_redirect_urls")).await?;
    let known = allowed.len();
    for url in urls.iter().map(|url| url.as_str().trim_end_matches('/').replace('\'', "%27")) {
        if !allowed.contains(&url) {
            allowed.push(url);
        }
    }
    if allowed.len() > known {
        let list = allowed.iter().map(|url| format!("'{url}'")).collect::<Vec<_>>().join(", ");
        let urls = format!("set ext::auth::AuthConfig::allowed_redirect_urls := {{{list}}}");
        configure(session, &urls).await?;
        changes.push(urls);
    }
    Ok(Some(changes))
}

const AUTH_CONFIG: &str = "cfg::Config.extensions[is ext::auth::AuthConfig]";
const PASSWORD_PROVIDER: &str = "builtin::local_emailpassword";

/// 48 random bytes as text.
fn signing_key() -> diag::Result<String> {
    let mut bytes = [0u8; 48];
    getrandom::fill(&mut bytes).map_err(|error| failed(format!("no random bytes: {error}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

async fn configure(session: &mut Session, what: &str) -> diag::Result<()> {
    session.execute(&format!("configure current branch {what}")).await.map_err(|error| gel(&error))
}

async fn texts(session: &mut Session, query: &str) -> diag::Result<Vec<String>> {
    let values = session.query(query).await.map_err(|error| gel(&error))?.unwrap_or_default();
    Ok(values.iter().filter_map(text_of).collect())
}
