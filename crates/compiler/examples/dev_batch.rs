fn main() {
    let a: Vec<String> = std::env::args().collect();
    let sdl = std::fs::read_to_string(format!("tests/golden/{}/schema.gel", a[1])).unwrap_or_default();
    let schema = schema::Schema::from_sdl(&schema::Schema::std(), &syntax::parse_sdl(&sdl).unwrap()).unwrap();
    let c = compiler::Compiler::new(schema);
    for q in std::fs::read_to_string(&a[2]).unwrap().split("\n\n") {
        let q = q.trim();
        if q.is_empty() {
            continue;
        }
        print!("{q}\n   ");
        match syntax::parse_query(q) {
            Err(e) => println!("PARSE {}", e.message),
            Ok(sts) => {
                for st in sts {
                    match c.compile(&st, &Default::default()) {
                        Ok(r) => println!(
                            "{} {}{}",
                            r.cardinality,
                            shape(&r.expr.ty),
                            r.warnings.iter().map(|w| format!(" WARN {}", w.message)).collect::<String>()
                        ),
                        Err(e) => println!("!! {e} {:?} {:?}", e.span.map(|s| s.slice(q).to_owned()), e.hint),
                    }
                }
            }
        }
    }
}
fn shape(t: &ir::Type) -> String {
    match t {
        ir::Type::Object(o) => match &o.shape {
            Some(s) => format!(
                "{{{}}}",
                s.elements
                    .iter()
                    .filter(|e| !e.hidden)
                    .map(|e| format!(
                        "{}:{}{}",
                        e.name,
                        match e.cardinality {
                            ir::Cardinality::One => "1",
                            ir::Cardinality::AtMostOne => "?",
                            ir::Cardinality::Many => "*",
                            ir::Cardinality::AtLeastOne => "+",
                            _ => "0",
                        },
                        shape(&e.ty)
                    ))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            None => o.name.to_string(),
        },
        t => t.to_string(),
    }
}
