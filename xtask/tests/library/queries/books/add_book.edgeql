# Adds a book and its authors.
# @param title Book.title
select (
  insert Book {
    isbn := <Isbn>$isbn,
    title := <str>$title,
    genre := <Genre>$genre,
    type := <optional str>$type,
    tags := array_unpack(<array<str>>$tags),
    coordinates := {[1.5, 2.5], [3.5]},
    authors := (
      for author in array_unpack(<array<tuple<name: str, role: str>>>$authors)
      insert Author { name := author.name, @role := author.role, @name := 'as ' ++ author.name }
    )
  }
) {id, isbn, title, genre};
