//! Statements that read and change data.

use super::names::{is_any_ident, is_ident};
use super::shape::Assignments;
use super::{Parsed, Parser};
use crate::ast::{
    Alias, AliasKind, Delete, Direction, EmptyOrder, Expr, ExprKind, For, Group, GroupingAtom,
    GroupingElement, GroupingElementKind, Ident, Insert, Name, PathRoot, Query, QueryKind, Select, SortExpr,
    UnlessConflict, Update,
};
use crate::lexer::{Keyword, TokenKind};

/// Whether a token starts a data statement.
pub(super) fn starts_query(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Keyword(
            Keyword::With
                | Keyword::Select
                | Keyword::Insert
                | Keyword::Update
                | Keyword::Delete
                | Keyword::For
                | Keyword::Group
        )
    )
}

impl Parser<'_> {
    pub(super) fn at_query(&self) -> bool {
        starts_query(self.peek())
    }

    /// A data statement with its `with` block.
    pub(super) fn query(&mut self) -> Parsed<Query> {
        let start = self.span();
        let aliases = self.with_block()?;
        let kind = match self.peek_keyword() {
            Some(Keyword::Select) => QueryKind::Select(self.select()?),
            Some(Keyword::Insert) => QueryKind::Insert(self.insert()?),
            Some(Keyword::Update) => QueryKind::Update(self.update()?),
            Some(Keyword::Delete) => QueryKind::Delete(self.delete()?),
            Some(Keyword::For) => QueryKind::For(self.for_loop()?),
            Some(Keyword::Group) => QueryKind::Group(self.group()?),
            _ => return self.unexpected(),
        };
        Ok(Query { aliases, kind, span: self.span_from(start) })
    }

    fn with_block(&mut self) -> Parsed<Vec<Alias>> {
        let mut aliases = Vec::new();
        if !self.accept_keyword(Keyword::With) {
            return Ok(aliases);
        }
        loop {
            aliases.push(self.alias()?);
            if !self.accept(TokenKind::Comma) || self.at_query() {
                return Ok(aliases);
            }
        }
    }

    fn alias(&mut self) -> Parsed<Alias> {
        let (kind, span) = self.spanned(|p| {
            if p.accept_keyword(Keyword::Module) {
                return Ok(AliasKind::Module { name: None, module: p.module_name()? });
            }
            let name = p.ident()?;
            if p.accept_keyword(Keyword::As) {
                p.expect_keyword(Keyword::Module)?;
                return Ok(AliasKind::Module { name: Some(name), module: p.module_name()? });
            }
            p.expect(TokenKind::Assign)?;
            Ok(AliasKind::Expr { name, value: p.element()? })
        })?;
        Ok(Alias { kind, span })
    }

    fn select(&mut self) -> Parsed<Select> {
        self.expect_keyword(Keyword::Select)?;
        let alias = self.result_alias()?;
        let result = self.expr()?;
        let filter = self.filter()?;
        let order_by = self.order_by()?;
        let (offset, limit) = self.offset_limit()?;
        Ok(Select { alias, result, filter, order_by, offset, limit })
    }

    /// `name :=` before a result.
    fn result_alias(&mut self) -> Parsed<Option<Ident>> {
        if !is_ident(self.peek()) || self.peek_at(1) != TokenKind::Assign {
            return Ok(None);
        }
        let name = self.ident()?;
        self.advance();
        Ok(Some(name))
    }

    /// `filter expr`
    pub(super) fn filter(&mut self) -> Parsed<Option<Expr>> {
        if !self.accept_keyword(Keyword::Filter) {
            return Ok(None);
        }
        self.expr().map(Some)
    }

    /// `order by expr then expr …`
    pub(super) fn order_by(&mut self) -> Parsed<Vec<SortExpr>> {
        let mut items = Vec::new();
        if !self.accept_keyword(Keyword::OrderBy) {
            return Ok(items);
        }
        loop {
            items.push(self.sort_expr()?);
            if !self.accept_keyword(Keyword::Then) {
                return Ok(items);
            }
        }
    }

    fn sort_expr(&mut self) -> Parsed<SortExpr> {
        let start = self.span();
        let expr = self.expr()?;
        let direction = match self.accept_keyword(Keyword::Desc) {
            true => Direction::Desc,
            false => {
                self.accept_keyword(Keyword::Asc);
                Direction::Asc
            }
        };
        let empty = match self.accept_keyword(Keyword::Empty) {
            false => None,
            true if self.accept_keyword(Keyword::First) => Some(EmptyOrder::First),
            true => {
                self.expect_keyword(Keyword::Last)?;
                Some(EmptyOrder::Last)
            }
        };
        Ok(SortExpr { expr, direction, empty, span: self.span_from(start) })
    }

    /// `offset expr limit expr`
    pub(super) fn offset_limit(&mut self) -> Parsed<(Option<Expr>, Option<Expr>)> {
        let offset = match self.accept_keyword(Keyword::Offset) {
            true => Some(self.expr()?),
            false => None,
        };
        let limit = match self.accept_keyword(Keyword::Limit) {
            true => Some(self.expr()?),
            false => None,
        };
        Ok((offset, limit))
    }

    fn insert(&mut self) -> Parsed<Insert> {
        self.expect_keyword(Keyword::Insert)?;
        let target = self.expr()?;
        let span = target.span;
        let (subject, elements) = match target.kind {
            ExprKind::Shape { subject: Some(subject), elements } => (Some(*subject), elements),
            ExprKind::Shape { subject: None, .. } => {
                self.complain("insert shape expressions must have a type name", span);
                (None, Vec::new())
            }
            kind => (Some(Expr { kind, span }), Vec::new()),
        };
        let subject = self.insert_subject(subject, span);
        let unless_conflict = self.unless_conflict()?.map(Box::new);
        Ok(Insert { subject, elements, unless_conflict })
    }

    fn insert_subject(&mut self, subject: Option<Expr>, span: diag::Span) -> Name {
        match subject.map(|expr| expr.kind) {
            Some(ExprKind::Path(path)) if path.steps.is_empty() && matches!(path.root, PathRoot::Name(_)) => {
                if let PathRoot::Name(name) = path.root {
                    return name;
                }
            }
            Some(_) => self.complain("insert expression must be an object type reference", span),
            None => {}
        }
        Name { module: None, name: "".into(), span }
    }

    fn unless_conflict(&mut self) -> Parsed<Option<UnlessConflict>> {
        if !self.at_keyword(Keyword::Unless) {
            return Ok(None);
        }
        let start = self.advance();
        self.expect_keyword(Keyword::Conflict)?;
        let (mut on, mut otherwise) = (None, None);
        if self.accept_keyword(Keyword::On) {
            on = Some(self.expr()?);
            if self.accept_keyword(Keyword::Else) {
                otherwise = Some(self.expr()?);
            }
        }
        Ok(Some(UnlessConflict { on, otherwise, span: self.span_from(start) }))
    }

    fn update(&mut self) -> Parsed<Update> {
        self.expect_keyword(Keyword::Update)?;
        let subject = self.expr()?;
        let filter = self.filter()?;
        self.expect_keyword(Keyword::Set)?;
        let elements = self.shape_with(Assignments::All)?;
        Ok(Update { subject, filter, elements })
    }

    fn delete(&mut self) -> Parsed<Delete> {
        self.expect_keyword(Keyword::Delete)?;
        let subject = self.expr()?;
        let filter = self.filter()?;
        let order_by = self.order_by()?;
        let (offset, limit) = self.offset_limit()?;
        Ok(Delete { subject, filter, order_by, offset, limit })
    }

    fn for_loop(&mut self) -> Parsed<For> {
        self.expect_keyword(Keyword::For)?;
        let optional = self.accept_keyword(Keyword::Optional);
        let variable = self.ident()?;
        self.expect_keyword(Keyword::In)?;
        let iterator = self.iterator()?;
        if !self.accept_keyword(Keyword::Union) && !self.at_query() {
            self.note_bare_iterator(iterator.span);
            return self.unexpected();
        }
        let body = self.element()?;
        Ok(For { optional, variable, iterator, body })
    }

    fn iterator(&mut self) -> Parsed<Expr> {
        if self.at_query() { self.element() } else { self.atomic() }
    }

    fn group(&mut self) -> Parsed<Group> {
        self.expect_keyword(Keyword::Group)?;
        let alias = self.result_alias()?;
        let subject = self.expr()?;
        let using = match self.accept_keyword(Keyword::Using) {
            true => self.using_items()?,
            false => Vec::new(),
        };
        self.expect_keyword(Keyword::By)?;
        let mut by = vec![self.grouping_element()?];
        while self.accept(TokenKind::Comma) && self.at_grouping_element() {
            by.push(self.grouping_element()?);
        }
        Ok(Group { alias, subject, using, by })
    }

    fn using_items(&mut self) -> Parsed<Vec<Alias>> {
        let mut items = Vec::new();
        loop {
            let (kind, span) = self.spanned(|p| {
                let name = p.ident()?;
                p.expect(TokenKind::Assign)?;
                Ok(AliasKind::Expr { name, value: p.expr()? })
            })?;
            items.push(Alias { kind, span });
            if !self.accept(TokenKind::Comma) || self.at_keyword(Keyword::By) {
                return Ok(items);
            }
        }
    }

    fn at_grouping_element(&self) -> bool {
        is_ident(self.peek())
            || matches!(
                self.peek(),
                TokenKind::OpenBrace | TokenKind::OpenParen | TokenKind::Dot | TokenKind::At
            )
    }

    fn grouping_element(&mut self) -> Parsed<GroupingElement> {
        let (kind, span) = self.spanned(|p| match p.peek() {
            TokenKind::OpenBrace => {
                p.advance();
                let first = p.nested(Self::grouping_element)?;
                let rest = p.list_tail(TokenKind::CloseBrace, Self::grouping_element)?;
                Ok(GroupingElementKind::Sets([vec![first], rest].concat()))
            }
            TokenKind::Keyword(Keyword::Cube) if p.peek_at(1) == TokenKind::OpenParen => {
                p.advance();
                Ok(GroupingElementKind::Cube(p.grouping_atoms()?))
            }
            TokenKind::Keyword(Keyword::Rollup) if p.peek_at(1) == TokenKind::OpenParen => {
                p.advance();
                Ok(GroupingElementKind::Rollup(p.grouping_atoms()?))
            }
            _ => Ok(GroupingElementKind::Simple(p.grouping_atom()?)),
        })?;
        Ok(GroupingElement { kind, span })
    }

    /// What follows the first item of a list that may not be empty.
    fn list_tail<T>(&mut self, close: TokenKind, item: fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        if !self.at(close) {
            self.expect(TokenKind::Comma)?;
        }
        self.comma_list(close, |p| p.nested(item))
    }

    fn grouping_atoms(&mut self) -> Parsed<Vec<GroupingAtom>> {
        self.expect(TokenKind::OpenParen)?;
        let first = self.nested(Self::grouping_atom)?;
        let rest = self.list_tail(TokenKind::CloseParen, Self::grouping_atom)?;
        Ok([vec![first], rest].concat())
    }

    fn grouping_atom(&mut self) -> Parsed<GroupingAtom> {
        match self.peek() {
            TokenKind::OpenParen => Ok(GroupingAtom::List(self.grouping_atoms()?)),
            TokenKind::Dot => {
                self.advance();
                Ok(GroupingAtom::Pointer(self.ident()?))
            }
            TokenKind::At => {
                self.advance();
                Ok(GroupingAtom::LinkProperty(self.ident()?))
            }
            kind if is_any_ident(kind) => Ok(GroupingAtom::Name(self.ident()?)),
            _ => self.unexpected(),
        }
    }
}
