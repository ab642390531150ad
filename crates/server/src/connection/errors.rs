//! Diagnostics as the protocol's error responses.

use diag::{Diagnostic, Position, Span};

use crate::wire::{Attribute, Output, Severity};

const HINT: u16 = 0x0001;
const DETAILS: u16 = 0x0002;
const BYTE_START: u16 = 0xFFF1;
const BYTE_END: u16 = 0xFFF2;
const LINE_START: u16 = 0xFFF3;
const COLUMN_START: u16 = 0xFFF4;
const UTF16_COLUMN_START: u16 = 0xFFF5;
const LINE_END: u16 = 0xFFF6;
const COLUMN_END: u16 = 0xFFF7;
const UTF16_COLUMN_END: u16 = 0xFFF8;
const CHAR_START: u16 = 0xFFF9;
const CHAR_END: u16 = 0xFFFA;

/// Writes an ErrorResponse; its positions point into `text`.
pub(super) fn write(output: &mut Output, severity: Severity, error: &Diagnostic, text: &str) {
    let mut attributes = Vec::new();
    attributes.extend(error.hint.iter().map(|hint| (HINT, hint.clone())));
    attributes.extend(error.details.iter().map(|details| (DETAILS, details.clone())));
    if let Some(span) = error.span {
        attributes.extend(position(text, span));
    }
    output.error(severity, error.code.0, &error.message, &attributes);
}

fn position(text: &str, span: Span) -> [Attribute; 10] {
    let (start, end) = (Position::of(text, span.start), Position::of(text, span.end));
    [
        (BYTE_START, start.byte),
        (BYTE_END, end.byte),
        (LINE_START, start.line),
        (COLUMN_START, start.column),
        (UTF16_COLUMN_START, start.utf16_column),
        (LINE_END, end.line),
        (COLUMN_END, end.column),
        (UTF16_COLUMN_END, end.utf16_column),
        (CHAR_START, start.char),
        (CHAR_END, end.char),
    ]
    .map(|(key, number)| (key, number.to_string()))
}
