//! One connection to a Gel server, ours or any other, over the protocol alone.

use std::sync::Arc;

use gel_dsn::gel::Config;
use gel_errors::{Error, ErrorKind, ProtocolOutOfOrderError};
use gel_protocol::client_message::{ClientMessage, Parse, State as EncodedState};
use gel_protocol::common::{
    Capabilities, Cardinality, CompilationOptions, InputLanguage, IoFormat, RawTypedesc,
};
use gel_protocol::encoding::Annotations;
use gel_protocol::server_message::{CommandDataDescription1, ServerMessage};
use gel_protocol::value::Value;
use gel_tokio::raw::{Connection, PoolState, State};

/// Queries that are under way at one time: enough to hide the round trip, few enough for both sides' buffers.
const PIPELINE: usize = 32;

/// A connection and the state that its queries run in.
pub(crate) struct Session {
    connection: Connection,
    state: SessionState,
    annotations: Arc<Annotations>,
}

/// What the next query runs in.
enum SessionState {
    /// Nothing was set.
    Default(Arc<PoolState>),
    /// What the server answered to `set global`, `set module` and the like.
    Set(EncodedState),
}

impl SessionState {
    fn as_dyn(&self) -> &dyn State {
        match self {
            SessionState::Default(state) => state,
            SessionState::Set(state) => state,
        }
    }
}

impl Session {
    /// Connects.
    pub(crate) async fn connect(config: &Config) -> Result<Session, Error> {
        let connection = Connection::connect(config).await?;
        Ok(Session { connection, state: SessionState::Default(Arc::default()), annotations: Arc::default() })
    }

    /// Runs a command or a script, whatever it answers.
    pub(crate) async fn execute(&mut self, text: &str) -> Result<(), Error> {
        let options = options(IoFormat::None);
        let state = self.state.as_dyn();
        self.connection.statement(&options, text, state, &self.annotations).await
    }

    /// Runs a query and answers its values; `None` for a command, which has none.
    pub(crate) async fn query(&mut self, text: &str) -> Result<Option<Vec<Value>>, Error> {
        self.query_as(text, IoFormat::Binary).await
    }

    /// Runs a query and answers the JSON array of its values.
    pub(crate) async fn query_json(&mut self, text: &str) -> Result<String, Error> {
        let values = self.query_as(text, IoFormat::Json).await?.unwrap_or_default();
        Ok(values.iter().filter_map(text_of).collect())
    }

    /// Runs a query and answers its values as JSON, one a line; `None` for a command.
    pub(crate) async fn query_json_lines(&mut self, text: &str) -> Result<Option<String>, Error> {
        let values = self.query_as(text, IoFormat::JsonElements).await?;
        Ok(values.map(|values| values.iter().filter_map(text_of).map(|line| line + "\n").collect()))
    }

    /// A command and a query are different calls of the client, so Parse is asked which one it is.
    async fn query_as(&mut self, text: &str, format: IoFormat) -> Result<Option<Vec<Value>>, Error> {
        let (state, annotations, all) = (self.state.as_dyn(), &self.annotations, Capabilities::ALL);
        let description = self.connection.parse(&options(format), text, state, annotations).await?;
        let (new_state, values) = if description.result_cardinality == Cardinality::NoResult {
            let done = self.connection.execute(text, &(), state, annotations, all).await?;
            (done.new_state, None)
        } else {
            let many = Cardinality::Many;
            let done = self.connection.query(text, &(), state, annotations, all, format, many).await?;
            (done.new_state, Some(done.data))
        };
        if let Some(state) = new_state {
            self.state = SessionState::Set(state);
        }
        Ok(values)
    }

    /// What the server says of session state: its globals, aliases and configuration.
    pub(crate) fn state_descriptor(&self) -> RawTypedesc {
        self.connection.state_descriptor().clone()
    }

    /// What Parse says of each query, many under way at once.
    pub(crate) async fn parse_all(
        &mut self,
        texts: &[&str],
    ) -> Result<Vec<Result<CommandDataDescription1, Error>>, Error> {
        let mut answers = Vec::with_capacity(texts.len());
        for chunk in texts.chunks(PIPELINE) {
            let messages = self.parse_messages(chunk)?;
            self.connection.send_messages(&messages).await?;
            for _ in chunk {
                answers.push(self.parse_answer().await?);
            }
        }
        Ok(answers)
    }

    fn parse_messages(&self, texts: &[&str]) -> Result<Vec<ClientMessage>, Error> {
        let options = options(IoFormat::Binary);
        let state = self.state.as_dyn().encode(self.connection.state_descriptor())?;
        let annotations = self.connection.protocol().is_3().then(|| self.annotations.clone());
        let parse = |text: &&str| Parse::new(&options, text, state.clone(), annotations.clone());
        Ok(texts.iter().flat_map(|text| [ClientMessage::Parse(parse(text)), ClientMessage::Sync]).collect())
    }

    /// The answer to one Parse, up to the server's readiness for the next.
    async fn parse_answer(&mut self) -> Result<Result<CommandDataDescription1, Error>, Error> {
        let mut answer = None;
        loop {
            match self.connection.message().await? {
                ServerMessage::CommandDataDescription1(description) => answer = Some(Ok(description)),
                ServerMessage::ErrorResponse(error) => answer = Some(Err(error.into())),
                ServerMessage::ReadyForCommand(_) => break,
                _ => {}
            }
        }
        answer.ok_or_else(|| ProtocolOutOfOrderError::with_message("the server did not answer Parse"))
    }
}

/// The text of a string or JSON value.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.clone()),
        Value::Json(json) => Some(json.to_string()),
        _ => None,
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
