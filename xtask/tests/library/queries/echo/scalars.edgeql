select {
  a_bool := <bool>$a_bool, an_int16 := <int16>$an_int16, an_int32 := <int32>$an_int32, an_int64 := <int64>$an_int64,
  a_float32 := <float32>$a_float32, a_float64 := <float64>$a_float64, a_bigint := <bigint>$a_bigint,
  a_decimal := <decimal>$a_decimal, a_str := <str>$a_str, some_bytes := <bytes>$some_bytes, a_uuid := <uuid>$a_uuid,
  a_json := <json>$a_json, a_datetime := <datetime>$a_datetime,
  a_local_datetime := <cal::local_datetime>$a_local_datetime, a_local_date := <cal::local_date>$a_local_date,
  a_local_time := <cal::local_time>$a_local_time, a_duration := <duration>$a_duration,
  a_relative_duration := <cal::relative_duration>$a_relative_duration,
  a_date_duration := <cal::date_duration>$a_date_duration, a_memory := <cfg::memory>$a_memory,
};
