# Every book with all that is known of it.
select Book {
  *,
  authors: {name, born, @role, @name} order by .name,
  tags,
  coordinates,
  loans := .<book[is Loan] {since}
} order by .isbn;
