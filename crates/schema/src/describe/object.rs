//! `describe type`, `describe object`, `describe module`.

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::Style;
use syntax::ast::{Definition, DescribeFormat, DescribeTarget, Name, ObjectKind, SchemaDocument, SchemaItem};

use super::resolved;
use crate::decl::{Decl, class_of_named, class_title, with_article};
use crate::layer::Named;
use crate::{QName, Schema, Scope};

impl Schema {
    /// Answers `describe` for what is in the schema; what is about configuration, roles and the migration at hand is
    /// not.
    ///
    /// # Errors
    /// `InvalidReferenceError` for what does not exist, `QueryError` for a format that it does not come in.
    pub fn describe(&self, scope: &Scope, target: &DescribeTarget, format: DescribeFormat) -> Result<String> {
        match target {
            DescribeTarget::Schema => match format {
                DescribeFormat::Sdl => Ok(self.describe_sdl().trim_end().to_owned()),
                DescribeFormat::Ddl => Ok(self.describe_ddl()),
                DescribeFormat::Json => Err(no_such_form("JSON")),
                DescribeFormat::Text | DescribeFormat::TextVerbose => Err(no_such_form("TEXT")),
            },
            DescribeTarget::Object(name) => self.describe_named(scope, name, None, format),
            DescribeTarget::Kind(ObjectKind::Module, name) => self.describe_module(name, format),
            DescribeTarget::Kind(class, name) => self.describe_named(scope, name, Some(*class), format),
            _ => Err(Diagnostic::unsupported("describing this")),
        }
    }

    fn describe_named(
        &self,
        scope: &Scope,
        name: &Name,
        class: Option<ObjectKind>,
        format: DescribeFormat,
    ) -> Result<String> {
        let user_module = |module: &str| self.module(module).is_some_and(|module| !module.builtin);
        let candidates = scope.candidates(name, user_module);
        let found = candidates.iter().find_map(|name| self.definitions_of(name.as_str(), class, format));
        if let Some(definitions) = found {
            return Ok(self.print(definitions, format));
        }
        let last = candidates.last().map_or("", QName::as_str);
        let Some(class) = class else {
            let message = format!("schema item '{name}' does not exist");
            return Err(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at(name.span));
        };
        let title = class_title(class);
        let of_library = |name: &&QName| self.module(name.module()).is_some_and(|module| module.builtin);
        let message = match candidates.iter().filter(of_library).find_map(|name| self.named(name.as_str())) {
            Some(other) => {
                format!(
                    "'{name}' exists, but is {}, not {}",
                    with_article(other.class()),
                    with_article(title)
                )
            }
            None => format!("{title} '{last}' does not exist"),
        };
        // The keywords before the name belong to what is pointed at.
        let words = class.keywords().len() as u32 + 1;
        let span = Span { start: name.span.start.saturating_sub(words), end: name.span.end };
        Err(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at(span))
    }

    /// The definitions that a full name goes with; an alias has none of its own.
    fn definitions_of(
        &self,
        name: &str,
        class: Option<ObjectKind>,
        format: DescribeFormat,
    ) -> Option<Vec<Definition>> {
        let text = matches!(format, DescribeFormat::Text | DescribeFormat::TextVerbose);
        let form = self.form(text || format == DescribeFormat::Sdl, None);
        if class.is_none_or(|class| class == ObjectKind::Function) {
            let declared = self.declared().of_class(ObjectKind::Function).filter(|decl| &*decl.name == name);
            let mut decls: Vec<Decl> = declared.cloned().collect();
            decls.reverse();
            if decls.is_empty() {
                decls = self.functions_named(name).iter().map(|it| resolved::function(self, it)).collect();
            }
            if !decls.is_empty() {
                return Some(decls.iter().map(|decl| form.definition(decl)).collect());
            }
        }
        let named = self.named(name).filter(|it| class.is_none_or(|class| class == class_of_named(it)))?;
        let decl = match (named, self.declared().named(name, &[class_of_named(named)])) {
            (Named::Alias(_), _) => return Some(Vec::new()),
            (Named::Object(ty), _) if text => {
                resolved::object_type(self, ty, format == DescribeFormat::TextVerbose)
            }
            (_, Some(decl)) => decl.clone(),
            (Named::Object(ty), None) => resolved::object_type(self, ty, true),
            (Named::Scalar(ty), None) => resolved::scalar(self, ty),
            (Named::Constraint(constraint), None) => resolved::constraint(self, constraint),
            (_, None) => resolved::bare(named, name),
        };
        let mut decl = decl;
        if format == DescribeFormat::Text {
            decl.children.retain(|child| child.is_pointer());
        }
        Some(vec![form.definition(&decl)])
    }

    fn describe_module(&self, name: &Name, format: DescribeFormat) -> Result<String> {
        let full = name.to_string();
        if self.module(&full).is_none() {
            let message = format!("module '{full}' does not exist");
            return Err(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at(name.span));
        }
        if self.module(&full).is_some_and(|module| module.builtin) {
            let message =
                format!("describing module '{full}', which is of the standard library, is not supported");
            return Err(Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, message).at(name.span));
        }
        let form = self.form(format != DescribeFormat::Ddl, None);
        let top = self.declared().of_class(ObjectKind::Extension).map(|decl| form.definition(decl));
        let inside = self.ordered_in_module(&full).into_iter().map(|decl| form.definition(decl));
        Ok(self.print(top.chain(inside).collect(), format))
    }

    fn print(&self, definitions: Vec<Definition>, format: DescribeFormat) -> String {
        if format == DescribeFormat::Ddl {
            let print = |def: &Definition| format!("{};", syntax::print_definition(def, Style::LOWER_DDL));
            return definitions.iter().map(print).collect::<Vec<_>>().join("\n");
        }
        let items = definitions.into_iter().map(SchemaItem::Definition).collect();
        syntax::print_schema(&SchemaDocument { items }, Style::SDL).trim_end().to_owned()
    }
}

fn no_such_form(form: &str) -> Diagnostic {
    Diagnostic::new(ErrorCode::QUERY, format!("cannot describe full schema as {form}"))
}
