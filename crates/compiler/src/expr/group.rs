//! GROUP.

use std::collections::BTreeSet;
use std::sync::Arc;

use diag::{Result, Span};
use ir::{
    Cardinality, ElementKind, Expr, Group, GroupingKey, Kind, ObjectType, Shape, ShapeElement, Type, VarId,
};
use syntax::ast::{self, GroupingAtom, GroupingElement, GroupingElementKind, Ident};
use uuid::Uuid;

use super::{compile as expr, hide_shape};
use crate::context::Context;
use crate::errors;
use crate::path::{self, Subject};
use crate::scope::{Scope, ShapeOf};
use crate::types::FREE_OBJECT;

/// Grouping sets of one GROUP, as PostgreSQL limits them.
const MAX_SETS: usize = 4096;

/// Keys of one CUBE or ROLLUP, as PostgreSQL limits them.
const MAX_CUBE: usize = 12;

/// GROUP: for each grouping set and each combination of its keys, a free object.
pub(super) fn compile(cx: &mut Context<'_>, scope: &Scope, group: &ast::Group) -> Result<Expr> {
    let source = expr(cx, &scope.clone().shape_of(ShapeOf::Set), &group.subject)?;
    let path = path::id(cx, scope, &group.subject);
    let var = cx.element_var(&source);
    let subject = Subject { path, alias: group.alias.as_ref() };
    let mut keys = Keys { scope: subject.bind(cx, scope.clone(), var), keys: Vec::new() };
    for alias in &group.using {
        keys.add_alias(cx, alias)?;
    }
    let mut sets = vec![Vec::new()];
    for element in &group.by {
        let choices = keys.element(cx, element)?;
        sets = combine(&sets, &choices, element.span)?;
    }
    Ok(finish(cx, source, var, keys.keys, sets))
}

/// The keys found so far, and the scope in which the next one is compiled.
struct Keys {
    scope: Scope,
    keys: Vec<GroupingKey>,
}

/// Grouping sets: indexes of keys.
type Sets = Vec<Vec<usize>>;

impl Keys {
    /// `using name := value`.
    fn add_alias(&mut self, cx: &mut Context<'_>, alias: &ast::Alias) -> Result<()> {
        let ast::AliasKind::Expr { name, value } = &alias.kind else {
            return Err(errors::module_in_using(alias.span));
        };
        let key = self.add(cx, &name.text, value)?;
        let var = self.keys.get(key).map(|key| key.var);
        if let Some(var) = var {
            let ty = cx.var(var).ty;
            cx.derived.alias(var, &name.text, &ty);
            let scope = std::mem::replace(&mut self.scope, Scope::new(schema::Scope::default()));
            self.scope = scope.with_var(name.text.clone(), var, cx.var(var));
        }
        Ok(())
    }

    fn add(&mut self, cx: &mut Context<'_>, name: &Arc<str>, value: &ast::Expr) -> Result<usize> {
        let compiled = expr(cx, &self.scope, value)?;
        if compiled.cardinality.is_multi() {
            return Err(errors::singleton_wanted(Some(value.span)));
        }
        let var = cx.new_var(hide_shape(&compiled.ty), compiled.cardinality);
        self.keys.push(GroupingKey { name: name.clone(), var, value: compiled });
        Ok(self.keys.len() - 1)
    }

    /// The grouping sets that an element of BY stands for.
    fn element(&mut self, cx: &mut Context<'_>, element: &GroupingElement) -> Result<Sets> {
        match &element.kind {
            GroupingElementKind::Simple(atom) => Ok(vec![self.atom(cx, atom, Some(element.span))?]),
            GroupingElementKind::Sets(elements) => {
                let mut sets = Vec::new();
                for element in elements {
                    sets.extend(self.element(cx, element)?);
                }
                Ok(sets)
            }
            GroupingElementKind::Cube(atoms) => {
                let parts = self.parts(cx, atoms, element.span)?;
                Ok((0..1usize << parts.len())
                    .rev()
                    .map(|chosen| merged(&parts, |at| chosen >> at & 1 == 1))
                    .collect())
            }
            GroupingElementKind::Rollup(atoms) => {
                let parts = self.parts(cx, atoms, element.span)?;
                Ok((0..=parts.len()).rev().map(|kept| merged(&parts, |at| at < kept)).collect())
            }
        }
    }

    fn parts(&mut self, cx: &mut Context<'_>, atoms: &[GroupingAtom], span: Span) -> Result<Sets> {
        if atoms.len() > MAX_CUBE {
            return Err(errors::too_many_grouping_sets(span));
        }
        atoms.iter().map(|atom| self.atom(cx, atom, None)).collect()
    }

    fn atom(&mut self, cx: &mut Context<'_>, atom: &GroupingAtom, span: Option<Span>) -> Result<Vec<usize>> {
        match atom {
            GroupingAtom::Name(name) => Ok(vec![self.named(name)?]),
            GroupingAtom::Pointer(name) => {
                Ok(vec![self.pointer(cx, name, span, ast::PathStepKind::Pointer)?])
            }
            GroupingAtom::LinkProperty(name) => {
                Ok(vec![self.pointer(cx, name, span, ast::PathStepKind::LinkProperty)?])
            }
            GroupingAtom::List(atoms) => {
                let parts = atoms.iter().map(|atom| self.atom(cx, atom, None)).collect::<Result<Sets>>()?;
                Ok(merged(&parts, |_| true))
            }
        }
    }

    fn named(&self, name: &Ident) -> Result<usize> {
        let found = self.keys.iter().rposition(|key| key.name == name.text);
        found.ok_or_else(|| errors::unknown_grouping_alias(&name.text, name.span))
    }

    /// `.name`, which is short for `using name := .name`.
    fn pointer(
        &mut self,
        cx: &mut Context<'_>,
        name: &Ident,
        span: Option<Span>,
        step: fn(Ident) -> ast::PathStepKind,
    ) -> Result<usize> {
        let span = span.unwrap_or(Span { start: name.span.start.saturating_sub(1), end: name.span.end });
        if &*name.text == "id" {
            return Err(errors::group_by_id(span));
        }
        if let Some(known) = self.keys.iter().position(|key| key.name == name.text) {
            return Ok(known);
        }
        let step = ast::PathStep { kind: step(name.clone()), span: name.span };
        let path = ast::Path { root: ast::PathRoot::Subject, steps: vec![step] };
        let key = self.add(cx, &name.text, &ast::Expr { kind: ast::ExprKind::Path(path), span })?;
        self.keys.get(key).iter().for_each(|key| cx.derived.key(key.var, &name.text, &key.value.ty));
        Ok(key)
    }
}

/// The union of the chosen parts, without repetition.
fn merged(parts: &[Vec<usize>], chosen: impl Fn(usize) -> bool) -> Vec<usize> {
    let kept = parts.iter().enumerate().filter(|(at, _)| chosen(*at)).flat_map(|(_, part)| part);
    let all: BTreeSet<usize> = kept.copied().collect();
    all.into_iter().collect()
}

/// Every one of `sets` with every one of `choices`.
fn combine(sets: &Sets, choices: &Sets, span: Span) -> Result<Sets> {
    if sets.len().saturating_mul(choices.len()) > MAX_SETS {
        return Err(errors::too_many_grouping_sets(span));
    }
    let pairs = sets.iter().flat_map(|set| choices.iter().map(move |choice| [set.clone(), choice.clone()]));
    Ok(pairs.map(|pair| merged(&pair, |_| true)).collect())
}

fn finish(cx: &Context<'_>, source: Expr, var: VarId, keys: Vec<GroupingKey>, sets: Sets) -> Expr {
    let used = |at: &usize| sets.iter().any(|set| set.contains(at));
    let shown = (0..keys.len()).filter(used).filter_map(|at| keys.get(at));
    let key_elements: Vec<ShapeElement> =
        shown.map(|key| element(&key.name, &key.value.ty, Cardinality::One)).collect();
    let elements = vec![
        element("key", &free_object(key_elements), Cardinality::One),
        element("grouping", &cx.compiler.std_scalar("std::str"), Cardinality::Many),
        element("elements", &source.ty, Cardinality::Many),
    ];
    let ty = free_object(elements);
    Expr::new(Kind::Group(Box::new(Group { source, var, keys, sets })), ty, Cardinality::Many)
}

fn free_object(elements: Vec<ShapeElement>) -> Type {
    let shape = Some(Arc::new(Shape { elements }));
    Type::Object(Arc::new(ObjectType { id: Uuid::nil(), name: FREE_OBJECT.into(), shape }))
}

fn element(name: &str, ty: &Type, cardinality: Cardinality) -> ShapeElement {
    let kind = if matches!(ty, Type::Object(_)) { ElementKind::Link } else { ElementKind::Property };
    ShapeElement {
        name: name.into(),
        kind,
        cardinality,
        ty: ty.clone(),
        implicit: false,
        hidden: false,
        computed: true,
        source: (Uuid::nil(), FREE_OBJECT.into()),
    }
}
