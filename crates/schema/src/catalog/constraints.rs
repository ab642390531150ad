//! Rows of constraints.

use std::sync::Arc;

use value::{Uuid, Value};

use super::{Collector, Target, ordered};
use crate::model::*;
use crate::{Expression, TypeRef};

const SUBJECT: &str = "__subject__";

impl Collector<'_> {
    pub(super) fn add_abstract_constraint(&mut self, constraint: &Arc<AbstractConstraint>) {
        let params = self.constraint_params(constraint.id, &constraint.params);
        let constraint = constraint.clone();
        let (id, name, builtin) = (constraint.id, constraint.name.as_arc().clone(), constraint.builtin);
        self.row("schema::Constraint", id, name, builtin, move |row| {
            let returns = row.schema.scalar_type_named("std::bool").map(|ty| ty.id);
            row.texts::<&str>("computed_fields", &[])
                .flag("abstract", true)
                .flag("delegated", false)
                .expr("expr", constraint.expr.as_ref())
                .expr("subjectexpr", constraint.subject_expr.as_ref())
                .text("errmessage", constraint.errmessage.as_deref().unwrap_or("invalid {__subject__}"))
                .link("return_type", returns)
                .word("return_typemod", "schema::TypeModifier", "SingletonType")
                .links("params", ordered(params.iter().copied()))
                .links("bases", ordered(constraint.bases.iter().copied()))
                .links("ancestors", ordered(constraint.ancestors.iter().copied()))
                .annotations(&constraint.annotations)
        });
    }

    /// Adds the parameters, the subject first; gives their ids.
    fn constraint_params(&mut self, owner: Uuid, params: &[Parameter]) -> Vec<Uuid> {
        let subject = Parameter {
            id: crate::identity::derived(owner, SUBJECT),
            name: SUBJECT.into(),
            kind: ParameterKind::Positional,
            typemod: TypeMod::Singleton,
            ty: TypeRef::AnyType,
            default: None,
        };
        let mut all = vec![subject];
        all.extend(
            params
                .iter()
                .map(|param| Parameter { id: crate::identity::derived(owner, &param.name), ..param.clone() }),
        );
        let ids = all.iter().map(|param| param.id).collect();
        all.into_iter().enumerate().for_each(|(at, param)| self.add_parameter(param, at));
        ids
    }

    pub(super) fn add_constraint(&mut self, constraint: &Arc<Constraint>, subject: Uuid) {
        let params = match self.schema.by_id(constraint.abstract_id) {
            Some(crate::Named::Constraint(of)) => of.params.clone(),
            _ => Vec::new(),
        };
        let ids = self.constraint_params(constraint.id, &params);
        let constraint = constraint.clone();
        self.row("schema::Constraint", constraint.id, constraint.name.as_arc().clone(), false, move |row| {
            let returns = row.schema.scalar_type_named("std::bool").map(|ty| ty.id);
            let bases = constraint.bases.iter().copied().chain([constraint.abstract_id]);
            row.texts::<&str>("computed_fields", &[])
                .flag("abstract", false)
                .flag("delegated", constraint.delegated)
                .expr("expr", constraint.expr.as_ref())
                .expr("subjectexpr", constraint.subject_expr.as_ref())
                .text("finalexpr", &final_expr(&constraint))
                .expr("except_expr", constraint.except.as_ref())
                .text("errmessage", &constraint.errmessage)
                .link("subject", Some(subject))
                .link("return_type", returns)
                .word("return_typemod", "schema::TypeModifier", "SingletonType")
                .links("params", with_values(&constraint, &ids, &params))
                .links("bases", ordered(bases))
                .annotations(&constraint.annotations)
        });
    }
}

/// The parameters of a constraint, each with its argument; the subject, which comes first, has an empty one.
fn with_values(constraint: &Constraint, ids: &[Uuid], params: &[Parameter]) -> Vec<Target> {
    let value = |param: &Parameter| {
        let arg = constraint.args.iter().find(|arg| arg.name == param.name);
        arg.map_or("", |arg| arg.value.text())
    };
    let values = std::iter::once("").chain(params.iter().map(value));
    let targets = ids.iter().zip(values).enumerate().map(|(at, (id, value))| {
        Target::new(*id).with("index", (at as i64).into()).with("value", Value::from(value))
    });
    targets.collect()
}

/// The expression with the subject and the arguments in their places.
fn final_expr(constraint: &Constraint) -> String {
    let subject: Arc<str> = constraint.subject_expr.as_ref().map_or(SUBJECT.into(), |it| it.text().into());
    let body = constraint.expr.as_ref().map_or(SUBJECT, Expression::text);
    if body == SUBJECT {
        return format!("select ({subject})");
    }
    let mut text = body.replace(SUBJECT, &subject);
    for arg in &constraint.args {
        text = replace_word(&text, &arg.name, arg.value.text());
    }
    format!("select {text}")
}

/// Replaces a name where it stands alone.
fn replace_word(text: &str, word: &str, by: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == ':';
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let alone =
            !before.chars().next_back().is_some_and(is_part) && !after.chars().next().is_some_and(is_part);
        out.push_str(before);
        out.push_str(if alone { by } else { word });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_replaced() {
        assert_eq!(replace_word("(__subject__ <= max)", "max", "50"), "(__subject__ <= 50)");
        assert_eq!(replace_word("(maximum <= .max)", "max", "50"), "(maximum <= .max)");
    }
}
