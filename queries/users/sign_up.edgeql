# Makes the user who signs in with an identity, and returns it. An identity has one user.
#
# @result User
select (
  insert User {
    name := <str>$name,
    identity := <ext::auth::Identity><uuid>$identity_id
  }
) {id, name, created_at};
