//! From the syntax of a declaration to the declaration: names made full, literals read.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast::{
    self, Command, CommandKind, Definition, Expr, FunctionBody, Name, ObjectKind, PointerSpec, Spec,
};

use super::literals::*;
use super::wording::*;
use super::{Decl, DeclParam, Field, NameUse, NameWalk, Names, PATH_ROOTS, Setting};
use crate::model::*;
use crate::{Expression, Scope};

/// Reads declarations that stand in one scope.
#[derive(Clone)]
pub(crate) struct Declarer<'a> {
    pub(crate) names: &'a Names<'a>,
    pub(crate) scope: Scope,
    /// In a schema document, where errors about names have a place and no suggestions.
    pub(crate) sdl: bool,
    /// In an extension, whose functions have their bodies elsewhere.
    pub(crate) builtin: bool,
}

/// Parameters of functions and constraints are named without a dollar.
fn check_no_parameter(decl: &Decl, expr: &Expr) -> Result<()> {
    let code = match decl.class {
        ObjectKind::Constraint => ErrorCode::INVALID_CONSTRAINT_DEFINITION,
        ObjectKind::Function => ErrorCode::INVALID_FUNCTION_DEFINITION,
        _ => return Ok(()),
    };
    let mut ignore = |_: NameUse, _: &mut Name, _: &Scope| {};
    let mut walk = NameWalk::new(Scope::default(), Vec::new(), &mut ignore);
    walk.expr(&mut expr.clone());
    match walk.parameter() {
        Some(span) => {
            let message = "dollar-prefixed \"$parameters\" cannot be used here";
            Err(Diagnostic::new(code, message).at(span))
        }
        None => Ok(()),
    }
}

/// Only the standard library has functions with bodies of another language.
fn foreign_body(decl: &Decl, language: &str, form: ast::ForeignForm) -> Diagnostic {
    let language = match (language, form) {
        ("edgeql", ast::ForeignForm::Code) => "EdgeQL".to_owned(),
        (_, ast::ForeignForm::Function) => format!("{} FUNCTION", language.to_uppercase()),
        _ => language.to_uppercase(),
    };
    let signature = crate::resolve::shown_signature(decl);
    let message = format!(
        "cannot create `{signature}` function: \"USING {language}\" is not supported in user-defined functions"
    );
    Diagnostic::new(ErrorCode::INVALID_FUNCTION_DEFINITION, message).at_if_unknown(decl.span)
}

/// The name of an index that names no kind.
pub(crate) const PLAIN_INDEX: &str = "__::idx";

impl Declarer<'_> {
    /// The declarations that a creating definition makes: one, but for a rewrite of both kinds.
    pub(crate) fn declare(&self, def: &Definition) -> Result<Vec<Decl>> {
        if let Spec::Rewrite { kinds, using } = &def.spec {
            let rewrite = |kind: &ast::RewriteKind| self.rewrite(def, *kind, using.as_ref());
            return kinds.iter().map(rewrite).collect();
        }
        let mut decl = Decl::new(def.object, self.name_of(def)?, Some(span_of(def)));
        if def.is_abstract {
            decl.set(Field::Abstract, Setting::Flag(true));
        }
        self.set_bases(&mut decl, &def.bases)?;
        self.check_abstract_index(&decl)?;
        let locals = self.set_spec(&mut decl, def)?;
        for command in &def.commands {
            self.add_command(&mut decl, command, &locals)?;
        }
        Ok(vec![decl])
    }

    /// Only the standard library has kinds of index of its own making.
    fn check_abstract_index(&self, decl: &Decl) -> Result<()> {
        let is_new = decl.class == ObjectKind::Index && decl.is(Field::Abstract) && decl.bases().is_empty();
        if !is_new || self.builtin {
            return Ok(());
        }
        let message = format!(
            "cannot create abstract index '{}' because user-defined abstract indexes are not supported",
            decl.name
        );
        Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at_if_unknown(decl.span))
    }

    fn rewrite(&self, def: &Definition, kind: ast::RewriteKind, using: Option<&Expr>) -> Result<Decl> {
        let mut decl = Decl::new(ObjectKind::Rewrite, rewrite_name(kind), Some(def.span));
        decl.set_some(Field::Using, self.some_expr(using, &[])?.map(Setting::Expr));
        for command in &def.commands {
            self.add_command(&mut decl, command, &[])?;
        }
        Ok(decl)
    }

    /// The name that the declaration goes by: full for what lives in a module and for what it refers to.
    pub(crate) fn name_of(&self, def: &Definition) -> Result<Arc<str>> {
        let resolved = |class: ObjectKind| self.reference(&def.name, &[class], class.keywords(), def.span);
        match (def.object, &def.spec) {
            (ObjectKind::AnnotationValue, _) => resolved(ObjectKind::Annotation),
            (ObjectKind::Constraint, _) if !def.is_abstract => resolved(ObjectKind::Constraint),
            (ObjectKind::Index, _) if def.name.name.is_empty() => Ok(PLAIN_INDEX.into()),
            (ObjectKind::Index, _) if !def.is_abstract => resolved(ObjectKind::Index),
            (ObjectKind::Rewrite, Spec::Rewrite { kinds, .. }) => {
                Ok(kinds.first().map_or("insert", |kind| rewrite_name(*kind)).into())
            }
            (ObjectKind::Module, _) => Ok(def.name.to_string().into()),
            (
                ObjectKind::Trigger | ObjectKind::AccessPolicy | ObjectKind::Extension | ObjectKind::Future,
                _,
            ) => Ok(def.name.name.clone()),
            (ObjectKind::Link | ObjectKind::Property | ObjectKind::Pointer, _) if !def.is_abstract => {
                Ok(def.name.name.clone())
            }
            _ => Ok(self.scope.qualify(&def.name).as_arc().clone()),
        }
    }

    /// The full name of what is referred to.
    pub(crate) fn reference(
        &self,
        name: &Name,
        classes: &[ObjectKind],
        what: &str,
        span: Span,
    ) -> Result<Arc<str>> {
        self.names.resolve(&self.scope, name, classes).ok_or_else(|| {
            if let Some(missing) = name.module.as_deref().and_then(crate::extension::missing_in) {
                return Diagnostic::unsupported(missing).at(name.span);
            }
            let message = format!("{what} '{}' does not exist", self.scope.qualify(name));
            let error = Diagnostic::new(ErrorCode::INVALID_REFERENCE, message);
            if self.sdl { error.at(span) } else { error }
        })
    }

    // -- expressions ------------------------------------------------------------

    /// The expression with every name in it made full; `locals` are names that what is around it binds.
    pub(crate) fn expr(&self, expr: &Expr, locals: &[Arc<str>]) -> Result<Expression> {
        let mut tree = expr.clone();
        let mut problem = None;
        let mut visit = |used: NameUse, name: &mut Name, scope: &Scope| {
            if let Err(error) = self.qualify(used, name, scope) {
                problem.get_or_insert(error);
            }
        };
        NameWalk::new(self.scope.clone(), locals.to_vec(), &mut visit).expr(&mut tree);
        match problem {
            Some(error) => Err(error),
            None => Ok(Expression::of(tree)),
        }
    }

    /// Makes a name full. A path or a call that starts from nothing known is left for the compiler to report.
    fn qualify(&self, used: NameUse, name: &mut Name, scope: &Scope) -> Result<()> {
        let classes: &[ObjectKind] = match used {
            NameUse::Path => PATH_ROOTS,
            NameUse::Type => {
                if name.as_bare().is_some_and(|it| matches!(&**it, "anytype" | "anytuple" | "anyobject")) {
                    return Ok(());
                }
                PATH_ROOTS
            }
            NameUse::Function => &[ObjectKind::Function],
            NameUse::Global => &[ObjectKind::Global, ObjectKind::Permission],
        };
        match self.names.resolve(scope, name, classes) {
            Some(full) => {
                let full = crate::QName::parse(&full);
                name.module = Some(full.module().into());
                name.name = full.local().into();
                Ok(())
            }
            None if used == NameUse::Type && self.sdl => {
                let inside = Declarer { scope: scope.clone(), ..self.clone() };
                Err(inside.no_such_type(name))
            }
            None => Ok(()),
        }
    }

    pub(crate) fn some_expr(&self, expr: Option<&Expr>, locals: &[Arc<str>]) -> Result<Option<Expression>> {
        expr.map(|expr| self.expr(expr, locals)).transpose()
    }

    fn exprs(&self, exprs: &[Expr]) -> Result<Vec<Expression>> {
        exprs.iter().map(|expr| self.expr(expr, &[])).collect()
    }

    // -- what each kind of object says before its block -------------------------

    /// Reads what only this kind of object has; gives the names that its expressions may use.
    pub(crate) fn set_spec(&self, decl: &mut Decl, def: &Definition) -> Result<Vec<Arc<str>>> {
        match &def.spec {
            Spec::None | Spec::Role { .. } | Spec::Rewrite { .. } => {}
            Spec::Pointer(spec) => self.set_pointer(decl, spec)?,
            Spec::Constraint(spec) => return self.set_constraint(decl, spec),
            Spec::Index(spec) => {
                let named = spec.named_args.iter();
                let named = named.map(|arg| Ok((arg.name.text.clone(), self.expr(&arg.value, &[])?)));
                let named = named.collect::<Result<Vec<_>>>()?;
                if !named.is_empty() {
                    decl.set(Field::NamedArgs, Setting::NamedExprs(named));
                }
                decl.set_some(Field::On, self.some_expr(spec.on.as_ref(), &[])?.map(Setting::Expr));
                decl.set_some(Field::Except, self.some_expr(spec.except.as_ref(), &[])?.map(Setting::Expr));
                if spec.deferred {
                    decl.set(Field::Deferred, Setting::Flag(true));
                }
            }
            Spec::Function(spec) => return self.set_function(decl, spec),
            Spec::Annotation { inheritable } => {
                if *inheritable {
                    decl.set(Field::Inheritable, Setting::Flag(true));
                }
            }
            Spec::AnnotationValue(value) => {
                if let Some(value) = value {
                    decl.set(Field::Value, Setting::Text(annotation(value)?));
                }
            }
            Spec::Alias(expr) => {
                decl.set_some(Field::Using, self.some_expr(expr.as_ref(), &[])?.map(Setting::Expr));
            }
            Spec::Trigger { kinds, scope, when, body } => {
                decl.set(
                    Field::TriggerKinds,
                    Setting::TriggerKinds(kinds.iter().map(trigger_kind).collect()),
                );
                decl.set(Field::TriggerScope, Setting::TriggerScope(trigger_scope(*scope)));
                decl.set_some(Field::When, self.some_expr(when.as_ref(), &[])?.map(Setting::Expr));
                decl.set_some(Field::Using, self.some_expr(body.as_ref(), &[])?.map(Setting::Expr));
            }
            Spec::AccessPolicy { when, action, kinds, using } => {
                decl.set(Field::Allow, Setting::Flag(*action == ast::PolicyAction::Allow));
                decl.set(Field::AccessKinds, Setting::AccessKinds(access_kinds(kinds)));
                decl.set_some(Field::When, self.some_expr(when.as_ref(), &[])?.map(Setting::Expr));
                decl.set_some(Field::Using, self.some_expr(using.as_ref(), &[])?.map(Setting::Expr));
            }
            Spec::Extension { version } => decl.set_some(Field::Version, version.clone().map(Setting::Text)),
        }
        Ok(Vec::new())
    }

    fn set_pointer(&self, decl: &mut Decl, spec: &PointerSpec) -> Result<()> {
        decl.overloaded = spec.overloaded;
        decl.set_some(Field::Required, spec.required.map(Setting::Flag));
        decl.set_some(Field::Cardinality, spec.cardinality.map(cardinality).map(Setting::Cardinality));
        if let Some(ty) = &spec.target {
            let target = self.target(ty)?;
            if decl.class == ObjectKind::Pointer {
                decl.class = self.pointer_class(&target);
            }
            decl.set(Field::Target, Setting::Type(target));
        }
        decl.set_some(Field::Computed, self.some_expr(spec.computed.as_ref(), &[])?.map(Setting::Expr));
        Ok(())
    }

    fn set_constraint(&self, decl: &mut Decl, spec: &ast::ConstraintSpec) -> Result<Vec<Arc<str>>> {
        let params = self.params(&spec.params)?;
        let locals: Vec<Arc<str>> = params.iter().map(|param| param.name.clone()).collect();
        if !params.is_empty() {
            decl.set(Field::Params, Setting::Params(params));
        }
        if !spec.args.is_empty() {
            decl.set(Field::Args, Setting::Exprs(self.exprs(&spec.args)?));
        }
        if spec.delegated {
            decl.set(Field::Delegated, Setting::Flag(true));
        }
        decl.set_some(Field::On, self.some_expr(spec.on.as_ref(), &locals)?.map(Setting::Expr));
        decl.set_some(Field::Except, self.some_expr(spec.except.as_ref(), &locals)?.map(Setting::Expr));
        Ok(locals)
    }

    fn set_function(&self, decl: &mut Decl, spec: &ast::FunctionSpec) -> Result<Vec<Arc<str>>> {
        let params = self.params(&spec.params)?;
        let locals = params.iter().map(|param| param.name.clone()).collect();
        decl.set(Field::Params, Setting::Params(params));
        if let Some((modifier, ty)) = &spec.returns {
            decl.set(Field::Returns, Setting::Returns(type_mod(*modifier), self.ty(ty)?));
        }
        Ok(locals)
    }

    pub(crate) fn params(&self, params: &[ast::FunctionParam]) -> Result<Vec<DeclParam>> {
        let param = |param: &ast::FunctionParam| {
            Ok(DeclParam {
                name: param.name.text.clone(),
                kind: match param.kind {
                    ast::ParamKind::Positional => ParameterKind::Positional,
                    ast::ParamKind::Variadic => ParameterKind::Variadic,
                    ast::ParamKind::NamedOnly => ParameterKind::NamedOnly,
                },
                typemod: type_mod(param.modifier),
                ty: self.ty(&param.ty)?,
                default: self.some_expr(param.default.as_ref(), &[])?,
            })
        };
        params.iter().map(param).collect()
    }

    /// The permissions that a set of names, or a name alone, means.
    fn permissions(&self, value: &Expr) -> Result<Vec<Arc<str>>> {
        let Some(names) = set_of_names(value) else {
            return Err(definition_error("expected a set of permissions", value.span));
        };
        let resolved = |name: &Name| self.reference(name, &[ObjectKind::Permission], "permission", name.span);
        names.into_iter().map(resolved).collect()
    }

    // -- what stands in the block -------------------------------------------------

    /// Reads one command of the block of a creating definition.
    pub(crate) fn add_command(&self, decl: &mut Decl, command: &Command, locals: &[Arc<str>]) -> Result<()> {
        match &command.kind {
            CommandKind::Definition(def) => {
                for child in self.declare(def)? {
                    let key = child.key();
                    if decl.child(&key).is_some() {
                        return Err(
                            already_exists(&child, Some(decl)).at_if_unknown(self.sdl.then_some(def.span))
                        );
                    }
                    decl.children.push(child);
                }
            }
            CommandKind::SetField { name, value } => {
                self.set_field(decl, &name.text, value, locals, name.span)?
            }
            CommandKind::Using(expr) => {
                let field = if decl.is_pointer() || decl.class == ObjectKind::Global {
                    Field::Computed
                } else {
                    Field::Using
                };
                check_no_parameter(decl, expr)?;
                decl.set(field, Setting::Expr(self.expr(expr, locals)?));
            }
            CommandKind::FunctionBody(FunctionBody::Expr(expr)) => {
                check_no_parameter(decl, expr)?;
                decl.set(Field::Using, Setting::Expr(self.expr(expr, locals)?));
            }
            CommandKind::FunctionBody(FunctionBody::Foreign { .. }) if self.builtin => {}
            CommandKind::FunctionBody(FunctionBody::Foreign { language, form, text }) => {
                // EdgeQL that is no expression came through as it stands.
                if let (ast::ForeignForm::Code, "edgeql", Some(text)) = (form, &**language, text) {
                    syntax::parse_expr(text)
                        .map_err(|error| Diagnostic { span: Some(command.span), ..error })?;
                }
                return Err(foreign_body(decl, language, *form));
            }
            CommandKind::Extending { bases, .. } => self.set_bases(decl, bases)?,
            CommandKind::OnDelete { side, policy } => {
                if let Some(policy) = policy {
                    set_delete_policy(decl, *side, *policy);
                }
            }
            CommandKind::SetAbstract(is) => decl.set(Field::Abstract, Setting::Flag(*is)),
            CommandKind::SetDelegated(is) => decl.set(Field::Delegated, Setting::Flag(*is)),
            CommandKind::SetRequired { required, using } => {
                decl.set_some(Field::Required, required.map(Setting::Flag));
                decl.fill = self.some_expr(using.as_ref(), &[])?;
            }
            CommandKind::SetCardinality { cardinality: to, .. } => {
                decl.set_some(Field::Cardinality, to.map(cardinality).map(Setting::Cardinality));
            }
            CommandKind::SetType { ty: Some(ty), .. } => decl.set(Field::Target, Setting::Type(self.ty(ty)?)),
            CommandKind::When(Some(expr)) => decl.set(Field::When, Setting::Expr(self.expr(expr, locals)?)),
            CommandKind::Access { action, kinds } => {
                decl.set(Field::Allow, Setting::Flag(*action == ast::PolicyAction::Allow));
                decl.set(Field::AccessKinds, Setting::AccessKinds(access_kinds(kinds)));
            }
            CommandKind::SetDeferred(is) => decl.set(Field::Deferred, Setting::Flag(*is)),
            CommandKind::SetOwned(_) => {}
            CommandKind::ResetField(_)
            | CommandKind::Rename(_)
            | CommandKind::DropExtending(_)
            | CommandKind::SetType { ty: None, .. }
            | CommandKind::When(None) => {
                return Err(definition_error(
                    "this command is not allowed when something is created",
                    command.span,
                ));
            }
        }
        Ok(())
    }

    /// `field := value`
    pub(crate) fn set_field(
        &self,
        decl: &mut Decl,
        name: &str,
        value: &Expr,
        locals: &[Arc<str>],
        span: Span,
    ) -> Result<()> {
        if name == "id" {
            decl.id = uuid(value)?;
            return Ok(());
        }
        // Every index is built at once here; how is nothing that the schema keeps.
        if name == "build_concurrently" && decl.class == ObjectKind::Index {
            return boolean(value).map(|_| ());
        }
        let (field, setting) = match name {
            "default" => (Field::Default, Setting::Expr(self.expr(value, locals)?.within(span))),
            "expr" => (Field::Computed, Setting::Expr(self.expr(value, locals)?)),
            "readonly" => (Field::Readonly, Setting::Flag(boolean(value)?)),
            "protected" => (Field::Protected, Setting::Flag(boolean(value)?)),
            "splat_strategy" if decl.is_pointer() => {
                (Field::SplatStrategy, Setting::Text(splat_strategy(value)?))
            }
            "secret" => (Field::Secret, Setting::Flag(boolean(value)?)),
            "abstract" => (Field::Abstract, Setting::Flag(boolean(value)?)),
            "delegated" => (Field::Delegated, Setting::Flag(boolean(value)?)),
            "deferred" => (Field::Deferred, Setting::Flag(boolean(value)?)),
            "required" => (Field::Required, Setting::Flag(boolean(value)?)),
            "is_inlined" => (Field::Inlined, Setting::Flag(boolean(value)?)),
            "required_permissions" if decl.class == ObjectKind::Function => {
                (Field::RequiredPermissions, Setting::Texts(self.permissions(value)?))
            }
            "errmessage" => (Field::Errmessage, Setting::Text(string(value)?)),
            "volatility" => (Field::Volatility, Setting::Volatility(volatility(value)?)),
            _ => {
                let message =
                    format!("'{name}' is not a valid field for {}", with_article(class_title(decl.class)));
                return Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at(span));
            }
        };
        decl.set(field, setting);
        Ok(())
    }
}
