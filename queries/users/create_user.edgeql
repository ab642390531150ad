# Makes a user and returns it. A name is taken once.
#
# @result User
select (
  insert User {
    name := <str>$name
  }
) {id, name, created_at};
