//! What generated enums of object types have in common: their OpenAPI schemas, and the type's name in JSON.

use serde::Serialize;
use utoipa::openapi::schema::{Discriminator, OneOf, Schema, Type};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr};

/// Where a row says its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// This field is the name.
    Name(&'static str),
    /// `__type__` is an object with the name in it.
    TypeObject,
}

/// `__type__` as JSON writes it where only the name was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TypeObject {
    /// With the module.
    pub name: &'static str,
}

/// The cases of a generated enum, as OpenAPI is told of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cases {
    /// The enum's name in OpenAPI.
    pub name: &'static str,
    /// Where a row says its type.
    pub tag: Tag,
    /// Each case's name in Rust, and the object type's in the schema.
    pub types: &'static [(&'static str, &'static str)],
}

type AnySchema = RefOr<Schema>;

impl Cases {
    /// A row is one of the cases. A discriminator can only name a field that is a text.
    pub fn one_of(&self) -> AnySchema {
        let mut cases = OneOf::new();
        for (case, _) in self.types.iter().chain([&("Other", "")]) {
            cases.items.push(Ref::from_schema_name(self.schema_name(case)).into());
        }
        if let Tag::Name(field) = self.tag {
            let targets = self.types.iter().map(|(case, of)| {
                ((*of).to_owned(), format!("#/components/schemas/{}", self.schema_name(case)))
            });
            cases.discriminator =
                Some(Discriminator { mapping: targets.collect(), ..Discriminator::new(field) });
        }
        Schema::OneOf(cases).into()
    }

    /// Name and schema of one case: its fields and the type's name.
    pub fn case(&self, case: &str, fields: AnySchema) -> (String, AnySchema) {
        let of = self.types.iter().filter(|(known, _)| *known == case).map(|(_, of)| *of);
        let name = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(of));
        (self.schema_name(case), self.tagged(fields, name))
    }

    /// Name and schema of the case for all other types.
    pub fn other(&self, fields: AnySchema) -> (String, AnySchema) {
        let known: Vec<&str> = self.types.iter().map(|(_, of)| *of).collect();
        let pattern = format!("^(?!({})$)", known.join("|"));
        let name = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern));
        (self.schema_name("Other"), self.tagged(fields, name))
    }

    fn schema_name(&self, case: &str) -> String {
        format!("{}.{case}", self.name)
    }

    fn tagged(&self, fields: AnySchema, name: ObjectBuilder) -> AnySchema {
        let RefOr::T(Schema::Object(mut object)) = fields else { return fields };
        let (field, value) = match self.tag {
            Tag::Name(field) => (field, name),
            Tag::TypeObject => ("__type__", ObjectBuilder::new().property("name", name).required("name")),
        };
        object.properties.insert(field.to_owned(), value.into());
        if !object.required.iter().any(|required| required == field) {
            object.required.insert(0, field.to_owned());
        }
        Schema::Object(object).into()
    }
}
