//! Identities, factors, challenges and codes as objects of the branch: one function a query.

use bytes::Bytes;
use db::{Options, Session};
use diag::{Diagnostic, ErrorCode};
use value::{Uuid, Value};

use crate::failure::{Failure, Outcome};

/// An e-mail address with its password.
#[derive(Clone, Debug)]
pub(crate) struct Factor {
    pub(crate) id: Uuid,
    pub(crate) identity: Uuid,
    pub(crate) email: String,
    pub(crate) password_hash: String,
    pub(crate) is_verified: bool,
}

/// A challenge whose code is still good.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    pub(crate) challenge: String,
    /// Who has signed in with it.
    pub(crate) identity: Option<Uuid>,
}

const REGISTER: &str = "
    with factor := (insert ext::auth::EmailPasswordFactor {
      email := <str>$0,
      password_hash := <str>$1,
      identity := (insert ext::auth::LocalIdentity { issuer := 'local' }),
    })
    select factor.identity.id";

/// Makes an identity with an e-mail address and a password; its id.
pub(crate) async fn register(session: &mut Session, email: &str, password_hash: &str) -> Outcome<Uuid> {
    match query(session, REGISTER, &[email.into(), password_hash.into()]).await {
        Ok(values) => only(&values).ok_or_else(nothing_came_back),
        Err(error) if error.code == ErrorCode::CONSTRAINT_VIOLATION => Err(Failure::AlreadyRegistered),
        Err(error) => Err(error.into()),
    }
}

const FACTOR_OF_EMAIL: &str = "
    for factor in (select ext::auth::EmailPasswordFactor filter .email = <str>$0)
    union (factor.id, factor.identity.id, factor.email, factor.password_hash, exists factor.verified_at)";

/// The factor of an e-mail address, in exactly these letters.
pub(crate) async fn factor_of_email(session: &mut Session, email: &str) -> Outcome<Option<Factor>> {
    Ok(factor(&query(session, FACTOR_OF_EMAIL, &[email.into()]).await?))
}

const FACTOR_OF_IDENTITY: &str = "
    for factor in (select ext::auth::EmailPasswordFactor filter .identity.id = <uuid>$0)
    union (factor.id, factor.identity.id, factor.email, factor.password_hash, exists factor.verified_at)";

/// The factor of an identity.
pub(crate) async fn factor_of_identity(session: &mut Session, identity: Uuid) -> Outcome<Option<Factor>> {
    Ok(factor(&query(session, FACTOR_OF_IDENTITY, &[Value::Uuid(identity)]).await?))
}

const VERIFY: &str = "
    select (
      update ext::auth::EmailPasswordFactor filter .identity.id = <uuid>$0 and not exists .verified_at
      set { verified_at := datetime_current() }
    ).id";

/// Marks the address of an identity as verified; whether it was not yet.
pub(crate) async fn verify(session: &mut Session, identity: Uuid) -> Outcome<bool> {
    Ok(!query(session, VERIFY, &[Value::Uuid(identity)]).await?.is_empty())
}

const REPLACE_PASSWORD: &str = "
    select (
      update ext::auth::EmailPasswordFactor filter .id = <uuid>$0 and .password_hash = <str>$1
      set { password_hash := <str>$2 }
    ).id";

/// Sets another password where it has not changed meanwhile; whether it had not.
pub(crate) async fn replace_password(session: &mut Session, factor: &Factor, hash: &str) -> Outcome<bool> {
    let arguments = [Value::Uuid(factor.id), factor.password_hash.as_str().into(), hash.into()];
    Ok(!query(session, REPLACE_PASSWORD, &arguments).await?.is_empty())
}

const SWEEP_CHALLENGES: &str = "
    delete ext::auth::PKCEChallenge filter .created_at < datetime_of_statement() - <duration>'10 minutes'";

const CHALLENGE: &str = "
    select (
      insert ext::auth::PKCEChallenge { challenge := <str>$0 }
      unless conflict on .challenge else ext::auth::PKCEChallenge
    ).id";

/// The code of a challenge: a new one, or the one that it has. Those that have expired are removed.
pub(crate) async fn challenge(session: &mut Session, challenge: &str) -> Outcome<Uuid> {
    query(session, SWEEP_CHALLENGES, &[]).await?;
    only(&query(session, CHALLENGE, &[challenge.into()]).await?).ok_or_else(nothing_came_back)
}

const LINK: &str = "
    select (
      update ext::auth::PKCEChallenge filter .id = <uuid>$0
      set { identity := (select ext::auth::Identity filter .id = <uuid>$1) }
    ).id";

/// Says who has signed in with a challenge.
pub(crate) async fn link(session: &mut Session, code: Uuid, identity: Uuid) -> Outcome<()> {
    query(session, LINK, &[Value::Uuid(code), Value::Uuid(identity)]).await?;
    Ok(())
}

const CHALLENGE_OF_CODE: &str = "
    for each in (
      select ext::auth::PKCEChallenge
      filter .id = <uuid>$0 and .created_at > datetime_of_statement() - <duration>'10 minutes'
    )
    union (each.challenge, each.identity.id ?? <uuid>'00000000-0000-0000-0000-000000000000')";

/// The challenge of a code that is still good.
pub(crate) async fn challenge_of_code(session: &mut Session, code: Uuid) -> Outcome<Option<Challenge>> {
    let values = query(session, CHALLENGE_OF_CODE, &[Value::Uuid(code)]).await?;
    Ok(values.first().and_then(|value| match value {
        Value::Tuple(fields) => match &fields[..] {
            [Value::Str(challenge), Value::Uuid(identity)] => Some(Challenge {
                challenge: challenge.to_string(),
                identity: Some(*identity).filter(|identity| !identity.is_nil()),
            }),
            _ => None,
        },
        _ => None,
    }))
}

const CONSUME: &str = "select (delete ext::auth::PKCEChallenge filter .id = <uuid>$0).id";

/// Uses a code up; whether it was there to be used.
pub(crate) async fn consume(session: &mut Session, code: Uuid) -> Outcome<bool> {
    Ok(!query(session, CONSUME, &[Value::Uuid(code)]).await?.is_empty())
}

const FORGET_CODES: &str = "
    delete ext::auth::OneTimeCode
    filter .factor.id = <uuid>$0 or .expires_at < datetime_of_statement()";

const KEEP_CODE: &str = "
    insert ext::auth::OneTimeCode {
      code_hash := <bytes>$1,
      expires_at := datetime_current() + <duration>'10 minutes',
      factor := (select ext::auth::Factor filter .id = <uuid>$0),
    }";

/// Keeps a one-time code in the place of older ones.
pub(crate) async fn keep_code(session: &mut Session, factor: Uuid, hash: Vec<u8>) -> Outcome<()> {
    query(session, FORGET_CODES, &[Value::Uuid(factor)]).await?;
    query(session, KEEP_CODE, &[Value::Uuid(factor), bytes(hash)]).await?;
    Ok(())
}

const USE_CODE: &str = "
    select exists (
      delete ext::auth::OneTimeCode
      filter .code_hash = <bytes>$0 and .expires_at > datetime_of_statement()
    )";

/// Uses a one-time code up; whether it was good.
pub(crate) async fn use_code(session: &mut Session, hash: Vec<u8>) -> Outcome<bool> {
    let values = query(session, USE_CODE, &[bytes(hash)]).await?;
    Ok(matches!(values.first(), Some(Value::Bool(true))))
}

async fn query(session: &mut Session, text: &str, arguments: &[Value]) -> Result<Vec<Value>, Diagnostic> {
    let arguments: Vec<Option<Value>> = arguments.iter().cloned().map(Some).collect();
    Ok(session.query(text, Options::default(), &arguments).await?.values)
}

fn bytes(bytes: Vec<u8>) -> Value {
    Value::Bytes(Bytes::from(bytes))
}

fn only(values: &[Value]) -> Option<Uuid> {
    match values {
        [Value::Uuid(id)] => Some(*id),
        _ => None,
    }
}

fn factor(values: &[Value]) -> Option<Factor> {
    let Some(Value::Tuple(fields)) = values.first() else { return None };
    match &fields[..] {
        [
            Value::Uuid(id),
            Value::Uuid(identity),
            Value::Str(email),
            Value::Str(hash),
            Value::Bool(verified),
        ] => Some(Factor {
            id: *id,
            identity: *identity,
            email: email.to_string(),
            password_hash: hash.to_string(),
            is_verified: *verified,
        }),
        _ => None,
    }
}

fn nothing_came_back() -> Failure {
    Failure::Internal("the object was not stored".into())
}
