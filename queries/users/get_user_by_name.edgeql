# The user with this name, if there is one.
#
# @result User
select User {id, name, created_at}
filter .name = <str>$name;
