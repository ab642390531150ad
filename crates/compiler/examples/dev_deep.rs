fn main() {
    let schema = schema::Schema::std();
    let c = std::sync::Arc::new(compiler::Compiler::new(schema));
    for n in [50usize, 100, 150, 190, 240, 400] {
        let forms = [
            format!("select {}1{}", "1+(".repeat(n), ")".repeat(n)),
            format!("select {}", vec!["1"; n].join("+")),
            format!("select {}1{}", "(select ".repeat(n), ")".repeat(n)),
            format!("select {}1{}", "{a := ".repeat(n), "}".repeat(n)),
            format!("select {}1{}", "[".repeat(n), "]".repeat(n)),
            format!("select {}1{}", "<int64>".repeat(n), ""),
            format!("select {}true{}", "not ".repeat(n), ""),
            format!("select {}", vec!["1"; n].join(" union ")),
            format!("select {{{}}}", vec!["1"; n].join(", ")),
            format!("select {}", vec!["1 if true else"; n].join(" ") + " 2"),
            format!("select {}1{}", "len((select 'a' filter ".repeat(1), "=1))".repeat(1)),
            format!("select {}1{}", "(with x := ".repeat(n), " select x)".repeat(n)),
            format!("select {}1{}", "(for x in {1} union ".repeat(n), ")".repeat(n)),
        ];
        for (i, f) in forms.iter().enumerate() {
            let (c, f) = (c.clone(), f.clone());
            let h = std::thread::Builder::new()
                .stack_size(2 << 20)
                .spawn(move || match syntax::parse_query(&f) {
                    Err(e) => format!("parse: {}", e.message.chars().take(60).collect::<String>()),
                    Ok(st) => match c.compile(&st[0], &Default::default()) {
                        Ok(_) => "ok".into(),
                        Err(e) => e.message.chars().take(60).collect::<String>(),
                    },
                })
                .unwrap();
            println!("{n} {i} {}", h.join().unwrap());
        }
    }
}
