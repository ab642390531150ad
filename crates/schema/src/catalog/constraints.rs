//! Rows of constraints.

use std::sync::Arc;

use value::{Uuid, Value};

use super::{Catalog, Target, ordered};
use crate::model::*;
use crate::{Expression, TypeRef};

const SUBJECT: &str = "__subject__";

impl Catalog<'_> {
    pub(super) fn add_abstract_constraint(&mut self, constraint: &AbstractConstraint) {
        let params = self.constraint_params(constraint.id, &constraint.params);
        let targets = params.into_iter().enumerate();
        let targets = targets.map(|(at, id)| Target::new(id).with("index", (at as i64).into()));
        let row = self
            .row("schema::Constraint", constraint.id, constraint.name.as_str(), constraint.builtin)
            .texts::<&str>("computed_fields", &[])
            .flag("abstract", true)
            .flag("delegated", false)
            .expr("expr", constraint.expr.as_ref())
            .expr("subjectexpr", constraint.subject_expr.as_ref())
            .text("errmessage", constraint.errmessage.as_deref().unwrap_or("invalid {__subject__}"))
            .link("return_type", self.schema.scalar_type_named("std::bool").map(|ty| ty.id))
            .word("return_typemod", "schema::TypeModifier", "SingletonType")
            .links("params", targets.collect())
            .links("bases", ordered(constraint.bases.iter().copied()))
            .links("ancestors", ordered(constraint.ancestors.iter().copied()));
        let row = self.annotations(row, &constraint.annotations);
        self.push(row);
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
        all.iter().enumerate().for_each(|(at, param)| self.add_parameter(param, at));
        all.iter().map(|param| param.id).collect()
    }

    pub(super) fn add_constraint(&mut self, constraint: &Constraint, subject: Uuid) {
        let params = match self.schema.by_id(constraint.abstract_id) {
            Some(crate::Named::Constraint(of)) => of.params.clone(),
            _ => Vec::new(),
        };
        let ids = self.constraint_params(constraint.id, &params);
        let mut values = vec![""];
        values.extend(params.iter().map(|param| {
            let arg = constraint.args.iter().find(|arg| arg.name == param.name);
            arg.map_or("", |arg| arg.value.text())
        }));
        let targets = ids.into_iter().zip(values).enumerate().map(|(at, (id, value))| {
            Target::new(id).with("index", (at as i64).into()).with("value", Value::from(value))
        });
        let mut bases = constraint.bases.clone();
        bases.push(constraint.abstract_id);
        let row = self
            .row("schema::Constraint", constraint.id, constraint.name.as_str(), false)
            .texts::<&str>("computed_fields", &[])
            .flag("abstract", false)
            .flag("delegated", constraint.delegated)
            .expr("expr", constraint.expr.as_ref())
            .expr("subjectexpr", constraint.subject_expr.as_ref())
            .text("finalexpr", &final_expr(constraint))
            .expr("except_expr", constraint.except.as_ref())
            .text("errmessage", &constraint.errmessage)
            .link("subject", Some(subject))
            .link("return_type", self.schema.scalar_type_named("std::bool").map(|ty| ty.id))
            .word("return_typemod", "schema::TypeModifier", "SingletonType")
            .links("params", targets.collect())
            .links("bases", ordered(bases));
        let row = self.annotations(row, &constraint.annotations);
        self.push(row);
    }
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
