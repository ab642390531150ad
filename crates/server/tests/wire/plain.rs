//! A client that says exactly what it is told to.

use bytes::{Bytes, BytesMut};
use gel_protocol::client_message::{ClientHandshake, ClientMessage, Execute1, Parse};
use gel_protocol::common::{Capabilities, Cardinality, CompilationFlags, InputLanguage, IoFormat, State};
use gel_protocol::encoding::{Input, Output};
use gel_protocol::features::ProtocolVersion;
use gel_protocol::server_message::ServerMessage;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use uuid::Uuid;

/// A connection over any stream.
pub(crate) struct Plain<S> {
    stream: S,
    input: BytesMut,
    pub(crate) protocol: ProtocolVersion,
    /// The id of the state's descriptor.
    pub(crate) state: Uuid,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Plain<S> {
    pub(crate) fn new(stream: S) -> Self {
        Plain { stream, input: BytesMut::new(), protocol: ProtocolVersion::current(), state: Uuid::nil() }
    }

    /// Greets with a version and a branch; what the server answers up to its first readiness or its end.
    pub(crate) async fn greet(&mut self, version: (u16, u16), branch: &str) -> Vec<ServerMessage> {
        let params =
            [("user", "admin"), ("database", branch)].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let (major_ver, minor_ver) = version;
        let hello = ClientHandshake { major_ver, minor_ver, params, extensions: Default::default() };
        self.send(&ClientMessage::ClientHandshake(hello)).await;
        let messages = self.until_ready().await;
        for message in &messages {
            match message {
                ServerMessage::ServerHandshake(hello) => {
                    self.protocol = ProtocolVersion::new(hello.major_ver, hello.minor_ver);
                }
                ServerMessage::StateDataDescription(state) => self.state = state.typedesc.id,
                _ => {}
            }
        }
        messages
    }

    pub(crate) async fn send(&mut self, message: &ClientMessage) {
        let mut bytes = BytesMut::new();
        message.encode(&mut Output::new(&self.protocol, &mut bytes)).unwrap();
        self.raw(&bytes).await;
    }

    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// The next message; none when the server has closed.
    pub(crate) async fn next(&mut self) -> Option<ServerMessage> {
        loop {
            if let Some((&[_, a, b, c, d], _)) = self.input.split_first_chunk::<5>() {
                let length = u32::from_be_bytes([a, b, c, d]) as usize + 1;
                if self.input.len() >= length {
                    let frame = self.input.split_to(length).freeze();
                    return Some(
                        ServerMessage::decode(&mut Input::new(self.protocol.clone(), frame)).unwrap(),
                    );
                }
            }
            if self.stream.read_buf(&mut self.input).await.unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    pub(crate) async fn until_ready(&mut self) -> Vec<ServerMessage> {
        let mut messages = Vec::new();
        while let Some(message) = self.next().await {
            let done = matches!(message, ServerMessage::ReadyForCommand(_));
            messages.push(message);
            if done {
                break;
            }
        }
        messages
    }

    /// Sends messages and a Sync; what comes back, one word a message.
    pub(crate) async fn ask(&mut self, messages: &[ClientMessage]) -> Vec<String> {
        for message in messages {
            self.send(message).await;
        }
        self.send(&ClientMessage::Sync).await;
        self.until_ready().await.iter().map(word).collect()
    }
}

/// A message in a few words.
pub(crate) fn word(message: &ServerMessage) -> String {
    match message {
        ServerMessage::ErrorResponse(error) => format!("error {:#010x} {}", error.code, error.message),
        ServerMessage::ReadyForCommand(ready) => format!("ready {:?}", ready.transaction_state),
        ServerMessage::CommandComplete1(complete) => format!("complete {}", complete.status),
        ServerMessage::CommandDataDescription1(it) => format!("description {:?}", it.result_cardinality),
        ServerMessage::Data(data) => format!("data {:?}", data.data),
        ServerMessage::StateDataDescription(_) => "state".into(),
        ServerMessage::ServerHandshake(hello) => format!("version {}.{}", hello.major_ver, hello.minor_ver),
        ServerMessage::Authentication(it) => format!("{it:?}"),
        ServerMessage::ServerKeyData(_) => "key".into(),
        ServerMessage::ParameterStatus(it) => String::from_utf8_lossy(&it.name).into_owned(),
        other => format!("{other:?}"),
    }
}

pub(crate) fn parse(text: &str) -> ClientMessage {
    ClientMessage::Parse(Parse {
        annotations: None,
        allowed_capabilities: Capabilities::ALL,
        compilation_flags: CompilationFlags::empty(),
        implicit_limit: None,
        output_format: IoFormat::Binary,
        expected_cardinality: Cardinality::Many,
        command_text: text.into(),
        state: State::empty(),
        input_language: InputLanguage::EdgeQL,
    })
}

/// An Execute without arguments that knows no descriptors.
pub(crate) fn execute(text: &str) -> Execute1 {
    Execute1 {
        annotations: None,
        allowed_capabilities: Capabilities::ALL,
        compilation_flags: CompilationFlags::empty(),
        implicit_limit: None,
        output_format: IoFormat::Json,
        expected_cardinality: Cardinality::Many,
        command_text: text.into(),
        state: State::empty(),
        input_typedesc_id: Uuid::nil(),
        output_typedesc_id: Uuid::nil(),
        arguments: Bytes::new(),
        input_language: InputLanguage::EdgeQL,
    }
}
