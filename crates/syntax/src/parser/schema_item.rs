//! Schema objects that stand in a module, in SDL and DDL alike.

use diag::Span;

use super::{Parsed, Parser};
use crate::ast::{
    Action, Command, CommandKind, Definition, ForeignForm, FunctionBody, FunctionParam, FunctionSpec, Name,
    ObjectKind, ParamKind, PointerSpec, Spec, TypeExpr, TypeKind,
};
use crate::lexer::{Keyword, TokenKind, tokenize};

/// In which form an object is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A declaration.
    Sdl,
    /// After `create`.
    Create,
    /// After `alter`.
    Alter,
    /// After `drop`.
    Drop,
}

impl Form {
    pub(super) fn action(self) -> Action {
        match self {
            Form::Sdl | Form::Create => Action::Create,
            Form::Alter => Action::Alter,
            Form::Drop => Action::Drop,
        }
    }

    /// Whether the object comes into being here.
    pub(super) fn declares(self) -> bool {
        self.action() == Action::Create
    }
}

/// A definition with nothing in it yet.
pub(super) fn empty(form: Form, object: ObjectKind, name: Name, spec: Spec) -> Definition {
    Definition {
        action: form.action(),
        object,
        span: name.span,
        name,
        is_abstract: false,
        if_not_exists: false,
        bases: Vec::new(),
        spec,
        commands: Vec::new(),
    }
}

fn is_enum(base: &TypeExpr) -> bool {
    matches!(&base.kind, TypeKind::Generic { name, .. } if name.as_bare().is_some_and(|it| &**it == "enum"))
}

impl Parser<'_> {
    /// Reads the block and closes the definition.
    pub(super) fn finish(
        &mut self,
        mut definition: Definition,
        form: Form,
        start: Span,
    ) -> Parsed<Definition> {
        definition.commands.extend(self.block(definition.object, form)?);
        definition.span = self.span_from(start);
        Ok(definition)
    }

    /// An object of a module, other than a global.
    pub(super) fn module_object(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        let Some(keyword) = self.peek_keyword() else { return self.unexpected() };
        match keyword {
            Keyword::Type => self.inheriting_object(ObjectKind::Type, form, start),
            Keyword::Scalar => self.scalar_type(form, start),
            Keyword::Final if form == Form::Create => {
                let span = self.advance();
                let definition = self.scalar_type(form, start)?;
                // Old dumps say it of every enum.
                if !definition.bases.iter().any(is_enum) {
                    self.refuse("FINAL is not supported", span);
                }
                Ok(definition)
            }
            Keyword::Alias => self.alias_object(form, start),
            Keyword::Function => self.function(form, start),
            Keyword::Permission => self.named_object(ObjectKind::Permission, form, start),
            _ => self.unexpected(),
        }
    }

    /// What follows `abstract`.
    pub(super) fn abstract_object(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        let Some(keyword) = self.peek_keyword() else { return self.unexpected() };
        let mut definition = match keyword {
            Keyword::Type => self.inheriting_object(ObjectKind::Type, form, start)?,
            Keyword::Scalar => self.scalar_type(form, start)?,
            Keyword::Link => self.inheriting_object(ObjectKind::Link, form, start)?,
            Keyword::Property => self.inheriting_object(ObjectKind::Property, form, start)?,
            Keyword::Constraint => self.abstract_constraint(form, start)?,
            Keyword::Index => self.abstract_index(form, start)?,
            Keyword::Annotation => self.abstract_annotation(false, form, start)?,
            Keyword::Inheritable if form.declares() => {
                self.advance();
                self.abstract_annotation(true, form, start)?
            }
            _ => return self.unexpected(),
        };
        definition.is_abstract = true;
        Ok(definition)
    }

    /// The keyword, a name, bases, a block.
    fn inheriting_object(&mut self, object: ObjectKind, form: Form, start: Span) -> Parsed<Definition> {
        self.advance();
        let spec = match object {
            ObjectKind::Link | ObjectKind::Property => Spec::Pointer(PointerSpec::default()),
            _ => Spec::None,
        };
        let mut definition = empty(form, object, self.name()?, spec);
        if form.declares() && self.accept_keyword(Keyword::Extending) {
            definition.bases = self.type_names()?;
        }
        self.finish(definition, form, start)
    }

    fn scalar_type(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        self.advance();
        if !self.at_keyword(Keyword::Type) {
            return self.unexpected();
        }
        self.inheriting_object(ObjectKind::ScalarType, form, start)
    }

    /// The keyword, a name, a block.
    fn named_object(&mut self, object: ObjectKind, form: Form, start: Span) -> Parsed<Definition> {
        self.advance();
        let definition = empty(form, object, self.name()?, Spec::None);
        self.finish(definition, form, start)
    }

    fn abstract_annotation(&mut self, inheritable: bool, form: Form, start: Span) -> Parsed<Definition> {
        self.expect_keyword(Keyword::Annotation)?;
        let definition = empty(form, ObjectKind::Annotation, self.name()?, Spec::Annotation { inheritable });
        self.finish(definition, form, start)
    }

    /// `alias name := expr`, `alias name { using (expr); … }`
    fn alias_object(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        self.advance();
        let mut definition = empty(form, ObjectKind::Alias, self.name()?, Spec::Alias(None));
        if form.declares() && self.accept(TokenKind::Assign) {
            definition.spec = Spec::Alias(Some(self.element()?));
            definition.span = self.span_from(start);
            return Ok(definition);
        }
        self.finish(definition, form, start)
    }

    /// `[required] [multi] global name: T { … }`, `… := expr`
    pub(super) fn global(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        let mut spec = PointerSpec::default();
        if form.declares() {
            spec.required = self.pointer_requiredness();
            spec.cardinality = self.pointer_cardinality();
        }
        self.expect_keyword(Keyword::Global)?;
        let name = self.name()?;
        if form.declares() && self.accept(TokenKind::Assign) {
            spec.computed = Some(self.element()?);
            let mut definition = empty(form, ObjectKind::Global, name, Spec::Pointer(spec));
            definition.span = self.span_from(start);
            return Ok(definition);
        }
        if form.declares() && (self.accept(TokenKind::Colon) || self.accept(TokenKind::Arrow)) {
            spec.target = Some(self.full_type()?);
        } else if form.declares() && !self.at(TokenKind::OpenBrace) && !self.at_keyword(Keyword::Using) {
            return self.unexpected();
        }
        let definition = empty(form, ObjectKind::Global, name, Spec::Pointer(spec));
        self.finish(definition, form, start)
    }

    /// `function name(params) -> T using (…)`
    fn function(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        self.advance();
        let name = self.name()?;
        let params = self.params()?;
        let returns = match form.declares() {
            true => {
                self.expect(TokenKind::Arrow)?;
                Some(self.modified_type()?)
            }
            false => None,
        };
        let spec = Spec::Function(FunctionSpec { params, returns });
        let definition = empty(form, ObjectKind::Function, name, spec);
        self.finish(definition, form, start)
    }

    /// `(a: T, variadic b: T, named only c: T = expr)`
    pub(super) fn params(&mut self) -> Parsed<Vec<FunctionParam>> {
        self.expect(TokenKind::OpenParen)?;
        let params = self.comma_list(TokenKind::CloseParen, Self::param_declaration)?;
        self.check_params(&params);
        Ok(params)
    }

    fn param_declaration(&mut self) -> Parsed<FunctionParam> {
        let start = self.span();
        let kind = if self.accept_keyword(Keyword::Variadic) {
            ParamKind::Variadic
        } else if self.accept_keyword(Keyword::NamedOnly) {
            ParamKind::NamedOnly
        } else {
            ParamKind::Positional
        };
        let name = self.any_ident()?;
        self.expect(TokenKind::Colon)?;
        let (modifier, ty) = self.modified_type()?;
        let default = match self.accept(TokenKind::Eq) {
            true => Some(self.expr()?),
            false => None,
        };
        Ok(FunctionParam { name, kind, modifier, ty, default, span: self.span_from(start) })
    }

    /// Positional parameters come first, those without a default before the others; then a variadic one; then named ones.
    fn check_params(&mut self, params: &[FunctionParam]) {
        let (mut variadic, mut named, mut default): (Option<&str>, Option<&str>, Option<&str>) =
            (None, None, None);
        for (index, param) in params.iter().enumerate() {
            let name = &*param.name.text;
            let problem = match (param.kind, named, variadic, default) {
                _ if params[..index].iter().any(|other| other.name.text == param.name.text) => {
                    Some(format!("duplicate parameter name `{name}`"))
                }
                (ParamKind::Variadic, _, Some(_), _) => Some("more than one variadic argument".to_owned()),
                (ParamKind::Variadic, Some(other), ..) => {
                    Some(format!("NAMED ONLY argument `{other}` before VARIADIC argument `{name}`"))
                }
                (ParamKind::Positional, Some(other), ..) => {
                    Some(format!("positional argument `{name}` follows NAMED ONLY argument `{other}`"))
                }
                (ParamKind::Positional, _, Some(other), _) => {
                    Some(format!("positional argument `{name}` follows VARIADIC argument `{other}`"))
                }
                (ParamKind::Positional, .., Some(other)) if param.default.is_none() => Some(format!(
                    "positional argument `{name}` without default follows positional argument `{other}` with default"
                )),
                _ => None,
            };
            if let Some(problem) = problem {
                self.complain(problem, param.span);
            }
            match param.kind {
                ParamKind::Variadic => variadic = Some(name),
                ParamKind::NamedOnly => named = Some(name),
                ParamKind::Positional => default = default.or(param.default.as_ref().map(|_| name)),
            }
        }
    }

    /// What follows `using` in a function.
    pub(super) fn function_body(&mut self) -> Parsed<FunctionBody> {
        if self.at(TokenKind::OpenParen) {
            return self.paren_expr().map(FunctionBody::Expr);
        }
        let language = self.any_ident()?.text.to_lowercase();
        let (form, text) = if self.accept_keyword(Keyword::Function) {
            (ForeignForm::Function, Some(self.string()?))
        } else if self.accept_keyword(Keyword::Expression) {
            (ForeignForm::Expression, None)
        } else {
            (ForeignForm::Code, Some(self.string()?))
        };
        if let (ForeignForm::Code, "edgeql", Some(text)) = (form, &*language, &text) {
            let tokens = tokenize(text).unwrap_or_default();
            if let Ok(expr) = Parser::new(text, &tokens).whole_expr() {
                return Ok(FunctionBody::Expr(expr));
            }
        }
        Ok(FunctionBody::Foreign { language: language.into(), form, text })
    }

    /// `extension name [version '…']`, from `extension`
    pub(super) fn extension(&mut self, form: Form, start: Span) -> Parsed<Definition> {
        self.expect_keyword(Keyword::Extension)?;
        let name = Name::bare(self.ident()?);
        let if_not_exists = form == Form::Create && self.if_not_exists()?;
        if form == Form::Alter {
            self.expect_keyword(Keyword::To)?;
        }
        let version = match self.accept_keyword(Keyword::Version) {
            true => Some(self.string()?),
            false if form == Form::Alter => return self.unexpected(),
            false => None,
        };
        let mut definition = empty(form, ObjectKind::Extension, name, Spec::Extension { version });
        definition.if_not_exists = if_not_exists;
        definition.span = self.span_from(start);
        Ok(definition)
    }

    /// `future name`, from `future`
    pub(super) fn future(&mut self, action: Action, start: Span) -> Parsed<Definition> {
        self.expect_keyword(Keyword::Future)?;
        let name = Name::bare(self.ident()?);
        let mut definition = empty(Form::Create, ObjectKind::Future, name, Spec::None);
        definition.action = action;
        definition.span = self.span_from(start);
        Ok(definition)
    }

    /// `if not exists`
    pub(super) fn if_not_exists(&mut self) -> Parsed<bool> {
        if !self.accept_keyword(Keyword::If) {
            return Ok(false);
        }
        self.expect_keyword(Keyword::Not)?;
        self.expect_keyword(Keyword::Exists)?;
        Ok(true)
    }

    /// `using (expr)`, or a function's body.
    pub(super) fn using_command(&mut self, owner: ObjectKind) -> Parsed<CommandKind> {
        self.expect_keyword(Keyword::Using)?;
        match owner {
            ObjectKind::Function => self.function_body().map(CommandKind::FunctionBody),
            _ => self.paren_expr().map(CommandKind::Using),
        }
    }

    /// The single command `using …` that may stand in place of a block.
    pub(super) fn using_instead_of_block(&mut self, owner: ObjectKind) -> Parsed<Vec<Command>> {
        let (kind, span) = self.spanned(|p| p.using_command(owner))?;
        Ok(vec![Command { kind, span }])
    }
}
