//! How types and queries print: types as Gel's messages name them, expressions as indented s-expressions.

use std::fmt::{self, Write};

use value::Value;

use crate::{
    Assignment, AssignmentOp, Cardinality, Conflict, Direction, ElementKind, Expr, Group, Kind, Pointer,
    Query, SortDirection, SortKey, TupleType, Type, VarId,
};

/// Longest line before a node's parts go on lines of their own.
const WIDTH: usize = 100;

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Scalar(scalar) => f.write_str(&scalar.name),
            Type::Object(object) => f.write_str(&object.name),
            Type::Tuple(tuple) => write!(f, "{tuple}"),
            Type::Array(of) => write!(f, "array<{of}>"),
            Type::Range(of) => write!(f, "range<{of}>"),
            Type::MultiRange(of) => write!(f, "multirange<{of}>"),
            Type::Any => f.write_str("anytype"),
            Type::View(view) => f.write_str(&view.name),
        }
    }
}

impl fmt::Display for TupleType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tuple<")?;
        for (index, element) in self.elements.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            if let Some(name) = self.names.get(index) {
                write!(f, "{name}: ")?;
            }
            write!(f, "{element}")?;
        }
        f.write_str(">")
    }
}

impl fmt::Display for VarId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl fmt::Display for Cardinality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cardinality::NoResult => "NO_RESULT",
            Cardinality::AtMostOne => "AT_MOST_ONE",
            Cardinality::One => "ONE",
            Cardinality::Many => "MANY",
            Cardinality::AtLeastOne => "AT_LEAST_ONE",
        })
    }
}

/// The whole query: a head line, a line for each parameter and global, the expression.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.cardinality, self.answer)?;
        for param in &self.params {
            let optional = if param.required { "" } else { "optional " };
            writeln!(f, "param ${}: {optional}{}", param.name, param.ty)?;
        }
        for global in &self.globals {
            writeln!(f, "global {}: {}", global.name, global.ty)?;
        }
        write!(f, "{}", self.expr)
    }
}

/// On one line where it fits, else one part a line.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        Node::of(self).write(0, &mut text);
        f.write_str(&text)
    }
}

/// A head and the parts after it. A part may carry a label before it: `name := …`.
struct Node {
    label: String,
    head: String,
    parts: Vec<Node>,
}

impl Node {
    fn leaf(head: impl Into<String>) -> Node {
        Node { label: String::new(), head: head.into(), parts: Vec::new() }
    }

    fn new(head: impl Into<String>, parts: Vec<Node>) -> Node {
        Node { label: String::new(), head: head.into(), parts }
    }

    fn labelled(mut self, label: impl Into<String>) -> Node {
        self.label = label.into();
        self
    }

    fn of(expr: &Expr) -> Node {
        node_of_atom(expr)
            .or_else(|| node_of_object(expr))
            .or_else(|| node_of_binder(expr))
            .or_else(|| node_of_set(expr))
            .unwrap_or_else(|| node_of_value(expr))
    }

    fn all<'a>(exprs: impl IntoIterator<Item = &'a Expr>) -> Vec<Node> {
        exprs.into_iter().map(Node::of).collect()
    }

    fn one_line(&self) -> String {
        let mut text = self.label.clone();
        if self.parts.is_empty() {
            text.push_str(&self.head);
            return text;
        }
        text.push('(');
        text.push_str(&self.head);
        for part in &self.parts {
            text.push(' ');
            text.push_str(&part.one_line());
        }
        text.push(')');
        text
    }

    fn write(&self, indent: usize, out: &mut String) {
        let line = self.one_line();
        if line.len() + indent <= WIDTH || self.parts.is_empty() {
            out.push_str(&line);
            return;
        }
        let _ = write!(out, "{}({}", self.label, self.head);
        for part in &self.parts {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent + 2));
            part.write(indent + 2, out);
        }
        out.push(')');
    }
}

fn node_of_atom(expr: &Expr) -> Option<Node> {
    Some(match &expr.kind {
        Kind::Empty => Node::leaf(format!("<{}>{{}}", expr.ty)),
        Kind::Const(value) => Node::leaf(constant(value)),
        Kind::Param(index) => Node::leaf(format!("$[{index}]")),
        Kind::Global(index) => Node::leaf(format!("global[{index}]")),
        Kind::Var(var) => Node::leaf(var.to_string()),
        Kind::Scan { .. } => Node::leaf(format!("[{}]", expr.ty)),
        _ => return None,
    })
}

fn node_of_object(expr: &Expr) -> Option<Node> {
    Some(match &expr.kind {
        Kind::ById { ids, strict, .. } => {
            let head = if *strict { "by-id!" } else { "by-id" };
            Node::new(format!("{head} [{}]", expr.ty), vec![Node::of(ids)])
        }
        Kind::Pointer { source, pointer } => Node::new(pointer_head(pointer), vec![Node::of(source)]),
        Kind::LinkProperty { source, name } => Node::new(format!("@{name}"), vec![Node::of(source)]),
        Kind::ShapeField { source, index } => {
            Node::new(field_head(&source.ty, *index), vec![Node::of(source)])
        }
        Kind::Narrow { source, .. } => Node::new(format!("is [{}]", expr.ty), vec![Node::of(source)]),
        Kind::IsType { source, types, negated } => {
            let head = if *negated { "is-not?" } else { "is?" };
            Node::new(format!("{head} [{} types]", types.len()), vec![Node::of(source)])
        }
        Kind::TypeOf { source } => Node::new(".__type__", vec![Node::of(source)]),
        Kind::Shape { source, var, elements } => {
            let mut parts: Vec<Node> = source.as_deref().map(Node::of).into_iter().collect();
            parts.extend(elements.iter().map(|element| {
                let kind = if element.element.kind == ElementKind::LinkProperty { "@" } else { "" };
                let flag = if element.element.hidden {
                    "~"
                } else if element.element.implicit {
                    "!"
                } else {
                    ""
                };
                Node::of(&element.value).labelled(format!("{kind}{}{flag} := ", element.element.name))
            }));
            let head = if source.is_some() { format!("shape {var}") } else { "object".to_string() };
            Node::new(head, parts)
        }
        _ => return None,
    })
}

fn node_of_binder(expr: &Expr) -> Option<Node> {
    Some(match &expr.kind {
        Kind::For { var, iterator, body, optional } => {
            let head = if *optional { "for-optional" } else { "for" };
            Node::new(format!("{head} {var}"), vec![Node::of(iterator), Node::of(body)])
        }
        Kind::Let { var, value, body } => {
            Node::new(format!("let {var}"), vec![Node::of(value), Node::of(body)])
        }
        Kind::Filter { source, var, condition } => {
            Node::new(format!("filter {var}"), vec![Node::of(source), Node::of(condition)])
        }
        Kind::OrderBy { source, var, keys } => {
            let mut parts = vec![Node::of(source)];
            parts.extend(keys.iter().map(sort_key));
            Node::new(format!("order-by {var}"), parts)
        }
        Kind::Slice { source, offset, limit } => {
            let mut parts = vec![Node::of(source)];
            parts.extend(offset.as_deref().map(|e| Node::of(e).labelled("offset ")));
            parts.extend(limit.as_deref().map(|e| Node::of(e).labelled("limit ")));
            Node::new("slice", parts)
        }
        Kind::Group(group) => node_of_group(group),
        _ => return None,
    })
}

fn node_of_set(expr: &Expr) -> Option<Node> {
    Some(match &expr.kind {
        Kind::Union(items) => Node::new("union", Node::all(items)),
        Kind::Except(a, b) => Node::new("except", Node::all([&**a, &**b])),
        Kind::Intersect(a, b) => Node::new("intersect", Node::all([&**a, &**b])),
        Kind::Distinct(a) => Node::new("distinct", vec![Node::of(a)]),
        Kind::Coalesce(a, b) => Node::new("??", Node::all([&**a, &**b])),
        Kind::Exists(a) => Node::new("exists", vec![Node::of(a)]),
        Kind::In { needle, haystack, negated } => {
            let head = if *negated { "not-in" } else { "in" };
            Node::new(head, Node::all([&**needle, &**haystack]))
        }
        Kind::IfElse { condition, then, otherwise } => {
            Node::new("if", Node::all([&**condition, &**then, &**otherwise]))
        }
        _ => return None,
    })
}

fn node_of_value(expr: &Expr) -> Node {
    match &expr.kind {
        Kind::Call { function, arguments } => {
            Node::new(function.to_string(), Node::all(arguments.iter().map(|argument| &argument.value)))
        }
        Kind::Tuple(items) => Node::new("tuple", Node::all(items)),
        Kind::TupleElement { source, index } => Node::new(format!(".{index}"), vec![Node::of(source)]),
        Kind::Array(items) => Node::new("array", Node::all(items)),
        Kind::Cast { source } => Node::new(format!("<{}>", expr.ty), vec![Node::of(source)]),
        Kind::Insert(insert) => {
            let mut parts: Vec<Node> = insert.assignments.iter().map(assignment).collect();
            parts.extend(insert.conflict.as_ref().map(conflict));
            Node::new(format!("insert [{}]", expr.ty), parts)
        }
        Kind::Update(update) => {
            let mut parts = vec![Node::of(&update.subject)];
            parts.extend(update.assignments.iter().map(assignment));
            Node::new(format!("update {}", update.var), parts)
        }
        Kind::Delete(delete) => Node::new("delete", vec![Node::of(&delete.subject)]),
        _ => Node::leaf("?"),
    }
}

fn node_of_group(group: &Group) -> Node {
    let mut parts = vec![Node::of(&group.source)];
    parts.extend(
        group.keys.iter().map(|key| Node::of(&key.value).labelled(format!("{} {} := ", key.name, key.var))),
    );
    let sets: Vec<String> = group.sets.iter().map(|set| format!("{set:?}")).collect();
    parts.push(Node::leaf(format!("by {}", sets.join(" "))));
    Node::new(format!("group {}", group.var), parts)
}

fn pointer_head(pointer: &Pointer) -> String {
    match pointer.direction {
        Direction::Forward => format!(".{}", pointer.name),
        Direction::Backward => format!(".<{}", pointer.name),
    }
}

fn field_head(ty: &Type, index: usize) -> String {
    let Type::Object(object) = ty else { return format!("field {index}") };
    let element = object.shape.as_ref().and_then(|shape| shape.elements.get(index));
    element.map_or_else(|| format!("field {index}"), |element| format!("field {}", element.name))
}

fn sort_key(key: &SortKey) -> Node {
    let direction = match key.direction {
        SortDirection::Ascending => "asc",
        SortDirection::Descending => "desc",
    };
    let empty = if key.empty_first { "empty-first" } else { "empty-last" };
    Node::of(&key.value).labelled(format!("{direction} {empty} "))
}

fn assignment(assignment: &Assignment) -> Node {
    let op = match assignment.op {
        AssignmentOp::Set => ":=",
        AssignmentOp::Add => "+=",
        AssignmentOp::Remove => "-=",
    };
    let properties: Vec<String> =
        assignment.link_properties.iter().map(|property| format!("@{}", property.name)).collect();
    let properties = if properties.is_empty() { String::new() } else { format!(" {}", properties.join(" ")) };
    Node::of(&assignment.value).labelled(format!("{}{properties} {op} ", assignment.pointer))
}

fn conflict(conflict: &Conflict) -> Node {
    match &conflict.otherwise {
        Some((var, otherwise)) => Node::new(format!("unless-conflict {var}"), vec![Node::of(otherwise)]),
        None => Node::leaf("unless-conflict"),
    }
}

fn constant(value: &Value) -> String {
    match value {
        Value::Bool(v) => v.to_string(),
        Value::Int16(v) => format!("{v}i16"),
        Value::Int32(v) => format!("{v}i32"),
        Value::Int64(v) => v.to_string(),
        Value::Float32(v) => format!("{v:?}f32"),
        Value::Float64(v) => format!("{v:?}"),
        Value::BigInt(v) => format!("{v}n"),
        Value::Decimal(v) => format!("{v}d"),
        Value::Str(v) => format!("{v:?}"),
        Value::Uuid(v) => v.to_string(),
        Value::Enum(v) => v.name.to_string(),
        other => format!("{other:?}"),
    }
}
