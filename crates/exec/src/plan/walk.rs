//! Questions about expressions before they are lowered.

use std::collections::HashSet;

use ir::{Argument, Expr, Kind, VarId};

/// Functions that may answer differently each time: their keys begin so.
const VARYING: [&str; 6] = [
    "std::random(",
    "std::datetime_current(",
    "std::uuid_generate_v1mc(",
    "std::uuid_generate_v4(",
    "std::sequence_next(",
    "std::sequence_reset(",
];

/// Whether the expression reads the variable.
pub(crate) fn mentions(expr: &Expr, var: VarId) -> bool {
    any(expr, &mut |expr| matches!(expr.kind, Kind::Var(found) if found == var))
}

/// Whether the expression changes data.
pub(crate) fn modifies(expr: &Expr) -> bool {
    any(expr, &mut |expr| matches!(expr.kind, Kind::Insert(_) | Kind::Update(_) | Kind::Delete(_)))
}

/// Whether the expression gives the same wherever it stands in a statement: it reads no variable from outside, changes
/// nothing and calls nothing that varies.
pub(crate) fn constant(expr: &Expr) -> bool {
    constant_given(expr, HashSet::new())
}

/// Whether it is [`constant`] but for this variable.
pub(crate) fn constant_but_for(expr: &Expr, var: VarId) -> bool {
    constant_given(expr, HashSet::from([var]))
}

fn constant_given(expr: &Expr, mut bound: HashSet<VarId>) -> bool {
    let _ = any(expr, &mut |expr| {
        bound.extend(binds(expr));
        false
    });
    !any(expr, &mut |expr| match &expr.kind {
        Kind::Var(var) => !bound.contains(var),
        Kind::Call { function, .. } => VARYING.iter().any(|varying| function.starts_with(varying)),
        Kind::Insert(_) | Kind::Update(_) | Kind::Delete(_) => true,
        _ => false,
    })
}

/// The variables that a node binds. Every binder of a query has variables of its own.
fn binds(expr: &Expr) -> Vec<VarId> {
    match &expr.kind {
        Kind::Shape { var, .. }
        | Kind::For { var, .. }
        | Kind::Let { var, .. }
        | Kind::Filter { var, .. }
        | Kind::OrderBy { var, .. } => vec![*var],
        Kind::Group(group) => {
            std::iter::once(group.var).chain(group.keys.iter().map(|key| key.var)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether `test` holds for the expression or anything in it.
fn any(expr: &Expr, test: &mut dyn FnMut(&Expr) -> bool) -> bool {
    test(expr) || children(expr).into_iter().any(|child| any(child, test))
}

fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        Kind::Empty
        | Kind::Const(_)
        | Kind::Param(_)
        | Kind::Global(_)
        | Kind::Var(_)
        | Kind::Scan { .. } => vec![],
        Kind::ById { ids: source, .. }
        | Kind::Pointer { source, .. }
        | Kind::LinkProperty { source, .. }
        | Kind::ShapeField { source, .. }
        | Kind::Narrow { source, .. }
        | Kind::IsType { source, .. }
        | Kind::TypeOf { source }
        | Kind::TupleElement { source, .. }
        | Kind::Cast { source }
        | Kind::Distinct(source)
        | Kind::Exists(source) => vec![source],
        Kind::Shape { source, elements, .. } => source
            .iter()
            .map(|source| &**source)
            .chain(elements.iter().map(|element| &element.value))
            .collect(),
        Kind::For { iterator: l, body: r, .. }
        | Kind::Let { value: l, body: r, .. }
        | Kind::Filter { source: l, condition: r, .. }
        | Kind::Except(l, r)
        | Kind::Intersect(l, r)
        | Kind::Coalesce(l, r)
        | Kind::In { needle: l, haystack: r, .. } => vec![l, r],
        Kind::OrderBy { source, keys, .. } => {
            std::iter::once(&**source).chain(keys.iter().map(|key| &key.value)).collect()
        }
        Kind::Slice { source, offset, limit } => [Some(source), offset.as_ref(), limit.as_ref()]
            .into_iter()
            .flatten()
            .map(|part| &**part)
            .collect(),
        Kind::Group(group) => {
            std::iter::once(&group.source).chain(group.keys.iter().map(|key| &key.value)).collect()
        }
        Kind::Union(parts) | Kind::Tuple(parts) | Kind::Array(parts) => parts.iter().collect(),
        Kind::IfElse { condition, then, otherwise } => vec![condition, then, otherwise],
        Kind::Call { arguments, .. } => arguments.iter().map(|Argument { value, .. }| value).collect(),
        Kind::Insert(insert) => {
            let values = insert.assignments.iter().map(|assignment| &assignment.value);
            let otherwise = insert.conflict.iter().flat_map(|conflict| &conflict.otherwise);
            values.chain(otherwise.map(|(_, expr)| expr)).collect()
        }
        Kind::Update(update) => {
            let values = update.assignments.iter().map(|assignment| &assignment.value);
            std::iter::once(&update.subject).chain(values).collect()
        }
        Kind::Delete(delete) => vec![&delete.subject],
    }
}
