//! Going through an expression.

use std::ops::ControlFlow;

use crate::{Expr, Kind};

impl Expr {
    /// The expressions directly inside, in the order they are written.
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            Kind::Empty
            | Kind::Const(_)
            | Kind::Param(_)
            | Kind::Global(_)
            | Kind::Var(_)
            | Kind::Scan { .. } => Vec::new(),
            Kind::ById { ids: source, .. }
            | Kind::Pointer { source, .. }
            | Kind::LinkProperty { source, .. }
            | Kind::ShapeField { source, .. }
            | Kind::Narrow { source, .. }
            | Kind::IsType { source, .. }
            | Kind::TypeOf { source }
            | Kind::Distinct(source)
            | Kind::Exists(source)
            | Kind::TupleElement { source, .. }
            | Kind::Cast { source } => vec![source],
            Kind::Shape { source, elements, .. } => {
                source.as_deref().into_iter().chain(elements.iter().map(|element| &element.value)).collect()
            }
            Kind::For { iterator: first, body: second, .. }
            | Kind::Let { value: first, body: second, .. }
            | Kind::Filter { source: first, condition: second, .. }
            | Kind::Except(first, second)
            | Kind::Intersect(first, second)
            | Kind::Coalesce(first, second)
            | Kind::In { needle: first, haystack: second, .. } => vec![first, second],
            Kind::OrderBy { source, keys, .. } => {
                std::iter::once(&**source).chain(keys.iter().map(|key| &key.value)).collect()
            }
            Kind::Slice { source, offset, limit } => [Some(source), offset.as_ref(), limit.as_ref()]
                .into_iter()
                .flatten()
                .map(|it| &**it)
                .collect(),
            Kind::Group(group) => {
                std::iter::once(&group.source).chain(group.keys.iter().map(|key| &key.value)).collect()
            }
            Kind::IfElse { condition, then, otherwise } => vec![condition, then, otherwise],
            Kind::Call { arguments, .. } => arguments.iter().map(|argument| &argument.value).collect(),
            Kind::Union(items) | Kind::Tuple(items) | Kind::Array(items) => items.iter().collect(),
            Kind::Insert(insert) => {
                let values = insert.assignments.iter().map(|assignment| &assignment.value);
                let conflict = insert.conflict.iter().filter_map(|it| it.otherwise.as_ref());
                values.chain(conflict.map(|(_, otherwise)| otherwise)).collect()
            }
            Kind::Update(update) => {
                let values = update.assignments.iter().map(|assignment| &assignment.value);
                std::iter::once(&update.subject).chain(values).collect()
            }
            Kind::Delete(delete) => vec![&delete.subject],
        }
    }

    /// Shows this expression and everything inside to `visit`, outermost first, until it breaks.
    pub fn walk(&self, visit: &mut dyn FnMut(&Expr) -> ControlFlow<()>) -> ControlFlow<()> {
        visit(self)?;
        self.children().into_iter().try_for_each(|child| child.walk(visit))
    }
}
