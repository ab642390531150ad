# How many libraries have that name?
select count(Library filter .name = <str>$name);
