select {
  a := <optional str>$a, b := <optional array<str>>$b, c := <optional tuple<x: int64>>$c, d := <optional Genre>$d,
  e := <optional range<int64>>$e,
};
