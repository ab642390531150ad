//! What a change of schema needs compiled: values for pointers of existing objects, rules to hold them to.

use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Expr, Kind, RuleBook, StoredPointer, Type, VarId};
use schema::{Expression, Pointer};
use uuid::Uuid;

use crate::context::Context;
use crate::names::describe_type;
use crate::path::{pointer_type, step_to};
use crate::rules::{self, Anchored, Reading, rule_expr, rule_scope};
use crate::scope::Scope;
use crate::{Compiler, Options, cast, errors};

/// Where the new value of a pointer comes from.
#[derive(Clone, Copy, Debug)]
pub enum ValueSource<'a> {
    /// An expression about the object as it was.
    Expression(&'a Expression),
    /// What the pointer of this name held, cast to the new type.
    Pointer(&'a str),
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
        let scope = self.scope_of(owner, subject);
        let value = match source {
            ValueSource::Expression(expression) => rule_expr(&mut cx, &scope, expression)?,
            ValueSource::Pointer(name) => {
                let object = cx.var(subject);
                step_to(&mut cx, &scope, object, name, Span::default())?
            }
        };
        if value.cardinality.is_multi() && !to.is_multi() {
            return Err(errors::possibly_many(rules::pointer_title(to)).at_if_unknown(value.span));
        }
        let wanted = pointer_type(&Context::new(after, &options), to);
        if matches!(source, ValueSource::Pointer(_)) && !converts_by_itself(&cx, &value.ty, &wanted) {
            let owner = describe_type(&self.object(owner));
            let pointer = format!("{} of {owner}", rules::pointer_title(to));
            return Err(errors::needs_conversion(pointer, describe_type(&value.ty), describe_type(&wanted)));
        }
        let value = into_new_type(&mut cx, value, wanted)?;
        Ok(PointerValue { pointer: rules::stored_pointer(to), subject, value })
    }

    /// Policies do not hide what is migrated; errors have their place in the text of the migration.
    fn scope_of(&self, owner: Uuid, var: VarId) -> Scope {
        let module = self.schema().object_type(owner).map_or("default", |ty| ty.name.module());
        let mut scope = rule_scope(Reading::Check, module, Some(Anchored { var, types: &[owner] }));
        scope.site.no_policies = true;
        scope
    }
}

/// Whether what a pointer holds may become of a new type without USING: what assignments take does. The schema of `cx`
/// may not know the new type: the built-in type below it decides.
fn converts_by_itself(cx: &Context<'_>, from: &Type, to: &Type) -> bool {
    let (Type::Scalar(_), Type::Scalar(new)) = (from, to) else { return true };
    if cx.compiler.same_type(from, to) {
        return true;
    }
    match (new.members.is_empty(), new.ancestors.last()) {
        (false, _) => cast::is_assignable(cx, from, &cx.compiler.std_scalar("std::str")),
        (true, Some(built_in)) => cast::is_assignable(cx, from, &Type::Scalar(built_in.clone())),
        (true, None) => cast::is_assignable(cx, from, to),
    }
}

/// The value as one of a type that the schema of `cx` may not know: by way of the built-in type below it.
fn into_new_type(cx: &mut Context<'_>, value: Expr, to: Type) -> Result<Expr> {
    let span = value.span.unwrap_or_default();
    let Type::Scalar(scalar) = &to else { return cast::explicit(cx, value, to, span) };
    let built_in = scalar.ancestors.last().filter(|_| scalar.members.is_empty()).cloned();
    let value = match built_in {
        Some(built_in) => cast::explicit(cx, value, Type::Scalar(built_in), span)?,
        None if scalar.members.is_empty() => return cast::explicit(cx, value, to, span),
        None => {
            let text = cx.compiler.std_scalar("std::str");
            cast::explicit(cx, value, text, span)?
        }
    };
    let cardinality = value.cardinality;
    Ok(Expr::new(Kind::Cast { source: Box::new(value) }, to, cardinality))
}
