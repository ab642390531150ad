//! Links and properties of a type or a link.

use diag::Span;

use super::schema_item::{Form, empty};
use super::{Parsed, Parser};
use crate::ast::{
    Action, CommandKind, Definition, DeletePolicy, DeleteSide, Name, ObjectKind, PointerSpec, Spec,
};
use crate::lexer::{Keyword, TokenKind};

impl Parser<'_> {
    pub(super) fn pointer_requiredness(&mut self) -> Option<bool> {
        if self.accept_keyword(Keyword::Required) {
            return Some(true);
        }
        self.accept_keyword(Keyword::Optional).then_some(false)
    }

    /// `[overloaded] [required] [multi] [link] name [extending …] [: T] [:= expr] { … }`
    pub(super) fn pointer(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        let mut spec = PointerSpec::default();
        let plain = matches!(self.peek_at(1), TokenKind::Colon | TokenKind::Arrow | TokenKind::Assign);
        if form.declares() && !plain {
            spec.overloaded = form == Form::Sdl && self.accept_keyword(Keyword::Overloaded);
            self.pointer_qualifiers(&mut spec);
        }
        let object = self.pointer_object(form)?;
        let name = self.plain_pointer_name()?;
        let mut definition = empty(form, object, name, Spec::None);
        if form.declares() {
            if self.accept_keyword(Keyword::Extending) {
                definition.bases = self.type_names()?;
            }
            let block = self.at(TokenKind::OpenBrace);
            let required = object == ObjectKind::Pointer && !spec.overloaded && !block;
            self.pointer_target(&mut spec, required)?;
        }
        let ends = spec.computed.is_some() && form == Form::Create && !self.at(TokenKind::OpenBrace);
        definition.spec = Spec::Pointer(spec);
        if ends {
            definition.span = self.span_from(start);
            return Ok(definition);
        }
        let definition = self.finish(definition, form, start)?;
        self.check_extending(&definition);
        self.check_computed(&definition);
        Ok(definition)
    }

    /// The name of a pointer where it stands in no module.
    fn plain_pointer_name(&mut self) -> Parsed<Name> {
        let name = self.pointer_name()?;
        if name.module.is_some() {
            self.complain("unexpected fully-qualified name", name.span);
        }
        Ok(Name { module: None, ..name })
    }

    /// What is extended is said once, before the block or in it.
    pub(super) fn check_extending(&mut self, definition: &Definition) {
        let before = usize::from(!definition.bases.is_empty());
        let mut inside =
            definition.commands.iter().filter(|it| matches!(it.kind, CommandKind::Extending { .. }));
        let Some(second) = inside.nth(1 - before).filter(|_| definition.action == Action::Create) else {
            return;
        };
        let span = second.span;
        self.complain("specifying EXTENDING twice is not allowed", span);
    }

    /// A pointer without a type says by `using` in its block what it is, once.
    fn check_computed(&mut self, definition: &Definition) {
        let Spec::Pointer(spec) = &definition.spec else { return };
        let typed = spec.target.is_some() || spec.computed.is_some();
        if definition.action != Action::Create || typed {
            return;
        }
        let what = if definition.object == ObjectKind::Property { "property" } else { "link" };
        let using = definition.commands.iter().filter(|it| matches!(it.kind, CommandKind::Using(_))).count();
        match using {
            0 if spec.overloaded => {}
            0 => self.complain(format!("computed {what} without expression"), definition.name.span),
            1 => {}
            _ => {
                self.complain(format!("computed {what} with more than one expression"), definition.name.span)
            }
        }
    }

    /// The words may also be names: they qualify only where another name follows.
    fn pointer_qualifiers(&mut self, spec: &mut PointerSpec) {
        let named_next =
            |p: &Self| matches!(p.peek_at(1), TokenKind::Colon | TokenKind::Arrow | TokenKind::Assign);
        if !named_next(self) {
            spec.required = self.pointer_requiredness();
        }
        if !named_next(self) {
            spec.cardinality = self.pointer_cardinality();
        }
    }

    fn pointer_object(&mut self, form: Form) -> Parsed<ObjectKind> {
        let named = matches!(self.peek_at(1), TokenKind::Colon | TokenKind::Arrow | TokenKind::Assign);
        let object = match self.peek_keyword() {
            _ if form == Form::Sdl && named => return Ok(ObjectKind::Pointer),
            Some(Keyword::Link) => ObjectKind::Link,
            Some(Keyword::Property) => ObjectKind::Property,
            _ if form == Form::Sdl => return Ok(ObjectKind::Pointer),
            _ => return self.unexpected(),
        };
        self.advance();
        Ok(object)
    }

    /// `: T`, `-> T`, `:= expr`
    fn pointer_target(&mut self, spec: &mut PointerSpec, required: bool) -> Parsed<()> {
        if self.accept(TokenKind::Assign) {
            spec.computed = Some(self.element()?);
        } else if self.accept(TokenKind::Colon) || self.accept(TokenKind::Arrow) {
            spec.target = Some(self.full_type()?);
            if self.accept(TokenKind::Assign) {
                spec.computed = Some(self.element()?);
            }
        } else if required {
            return self.unexpected();
        }
        Ok(())
    }

    /// `on target delete …`, `on source delete …`
    pub(super) fn on_delete(&mut self) -> Parsed<CommandKind> {
        let side = self.delete_side()?;
        let policy = match side {
            DeleteSide::Target => self.target_delete_policy()?,
            DeleteSide::Source => self.source_delete_policy()?,
        };
        Ok(CommandKind::OnDelete { side, policy: Some(policy) })
    }

    /// `on target delete`, `on source delete`
    pub(super) fn delete_side(&mut self) -> Parsed<DeleteSide> {
        self.expect_keyword(Keyword::On)?;
        let side = match self.peek_keyword() {
            Some(Keyword::Target) => DeleteSide::Target,
            Some(Keyword::Source) => DeleteSide::Source,
            _ => return self.unexpected(),
        };
        self.advance();
        self.expect_keyword(Keyword::Delete)?;
        Ok(side)
    }

    fn target_delete_policy(&mut self) -> Parsed<DeletePolicy> {
        if self.accept_keyword(Keyword::Restrict) {
            return Ok(DeletePolicy::Restrict);
        }
        if self.accept_keyword(Keyword::Allow) {
            return Ok(DeletePolicy::Allow);
        }
        if self.accept_keyword(Keyword::Deferred) {
            self.expect_keyword(Keyword::Restrict)?;
            return Ok(DeletePolicy::DeferredRestrict);
        }
        self.expect_keyword(Keyword::Delete)?;
        self.expect_keyword(Keyword::Source)?;
        Ok(DeletePolicy::DeleteSource)
    }

    fn source_delete_policy(&mut self) -> Parsed<DeletePolicy> {
        if self.accept_keyword(Keyword::Allow) {
            return Ok(DeletePolicy::Allow);
        }
        self.expect_keyword(Keyword::Delete)?;
        self.expect_keyword(Keyword::Target)?;
        if !self.accept_keyword(Keyword::If) {
            return Ok(DeletePolicy::DeleteTarget);
        }
        self.expect_keyword(Keyword::Orphan)?;
        Ok(DeletePolicy::DeleteTargetIfOrphan)
    }
}
