//! How a diagnostic looks in a terminal: the only place that draws one.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::Diagnostic;

/// The text a diagnostic points into, and the name to print for it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// A path, or what stands for one.
    pub name: &'a str,
    /// The whole text.
    pub text: &'a str,
}

/// Draws a diagnostic with its source line, a caret, the hint and the details; `color` adds terminal colours.
pub fn render(diagnostic: &Diagnostic, source: Source<'_>, color: bool) -> String {
    let title = match diagnostic.code.name() {
        Some(name) => Level::ERROR.primary_title(diagnostic.message.as_str()).id(name),
        None => Level::ERROR.primary_title(diagnostic.message.as_str()),
    };
    let mut group = title.elements([] as [annotate_snippets::Element<'_>; 0]);
    if let Some(span) = diagnostic.span {
        let end = (span.end as usize).min(source.text.len());
        let range = (span.start as usize).min(end)..end;
        let snippet =
            Snippet::source(source.text).path(source.name).annotation(AnnotationKind::Primary.span(range));
        group = group.element(snippet);
    }
    for note in diagnostic.details.iter() {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    for hint in diagnostic.hint.iter() {
        group = group.element(Level::HELP.message(hint.as_str()));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}
