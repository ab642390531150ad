//! `/events`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json};
use actix_web::{Either, delete, get, post, put};
use gel_errors::Error;
use gel_tokio::Client;
use queries::events::{
    Event, create_event, delete_event, delete_event_as_host, get_event_by_name, get_events, update_event,
    update_event_as_host,
};
use queries::users::User;
use serde::Serialize;
use utoipa::ToSchema;

use super::forms::{CurrentName, Name, Wanted};
use crate::auth::{Actor, Visitor};
use crate::config::Config;
use crate::failure::{Failure, Invalid, Refusal, is_invalid_value};
use crate::input::{Fields, Form, Nothing, Query, QueryAndBody};

/// What an event is made of.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewEvent {
    /// No two events have the same name.
    #[schema(example = "Resuscitation")]
    name: String,
    /// Where it takes place.
    #[schema(example = "Britain")]
    address: String,
    /// When it takes place: ISO 8601 with an offset.
    #[schema(example = "1889-07-27T23:59:59-07:00")]
    schedule: String,
    /// The name of the user who hosts it; an unknown name leaves it without a host.
    #[schema(example = "Mina Murray")]
    host_name: String,
}

impl Form for NewEvent {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        // Every field is read before any is missed: the caller sees all that is amiss.
        let (name, address) = (fields.text("name"), fields.text("address"));
        let (schedule, host_name) = (fields.text("schedule"), fields.text("host_name"));
        Some(NewEvent { name: name?, address: address?, schedule: schedule?, host_name: host_name? })
    }
}

/// One event, or all of them.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = EventOrEvents)]
#[expect(dead_code, reason = "names the two answers of one operation in the OpenAPI document")]
pub(super) enum OneOrAll {
    One(Event),
    All(Vec<Event>),
}

fn refused(error: Error, name: &str) -> Failure {
    match is_invalid_value(&error) {
        true => Failure::bad_request(
            "Invalid datetime format. Datetime string must look like this: '2010-12-27T23:59:59-07:00'",
        ),
        false => Failure::from_constraints(error, || format!("Event name '{name}' already exists.")),
    }
}

/// In signed-in mode nobody makes another person a host.
fn hosts_oneself(user: &User, new: &NewEvent) -> Result<(), Failure> {
    match user.name == new.host_name {
        true => Ok(()),
        false => Err(Failure::forbidden(format!("Only '{}' may host in their name.", new.host_name))),
    }
}

/// Whether an event that was not changed is there after all: then it is somebody else's.
async fn is_of_another(actor: &Actor, name: &str) -> Result<bool, Failure> {
    match actor {
        Actor::Anyone => Ok(false),
        Actor::User(_, client) => Ok(get_event_by_name(client, name).await?.is_some()),
    }
}

fn not_the_host(name: &str) -> Failure {
    Failure::forbidden(format!("Only its host may change event '{name}'."))
}

/// Get events
///
/// All events, or the one with the given name.
#[utoipa::path(tag = "events", operation_id = "get_events", params(Wanted), responses(
    (status = 200, description = "The event, or all events", body = OneOrAll),
    (status = 404, description = "No event has that name", body = Refusal),
    (status = 422, description = "The request is malformed", body = Invalid),
))]
#[get("/events")]
pub(super) async fn get_events_handler(
    client: Data<Client>,
    Query(wanted): Query<Wanted>,
) -> Result<Either<Json<Event>, Json<Vec<Event>>>, Failure> {
    let Some(name) = wanted.name else {
        return Ok(Either::Right(Json(get_events(&**client).await?)));
    };
    match get_event_by_name(&**client, &name).await? {
        Some(event) => Ok(Either::Left(Json(event))),
        None => Err(Failure::not_found(format!("Event '{name}' does not exist."))),
    }
}

/// Create an event
#[utoipa::path(tag = "events", security((), ("signed_in" = [])), request_body = NewEvent, responses(
    (status = 201, description = "The new event", body = Event),
    (status = 401, description = "Nobody is signed in, in signed-in mode"),
    (status = 403, description = "Another user hosts it, in signed-in mode", body = Refusal),
    (status = 400, description = "The name is taken or too long, or the schedule is not a datetime", body = Refusal),
    (status = 422, description = "The request is malformed", body = Invalid),
))]
#[post("/events")]
pub(super) async fn post_event(
    client: Data<Client>,
    config: Data<Config>,
    visitor: Visitor,
    QueryAndBody(Nothing, new): QueryAndBody<Nothing, NewEvent>,
) -> Result<(Json<Event>, StatusCode), Failure> {
    if let Actor::User(user, _) = visitor.acting(&config, &client).await? {
        hosts_oneself(&user, &new)?;
    }
    let created = create_event(&**client, &new.name, &new.address, &new.schedule, &new.host_name).await;
    let event = created.map_err(|error| refused(error, &new.name))?;
    Ok((Json(event), StatusCode::CREATED))
}

/// Replace an event
#[utoipa::path(tag = "events", params(CurrentName), security((), ("signed_in" = [])), request_body = NewEvent, responses(
    (status = 200, description = "The event as it is now", body = Event),
    (status = 401, description = "Nobody is signed in, in signed-in mode"),
    (status = 403, description = "Another user hosts it, in signed-in mode", body = Refusal),
    (status = 400, description = "The name is taken or too long, or the schedule is not a datetime", body = Refusal),
    (status = 404, description = "No event has that name", body = Refusal),
    (status = 422, description = "The request is malformed", body = Invalid),
))]
#[put("/events")]
pub(super) async fn put_event(
    client: Data<Client>,
    config: Data<Config>,
    visitor: Visitor,
    QueryAndBody(CurrentName { current_name }, new): QueryAndBody<CurrentName, NewEvent>,
) -> Result<Json<Event>, Failure> {
    let NewEvent { name, address, schedule, host_name } = &new;
    let actor = visitor.acting(&config, &client).await?;
    let updated = match &actor {
        Actor::Anyone => update_event(&**client, &current_name, name, address, schedule, host_name).await,
        Actor::User(user, client) => {
            hosts_oneself(user, &new)?;
            update_event_as_host(client, &current_name, name, address, schedule).await
        }
    };
    match updated.map_err(|error| refused(error, name))? {
        Some(event) => Ok(Json(event)),
        None if is_of_another(&actor, &current_name).await? => Err(not_the_host(&current_name)),
        None => Err(Failure::not_found(format!("Update event '{name}' failed."))),
    }
}

/// Delete an event
#[utoipa::path(tag = "events", operation_id = "delete_event", params(Name), security((), ("signed_in" = [])), responses(
    (status = 200, description = "The event that was deleted", body = Event),
    (status = 401, description = "Nobody is signed in, in signed-in mode"),
    (status = 403, description = "Another user hosts it, in signed-in mode", body = Refusal),
    (status = 404, description = "No event has that name", body = Refusal),
    (status = 422, description = "The request is malformed", body = Invalid),
))]
#[delete("/events")]
pub(super) async fn delete_event_handler(
    client: Data<Client>,
    config: Data<Config>,
    visitor: Visitor,
    Query(Name { name }): Query<Name>,
) -> Result<Json<Event>, Failure> {
    let actor = visitor.acting(&config, &client).await?;
    let deleted = match &actor {
        Actor::Anyone => delete_event(&**client, &name).await?,
        Actor::User(_, client) => delete_event_as_host(client, &name).await?,
    };
    match deleted {
        Some(event) => Ok(Json(event)),
        None if is_of_another(&actor, &name).await? => Err(not_the_host(&name)),
        None => Err(Failure::not_found(format!("Delete event '{name}' failed."))),
    }
}
