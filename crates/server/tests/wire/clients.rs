//! The server as gel-tokio sees it: every door, every phase, no knowledge of how it works inside.

use gel_tokio::{Builder, Client};
use server::{Config, Running};

async fn start(config: Config) -> Running {
    server::start(config).await.expect("a server that starts")
}

async fn connect(dsn: &str) -> Client {
    let config = Builder::new().dsn(dsn).build().expect("a DSN that clients understand");
    let client = Client::new(&config);
    client.ensure_connected().await.expect("a server that lets clients in");
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_the_password_is_let_in_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(Config::folder(folder.path())).await;
    let client = connect(running.dsn()).await;
    assert_eq!(client.query_required_single::<i64, _>("select 1 + 2", &()).await.unwrap(), 3);
    let wrong = running.dsn().replace("admin:", "admin:x");
    let config = Builder::new().dsn(&wrong).build().unwrap();
    let error = Client::new(&config).ensure_connected().await.unwrap_err();
    assert!(error.to_string().contains("authentication failed"), "{error}");
    running.shutdown().await;
}

const SCHEMA: &str = "
    start migration to {
      module default {
        abstract type Auditable {
          required created_at: datetime { readonly := true; default := datetime_current(); }
        }
        type User extending Auditable { required name: str { constraint exclusive; constraint max_len_value(50); } }
        type Event extending Auditable {
          required name: str { constraint exclusive; constraint max_len_value(50); }
          address: str;
          schedule: datetime;
          link host: User;
        }
      }
    };
    populate migration;
    commit migration;";

async fn run(client: &mut gel_tokio::raw::Connection, text: &str) {
    for statement in text.split_inclusive("\n    };").flat_map(|part| part.split_inclusive("migration;")) {
        let statement = statement.trim();
        if statement.is_empty() {
            continue;
        }
        execute(client, statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

async fn execute(client: &mut gel_tokio::raw::Connection, text: &str) -> Result<(), gel_tokio::Error> {
    use gel_protocol::common::{Capabilities, Cardinality, CompilationOptions, InputLanguage, IoFormat};
    let options = CompilationOptions {
        implicit_limit: None,
        implicit_typenames: false,
        implicit_typeids: false,
        explicit_objectids: true,
        allow_capabilities: Capabilities::ALL,
        io_format: IoFormat::None,
        expected_cardinality: Cardinality::Many,
        input_language: InputLanguage::EdgeQL,
    };
    let state = std::sync::Arc::new(gel_tokio::raw::PoolState::default());
    client.statement(&options, text, &state, &Default::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_makes_room_for_data() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(Config::folder(folder.path())).await;
    let config = Builder::new().dsn(running.dsn()).build().unwrap();
    let mut connection = gel_tokio::raw::Connection::connect(&config).await.unwrap();
    run(&mut connection, SCHEMA).await;
    let client = connect(running.dsn()).await;
    let query =
        "select (insert Event { name := <str>$0, host := (insert User { name := <str>$1 }) }).host.name";
    assert_eq!(client.query_required_single::<String, _>(query, &("ball", "Mina")).await.unwrap(), "Mina");
    let names: Vec<String> = client.query("select Event.host.name", &()).await.unwrap();
    assert_eq!(names, ["Mina"]);
    let error = client.execute("insert User { name := 'Mina' }", &()).await.unwrap_err();
    assert_eq!(error.kind_name(), "ConstraintViolationError", "{error}");
    drop((client, connection));
    running.shutdown().await;
    let running = start(Config::folder(folder.path())).await;
    let client = connect(running.dsn()).await;
    let names: Vec<String> = client.query("select User.name", &()).await.unwrap();
    assert_eq!(names, ["Mina"]);
    running.shutdown().await;
}
