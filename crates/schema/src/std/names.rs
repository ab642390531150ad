//! Modules, annotations, globals, abstract pointers and constraints of the standard library.

use std::sync::Arc;

use value::Uuid;

use super::Loader;
use super::text::{parse_param, parse_type, split_outside};
use crate::identity::derived_id;
use crate::layer::Named;
use crate::linearize::linearize;
use crate::model::*;
use crate::{Expression, QName};

impl Loader {
    pub(super) fn load_names(&mut self, file: &'static str) {
        let mut link: Option<Pointer> = None;
        for line in super::text::lines(file) {
            let read = match (line.strip_prefix("  property "), &mut link) {
                (Some(property), Some(link)) => self.add_link_property(link, property),
                _ => {
                    self.flush(link.take());
                    self.load_name(line, &mut link)
                }
            };
            if read.is_none() {
                self.problems.push(line.to_owned());
            }
        }
        self.flush(link);
    }

    fn load_name(&mut self, line: &'static str, link: &mut Option<Pointer>) -> Option<()> {
        let (kind, rest) = line.split_once(' ')?;
        let id = derived_id(line);
        match kind {
            "module" => {
                let module = Module { id, name: rest.into(), builtin: true, annotations: Vec::new() };
                self.layer.modules.insert(rest.into(), Arc::new(module));
            }
            "inheritable" => self.add_annotation(rest.strip_prefix("annotation ")?, true),
            "annotation" => self.add_annotation(rest, false),
            "index" => {
                let name = QName::parse(rest);
                let index =
                    AbstractIndex { id, name: name.clone(), bases: Vec::new(), annotations: Vec::new() };
                self.layer.insert(name, Named::Index(Arc::new(index)));
            }
            "permission" => {
                let name = QName::parse(rest);
                let it = Permission { id, name: name.clone(), builtin: true, annotations: Vec::new() };
                self.layer.insert(name, Named::Permission(Arc::new(it)));
            }
            "required" => self.add_global(rest.strip_prefix("global ")?)?,
            "alias" => self.add_alias(rest)?,
            "link" => *link = Some(self.abstract_pointer(PointerKind::Link, rest)?),
            "property" => {
                let property = self.abstract_pointer(PointerKind::Property, rest)?;
                self.flush(Some(property));
            }
            _ => return None,
        }
        Some(())
    }

    fn add_annotation(&mut self, name: &str, inheritable: bool) {
        let name = QName::parse(name);
        let id = annotation_id(name.as_str());
        let annotation = Annotation { id, name: name.clone(), inheritable, annotations: Vec::new() };
        self.layer.insert(name, Named::Annotation(Arc::new(annotation)));
    }

    /// `name: type = default`, required.
    fn add_global(&mut self, text: &'static str) -> Option<()> {
        let (name, rest) = text.split_once(": ")?;
        let (ty, default) = rest.split_once(" = ")?;
        let name = QName::parse(name);
        let global = Global {
            id: derived_id(&format!("global {name}")),
            name: name.clone(),
            builtin: true,
            target: Some(parse_type(ty, &self.types)?),
            cardinality: Some(Cardinality::One),
            required: Some(true),
            default: Some(Expression::from_text(default)),
            computed: None,
            inferred: None,
            annotations: Vec::new(),
        };
        self.layer.insert(name, Named::Global(Arc::new(global)));
        Some(())
    }

    fn add_alias(&mut self, text: &'static str) -> Option<()> {
        let (name, ty) = text.split_once(" := ")?;
        let inferred =
            Inferred { ty: self.types.get(ty)?.clone(), cardinality: Cardinality::Many, required: false };
        let name = QName::parse(name);
        let alias = Alias {
            id: derived_id(&format!("alias {name}")),
            name: name.clone(),
            expr: Expression::from_text(ty),
            inferred: Some(inferred),
            annotations: Vec::new(),
        };
        self.layer.insert(name, Named::Alias(Arc::new(alias)));
        Some(())
    }

    fn abstract_pointer(&self, kind: PointerKind, text: &'static str) -> Option<Pointer> {
        let (name, base) = match text.split_once(" extending ") {
            Some((name, base)) => (name, Some(base)),
            None => (text, None),
        };
        let mut pointer = Pointer::bare(derived_id(&format!("abstract {name}")), name.into(), kind);
        pointer.bases = base.iter().map(|base| derived_id(&format!("abstract {base}"))).collect();
        pointer.owned = true;
        Some(pointer)
    }

    fn add_link_property(&mut self, link: &mut Pointer, text: &'static str) -> Option<()> {
        let property = self.parse_link_property(link.id, text)?;
        link.properties.insert(property.name.clone(), Arc::new(property));
        Some(())
    }

    fn flush(&mut self, pointer: Option<Pointer>) {
        if let Some(pointer) = pointer {
            self.layer.insert(QName::parse(&pointer.name), Named::Pointer(Arc::new(pointer)));
        }
    }

    pub(super) fn load_constraints(&mut self, file: &'static str) {
        let mut open: Option<AbstractConstraint> = None;
        for line in super::text::lines(file) {
            let read = match (line.strip_prefix("  "), &mut open) {
                (Some(detail), Some(constraint)) => add_detail(constraint, detail),
                _ => {
                    self.close_constraint(open.take());
                    open = self.parse_constraint(line);
                    open.is_some().then_some(())
                }
            };
            if read.is_none() {
                self.problems.push(line.to_owned());
            }
        }
        self.close_constraint(open);
    }

    /// `name(parameters) [extending bases] [on subject]`
    fn parse_constraint(&self, line: &'static str) -> Option<AbstractConstraint> {
        let (head, subject) = match line.split_once(" on ") {
            Some((head, subject)) => (head, Some(Expression::from_text(subject))),
            None => (line, None),
        };
        let (head, bases) = head.split_once(" extending ").unwrap_or((head, ""));
        let (name, params) = head.strip_suffix(')')?.split_once('(')?;
        let params = split_outside(params, ", ").into_iter();
        let params = params.map(|param| parse_param(param, &self.types, &mut String::new()));
        let bases: Vec<_> = bases.split(", ").filter(|it| !it.is_empty()).map(constraint_id).collect();
        Some(AbstractConstraint {
            id: constraint_id(name),
            name: QName::parse(name),
            builtin: true,
            ancestors: self.constraint_ancestors(&bases)?,
            bases,
            params: params.collect::<Option<_>>()?,
            expr: None,
            subject_expr: subject,
            errmessage: None,
            annotations: self.notes.of(&[name]),
        })
    }

    /// Bases stand before what extends them.
    fn constraint_ancestors(&self, bases: &[Uuid]) -> Option<Vec<Uuid>> {
        let of = |id: Uuid| match self.layer.ids.get(&id).and_then(|name| self.layer.names.get(name)) {
            Some(Named::Constraint(constraint)) => constraint.ancestors.as_slice(),
            _ => &[],
        };
        linearize(bases, of)
    }

    fn close_constraint(&mut self, constraint: Option<AbstractConstraint>) {
        if let Some(constraint) = constraint {
            self.layer.insert(constraint.name.clone(), Named::Constraint(Arc::new(constraint)));
        }
    }
}

pub(super) fn annotation_id(name: &str) -> Uuid {
    derived_id(&format!("annotation {name}"))
}

pub(super) fn constraint_id(name: &str) -> Uuid {
    derived_id(&format!("constraint {name}"))
}

fn add_detail(constraint: &mut AbstractConstraint, detail: &'static str) -> Option<()> {
    let (word, text) = detail.split_once(' ')?;
    match word {
        "using" => constraint.expr = Some(Expression::from_text(text)),
        "errmessage" => constraint.errmessage = Some(text.into()),
        _ => return None,
    }
    Some(())
}
