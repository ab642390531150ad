//! `aspic.toml`: read key by key, so that every mistake in it is told by its place, and with what was meant.

use codegen::{
    ConfigValue, Derives, Failure, FieldCase, Layout, Package, SessionSettings, TypeOverride, is_rust_path,
    is_rust_type,
};
use diag::{Diagnostic, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::errors::failed;

/// What `aspic.toml` says, which may be nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// The folders with the queries.
    pub(crate) queries: Vec<String>,
    /// The `src` folder of the generated crate, or the crate's own folder where its `Cargo.toml` is generated too.
    pub(crate) output: String,
    /// Folders and files within the query folders that are not queries.
    pub(crate) exclude: Vec<String>,
    /// What the generator is told.
    pub(crate) codegen: codegen::Settings,
    /// The package whose binary `dev` builds and runs.
    pub(crate) package: String,
    /// The file's text, for messages about it.
    pub(crate) text: String,
}

impl Settings {
    /// Reads the text of the file at `path`, or says all that is wrong with it.
    pub(crate) fn read(path: &str, text: &str) -> Result<Settings, Vec<Failure>> {
        let mut reader = Reader::default();
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let span = error.span().unwrap_or_default();
            reader.mistakes.push(failed(error.message()).at(Span::new(span.start, span.end)));
        }
        let mut settings = reader.settings(document.get_ref());
        settings.text = text.to_owned();
        if reader.mistakes.is_empty() {
            return Ok(settings);
        }
        reader.mistakes.sort_by_key(|mistake| mistake.span);
        let failure = |diagnostic| Failure { path: path.to_owned(), text: text.to_owned(), diagnostic };
        Err(reader.mistakes.into_iter().map(failure).collect())
    }
}

const CODEGEN_KEYS: &[&str] = &[
    "queries",
    "output",
    "exclude",
    "derives",
    "types",
    "field_case",
    "layout",
    "module",
    "package",
    "session",
];

type Value<'a> = Spanned<DeValue<'a>>;

/// Reads values, and keeps every mistake.
#[derive(Default)]
struct Reader {
    mistakes: Vec<Diagnostic>,
}

impl Reader {
    fn settings(&mut self, document: &DeTable<'_>) -> Settings {
        self.keys(document, &["codegen", "dev"]);
        let empty = DeTable::default();
        let dev = self.table(document, "dev", &["package"]).unwrap_or(&empty);
        let code = self.table(document, "codegen", CODEGEN_KEYS).unwrap_or(&empty);
        let queries = code.get("queries").map(|value| self.one_or_more(value));
        Settings {
            queries: queries.filter(|all| !all.is_empty()).unwrap_or_else(|| vec!["queries".into()]),
            output: self.text(code, "output").unwrap_or_else(|| "crates/queries/src".into()),
            exclude: self.texts(code, "exclude"),
            codegen: self.codegen(code),
            package: self.text(dev, "package").unwrap_or_else(|| "api".into()),
            text: String::new(),
        }
    }

    fn codegen(&mut self, code: &DeTable<'_>) -> codegen::Settings {
        codegen::Settings {
            derives: self.derives(code),
            types: self.types(code),
            field_case: self.choice(
                code,
                "field_case",
                &[("snake", FieldCase::Snake), ("as-written", FieldCase::AsWritten)],
            ),
            layout: self.choice(code, "layout", &[("files", Layout::Files), ("one-file", Layout::OneFile)]),
            module: self.module(code),
            package: self.package(code),
            session: self.session(code),
        }
    }

    fn derives(&mut self, code: &DeTable<'_>) -> Derives {
        let Some(table) = self.table(code, "derives", &["structs", "enums", "scalars"]) else {
            return Derives::default();
        };
        Derives {
            structs: self.paths(table, "structs"),
            enums: self.paths(table, "enums"),
            scalars: self.paths(table, "scalars"),
        }
    }

    fn types(&mut self, code: &DeTable<'_>) -> Vec<TypeOverride> {
        let Some(table) = self.any_table(code, "types") else { return Vec::new() };
        let mut types = Vec::new();
        for (key, value) in table {
            let Some(rust) = self.as_text(value) else { continue };
            if is_rust_type(&rust) {
                let span = key.span();
                types.push(TypeOverride {
                    of: key.get_ref().to_string(),
                    rust,
                    span: Span::new(span.start, span.end),
                });
            } else {
                self.mistake(value, format!("`{rust}` is no Rust type"), "write a path: `crate::Email`");
            }
        }
        types
    }

    fn module(&mut self, code: &DeTable<'_>) -> Option<String> {
        let module = self.text(code, "module")?;
        let is_path = module.strip_prefix("crate::").is_some_and(is_rust_path);
        if !is_path && let Some(value) = code.get("module") {
            self.mistake(
                value,
                format!("`{module}` is no module of a crate"),
                "write its path: `crate::queries`",
            );
        }
        Some(module).filter(|_| is_path)
    }

    fn package(&mut self, code: &DeTable<'_>) -> Option<Package> {
        let table = self.table(code, "package", &["name", "runtime"])?;
        let (name, runtime) = (self.text(table, "name"), table.get("runtime"));
        let runtime = runtime.map(|value| (self.dependency(value), value));
        match (name, runtime) {
            (Some(name), Some((runtime, _))) => Some(Package { name, runtime: runtime? }),
            _ => {
                if let Some(value) = code.get("package") {
                    let hint =
                        "write `package = { name = \"queries\", runtime = { path = \"../runtime\" } }`";
                    self.mistake(value, "a package has a name and says where `runtime` is", hint);
                }
                None
            }
        }
    }

    /// A dependency as `Cargo.toml` has it: a version, or a table of texts.
    fn dependency(&mut self, value: &Value<'_>) -> Option<String> {
        // A basic string of TOML escapes as a Rust string does, as far as names and paths need it.
        let quoted = |text: &str| format!("{text:?}");
        match value.get_ref() {
            DeValue::Table(table) => {
                let mut parts = Vec::new();
                for (key, value) in table {
                    parts.push(format!("{} = {}", key.get_ref(), quoted(&self.as_text(value)?)));
                }
                Some(format!("{{ {} }}", parts.join(", ")))
            }
            _ => self.as_text(value).map(|version| quoted(&version)),
        }
    }

    fn session(&mut self, code: &DeTable<'_>) -> SessionSettings {
        let Some(table) = self.table(code, "session", &["module", "aliases", "config"]) else {
            return SessionSettings::default();
        };
        let mut session =
            SessionSettings { module: self.text(table, "module"), ..SessionSettings::default() };
        for (alias, value) in self.any_table(table, "aliases").into_iter().flatten() {
            session.aliases.extend(self.as_text(value).map(|module| (alias.get_ref().to_string(), module)));
        }
        for (name, value) in self.any_table(table, "config").into_iter().flatten() {
            session.config.extend(self.config_value(value).map(|value| (name.get_ref().to_string(), value)));
        }
        session
    }

    fn config_value(&mut self, value: &Value<'_>) -> Option<ConfigValue> {
        match value.get_ref() {
            DeValue::Boolean(value) => Some(ConfigValue::Bool(*value)),
            DeValue::Integer(number) if number.radix() == 10 => {
                number.as_str().parse().ok().map(ConfigValue::Int)
            }
            DeValue::String(text) => Some(ConfigValue::Str(text.to_string())),
            _ => self.expected(value, "true, false, a number or a text"),
        }
    }

    // -- kinds of values --------------------------------------------------------

    /// The table under `key`, whose keys are `known`.
    fn table<'t, 'a>(
        &mut self,
        parent: &'t DeTable<'a>,
        key: &str,
        known: &[&str],
    ) -> Option<&'t DeTable<'a>> {
        let table = self.any_table(parent, key)?;
        self.keys(table, known);
        Some(table)
    }

    fn any_table<'t, 'a>(&mut self, parent: &'t DeTable<'a>, key: &str) -> Option<&'t DeTable<'a>> {
        let value = parent.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => self.expected(value, "a table"),
        }
    }

    fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        self.as_text(table.get(key)?)
    }

    fn texts(&mut self, table: &DeTable<'_>, key: &str) -> Vec<String> {
        let Some(value) = table.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.as_text(item)).collect(),
            _ => self.expected::<Vec<String>>(value, "a list of texts").unwrap_or_default(),
        }
    }

    fn one_or_more(&mut self, value: &Value<'_>) -> Vec<String> {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.as_text(item)).collect(),
            _ => self.as_text(value).into_iter().collect(),
        }
    }

    fn paths(&mut self, table: &DeTable<'_>, key: &str) -> Vec<String> {
        let paths = self.texts(table, key);
        if let (Some(wrong), Some(value)) = (paths.iter().find(|path| !is_rust_path(path)), table.get(key)) {
            self.mistake(value, format!("`{wrong}` is no Rust path"), "write what stands in `#[derive(…)]`");
        }
        paths
    }

    fn choice<T: Copy + Default>(&mut self, table: &DeTable<'_>, key: &str, known: &[(&str, T)]) -> T {
        let Some((value, text)) = table.get(key).and_then(|value| Some((value, self.as_text(value)?))) else {
            return T::default();
        };
        if let Some((_, found)) = known.iter().find(|(name, _)| *name == text) {
            return *found;
        }
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        self.mistake(value, format!("`{key}` cannot be `{text}`"), listed(&names));
        T::default()
    }

    fn as_text(&mut self, value: &Value<'_>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => self.expected(value, "a text in quotes"),
        }
    }

    // -- mistakes ---------------------------------------------------------------

    /// Every key must be known.
    fn keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            let (span, name) = (key.span(), key.get_ref());
            let mistake = failed(format!("unknown key `{name}`")).at(Span::new(span.start, span.end));
            self.mistakes.push(mistake.hint(suggestion(name, known)));
        }
    }

    fn expected<T>(&mut self, value: &Value<'_>, what: &str) -> Option<T> {
        let found = value.get_ref().type_str();
        self.mistake(value, format!("expected {what}, found a value of type {found}"), "");
        None
    }

    fn mistake(&mut self, value: &Value<'_>, message: impl Into<String>, hint: impl Into<String>) {
        let (span, hint) = (value.span(), hint.into());
        let mistake = failed(message).at(Span::new(span.start, span.end));
        self.mistakes.push(if hint.is_empty() { mistake } else { mistake.hint(hint) });
    }
}

/// What was meant, or all that there is.
fn suggestion(written: &str, known: &[&str]) -> String {
    let likeness = |name: &&&str| (strsim::jaro_winkler(written, name) * 1000.0) as u32;
    match known.iter().max_by_key(likeness).filter(|name| likeness(name) > 750) {
        Some(name) => format!("did you mean `{name}`?"),
        None => listed(known),
    }
}

fn listed(known: &[&str]) -> String {
    let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    format!("known are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::Settings;

    /// Each mistake as `line:column message (hint)`.
    fn mistakes(text: &str) -> String {
        let failures = Settings::read("aspic.toml", text).err().unwrap_or_default();
        failures.iter().fold(String::new(), |mut all, failure| {
            let diagnostic = &failure.diagnostic;
            let position = diag::Position::of(text, diagnostic.span.unwrap_or_default().start);
            let (line, column) = (position.line, position.column);
            let hint = diagnostic.hint.as_deref().unwrap_or("no hint");
            writeln!(all, "{line}:{column} {} ({hint})", diagnostic.message).expect("text");
            all
        })
    }

    #[test]
    fn every_mistake_is_told_by_its_place_and_with_what_was_meant() {
        let text = r#"
[codgen]
[codegen]
querys = "q"
output = 1
exclude = "drafts"
field_case = "as_written"
layout = "pile"
module = "queries"
package = { name = "q" }
[codegen.derives]
structs = ["Eq", "not a path"]
struct = []
[codegen.types]
"default::Email" = "crate::"
[codegen.session]
config = { limit = 1.5 }
[dev]
package = ["api"]
"#;
        let expected = "\
2:2 unknown key `codgen` (did you mean `codegen`?)
4:1 unknown key `querys` (did you mean `queries`?)
5:10 expected a text in quotes, found a value of type integer (no hint)
6:11 expected a list of texts, found a value of type string (no hint)
7:14 `field_case` cannot be `as_written` (known are `snake`, `as-written`)
8:10 `layout` cannot be `pile` (known are `files`, `one-file`)
9:10 `queries` is no module of a crate (write its path: `crate::queries`)
10:11 a package has a name and says where `runtime` is (write `package = { name = \"queries\", runtime = { path = \"../runtime\" } }`)
12:11 `not a path` is no Rust path (write what stands in `#[derive(…)]`)
13:1 unknown key `struct` (did you mean `structs`?)
15:20 `crate::` is no Rust type (write a path: `crate::Email`)
17:20 expected true, false, a number or a text, found a value of type float (no hint)
19:11 expected a text in quotes, found a value of type array (no hint)
";
        assert_eq!(mistakes(text), expected);
        assert!(
            mistakes("[codegen\nqueries = 1").starts_with("1:9 "),
            "{}",
            mistakes("[codegen\nqueries = 1")
        );
    }

    #[test]
    fn everything_can_be_said() {
        let text = r#"
[codegen]
queries = ["queries", "more"]
field_case = "as-written"
layout = "one-file"
module = "crate::db::queries"
package = { name = "shop-queries", runtime = { path = "../runtime" } }
derives = { enums = ["strum::EnumIter"] }
types = { "default::User.email" = "crate::Email" }
session = { module = "shop", aliases = { b = "billing" }, config = { allow_user_specified_id = true } }
"#;
        let settings = Settings::read("aspic.toml", text).expect("sound");
        assert_eq!(settings.queries, ["queries", "more"]);
        let commands = settings.codegen.session.commands();
        let expected = [
            "set module shop",
            "set alias b as module billing",
            "configure session set allow_user_specified_id := true",
        ];
        assert_eq!(commands, expected);
        assert_eq!(settings.codegen.package.expect("a package").runtime, "{ path = \"../runtime\" }");
    }
}
