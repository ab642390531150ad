# Whatever has a name.
#
# @variants kind
select Named {name, [is Author].born, [is Library].city, kind := .__type__.name} order by .name;
