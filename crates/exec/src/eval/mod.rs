//! Evaluating nodes: one value at a time where a consumer can take it so, as a set where it cannot.

mod binders;
mod calls;
mod casts;
mod group;
mod join;
mod paths;
mod seek;
mod set;
mod sets;
mod sort;

use std::ops::ControlFlow;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use value::{Field, LinkRow, Object, State, Uuid, Value};

use join::Kept;
pub(crate) use set::Set;

use crate::change::Changes;
use crate::limits::{Budget, with_stack};
use crate::plan::Plan;
use crate::plan::node::{Node, Slot};
use crate::run::{Context, Input};
use crate::store::Store;

/// Whether whoever takes the elements wants more.
pub(crate) type Flow = ControlFlow<()>;

/// Takes elements one by one.
pub(crate) type Sink<'s, 'a> = dyn FnMut(&mut Run<'a>, Value) -> Result<Flow> + 's;

/// What a variable stands for.
#[derive(Clone, Debug)]
pub(crate) enum Binding<'a> {
    Set(Set),
    /// A LET that nothing has read yet.
    Lazy(&'a Node),
}

impl Default for Binding<'_> {
    fn default() -> Self {
        Binding::Set(Set::Empty)
    }
}

/// One execution of a plan.
pub(crate) struct Run<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) store: Store<'a>,
    pub(crate) input: Input<'a>,
    pub(crate) context: &'a Context<'a>,
    pub(crate) budget: Budget<'a>,
    pub(crate) changes: Changes,
    slots: Vec<Binding<'a>>,
    kept: Vec<Kept>,
    globals: Vec<Option<Set>>,
    no_fields: Arc<[Field]>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(plan: &'a Plan, store: Store<'a>, input: Input<'a>, context: &'a Context<'a>) -> Self {
        Run {
            plan,
            store,
            input,
            context,
            budget: Budget::new(context.limits),
            changes: Changes::default(),
            slots: vec![Binding::default(); plan.slots],
            kept: vec![Kept::default(); plan.places],
            globals: vec![None; plan.globals.len()],
            no_fields: Arc::from([]),
        }
    }

    /// All elements.
    pub(crate) fn eval(&mut self, node: &'a Node) -> Result<Set> {
        match node {
            Node::Empty => Ok(Set::Empty),
            Node::Const(value) => Ok(Set::One(value.clone())),
            Node::Param(index) => Ok(self.input.args.get(*index).cloned().flatten().into()),
            Node::Global(index) => self.global(*index),
            Node::Var(slot) => self.var(*slot),
            _ => with_stack(|| self.eval_compound(node)),
        }
    }

    fn eval_compound(&mut self, node: &'a Node) -> Result<Set> {
        match node {
            Node::Except(left, right) => self.except(left, right),
            Node::Intersect(left, right) => self.intersect(left, right),
            Node::Coalesce(left, right) => self.coalesce(left, right),
            Node::Exists { source, modifies } => self.exists(source, *modifies),
            Node::Count { source } => self.count(source),
            Node::In { needle, haystack, negated } => self.contained(needle, haystack, *negated),
            Node::Call(call) => self.call(call),
            Node::Tuple(elements) => self.tuples(elements),
            Node::Array(elements) => self.arrays(elements),
            Node::Once { place, body } => self.once(*place, body),
            Node::OrderBy(order) => self.order_by(order),
            Node::Group(group) => self.group(group),
            Node::Let { slot, value, body, eager } => {
                self.within_let(*slot, value, *eager, |run| run.eval(body))
            }
            Node::Shape(shape) if shape.source.is_none() => self.free_object(shape),
            Node::Link(link) if link.distinct => self.distinct_targets(link),
            Node::Insert(insert) => self.insert(insert),
            Node::Update(update) => self.update(update),
            Node::Delete(delete) => self.delete(delete),
            Node::Scan(_) | Node::Seek(_) | Node::ById(_) | Node::Union(_) | Node::Slice(_) => {
                self.collect(node)
            }
            Node::Distinct(_) | Node::For { .. } | Node::Join(_) => self.collect(node),
            _ => match node.source() {
                Some(source) => self.map(node, source),
                None => Ok(Set::Empty),
            },
        }
    }

    /// Hands the elements to `sink` until it has enough.
    pub(crate) fn each(&mut self, node: &'a Node, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        with_stack(|| self.stream(node, sink))
    }

    fn stream(&mut self, node: &'a Node, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        match node {
            Node::Scan(types) => self.scan(types, sink),
            Node::Seek(seek) => self.seek(seek, sink),
            Node::ById(by_id) => self.by_id(by_id, sink),
            Node::Join(join) => self.join(join, sink),
            Node::Union(parts) => self.union(parts, sink),
            Node::Slice(slice) => self.slice(slice, sink),
            Node::Distinct(source) => self.distinct(source, sink),
            Node::For { slot, iterator, body, optional } => {
                self.each_of(*slot, iterator, body, *optional, sink)
            }
            Node::Link(link) if link.distinct => self.each_distinct(link, sink),
            Node::Let { slot, value, body, eager } => {
                self.within_let(*slot, value, *eager, |run| run.each(body, sink))
            }
            _ => match node.source() {
                Some(source) => self.each(source, &mut |run, value| {
                    let set = run.element(node, value)?;
                    run.feed(set, sink)
                }),
                None => {
                    let set = self.eval(node)?;
                    self.feed(set, sink)
                }
            },
        }
    }

    /// The first element.
    pub(crate) fn one(&mut self, node: &'a Node) -> Result<Option<Value>> {
        Ok(self.eval(node)?.first())
    }

    /// Hands a set to `sink` until it has enough.
    pub(crate) fn feed(&mut self, set: Set, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        match set {
            Set::Empty => Ok(Flow::Continue(())),
            Set::One(value) => sink(self, value),
            Set::Many(values) => self.feed_all(values, sink),
            Set::Shared(values) => self.feed_all(values.iter().cloned(), sink),
        }
    }

    fn feed_all(&mut self, values: impl IntoIterator<Item = Value>, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        for value in values {
            if sink(self, value)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    pub(crate) fn collect(&mut self, node: &'a Node) -> Result<Set> {
        let mut set = Set::Empty;
        let _ = self.each(node, &mut |run, value| {
            set.push(value);
            run.budget.size(set.len())?;
            Ok(Flow::Continue(()))
        })?;
        Ok(set)
    }

    /// The union of what `node` gives for each element of its source.
    fn map(&mut self, node: &'a Node, source: &'a Node) -> Result<Set> {
        match self.eval(source)? {
            Set::Empty => Ok(Set::Empty),
            Set::One(value) => self.element(node, value),
            many => {
                let mut all = Vec::with_capacity(many.len());
                for value in many.into_vec() {
                    self.budget.step()?;
                    match self.element(node, value)? {
                        Set::One(value) => all.push(value),
                        set => all.extend(set.into_vec()),
                    }
                    self.budget.size(all.len())?;
                }
                Ok(all.into())
            }
        }
    }

    /// What `node` gives for one element of its source.
    fn element(&mut self, node: &'a Node, value: Value) -> Result<Set> {
        match node {
            Node::Id(_) => Ok(Set::One(Value::Uuid(object(&value)?.id))),
            Node::Property(property) => self.property(property, &value),
            Node::Link(link) => self.targets(link, &value),
            Node::LinkProperty { name, .. } => link_property(&value, name),
            Node::ShapeField { index, .. } => shape_field(&value, *index),
            Node::Narrow { types, .. } => Ok(Some(value).filter(|value| is_a(value, types)).into()),
            Node::IsType { types, negated, .. } => Ok(Set::One((is_a(&value, types) != *negated).into())),
            Node::TypeOf(_) => self.type_of(&value),
            Node::Shape(shape) => self.shaped(shape, value),
            Node::Filter(filter) => self.filtered(filter, value),
            Node::TupleElement { index, .. } => tuple_element(&value, *index),
            Node::Cast(cast) => self.cast(cast, value),
            Node::IfElse { then, otherwise, .. } => match value {
                Value::Bool(true) => self.eval(then),
                _ => self.eval(otherwise),
            },
            _ => Ok(Set::One(value)),
        }
    }

    pub(crate) fn set_slot(&mut self, slot: Slot, binding: Binding<'a>) -> Binding<'a> {
        match self.slots.get_mut(slot) {
            Some(place) => std::mem::replace(place, binding),
            None => Binding::default(),
        }
    }

    /// Runs something with a variable bound to a value.
    pub(crate) fn with<T>(
        &mut self,
        slot: Slot,
        value: Value,
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.with_set(slot, Set::One(value), run)
    }

    /// Runs something with a variable bound to a set.
    pub(crate) fn with_set<T>(
        &mut self,
        slot: Slot,
        set: Set,
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let outer = self.set_slot(slot, Binding::Set(set));
        let result = run(self);
        self.set_slot(slot, outer);
        result
    }

    fn within_let<T>(
        &mut self,
        slot: Slot,
        value: &'a Node,
        eager: bool,
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let binding = if eager { Binding::Set(self.eval(value)?.shared()) } else { Binding::Lazy(value) };
        let outer = self.set_slot(slot, binding);
        let result = run(self);
        self.set_slot(slot, outer);
        result
    }

    fn var(&mut self, slot: Slot) -> Result<Set> {
        match self.slots.get(slot) {
            Some(Binding::Set(set)) => Ok(set.clone()),
            Some(Binding::Lazy(node)) => {
                let set = self.eval(node)?.shared();
                self.set_slot(slot, Binding::Set(set.clone()));
                Ok(set)
            }
            None => Ok(Set::Empty),
        }
    }

    fn global(&mut self, index: usize) -> Result<Set> {
        if let Some(Some(known)) = self.globals.get(index) {
            return Ok(known.clone());
        }
        let (input, plan) = (self.input, self.plan);
        let set = match (input.globals.get(index), plan.globals.get(index)) {
            (Some(Some(values)), _) => Set::from(values.clone()).shared(),
            (_, Some(global)) => match &global.default {
                Some(default) => self.eval(default)?.shared(),
                None => Set::Empty,
            },
            _ => Set::Empty,
        };
        if let Some(place) = self.globals.get_mut(index) {
            *place = Some(set.clone());
        }
        Ok(set)
    }

    /// An object without a shape.
    pub(crate) fn object(&self, id: Uuid, type_id: Uuid, state: State, link: Option<Arc<LinkRow>>) -> Value {
        Value::Object(Arc::new(Object { id, type_id, fields: self.no_fields.clone(), link, state }))
    }
}

impl Node {
    /// The one expression of which each element gives its part of the result, where there is one.
    fn source(&self) -> Option<&Node> {
        match self {
            Node::Id(source) | Node::TypeOf(source) => Some(source),
            Node::Property(property) => Some(&property.source),
            Node::Link(link) => Some(&link.source),
            Node::LinkProperty { source, .. }
            | Node::ShapeField { source, .. }
            | Node::Narrow { source, .. }
            | Node::IsType { source, .. }
            | Node::TupleElement { source, .. }
            | Node::IfElse { condition: source, .. } => Some(source),
            Node::Shape(shape) => shape.source.as_ref(),
            Node::Filter(filter) => Some(&filter.source),
            Node::Cast(cast) => Some(&cast.source),
            _ => None,
        }
    }
}

/// The object that a value must be.
pub(crate) fn object(value: &Value) -> Result<&Arc<Object>> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(Diagnostic::new(ErrorCode::INTERNAL_SERVER, "an object was expected here")),
    }
}

fn is_a(value: &Value, types: &crate::plan::node::Types) -> bool {
    matches!(value, Value::Object(object) if types.contains(object.type_id))
}

fn link_property(value: &Value, name: &str) -> Result<Set> {
    let link = object(value)?.link.as_ref();
    let found = link.and_then(|link| link.properties.iter().find(|(property, _)| **property == *name));
    Ok(found.map(|(_, value)| value.clone()).into())
}

fn shape_field(value: &Value, index: usize) -> Result<Set> {
    Ok(match object(value)?.fields.get(index) {
        Some(Field::Single(value)) => value.clone().into(),
        Some(Field::Multi(values)) => values.to_vec().into(),
        None => Set::Empty,
    })
}

fn tuple_element(value: &Value, index: usize) -> Result<Set> {
    match value {
        Value::Tuple(elements) => Ok(elements.get(index).cloned().into()),
        _ => Err(Diagnostic::new(ErrorCode::INTERNAL_SERVER, "a tuple was expected here")),
    }
}
