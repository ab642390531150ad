# The event with this name, if there is one.
#
# @result Event
select Event {
  id, name, address, schedule,
  host: {id, name}
}
filter .name = <str>$name;
