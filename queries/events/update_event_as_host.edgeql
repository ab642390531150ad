# Changes an event that whoever asks hosts, or that nobody hosts, and returns it; nothing where there is none such.
#
# @result Event
with
  current_name := <str>$current_name,
  new_name := <str>$new_name,
  address := <str>$address,
  schedule := <str>$schedule

select (
  update Event
  filter .name = current_name and (.host ?? global current_user) = global current_user
  set {
    name := new_name,
    address := address,
    schedule := <datetime>schedule,
    host := global current_user
  }
) {
  id, name, address, schedule,
  host: {id, name}
};
