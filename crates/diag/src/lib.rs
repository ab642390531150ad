//! Spans, diagnostics, Gel's error codes, and the one renderer.
//!
//! Invariant: a diagnostic is a plain value; only `render` knows how one looks.

mod code;
mod diagnostic;
mod render;
mod span;

pub use code::ErrorCode;
pub use diagnostic::Diagnostic;
pub use render::{Source, render};
pub use span::{Position, Span};

/// A result whose error is a [`Diagnostic`].
pub type Result<T, E = Diagnostic> = std::result::Result<T, E>;
