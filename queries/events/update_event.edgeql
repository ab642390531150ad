# Changes an event and returns it; nothing where no event has the current name.
#
# @result Event
with
  current_name := <str>$current_name,
  new_name := <str>$new_name,
  address := <str>$address,
  schedule := <str>$schedule,
  host_name := <str>$host_name

select (
  update Event
  filter .name = current_name
  set {
    name := new_name,
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
