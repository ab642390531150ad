//! What a plan does, as text: one line a node, indented under what it serves.

use std::fmt::{self, Formatter};

use crate::plan::Plan;
use crate::plan::node::{Node, SeekBy, Shape};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(&self.root, 0, f)
    }
}

fn write(node: &Node, depth: usize, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "{:1$}", "", depth * 2)?;
    title(node, f)?;
    writeln!(f)?;
    children(node).into_iter().try_for_each(|child| write(child, depth + 1, f))
}

fn title(node: &Node, f: &mut Formatter<'_>) -> fmt::Result {
    match node {
        Node::Empty => f.write_str("empty"),
        Node::Const(value) => match value.to_text() {
            Some(text) => write!(f, "constant {text}"),
            None => f.write_str("constant"),
        },
        Node::Param(index) => write!(f, "parameter {index}"),
        Node::Global(index) => write!(f, "global {index}"),
        Node::Var(slot) => write!(f, "variable {slot}"),
        Node::Scan(types) => write!(f, "scan {}", types.label),
        Node::ById(by_id) => write!(f, "by id {}", by_id.types.label),
        Node::Seek(seek) => match seek.by {
            SeekBy::Id => write!(f, "seek {} by id", seek.types.label),
            SeekBy::Exclusive(_) => write!(f, "seek {} by index on {}", seek.types.label, seek.label),
            SeekBy::Name => write!(f, "seek {} by name", seek.types.label),
            SeekBy::Link(_) => write!(f, "seek {} by links {}", seek.types.label, seek.label),
        },
        Node::Id(_) => f.write_str("id"),
        Node::Property(property) => write!(f, "property {}", property.label),
        Node::Link(link) => {
            let kind = if link.backward { "backlink" } else { "link" };
            write!(f, "{kind} {}{}", link.label, if link.distinct { " distinct" } else { "" })
        }
        Node::LinkProperty { name, .. } => write!(f, "link property {name}"),
        Node::ShapeField { index, .. } => write!(f, "field {index}"),
        Node::Narrow { types, .. } => write!(f, "narrow to {}", types.label),
        Node::IsType { negated, .. } => f.write_str(if *negated { "is not" } else { "is" }),
        Node::TypeOf(_) => f.write_str("type of"),
        Node::Shape(shape) => shape_title(shape, f),
        Node::For { slot, optional, .. } => {
            write!(f, "for {}{slot}", if *optional { "optional " } else { "" })
        }
        Node::Let { slot, eager, .. } => write!(f, "let {slot}{}", if *eager { " at once" } else { "" }),
        Node::Filter(filter) => write!(f, "filter {}", filter.slot),
        Node::Join(join) => write!(f, "join {}", join.slot),
        Node::Once { .. } => f.write_str("once"),
        Node::OrderBy(order) => write!(f, "sort {}", order.slot),
        Node::Slice(_) => f.write_str("slice"),
        Node::Group(group) => write!(f, "group {}", group.slot),
        Node::Union(_) => f.write_str("union"),
        Node::Except(..) => f.write_str("except"),
        Node::Intersect(..) => f.write_str("intersect"),
        Node::Distinct(_) => f.write_str("distinct"),
        Node::Coalesce(..) => f.write_str("coalesce"),
        Node::Exists { .. } => f.write_str("exists"),
        Node::Count { .. } => f.write_str("count"),
        Node::In { negated, .. } => f.write_str(if *negated { "not in" } else { "in" }),
        Node::IfElse { .. } => f.write_str("if"),
        Node::Call(call) => write!(f, "call {}", call.name),
        Node::Tuple(_) => f.write_str("tuple"),
        Node::TupleElement { index, .. } => write!(f, "element {index}"),
        Node::Array(_) => f.write_str("array"),
        Node::Cast(_) => f.write_str("cast"),
        Node::Insert(_) => f.write_str("insert"),
        Node::Update(_) => f.write_str("update"),
        Node::Delete(_) => f.write_str("delete"),
    }
}

fn shape_title(shape: &Shape, f: &mut Formatter<'_>) -> fmt::Result {
    let names: Vec<&str> = shape.elements.iter().map(|element| &*element.name).collect();
    write!(f, "shape {} {{{}}}", shape.slot, names.join(", "))
}

fn children(node: &Node) -> Vec<&Node> {
    match node {
        Node::Empty | Node::Const(_) | Node::Param(_) | Node::Global(_) | Node::Var(_) | Node::Scan(_) => {
            vec![]
        }
        Node::ById(by_id) => vec![&by_id.ids],
        Node::Seek(seek) => vec![&seek.key],
        Node::Id(source) | Node::TypeOf(source) | Node::Distinct(source) | Node::Count { source } => {
            vec![source]
        }
        Node::Property(property) => vec![&property.source],
        Node::Link(link) => vec![&link.source],
        Node::LinkProperty { source, .. }
        | Node::ShapeField { source, .. }
        | Node::Narrow { source, .. }
        | Node::IsType { source, .. }
        | Node::TupleElement { source, .. }
        | Node::Exists { source, .. } => vec![source],
        Node::Shape(shape) => {
            shape.source.iter().chain(shape.elements.iter().map(|element| &element.value)).collect()
        }
        Node::For { iterator: l, body: r, .. }
        | Node::Let { value: l, body: r, .. }
        | Node::In { needle: l, haystack: r, .. }
        | Node::Except(l, r)
        | Node::Intersect(l, r)
        | Node::Coalesce(l, r) => vec![l, r],
        Node::Filter(filter) => std::iter::once(&filter.source).chain(&filter.conditions).collect(),
        Node::Join(join) => vec![&join.source, &join.key, &join.probe],
        Node::Once { body, .. } => vec![body],
        Node::OrderBy(order) => {
            std::iter::once(&order.source).chain(order.keys.iter().map(|key| &key.value)).collect()
        }
        Node::Slice(slice) => {
            std::iter::once(&slice.source).chain(&slice.offset).chain(&slice.limit).collect()
        }
        Node::Group(group) => {
            std::iter::once(&group.source).chain(group.keys.iter().map(|key| &key.value)).collect()
        }
        Node::Union(parts) | Node::Tuple(parts) | Node::Array(parts) => parts.iter().collect(),
        Node::IfElse { condition, then, otherwise } => vec![condition, then, otherwise],
        Node::Call(call) => call.arguments.iter().map(|argument| &argument.value).collect(),
        Node::Cast(cast) => vec![&cast.source],
        Node::Insert(insert) => {
            let otherwise = insert.conflict.iter().flat_map(|conflict| &conflict.otherwise);
            let values = insert.assignments.iter().map(|assignment| &assignment.value);
            values.chain(otherwise.map(|(_, node)| node)).collect()
        }
        Node::Update(update) => {
            let values = update.assignments.iter().map(|assignment| &assignment.value);
            std::iter::once(&update.subject).chain(values).collect()
        }
        Node::Delete(delete) => vec![&delete.subject],
    }
}
