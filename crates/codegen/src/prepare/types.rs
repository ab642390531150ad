//! Descriptors to Rust types, and the structs, enums and newtypes that they need.

use std::collections::BTreeSet;

use diag::Diagnostic;
use gel_protocol::common::Cardinality;
use gel_protocol::descriptors::{
    Descriptor, EnumerationTypeDescriptor, NamedTupleTypeDescriptor, ObjectShapeDescriptor,
    ScalarTypeDescriptor, ShapeElement, TypePos, Typedesc,
};

use super::narrowing::Narrowings;
use crate::comment::Comments;
use crate::facts::{Facts, PointerFacts};
use crate::failure::{cannot_generate, no_such_pointer};
use crate::ident::{self, Names};
use crate::model::{Field, Multiplicity, RustType, Scalar, SchemaType, Struct, StructKind};
use crate::scalars::base_scalar;
use crate::settings::{FieldCase, Settings};

/// What stands above the case for all other types.
const OTHER_DOCS: &str =
    "Of a type that was not known when this was generated, or with values that its type did not have.";

/// A type nested deeper than this is no query that a person wrote.
const MAX_DEPTH: usize = 64;

/// Tuples implement the runtime's traits up to this length.
const MAX_TUPLE: usize = 12;

/// What is known of a query beside its descriptions.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) facts: &'a Facts,
    pub(super) settings: &'a Settings,
    pub(super) comments: &'a Comments,
    pub(super) narrowings: &'a Narrowings,
}

/// Builds the types of one description.
pub(super) struct TypeBuilder<'a> {
    pub(super) typedesc: &'a Typedesc,
    pub(super) given: Given<'a>,
    pub(super) names: Names,
    /// The way from the root to what is built now: names of pointers, or one `$argument`.
    path: Vec<String>,
    depth: usize,
    built: Types,
}

/// What was built.
#[derive(Default)]
pub(super) struct Types {
    /// Outermost first.
    pub(super) structs: Vec<Struct>,
    /// Enums and scalars of the schema: module, Rust name, type.
    pub(super) schema: Vec<(String, String, SchemaType)>,
    /// Paths that the query's comments speak of.
    pub(super) spoken_of: BTreeSet<String>,
}

impl Types {
    pub(super) fn struct_names(&self) -> Vec<String> {
        self.structs.iter().flat_map(Struct::names).cloned().collect()
    }
}

impl<'a> TypeBuilder<'a> {
    pub(super) fn new<S: AsRef<str>>(typedesc: &'a Typedesc, given: Given<'a>, taken: &[S]) -> Self {
        let taken: Vec<&str> = taken.iter().map(AsRef::as_ref).collect();
        let names = Names::reserving(&taken);
        TypeBuilder { typedesc, given, names, path: Vec::new(), depth: 0, built: Types::default() }
    }

    pub(super) fn finish(self) -> Types {
        self.built
    }

    /// The way to `name`, below the current place, as comments write it.
    pub(super) fn path_of(&self, name: &str) -> String {
        self.path.iter().map(|part| format!("{part}.")).chain([name.to_owned()]).collect()
    }

    /// A comment speaks of this path, and was heard.
    pub(super) fn used(&mut self, path: String) {
        self.built.spoken_of.insert(path);
    }

    /// The type of what stands at `name` below the current place, unless a comment chooses another.
    pub(super) fn build_at(
        &mut self,
        name: &str,
        pos: TypePos,
        struct_name: &str,
    ) -> Result<RustType, Diagnostic> {
        let path = self.path_of(name);
        self.path.push(name.to_owned());
        let chosen = self.given.comments.overrides.iter().find(|each| each.path == path);
        let built = match chosen {
            Some(chosen) => {
                self.used(path);
                Ok(RustType::Custom(chosen.rust.clone()))
            }
            None => self.build(pos, struct_name),
        };
        self.path.pop();
        built
    }

    /// What the schema says of the pointer that a comment names for an argument.
    pub(super) fn argument_facts(&self, argument: &str) -> Result<PointerFacts, Diagnostic> {
        let Some(subject) = self.given.comments.subjects.iter().find(|subject| subject.argument == argument)
        else {
            return Ok(PointerFacts::default());
        };
        match self.given.facts.types.get(&subject.type_name).and_then(|ty| ty.pointers.get(&subject.pointer))
        {
            Some(facts) => Ok(facts.clone()),
            None if self.given.facts.types.is_empty() => Ok(PointerFacts::default()),
            None => Err(no_such_pointer(&subject.type_name, &subject.pointer, subject.span)),
        }
    }

    /// The Rust type that the settings choose for the pointer that a comment names for an argument.
    pub(super) fn type_of_argument(&self, argument: &str) -> Option<RustType> {
        let subject = self.given.comments.subjects.iter().find(|subject| subject.argument == argument)?;
        if self.given.comments.overrides.iter().any(|each| each.path == format!("${argument}")) {
            return None;
        }
        let (ty, pointer) = (&subject.type_name, &subject.pointer);
        let rust = self.given.settings.type_of_pointer(self.given.facts, ty, pointer)?;
        Some(RustType::Custom(rust.to_owned()))
    }

    /// What the schema says of a pointer: `subject` is a type's name and the pointer's.
    fn pointer_facts(&self, subject: Option<(&str, &str)>) -> PointerFacts {
        let found = subject.and_then(|(ty, pointer)| self.given.facts.types.get(ty)?.pointers.get(pointer));
        found.cloned().unwrap_or_default()
    }

    /// The Rust type of the descriptor at `pos`; `name` is for a struct, should it need one.
    pub(super) fn build(&mut self, pos: TypePos, name: &str) -> Result<RustType, Diagnostic> {
        if self.depth == MAX_DEPTH {
            return Err(Diagnostic::unsupported(format!("a type nested more than {MAX_DEPTH} deep")));
        }
        self.depth += 1;
        let built = self.build_descriptor(pos, name);
        self.depth -= 1;
        built
    }

    fn build_descriptor(&mut self, pos: TypePos, name: &str) -> Result<RustType, Diagnostic> {
        let typedesc = self.typedesc;
        match typedesc.get(pos).map_err(|error| cannot_generate(error.to_string()))? {
            Descriptor::Scalar(scalar) => self.scalar(scalar),
            Descriptor::BaseScalar(scalar) => base_scalar(*scalar.id, None).map(RustType::Scalar),
            Descriptor::Enumeration(enumeration) => self.enumeration(enumeration),
            Descriptor::Array(array) => Ok(RustType::Array(Box::new(self.build(array.type_pos, name)?))),
            Descriptor::Range(range) => Ok(RustType::Range(Box::new(self.build(range.type_pos, name)?))),
            Descriptor::MultiRange(range) => {
                Ok(RustType::MultiRange(Box::new(self.build(range.type_pos, name)?)))
            }
            Descriptor::Tuple(tuple) => self.tuple(&tuple.element_types, name),
            Descriptor::NamedTuple(tuple) => self.named_tuple(tuple, name),
            Descriptor::ObjectShape(shape) => self.object(shape, name),
            Descriptor::Set(set) => self.build(set.type_pos, name),
            Descriptor::SQLRow(_) => Err(Diagnostic::unsupported("a query in SQL")),
            Descriptor::InputShape(_)
            | Descriptor::Object(_)
            | Descriptor::Compound(_)
            | Descriptor::TypeAnnotation(_) => {
                Err(cannot_generate("the server describes a value by something that is not a type of values"))
            }
        }
    }

    fn scalar(&mut self, scalar: &ScalarTypeDescriptor) -> Result<RustType, Diagnostic> {
        let name = scalar.name.as_deref().unwrap_or_default();
        if let Some(rust) = self.given.settings.type_named(name) {
            return Ok(RustType::Custom(rust.to_owned()));
        }
        let Some(base_pos) = scalar.base_type_pos else {
            return base_scalar(*scalar.id, Some(name)).map(RustType::Scalar);
        };
        let base_id = match self.typedesc.get(base_pos) {
            Ok(Descriptor::Scalar(base)) => *base.id,
            Ok(Descriptor::BaseScalar(base)) => *base.id,
            _ => *scalar.id,
        };
        let base = base_scalar(base_id, Some(name))?;
        if scalar.schema_defined != Some(true) {
            return Ok(RustType::Scalar(base));
        }
        let facts = self.given.facts.scalars.get(name).cloned().unwrap_or_default();
        Ok(self.schema_type(name, base.is_copy(), SchemaType::Newtype { name: name.to_owned(), base, facts }))
    }

    fn enumeration(&mut self, enumeration: &EnumerationTypeDescriptor) -> Result<RustType, Diagnostic> {
        let Some(name) = &enumeration.name else { return Ok(RustType::Scalar(Scalar::Str)) };
        if let Some(rust) = self.given.settings.type_named(name) {
            return Ok(RustType::Custom(rust.to_owned()));
        }
        let mut names = Names::default();
        let members = enumeration
            .members
            .iter()
            .map(|member| (member.clone(), names.unique(&ident::camel(member))))
            .collect();
        Ok(self.schema_type(name, true, SchemaType::Enum { name: name.clone(), members }))
    }

    /// Registers a type that the schema names, `module::Name`.
    fn schema_type(&mut self, name: &str, copy: bool, ty: SchemaType) -> RustType {
        let (module, short) = name.rsplit_once("::").unwrap_or(("default", name));
        let ident = ident::camel(short);
        self.built.schema.push((module.to_owned(), ident.clone(), ty));
        RustType::Schema { module: module.to_owned(), ident, copy }
    }

    fn tuple(&mut self, elements: &[TypePos], name: &str) -> Result<RustType, Diagnostic> {
        if elements.len() > MAX_TUPLE {
            return Err(Diagnostic::unsupported(format!("a tuple of more than {MAX_TUPLE} elements"))
                .hint("give the elements names: `(first := …, second := …)`"));
        }
        let elements = elements.iter().enumerate().map(|(at, pos)| self.build(*pos, &format!("{name}{at}")));
        Ok(RustType::Tuple(elements.collect::<Result<_, _>>()?))
    }

    fn named_tuple(&mut self, tuple: &NamedTupleTypeDescriptor, name: &str) -> Result<RustType, Diagnostic> {
        let place = self.reserve(name, StructKind::NamedTuple, "A named tuple.".to_owned());
        let mut names = Names::default();
        let mut fields = Vec::new();
        for element in &tuple.elements {
            let ident = names.unique(&self.ident(&element.name));
            let struct_name = format!("{}{}", place.name, ident::camel(&element.name));
            let ty = self.build_at(&element.name, element.type_pos, &struct_name)?;
            let (name, multiplicity) = (element.name.clone(), Multiplicity::Required);
            fields.push(Field { name, ident, ty, multiplicity, facts: PointerFacts::default() });
        }
        Ok(self.fill(place, fields))
    }

    fn object(&mut self, shape: &ObjectShapeDescriptor, name: &str) -> Result<RustType, Diagnostic> {
        let docs = match shape.type_pos.and_then(|of| self.type_name(of)) {
            Some(name) => self.type_docs(name),
            None => "A free object.".to_owned(),
        };
        let Some(plan) = self.plan_variants(shape)? else {
            let place = self.reserve(name, StructKind::Object, docs);
            let fields = self.fields(shape, &place.name)?;
            return Ok(self.fill(place, fields));
        };
        let name = self.names.unique_type(name);
        let place = self.reserve(&format!("{name}Other"), StructKind::Object, OTHER_DOCS.to_owned());
        let fields = self.fields(shape, &name)?;
        let variants = self.name_variants(plan, &name, docs);
        if let Some(row) = self.built.structs.get_mut(place.index) {
            row.variants = Some(variants);
        }
        self.fill(place, fields);
        Ok(RustType::Local(name))
    }

    fn fields(&mut self, shape: &ObjectShapeDescriptor, owner: &str) -> Result<Vec<Field>, Diagnostic> {
        let mut names = Names::default();
        shape.elements.iter().map(|element| self.field(element, owner, &mut names)).collect()
    }

    /// The schema's name of an object type; free objects have none.
    fn type_name(&self, pos: TypePos) -> Option<&'a str> {
        match self.typedesc.get(pos) {
            Ok(Descriptor::Object(object)) => {
                object.name.as_deref().filter(|name| *name != "std::FreeObject")
            }
            Ok(Descriptor::Compound(compound)) => compound.name.as_deref(),
            _ => None,
        }
    }

    /// What a type is for, as the schema says it.
    fn type_docs(&self, name: &str) -> String {
        let description = self.given.facts.types.get(name).and_then(|facts| facts.description.clone());
        description.unwrap_or_else(|| format!("What is asked of `{name}`."))
    }

    fn field(&mut self, element: &ShapeElement, owner: &str, names: &mut Names) -> Result<Field, Diagnostic> {
        let (name, wanted) = match element.flag_link_property {
            true => (format!("@{}", element.name), self.ident(&format!("link_{}", element.name))),
            false => (element.name.clone(), self.ident(&element.name)),
        };
        let ident = names.unique(&wanted);
        let source = element.source_type_pos.and_then(|source| self.type_name(source));
        let struct_name = format!("{owner}{}", ident::camel(&element.name));
        let ty = match source.and_then(|source| self.type_of_pointer(source, &name)) {
            Some(ty) => ty,
            None => self.build_at(&name, element.type_pos, &struct_name)?,
        };
        let facts = self.pointer_facts(source.map(|source| (source, element.name.as_str())));
        let multiplicity = match element.cardinality {
            Some(Cardinality::One) => Multiplicity::Required,
            Some(Cardinality::AtMostOne) => Multiplicity::Optional,
            Some(Cardinality::Many) => Multiplicity::Multi,
            Some(Cardinality::AtLeastOne) => Multiplicity::NonEmpty,
            Some(Cardinality::NoResult) | None => {
                return Err(cannot_generate(format!("the server does not say how many values `{name}` has")));
            }
        };
        Ok(Field { name, ident, ty, multiplicity, facts })
    }

    /// The Rust type that the settings choose for a pointer, unless a comment of the query chooses another.
    fn type_of_pointer(&self, source: &str, pointer: &str) -> Option<RustType> {
        let path = self.path_of(pointer);
        if self.given.comments.overrides.iter().any(|each| each.path == path) {
            return None;
        }
        let rust = self.given.settings.type_of_pointer(self.given.facts, source, pointer)?;
        Some(RustType::Custom(rust.to_owned()))
    }

    /// A field or argument in Rust.
    pub(super) fn ident(&self, name: &str) -> String {
        match self.given.settings.field_case {
            FieldCase::Snake => ident::snake(name),
            FieldCase::AsWritten => ident::as_written(name),
        }
    }

    /// Takes a place for a struct before those inside it, so that the outermost stands first.
    fn reserve(&mut self, name: &str, kind: StructKind, docs: String) -> Place {
        let name = self.names.unique_type(name);
        let index = self.built.structs.len();
        self.built.structs.push(Struct {
            name: name.clone(),
            docs: vec![docs],
            kind,
            fields: Vec::new(),
            variants: None,
        });
        Place { index, name }
    }

    fn fill(&mut self, place: Place, fields: Vec<Field>) -> RustType {
        if let Some(reserved) = self.built.structs.get_mut(place.index) {
            reserved.fields = fields;
        }
        RustType::Local(place.name)
    }
}

/// A struct that has a name and not yet its fields.
struct Place {
    index: usize,
    name: String,
}
