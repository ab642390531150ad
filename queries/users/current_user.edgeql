# Who asks: the user of the token that the connection carries, if it carries one.
#
# @result User
select global current_user {id, name, created_at};
