//! Walking a branch through the recorded versions of its schema.

use serde_json::Value as Json;
use syntax::ast::StatementKind;

use crate::{MigrationBlock, Schema, Scope};

struct Walk {
    schema: Schema,
    /// Proposals that are word for word Gel's, and all of them.
    alike: usize,
    proposed: usize,
    problems: Vec<String>,
}

fn text<'j>(json: &'j Json, key: &str) -> &'j str {
    json[key].as_str().unwrap_or_default()
}

impl Walk {
    fn step(&mut self, step: &Json) {
        let id = text(step, "id").to_owned();
        let Some(sdl) = step["sdl"].as_str() else { return self.raw(step) };
        let document = match syntax::parse_sdl(sdl) {
            Ok(document) => document,
            Err(error) => return self.problems.push(format!("{id}: {error}")),
        };
        match Schema::from_sdl(&self.schema, &document) {
            Ok(target) => self.block(&id, step, target),
            Err(error) => {
                let expected = text(&step["error"], "message");
                if expected != error.message {
                    self.problems.push(format!("{id}: {error} / {expected}"));
                }
            }
        }
    }

    fn block(&mut self, id: &str, step: &Json, target: Schema) {
        let mut own = MigrationBlock::new(self.schema.clone(), target.clone());
        let mut block = MigrationBlock::new(self.schema.clone(), target);
        for entry in step["log"].as_array().into_iter().flatten() {
            if let Some(expected) = entry["describe"]["proposed"].as_object() {
                self.compare(id, &block, &Json::Object(expected.clone()));
            }
            let statement = text(entry, "stmt");
            if statement.starts_with("alter current migration reject") {
                block.reject();
            }
            if entry["error"].is_object() {
                return;
            }
            self.statement(id, &mut block, statement);
        }
        if text(step, "outcome") != "committed" {
            return;
        }
        match block.commit() {
            Ok(schema) => {
                self.check_committed(id, step, &schema);
                self.schema = schema;
            }
            Err(error) => self.problems.push(format!("{id}: {error}, remaining: {:?}", block.proposal())),
        }
        if let Err(error) = own.populate() {
            self.problems.push(format!("{id}: populate: {error}"));
        }
        if own.schema().describe_sdl().trim_end() != text(step, "schema_sdl") {
            self.problems.push(format!("{id}: populated differs: {}", own.script()));
        }
    }

    fn statement(&mut self, id: &str, block: &mut MigrationBlock, statement: &str) {
        let Ok(parsed) = syntax::parse_single(statement.trim_end_matches(';')) else { return };
        if let StatementKind::Ddl(command) = &parsed.kind
            && let Err(error) = block.command(&Scope::default(), command)
        {
            self.problems.push(format!("{id}: {error} ({:?}) in {statement}", error.details));
        }
    }

    fn compare(&mut self, id: &str, block: &MigrationBlock, expected: &Json) {
        self.proposed += 1;
        let Some(ours) = block.proposal() else {
            return self.problems.push(format!("{id}: nothing proposed, expected {expected}"));
        };
        let statement = text(&expected["statements"][0], "text");
        let same = ours.statements.first().map(String::as_str) == Some(statement)
            && ours.prompt == text(expected, "prompt")
            && ours.data_safe == expected["data_safe"].as_bool().unwrap_or_default()
            && (ours.confidence - expected["confidence"].as_f64().unwrap_or_default()).abs() < 1e-9;
        self.alike += usize::from(same);
        if !same && std::env::var("SHOW").is_ok() {
            println!("{id}\n  ours {ours:?}\n  gel  {expected}");
        }
    }

    fn check_committed(&mut self, id: &str, step: &Json, schema: &Schema) {
        let sdl = schema.describe_sdl();
        let expected = text(step, "schema_sdl");
        if sdl.trim_end() != expected {
            self.problems.push(format!("{id}: describe:\n{sdl}\nexpected:\n{expected}"));
        }
        let script =
            schema.last_migration().map(|migration| migration.script.to_string()).unwrap_or_default();
        if script != text(&step["migration"], "script") {
            self.problems.push(format!("{id}: script {script}"));
        }
    }

    fn raw(&mut self, _step: &Json) {}
}

fn walk(name: &str, lines: &str) -> Walk {
    let mut walk = Walk { schema: Schema::empty(), alike: 0, proposed: 0, problems: Vec::new() };
    for line in lines.lines() {
        walk.step(&serde_json::from_str(line).unwrap());
    }
    println!("{name}: {} of {} proposals word for word", walk.alike, walk.proposed);
    walk
}

#[test]
fn recorded_migrations() {
    let files = [
        ("events", include_str!("../../../../tests/golden/migrations/events.jsonl")),
        ("events_auth_direct", include_str!("../../../../tests/golden/migrations/events_auth_direct.jsonl")),
        ("extensions", include_str!("../../../../tests/golden/migrations/extensions.jsonl")),
        ("objects", include_str!("../../../../tests/golden/migrations/objects.jsonl")),
        ("pointers", include_str!("../../../../tests/golden/migrations/pointers.jsonl")),
        ("scalars", include_str!("../../../../tests/golden/migrations/scalars.jsonl")),
        ("types", include_str!("../../../../tests/golden/migrations/types.jsonl")),
    ];
    let problems: Vec<String> = files.iter().flat_map(|(name, lines)| walk(name, lines).problems).collect();
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}
