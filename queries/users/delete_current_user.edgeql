# Deletes whoever asks, if that is their name, and returns what they were.
#
# @result User
select (
  delete User
  filter .name = <str>$name and .id = (global current_user).id
) {id, name, created_at};
