//! What follows an operand without an operator: steps of a path, indexes, slices, shapes.

use super::{Parsed, Parser};
use crate::ast::{Expr, ExprKind, Ident, Path, PathRoot, PathStep, PathStepKind};
use crate::lexer::{Keyword, TokenKind, number_value};

impl Parser<'_> {
    /// An atom and whatever is attached to it.
    pub(super) fn postfix(&mut self) -> Parsed<Expr> {
        let mut expr = match self.at_keyword(Keyword::Detached) {
            true => self.detached()?,
            false => self.atom()?,
        };
        loop {
            expr = match self.peek() {
                TokenKind::OpenBrace => {
                    self.grow()?;
                    let start = expr.span;
                    let elements = self.shape()?;
                    let kind = ExprKind::Shape { subject: Some(Box::new(expr)), elements };
                    Expr { kind, span: self.span_from(start) }
                }
                TokenKind::OpenBracket if !self.at_type_intersection() => self.index_or_slice(expr)?,
                _ if self.at_step() => self.path_from(expr)?,
                _ => return Ok(expr),
            };
        }
    }

    fn detached(&mut self) -> Parsed<Expr> {
        let start = self.advance();
        let operand = self.nested(Self::path_or_atom)?;
        Ok(Expr { kind: ExprKind::Detached(Box::new(operand)), span: self.span_from(start) })
    }

    /// An atom with the steps after it, nothing else.
    pub(super) fn path_or_atom(&mut self) -> Parsed<Expr> {
        let atom = match self.at_keyword(Keyword::Detached) {
            true => self.detached()?,
            false => self.atom()?,
        };
        if self.at_step() { self.path_from(atom) } else { Ok(atom) }
    }

    /// What a `for` runs over where no parentheses stand around it.
    pub(super) fn atomic(&mut self) -> Parsed<Expr> {
        if self.at(TokenKind::Lt) {
            return self.nested(|p| p.cast(Self::atomic));
        }
        let atom = self.atom()?;
        if self.at_step() { self.path_from(atom) } else { Ok(atom) }
    }

    fn at_type_intersection(&self) -> bool {
        self.at(TokenKind::OpenBracket) && self.peek_at(1) == TokenKind::Keyword(Keyword::Is)
    }

    pub(super) fn at_step(&self) -> bool {
        match self.peek() {
            TokenKind::Dot | TokenKind::Backlink | TokenKind::At => true,
            TokenKind::OpenBracket => self.at_type_intersection(),
            _ => false,
        }
    }

    /// A path that starts with an expression.
    fn path_from(&mut self, root: Expr) -> Parsed<Expr> {
        let start = root.span;
        let mut path = match root.kind {
            ExprKind::Path(path) => path,
            kind => {
                Path { root: PathRoot::Expr(Box::new(Expr { kind, span: root.span })), steps: Vec::new() }
            }
        };
        self.steps(&mut path.steps)?;
        Ok(Expr { kind: ExprKind::Path(path), span: self.span_from(start) })
    }

    /// A path that starts with a step.
    pub(super) fn subject_path(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let mut steps = Vec::new();
        self.steps(&mut steps)?;
        let path = Path { root: PathRoot::Subject, steps };
        Ok(Expr { kind: ExprKind::Path(path), span: self.span_from(start) })
    }

    fn steps(&mut self, steps: &mut Vec<PathStep>) -> Parsed<()> {
        while self.at_step() {
            let step = self.step()?;
            steps.push(step);
        }
        Ok(())
    }

    fn step(&mut self) -> Parsed<PathStep> {
        if self.at_type_intersection() {
            return self.type_intersection();
        }
        let kind = self.peek();
        let start = self.advance();
        let kind = match kind {
            TokenKind::Backlink => PathStepKind::Backlink(self.step_ident()?),
            TokenKind::At => PathStepKind::LinkProperty(self.pointer_ident()?),
            _ if self.at(TokenKind::Int) => {
                let text = number_value(self.token_text());
                PathStepKind::Pointer(Ident { text, span: self.advance() })
            }
            _ => PathStepKind::Pointer(self.step_ident()?),
        };
        Ok(PathStep { kind, span: self.span_from(start) })
    }

    /// `[is T]`
    pub(super) fn type_intersection(&mut self) -> Parsed<PathStep> {
        let start = self.expect(TokenKind::OpenBracket)?;
        self.expect_keyword(Keyword::Is)?;
        let ty = self.full_type()?;
        self.expect(TokenKind::CloseBracket)?;
        Ok(PathStep { kind: PathStepKind::TypeIntersection(ty), span: self.span_from(start) })
    }

    /// `x[i]`, `x[i:j]`, `x[i:]`, `x[:j]`
    fn index_or_slice(&mut self, operand: Expr) -> Parsed<Expr> {
        self.grow()?;
        let start = operand.span;
        let operand = Box::new(operand);
        self.expect(TokenKind::OpenBracket)?;
        let kind = if self.accept(TokenKind::Colon) {
            ExprKind::Slice { operand, start: None, end: Some(Box::new(self.expr()?)) }
        } else {
            let first = Box::new(self.expr()?);
            if self.accept(TokenKind::Colon) {
                let end = match self.at(TokenKind::CloseBracket) {
                    true => None,
                    false => Some(Box::new(self.expr()?)),
                };
                ExprKind::Slice { operand, start: Some(first), end }
            } else {
                ExprKind::Index { operand, index: first }
            }
        };
        self.expect(TokenKind::CloseBracket)?;
        Ok(Expr { kind, span: self.span_from(start) })
    }
}
