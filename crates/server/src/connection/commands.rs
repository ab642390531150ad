//! The command phase: Parse, Execute and what stands between them.

use std::sync::Arc;
use std::time::Duration;

use db::{Options, OutputForm, Prepared, Session, StateType, TransactionStatus};
use diag::{Diagnostic, ErrorCode, Result as Outcome};
use ir::{Capabilities, Type};
use tokio::io::{AsyncRead, AsyncWrite};
use uuid::Uuid;
use value::Value;

use super::channel::{Channel, Closed};
use super::errors;
use super::handshake::Greeted;
use crate::data;
use crate::describe::Description;
use crate::protocol::Protocol;
use crate::shared::Shared;
use crate::typedesc::Typedesc;
use crate::wire::{Execute, Frame, Language, OutputFormat, Query, Request, Severity};

/// Whether its client is still there is asked of a query that takes longer than this: what is being committed need not be.
const LONG: Duration = Duration::from_secs(1);

/// A client in the command phase.
pub(super) struct Commands<S> {
    channel: Channel<S>,
    protocol: Protocol,
    session: Session,
    /// The state's type as the client knows it, and the descriptor it was sent.
    state_type: Arc<StateType>,
    state: Typedesc,
    /// The descriptor of the state's type that the client was sent last.
    told: Uuid,
    /// After an error everything is passed over up to the next Sync.
    failed: bool,
    shared: Arc<Shared>,
}

/// What waiting for a client ended with.
enum Event {
    Frame(Frame),
    Idle,
    /// The branch was taken away.
    Ended,
    Stopping,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Commands<S> {
    pub(super) fn new(channel: Channel<S>, greeted: Greeted, shared: Arc<Shared>) -> Self {
        let Greeted { protocol, session, state } = greeted;
        let state_type = session.state_type();
        Commands { channel, protocol, session, state_type, told: state.id, state, failed: false, shared }
    }

    /// Answers requests until the connection is over.
    pub(super) async fn serve(mut self) -> Result<(), Closed> {
        loop {
            let frame = match self.wait().await? {
                Event::Frame(frame) => frame,
                Event::Idle => return Err(self.channel.refuse(&self.idle_error()).await),
                Event::Ended => return self.channel.flush().await,
                Event::Stopping => return Err(self.channel.refuse(&stopping()).await),
            };
            match Request::decode(&frame, self.protocol.is_multilingual()) {
                Ok(Request::Terminate) => return Ok(()),
                Ok(request) => self.answer(request).await?,
                Err(malformed) => self.fail(&malformed.into(), ""),
            }
        }
    }

    async fn wait(&mut self) -> Result<Event, Closed> {
        let patience = match self.session.transaction() {
            TransactionStatus::Idle => self.shared.limits.idle,
            TransactionStatus::Active | TransactionStatus::Failed => {
                self.session.idle_transaction_timeout().unwrap_or(self.shared.limits.idle_transaction)
            }
        };
        let mut stopping = self.shared.stopping.clone();
        tokio::select! { biased;
            frame = self.channel.frame() => frame.map(Event::Frame),
            _ = stopping.wait_for(|stopping| *stopping) => Ok(Event::Stopping),
            () = self.session.ended() => Ok(Event::Ended),
            () = elapsed(patience) => Ok(Event::Idle),
        }
    }

    async fn answer(&mut self, request: Request<'_>) -> Result<(), Closed> {
        if let Request::Sync = request {
            self.failed = false;
            self.channel.output.ready_for_command(letter(self.session.transaction()));
            return self.channel.flush().await;
        }
        if self.failed {
            return Ok(());
        }
        let (outcome, text) = match &request {
            Request::Parse(query) => (self.parse(query), query.text),
            Request::Execute(execute) => (self.execute(execute).await?, execute.query.text),
            Request::Flush => return self.channel.flush().await,
            Request::Dump => (Err(Diagnostic::unsupported("dumping a branch")), ""),
            Request::Restore => (Err(Diagnostic::unsupported("restoring a branch")), ""),
            Request::Unknown(kind) => (Err(unexpected(*kind)), ""),
            Request::Sync | Request::Terminate => return Ok(()),
        };
        if let Err(error) = outcome {
            self.fail(&error, text);
        }
        Ok(())
    }

    fn fail(&mut self, error: &Diagnostic, text: &str) {
        tracing::debug!(%error, "a request failed");
        errors::write(&mut self.channel.output, Severity::Error, error, text);
        self.failed = true;
    }

    /// Parse: describes the query.
    fn parse(&mut self, query: &Query<'_>) -> Outcome<()> {
        let prepared = self.prepare(query)?;
        let description = self.describe(query, &prepared)?;
        self.send_description(&prepared, &description);
        Ok(())
    }

    /// Execute: runs the query, after describing it anew where the client is behind.
    async fn execute(&mut self, execute: &Execute<'_>) -> Result<Outcome<()>, Closed> {
        let query = &execute.query;
        let described = self.prepare(query).and_then(|prepared| {
            let description = self.describe(query, &prepared)?;
            Ok((prepared, description))
        });
        let (prepared, description) = match described {
            Ok(described) => described,
            Err(error) => return Ok(Err(error)),
        };
        let (input, output) = (execute.input_id, execute.output_id);
        let is_news = (input, output) != (description.input.id, description.output.id);
        // Warnings travel with the description only: who runs a query without asking for it has to be told of them too.
        if is_news || description.warnings.is_some() {
            self.send_description(&prepared, &description);
        }
        if input.is_max() || output.is_max() {
            return Ok(Ok(()));
        }
        if input != description.input.id {
            return Ok(Err(parameter_mismatch()));
        }
        let values = match self.run(execute, &prepared).await? {
            Ok(values) => values,
            Err(error) => return Ok(Err(error)),
        };
        if let Err(error) = self.send_values(query, &prepared, &values).await? {
            return Ok(Err(error));
        }
        Ok(self.complete(&prepared))
    }

    /// Runs the query. One that has to wait for another client's transaction ends with its own client, or the server.
    async fn run(
        &mut self,
        execute: &Execute<'_>,
        prepared: &Arc<Prepared>,
    ) -> Result<Outcome<Vec<Value>>, Closed> {
        let arguments = match data::arguments(&prepared.params, execute.arguments) {
            Ok(arguments) => arguments,
            Err(error) => return Ok(Err(error)),
        };
        let mut is_stopping = self.shared.stopping.clone();
        let interrupted = async {
            tokio::time::sleep(LONG).await;
            tokio::select! {
                _ = self.channel.gone() => {}
                _ = is_stopping.wait_for(|stopping| *stopping) => {}
            }
        };
        tokio::select! { biased;
            answer = self.session.run(prepared, &arguments) => Ok(answer.map(|answer| answer.values)),
            () = interrupted => Err(self.channel.refuse(&stopping()).await),
        }
    }

    /// Takes over the client's state, compiles, and checks that the client may do and can take this.
    fn prepare(&mut self, query: &Query<'_>) -> Outcome<Arc<Prepared>> {
        if query.language == Language::Sql {
            return Err(Diagnostic::unsupported("SQL"));
        }
        if i64::try_from(query.implicit_limit).is_err() {
            let message = "implicit limit cannot be negative";
            return Err(Diagnostic::new(ErrorCode::BINARY_PROTOCOL, message));
        }
        self.adopt_state(query)?;
        let prepared = self.session.prepare(query.text, options(query))?;
        check_capabilities(prepared.capabilities, query.allowed)?;
        check_cardinality(&prepared, query)?;
        Ok(prepared)
    }

    fn adopt_state(&mut self, query: &Query<'_>) -> Outcome<()> {
        if query.state_id.is_nil() {
            self.session.set_state(db::SessionState::default());
            return Ok(());
        }
        self.refresh_state()?;
        let state = match query.state_id {
            id if id == self.state.id => data::state(&self.state_type, query.state)?,
            _ => {
                self.tell_state();
                return Err(Diagnostic::new(ErrorCode::STATE_MISMATCH, "Cannot decode state: type mismatch"));
            }
        };
        self.session.set_state(state);
        Ok(())
    }

    /// Takes over the state's type where the schema has changed it.
    fn refresh_state(&mut self) -> Outcome<()> {
        let state_type = self.session.state_type();
        if !Arc::ptr_eq(&state_type, &self.state_type) {
            self.state = Typedesc::state(&state_type, self.protocol)?;
            self.state_type = state_type;
        }
        Ok(())
    }

    fn tell_state(&mut self) {
        self.channel.output.state_description(&self.state);
        self.told = self.state.id;
    }

    fn describe(&self, query: &Query<'_>, prepared: &Prepared) -> Outcome<Arc<Description>> {
        self.shared.descriptions.of(prepared, query.text, self.protocol, query.format)
    }

    fn send_description(&mut self, prepared: &Prepared, description: &Description) {
        self.channel.output.description(
            description.warnings.as_deref(),
            prepared.capabilities,
            prepared.cardinality,
            &description.input,
            &description.output,
        );
    }

    async fn send_values(
        &mut self,
        query: &Query<'_>,
        prepared: &Prepared,
        values: &[Value],
    ) -> Result<Outcome<()>, Closed> {
        let Some(ty) = &prepared.output else { return Ok(Ok(())) };
        match query.format {
            OutputFormat::None => {}
            OutputFormat::Json if !query.expects_one => {
                self.send_text(&json_array(ty, values));
            }
            OutputFormat::Json | OutputFormat::JsonElements => {
                for value in values {
                    let mut text = String::new();
                    db::write_json(value, ty, &mut text);
                    self.send_text(&text);
                    self.channel.flush_if_large().await?;
                }
            }
            OutputFormat::Binary => {
                for value in values {
                    if let Err(error) = self.channel.output.data(|out| data::element(out, ty, value)) {
                        return Ok(Err(error));
                    }
                    self.channel.flush_if_large().await?;
                }
            }
        }
        Ok(Ok(()))
    }

    fn send_text(&mut self, text: &str) {
        let Ok(()) = self.channel.output.data(|out| {
            out.extend_from_slice(text.as_bytes());
            Ok::<(), std::convert::Infallible>(())
        });
    }

    fn complete(&mut self, prepared: &Prepared) -> Outcome<()> {
        self.refresh_state()?;
        if self.state.id != self.told {
            self.tell_state();
        }
        // The end of a transaction may bring back a state from before it.
        let changing = Capabilities::SESSION_CONFIG.0 | Capabilities::TRANSACTION.0;
        let changes_state = prepared.capabilities.0 & changing != 0;
        let state = match changes_state {
            true => Some(data::encode_state(&self.state_type, self.session.state())?),
            false => None,
        };
        let state: Option<(Uuid, &[u8])> = state.as_ref().map(|data| (self.state.id, &data[..]));
        self.channel.output.command_complete(prepared.capabilities, &prepared.status, state);
        Ok(())
    }

    fn idle_error(&self) -> Diagnostic {
        match self.session.transaction() {
            TransactionStatus::Idle => {
                Diagnostic::new(ErrorCode::IDLE_SESSION_TIMEOUT, "closing the connection due to inactivity")
            }
            TransactionStatus::Active | TransactionStatus::Failed => Diagnostic::new(
                ErrorCode::IDLE_TRANSACTION_TIMEOUT,
                "terminating connection due to idle-in-transaction timeout",
            ),
        }
    }
}

fn options(query: &Query<'_>) -> Options {
    Options {
        output: match query.format {
            OutputFormat::Binary => OutputForm::Binary,
            OutputFormat::Json | OutputFormat::JsonElements => OutputForm::Json,
            OutputFormat::None => OutputForm::None,
        },
        implicit_limit: Some(query.implicit_limit).filter(|limit| *limit > 0),
        inject_object_ids: query.inject_object_ids,
        inject_type_ids: query.inject_type_ids,
        inject_type_names: query.inject_type_names,
    }
}

fn json_array(ty: &Type, values: &[Value]) -> String {
    let mut text = String::from("[");
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        db::write_json(value, ty, &mut text);
    }
    text.push(']');
    text
}

fn check_capabilities(used: Capabilities, allowed: Capabilities) -> Outcome<()> {
    match used.on_the_wire().denied(allowed) {
        Some(title) => {
            let message = format!("cannot execute {title}: disabled by the client");
            Err(Diagnostic::new(ErrorCode::DISABLED_CAPABILITY, message))
        }
        None => Ok(()),
    }
}

fn check_cardinality(prepared: &Prepared, query: &Query<'_>) -> Outcome<()> {
    if !query.expects_one || !prepared.cardinality.is_multi() {
        return Ok(());
    }
    let name = if prepared.cardinality.is_required() { "AT_LEAST_ONE" } else { "MANY" };
    let message =
        format!("the query has cardinality {name} which does not match the expected cardinality ONE");
    Err(Diagnostic::new(ErrorCode::RESULT_CARDINALITY_MISMATCH, message))
}

fn parameter_mismatch() -> Diagnostic {
    Diagnostic::new(
        ErrorCode::PARAMETER_TYPE_MISMATCH,
        "specified parameter type(s) do not match the parameter types inferred from specified command(s)",
    )
}

fn unexpected(kind: u8) -> Diagnostic {
    Diagnostic::new(ErrorCode::UNEXPECTED_MESSAGE, format!("unexpected message type {:?}", char::from(kind)))
}

fn stopping() -> Diagnostic {
    Diagnostic::new(ErrorCode::SERVER_OFFLINE, "the server is shutting down")
}

fn letter(status: TransactionStatus) -> u8 {
    match status {
        TransactionStatus::Idle => b'I',
        TransactionStatus::Active => b'T',
        TransactionStatus::Failed => b'E',
    }
}

/// Waits; zero is for ever.
async fn elapsed(patience: Duration) {
    match patience {
        Duration::ZERO => std::future::pending().await,
        patience => tokio::time::sleep(patience).await,
    }
}
