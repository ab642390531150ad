//! `/users`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json};
use actix_web::{Either, delete, get, post, put};
use gel_tokio::Client;
use queries::users::{
    User, create_user, delete_current_user, delete_user, get_user_by_name, get_users, rename_current_user,
    update_user,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::forms::{CurrentName, Name, Wanted};
use crate::auth::{Actor, Visitor};
use crate::config::{Access, Config};
use crate::failure::{Failure, Invalid, Refusal};
use crate::input::{Fields, Form, Nothing, Query, QueryAndBody};

/// What a user is made of.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewUser {
    /// No two users have the same name.
    #[schema(example = "Mina Murray")]
    name: String,
}

impl Form for NewUser {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(NewUser { name: fields.text("name")? })
    }
}

/// One user, or all of them.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = UserOrUsers)]
#[expect(dead_code, reason = "names the two answers of one operation in the OpenAPI document")]
pub(super) enum OneOrAll {
    One(User),
    All(Vec<User>),
}

pub(super) fn taken(name: &str) -> String {
    format!("Username '{name}' already exists.")
}

/// In signed-in mode nobody changes anybody else.
fn only_oneself(user: &User, name: &str) -> Result<(), Failure> {
    match user.name == name {
        true => Ok(()),
        false => Err(Failure::forbidden(format!("Only '{name}' may change '{name}'."))),
    }
}

/// Get users
///
/// All users, or the one with the given name.
#[utoipa::path(tag = "users", operation_id = "get_users", params(Wanted), responses(
    (status = 200, description = "The user, or all users", body = OneOrAll),
    (status = 404, description = "No user has that name", body = Refusal),
    (status = 422, description = "The request is malformed", body = Invalid),
))]
#[get("/users")]
pub(super) async fn get_users_handler(
    client: Data<Client>,
    Query(wanted): Query<Wanted>,
) -> Result<Either<Json<User>, Json<Vec<User>>>, Failure> {
    let Some(name) = wanted.name else {
        return Ok(Either::Right(Json(get_users(&**client).await?)));
    };
    match get_user_by_name(&**client, &name).await? {
        Some(user) => Ok(Either::Left(Json(user))),
        None => Err(Failure::not_found(format!("Username '{name}' does not exist."))),
    }
}

/// Create a user
#[utoipa::path(tag = "users", request_body = NewUser, responses(
    (status = 201, description = "The new user", body = User),
    (status = 400, description = "The name is taken or too long", body = Refusal),
    (status = 403, description = "Users come from sign-up, in signed-in mode", body = Refusal),
    (status = 422, description = "The request is malformed", body = Invalid),
))]
#[post("/users")]
pub(super) async fn post_user(
    client: Data<Client>,
    config: Data<Config>,
    QueryAndBody(Nothing, new): QueryAndBody<Nothing, NewUser>,
) -> Result<(Json<User>, StatusCode), Failure> {
    if config.access() == Access::SignedIn {
        return Err(Failure::forbidden("Users come from sign-up: POST /auth/signup."));
    }
    let created = create_user(&**client, &new.name).await;
    let user = created.map_err(|error| Failure::from_constraints(error, || taken(&new.name)))?;
    Ok((Json(user), StatusCode::CREATED))
}

/// Rename a user
#[utoipa::path(tag = "users", params(CurrentName), security((), ("signed_in" = [])), request_body = NewUser, responses(
    (status = 200, description = "The user, renamed", body = User),
    (status = 401, description = "Nobody is signed in, in signed-in mode"),
    (status = 403, description = "It is another user, in signed-in mode", body = Refusal),
    (status = 400, description = "The new name is taken or too long", body = Refusal),
    (status = 404, description = "No user has that name", body = Refusal),
    (status = 422, description = "The request is malformed", body = Invalid),
))]
#[put("/users")]
pub(super) async fn put_user(
    client: Data<Client>,
    config: Data<Config>,
    visitor: Visitor,
    QueryAndBody(CurrentName { current_name }, new): QueryAndBody<CurrentName, NewUser>,
) -> Result<Json<User>, Failure> {
    let updated = match visitor.acting(&config, &client).await? {
        Actor::Anyone => update_user(&**client, &current_name, &new.name).await,
        Actor::User(user, client) => {
            only_oneself(&user, &current_name)?;
            rename_current_user(&client, &current_name, &new.name).await
        }
    };
    match updated.map_err(|error| Failure::from_constraints(error, || taken(&new.name)))? {
        Some(user) => Ok(Json(user)),
        None => Err(Failure::not_found(format!("User '{current_name}' was not found."))),
    }
}

/// Delete a user
///
/// A user who hosts an event stays.
#[utoipa::path(tag = "users", operation_id = "delete_user", params(Name), security((), ("signed_in" = [])), responses(
    (status = 200, description = "The user that was deleted", body = User),
    (status = 401, description = "Nobody is signed in, in signed-in mode"),
    (status = 403, description = "It is another user, in signed-in mode", body = Refusal),
    (status = 400, description = "The user hosts an event", body = Refusal),
    (status = 404, description = "No user has that name", body = Refusal),
    (status = 422, description = "The request is malformed", body = Invalid),
))]
#[delete("/users")]
pub(super) async fn delete_user_handler(
    client: Data<Client>,
    config: Data<Config>,
    visitor: Visitor,
    Query(Name { name }): Query<Name>,
) -> Result<Json<User>, Failure> {
    let deleted = match visitor.acting(&config, &client).await? {
        Actor::Anyone => delete_user(&**client, &name).await,
        Actor::User(user, client) => {
            only_oneself(&user, &name)?;
            delete_current_user(&client, &name).await
        }
    };
    match deleted.map_err(Failure::from_deletion_of_host)? {
        Some(user) => Ok(Json(user)),
        None => Err(Failure::not_found(format!("User '{name}' was not found."))),
    }
}
