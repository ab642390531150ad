//! Operators, by precedence climbing.

use super::{Parsed, Parser};
use crate::ast::{BinaryOp, CastModifier, Expr, ExprKind, UnaryOp};
use crate::lexer::{Keyword, TokenKind};

/// How tight an operator binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Power(u8);

impl Power {
    pub(super) const LOWEST: Power = Power(0);
    const UNION: Power = Power(1);
    const INTERSECT: Power = Power(2);
    const IF_ELSE: Power = Power(3);
    const OR: Power = Power(4);
    const AND: Power = Power(5);
    const NOT: Power = Power(6);
    const LIKE: Power = Power(7);
    const IN: Power = Power(8);
    const COMPARE: Power = Power(9);
    const IS: Power = Power(10);
    const ADD: Power = Power(11);
    const MUL: Power = Power(12);
    const COALESCE: Power = Power(13);
    pub(super) const TYPEOF: Power = Power(14);
    const UNARY: Power = Power(15);
    const POW: Power = Power(16);
    const CAST: Power = Power(17);

    const fn next(self) -> Power {
        Power(self.0 + 1)
    }
}

/// What an operator does with another of its own power on its right.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Neither,
}

/// An operator that follows its left operand.
enum Infix {
    Binary(BinaryOp),
    If,
    Is,
}

/// The operator a text goes on with.
struct Operator {
    infix: Infix,
    /// How tight it must be bound by to be read.
    power: Power,
    /// How tight its right operand binds.
    right: Power,
    side: Side,
    /// How many tokens spell it.
    tokens: usize,
}

impl Operator {
    fn new(op: BinaryOp, power: Power, side: Side) -> Option<Operator> {
        let right = if side == Side::Right { power } else { power.next() };
        Some(Operator { infix: Infix::Binary(op), power, right, side, tokens: 1 })
    }

    /// `not in`, `not like`, `not ilike`: read as `not` binds, bound as the second word does.
    fn negated(op: BinaryOp, power: Power) -> Option<Operator> {
        Some(Operator {
            infix: Infix::Binary(op),
            power: Power::NOT,
            right: power.next(),
            side: Side::Left,
            tokens: 2,
        })
    }
}

impl Parser<'_> {
    /// An expression.
    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        self.expr_above(Power::LOWEST)
    }

    /// An expression whose operators bind at least as tight as `least`.
    pub(super) fn expr_above(&mut self, least: Power) -> Parsed<Expr> {
        self.nested(|p| {
            p.measured(|p| {
                let left = p.prefix()?;
                p.operators(left, least)
            })
        })
    }

    fn operators(&mut self, mut left: Expr, least: Power) -> Parsed<Expr> {
        let mut spent = None;
        while let Some(operator) = self.operator() {
            if operator.power < least {
                break;
            }
            if operator.side == Side::Neither && spent == Some(operator.power) {
                return self.unexpected();
            }
            spent = Some(operator.power);
            self.grow()?;
            left = self.right_side(left, &operator)?;
        }
        Ok(left)
    }

    fn right_side(&mut self, left: Expr, operator: &Operator) -> Parsed<Expr> {
        for _ in 0..operator.tokens {
            self.advance();
        }
        let start = left.span;
        let left = Box::new(left);
        let kind = match operator.infix {
            Infix::Binary(op) => {
                let right = Box::new(self.expr_above(operator.right)?);
                ExprKind::Binary { op, left, right }
            }
            Infix::Is => {
                let negated = self.accept_keyword(Keyword::Not);
                ExprKind::Is { operand: left, negated, ty: self.plain_type()? }
            }
            Infix::If => {
                let condition = Box::new(self.expr()?);
                self.expect_keyword(Keyword::Else)?;
                let otherwise = Box::new(self.expr_above(operator.right)?);
                ExprKind::IfElse { condition, then: left, otherwise, inline: true }
            }
        };
        Ok(Expr { kind, span: self.span_from(start) })
    }

    fn operator(&self) -> Option<Operator> {
        use Side::{Left, Neither, Right};
        match self.peek() {
            TokenKind::Plus => Operator::new(BinaryOp::Add, Power::ADD, Left),
            TokenKind::Minus => Operator::new(BinaryOp::Sub, Power::ADD, Left),
            TokenKind::PlusPlus => Operator::new(BinaryOp::Concat, Power::ADD, Left),
            TokenKind::Star => Operator::new(BinaryOp::Mul, Power::MUL, Left),
            TokenKind::Slash => Operator::new(BinaryOp::Div, Power::MUL, Left),
            TokenKind::SlashSlash => Operator::new(BinaryOp::FloorDiv, Power::MUL, Left),
            TokenKind::Percent => Operator::new(BinaryOp::Mod, Power::MUL, Left),
            TokenKind::Coalesce => Operator::new(BinaryOp::Coalesce, Power::COALESCE, Right),
            TokenKind::Caret => Operator::new(BinaryOp::Pow, Power::POW, Right),
            TokenKind::Eq => Operator::new(BinaryOp::Eq, Power::COMPARE, Neither),
            TokenKind::Ne => Operator::new(BinaryOp::Ne, Power::COMPARE, Neither),
            TokenKind::OptionalEq => Operator::new(BinaryOp::OptionalEq, Power::COMPARE, Neither),
            TokenKind::OptionalNe => Operator::new(BinaryOp::OptionalNe, Power::COMPARE, Neither),
            TokenKind::Lt => Operator::new(BinaryOp::Lt, Power::COMPARE, Neither),
            TokenKind::Le => Operator::new(BinaryOp::Le, Power::COMPARE, Neither),
            TokenKind::Gt => Operator::new(BinaryOp::Gt, Power::COMPARE, Neither),
            TokenKind::Ge => Operator::new(BinaryOp::Ge, Power::COMPARE, Neither),
            TokenKind::Keyword(keyword) => self.word_operator(keyword),
            _ => None,
        }
    }

    fn word_operator(&self, keyword: Keyword) -> Option<Operator> {
        use Side::{Left, Neither, Right};
        match keyword {
            Keyword::Union => Operator::new(BinaryOp::Union, Power::UNION, Left),
            Keyword::Except => Operator::new(BinaryOp::Except, Power::UNION, Left),
            Keyword::Intersect => Operator::new(BinaryOp::Intersect, Power::INTERSECT, Left),
            Keyword::Or => Operator::new(BinaryOp::Or, Power::OR, Left),
            Keyword::And => Operator::new(BinaryOp::And, Power::AND, Left),
            Keyword::Like => Operator::new(BinaryOp::Like, Power::LIKE, Neither),
            Keyword::Ilike => Operator::new(BinaryOp::ILike, Power::LIKE, Neither),
            Keyword::In => Operator::new(BinaryOp::In, Power::IN, Neither),
            Keyword::Not => match self.peek_at(1).keyword()? {
                Keyword::In => Operator::negated(BinaryOp::NotIn, Power::IN),
                Keyword::Like => Operator::negated(BinaryOp::NotLike, Power::LIKE),
                Keyword::Ilike => Operator::negated(BinaryOp::NotILike, Power::LIKE),
                _ => None,
            },
            Keyword::If => Some(Operator {
                infix: Infix::If,
                power: Power::IF_ELSE,
                right: Power::IF_ELSE,
                side: Right,
                tokens: 1,
            }),
            Keyword::Is => Some(Operator {
                infix: Infix::Is,
                power: Power::IS,
                right: Power::IS,
                side: Neither,
                tokens: 1,
            }),
            _ => None,
        }
    }

    fn prefix(&mut self) -> Parsed<Expr> {
        match self.peek() {
            TokenKind::Plus => self.unary(UnaryOp::Plus, Power::UNARY),
            TokenKind::Minus => self.unary(UnaryOp::Minus, Power::UNARY),
            TokenKind::Lt => self.cast(|p| p.expr_above(Power::CAST)),
            TokenKind::Keyword(Keyword::Not) => self.unary(UnaryOp::Not, Power::NOT),
            TokenKind::Keyword(Keyword::Exists) => self.unary(UnaryOp::Exists, Power::UNARY),
            TokenKind::Keyword(Keyword::Distinct) => self.unary(UnaryOp::Distinct, Power::UNARY),
            TokenKind::Keyword(Keyword::If) => self.if_then_else(),
            TokenKind::Keyword(Keyword::Introspect) => {
                let start = self.advance();
                let ty = self.plain_type()?;
                Ok(Expr { kind: ExprKind::Introspect(ty), span: self.span_from(start) })
            }
            _ => self.postfix(),
        }
    }

    fn unary(&mut self, op: UnaryOp, power: Power) -> Parsed<Expr> {
        let start = self.advance();
        let operand = Box::new(self.expr_above(power)?);
        Ok(Expr { kind: ExprKind::Unary { op, operand }, span: self.span_from(start) })
    }

    /// `<T>operand`; what may be cast differs from place to place.
    pub(super) fn cast(&mut self, operand: fn(&mut Self) -> Parsed<Expr>) -> Parsed<Expr> {
        let start = self.expect(TokenKind::Lt)?;
        let modifier = match self.peek_keyword() {
            Some(Keyword::Optional) => Some(CastModifier::Optional),
            Some(Keyword::Required) if super::names::is_any_ident(self.peek_at(1)) => {
                Some(CastModifier::Required)
            }
            _ => None,
        };
        if modifier.is_some() {
            self.advance();
        }
        let ty = self.full_type()?;
        self.expect(TokenKind::Gt)?;
        let operand = Box::new(operand(self)?);
        Ok(Expr { kind: ExprKind::Cast { ty, modifier, operand }, span: self.span_from(start) })
    }

    /// `if condition then value else value`
    pub(super) fn if_then_else(&mut self) -> Parsed<Expr> {
        let start = self.expect_keyword(Keyword::If)?;
        let condition = Box::new(self.expr()?);
        self.expect_keyword(Keyword::Then)?;
        let then = Box::new(self.expr()?);
        self.expect_keyword(Keyword::Else)?;
        let otherwise = Box::new(self.expr_above(Power::IF_ELSE)?);
        let kind = ExprKind::IfElse { condition, then, otherwise, inline: false };
        Ok(Expr { kind, span: self.span_from(start) })
    }
}
