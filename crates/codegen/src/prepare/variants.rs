//! Shapes that tell the types of their objects apart become enums.

use diag::Diagnostic;
use gel_protocol::common::Cardinality;
use gel_protocol::descriptors::{Descriptor, ObjectShapeDescriptor, ShapeElement, TypePos};

use super::types::TypeBuilder;
use crate::failure::no_variants;
use crate::ident::{self, Names};
use crate::model::{Tag, Variant, VariantField, Variants};

/// What an enum will be, before the row's struct has a name.
pub(super) struct Plan {
    tag: Tag,
    cases: Vec<(String, Vec<VariantField>)>,
}

impl TypeBuilder<'_> {
    /// The plan for a shape that says the type of each object, and shows something of some types only.
    pub(super) fn plan_variants(
        &mut self,
        shape: &ObjectShapeDescriptor,
    ) -> Result<Option<Plan>, Diagnostic> {
        let asked = self.asked_tag(shape);
        let tag = match &asked {
            Some((index, ..)) => Tag::Name(*index),
            None => match shape.elements.iter().position(|element| self.is_type_object(element)) {
                Some(index) => Tag::TypeObject(index),
                None => return Ok(None),
            },
        };
        let cases = self.cases(shape, tag);
        match asked {
            Some((index, path, span)) => {
                let is_name = shape.elements.get(index).is_some_and(|element| self.is_text(element));
                if cases.is_empty() || !is_name {
                    return Err(no_variants(&path, span));
                }
                self.used(path);
            }
            None if cases.is_empty() => return Ok(None),
            None => {}
        }
        Ok(Some(Plan { tag, cases }))
    }

    /// The element that `@variants` names, where it names one of this shape.
    fn asked_tag(&self, shape: &ObjectShapeDescriptor) -> Option<(usize, String, diag::Span)> {
        self.given.comments.variants.iter().find_map(|(path, span)| {
            let index = shape.elements.iter().position(|element| self.path_of(&element.name) == *path)?;
            Some((index, path.clone(), *span))
        })
    }

    /// `__type__: {name}`, and nothing beside the name.
    fn is_type_object(&self, element: &ShapeElement) -> bool {
        if element.name != "__type__" || element.cardinality != Some(Cardinality::One) {
            return false;
        }
        match self.typedesc.get(element.type_pos) {
            Ok(Descriptor::ObjectShape(shape)) => match shape.elements.as_slice() {
                [only] => only.name == "name" && self.is_text(only),
                _ => false,
            },
            _ => false,
        }
    }

    /// A text that is always there.
    fn is_text(&self, element: &ShapeElement) -> bool {
        let is_str = match self.typedesc.get(element.type_pos) {
            Ok(Descriptor::Scalar(scalar)) => *scalar.id == gel_protocol::codec::STD_STR,
            Ok(Descriptor::BaseScalar(scalar)) => *scalar.id == gel_protocol::codec::STD_STR,
            _ => false,
        };
        is_str && element.cardinality == Some(Cardinality::One)
    }

    /// The names of the types that an object of the shape may be of; a union names several.
    fn shape_types(&self, pos: Option<TypePos>) -> Vec<&str> {
        match pos.and_then(|pos| self.typedesc.get(pos).ok()) {
            Some(Descriptor::Object(object)) => object.name.as_deref().into_iter().collect(),
            Some(Descriptor::Compound(compound)) => {
                compound.components.iter().flat_map(|part| self.shape_types(Some(*part))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Each type that has something of its own in the shape, with the fields that its objects have.
    fn cases(&self, shape: &ObjectShapeDescriptor, tag: Tag) -> Vec<(String, Vec<VariantField>)> {
        let facts = self.given.facts;
        let shape_types = self.shape_types(shape.type_pos);
        let sources: Vec<Vec<&str>> = shape
            .elements
            .iter()
            .map(|element| match element.cardinality {
                // What is always there belongs to every type.
                Some(Cardinality::AtMostOne | Cardinality::Many) => {
                    self.given.narrowings.sources(facts, &shape_types, &element.name)
                }
                _ => Vec::new(),
            })
            .collect();
        let is_possible = |name: &str| shape_types.iter().any(|of| facts.is(name, of));
        let concrete = facts.types.iter().filter(|(name, ty)| !ty.is_abstract && is_possible(name));
        concrete
            .filter(|(name, _)| sources.iter().flatten().any(|source| facts.is(name, source)))
            .map(|(name, ty)| {
                let fields = shape.elements.iter().zip(&sources).enumerate();
                let fields = fields.filter(|(index, (_, sources))| {
                    *index != tag.field()
                        && (sources.is_empty() || sources.iter().any(|source| facts.is(name, source)))
                });
                let fields = fields.map(|(index, (element, sources))| {
                    let promised = !sources.is_empty() && ty.required.contains(&element.name);
                    let required = promised && element.cardinality == Some(Cardinality::AtMostOne);
                    VariantField { index, required }
                });
                (name.clone(), fields.collect())
            })
            .collect()
    }

    /// Gives the cases their names.
    pub(super) fn name_variants(&mut self, plan: Plan, name: &str, docs: String) -> Variants {
        let mut idents = Names::reserving(&["Other"]);
        let cases = plan.cases.into_iter().map(|(type_name, fields)| {
            let short = type_name.rsplit("::").next().unwrap_or(&type_name);
            let ident = idents.unique_type(&ident::camel(short));
            let struct_name = self.names.unique_type(&format!("{name}{ident}"));
            Variant { type_name, ident, struct_name, fields }
        });
        Variants { cases: cases.collect(), name: name.to_owned(), docs: vec![docs], tag: plan.tag }
    }
}
