# Deletes an event and returns what it was; nothing where no event has this name.
#
# @result Event
select (
  delete Event
  filter .name = <str>$name
) {
  id, name, address, schedule,
  host: {id, name}
};
