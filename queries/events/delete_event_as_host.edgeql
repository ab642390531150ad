# Deletes an event that whoever asks hosts, or that nobody hosts, and returns what it was.
#
# @result Event
select (
  delete Event
  filter .name = <str>$name and (.host ?? global current_user) = global current_user
) {
  id, name, address, schedule,
  host: {id, name}
};
