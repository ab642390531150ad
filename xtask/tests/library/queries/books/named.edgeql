# Whatever has a name.
select Named {name, [is Author].born, [is Library].city, kind := .__type__.name} order by .name;
