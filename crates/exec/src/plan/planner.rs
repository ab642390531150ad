//! Lowering IR to nodes.

use std::collections::HashMap;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use ir::{ArgumentMode, Expr, Kind, RuleBook, Type, VarId};
use smallvec::SmallVec;
use storage::{IndexId, Name, Symbols};
use value::{Uuid, Value};

use crate::catalog::Catalog;
use crate::limits::{MAX_DEPTH, with_stack};
use crate::plan::access::is_id;
use crate::plan::change::Part;
use crate::plan::node::*;
use crate::plan::walk::{constant, modifies};
use crate::plan::{Global, Param};
use crate::std::{Body, body};

/// Functions whose errors say where in the query they happened: the whole call, or the index.
const POSITIONED: [&str; 6] = [
    "std::[]",
    "std::math::mean",
    "std::math::stddev",
    "std::math::stddev_pop",
    "std::math::var",
    "std::math::var_pop",
];
const INDEX: &str = "std::[]";
const SUM: &str = "std::sum";
const COUNT: &str = "std::count(set of anytype)";
/// Where a group has its elements, see [`ir::Group`].
const GROUP_ELEMENTS: usize = 2;
/// Functions that change something beside objects.
const WRITERS: [&str; 2] = ["std::sequence_next", "std::sequence_reset"];

/// Lowers one query; holds what is known across its expressions.
pub(crate) struct Planner<'a> {
    symbols: &'a Symbols,
    catalog: Option<&'a dyn Catalog>,
    vars: HashMap<VarId, Slot>,
    slots: Slot,
    places: usize,
    parts: Part,
    /// How many loops surround what is being lowered.
    loops: usize,
    depth: usize,
    /// Types by id, so that the catalog is asked once for each.
    known_types: HashMap<Uuid, TypeRef>,
    pub(crate) rule_types: HashMap<Uuid, usize>,
    pub(crate) reads_link_properties: bool,
    pub(crate) writes: bool,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(symbols: &'a Symbols, catalog: Option<&'a dyn Catalog>, book: &RuleBook) -> Self {
        Planner {
            symbols,
            catalog,
            vars: HashMap::new(),
            slots: 0,
            places: 0,
            parts: 0,
            loops: 0,
            depth: 0,
            known_types: HashMap::new(),
            rule_types: book.types.keys().enumerate().map(|(index, id)| (*id, index)).collect(),
            reads_link_properties: false,
            writes: false,
        }
    }

    pub(crate) fn slots(&self) -> usize {
        self.slots
    }

    pub(crate) fn places(&self) -> usize {
        self.places
    }

    /// A place for something that is evaluated once.
    pub(crate) fn place(&mut self) -> usize {
        self.places += 1;
        self.places - 1
    }

    /// A number for something that changes data.
    pub(crate) fn part(&mut self) -> Part {
        self.parts += 1;
        self.parts - 1
    }

    /// Whether what is being lowered runs more than once.
    pub(crate) fn repeats(&self) -> bool {
        self.loops > 0
    }

    /// Lowers what runs once for each of several elements.
    pub(crate) fn repeated(&mut self, expr: &Expr) -> Result<Node> {
        self.loops += 1;
        let node = self.lower(expr);
        self.loops -= 1;
        node
    }

    /// Lowers what runs once, whatever surrounds it.
    pub(crate) fn unrepeated(&mut self, lower: impl FnOnce(&mut Self) -> Result<Node>) -> Result<Node> {
        let loops = std::mem::take(&mut self.loops);
        let node = lower(self);
        self.loops = loops;
        node
    }

    /// A place for the variable, from here on.
    pub(crate) fn bind(&mut self, var: VarId) -> Slot {
        let slot = self.slots;
        self.slots += 1;
        self.vars.insert(var, slot);
        slot
    }

    /// Lowers something whose variables are numbered on their own, as rules and scalar constraints are.
    pub(crate) fn isolated<T>(&mut self, lower: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outer = std::mem::take(&mut self.vars);
        let result = lower(self);
        self.vars = outer;
        result
    }

    pub(crate) fn name(&self, name: &str) -> Name {
        self.symbols.name(name)
    }

    pub(crate) fn index(&self, id: Uuid) -> IndexId {
        self.symbols.index(id)
    }

    pub(crate) fn type_ref(&mut self, id: Uuid) -> TypeRef {
        let (symbols, catalog) = (self.symbols, self.catalog);
        *self.known_types.entry(id).or_insert_with(|| TypeRef {
            id,
            symbol: symbols.type_id(id),
            is_virtual: catalog.is_some_and(|catalog| catalog.has(id)),
        })
    }

    pub(crate) fn types(&mut self, ids: &[Uuid], ty: &Type) -> Types {
        let label = match ty {
            Type::Object(object) => object.name.clone(),
            _ => "object".into(),
        };
        self.labelled_types(ids, label)
    }

    pub(crate) fn labelled_types(&mut self, ids: &[Uuid], label: Arc<str>) -> Types {
        Types { label, members: ids.iter().map(|id| self.type_ref(*id)).collect() }
    }

    pub(crate) fn param(&mut self, param: &ir::Param) -> Result<Param> {
        Ok(Param { name: param.name.clone(), required: param.required, checks: self.checks(&param.ty)? })
    }

    pub(crate) fn global(&mut self, global: &ir::Global) -> Result<Global> {
        let default = global.default.as_ref();
        let default = default.map(|default| self.isolated(|planner| planner.lower(default))).transpose()?;
        Ok(Global { default, checks: self.checks(&global.ty)? })
    }

    pub(crate) fn lower(&mut self, expr: &Expr) -> Result<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Diagnostic::new(ErrorCode::QUERY, "the query is nested too deeply"));
        }
        let node = if self.repeats() && worth_keeping(expr) && constant(expr) {
            let place = self.place();
            let body = self.unrepeated(|planner| with_stack(|| planner.lower_kind(expr)));
            body.map(|body| Node::Once { place, body: Box::new(body) })
        } else {
            with_stack(|| self.lower_kind(expr))
        };
        self.depth -= 1;
        node
    }

    fn boxed(&mut self, expr: &Expr) -> Result<Box<Node>> {
        self.lower(expr).map(Box::new)
    }

    fn all<C: FromIterator<Node>>(&mut self, exprs: &[Expr]) -> Result<C> {
        exprs.iter().map(|expr| self.lower(expr)).collect()
    }

    fn lower_kind(&mut self, expr: &Expr) -> Result<Node> {
        Ok(match &expr.kind {
            Kind::Empty => Node::Empty,
            Kind::Const(value) => Node::Const(value.clone()),
            Kind::Param(index) => Node::Param(*index),
            Kind::Global(index) => Node::Global(*index),
            Kind::Var(var) => Node::Var(self.slot(*var)?),
            Kind::Scan { types } => Node::Scan(self.types(types, &expr.ty)),
            Kind::ById { types, ids, strict } => {
                let types = self.types(types, &expr.ty);
                Node::ById(Box::new(ById { types, ids: self.lower(ids)?, strict: *strict }))
            }
            Kind::Pointer { source, pointer } => self.pointer(source, pointer, &expr.ty, true)?,
            Kind::LinkProperty { source, name } => self.link_property(source, name)?,
            Kind::ShapeField { source, index } => {
                Node::ShapeField { source: self.boxed(source)?, index: *index }
            }
            Kind::Narrow { source, types } => {
                Node::Narrow { source: self.boxed(source)?, types: self.types(types, &expr.ty) }
            }
            Kind::IsType { source, types, negated } => {
                let types = self.labelled_types(types, "type".into());
                Node::IsType { source: self.boxed(source)?, types, negated: *negated }
            }
            Kind::TypeOf { source } => Node::TypeOf(self.boxed(source)?),
            Kind::Shape { source, var, elements } => self.shape(source.as_deref(), *var, elements)?,
            Kind::For { var, iterator, body, optional } => {
                let iterator = self.boxed(iterator)?;
                let slot = self.bind(*var);
                Node::For { slot, iterator, body: Box::new(self.repeated(body)?), optional: *optional }
            }
            Kind::Let { var, value, body } => {
                let eager = modifies(value);
                let value = self.boxed(value)?;
                let slot = self.bind(*var);
                Node::Let { slot, value, body: self.boxed(body)?, eager }
            }
            Kind::Filter { source, var, condition } => self.filter(source, *var, condition)?,
            Kind::OrderBy { source, var, keys } => self.order_by(source, *var, keys)?,
            Kind::Slice { source, offset, limit } => Node::Slice(Box::new(Slice {
                modifies: modifies(source),
                source: self.lower(source)?,
                offset: offset.as_ref().map(|offset| self.lower(offset)).transpose()?,
                limit: limit.as_ref().map(|limit| self.lower(limit)).transpose()?,
            })),
            Kind::Group(group) => self.group(group, &expr.ty)?,
            Kind::Union(parts) => Node::Union(self.all(parts)?),
            Kind::Except(left, right) => Node::Except(self.boxed(left)?, self.boxed(right)?),
            Kind::Intersect(left, right) => Node::Intersect(self.boxed(left)?, self.boxed(right)?),
            Kind::Distinct(source) => Node::Distinct(self.boxed(source)?),
            Kind::Coalesce(left, right) => Node::Coalesce(self.boxed(left)?, self.boxed(right)?),
            Kind::Exists(source) => Node::Exists { modifies: modifies(source), source: self.boxed(source)? },
            Kind::In { needle, haystack, negated } => {
                Node::In { needle: self.boxed(needle)?, haystack: self.boxed(haystack)?, negated: *negated }
            }
            Kind::IfElse { condition, then, otherwise } => Node::IfElse {
                condition: self.boxed(condition)?,
                then: self.boxed(then)?,
                otherwise: self.boxed(otherwise)?,
            },
            Kind::Call { function, arguments } => self.call(expr, function, arguments)?,
            Kind::Tuple(elements) => Node::Tuple(self.all(elements)?),
            Kind::TupleElement { source, index } => {
                Node::TupleElement { source: self.boxed(source)?, index: *index }
            }
            Kind::Array(elements) => Node::Array(self.all(elements)?),
            Kind::Cast { source } => Node::Cast(Box::new(Cast {
                checks: self.checks(&expr.ty)?,
                from: source.ty.clone(),
                to: expr.ty.clone(),
                source: self.lower(source)?,
            })),
            Kind::Insert(insert) => self.insert(insert)?,
            Kind::Update(update) => self.update(update)?,
            Kind::Delete(delete) => self.delete(delete)?,
        })
    }

    fn slot(&self, var: VarId) -> Result<Slot> {
        let unbound =
            || Diagnostic::new(ErrorCode::INTERNAL_SERVER, format!("variable {} is not bound", var.0));
        self.vars.get(&var).copied().ok_or_else(unbound)
    }

    fn pointer(&mut self, source: &Expr, pointer: &ir::Pointer, ty: &Type, distinct: bool) -> Result<Node> {
        let many = source.cardinality.is_multi();
        let source = mark_fetch(self.lower(source)?);
        if is_id(pointer) {
            return Ok(Node::Id(Box::new(source)));
        }
        let name = self.name(&pointer.name);
        let label = pointer.name.clone();
        if !pointer.is_link {
            let is_multi = pointer.is_multi;
            return Ok(Node::Property(Box::new(Property { source, name, label, is_multi })));
        }
        Ok(Node::Link(Box::new(Link {
            source,
            name,
            label,
            backward: pointer.direction == ir::Direction::Backward,
            is_multi: pointer.is_multi,
            has_properties: pointer.has_link_properties,
            targets: self.types(&pointer.targets, ty),
            distinct: distinct && many,
            fetch: false,
        })))
    }

    /// `a.link@property` has one element for each link, not for each object.
    fn link_property(&mut self, source: &Expr, name: &Arc<str>) -> Result<Node> {
        self.reads_link_properties = true;
        Ok(Node::LinkProperty { source: Box::new(self.every_link(source)?), name: name.clone() })
    }

    /// Lowers a path so that an object comes once for each link that leads to it.
    fn every_link(&mut self, path: &Expr) -> Result<Node> {
        match &path.kind {
            Kind::Pointer { source, pointer } => self.pointer(source, pointer, &path.ty, false),
            Kind::Narrow { source, types } => Ok(Node::Narrow {
                source: Box::new(self.every_link(source)?),
                types: self.types(types, &path.ty),
            }),
            _ => self.lower(path),
        }
    }

    fn shape(&mut self, source: Option<&Expr>, var: VarId, elements: &[ir::Element]) -> Result<Node> {
        let many = source.is_some_and(|source| source.cardinality.is_multi());
        let source = source.map(|source| self.lower(source).map(mark_fetch)).transpose()?;
        let slot = self.bind(var);
        let lower = |element: &ir::Element| {
            let name = element.element.name.clone();
            let multi = element.element.cardinality.is_multi();
            let value = if many { self.repeated(&element.value) } else { self.lower(&element.value) };
            Ok(Element { name, multi, value: value? })
        };
        let elements = elements.iter().map(lower).collect::<Result<_>>()?;
        Ok(Node::Shape(Box::new(Shape { source, slot, elements })))
    }

    fn order_by(&mut self, source: &Expr, var: VarId, keys: &[ir::SortKey]) -> Result<Node> {
        let source = mark_fetch(self.lower(source)?);
        let slot = self.bind(var);
        let lower = |key: &ir::SortKey| {
            let descending = key.direction == ir::SortDirection::Descending;
            Ok(SortKey { value: self.repeated(&key.value)?, descending, empty_first: key.empty_first })
        };
        let keys = keys.iter().map(lower).collect::<Result<_>>()?;
        Ok(Node::OrderBy(Box::new(OrderBy { source, slot, keys })))
    }

    fn group(&mut self, group: &ir::Group, ty: &Type) -> Result<Node> {
        let source = mark_fetch(self.lower(&group.source)?);
        let slot = self.bind(group.var);
        let mut keys = Vec::with_capacity(group.keys.len());
        for key in &group.keys {
            let value = self.repeated(&key.value)?;
            let slot = self.bind(key.var);
            let name = Value::Str(key.name.clone());
            keys.push(GroupKey { name, label: key.name.clone(), slot, value });
        }
        let shown = shown_keys(&keys, ty);
        Ok(Node::Group(Box::new(Group { source, slot, keys, sets: group.sets.clone(), shown })))
    }

    fn call(&mut self, expr: &Expr, function: &Arc<str>, arguments: &[ir::Argument]) -> Result<Node> {
        if let ([argument], COUNT) = (arguments, &**function) {
            return Ok(Node::Count { source: self.boxed(&argument.value)? });
        }
        let name = function.split('(').next().unwrap_or_default();
        self.writes |= WRITERS.contains(&name);
        let unknown = || Diagnostic::unsupported(format!("`{function}`")).at_if_unknown(expr.span);
        let body: Body = body(function).ok_or_else(unknown)?;
        let positioned =
            if name == INDEX { arguments.get(1).and_then(|index| index.value.span) } else { expr.span };
        let single = arguments
            .iter()
            .all(|argument| argument.mode != ArgumentMode::SetOf && !argument.value.cardinality.is_multi());
        let lower = |argument: &ir::Argument| {
            Ok(Argument { value: self.lower(&argument.value)?, mode: argument.mode })
        };
        let call = Node::Call(Box::new(Call {
            body,
            name: name.into(),
            arguments: arguments.iter().map(lower).collect::<Result<SmallVec<_>>>()?,
            single,
            modifies: arguments.iter().any(|argument| modifies(&argument.value)),
            span: positioned.filter(|_| POSITIONED.contains(&name)),
        }));
        match arguments {
            [argument] if name == SUM && is_property_of_group(&argument.value) => {
                self.if_any(&argument.value, call)
            }
            _ => Ok(call),
        }
    }

    /// Gel adds up a property of a group's elements as SQL does: of no values there is no sum.
    fn if_any(&mut self, source: &Expr, call: Node) -> Result<Node> {
        let condition = Node::Exists { source: self.boxed(source)?, modifies: false };
        let (then, otherwise) = (Box::new(call), Box::new(Node::Empty));
        Ok(Node::IfElse { condition: Box::new(condition), then, otherwise })
    }
}

/// `g.elements.property` of a group `g`.
fn is_property_of_group(expr: &Expr) -> bool {
    let Kind::Pointer { source, pointer } = &expr.kind else { return false };
    let Kind::ShapeField { source: group, index: GROUP_ELEMENTS } = &source.kind else { return false };
    let Type::Object(object) = &group.ty else { return false };
    let names = object.shape.iter().flat_map(|shape| shape.elements.iter().map(|element| &*element.name));
    !pointer.is_link && object.id.is_nil() && names.eq(["key", "grouping", "elements"])
}

/// For each element of the key object's shape, the key of that name.
fn shown_keys(keys: &[GroupKey], ty: &Type) -> Vec<usize> {
    let shape_of = |ty: &Type| match ty {
        Type::Object(object) => object.shape.clone(),
        _ => None,
    };
    let key_shape = shape_of(ty).and_then(|shape| shape.elements.first().and_then(|key| shape_of(&key.ty)));
    match key_shape {
        Some(shape) => {
            let place = |name: &str| keys.iter().position(|key| *key.label == *name);
            shape.elements.iter().filter_map(|element| place(&element.name)).collect()
        }
        None => (0..keys.len()).collect(),
    }
}

/// Whether evaluating it costs more than reading it back. A bare scan is better streamed.
fn worth_keeping(expr: &Expr) -> bool {
    !matches!(
        expr.kind,
        Kind::Empty | Kind::Const(_) | Kind::Param(_) | Kind::Global(_) | Kind::Var(_) | Kind::Scan { .. }
    )
}

/// The objects of this node will be read: their rows should come with them.
pub(crate) fn mark_fetch(node: Node) -> Node {
    match node {
        Node::Link(mut link) => {
            link.fetch = true;
            Node::Link(link)
        }
        other => other,
    }
}
