//! Walking a branch through the recorded versions of its schema.

use diag::Result;
use serde_json::Value as Json;
use syntax::ast::{CreateMigration, Definition, Migration, MigrationTarget, Statement, StatementKind};

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
                self.compare(id, &mut block, &Json::Object(expected.clone()));
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
        let asked = |entry: &Json| entry["describe"]["proposed"]["required_user_input"][0].is_object();
        if step["log"].as_array().into_iter().flatten().any(asked) {
            return;
        }
        if let Err(error) = own.populate() {
            self.problems.push(format!("{id}: populate: {error} {:?}", error.details));
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

    fn compare(&mut self, id: &str, block: &mut MigrationBlock, expected: &Json) {
        self.proposed += 1;
        let Ok(Some(ours)) = block.proposal() else {
            return self.problems.push(format!("{id}: nothing proposed, expected {expected}"));
        };
        let statement = text(&expected["statements"][0], "text");
        let same = ours.statements.first().map(String::as_str) == Some(statement)
            && ours.prompt == text(expected, "prompt")
            && ours.data_safe == expected["data_safe"].as_bool().unwrap_or_default()
            && (ours.confidence - expected["confidence"].as_f64().unwrap_or_default()).abs() < 1e-9;
        self.alike += usize::from(same);
    }

    fn check_committed(&mut self, id: &str, step: &Json, schema: &Schema) {
        let sdl = schema.describe_sdl();
        let expected = text(step, "schema_sdl");
        if sdl.trim_end() != expected {
            self.problems.push(format!("{id}: describe:\n{sdl}\nexpected:\n{expected}"));
        }
        let Some(last) = schema.last_migration() else {
            return self.problems.push(format!("{id}: no migration"));
        };
        let expected = &step["migration"];
        if *last.script != *text(expected, "script") {
            self.problems.push(format!("{id}: script {}", last.script));
        }
        let parent = expected["parents"][0]["name"].as_str();
        if last.parent.as_deref() == parent && *last.name != *text(expected, "name") {
            self.problems.push(format!("{id}: name {}", last.name));
        }
    }

    /// A statement that was run as it is; queries and what is about the session are passed over.
    fn raw(&mut self, step: &Json) {
        let (id, raw) = (text(step, "id").to_owned(), text(step, "raw"));
        let Ok(parsed) = syntax::parse_single(raw) else { return };
        let result = match &parsed.kind {
            StatementKind::Ddl(command) => self.bare(command),
            StatementKind::Migration(Migration::Create(create)) => self.create(create, raw),
            StatementKind::Migration(Migration::Drop(_)) => Ok(self.schema.without_last_migration()),
            StatementKind::Migration(Migration::Start(MigrationTarget::Schema(document))) => {
                Schema::from_sdl(&self.schema, document).and_then(|target| self.through(step, target))
            }
            StatementKind::Migration(Migration::ResetSchema(_)) => Ok(Schema::empty()),
            _ => return,
        };
        let expected = text(&step["error"], "message");
        match result {
            Ok(schema) if expected.is_empty() => self.schema = schema,
            Ok(_) => return self.problems.push(format!("{id}: expected {expected}")),
            Err(error) if error.message != expected => {
                self.problems.push(format!("{id}: {error} / {expected}"))
            }
            Err(_) => {}
        }
        let sdl = self.schema.describe_sdl();
        if step["schema_sdl"].is_string() && sdl.trim_end() != text(step, "schema_sdl") {
            self.problems.push(format!("{id}: {sdl}"));
        }
        if let (Some(last), true) = (self.schema.last_migration(), step["migration"].is_object()) {
            let expected = &step["migration"];
            if *last.name != *text(expected, "name") || *last.script != *text(expected, "script") {
                self.problems.push(format!("{id}: {last:?} / {expected}"));
            }
        }
    }

    fn bare(&self, command: &Definition) -> Result<Schema> {
        let applied = self.schema.apply(&Scope::default(), command)?;
        applied.schema.with_migration(&Schema::bare_script(command), None, Some("DDLStatement"))
    }

    fn create(&self, create: &CreateMigration, raw: &str) -> Result<Schema> {
        let script = self.schema.migration_script(create, raw)?;
        let mut schema = self.schema.clone();
        for statement in &create.body {
            if let StatementKind::Ddl(command) = &statement.kind {
                schema = schema.apply(&Scope::default(), command)?.schema;
            }
        }
        Ok(schema.with_script(&script))
    }

    /// A block whose statements are in `then`; one that is not committed leaves the schema as it was.
    fn through(&self, step: &Json, target: Schema) -> Result<Schema> {
        let mut block = MigrationBlock::new(self.schema.clone(), target);
        for query in step["then"].as_array().into_iter().flatten() {
            match syntax::parse_single(text(query, "query"))?.kind {
                StatementKind::Migration(Migration::Populate) => block.populate()?,
                StatementKind::Ddl(command) => block.command(&Scope::default(), &command)?,
                StatementKind::Migration(Migration::Commit) if query["error"].is_null() => {
                    return block.commit();
                }
                StatementKind::Query(inner) => {
                    let kind = StatementKind::Query(inner);
                    block.query(Statement { kind, span: diag::Span::default() });
                }
                _ => {}
            }
        }
        Ok(self.schema.clone())
    }
}

/// `least`: so many proposals must be Gel's word for word.
fn walk(name: &str, lines: &str, least: usize) -> Walk {
    let mut walk = Walk { schema: Schema::empty(), alike: 0, proposed: 0, problems: Vec::new() };
    for line in lines.lines() {
        walk.step(&serde_json::from_str(line).unwrap());
    }
    assert!(walk.alike >= least, "{name}: {} of {} proposals", walk.alike, walk.proposed);
    walk
}

#[test]
fn recorded_migrations() {
    let files = [
        ("events", include_str!("../../../../tests/golden/migrations/events.jsonl"), 19),
        (
            "events_auth_direct",
            include_str!("../../../../tests/golden/migrations/events_auth_direct.jsonl"),
            6,
        ),
        ("extensions", include_str!("../../../../tests/golden/migrations/extensions.jsonl"), 6),
        ("objects", include_str!("../../../../tests/golden/migrations/objects.jsonl"), 39),
        ("pointers", include_str!("../../../../tests/golden/migrations/pointers.jsonl"), 45),
        ("raw", include_str!("../../../../tests/golden/migrations/raw.jsonl"), 2),
        ("scalars", include_str!("../../../../tests/golden/migrations/scalars.jsonl"), 24),
        ("types", include_str!("../../../../tests/golden/migrations/types.jsonl"), 25),
    ];
    let problems: Vec<String> =
        files.iter().flat_map(|(name, lines, least)| walk(name, lines, *least).problems).collect();
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}
