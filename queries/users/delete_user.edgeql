# Deletes a user and returns what it was; nothing where no user has this name.
#
# @result User
select (
  delete User
  filter .name = <str>$name
) {id, name, created_at};
