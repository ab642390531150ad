# Every user.
#
# @result User
select User {id, name, created_at};
