//! Type expressions.

use super::expr::Power;
use super::names::is_ident;
use super::{Parsed, Parser};
use crate::ast::{Literal, Name, TypeArg, TypeArgValue, TypeExpr, TypeKind, TypeModifier};
use crate::lexer::{Keyword, TokenKind, number_value, string_value};

impl Parser<'_> {
    /// A type, generic ones included.
    pub(super) fn full_type(&mut self) -> Parsed<TypeExpr> {
        self.type_union(true)
    }

    /// A type after `is` and `introspect`: a generic type needs parentheses there.
    pub(super) fn plain_type(&mut self) -> Parsed<TypeExpr> {
        self.type_union(false)
    }

    fn type_union(&mut self, generic: bool) -> Parsed<TypeExpr> {
        let mut left = self.type_conjunction(generic)?;
        while self.accept(TokenKind::Pipe) {
            self.grow()?;
            let right = self.type_conjunction(generic)?;
            let span = left.span.to(right.span);
            left = TypeExpr { kind: TypeKind::Union(Box::new(left), Box::new(right)), span };
        }
        Ok(left)
    }

    fn type_conjunction(&mut self, generic: bool) -> Parsed<TypeExpr> {
        let mut left = self.nested(|p| p.type_atom(generic))?;
        while self.accept(TokenKind::Ampersand) {
            self.grow()?;
            let right = self.nested(|p| p.type_atom(generic))?;
            let span = left.span.to(right.span);
            left = TypeExpr { kind: TypeKind::Intersection(Box::new(left), Box::new(right)), span };
        }
        Ok(left)
    }

    fn type_atom(&mut self, generic: bool) -> Parsed<TypeExpr> {
        let start = self.span();
        if self.accept(TokenKind::OpenParen) {
            let inner = self.full_type()?;
            self.expect(TokenKind::CloseParen)?;
            self.end_with(inner.span);
            return Ok(inner);
        }
        if self.accept_keyword(Keyword::Typeof) {
            let expr = self.expr_above(Power::TYPEOF)?;
            return Ok(TypeExpr { kind: TypeKind::TypeOf(Box::new(expr)), span: self.span_from(start) });
        }
        if generic {
            return self.type_name();
        }
        let name = self.simple_type_name()?;
        Ok(TypeExpr { span: name.span, kind: TypeKind::Name(name) })
    }

    /// A name, or a name with arguments; no operators.
    pub(super) fn type_name(&mut self) -> Parsed<TypeExpr> {
        let start = self.span();
        let builtin = !is_ident(self.peek());
        let name = self.simple_type_name()?;
        if builtin && name.module.is_none() || self.peek_adjacent() != TokenKind::Lt {
            return Ok(TypeExpr { span: name.span, kind: TypeKind::Name(name) });
        }
        self.advance();
        let args = self.in_type(|p| p.comma_list(TokenKind::Gt, Self::type_arg))?;
        let span = self.span_from(start);
        let named = args.iter().filter(|arg| arg.name.is_some()).count();
        if named > 0 && named < args.len() {
            let mixed = args.first().map_or(span, |first| first.span.to(args.last().unwrap_or(first).span));
            self.complain("mixing named and unnamed subtype declarations is not supported", mixed);
        }
        Ok(TypeExpr { kind: TypeKind::Generic { name, args }, span })
    }

    fn simple_type_name(&mut self) -> Parsed<Name> {
        let builtin = match self.peek_keyword() {
            Some(keyword @ (Keyword::Anytype | Keyword::Anytuple | Keyword::Anyobject)) => keyword,
            _ => return self.name(),
        };
        Ok(Name { module: None, name: builtin.text().into(), span: self.advance() })
    }

    fn type_arg(&mut self) -> Parsed<TypeArg> {
        let start = self.span();
        let name = match is_ident(self.peek()) && self.peek_at(1) == TokenKind::Colon {
            true => {
                let name = self.ident()?;
                self.advance();
                Some(name)
            }
            false => None,
        };
        let value = match self.peek() {
            TokenKind::Str if name.is_none() => self.literal_arg(|text| Literal::Str(string_value(text))),
            TokenKind::Int if name.is_none() => self.literal_arg(|text| Literal::Int(number_value(text))),
            _ => TypeArgValue::Type(self.full_type()?),
        };
        Ok(TypeArg { name, value, span: self.span_from(start) })
    }

    fn literal_arg(&mut self, literal: fn(&str) -> Literal) -> TypeArgValue {
        let value = literal(self.token_text());
        self.advance();
        TypeArgValue::Literal(value)
    }

    /// `optional T`, `set of T`, `T`.
    pub(super) fn modified_type(&mut self) -> Parsed<(TypeModifier, TypeExpr)> {
        let modifier = if self.accept_keyword(Keyword::Optional) {
            TypeModifier::Optional
        } else if self.accept_keyword(Keyword::Set) {
            self.expect_keyword(Keyword::Of)?;
            TypeModifier::SetOf
        } else {
            TypeModifier::Singleton
        };
        Ok((modifier, self.full_type()?))
    }

    /// `extending A, B`, after the keyword.
    pub(super) fn type_names(&mut self) -> Parsed<Vec<TypeExpr>> {
        self.comma_separated(Self::type_name)
    }
}
