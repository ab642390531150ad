//! Expressions.

use super::writer::Writer;
use crate::ast::{
    BinaryOp, CastModifier, Expr, ExprKind, PathStepKind, ShapeElement, ShapePath, ShapeTarget, TypeExpr,
    UnaryOp,
};

impl Writer {
    /// An expression whose own parentheses, if it is a statement, are not needed.
    pub(super) fn bare_expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Query(query) => self.query(query),
            _ => self.expr(expr),
        }
    }

    /// An expression in parentheses; a statement has its own.
    pub(super) fn paren_expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Query(_) => self.expr(expr),
            _ => self.parenthesized(expr),
        }
    }

    fn parenthesized(&mut self, expr: &Expr) {
        self.put("(");
        self.expr(expr);
        self.put(")");
    }

    pub(super) fn expr(&mut self, expr: &Expr) {
        stacker::maybe_grow(128 << 10, 2 << 20, || self.expr_kind(&expr.kind));
    }

    fn expr_kind(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::Path(path) => self.path(path),
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Param(param) => self.param(param),
            ExprKind::Interpolation { head, parts } => self.interpolation(head, parts),
            ExprKind::Placeholder(name) => {
                self.put("\\(");
                self.put(name);
                self.put(")");
            }
            ExprKind::Global(name) => {
                self.keywords("global ");
                self.name(name);
            }
            ExprKind::Set(items) => self.bracketed("{", items, "}"),
            ExprKind::Tuple(items) => self.bracketed("(", items, if items.len() == 1 { ",)" } else { ")" }),
            ExprKind::NamedTuple(items) => self.lines(("(", ")"), items, Self::named_expr),
            ExprKind::Array(items) => self.bracketed("[", items, "]"),
            ExprKind::Call(call) => self.call(call),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right),
            ExprKind::Unary { op, operand } => self.unary(*op, operand),
            ExprKind::IfElse { condition, then, otherwise, inline } => {
                self.if_else(condition, then, otherwise, *inline);
            }
            ExprKind::Is { operand, negated, ty } => self.is(operand, *negated, ty),
            ExprKind::Cast { ty, modifier, operand } => self.cast(ty, *modifier, operand),
            ExprKind::Introspect(ty) => {
                self.keywords("(introspect ");
                self.plain_type(ty);
                self.put(")");
            }
            ExprKind::Detached(operand) => {
                self.keywords("detached ");
                self.postfix_operand(operand);
            }
            ExprKind::Index { operand, index } => {
                self.postfix_operand(operand);
                self.put("[");
                self.expr(index);
                self.put("]");
            }
            ExprKind::Slice { operand, start, end } => self.slice(operand, start.as_deref(), end.as_deref()),
            ExprKind::Shape { subject, elements } => {
                if let Some(subject) = subject {
                    self.postfix_operand(subject);
                    self.put(" ");
                }
                self.shape(elements);
            }
            ExprKind::Query(query) => {
                self.put("(");
                self.query(query);
                self.put(")");
            }
        }
    }

    fn bracketed(&mut self, open: &str, items: &[Expr], close: &str) {
        self.put(open);
        self.separated(items, ", ", Self::expr);
        self.put(close);
    }

    /// What something is attached to: parentheses where it would be attached to a part of it.
    pub(super) fn postfix_operand(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Unary { .. }
            | ExprKind::Cast { .. }
            | ExprKind::Shape { .. }
            | ExprKind::Detached(_) => {
                self.parenthesized(expr);
            }
            _ => self.expr(expr),
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) {
        self.put("(");
        match &left.kind {
            ExprKind::Unary { op: UnaryOp::Not, .. } => self.parenthesized(left),
            ExprKind::Unary { .. } if op == BinaryOp::Pow => self.parenthesized(left),
            _ => self.expr(left),
        }
        self.put(" ");
        self.put(&op.text().to_ascii_uppercase());
        self.put(" ");
        self.expr(right);
        self.put(")");
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr) {
        match op {
            UnaryOp::Plus | UnaryOp::Minus => {
                self.put(op.text());
                // `++` would be one operator.
                match operand.kind {
                    ExprKind::Unary { .. } => self.parenthesized(operand),
                    _ => self.expr(operand),
                }
            }
            UnaryOp::Not | UnaryOp::Exists | UnaryOp::Distinct => {
                self.put(&op.text().to_ascii_uppercase());
                self.put(" ");
                self.parenthesized(operand);
            }
        }
    }

    fn if_else(&mut self, condition: &Expr, then: &Expr, otherwise: &Expr, inline: bool) {
        let (opening, first, middle, second) = match inline {
            true => ("(", then, " if ", condition),
            false => ("(if ", condition, " then ", then),
        };
        self.keywords(opening);
        self.expr(first);
        self.keywords(middle);
        self.expr(second);
        self.keywords(" else ");
        self.expr(otherwise);
        self.put(")");
    }

    fn is(&mut self, operand: &Expr, negated: bool, ty: &TypeExpr) {
        self.put("(");
        match operand.kind {
            ExprKind::Unary { op: UnaryOp::Not, .. } => self.parenthesized(operand),
            _ => self.expr(operand),
        }
        self.keywords(if negated { " is not " } else { " is " });
        self.plain_type(ty);
        self.put(")");
    }

    fn cast(&mut self, ty: &TypeExpr, modifier: Option<CastModifier>, operand: &Expr) {
        self.put("<");
        match modifier {
            Some(CastModifier::Optional) => self.keywords("optional "),
            Some(CastModifier::Required) => self.keywords("required "),
            None => {}
        }
        self.type_expr(ty);
        self.put(">");
        self.expr(operand);
    }

    fn slice(&mut self, operand: &Expr, start: Option<&Expr>, end: Option<&Expr>) {
        self.postfix_operand(operand);
        self.put("[");
        if let Some(start) = start {
            self.expr(start);
        }
        self.put(":");
        if let Some(end) = end {
            self.expr(end);
        }
        self.put("]");
    }

    pub(super) fn shape(&mut self, elements: &[ShapeElement]) {
        match elements {
            [] => self.put("{}"),
            _ => self.lines(("{", "}"), elements, Self::shape_element),
        }
    }

    fn shape_element(&mut self, element: &ShapeElement) {
        self.qualifiers(element.required, element.cardinality);
        match &element.target {
            ShapeTarget::Path(path) => self.shape_path(path),
            ShapeTarget::Splat { deep, ty, intersection } => {
                self.splat(*deep, ty.as_ref(), intersection.as_ref());
            }
        }
        if let Some((op, value)) = &element.value {
            self.put(" ");
            self.put(op.text());
            self.put(" ");
            self.expr(value);
        }
        if let Some(elements) = &element.elements {
            self.put(": ");
            self.shape(elements);
        }
        if element.filter.is_some()
            || !element.order_by.is_empty()
            || element.offset.is_some()
            || element.limit.is_some()
        {
            self.open();
            self.filter(element.filter.as_ref());
            self.order_by(&element.order_by);
            self.offset_limit(element.offset.as_ref(), element.limit.as_ref());
            self.close();
        }
    }

    fn shape_path(&mut self, path: &ShapePath) {
        if let Some(ty) = &path.intersection {
            self.intersection(ty);
        }
        match path.link_property {
            true => self.put("@"),
            false if path.intersection.is_some() => self.put("."),
            false => {}
        }
        self.ident(&path.name);
        for step in &path.then {
            self.path_step(step);
        }
    }

    fn intersection(&mut self, ty: &TypeExpr) {
        let kind = PathStepKind::TypeIntersection(ty.clone());
        self.path_step(&crate::ast::PathStep { kind, span: ty.span });
    }

    fn splat(&mut self, deep: bool, ty: Option<&TypeExpr>, intersection: Option<&TypeExpr>) {
        if let Some(ty) = ty {
            self.type_expr(ty);
        }
        if let Some(ty) = intersection {
            self.intersection(ty);
        }
        if ty.is_some() || intersection.is_some() {
            self.put(".");
        }
        self.put(if deep { "**" } else { "*" });
    }
}
