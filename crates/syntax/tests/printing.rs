//! What is printed parses to the same tree, and looks as Gel prints it.

mod support;

use support::{Kind, recorded, without_spans};
use syntax::{Style, parse_query, parse_sdl, print_schema, print_statement};

#[test]
fn printing_keeps_the_tree() {
    let mut wrong = Vec::new();
    for (text, kind) in &recorded().accepted {
        for style in [Style::COMPACT, Style::DDL] {
            let differs = match kind {
                Kind::Schema => schema_differs(text, style),
                Kind::Script => script_differs(text, style),
            };
            wrong.extend(differs.map(|printed| format!("{text}\n--- printed\n{printed}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn schema_differs(text: &str, style: Style) -> Option<String> {
    let tree = parse_sdl(text).ok()?;
    let printed = print_schema(&tree, style);
    let same = parse_sdl(&printed).is_ok_and(|again| without_spans(&again) == without_spans(&tree));
    (!same).then_some(printed)
}

fn script_differs(text: &str, style: Style) -> Option<String> {
    parse_query(text).ok()?.iter().find_map(|statement| {
        let printed = print_statement(statement, style);
        let same =
            parse_query(&printed).is_ok_and(|again| without_spans(&again) == without_spans(&[statement]));
        (!same).then_some(printed)
    })
}

#[test]
fn definitions_look_as_in_gel() {
    let mut wrong = Vec::new();
    for step in &recorded().migrations {
        if let Some(sdl) = step["schema_sdl"].as_str() {
            let printed = parse_sdl(sdl).map(|tree| print_schema(&tree, Style::SDL));
            wrong.extend((printed.as_deref() != Ok(sdl)).then(|| sdl.to_owned()));
        }
        for entry in step["log"].as_array().into_iter().flatten() {
            for confirmed in entry["describe"]["confirmed"].as_array().into_iter().flatten() {
                let text = confirmed.as_str().unwrap();
                let statement = parse_query(text).map(|mut statements| statements.remove(0));
                let printed = statement.map(|statement| print_statement(&statement, Style::DDL) + ";");
                wrong.extend((printed.as_deref() != Ok(text)).then(|| text.to_owned()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
