//! The connection phase: version, authentication, branch, and what the client must know before its first query.

use bytes::{BufMut, BytesMut};
use db::{Login, Session};
use diag::{Diagnostic, ErrorCode, Result as Outcome};
use gel_auth::scram::StoredKey;
use tokio::io::{AsyncRead, AsyncWrite};

use super::channel::{Channel, Closed};
use crate::access::{Access, Exchange, USER, has_password};
use crate::protocol::Protocol;
use crate::shared::Shared;
use crate::typedesc::Typedesc;
use crate::wire::{ClientHandshake, Frame, Malformed, Reader, SaslInitial};

const SCRAM: &str = "SCRAM-SHA-256";
/// What clients send for "the branch that the server prefers".
const DEFAULT_BRANCH: &str = "__default__";
/// How many connections a client's pool should hold.
const POOL_CONCURRENCY: &str = "10";

/// A client that is let in.
pub(super) struct Greeted {
    pub(super) protocol: Protocol,
    pub(super) session: Session,
    /// The descriptor of the state that the client was told of.
    pub(super) state: Typedesc,
}

/// Does the whole connection phase; a client that is not let in is told why.
pub(super) async fn greet<S>(
    channel: &mut Channel<S>,
    trusted: bool,
    shared: &Shared,
) -> Result<Greeted, Closed>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let frame = channel.frame().await?;
    let hello = match hello(&frame) {
        Ok(hello) => hello,
        Err(error) => return Err(channel.refuse(&error).await),
    };
    let (protocol, as_offered) = Protocol::negotiate(hello.major, hello.minor);
    if !as_offered || hello.extensions > 0 {
        let (major, minor) = protocol.numbers();
        channel.output.server_handshake(major, minor);
    }
    let login = shared.database.login(hello.parameter("user").unwrap_or(USER));
    if let (Access::Password(key), false) = (&shared.access, trusted) {
        authenticate(channel, login.as_ref(), key).await?;
    }
    let Some(login) = login else { return Err(channel.refuse(&denied()).await) };
    match open(&hello, &login, protocol, shared) {
        Ok(greeted) => {
            channel.output.authentication_ok();
            introduce(channel, &greeted, shared)?;
            Ok(greeted)
        }
        // Clients take an error for an answer only until they are let in.
        Err(error) => Err(channel.refuse(&error).await),
    }
}

fn hello(frame: &Frame) -> Outcome<ClientHandshake<'_>> {
    match frame.kind {
        b'V' => Ok(ClientHandshake::decode(&frame.body)?),
        other => Err(unexpected(other)),
    }
}

fn open(hello: &ClientHandshake<'_>, login: &Login, protocol: Protocol, shared: &Shared) -> Outcome<Greeted> {
    let branch = hello.parameter("branch").or_else(|| hello.parameter("database"));
    let branch = branch.filter(|name| *name != DEFAULT_BRANCH).unwrap_or(db::DEFAULT_BRANCH);
    let session = shared.database.session_of(&login.role, branch)?;
    let state = Typedesc::state(&session.state_type(), protocol)?;
    Ok(Greeted { protocol, session, state })
}

async fn authenticate<S>(
    channel: &mut Channel<S>,
    login: Option<&Login>,
    key: &StoredKey,
) -> Result<(), Closed>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    channel.output.authentication_sasl(SCRAM);
    let mut exchange = Exchange::new(login, key);
    let first = channel.frame().await?;
    let challenge = match SaslInitial::decode(&first.body) {
        Ok(initial) if first.kind == b'p' && initial.method == SCRAM => exchange.answer(initial.data),
        _ => None,
    };
    let Some(challenge) = challenge else { return Err(channel.refuse(&denied()).await) };
    channel.output.authentication_sasl_continue(&challenge);
    let second = channel.frame().await?;
    let verdict = match Reader::new(&second.body).bytes() {
        Ok(proof) if second.kind == b'r' => exchange.answer(proof),
        _ => None,
    };
    match verdict {
        Some(verdict) if login.is_some_and(has_password) => {
            channel.output.authentication_sasl_final(&verdict);
            Ok(())
        }
        _ => Err(channel.refuse(&denied()).await),
    }
}

/// What follows authentication: key data, parameters, the state's descriptor, readiness.
fn introduce<S>(channel: &mut Channel<S>, greeted: &Greeted, shared: &Shared) -> Result<(), Closed> {
    let mut key = [0u8; 32];
    getrandom::fill(&mut key).map_err(|_| Closed)?;
    let output = &mut channel.output;
    output.server_key_data(&key);
    output.parameter_status("suggested_pool_concurrency", POOL_CONCURRENCY.as_bytes());
    if let Ok(config) = system_config(greeted.protocol, shared) {
        output.parameter_status("system_config", &config);
    }
    output.state_description(&greeted.state);
    output.ready_for_command(b'I');
    Ok(())
}

/// A descriptor and a value of it, each after its length: the idle timeout, by which clients pace their pools.
fn system_config(protocol: Protocol, shared: &Shared) -> Outcome<BytesMut> {
    let typedesc = Typedesc::system_config(protocol)?;
    let micros = i64::try_from(shared.limits.idle.as_micros()).unwrap_or(i64::MAX);
    let mut out = BytesMut::new();
    out.put_u32(typedesc.bytes.len() as u32 + 16);
    out.put_slice(typedesc.id.as_bytes());
    out.put_slice(&typedesc.bytes);
    out.put_u32(4 + 4 + 4 + 16);
    out.put_u32(1);
    out.put_u32(0);
    out.put_u32(16);
    out.put_i64(micros);
    out.put_u64(0);
    Ok(out)
}

fn unexpected(kind: u8) -> Diagnostic {
    match kind {
        b'V' => Malformed::Enumeration.into(),
        other => Diagnostic::new(
            ErrorCode::UNEXPECTED_MESSAGE,
            format!("unexpected message type {:?} where a handshake is expected", char::from(other)),
        ),
    }
}

fn denied() -> Diagnostic {
    Diagnostic::new(ErrorCode::AUTHENTICATION, "authentication failed")
}
