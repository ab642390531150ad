//! The server under test, and sessions on it.

use std::sync::Arc;
use std::time::Duration;

use gel_errors::ErrorKind;
use gel_protocol::common::{Capabilities, Cardinality, CompilationOptions, InputLanguage, IoFormat};
use gel_protocol::server_message::CommandDataDescription1;
use gel_protocol::value::Value as Datum;
use gel_tokio::raw::{Connection, PoolState};
use gel_tokio::{Builder, Config, Error};
use serde_json::{Map, Value};

use crate::golden::Arguments;

/// The server named by `GEL_TEST_DSN`, or an embedded one of its own, in memory.
pub(crate) struct Subject {
    dsn: String,
    embedded: Option<server::Running>,
}

impl Subject {
    /// An embedded server takes everybody, without TLS.
    pub(crate) async fn start() -> Subject {
        Subject::with(server::Config { insecure: true, ..server::Config::memory() }).await
    }

    /// An embedded server asks for TLS and its password.
    pub(crate) async fn start_secured() -> Subject {
        Subject::with(server::Config::memory()).await
    }

    /// The embedded server, whatever `GEL_TEST_DSN` says: for what is told of our own stages.
    pub(crate) async fn own() -> Subject {
        Subject::embedded(server::Config { insecure: true, ..server::Config::memory() }).await
    }

    async fn with(config: server::Config) -> Subject {
        if let Ok(dsn) = std::env::var("GEL_TEST_DSN") {
            return Subject { dsn, embedded: None };
        }
        Subject::embedded(config).await
    }

    async fn embedded(config: server::Config) -> Subject {
        let running = server::start(config).await.expect("the embedded server starts");
        Subject { dsn: running.dsn().to_owned(), embedded: Some(running) }
    }

    /// The DSN with another branch.
    pub(crate) fn dsn_of(&self, branch: &str) -> String {
        let (address, query) =
            self.dsn.split_once('?').map_or((self.dsn.as_str(), None), |(a, q)| (a, Some(q)));
        let authority_end = address.find("://").map_or(0, |at| at + 3);
        let path = address[authority_end..].find('/').map_or(address.len(), |at| authority_end + at);
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}/{branch}{query}", &address[..path])
    }

    pub(crate) async fn stop(self) {
        if let Some(running) = self.embedded {
            running.shutdown().await;
        }
    }

    /// Drops the branch if it is there, and creates it empty.
    pub(crate) async fn fresh_branch(&self, name: &str) -> Result<(), Error> {
        let mut session = Session::open(&self.config(None)).await?;
        let _ = session.script(&format!("drop branch {name} force")).await;
        session.script(&format!("create empty branch {name}")).await
    }

    pub(crate) async fn connect(&self, branch: &str) -> Result<Session, Error> {
        Session::open(&self.config(Some(branch))).await
    }

    /// Applies the application's migrations, in order, to a branch.
    pub(crate) async fn migrate(&self, branch: &str) -> Result<(), Error> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../dbschema/migrations");
        let entries = std::fs::read_dir(folder).expect("dbschema/migrations is there");
        let mut files: Vec<_> = entries.map(|entry| entry.expect("a folder entry").path()).collect();
        files.sort();
        let mut session = self.connect(branch).await?;
        for file in
            files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "edgeql"))
        {
            let migration = std::fs::read_to_string(file).expect("a migration can be read");
            session.script(&migration).await?;
        }
        Ok(())
    }

    pub(crate) fn config(&self, branch: Option<&str>) -> Config {
        let builder = Builder::new().dsn(&self.dsn).wait_until_available(Duration::from_secs(5));
        let builder = match branch {
            Some(branch) => builder.branch(branch),
            None => builder,
        };
        builder
            .client_security(gel_dsn::gel::ClientSecurity::InsecureDevMode)
            .without_system()
            .build()
            .expect("the DSN of the server under test is valid")
    }
}

/// A connection with its session state.
pub(crate) struct Session {
    connection: Connection,
    state: Arc<PoolState>,
}

/// What a query answered.
pub(crate) struct Answer {
    /// Each element as a JSON text.
    pub(crate) elements: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

impl Session {
    async fn open(config: &Config) -> Result<Session, Error> {
        Ok(Session { connection: Connection::connect(config).await?, state: Arc::default() })
    }

    /// The connection can no longer be used.
    pub(crate) fn is_lost(&self) -> bool {
        !self.connection.is_consistent()
    }

    /// Runs statements and drops what they answer.
    pub(crate) async fn script(&mut self, text: &str) -> Result<(), Error> {
        self.connection.statement(&options(IoFormat::None), text, &self.state, &Arc::default()).await
    }

    pub(crate) async fn describe(&mut self, query: &str) -> Result<CommandDataDescription1, Error> {
        self.connection.parse(&options(IoFormat::Binary), query, &self.state, &Arc::default()).await
    }

    /// Runs one query with JSON arguments.
    pub(crate) async fn query(&mut self, query: &str, args: &Map<String, Value>) -> Result<Answer, Error> {
        let options = options(IoFormat::JsonElements);
        let description = self.connection.parse(&options, query, &self.state, &Arc::default()).await?;
        let types = description.input().map_err(gel_errors::ProtocolEncodingError::with_source)?;
        let args = Arguments { values: args, types: &types };
        let annotations = Arc::default();
        if description.output.id == uuid::Uuid::nil() {
            let all = Capabilities::ALL;
            self.connection.execute(query, &args, &self.state, &annotations, all).await?;
            return Ok(Answer { elements: Vec::new(), warnings: Vec::new() });
        }
        let mut stream = self
            .connection
            .execute_stream::<String, _>(&options, query, &self.state, &annotations, &description, &args)
            .await?;
        let mut elements = Vec::new();
        while let Some(element) = stream.next_element().await {
            elements.push(element);
        }
        let warnings = stream.warnings().iter().map(|warning| warning.message.clone()).collect();
        stream.complete().await?;
        Ok(Answer { elements, warnings })
    }

    /// Sets the globals of the session to exactly these.
    pub(crate) fn set_globals(&mut self, globals: Option<&Map<String, Value>>) {
        let globals = globals.cloned().unwrap_or_default();
        let data = globals.iter().map(|(name, value)| (name.as_str(), global(value)));
        let data: std::collections::BTreeMap<&str, Datum> = data.collect();
        self.state = Arc::new(PoolState::default().with_globals(data));
    }
}

fn global(value: &Value) -> Datum {
    match value {
        Value::String(text) => Datum::Str(text.clone()),
        Value::Bool(value) => Datum::Bool(*value),
        Value::Number(number) => Datum::Int64(number.as_i64().unwrap_or_default()),
        Value::Array(items) => Datum::Array(items.iter().map(global).collect()),
        Value::Null | Value::Object(_) => Datum::Nothing,
    }
}

fn options(io_format: IoFormat) -> CompilationOptions {
    CompilationOptions {
        implicit_limit: None,
        implicit_typenames: false,
        implicit_typeids: false,
        explicit_objectids: true,
        allow_capabilities: Capabilities::ALL,
        io_format,
        expected_cardinality: Cardinality::Many,
        input_language: InputLanguage::EdgeQL,
    }
}
