# Renames a user and returns it; nothing where no user has the current name.
#
# @result User
select (
  update User
  filter .name = <str>$current_name
  set {
    name := <str>$new_name
  }
) {id, name, created_at};
