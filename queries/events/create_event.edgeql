# Makes an event and returns it. The schedule is ISO 8601 text with a time zone; a host that does not exist is left out.
#
# @result Event
with
  name := <str>$name,
  address := <str>$address,
  schedule := <str>$schedule,
  host_name := <str>$host_name

select (
  insert Event {
    name := name,
    address := address,
    schedule := <datetime>schedule,
    host := assert_single(
      (select detached User filter .name = host_name)
    )
  }
) {
  id, name, address, schedule,
  host: {id, name}
};
