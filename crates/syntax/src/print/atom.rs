//! Literals, paths, calls.

use super::quote::{escape_into, quote_ident, quote_string};
use super::writer::Writer;
use crate::ast::{
    Anchor, Call, Expr, Ident, Literal, NamedExpr, Param, Path, PathRoot, PathStep, PathStepKind,
};

impl Writer {
    pub(super) fn ident(&mut self, ident: &Ident) {
        self.put(&quote_ident(&ident.text));
    }

    pub(super) fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Str(text) => self.put(&quote_string(text)),
            Literal::Bytes(bytes) => self.put(&quote_bytes(bytes)),
            Literal::Int(text) | Literal::Float(text) => self.put(text),
            Literal::BigInt(text) | Literal::Decimal(text) => {
                self.put(text);
                self.put("n");
            }
            Literal::Bool(value) => self.put(if *value { "true" } else { "false" }),
        }
    }

    pub(super) fn param(&mut self, param: &Param) {
        self.put("$");
        self.put(&param.name);
    }

    pub(super) fn interpolation(&mut self, head: &str, parts: &[(Expr, std::sync::Arc<str>)]) {
        let mut text = String::from("'");
        escape_into(head, '\'', &mut text);
        self.put(&text);
        for (expr, after) in parts {
            self.put("\\(");
            self.expr(expr);
            let mut text = String::from(")");
            escape_into(after, '\'', &mut text);
            self.put(&text);
        }
        self.put("'");
    }

    pub(super) fn path(&mut self, path: &Path) {
        match &path.root {
            PathRoot::Name(name) => self.name(name),
            PathRoot::Anchor(anchor) => self.anchor(*anchor),
            PathRoot::Expr(expr) => self.postfix_operand(expr),
            PathRoot::Subject => {}
        }
        for step in &path.steps {
            self.path_step(step);
        }
    }

    fn anchor(&mut self, anchor: Anchor) {
        self.put(anchor.text());
    }

    pub(super) fn path_step(&mut self, step: &PathStep) {
        match &step.kind {
            PathStepKind::Pointer(name) => {
                self.put(".");
                self.step_name(name);
            }
            PathStepKind::Backlink(name) => {
                self.put(".<");
                self.step_name(name);
            }
            PathStepKind::LinkProperty(name) => {
                self.put("@");
                self.step_name(name);
            }
            PathStepKind::TypeIntersection(ty) => {
                self.keywords("[is ");
                self.type_expr(ty);
                self.put("]");
            }
        }
    }

    fn step_name(&mut self, name: &Ident) {
        match name.text.bytes().all(|b| b.is_ascii_digit()) {
            true => self.put(&name.text),
            false => self.ident(name),
        }
    }

    pub(super) fn call(&mut self, call: &Call) {
        self.name(&call.name);
        self.put("(");
        self.separated(&call.args, ", ", Self::expr);
        if !call.args.is_empty() && !call.named_args.is_empty() {
            self.put(", ");
        }
        self.separated(&call.named_args, ", ", Self::named_expr);
        self.put(")");
    }

    pub(super) fn named_expr(&mut self, named: &NamedExpr) {
        self.ident(&named.name);
        self.put(" := ");
        self.expr(&named.value);
    }
}

fn quote_bytes(bytes: &[u8]) -> String {
    let mut out = String::from("b'");
    for byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\'' => out.push_str("\\'"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x20..=0x7e => out.push(*byte as char),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('\'');
    out
}
