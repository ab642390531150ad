//! Asks a server what its schema says beyond the descriptions of queries.

use codegen::{Facts, Limits, PointerFacts, TypeFacts};
use serde::Deserialize;

use crate::errors::{failed, gel, is_connection};
use crate::session::Session;

const TYPES: &str = "select schema::ObjectType {
    name,
    abstract,
    ancestors: { name },
    properties: { name, required },
    annotations: { name, value := @value },
    pointers: {
        name,
        annotations: { name, value := @value },
        constraints: { name, params: { name, value := @value } }
    }
} filter not .builtin and not (.from_alias ?? false) and not .compound_type";

const SCALARS: &str = "select schema::ScalarType {
    name,
    annotations: { name, value := @value },
    constraints: { name, params: { name, value := @value } }
} filter not .builtin";

#[derive(Deserialize)]
struct ObjectType {
    name: String,
    r#abstract: Option<bool>,
    ancestors: Vec<Name>,
    annotations: Vec<Named>,
    pointers: Vec<Described>,
    properties: Vec<Property>,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

#[derive(Deserialize)]
struct Property {
    name: String,
    required: Option<bool>,
}

/// A pointer or a scalar.
#[derive(Deserialize)]
struct Described {
    name: String,
    annotations: Vec<Named>,
    constraints: Vec<Constraint>,
}

#[derive(Deserialize)]
struct Constraint {
    name: String,
    params: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    value: Option<String>,
}

/// The facts of a server's schema. A server that cannot tell them is no reason to stop: code says less without.
pub(crate) async fn ask(session: &mut Session) -> diag::Result<Facts> {
    let types: Vec<ObjectType> = rows(session, TYPES).await?;
    let scalars: Vec<Described> = rows(session, SCALARS).await?;
    Ok(Facts {
        types: types.into_iter().map(|each| (each.name.clone(), type_facts(each))).collect(),
        scalars: scalars.into_iter().map(|each| (each.name.clone(), pointer_facts(each))).collect(),
    })
}

async fn rows<T: for<'de> Deserialize<'de>>(session: &mut Session, query: &str) -> diag::Result<Vec<T>> {
    let json = match session.query_json(query).await {
        Ok(json) => json,
        Err(error) if is_connection(&error) => return Err(gel(&error)),
        Err(error) => {
            eprintln!("warning: the server does not describe its schema: {}", gel(&error).message);
            return Ok(Vec::new());
        }
    };
    serde_json::from_str(&json)
        .map_err(|error| failed(format!("the server describes its schema oddly: {error}")))
}

fn type_facts(each: ObjectType) -> TypeFacts {
    let pointers = each.pointers.into_iter().map(|pointer| (pointer.name.clone(), pointer_facts(pointer)));
    let required = each.properties.into_iter().filter(|property| property.required == Some(true));
    TypeFacts {
        description: description(each.annotations),
        pointers: pointers.collect(),
        ancestors: each.ancestors.into_iter().map(|ancestor| ancestor.name).collect(),
        is_abstract: each.r#abstract == Some(true),
        required: required.map(|property| property.name).collect(),
    }
}

fn pointer_facts(each: Described) -> PointerFacts {
    let mut limits = Limits::default();
    for constraint in each.constraints {
        let arguments = constraint.params.into_iter().filter(|param| param.name != "__subject__");
        for argument in arguments.filter_map(|param| param.value) {
            limits.add(&constraint.name, &argument);
        }
    }
    PointerFacts { description: description(each.annotations), limits }
}

fn description(annotations: Vec<Named>) -> Option<String> {
    annotations.into_iter().find(|annotation| annotation.name == "std::description")?.value
}
