//! What hangs on another object: constraints, indexes, annotations, triggers, policies, rewrites.

use diag::Span;

use super::schema_item::{Form, empty};
use super::{Parsed, Parser};
use crate::ast::{
    AccessKind, Command, CommandKind, ConstraintSpec, Definition, Expr, IndexSpec, Name, NamedExpr,
    ObjectKind, PolicyAction, RewriteKind, Spec, TriggerKind, TriggerScope,
};
use crate::lexer::{Keyword, TokenKind};

/// The name of what has none.
fn nameless(span: Span) -> Name {
    Name { module: None, name: "".into(), span: Span { end: span.start, ..span } }
}

impl Parser<'_> {
    /// An object that stands in the block of another.
    pub(super) fn inner_object(&mut self, owner: ObjectKind, form: Form, start: Span) -> Parsed<Definition> {
        let Some(keyword) = self.peek_keyword() else { return self.unexpected() };
        let pointers = matches!(owner, ObjectKind::Type | ObjectKind::Link | ObjectKind::Pointer);
        let of_type = owner == ObjectKind::Type;
        let of_pointer = matches!(owner, ObjectKind::Link | ObjectKind::Property | ObjectKind::Pointer);
        match keyword {
            Keyword::Annotation => self.annotation_value(form, start),
            Keyword::Constraint | Keyword::Delegated
                if of_type || of_pointer || owner == ObjectKind::ScalarType =>
            {
                self.constraint(form, start)
            }
            Keyword::Index | Keyword::Deferred if pointers => self.index(form, start),
            Keyword::Access if of_type => self.access_policy(form, start),
            Keyword::Trigger if of_type => self.trigger(form, start),
            Keyword::Rewrite if of_pointer => self.rewrite(form, start),
            Keyword::Link if !of_type => self.unexpected(),
            Keyword::Overloaded if form != Form::Sdl || !of_type => self.unexpected(),
            Keyword::Required | Keyword::Optional | Keyword::Single | Keyword::Multi if !form.declares() => {
                self.unexpected()
            }
            Keyword::Link
            | Keyword::Property
            | Keyword::Overloaded
            | Keyword::Required
            | Keyword::Optional
            | Keyword::Single
            | Keyword::Multi
                if pointers =>
            {
                self.pointer(form, start)
            }
            _ => self.unexpected(),
        }
    }

    /// `annotation name := expr`
    fn annotation_value(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        self.advance();
        let name = self.name()?;
        let value = match form {
            Form::Drop => None,
            Form::Alter if self.at_keyword(Keyword::Drop) => return self.disowned_annotation(name, start),
            _ => {
                self.expect(TokenKind::Assign)?;
                Some(self.element()?)
            }
        };
        let mut definition = empty(form, ObjectKind::AnnotationValue, name, Spec::AnnotationValue(value));
        definition.span = self.span_from(start);
        Ok(definition)
    }

    /// `drop owned`, after `annotation name`
    fn disowned_annotation(&mut self, name: Name, start: Span) -> Parsed<Definition> {
        let drop = self.advance();
        self.expect_keyword(Keyword::Owned)?;
        let mut definition =
            empty(Form::Alter, ObjectKind::AnnotationValue, name, Spec::AnnotationValue(None));
        definition.commands.push(Command { kind: CommandKind::SetOwned(false), span: self.span_from(drop) });
        definition.span = self.span_from(start);
        Ok(definition)
    }

    /// `[delegated] constraint name [(args)] [on (expr)] [except (expr)]`
    fn constraint(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        let mut spec =
            ConstraintSpec { delegated: self.accept_keyword(Keyword::Delegated), ..Default::default() };
        self.expect_keyword(Keyword::Constraint)?;
        let name = self.name()?;
        if self.accept(TokenKind::OpenParen) {
            spec.args = self.comma_list(TokenKind::CloseParen, Self::expr)?;
        }
        spec.on = self.paren_after(Keyword::On)?;
        spec.except = self.paren_after(Keyword::Except)?;
        let definition = empty(form, ObjectKind::Constraint, name, Spec::Constraint(spec));
        self.finish(definition, form, start)
    }

    /// `constraint name [(params)] [on (expr)] [extending …]`, after `abstract`
    pub(super) fn abstract_constraint(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        self.advance();
        let name = self.name()?;
        let mut spec = ConstraintSpec::default();
        let mut bases = Vec::new();
        if form.declares() {
            if self.at(TokenKind::OpenParen) {
                spec.params = self.params()?;
            }
            spec.on = self.paren_after(Keyword::On)?;
            if self.accept_keyword(Keyword::Extending) {
                bases = self.type_names()?;
            }
        }
        let mut definition = empty(form, ObjectKind::Constraint, name, Spec::Constraint(spec));
        definition.bases = bases;
        self.finish(definition, form, start)
    }

    /// `keyword (expr)`
    fn paren_after(&mut self, keyword: Keyword) -> Parsed<Option<Expr>> {
        if !self.accept_keyword(keyword) {
            return Ok(None);
        }
        self.paren_expr().map(Some)
    }

    /// `[deferred] index [name [(args)]] on (expr) [except (expr)]`
    fn index(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        let mut spec = IndexSpec { deferred: self.accept_keyword(Keyword::Deferred), ..Default::default() };
        self.expect_keyword(Keyword::Index)?;
        let name = match self.at_keyword(Keyword::On) {
            true => nameless(self.span()),
            false => self.name()?,
        };
        if !name.name.is_empty() && self.accept(TokenKind::OpenParen) {
            self.comma_list(TokenKind::CloseParen, |p| p.index_argument(&mut spec))?;
        }
        self.expect_keyword(Keyword::On)?;
        spec.on = Some(self.paren_expr()?);
        spec.except = self.paren_after(Keyword::Except)?;
        let definition = empty(form, ObjectKind::Index, name, Spec::Index(spec));
        self.finish(definition, form, start)
    }

    fn index_argument(&mut self, spec: &mut IndexSpec) -> Parsed<()> {
        match self.argument_name()? {
            Some(name) => spec.named_args.push(NamedExpr { name, value: self.expr()? }),
            None => spec.args.push(self.expr()?),
        }
        Ok(())
    }

    /// `index name [(params)] [extending …]`, after `abstract`
    pub(super) fn abstract_index(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        self.advance();
        let name = self.name()?;
        let mut spec = IndexSpec::default();
        let mut bases = Vec::new();
        if form.declares() {
            if self.at(TokenKind::OpenParen) {
                spec.params = self.params()?;
            }
            if self.accept_keyword(Keyword::Extending) {
                bases = self.type_names()?;
            }
        }
        let mut definition = empty(form, ObjectKind::Index, name, Spec::Index(spec));
        definition.bases = bases;
        self.finish(definition, form, start)
    }

    /// `trigger name after insert, … for each [when (expr)] do (expr)`
    fn trigger(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        self.advance();
        let name = Name::bare(self.ident()?);
        let (mut kinds, mut scope, mut when, mut body) = (Vec::new(), TriggerScope::Each, None, None);
        if form.declares() {
            self.expect_keyword(Keyword::After)?;
            kinds = self.comma_separated(Self::trigger_kind)?;
            self.expect_keyword(Keyword::For)?;
            if self.accept_keyword(Keyword::All) {
                scope = TriggerScope::All;
            } else {
                self.expect_keyword(Keyword::Each)?;
            }
            when = self.paren_after(Keyword::When)?;
            self.expect_keyword(Keyword::Do)?;
            body = Some(self.paren_expr()?);
        }
        let definition = empty(form, ObjectKind::Trigger, name, Spec::Trigger { kinds, scope, when, body });
        self.finish(definition, form, start)
    }

    fn trigger_kind(&mut self) -> Parsed<TriggerKind> {
        let kind = match self.peek_keyword() {
            Some(Keyword::Insert) => TriggerKind::Insert,
            Some(Keyword::Update) => TriggerKind::Update,
            Some(Keyword::Delete) => TriggerKind::Delete,
            _ => return self.unexpected(),
        };
        self.advance();
        Ok(kind)
    }

    /// `access policy name [when (expr)] allow … [using (expr)]`
    fn access_policy(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        self.advance();
        self.expect_keyword(Keyword::Policy)?;
        let name = Name::bare(self.ident()?);
        let (mut when, mut action, mut kinds, mut using) = (None, PolicyAction::Allow, Vec::new(), None);
        if form.declares() {
            when = self.paren_after(Keyword::When)?;
            (action, kinds) = self.access()?;
            using = self.paren_after(Keyword::Using)?;
        }
        let spec = Spec::AccessPolicy { when, action, kinds, using };
        let definition = empty(form, ObjectKind::AccessPolicy, name, spec);
        self.finish(definition, form, start)
    }

    /// `allow all`, `deny select, update read`
    pub(super) fn access(&mut self) -> Parsed<(PolicyAction, Vec<AccessKind>)> {
        let action = match self.peek_keyword() {
            Some(Keyword::Allow) => PolicyAction::Allow,
            Some(Keyword::Deny) => PolicyAction::Deny,
            _ => return self.unexpected(),
        };
        self.advance();
        let kinds = self.comma_separated(Self::access_kind)?;
        Ok((action, kinds.concat()))
    }

    fn access_kind(&mut self) -> Parsed<Vec<AccessKind>> {
        use AccessKind::{Delete, Insert, Select, UpdateRead, UpdateWrite};
        let kinds = match self.peek_keyword() {
            Some(Keyword::All) => vec![Select, UpdateRead, UpdateWrite, Delete, Insert],
            Some(Keyword::Select) => vec![Select],
            Some(Keyword::Insert) => vec![Insert],
            Some(Keyword::Delete) => vec![Delete],
            Some(Keyword::Update) => {
                self.advance();
                return Ok(if self.accept_keyword(Keyword::Read) {
                    vec![UpdateRead]
                } else if self.accept_keyword(Keyword::Write) {
                    vec![UpdateWrite]
                } else {
                    vec![UpdateRead, UpdateWrite]
                });
            }
            _ => return self.unexpected(),
        };
        self.advance();
        Ok(kinds)
    }

    /// `rewrite insert, update using (expr)`
    fn rewrite(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        let name = nameless(self.advance());
        let kinds = self.comma_separated(Self::rewrite_kind)?;
        let using = match form.declares() {
            true => {
                self.expect_keyword(Keyword::Using)?;
                Some(self.paren_expr()?)
            }
            false => None,
        };
        let definition = empty(form, ObjectKind::Rewrite, name, Spec::Rewrite { kinds, using });
        self.finish(definition, form, start)
    }

    fn rewrite_kind(&mut self) -> Parsed<RewriteKind> {
        let kind = match self.peek_keyword() {
            Some(Keyword::Insert) => RewriteKind::Insert,
            Some(Keyword::Update) => RewriteKind::Update,
            _ => return self.unexpected(),
        };
        self.advance();
        Ok(kind)
    }
}
