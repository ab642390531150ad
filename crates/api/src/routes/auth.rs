//! `/auth`: signing up, in and out, and what mails are sent for.

use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use gel_errors::ConstraintViolationError;
use gel_tokio::Client;
use queries::users::{User, forget_identity, sign_up as create_user_of};
use runtime::Uuid;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{
    AuthError, AuthServer, Cookies, PASSWORD_PROVIDER, Pkce, Refused, Registered, Session, Visitor, limit,
};
use crate::config::Config;
use crate::failure::{Failure, Refusal};
use crate::input::{Fields, Form, Nothing, QueryAndBody};

/// The document of the sign-in routes.
#[derive(Serialize, ToSchema)]
pub(crate) struct Message {
    /// One sentence for people.
    #[schema(example = "Authentication successful")]
    message: &'static str,
}

/// An answer that sets cookies.
fn told(status: StatusCode, message: &'static str, cookies: &[Cookie<'static>]) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    for cookie in cookies {
        response.cookie(cookie.clone());
    }
    response.insert_header(("cache-control", "no-store")).json(Message { message })
}

/// Who wants to sign up.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignUp {
    /// The address to sign in with.
    #[schema(example = "mina@example.com")]
    email: String,
    /// The name of the user; no two users have the same.
    #[schema(example = "Mina Murray")]
    name: String,
    /// The password to sign in with.
    #[schema(example = "correct horse battery staple", format = Password)]
    password: String,
}

/// Fields of a body; one that is empty counts as missing, and what is missing is said by the route.
fn texts<const N: usize>(fields: &mut Fields<'_>, names: [&str; N]) -> Option<[String; N]> {
    let texts = names.map(|name| fields.optional_text(name, None));
    texts.iter().all(Option::is_some).then(|| texts.map(|text| text.flatten().unwrap_or_default()))
}

impl Form for SignUp {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let [email, name, password] = texts(fields, ["email", "name", "password"])?;
        Some(SignUp { email, name, password })
    }
}

/// Sign up
///
/// Makes an identity of address and password, and the user who signs in with it: both, or neither. Whoever has no mail to
/// confirm first is signed in.
#[utoipa::path(tag = "auth", operation_id = "sign_up", request_body = SignUp, responses(
    (status = 200, description = "Signed up; the cookie `gel-auth-token` is set", body = Message),
    (status = 400, description = "A field is missing, the name is taken or too long, or the address is known", body = Refusal),
    (status = 429, description = "Too many tries: wait as long as `Retry-After` says"),
))]
#[post("/auth/signup", wrap = "from_fn(limit)")]
pub(super) async fn sign_up(
    client: Data<Client>,
    auth: Data<AuthServer>,
    config: Data<Config>,
    QueryAndBody(Nothing, new): QueryAndBody<Nothing, SignUp>,
) -> Result<HttpResponse, Failure> {
    if new.email.is_empty() || new.name.is_empty() || new.password.is_empty() {
        return Err(Failure::Missing("Missing email, password, or name."));
    }
    let pkce = Pkce::fresh()?;
    let cookies = Cookies::of(&config);
    let link = config.link("/auth/verify");
    match auth.register(&new.email, &new.password, &pkce.challenge, &link).await {
        Ok(Registered::Ready { code }) => {
            let session = exchange(&auth, &code, &pkce.verifier).await?;
            join(&client, &new.name, session.identity_id).await?;
            Ok(told(StatusCode::OK, "User registered", &[cookies.token(session.auth_token)]))
        }
        Ok(Registered::Unverified { identity_id }) => {
            join(&client, &new.name, identity_id).await?;
            Ok(told(StatusCode::OK, "User registered", &[cookies.verifier(pkce.verifier)]))
        }
        Err(AuthError::Refused(refused)) => {
            let session = resume(&auth, &new, &refused).await?;
            join(&client, &new.name, session.identity_id).await?;
            Ok(told(StatusCode::OK, "User registered", &[cookies.token(session.auth_token)]))
        }
        Err(error) => Err(error.into()),
    }
}

fn failed_sign_up() -> Failure {
    Failure::Told(StatusCode::BAD_REQUEST, "Registration failed")
}

/// A sign-up that was cut off leaves an identity without a user: whoever knows its password may finish.
async fn resume(auth: &AuthServer, new: &SignUp, refused: &Refused) -> Result<Session, Failure> {
    if refused.kind != "UserAlreadyRegistered" {
        // Often it is the settings: a link that may lead nowhere, no provider.
        tracing::warn!(refused.kind, refused.message, "the auth server refuses to register");
        return Err(failed_sign_up());
    }
    let pkce = Pkce::fresh()?;
    match auth.authenticate(PASSWORD_PROVIDER, &new.email, &new.password, &pkce.challenge).await {
        Ok(code) => exchange(auth, &code, &pkce.verifier).await,
        Err(AuthError::Refused(_)) => Err(failed_sign_up()),
        Err(error) => Err(error.into()),
    }
}

/// Makes the user of an identity. An identity that gets none is deleted, so that its address stays free; one that has a
/// user already is refused.
async fn join(client: &Client, name: &str, identity: Uuid) -> Result<User, Failure> {
    let error = match create_user_of(client, name, identity).await {
        Ok(user) => return Ok(user),
        Err(error) => error,
    };
    // It goes only if it has no user: the identity of somebody else's sign-up stays.
    let forgotten = forget_identity(client, identity).await;
    if let Err(error) = &forgotten {
        tracing::warn!(error = format!("{error:#}"), "an identity without a user stays behind");
    }
    let has_user = matches!(forgotten, Ok(None));
    Err(match error.is::<ConstraintViolationError>() && has_user {
        true => failed_sign_up(),
        false => Failure::from_constraints(error, || super::users::taken(name)),
    })
}

async fn exchange(auth: &AuthServer, code: &str, verifier: &str) -> Result<Session, Failure> {
    auth.exchange(code, verifier).await.map_err(|error| match error {
        AuthError::Refused(_) => Failure::Told(StatusCode::BAD_REQUEST, "Failed to retrieve auth token"),
        error => error.into(),
    })
}

/// Who wants to sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignIn {
    /// The address.
    #[schema(example = "mina@example.com")]
    email: String,
    /// The password.
    #[schema(example = "correct horse battery staple", format = Password)]
    password: String,
    /// How one signs in.
    #[schema(example = "builtin::local_emailpassword")]
    provider: String,
}

impl Form for SignIn {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let [email, password, provider] = texts(fields, ["email", "password", "provider"])?;
        Some(SignIn { email, password, provider })
    }
}

/// Sign in
#[utoipa::path(tag = "auth", operation_id = "sign_in", request_body = SignIn, responses(
    (status = 200, description = "Signed in; the cookie `gel-auth-token` is set", body = Message),
    (status = 400, description = "A field is missing, or address and password do not belong together", body = Message),
    (status = 429, description = "Too many tries: wait as long as `Retry-After` says"),
))]
#[post("/auth/signin", wrap = "from_fn(limit)")]
pub(super) async fn sign_in(
    auth: Data<AuthServer>,
    config: Data<Config>,
    QueryAndBody(Nothing, who): QueryAndBody<Nothing, SignIn>,
) -> Result<HttpResponse, Failure> {
    if who.email.is_empty() || who.password.is_empty() || who.provider.is_empty() {
        return Err(Failure::Missing("Missing email, password, or provider."));
    }
    let pkce = Pkce::fresh()?;
    let code = auth.authenticate(&who.provider, &who.email, &who.password, &pkce.challenge).await;
    let code = code.map_err(|error| match error {
        // Only who knows the password is told this.
        AuthError::Refused(refused) if refused.kind == "VerificationRequired" => {
            Failure::Told(StatusCode::BAD_REQUEST, "Email verification is required")
        }
        AuthError::Refused(_) => Failure::Told(StatusCode::BAD_REQUEST, "Authentication failed"),
        error => error.into(),
    })?;
    let session = exchange(&auth, &code, &pkce.verifier).await?;
    let cookie = Cookies::of(&config).token(session.auth_token);
    Ok(told(StatusCode::OK, "Authentication successful", &[cookie]))
}

/// Sign out
///
/// The browser forgets the token.
#[utoipa::path(tag = "auth", operation_id = "sign_out", responses(
    (status = 200, description = "Nobody is signed in any more", body = Message),
))]
#[post("/auth/signout")]
pub(super) async fn sign_out(config: Data<Config>) -> HttpResponse {
    let cookies = Cookies::of(&config);
    told(StatusCode::OK, "Signed out", &[cookies.no_token(), cookies.no_verifier()])
}

/// Get who is signed in
#[utoipa::path(tag = "auth", operation_id = "me", security(("signed_in" = [])), responses(
    (status = 200, description = "The user", body = User),
    (status = 401, description = "Nobody is signed in"),
))]
#[get("/auth/me")]
pub(super) async fn me(client: Data<Client>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let (user, _) = visitor.signed_in(&client).await?;
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(user))
}

/// What the link of a verification mail carries.
#[derive(Serialize, ToSchema)]
pub(crate) struct Verification {
    /// The `verification_token` of the link.
    verification_token: String,
}

impl Form for Verification {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let [verification_token] = texts(fields, ["verification_token"])?;
        Some(Verification { verification_token })
    }
}

/// Verify an address
///
/// With what the mailed link carries. In the browser that signed up, it signs in as well.
#[utoipa::path(tag = "auth", operation_id = "verify", request_body = Verification, responses(
    (status = 200, description = "The address is verified", body = Message),
    (status = 400, description = "The token is missing, or no good any more", body = Refusal),
))]
#[post("/auth/verify", wrap = "from_fn(limit)")]
pub(super) async fn verify(
    auth: Data<AuthServer>,
    config: Data<Config>,
    visitor: Visitor,
    QueryAndBody(Nothing, mail): QueryAndBody<Nothing, Verification>,
) -> Result<HttpResponse, Failure> {
    if mail.verification_token.is_empty() {
        return Err(Failure::Missing("Missing verification_token."));
    }
    let code = auth.verify(&mail.verification_token).await?;
    finish_mail(&auth, &config, code, visitor.verifier, "E-mail verified").await
}

/// Signs in the browser that asked for a mail; another one is only told that it is done.
async fn finish_mail(
    auth: &AuthServer,
    config: &Config,
    code: Option<String>,
    verifier: Option<String>,
    message: &'static str,
) -> Result<HttpResponse, Failure> {
    let cookies = Cookies::of(config);
    let session = match (code, verifier) {
        (Some(code), Some(verifier)) => auth.exchange(&code, &verifier).await,
        _ => return Ok(told(StatusCode::OK, message, &[])),
    };
    match session {
        Ok(session) => {
            Ok(told(StatusCode::OK, message, &[cookies.token(session.auth_token), cookies.no_verifier()]))
        }
        // The secret belongs to another mail.
        Err(AuthError::Refused(_)) => Ok(told(StatusCode::OK, message, &[])),
        Err(error) => Err(error.into()),
    }
}

/// Whose password is forgotten.
#[derive(Serialize, ToSchema)]
pub(crate) struct Forgotten {
    /// The address to send the mail to.
    #[schema(example = "mina@example.com")]
    email: String,
}

impl Form for Forgotten {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let [email] = texts(fields, ["email"])?;
        Some(Forgotten { email })
    }
}

/// Ask for a mail to reset a password
///
/// The answer is the same whether the address is known or not.
#[utoipa::path(tag = "auth", operation_id = "forgot_password", request_body = Forgotten, responses(
    (status = 200, description = "A mail is on its way if the address is known", body = Message),
    (status = 400, description = "The address is missing", body = Refusal),
    (status = 429, description = "Too many tries: wait as long as `Retry-After` says"),
))]
#[post("/auth/forgot-password", wrap = "from_fn(limit)")]
pub(super) async fn forgot_password(
    auth: Data<AuthServer>,
    config: Data<Config>,
    QueryAndBody(Nothing, who): QueryAndBody<Nothing, Forgotten>,
) -> Result<HttpResponse, Failure> {
    if who.email.is_empty() {
        return Err(Failure::Missing("Missing email."));
    }
    let pkce = Pkce::fresh()?;
    let link = config.link("/auth/reset-password");
    match auth.send_reset_email(&who.email, &link, &pkce.challenge).await {
        Ok(()) => {}
        Err(AuthError::Refused(refused)) => tracing::debug!(refused.kind, "no mail was sent"),
        Err(error) => return Err(error.into()),
    }
    let message = "If the address is known, a mail is on its way";
    Ok(told(StatusCode::OK, message, &[Cookies::of(&config).verifier(pkce.verifier)]))
}

/// A new password, and what the link of the mail carries.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewPassword {
    /// The `reset_token` of the link.
    reset_token: String,
    /// The password from now on.
    #[schema(format = Password)]
    password: String,
}

impl Form for NewPassword {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let [reset_token, password] = texts(fields, ["reset_token", "password"])?;
        Some(NewPassword { reset_token, password })
    }
}

/// Reset a password
///
/// With what the mailed link carries. In the browser that asked for the mail, it signs in as well.
#[utoipa::path(tag = "auth", operation_id = "reset_password", request_body = NewPassword, responses(
    (status = 200, description = "The password is the new one", body = Message),
    (status = 400, description = "A field is missing, or the token is no good any more", body = Refusal),
    (status = 429, description = "Too many tries: wait as long as `Retry-After` says"),
))]
#[post("/auth/reset-password", wrap = "from_fn(limit)")]
pub(super) async fn reset_password(
    auth: Data<AuthServer>,
    config: Data<Config>,
    visitor: Visitor,
    QueryAndBody(Nothing, new): QueryAndBody<Nothing, NewPassword>,
) -> Result<HttpResponse, Failure> {
    if new.reset_token.is_empty() || new.password.is_empty() {
        return Err(Failure::Missing("Missing reset_token or password."));
    }
    let code = auth.reset_password(&new.reset_token, &new.password).await?;
    finish_mail(&auth, &config, Some(code), visitor.verifier, "Password changed").await
}
