# @name at_least_one
select {1, 2};
