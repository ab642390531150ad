//! What a change of schema needs compiled: values for pointers of existing objects, rules to hold them to.

use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Expr, Kind, RuleBook, StoredPointer, Type, VarId};
use schema::{Expression, Pointer};
use uuid::Uuid;

use crate::cast::built_in_below;
use crate::context::Context;
use crate::expr::let_of;
use crate::names::describe_type;
use crate::path::{pointer_type, read_link_property, step_to};
use crate::rules::{self, Anchored, Reading, rule_expr, rule_scope};
use crate::scope::{PathId, PathKey, Root, Scope};
use crate::{Compiler, Options, cast, errors, infer};

/// Where a new value comes from.
#[derive(Clone, Copy, Debug)]
pub enum ValueSource<'a> {
    /// Conversions, about the object as it was; to each the pointer has what the one before gave.
    Using(&'a [Expression]),
    /// The value for objects that have none, about the object as it was.
    Fill(&'a Expression),
    /// What this pointer held, become of the new type by itself.
    Old(&'a Pointer),
    /// What this pointer held, looked at again: its type is called as before and takes other values now.
    Again(&'a Pointer),
}

/// The new value of a pointer.
#[derive(Debug)]
pub struct PointerValue {
    /// The pointer as it is to be.
    pub pointer: StoredPointer,
    /// Bound to the object as it was.
    pub subject: VarId,
    /// The value.
    pub value: Expr,
}

/// The new value of a property of a link.
#[derive(Debug)]
pub struct PropertyValue {
    /// Bound to the object at the other end, reached over the link as it was.
    pub subject: VarId,
    /// The value.
    pub value: Expr,
}

impl Compiler {
    /// The rules of these concrete types and of those that change with them.
    ///
    /// # Errors
    /// None for a schema that [`crate::check`] found sound.
    pub fn rules_of(&self, types: &[Uuid]) -> Result<Arc<RuleBook>> {
        let options = Options::default();
        rules::rule_book(&mut Context::new(self, &options), types.iter().copied())
    }

    /// The value that the pointer `to`, of the schema of `after`, gets in objects of type `owner`, which are as this
    /// schema has them.
    ///
    /// # Errors
    /// Where the expression does not compile, or gives what the pointer cannot hold.
    pub fn pointer_value(
        &self,
        owner: Uuid,
        source: ValueSource<'_>,
        to: &Pointer,
        after: &Compiler,
    ) -> Result<PointerValue> {
        let options = Options::default();
        let mut cx = Context::new(self, &options);
        let subject = cx.new_var(self.object(owner), Cardinality::One);
        let scope = self.scope_of(owner, subject, Some(owner));
        let title = format!("{} of {}", rules::pointer_title(to), describe_type(&self.object(owner)));
        let value = match source {
            ValueSource::Fill(expression) => rule_expr(&mut cx, &scope, expression)?,
            ValueSource::Using(conversions) => {
                let path = |root| PathId::root(root).then(PathKey::Pointer(to.name.clone()));
                let paths = [path(Root::Var(subject)), path(Root::Schema(owner))];
                converted(&mut cx, &scope, conversions, &paths)?
            }
            ValueSource::Old(from) | ValueSource::Again(from) => {
                let object = cx.var(subject);
                step_to(&mut cx, &scope, object, &from.name, Span::default())?
            }
        };
        let change = Change { source, to, after, title: &title };
        let value = change.accept(&mut cx, value)?;
        Ok(PointerValue { pointer: rules::stored_pointer(to), subject, value })
    }

    /// The value that the property `to`, of the schema of `after`, gets in the links `link` of objects of type `owner`,
    /// which are as this schema has them.
    ///
    /// # Errors
    /// As [`Compiler::pointer_value`].
    pub fn link_property_value(
        &self,
        (owner, link): (Uuid, &Pointer),
        source: ValueSource<'_>,
        to: &Pointer,
        after: &Compiler,
    ) -> Result<PropertyValue> {
        let options = Options::default();
        let mut cx = Context::new(self, &options);
        let object = cx.new_var(self.object(owner), Cardinality::One);
        let (start, scope) = (cx.var(object), self.scope_of(owner, object, None));
        let targets = step_to(&mut cx, &scope, start, &link.name, Span::default())?;
        let subject = cx.element_var(&targets);
        let scope = self.scope_of(owner, subject, None);
        let value = match source {
            ValueSource::Fill(expression) => rule_expr(&mut cx, &scope, expression)?,
            ValueSource::Using(conversions) => {
                let path = PathId::root(Root::Var(subject)).then(PathKey::LinkProperty(to.name.clone()));
                converted(&mut cx, &scope, conversions, &[path])?
            }
            ValueSource::Old(from) | ValueSource::Again(from) => {
                let target = cx.var(subject);
                read_link_property(&mut cx, &scope, target, from)?
            }
        };
        let link = format!("{} of {}", rules::pointer_title(link), describe_type(&self.object(owner)));
        let title = format!("{} of {link}", rules::pointer_title(to));
        let change = Change { source, to, after, title: &title };
        Ok(PropertyValue { subject, value: change.accept(&mut cx, value)? })
    }

    /// Policies do not hide what is migrated; errors have their place in the text of the migration.
    fn scope_of(&self, owner: Uuid, var: VarId, called: Option<Uuid>) -> Scope {
        let module = self.schema().object_type(owner).map_or("default", |ty| ty.name.module());
        let types: Vec<Uuid> = called.into_iter().collect();
        let mut scope = rule_scope(Reading::Check, module, Some(Anchored { var, types: &types }));
        scope.site.no_policies = true;
        scope.always_bound()
    }
}

/// What conversions give, one after the other: to each, these paths mean what the one before gave.
fn converted(
    cx: &mut Context<'_>,
    scope: &Scope,
    conversions: &[Expression],
    paths: &[PathId],
) -> Result<Expr> {
    let Some((last, before)) = conversions.split_last() else {
        return Ok(Expr::new(Kind::Empty, Type::Any, Cardinality::AtMostOne));
    };
    if before.is_empty() {
        return rule_expr(cx, scope, last);
    }
    let value = converted(cx, scope, before, paths)?;
    let var = cx.new_var(value.ty.clone(), value.cardinality);
    let bind = |scope: Scope, path: &PathId| scope.with_bound(path.clone(), var);
    let inner = paths.iter().fold(scope.clone(), bind);
    let body = rule_expr(cx, &inner, last)?;
    Ok(let_of(var, value, body))
}

/// A new value on its way into a pointer.
struct Change<'a> {
    source: ValueSource<'a>,
    to: &'a Pointer,
    after: &'a Compiler,
    /// The pointer, and whose it is.
    title: &'a str,
}

impl Change<'_> {
    /// The value as one that the pointer can hold.
    fn accept(&self, cx: &mut Context<'_>, value: Expr) -> Result<Expr> {
        let options = Options::default();
        let wanted = pointer_type(&Context::new(self.after, &options), self.to);
        self.check_single(&value)?;
        match self.source {
            ValueSource::Using(_) => self.check_using(cx, &value, &wanted)?,
            ValueSource::Old(_) if !converts_by_itself(cx, &value.ty, &wanted) => {
                let (from, to) = (describe_type(&value.ty), describe_type(&wanted));
                return Err(errors::needs_conversion(self.title, from, to));
            }
            _ => {}
        }
        let again = matches!(self.source, ValueSource::Again(_));
        into_new_type(cx, value, wanted, again)
    }

    fn check_single(&self, value: &Expr) -> Result<()> {
        if !value.cardinality.is_multi() || self.to.is_multi() {
            return Ok(());
        }
        Err(match self.source {
            ValueSource::Using(_) | ValueSource::Fill(_) => errors::using_gives_many(self.title),
            ValueSource::Old(_) | ValueSource::Again(_) => errors::needs_single(self.title),
        }
        .at_if_unknown(value.span))
    }

    fn check_using(&self, cx: &Context<'_>, value: &Expr, wanted: &Type) -> Result<()> {
        if !converts_by_itself(cx, &value.ty, wanted) {
            let (from, to) = (describe_type(&value.ty), describe_type(wanted));
            return Err(errors::using_of_other_type(self.title, from, to));
        }
        if matches!(&value.ty, Type::Object(object) if object.shape.is_some()) {
            return Err(errors::using_with_shape(self.title));
        }
        if infer::modifies(value) {
            return Err(errors::using_modifies(self.title));
        }
        Ok(())
    }
}

/// Whether a value may become of a new type without being asked: what assignments take does. The schema of `cx` may not
/// know the new type: the built-in type below it decides.
fn converts_by_itself(cx: &Context<'_>, from: &Type, to: &Type) -> bool {
    cx.compiler.same_type(from, to)
        || cast::is_assignable(cx, from, to)
        || cast::is_assignable(cx, from, &built_in_below(cx, to))
}

/// The value as one of a type that the schema of `cx` may not know: by way of the built-in types below it. `again`: even
/// where the type is called as before.
fn into_new_type(cx: &mut Context<'_>, value: Expr, to: Type, again: bool) -> Result<Expr> {
    let span = value.span.unwrap_or_default();
    let below = built_in_below(cx, &to);
    if matches!(to, Type::Object(_)) || !again && cx.compiler.same_type(&value.ty, &to) {
        return match cast::is_assignable(cx, &value.ty, &to) {
            true => Ok(value),
            false => cast::explicit(cx, value, to, span),
        };
    }
    let value = cast::explicit(cx, value, below, span)?;
    let cardinality = value.cardinality;
    Ok(Expr { span: value.span, ..Expr::new(Kind::Cast { source: Box::new(value) }, to, cardinality) })
}
