//! What messages call a declaration, and where a definition stands.

use diag::{Diagnostic, ErrorCode, Span};
use syntax::ast::{CommandKind, Definition, FunctionBody, ObjectKind, Spec};

use super::{Decl, PLAIN_INDEX};

/// Where a definition stands. One that closes with an expression in parentheses ends, for Gel, with the expression.
pub(crate) fn span_of(def: &Definition) -> Span {
    let last = match (&def.spec, def.commands.last().map(|command| &command.kind)) {
        (_, Some(CommandKind::FunctionBody(FunctionBody::Expr(body)))) if def.commands.len() == 1 => {
            Some(body.span)
        }
        (_, Some(CommandKind::Definition(inner))) if span_of(inner).end + 1 == def.span.end => {
            Some(span_of(inner))
        }
        (Spec::Constraint(spec), None) => spec.except.as_ref().or(spec.on.as_ref()).map(|expr| expr.span),
        (Spec::Index(spec), None) => spec.except.as_ref().or(spec.on.as_ref()).map(|expr| expr.span),
        (Spec::Rewrite { using, .. } | Spec::AccessPolicy { using, .. }, None) => {
            using.as_ref().map(|it| it.span)
        }
        (Spec::Trigger { body, .. }, None) => body.as_ref().map(|body| body.span),
        _ => None,
    };
    match last {
        Some(last) if last.end + 1 == def.span.end => Span { end: last.end, ..def.span },
        _ => def.span,
    }
}

/// "'x' already exists", of a declaration in another or at top level.
pub(crate) fn already_exists(decl: &Decl, parent: Option<&Decl>) -> Diagnostic {
    let message = format!("{} already exists", verbose_name(decl, parent));
    Diagnostic::new(ErrorCode::SCHEMA, message)
}

/// As messages name a declaration: `property 'name' of object type 'default::User'`.
pub(crate) fn verbose_name(decl: &Decl, parent: Option<&Decl>) -> String {
    let own = match decl.class {
        ObjectKind::Index if &*decl.name == PLAIN_INDEX => "index".to_owned(),
        _ => format!("{} '{}'", class_title(decl.class), decl.name),
    };
    match parent {
        Some(parent) => format!("{own} of {}", verbose_name(parent, None)),
        None => own,
    }
}

/// As messages name a declaration inside others, outermost first: `property 'at' of link 'home' of object type 'default::User'`.
pub(crate) fn title_in(decl: &Decl, around: &[Decl]) -> String {
    let mut title = verbose_name(decl, None);
    for outer in around.iter().rev() {
        title = format!("{title} of {}", verbose_name(outer, None));
    }
    title
}

/// What messages call a class of objects.
pub(crate) fn class_title(class: ObjectKind) -> &'static str {
    match class {
        ObjectKind::Type => "object type",
        ObjectKind::Pointer => "property",
        other => other.keywords(),
    }
}

/// A title as messages put it into a sentence: `an object type`.
pub(crate) fn with_article(title: &str) -> String {
    let article = if title.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {title}")
}

pub(crate) fn definition_error(message: impl Into<String>, span: Span) -> Diagnostic {
    Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at(span)
}
