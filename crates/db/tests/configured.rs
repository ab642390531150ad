//! What a server reads of the configuration, before and after it was closed.

use std::path::Path;
use std::time::Duration;

use db::{DEFAULT_BRANCH, Database, Options, Secret, SmtpSecurity, VerificationMethod};

async fn run(database: &Database, text: &str) {
    let mut session = database.session(DEFAULT_BRANCH).unwrap();
    session.query(text, Options::default(), &[]).await.unwrap_or_else(|error| panic!("{text}: {error}"));
}

async fn configure(folder: &Path) {
    let database = Database::open(folder).unwrap();
    assert!(database.auth_settings(DEFAULT_BRANCH).unwrap().is_none(), "nothing without the extension");
    run(&database, "create extension auth").await;
    let settings = database.auth_settings(DEFAULT_BRANCH).unwrap().unwrap();
    assert_eq!(settings.token_time_to_live, Duration::from_secs(14 * 24 * 3600));
    assert!(settings.signing_key.is_none() && settings.providers.is_empty());
    for statement in [
        "configure current branch set ext::auth::AuthConfig::auth_signing_key := 'it\\'s a \\\\ secret\\r\\n\\t\\x01 {} # ; ż😀$$'",
        "configure current branch set ext::auth::AuthConfig::token_time_to_live := <duration>'1 hour'",
        "configure current branch set ext::auth::AuthConfig::allowed_redirect_urls := {'http://a', 'http://b'}",
        "configure current branch insert ext::auth::EmailPasswordProviderConfig { verification_method := 'Code' }",
        "configure current branch insert cfg::SMTPProviderConfig { name := 'one', host := 'mail', port := 25, \
         password := 'hush', security := 'TLS' }",
        "configure current branch insert cfg::SMTPProviderConfig { name := 'two' }",
        "configure current branch set current_email_provider_name := 'one'",
        "configure instance set cors_allow_origins := {'http://c'}",
    ] {
        run(&database, statement).await;
    }
}

#[tokio::test]
async fn what_is_configured_survives_and_stays_secret() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path()).await;
    let database = Database::open(folder.path()).unwrap();
    assert_eq!(database.branches(), [DEFAULT_BRANCH]);
    let settings = database.auth_settings(DEFAULT_BRANCH).unwrap().unwrap();
    assert_eq!(
        settings.signing_key.as_ref().map(Secret::reveal),
        Some("it's a \\ secret\r\n\t\u{1} {} # ; ż😀$$")
    );
    assert_eq!(settings.token_time_to_live, Duration::from_secs(3600));
    assert_eq!(settings.allowed_redirect_urls, ["http://a", "http://b"]);
    assert_eq!(settings.cors_allow_origins, ["http://c"]);
    let [provider] = &settings.providers[..] else { panic!("{:?}", settings.providers) };
    assert_eq!(provider.name, "builtin::local_emailpassword");
    let ways = provider.email_password.unwrap();
    assert!(ways.require_verification);
    assert_eq!(ways.verification_method, VerificationMethod::Code);
    let mail = settings.email_provider.as_ref().unwrap();
    assert_eq!((mail.name.as_str(), mail.host.as_deref(), mail.port), ("one", Some("mail"), Some(25)));
    assert_eq!(mail.password.as_ref().map(Secret::reveal), Some("hush"));
    assert_eq!((mail.security, mail.validate_certs), (SmtpSecurity::Tls, true));
    assert_eq!(mail.timeout_per_attempt, Duration::from_secs(15));
    let printed = format!("{settings:?}");
    assert!(!printed.contains("hush") && !printed.contains("it's"), "{printed}");
}

#[tokio::test]
async fn a_client_may_send_its_token_and_learns_of_no_secret() {
    let database = Database::memory().unwrap();
    run(&database, "create extension auth").await;
    run(
        &database,
        "create type User { create link identity: ext::auth::Identity { create constraint exclusive } }",
    )
    .await;
    let user = "create global current_user := assert_single((select User filter .identity = global ext::auth::ClientTokenIdentity))";
    run(&database, user).await;
    let mut session = database.session(DEFAULT_BRANCH).unwrap();
    let state = session.state_type();
    let globals: Vec<&str> = state.globals.iter().map(|field| &*field.name).collect();
    assert!(globals.contains(&"ext::auth::client_token"), "{globals:?}");
    let config: Vec<&str> = state.config.iter().map(|field| &*field.name).collect();
    assert!(config.contains(&"ext::auth::AuthConfig::token_time_to_live"), "{config:?}");
    assert!(!config.contains(&"ext::auth::AuthConfig::auth_signing_key"), "{config:?}");
    let prepared = session.prepare("select global current_user", Options::default()).unwrap();
    assert_eq!(prepared.cardinality, ir::Cardinality::AtMostOne);
}
