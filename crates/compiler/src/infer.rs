//! What is known of an expression before it runs: keys that make a filter give one object, variables it reads.

use std::ops::ControlFlow;

use ir::{Direction, Expr, Kind, Type, VarId};
use schema::{Schema, Volatility};
use syntax::ast;
use uuid::Uuid;

use crate::context::Context;

/// Whether `condition` holds for one object at most among those `var` stands for: it compares the object, or exclusive
/// pointers of it, with something that is one value.
pub(crate) fn selects_one(cx: &Context<'_>, ty: &Type, var: VarId, condition: &Expr) -> bool {
    let mut equalities = Vec::new();
    collect_equalities(condition, &mut equalities);
    let keys: Vec<&Expr> = equalities
        .iter()
        .flat_map(|(a, b)| [(a, b), (b, a)])
        .filter(|(key, other)| reads(key, var) && !other.cardinality.is_multi())
        .map(|(key, _)| *key)
        .collect();
    keys.iter().any(|key| is_key(key, var)) || has_composite_key(cx, ty, var, &keys)
}

/// The sides of every `=` that must hold.
fn collect_equalities<'e>(condition: &'e Expr, found: &mut Vec<(&'e Expr, &'e Expr)>) {
    let Kind::Call { function, arguments } = &condition.kind else { return };
    let [left, right] = arguments.as_slice() else { return };
    if function.starts_with("std::=(") {
        found.push((uncast(&left.value), uncast(&right.value)));
    } else if &**function == "std::AND(std::bool, std::bool)" {
        collect_equalities(&left.value, found);
        collect_equalities(&right.value, found);
    }
}

fn uncast(expr: &Expr) -> &Expr {
    match &expr.kind {
        Kind::Cast { source } if !matches!(expr.ty, Type::Object(_)) => uncast(source),
        _ => expr,
    }
}

fn is_the(expr: &Expr, var: VarId) -> bool {
    matches!(expr.kind, Kind::Var(it) if it == var)
}

/// Whether the condition compares an exclusive pointer, be it a multi one or with many values: such a filter is meant.
pub(crate) fn compares_key(condition: &Expr, var: VarId) -> bool {
    let mut equalities = Vec::new();
    collect_equalities(condition, &mut equalities);
    let exclusive = |expr: &Expr| match &expr.kind {
        Kind::Pointer { source, pointer } => {
            (pointer.exclusive.is_some() || &*pointer.name == "id") && is_the(source, var)
        }
        _ => false,
    };
    equalities.iter().any(|(a, b)| exclusive(a) || exclusive(b))
}

/// A path from `var`, an object, over exclusive single pointers, or `var` itself.
fn is_key(expr: &Expr, var: VarId) -> bool {
    match &expr.kind {
        Kind::Var(it) => *it == var && matches!(expr.ty, Type::Object(_)),
        Kind::Pointer { source, pointer } => {
            pointer.direction == Direction::Forward
                && !pointer.is_multi
                && (pointer.exclusive.is_some() || &*pointer.name == "id")
                && is_key(source, var)
        }
        _ => false,
    }
}

/// Whether the pointers compared are all of a constraint on several.
fn has_composite_key(cx: &Context<'_>, ty: &Type, var: VarId, keys: &[&Expr]) -> bool {
    let Type::Object(object) = ty else { return false };
    let compared: Vec<&str> = keys.iter().filter_map(|key| direct_pointer(key, var)).collect();
    !compared.is_empty()
        && exclusive_tuples(cx, object.id)
            .iter()
            .any(|names| names.iter().all(|name| compared.contains(&name.as_str())))
}

fn direct_pointer(expr: &Expr, var: VarId) -> Option<&str> {
    match &expr.kind {
        Kind::Pointer { source, pointer } if pointer.direction == Direction::Forward && !pointer.is_multi => {
            matches!(source.kind, Kind::Var(it) if it == var).then_some(&*pointer.name)
        }
        _ => None,
    }
}

/// The pointer names of the type's exclusive constraints on a path or a tuple of paths.
pub(crate) fn exclusive_tuples(cx: &Context<'_>, ty: Uuid) -> Vec<Vec<String>> {
    let schema = cx.schema();
    let Some(ty) = schema.object_type(ty) else { return Vec::new() };
    let constraints = schema.object_exclusive_constraints(ty);
    let trees = constraints.filter_map(|it| it.subject_expr.as_ref()?.tree().ok());
    trees.filter_map(path_names).collect()
}

/// `.a` or `(.a, .b)` as names.
pub(crate) fn path_names(tree: &ast::Expr) -> Option<Vec<String>> {
    match &tree.kind {
        ast::ExprKind::Tuple(elements) => elements.iter().map(own_pointer).collect(),
        _ => Some(vec![own_pointer(tree)?]),
    }
}

/// The name in `.name` or `__subject__.name`.
fn own_pointer(tree: &ast::Expr) -> Option<String> {
    let ast::ExprKind::Path(path) = &tree.kind else { return None };
    let from_subject =
        matches!(path.root, ast::PathRoot::Subject | ast::PathRoot::Anchor(ast::Anchor::Subject));
    match path.steps.as_slice() {
        [ast::PathStep { kind: ast::PathStepKind::Pointer(name), .. }] if from_subject => {
            Some(name.text.to_string())
        }
        _ => None,
    }
}

/// Whether evaluating it again and again is no worse than once, and gives the same: all objects of a type.
pub(crate) fn is_plain_set(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Scan { .. } | Kind::Var(_) | Kind::Param(_) | Kind::Const(_))
}

/// Whether `expr` reads the variable.
pub(crate) fn reads(expr: &Expr, var: VarId) -> bool {
    any(expr, &mut |it| matches!(it.kind, Kind::Var(found) if found == var))
}

/// Whether `expr` reads a shape field of the variable.
pub(crate) fn reads_field(expr: &Expr, var: VarId) -> bool {
    any(expr, &mut |it| match &it.kind {
        Kind::ShapeField { source, .. } => matches!(source.kind, Kind::Var(found) if found == var),
        _ => false,
    })
}

/// Whether `expr` modifies data.
pub(crate) fn modifies(expr: &Expr) -> bool {
    any(expr, &mut |it| changes_data(it))
}

fn changes_data(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Insert(_) | Kind::Update(_) | Kind::Delete(_))
}

/// Whether `expr` modifies data or calls what gives another value each time.
pub(crate) fn is_volatile(cx: &Context<'_>, expr: &Expr) -> bool {
    any(expr, &mut |it| match &it.kind {
        Kind::Call { function, .. } => call_volatility(cx.schema(), function) == Volatility::Volatile,
        _ => changes_data(it),
    })
}

/// How volatile a standard function or operator is.
pub(crate) fn call_volatility(schema: &Schema, key: &str) -> Volatility {
    let name = key.split('(').next().unwrap_or(key);
    let functions = schema.functions_named(name).iter().map(|it| (&it.key, it.volatility));
    let operators = schema.operators_named(name).iter().map(|it| (&it.key, Some(it.volatility)));
    let found = functions.chain(operators).find(|(known, _)| ***known == *key);
    found.and_then(|(_, volatility)| volatility).unwrap_or_default()
}

/// Whether some part of `expr` satisfies `test`.
pub(crate) fn any(expr: &Expr, test: &mut dyn FnMut(&Expr) -> bool) -> bool {
    let found =
        expr.walk(&mut |it| if test(it) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) });
    found.is_break()
}

/// Whether the same object may be in the set twice.
pub(crate) fn may_repeat(cx: &Context<'_>, expr: &Expr) -> bool {
    if !expr.cardinality.is_multi() {
        return false;
    }
    match &expr.kind {
        Kind::Union(items) => {
            items.iter().any(|item| may_repeat(cx, item)) || items.len() > 1 && !all_disjoint(cx, items)
        }
        Kind::For { var, iterator, body, .. } => {
            may_repeat(cx, body)
                || iterator.cardinality.is_multi()
                    && !is_new_for_each(cx, *var, iterator, body)
                    && !(matches!(iterator.kind, Kind::Distinct(_)) && is_found_by(*var, body))
        }
        Kind::Filter { source, .. }
        | Kind::OrderBy { source, .. }
        | Kind::Slice { source, .. }
        | Kind::Narrow { source, .. }
        | Kind::Shape { source: Some(source), .. } => may_repeat(cx, source),
        Kind::Let { body, .. } => may_repeat(cx, body),
        Kind::Coalesce(a, b) => may_repeat(cx, a) || may_repeat(cx, b),
        Kind::IfElse { condition, then, otherwise } => {
            condition.cardinality.is_multi() || may_repeat(cx, then) || may_repeat(cx, otherwise)
        }
        Kind::TupleElement { .. } => true,
        Kind::Call { function, .. } => !function.starts_with("std::assert_distinct("),
        _ => false,
    }
}

fn all_disjoint(cx: &Context<'_>, items: &[Expr]) -> bool {
    let types: Vec<(bool, Vec<Uuid>)> =
        items.iter().map(|item| (is_insert(item), concrete_types(cx, item))).collect();
    types.iter().enumerate().all(|(at, (a_new, a))| {
        let later = types.iter().skip(at + 1);
        later.into_iter().all(|(b_new, b)| (*a_new && *b_new) || !a.iter().any(|id| b.contains(id)))
    })
}

fn is_insert(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Insert(insert) => insert.conflict.is_none(),
        Kind::Shape { source: Some(source), .. } => is_insert(source),
        _ => false,
    }
}

fn concrete_types(cx: &Context<'_>, expr: &Expr) -> Vec<Uuid> {
    match &expr.kind {
        Kind::Insert(insert) => vec![insert.type_id],
        Kind::Scan { types } | Kind::Narrow { types, .. } | Kind::ById { types, .. } => types.to_vec(),
        Kind::Pointer { pointer, .. } => pointer.targets.to_vec(),
        Kind::Filter { source, .. }
        | Kind::OrderBy { source, .. }
        | Kind::Slice { source, .. }
        | Kind::Distinct(source)
        | Kind::Shape { source: Some(source), .. } => concrete_types(cx, source),
        _ => match &expr.ty {
            Type::Object(object) => cx.compiler.concrete(object.id),
            _ => Vec::new(),
        },
    }
}

/// Whether each element of an iterator gives objects of its own.
fn is_new_for_each(cx: &Context<'_>, var: VarId, iterator: &Expr, body: &Expr) -> bool {
    match &body.kind {
        Kind::Insert(insert) => insert.conflict.is_none(),
        Kind::Var(it) => *it == var && !may_repeat(cx, iterator),
        Kind::Shape { source: Some(source), .. }
        | Kind::Filter { source, .. }
        | Kind::Slice { source, .. }
        | Kind::OrderBy { source, .. }
        | Kind::Narrow { source, .. } => is_new_for_each(cx, var, iterator, source),
        Kind::Let { body, .. } => is_new_for_each(cx, var, iterator, body),
        _ => false,
    }
}

/// Whether the body gives the objects that have the variable's value in an exclusive pointer: others for each value.
fn is_found_by(var: VarId, body: &Expr) -> bool {
    match &body.kind {
        Kind::Filter { source, var: object, condition } => {
            let mut equalities = Vec::new();
            collect_equalities(condition, &mut equalities);
            let is_key = |key: &Expr| matches!(key.kind, Kind::Pointer { .. }) && is_key(key, *object);
            let finds = |(a, b): &(&Expr, &Expr)| is_key(a) && is_the(b, var) || is_key(b) && is_the(a, var);
            equalities.iter().any(finds) || is_found_by(var, source)
        }
        Kind::Shape { source: Some(source), .. }
        | Kind::Slice { source, .. }
        | Kind::OrderBy { source, .. }
        | Kind::Narrow { source, .. }
        | Kind::Let { body: source, .. } => is_found_by(var, source),
        _ => false,
    }
}
