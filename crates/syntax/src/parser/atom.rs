//! Operands: literals, names, calls, and what stands in brackets.

use diag::Span;

use super::names::{is_any_ident, is_ident, unquoted};
use super::{Parsed, Parser};
use crate::ast::{
    Anchor, Call, Expr, ExprKind, Ident, Literal, Name, NamedExpr, Param, Path, PathRoot, Query, QueryKind,
    Select,
};
use crate::lexer::{Keyword, TokenKind, bytes_value, number_value, param_name, string_value};

impl Parser<'_> {
    /// An operand, without anything attached.
    pub(super) fn atom(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let kind = match self.peek() {
            TokenKind::Str => self.literal(|text| Literal::Str(string_value(text))),
            TokenKind::Bytes => self.literal(|text| Literal::Bytes(bytes_value(text))),
            TokenKind::Int => self.literal(|text| Literal::Int(number_value(text))),
            TokenKind::Float => self.literal(|text| Literal::Float(number_value(text))),
            TokenKind::BigInt => self.literal(|text| Literal::BigInt(number_value(text))),
            TokenKind::Decimal => self.literal(|text| Literal::Decimal(number_value(text))),
            TokenKind::InterpolationStart => self.nested(Self::interpolation)?,
            TokenKind::Param => self.param(),
            TokenKind::Substitution => self.placeholder(),
            TokenKind::OpenParen => return self.nested(Self::parenthesized),
            TokenKind::OpenBrace => self.nested(Self::set_or_free_object)?,
            TokenKind::OpenBracket if self.at_step() => return self.subject_path(),
            TokenKind::OpenBracket => {
                self.advance();
                ExprKind::Array(self.nested(|p| p.comma_list(TokenKind::CloseBracket, Self::element))?)
            }
            TokenKind::Dot | TokenKind::Backlink | TokenKind::At => return self.subject_path(),
            TokenKind::Keyword(keyword) => self.keyword_atom(keyword)?,
            TokenKind::Ident => self.name_or_call()?,
            _ => return self.unexpected(),
        };
        Ok(Expr { kind, span: self.span_from(start) })
    }

    fn keyword_atom(&mut self, keyword: Keyword) -> Parsed<ExprKind> {
        match keyword {
            Keyword::True => Ok(self.literal(|_| Literal::Bool(true))),
            Keyword::False => Ok(self.literal(|_| Literal::Bool(false))),
            Keyword::Global => {
                self.advance();
                Ok(ExprKind::Global(self.name()?))
            }
            Keyword::DunderSource => Ok(self.anchor(Anchor::Source)),
            Keyword::DunderSubject => Ok(self.anchor(Anchor::Subject)),
            Keyword::DunderNew => Ok(self.anchor(Anchor::New)),
            Keyword::DunderOld => Ok(self.anchor(Anchor::Old)),
            Keyword::DunderSpecified => Ok(self.anchor(Anchor::Specified)),
            Keyword::DunderDefault => Ok(self.anchor(Anchor::Default)),
            Keyword::DunderStd => self.name_or_call(),
            _ if is_ident(self.peek()) => self.name_or_call(),
            _ => self.unexpected(),
        }
    }

    fn literal(&mut self, value: fn(&str) -> Literal) -> ExprKind {
        let value = value(self.token_text());
        self.advance();
        ExprKind::Literal(value)
    }

    fn anchor(&mut self, anchor: Anchor) -> ExprKind {
        self.advance();
        ExprKind::Path(Path { root: PathRoot::Anchor(anchor), steps: Vec::new() })
    }

    fn param(&mut self) -> ExprKind {
        let name = param_name(self.token_text());
        let param = Param { name: name.into(), position: name.parse().ok() };
        self.advance();
        ExprKind::Param(param)
    }

    /// `\(name)`
    fn placeholder(&mut self) -> ExprKind {
        let text = self.token_text();
        let name = text.get(2..text.len().saturating_sub(1)).unwrap_or("").into();
        self.advance();
        ExprKind::Placeholder(name)
    }

    fn interpolation(&mut self) -> Parsed<ExprKind> {
        let head = string_value(self.token_text());
        self.advance();
        let mut parts = Vec::new();
        loop {
            let expr = self.expr()?;
            let text = string_value(self.token_text());
            let more = self.at(TokenKind::InterpolationPart);
            if !more && !self.at(TokenKind::InterpolationEnd) {
                return self.unexpected();
            }
            self.advance();
            parts.push((expr, text));
            if !more {
                return Ok(ExprKind::Interpolation { head, parts });
            }
        }
    }

    fn name_or_call(&mut self) -> Parsed<ExprKind> {
        let name = self.name()?;
        if self.peek_adjacent() == TokenKind::OpenParen {
            return self.nested(|p| p.call(name));
        }
        Ok(ExprKind::Path(Path { root: PathRoot::Name(name), steps: Vec::new() }))
    }

    /// A function call and nothing else.
    pub(super) fn call_only(&mut self) -> Parsed<Expr> {
        let (kind, span) = self.spanned(|p| {
            let name = p.name()?;
            match p.at(TokenKind::OpenParen) {
                true => p.nested(|p| p.call(name)),
                false => p.unexpected(),
            }
        })?;
        Ok(Expr { kind, span })
    }

    fn call(&mut self, name: Name) -> Parsed<ExprKind> {
        self.advance();
        let mut call = Call { name, args: Vec::new(), named_args: Vec::new() };
        self.comma_list(TokenKind::CloseParen, |p| p.argument(&mut call))?;
        Ok(ExprKind::Call(Box::new(call)))
    }

    fn argument(&mut self, call: &mut Call) -> Parsed<()> {
        let Some(name) = self.argument_name()? else {
            let value = self.argument_value()?;
            if let Some(last) = call.named_args.last() {
                let message = format!("positional argument after named argument `{}`", last.name.text);
                self.complain(message, value.span);
            }
            call.args.push(value);
            return Ok(());
        };
        if call.named_args.iter().any(|arg| arg.name.text == name.text) {
            self.complain(format!("duplicate named argument `{}`", name.text), name.span);
        }
        let value = self.argument_value()?;
        call.named_args.push(NamedExpr { name, value });
        Ok(())
    }

    /// `name :=`, if that is what comes next.
    pub(super) fn argument_name(&mut self) -> Parsed<Option<Ident>> {
        if self.peek_at(1) != TokenKind::Assign {
            return Ok(None);
        }
        let name = match self.peek() {
            TokenKind::Param => {
                let text = unquoted(param_name(self.token_text()));
                Ident { text, span: self.advance() }
            }
            kind if is_any_ident(kind) => self.any_ident()?,
            _ => return Ok(None),
        };
        self.advance();
        Ok(Some(name))
    }

    /// An argument; `filter` and `order by` after it make a `select` of it.
    fn argument_value(&mut self) -> Parsed<Expr> {
        let result = self.element()?;
        let filter = self.filter()?;
        let order_by = self.order_by()?;
        if filter.is_none() && order_by.is_empty() {
            return Ok(result);
        }
        let span = self.span_from(result.span);
        let select = Select { alias: None, result, filter, order_by, offset: None, limit: None };
        let query = Query { aliases: Vec::new(), kind: QueryKind::Select(select), span };
        Ok(Expr { kind: ExprKind::Query(Box::new(query)), span })
    }

    /// An expression or a statement without parentheses.
    pub(super) fn element(&mut self) -> Parsed<Expr> {
        if !self.at_query() {
            return self.expr();
        }
        let query = self.nested(Self::query)?;
        let span = query.span;
        Ok(Expr { kind: ExprKind::Query(Box::new(query)), span })
    }

    /// `(expr)`, `(statement)`, `()`, `(a,)`, `(a, b)`, `(a := 1, b := 2)`
    fn parenthesized(&mut self) -> Parsed<Expr> {
        let start = self.expect(TokenKind::OpenParen)?;
        if is_ident(self.peek()) && self.peek_at(1) == TokenKind::Assign {
            let elements = self.comma_list(TokenKind::CloseParen, Self::named_element)?;
            return Ok(Expr { kind: ExprKind::NamedTuple(elements), span: self.span_from(start) });
        }
        if self.accept(TokenKind::CloseParen) {
            return Ok(Expr { kind: ExprKind::Tuple(Vec::new()), span: self.span_from(start) });
        }
        let first = self.element()?;
        if self.accept(TokenKind::CloseParen) {
            self.end_with(first.span);
            return Ok(first);
        }
        self.expect(TokenKind::Comma)?;
        let mut elements = vec![first];
        elements.extend(self.comma_list(TokenKind::CloseParen, Self::element)?);
        Ok(Expr { kind: ExprKind::Tuple(elements), span: self.span_from(start) })
    }

    fn named_element(&mut self) -> Parsed<NamedExpr> {
        let name = self.ident()?;
        self.expect(TokenKind::Assign)?;
        Ok(NamedExpr { name, value: self.element()? })
    }

    /// `{a, b}` or `{a := 1, b := 2}`
    fn set_or_free_object(&mut self) -> Parsed<ExprKind> {
        if self.at_free_object() {
            return Ok(ExprKind::Shape { subject: None, elements: self.free_object()? });
        }
        self.advance();
        Ok(ExprKind::Set(self.comma_list(TokenKind::CloseBrace, Self::element)?))
    }

    /// `(expr)`, the parentheses being required.
    pub(super) fn paren_expr(&mut self) -> Parsed<Expr> {
        self.nested(|p| {
            p.expect(TokenKind::OpenParen)?;
            let expr = p.element()?;
            p.expect(TokenKind::CloseParen)?;
            p.end_with(expr.span);
            Ok(expr)
        })
    }

    /// The span of the parentheses and what is in them.
    pub(super) fn spanned<T>(
        &mut self,
        production: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<(T, Span)> {
        let start = self.span();
        let value = production(self)?;
        Ok((value, self.span_from(start)))
    }
}
