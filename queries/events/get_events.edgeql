# Every event, with its host.
#
# @result Event
select Event {
  id, name, address, schedule,
  host: {id, name}
};
