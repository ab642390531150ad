//! Shapes.

use super::names::{is_any_ident, is_ident, is_pointer_ident};
use super::{Parsed, Parser};
use crate::ast::{
    Cardinality, Expr, PathStep, PathStepKind, ShapeElement, ShapeOp, ShapePath, ShapeTarget, TypeExpr,
    TypeKind,
};
use crate::lexer::{Keyword, TokenKind};

/// Which assignments a shape may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Assignments {
    /// `:=`
    Plain,
    /// `:=`, `+=`, `-=`: the shape after `update … set`.
    All,
}

/// `required multi` and the like before a pointer.
#[derive(Default)]
pub(super) struct Qualifiers {
    pub(super) required: Option<bool>,
    pub(super) cardinality: Option<Cardinality>,
}

impl Parser<'_> {
    /// `{ element, … }`
    pub(super) fn shape(&mut self) -> Parsed<Vec<ShapeElement>> {
        self.shape_with(Assignments::Plain)
    }

    /// `{ element, … }`, with what may be assigned in it.
    pub(super) fn shape_with(&mut self, assignments: Assignments) -> Parsed<Vec<ShapeElement>> {
        self.expect(TokenKind::OpenBrace)?;
        let elements =
            self.nested(|p| p.comma_list(TokenKind::CloseBrace, |p| p.shape_element(assignments)))?;
        if let Some(last) = elements.last() {
            self.end_with(last.span);
        }
        Ok(elements)
    }

    fn shape_element(&mut self, assignments: Assignments) -> Parsed<ShapeElement> {
        let start = self.span();
        let qualifiers = self.qualifiers();
        let qualified = qualifiers.required.is_some() || qualifiers.cardinality.is_some();
        let target = match qualified {
            false => self.shape_target()?,
            true => ShapeTarget::Path(self.shape_path(None)?),
        };
        let mut element = ShapeElement {
            target,
            required: qualifiers.required,
            cardinality: qualifiers.cardinality,
            value: None,
            elements: None,
            filter: None,
            order_by: Vec::new(),
            offset: None,
            limit: None,
            span: start,
        };
        if matches!(element.target, ShapeTarget::Path(_)) {
            self.shape_element_tail(&mut element, assignments, qualified)?;
        }
        element.span = self.span_from(start);
        Ok(element)
    }

    fn shape_element_tail(
        &mut self,
        element: &mut ShapeElement,
        assignments: Assignments,
        qualified: bool,
    ) -> Parsed<()> {
        if let Some(op) = self.shape_op() {
            let span = self.advance();
            if op != ShapeOp::Assign && assignments == Assignments::Plain {
                self.complain(format!("unexpected '{}'", op.text()), span);
            }
            element.value = Some((op, self.expr()?));
            return Ok(());
        }
        if qualified {
            return self.unexpected();
        }
        if self.accept(TokenKind::Colon) {
            element.elements = Some(self.shape()?);
        }
        element.filter = self.filter()?;
        element.order_by = self.order_by()?;
        (element.offset, element.limit) = self.offset_limit()?;
        Ok(())
    }

    fn shape_op(&self) -> Option<ShapeOp> {
        match self.peek() {
            TokenKind::Assign => Some(ShapeOp::Assign),
            TokenKind::AddAssign => Some(ShapeOp::Append),
            TokenKind::SubAssign => Some(ShapeOp::Subtract),
            _ => None,
        }
    }

    /// `required`, `optional`, `single`, `multi`, where a pointer follows them.
    pub(super) fn qualifiers(&mut self) -> Qualifiers {
        let mut qualifiers = Qualifiers::default();
        if let Some(required) = self.requiredness() {
            self.advance();
            qualifiers.required = Some(required);
        }
        if let Some(cardinality) = self.cardinality() {
            self.advance();
            qualifiers.cardinality = Some(cardinality);
        }
        qualifiers
    }

    fn requiredness(&self) -> Option<bool> {
        match self.peek_keyword()? {
            Keyword::Required if self.qualifies() => Some(true),
            Keyword::Optional => Some(false),
            _ => None,
        }
    }

    fn cardinality(&self) -> Option<Cardinality> {
        match self.peek_keyword()? {
            Keyword::Multi if self.qualifies() => Some(Cardinality::Multi),
            Keyword::Single => Some(Cardinality::Single),
            _ => None,
        }
    }

    /// Whether the next word, which may be a name too, qualifies what follows it.
    fn qualifies(&self) -> bool {
        let next = self.peek_at(1);
        let word = match next.keyword() {
            Some(keyword) => {
                matches!(keyword, Keyword::Single | Keyword::Optional | Keyword::DunderType | Keyword::Global)
            }
            None => false,
        };
        word || is_pointer_ident(next) || matches!(next, TokenKind::At | TokenKind::OpenBracket)
    }

    /// What a shape element names: a pointer or a splat.
    fn shape_target(&mut self) -> Parsed<ShapeTarget> {
        if let Some(deep) = self.stars() {
            return Ok(ShapeTarget::Splat { deep, ty: None, intersection: None });
        }
        if self.at(TokenKind::OpenBracket) {
            let intersection = self.intersection_type()?;
            return self.after_intersection(None, intersection);
        }
        if self.at_splat_type() {
            let name = self.type_name_only()?;
            if self.at(TokenKind::OpenBracket) {
                let intersection = self.intersection_type()?;
                return self.after_intersection(Some(name), intersection);
            }
            self.expect(TokenKind::Dot)?;
            let Some(deep) = self.stars() else { return self.unexpected() };
            return Ok(ShapeTarget::Splat { deep, ty: Some(name), intersection: None });
        }
        Ok(ShapeTarget::Path(self.shape_path(None)?))
    }

    fn after_intersection(&mut self, ty: Option<TypeExpr>, intersection: TypeExpr) -> Parsed<ShapeTarget> {
        if self.at(TokenKind::Dot) && matches!(self.peek_at(1), TokenKind::Star | TokenKind::StarStar)
            || ty.is_some()
        {
            self.expect(TokenKind::Dot)?;
            let Some(deep) = self.stars() else { return self.unexpected() };
            return Ok(ShapeTarget::Splat { deep, ty, intersection: Some(intersection) });
        }
        if !matches!(self.peek(), TokenKind::Dot | TokenKind::At) {
            return self.unexpected();
        }
        self.accept(TokenKind::Dot);
        Ok(ShapeTarget::Path(self.shape_path(Some(intersection))?))
    }

    /// Whether a type of a splat comes next: `T.*`, `m::T.*`, `T[is U].*`.
    fn at_splat_type(&self) -> bool {
        if !is_ident(self.peek()) {
            return false;
        }
        let mut ahead = 1;
        while self.peek_at(ahead) == TokenKind::ColonColon && is_any_ident(self.peek_at(ahead + 1)) {
            ahead += 2;
        }
        match self.peek_at(ahead) {
            TokenKind::Dot => true,
            TokenKind::ColonColon => true,
            TokenKind::OpenBracket => self.splat_after_intersection(ahead),
            _ => ahead > 1,
        }
    }

    /// Whether the brackets that open `ahead` tokens from here are followed by `.*`.
    fn splat_after_intersection(&self, mut ahead: usize) -> bool {
        let mut depth = 0usize;
        loop {
            match self.peek_at(ahead) {
                TokenKind::OpenBracket => depth += 1,
                TokenKind::CloseBracket => depth = depth.saturating_sub(1),
                TokenKind::End | TokenKind::OpenBrace | TokenKind::CloseBrace => return false,
                _ => {}
            }
            ahead += 1;
            if depth == 0 {
                return self.peek_at(ahead) == TokenKind::Dot;
            }
        }
    }

    fn type_name_only(&mut self) -> Parsed<TypeExpr> {
        let name = self.name()?;
        Ok(TypeExpr { span: name.span, kind: TypeKind::Name(name) })
    }

    fn intersection_type(&mut self) -> Parsed<TypeExpr> {
        match self.type_intersection()?.kind {
            PathStepKind::TypeIntersection(ty) => Ok(ty),
            _ => self.unexpected(),
        }
    }

    fn stars(&mut self) -> Option<bool> {
        let deep = match self.peek() {
            TokenKind::Star => false,
            TokenKind::StarStar => true,
            _ => return None,
        };
        self.advance();
        Some(deep)
    }

    /// `name`, `@name`, `name[is T]`; what stood before is passed in.
    fn shape_path(&mut self, intersection: Option<TypeExpr>) -> Parsed<ShapePath> {
        let start = intersection.as_ref().map_or(self.span(), |ty| ty.span);
        let link_property = self.accept(TokenKind::At);
        let name = if link_property { self.pointer_ident()? } else { self.step_ident()? };
        let mut then: Vec<PathStep> = Vec::new();
        if intersection.is_none() && !link_property && self.at(TokenKind::OpenBracket) {
            then.push(self.type_intersection()?);
        }
        Ok(ShapePath { intersection, name, link_property, then, span: self.span_from(start) })
    }

    /// Whether `{` opens a free object rather than a set.
    pub(super) fn at_free_object(&self) -> bool {
        let first = self.peek_at(1);
        if matches!(first, TokenKind::Keyword(Keyword::Optional | Keyword::Single)) {
            return true;
        }
        let name = |kind| is_ident(kind) || kind == TokenKind::Keyword(Keyword::DunderType);
        let second = self.peek_at(2);
        let qualifier = matches!(first, TokenKind::Keyword(Keyword::Required | Keyword::Multi));
        name(first) && second == TokenKind::Assign
            || qualifier && (name(second) || second == TokenKind::Keyword(Keyword::Single))
            || first == TokenKind::Keyword(Keyword::DunderType)
    }

    /// `{ name := expr, … }`
    pub(super) fn free_object(&mut self) -> Parsed<Vec<ShapeElement>> {
        self.expect(TokenKind::OpenBrace)?;
        self.comma_list(TokenKind::CloseBrace, Self::free_element)
    }

    fn free_element(&mut self) -> Parsed<ShapeElement> {
        let start = self.span();
        let qualifiers = self.qualifiers();
        let name = match self.at_keyword(Keyword::DunderType) {
            true => self.step_ident()?,
            false => self.ident()?,
        };
        let path =
            ShapePath { intersection: None, span: name.span, name, link_property: false, then: Vec::new() };
        self.expect(TokenKind::Assign)?;
        let value: Expr = self.expr()?;
        Ok(ShapeElement {
            target: ShapeTarget::Path(path),
            required: qualifiers.required,
            cardinality: qualifiers.cardinality,
            value: Some((ShapeOp::Assign, value)),
            elements: None,
            filter: None,
            order_by: Vec::new(),
            offset: None,
            limit: None,
            span: self.span_from(start),
        })
    }
}
