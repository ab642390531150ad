//! What queries see of who is signed in.

use gel_tokio::Client;
use serde_json::json;

use crate::people::{mina, open};

const SCHEMA: [&str; 2] = [
    "create type User {
       create required property name: str;
       create link identity: ext::auth::Identity { create constraint exclusive; };
     }",
    "create global current_user := (
       assert_single((select User filter .identity = global ext::auth::ClientTokenIdentity))
     )",
];

async fn names(client: &Client, query: &str) -> Vec<String> {
    client.query(query, &()).await.unwrap_or_else(|error| panic!("{query}: {error}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_says_who_the_current_user_is() {
    let (site, _mailbox) = open().await;
    for statement in SCHEMA {
        site.run(statement).await;
    }
    let (token, id) = site.sign_up(&mina(json!({}))).await;
    let (other, _) = site.sign_up(&mina(json!({"email": "jonathan@example.com"}))).await;
    let insert = "insert User { name := 'Mina', identity := <ext::auth::Identity><uuid>$0 }";
    let id = id.parse::<uuid::Uuid>().expect("an id");
    site.pool().execute(insert, &(id,)).await.expect("a user of their own");
    let current = "select (global current_user).name";
    assert_eq!(names(&site.signed_in(&token), current).await, ["Mina"]);
    assert!(names(&site.signed_in(&other), current).await.is_empty(), "signed in, and no user");
    assert!(names(&site.pool(), current).await.is_empty(), "not signed in");
    site.run("configure current branch set ext::auth::AuthConfig::auth_signing_key := 'rotated'").await;
    let error = site.signed_in(&token).query_json(current, &()).await.expect_err("signed by the old key");
    let told = (error.kind_name(), error.initial_message().unwrap_or_default());
    assert_eq!(told, ("QueryAssertionError", "JWT signature mismatch"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lasts_as_long_as_is_configured() {
    let (site, _mailbox) = open().await;
    let ttl = "ext::auth::AuthConfig::token_time_to_live";
    site.run(&format!("configure current branch set {ttl} := <duration>'0 seconds'")).await;
    let (token, _) = site.sign_up(&mina(json!({}))).await;
    let error = site.signed_in(&token).query_json("select global ext::auth::ClientTokenIdentity", &()).await;
    let error = error.expect_err("it is over before it begins");
    assert_eq!(error.initial_message(), Some("JWT is expired or is not yet valid"));
}
