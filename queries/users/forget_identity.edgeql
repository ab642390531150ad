# Deletes an identity that has no user, with all that it could sign in by. For a sign-up that failed half way.
with identity := <ext::auth::Identity><uuid>$identity_id
select (
  delete ext::auth::Identity
  filter .id = identity.id and not exists (select User filter .identity = identity)
) {id};
