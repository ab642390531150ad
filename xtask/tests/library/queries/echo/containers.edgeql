select {
  texts := <array<str>>$texts, pair := <tuple<str, int64>>$pair, point := <tuple<x: int64, y: array<str>>>$point,
  points := <array<tuple<x: int64, y: int64>>>$points, span := <range<int64>>$span, days := <range<cal::local_date>>$days,
  spans := <multirange<int64>>$spans, genre := <Genre>$genre, genres := <array<Genre>>$genres, isbn := <Isbn>$isbn,
};
