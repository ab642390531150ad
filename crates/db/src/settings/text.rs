//! Settings as text: as `describe` shows them and as they are kept.

use std::fmt::Write;
use std::sync::Arc;

use compiler::Compiler;
use diag::Result;
use ir::{Scalar, Type};
use schema::{Named, Scope};
use syntax::ast::{
    ConfigureKind, Expr, ExprKind, Insert, Name, QueryKind, ShapeElement, ShapeTarget, StatementKind,
};
use value::{Uuid, Value};

use super::constant::constant;
use super::target::{Target, find};
use super::{Configured, Content, Owner, Setting, Settings, Slot};

/// Nested objects in a configuration object that are read back.
const MAX_DEPTH: usize = 16;

/// What goes into the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// All of it, to be read back.
    Kept,
    /// What a user may see and run again.
    Shown,
}

impl Settings {
    /// `configure` statements that make these settings, without secrets. `scope` is `CURRENT BRANCH` or `INSTANCE`.
    pub(crate) fn describe(&self, scope: &str) -> String {
        self.write(scope, Form::Shown)
    }

    /// The text that [`Settings::read`] reads, secrets and all.
    pub(crate) fn dump(&self) -> String {
        self.write("CURRENT BRANCH", Form::Kept)
    }

    fn write(&self, scope: &str, form: Form) -> String {
        let mut text = String::new();
        for (name, setting) in &self.set {
            let _ = match is_hidden(setting, form) {
                true => writeln!(text, "CONFIGURE {scope} SET {name} := {{}};  # REDACTED"),
                false => writeln!(text, "CONFIGURE {scope} SET {name} := {};", literals(setting)),
            };
        }
        for object in &self.objects {
            let _ = writeln!(text, "CONFIGURE {scope} INSERT {};", shape(object, form, 1));
        }
        text
    }

    /// The settings that `configure` statements give, as [`Settings::dump`] writes them. Those that the schema knows no
    /// longer are left out.
    pub(crate) fn read(compiler: &Compiler, text: &str) -> Result<Settings> {
        let mut settings = Settings::default();
        if text.is_empty() {
            return Ok(settings);
        }
        for statement in syntax::parse_query(text)? {
            let StatementKind::Configure(configure) = &statement.kind else { continue };
            match &configure.kind {
                ConfigureKind::Set { name, value } => {
                    let owner = if name.module.is_some() { Owner::Branch } else { Owner::Instance };
                    let found = find(compiler, name, owner, &Scope::default(), statement.span);
                    if let Ok(Target { name, slot }) = found {
                        settings.set.insert(name, read_values(compiler, slot, value)?);
                    }
                }
                ConfigureKind::Insert { name, elements } => {
                    settings.objects.extend(read_object(compiler, name, elements, 0)?.map(Arc::new));
                }
                ConfigureKind::Reset { .. } => {}
            }
        }
        Ok(settings)
    }
}

fn is_hidden(setting: &Setting, form: Form) -> bool {
    setting.slot.secret && form == Form::Shown
}

/// `Type { name := value, … }`; `level` is how far its fields are indented.
fn shape(object: &Configured, form: Form, level: usize) -> String {
    let indent = "    ".repeat(level);
    let mut text = format!("{} {{\n", object.class);
    if form == Form::Kept {
        let _ = writeln!(text, "{indent}id := <std::uuid>'{}',", object.id);
    }
    for (name, content) in &object.fields {
        let _ = match content {
            Content::Values(setting) if setting.values.is_empty() => Ok(()),
            Content::Values(setting) if setting.slot.protected && form == Form::Shown => Ok(()),
            Content::Values(setting) if is_hidden(setting, form) => {
                writeln!(text, "{indent}{name} := {{}},  # REDACTED")
            }
            Content::Values(setting) => writeln!(text, "{indent}{name} := {},", literals(setting)),
            Content::Object(object) => {
                writeln!(text, "{indent}{name} := (INSERT {}),", shape(object, form, level + 1))
            }
        };
    }
    text.push_str(&"    ".repeat(level - 1));
    text.push('}');
    text
}

fn literals(setting: &Setting) -> String {
    let all: Vec<String> = setting.values.iter().map(|value| literal(&setting.slot.ty, value)).collect();
    match &all[..] {
        [one] if !setting.slot.multi => one.clone(),
        many => format!("{{{}}}", many.join(", ")),
    }
}

/// A value as EdgeQL text that evaluates to it.
fn literal(ty: &Type, value: &Value) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    match (ty, value) {
        (Type::Scalar(scalar), Value::Enum(member)) => format!("{}.{}", scalar.name, member.name),
        (_, Value::Str(text)) => quoted(text),
        (Type::Scalar(scalar), value) => {
            let text = value.to_text().unwrap_or_default();
            match scalar.base {
                Scalar::Bool | Scalar::Int16 | Scalar::Int32 | Scalar::Int64 | Scalar::Float64 => text,
                _ => format!("<{}>{}", scalar.name, quoted(&text)),
            }
        }
        (_, value) => value.to_text().unwrap_or_default(),
    }
}

fn read_values(compiler: &Compiler, slot: Arc<Slot>, value: &Expr) -> Result<Setting> {
    let values = constant(compiler, value, &slot.type_name)?;
    Ok(Setting { slot, values })
}

/// `None` for an object of a type that there is not.
fn read_object(
    compiler: &Compiler,
    name: &Name,
    elements: &[ShapeElement],
    depth: usize,
) -> Result<Option<Configured>> {
    let Some(Named::Object(ty)) = compiler.schema().lookup_type(&Scope::default(), name) else {
        return Ok(None);
    };
    if depth > MAX_DEPTH {
        return Ok(None);
    }
    let mut object = Configured { id: Uuid::nil(), class: ty.name.as_arc().clone(), fields: Vec::new() };
    for element in elements {
        let (ShapeTarget::Path(path), Some((_, value))) = (&element.target, &element.value) else { continue };
        if *path.name.text == *"id" {
            if let [Value::Uuid(id)] = constant(compiler, value, "std::uuid")?[..] {
                object.id = id;
            }
            continue;
        }
        let Some(pointer) = ty.pointer(&path.name.text) else { continue };
        let content = match (Slot::of(compiler, pointer), inserted(value)) {
            (Some(slot), _) => Some(Content::Values(read_values(compiler, slot, value)?)),
            (None, Some(insert)) => read_object(compiler, &insert.subject, &insert.elements, depth + 1)?
                .map(|object| Content::Object(Arc::new(object))),
            (None, None) => None,
        };
        object.fields.extend(content.map(|content| (pointer.name.clone(), content)));
    }
    Ok(Some(object))
}

/// The INSERT that an expression is.
pub(crate) fn inserted(value: &Expr) -> Option<&Insert> {
    let ExprKind::Query(query) = &value.kind else { return None };
    match &query.kind {
        QueryKind::Insert(insert) => Some(insert),
        _ => None,
    }
}
