//! local only
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let sdl = std::fs::read_to_string(format!("tests/golden/{}/schema.gel", a[1])).unwrap_or_default();
    let schema = schema::Schema::from_sdl(&schema::Schema::std(), &syntax::parse_sdl(&sdl).unwrap()).unwrap();
    let c = compiler::Compiler::new(schema);
    for st in syntax::parse_query(&a[2]).unwrap() {
        match c.compile(&st, &Default::default()) {
            Ok(q) => println!("{q}"),
            Err(e) => println!("{e} {:?} {:?}", e.span.map(|s| s.slice(&a[2]).to_owned()), e.hint),
        }
    }
}
