//! S-expressions to IR, with just enough typing for the executor.

use std::collections::HashMap;
use std::sync::Arc;

use ir::{
    Argument, ArgumentMode, Assignment, AssignmentOp, Cardinality, Conflict, Delete, Direction, Element,
    ElementKind, Expr, Group, GroupingKey, Insert, Kind, LinkPropertyAssignment, ObjectType, Pointer, Scalar,
    ScalarType, Shape, ShapeElement, SortDirection, SortKey, TupleType, Type, Update, VarId,
};
use value::{Uuid, Value};

use crate::form::Form;
use crate::world::{Property, Schema};

/// Lowers the forms of one query or rule.
pub(crate) struct Lowering<'s> {
    pub(crate) schema: &'s Schema,
    pub(crate) scope: HashMap<String, (VarId, Type)>,
    pub(crate) next: u32,
}

pub(crate) fn scalar(base: Scalar) -> Type {
    let name = match base {
        Scalar::Str => "std::str",
        Scalar::Int64 => "std::int64",
        Scalar::Bool => "std::bool",
        _ => "std::uuid",
    };
    let (id, name) = (Uuid::nil(), name.into());
    let (ancestors, members, checks) = (Vec::new(), Vec::new(), Vec::new());
    Type::Scalar(Arc::new(ScalarType { id, name, base, ancestors, members, checks }))
}

pub(crate) fn object(id: Uuid, name: &str, shape: Option<Shape>) -> Type {
    Type::Object(Arc::new(ObjectType {
        id,
        name: format!("default::{name}").into(),
        shape: shape.map(Arc::new),
    }))
}

impl Lowering<'_> {
    pub(crate) fn new(schema: &Schema) -> Lowering<'_> {
        Lowering { schema, scope: HashMap::new(), next: 0 }
    }

    pub(crate) fn bind(&mut self, name: &str, ty: Type) -> VarId {
        let var = VarId(self.next);
        self.next += 1;
        self.scope.insert(name.to_owned(), (var, ty));
        var
    }

    pub(crate) fn lower(&mut self, form: &Form) -> Expr {
        match form {
            Form::Text(text) => {
                Expr::new(Kind::Const(Value::from(text.as_str())), scalar(Scalar::Str), Cardinality::One)
            }
            Form::Number(number) => {
                Expr::new(Kind::Const(Value::Int64(*number)), scalar(Scalar::Int64), Cardinality::One)
            }
            Form::Word(word) if word == "true" || word == "false" => {
                Expr::new(Kind::Const(Value::Bool(word == "true")), scalar(Scalar::Bool), Cardinality::One)
            }
            Form::Word(word) => {
                let (var, ty) = self.scope.get(word).unwrap_or_else(|| panic!("unbound {word}")).clone();
                // Uppercase variables stand for sets.
                let many = word.starts_with(char::is_uppercase);
                Expr::new(Kind::Var(var), ty, Cardinality::from_bounds(false, many))
            }
            Form::List(forms) => self.list(forms[0].word(), &forms[1..]),
        }
    }

    fn boxed(&mut self, form: &Form) -> Box<Expr> {
        Box::new(self.lower(form))
    }

    fn list(&mut self, head: &str, rest: &[Form]) -> Expr {
        match head {
            "empty" => Expr::new(Kind::Empty, Type::Any, Cardinality::AtMostOne),
            "scan" => {
                let (types, ty) = self.types(rest[0].word());
                Expr::new(Kind::Scan { types }, ty, Cardinality::Many)
            }
            "by-id" => {
                let (types, ty) = self.types(rest[0].word());
                let ids = self.boxed(&rest[1]);
                Expr::new(Kind::ById { types, ids, strict: true }, ty, Cardinality::AtMostOne)
            }
            "uuid" => {
                let id = Uuid::parse_str(match &rest[0] {
                    Form::Text(text) => text,
                    other => panic!("a text was expected, not {other:?}"),
                });
                Expr::new(
                    Kind::Const(Value::Uuid(id.expect("a uuid"))),
                    scalar(Scalar::Uuid),
                    Cardinality::One,
                )
            }
            "get" => self.get(&rest[0], rest[1].word()),
            "back" => self.back(&rest[0], rest[1].word(), rest[2].word()),
            "@" => {
                let source = self.boxed(&rest[0]);
                let cardinality = source.cardinality.optional();
                Expr::new(
                    Kind::LinkProperty { source, name: rest[1].word().into() },
                    scalar(Scalar::Str),
                    cardinality,
                )
            }
            "is" => {
                let source = self.boxed(&rest[0]);
                let (types, ty) = self.types(rest[1].word());
                let cardinality = source.cardinality.optional();
                Expr::new(Kind::Narrow { source, types }, ty, cardinality)
            }
            "type-of" => {
                let source = self.boxed(&rest[0]);
                let cardinality = source.cardinality;
                Expr::new(Kind::TypeOf { source }, object(self.schema.id("Meta"), "Meta", None), cardinality)
            }
            "shape" => {
                let source = self.boxed(&rest[1]);
                self.shape(rest[0].word(), Some(source), &rest[2..])
            }
            "free" => self.shape("-", None, rest),
            "filter" => {
                let source = self.boxed(&rest[1]);
                let ty = source.ty.clone();
                let var = self.bind(rest[0].word(), ty.clone());
                let condition = self.boxed(&rest[2]);
                Expr::new(Kind::Filter { source, var, condition }, ty, Cardinality::Many)
            }
            "order" => self.order(rest),
            "slice" => {
                let source = self.boxed(&rest[0]);
                let (offset, limit) = (Some(self.boxed(&rest[1])), Some(self.boxed(&rest[2])));
                let ty = source.ty.clone();
                Expr::new(Kind::Slice { source, offset, limit }, ty, Cardinality::Many)
            }
            "for" | "for-optional" => {
                let iterator = self.boxed(&rest[1]);
                let var = self.bind(rest[0].word(), iterator.ty.clone());
                let body = self.boxed(&rest[2]);
                let ty = body.ty.clone();
                Expr::new(Kind::For { var, iterator, body, optional: head != "for" }, ty, Cardinality::Many)
            }
            "let" => {
                let value = self.boxed(&rest[1]);
                let var = self.bind(rest[0].word(), value.ty.clone());
                let body = self.boxed(&rest[2]);
                let (ty, cardinality) = (body.ty.clone(), body.cardinality);
                Expr::new(Kind::Let { var, value, body }, ty, cardinality)
            }
            "group" => self.group(rest),
            "insert" => self.insert(rest),
            "update" => self.update(rest),
            "delete" => {
                let subject = self.lower(&rest[0]);
                let ty = subject.ty.clone();
                let types = self.types_of(&ty);
                Expr::new(Kind::Delete(Box::new(Delete { subject, types })), ty, Cardinality::Many)
            }
            _ => self.operator(head, rest),
        }
    }

    fn operator(&mut self, head: &str, rest: &[Form]) -> Expr {
        let mut parts: Vec<Expr> = rest.iter().map(|form| self.lower(form)).collect();
        let ty = parts.first().map_or(Type::Any, |part| part.ty.clone());
        let many = parts.iter().any(|part| part.cardinality.is_multi());
        let cardinality = Cardinality::from_bounds(false, many);
        if head == "at" {
            return element(parts, cardinality);
        }
        let mut next = || Box::new(parts.remove(0));
        match head {
            "exists" => Expr::new(Kind::Exists(next()), scalar(Scalar::Bool), Cardinality::One),
            "distinct" => Expr::new(Kind::Distinct(next()), ty, cardinality),
            "??" => Expr::new(Kind::Coalesce(next(), next()), ty, cardinality),
            "except" => Expr::new(Kind::Except(next(), next()), ty, cardinality),
            "intersect" => Expr::new(Kind::Intersect(next(), next()), ty, cardinality),
            "in" => {
                let kind = Kind::In { needle: next(), haystack: next(), negated: false };
                Expr::new(kind, scalar(Scalar::Bool), cardinality)
            }
            "if" => {
                let (condition, then, otherwise) = (next(), next(), next());
                let ty = then.ty.clone();
                Expr::new(Kind::IfElse { condition, then, otherwise }, ty, cardinality)
            }
            "union" => Expr::new(Kind::Union(parts), ty, Cardinality::Many),
            "array" => Expr::new(Kind::Array(parts), Type::Array(Arc::new(ty)), cardinality),
            "tuple" => {
                let elements = parts.iter().map(|part| part.ty.clone()).collect();
                let ty = Type::Tuple(Arc::new(TupleType { names: Vec::new(), elements }));
                Expr::new(Kind::Tuple(parts), ty, cardinality)
            }
            _ => self.call(head, parts, ty, cardinality),
        }
    }

    fn call(&self, head: &str, parts: Vec<Expr>, ty: Type, cardinality: Cardinality) -> Expr {
        let name = match &ty {
            Type::Object(_) => "std::BaseObject".to_owned(),
            ty => ty.to_string(),
        };
        let (key, ty, mode) = match head {
            "and" => ("std::AND(std::bool, std::bool)".into(), scalar(Scalar::Bool), ArgumentMode::Singleton),
            "=" | "<" => {
                (format!("std::{head}({name}, {name})"), scalar(Scalar::Bool), ArgumentMode::Singleton)
            }
            "+" | "++" => (format!("std::{head}({name}, {name})"), ty, ArgumentMode::Singleton),
            "count" => ("std::count(set of anytype)".into(), scalar(Scalar::Int64), ArgumentMode::SetOf),
            other => panic!("unknown operator {other}"),
        };
        let cardinality = if mode == ArgumentMode::SetOf { Cardinality::One } else { cardinality };
        let arguments = parts.into_iter().map(|value| Argument { value, mode }).collect();
        Expr::new(Kind::Call { function: key.into(), arguments }, ty, cardinality)
    }

    fn types(&self, name: &str) -> (Arc<[Uuid]>, Type) {
        (self.schema.concrete(name).into(), object(self.schema.id(name), name, None))
    }

    fn types_of(&self, ty: &Type) -> Arc<[Uuid]> {
        match ty {
            Type::Object(ty) => self.schema.concrete(ty.name.trim_start_matches("default::")).into(),
            _ => Arc::from([]),
        }
    }

    fn get(&mut self, source: &Form, name: &str) -> Expr {
        let source = self.boxed(source);
        let Type::Object(of) = &source.ty else { panic!("`{name}` of no object") };
        if let Some(shape) = &of.shape
            && let Some(index) = shape.elements.iter().position(|element| *element.name == *name)
        {
            let element = &shape.elements[index];
            let cardinality = source.cardinality.product(element.cardinality);
            let ty = element.ty.clone();
            return Expr::new(Kind::ShapeField { source, index }, ty, cardinality);
        }
        let property = self.schema.pointer(&of.name, name);
        let ty = self.pointer_type(&property);
        let cardinality =
            Cardinality::from_bounds(property.required, property.multi).product(source.cardinality);
        let pointer = self.pointer(&property, Direction::Forward, property.target.as_deref());
        Expr::new(Kind::Pointer { source, pointer }, ty, cardinality)
    }

    fn back(&mut self, source: &Form, name: &str, of: &str) -> Expr {
        let source = self.boxed(source);
        let property = self.schema.pointer(&format!("default::{of}"), name);
        let ty = object(self.schema.id(of), of, None);
        let pointer = self.pointer(&property, Direction::Backward, Some(of));
        Expr::new(Kind::Pointer { source, pointer }, ty, Cardinality::Many)
    }

    fn pointer(&self, property: &Property, direction: Direction, target: Option<&str>) -> Arc<Pointer> {
        Arc::new(Pointer {
            name: property.name.as_str().into(),
            direction,
            is_link: property.target.is_some(),
            is_multi: property.multi,
            has_link_properties: !property.link_properties.is_empty(),
            targets: target.map_or(Vec::new(), |target| self.schema.concrete(target)).into(),
            exclusive: property.exclusive,
        })
    }

    fn pointer_type(&self, property: &Property) -> Type {
        match &property.target {
            Some(target) => object(self.schema.id(target), target, None),
            None => scalar(property.base),
        }
    }

    fn shape(&mut self, var: &str, source: Option<Box<Expr>>, elements: &[Form]) -> Expr {
        let of = source.as_ref().map_or(object(Uuid::nil(), "FreeObject", None), |source| source.ty.clone());
        let var = self.bind(var, of.clone());
        let elements: Vec<Element> = elements.iter().map(|form| self.element(form)).collect();
        let shape = Shape { elements: elements.iter().map(|element| copy(&element.element)).collect() };
        let Type::Object(of) = of else { panic!("a shape of no object") };
        let ty = object(of.id, of.name.trim_start_matches("default::"), Some(shape));
        let cardinality = source.as_ref().map_or(Cardinality::One, |source| source.cardinality);
        Expr::new(Kind::Shape { source, var, elements }, ty, cardinality)
    }

    fn element(&mut self, form: &Form) -> Element {
        let [name, value] = form.list() else { panic!("an element is a name and a value") };
        let value = self.lower(value);
        let (name, kind) = match (name.word().strip_prefix('@'), &value.ty) {
            (Some(name), _) => (name, ElementKind::LinkProperty),
            (None, Type::Object(_)) => (name.word(), ElementKind::Link),
            _ => (name.word(), ElementKind::Property),
        };
        let (cardinality, ty) = (value.cardinality, value.ty.clone());
        Element { element: Arc::new(part(name, kind, ty, cardinality)), value }
    }

    fn order(&mut self, rest: &[Form]) -> Expr {
        let source = self.boxed(&rest[1]);
        let ty = source.ty.clone();
        let var = self.bind(rest[0].word(), ty.clone());
        let key = |form: &Form, lowering: &mut Self| {
            let [direction, value, empty] = form.list() else {
                panic!("a key is a direction, a value, a place")
            };
            let descending = direction.word() == "desc";
            let direction = if descending { SortDirection::Descending } else { SortDirection::Ascending };
            SortKey { value: lowering.lower(value), direction, empty_first: empty.word() == "first" }
        };
        let keys = rest[2..].iter().map(|form| key(form, self)).collect();
        Expr::new(Kind::OrderBy { source, var, keys }, ty, Cardinality::Many)
    }

    fn group(&mut self, rest: &[Form]) -> Expr {
        let source = self.lower(&rest[1]);
        let elements = source.ty.clone();
        let var = self.bind(rest[0].word(), elements.clone());
        let mut keys = Vec::new();
        for form in rest[2].list() {
            let [name, value] = form.list() else { panic!("a key is a name and a value") };
            let value = self.lower(value);
            let var = self.bind(name.word(), value.ty.clone());
            keys.push(GroupingKey { name: name.word().into(), var, value });
        }
        let index = |name: &Form| keys.iter().position(|key| *key.name == *name.word()).expect("a key");
        let sets = rest[3..].iter().map(|set| set.list().iter().map(index).collect()).collect();
        let part = |name: &str, ty, cardinality| part(name, ElementKind::Property, ty, cardinality);
        let shown =
            keys.iter().map(|key| part(&key.name, key.value.ty.clone(), Cardinality::AtMostOne)).collect();
        let key = object(Uuid::nil(), "FreeObject", Some(Shape { elements: shown }));
        let shape = Shape {
            elements: vec![
                part("key", key, Cardinality::One),
                part("grouping", scalar(Scalar::Str), Cardinality::Many),
                part("elements", elements, Cardinality::Many),
            ],
        };
        let ty = object(Uuid::nil(), "FreeObject", Some(shape));
        Expr::new(Kind::Group(Box::new(Group { source, var, keys, sets })), ty, Cardinality::Many)
    }

    fn insert(&mut self, rest: &[Form]) -> Expr {
        let name = rest[0].word();
        let (mut assignments, mut conflict) = (Vec::new(), None);
        for form in &rest[1..] {
            match form.list() {
                [head, on, otherwise @ ..] if *head == Form::Word("unless".into()) => {
                    conflict = Some(self.conflict(name, on, otherwise.first()));
                }
                _ => assignments.push(self.assignment(&format!("default::{name}"), form)),
            }
        }
        let specified = assignments.iter().map(|assignment| assignment.pointer.clone()).collect();
        let type_id = self.schema.id(name);
        let insert = Insert { type_id, assignments, specified, conflict };
        Expr::new(Kind::Insert(Box::new(insert)), object(type_id, name, None), Cardinality::AtMostOne)
    }

    fn conflict(&mut self, name: &str, on: &Form, otherwise: Option<&Form>) -> Conflict {
        let pointer = |form: &Form| self.schema.pointer(&format!("default::{name}"), form.word()).exclusive;
        let on = on.list().iter().filter_map(pointer).collect();
        let otherwise = otherwise.map(|form| {
            let var = self.bind("it", object(self.schema.id(name), name, None));
            (var, self.lower(form))
        });
        Conflict { on, otherwise }
    }

    fn update(&mut self, rest: &[Form]) -> Expr {
        let subject = self.lower(&rest[1]);
        let ty = subject.ty.clone();
        let Type::Object(of) = &ty else { panic!("an update of no object") };
        let var = self.bind(rest[0].word(), ty.clone());
        let assignments = rest[2..].iter().map(|form| self.assignment(&of.name, form)).collect();
        let types = self.types_of(&ty);
        Expr::new(
            Kind::Update(Box::new(Update { subject, types, var, assignments })),
            ty.clone(),
            Cardinality::Many,
        )
    }

    fn assignment(&mut self, of: &str, form: &Form) -> Assignment {
        let [name, op, value] = form.list() else {
            panic!("an assignment is a name, an operator and a value")
        };
        let property = self.schema.pointer(of, name.word());
        let op = match op.word() {
            "+=" => AssignmentOp::Add,
            "-=" => AssignmentOp::Remove,
            _ => AssignmentOp::Set,
        };
        let value = self.lower(value);
        let shape = match &value.ty {
            Type::Object(of) => of.shape.clone(),
            _ => None,
        };
        let elements = shape.iter().flat_map(|shape| shape.elements.iter().enumerate());
        let set = elements.filter(|(_, element)| element.kind == ElementKind::LinkProperty);
        let link_properties: Vec<_> = set
            .map(|(field, element)| LinkPropertyAssignment { name: element.name.clone(), field })
            .collect();
        let unset = |(name, _): &&(String, String)| !link_properties.iter().any(|set| *set.name == **name);
        let defaults =
            property.link_properties.iter().filter(unset).filter(|(_, default)| !default.is_empty());
        let default = |(name, default): &(String, String)| {
            (name.as_str().into(), Lowering::new(self.schema).lower(&Form::parse(default)))
        };
        let link_defaults = defaults.map(default).collect();
        let (pointer, is_link, is_multi) =
            (property.name.as_str().into(), property.target.is_some(), property.multi);
        Assignment { pointer, is_link, is_multi, op, value, link_properties, link_defaults }
    }
}

/// `(at tuple index)`.
fn element(mut parts: Vec<Expr>, cardinality: Cardinality) -> Expr {
    let Kind::Const(Value::Int64(index)) = parts[1].kind else { panic!("an index was expected") };
    let source = Box::new(parts.remove(0));
    let Type::Tuple(tuple) = &source.ty else { panic!("a tuple was expected") };
    let ty = tuple.elements[index as usize].clone();
    Expr::new(Kind::TupleElement { source, index: index as usize }, ty, cardinality)
}

fn part(name: &str, kind: ElementKind, ty: Type, cardinality: Cardinality) -> ShapeElement {
    let (implicit, hidden, computed) = (false, false, false);
    ShapeElement {
        name: name.into(),
        kind,
        cardinality,
        ty,
        implicit,
        hidden,
        computed,
        source: (Uuid::nil(), "".into()),
    }
}

fn copy(element: &ShapeElement) -> ShapeElement {
    part(&element.name, element.kind, element.ty.clone(), element.cardinality)
}
