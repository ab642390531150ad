# Renames whoever asks, if that is their current name, and returns them.
#
# @result User
select (
  update User
  filter .name = <str>$current_name and .id = (global current_user).id
  set {
    name := <str>$new_name
  }
) {id, name, created_at};
