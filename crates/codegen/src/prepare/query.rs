//! One query.

use diag::{Diagnostic, Span};
use gel_protocol::common::{Capabilities, Cardinality as WireCardinality, RawTypedesc};
use gel_protocol::descriptors::Typedesc;
use sha2::{Digest, Sha256};

use super::params;
use super::types::TypeBuilder;
use crate::comment::Comments;
use crate::failure::{
    bad_file_name, cannot_generate, forbidden_capability, old_protocol, result_without_fields,
};
use crate::ident;
use crate::model::{Cardinality, Query, RustType, SchemaType, Struct};
use crate::source::{Described, QueryFile};

/// A query and what it adds to the rest of the project.
pub(super) struct Prepared {
    pub(super) query: Query,
    pub(super) shared: Shared,
    /// Enums and scalars of the schema: module, Rust name, type.
    pub(super) schema: Vec<(String, String, SchemaType)>,
}

/// The types that a query shares with others of its folder.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) name: Option<(String, Span)>,
    pub(super) structs: Vec<Struct>,
}

/// Decides everything about one query.
pub(super) fn prepare(described: &Described<'_>) -> Result<Prepared, Diagnostic> {
    let file = described.file;
    let comments = Comments::read(&file.text)?;
    refuse_capabilities(described.capabilities)?;
    let (folder, function) = module_path(file, comments.name.as_deref())?;
    let type_name = ident::camel(function.trim_start_matches("r#"));
    let params_name = format!("{type_name}Params");

    let input = decode(&described.input)?;
    let mut argument_types = TypeBuilder::new(&input, &[&params_name]);
    let params = params::prepare(&input, &mut argument_types, &params_name)?;

    let output = decode(&described.output)?;
    let mut result_types = TypeBuilder::new(&output, &argument_types.struct_names());
    let result_name = match &comments.result {
        Some((name, _)) => name.clone(),
        None => format!("{type_name}Result"),
    };
    let result = output.root_pos().map(|root| result_types.build(root, &result_name)).transpose()?;
    let (result, shared_name) = match (comments.result, result) {
        (Some((_, span)), Some(RustType::Local(name))) => {
            (Some(RustType::Shared(folder.clone(), name.clone())), Some((name, span)))
        }
        (Some((_, span)), _) => return Err(result_without_fields(span)),
        (None, result) => (result, None),
    };

    let mut schema = argument_types.schema;
    schema.extend(result_types.schema);
    let (mut structs, mut shared) = (argument_types.structs, Shared::default());
    match shared_name {
        Some(name) => shared = Shared { name: Some(name), structs: result_types.structs },
        None => structs.extend(result_types.structs),
    }
    let text = file.text.trim_end().to_owned();
    let query = Query {
        source: file.shown.clone(),
        name: file.path.trim_end_matches(".edgeql").to_owned(),
        folder,
        function,
        docs: comments.docs,
        deprecated: comments.deprecated,
        tags: comments.tags,
        derives: comments.derives,
        hash: format!("{:x}", Sha256::digest(&text)),
        text,
        cardinality: cardinality(described.cardinality),
        read_only: described.capabilities.is_empty(),
        params,
        params_name,
        result,
        structs,
    };
    Ok(Prepared { query, shared, schema })
}

/// The client sends data changes and DDL, and nothing beyond.
fn refuse_capabilities(capabilities: Capabilities) -> Result<(), Diagnostic> {
    let refused = [
        (Capabilities::TRANSACTION, "controls a transaction"),
        (Capabilities::SESSION_CONFIG, "changes the session"),
        (Capabilities::PERSISTENT_CONFIG, "configures the server"),
    ];
    match refused.iter().find(|(capability, _)| capabilities.contains(*capability)) {
        Some((_, what)) => Err(forbidden_capability(what)),
        None => Ok(()),
    }
}

/// `a-folder/get-users.edgeql` to the modules and the function.
fn module_path(file: &QueryFile, name: Option<&str>) -> Result<(Vec<String>, String), Diagnostic> {
    let mut parts = file.path.trim_end_matches(".edgeql").split('/').map(|part| {
        let rust = ident::snake(part);
        if ident::is_module(&rust) { Ok(rust) } else { Err(bad_file_name(part)) }
    });
    let mut folder = parts.by_ref().collect::<Result<Vec<_>, _>>()?;
    let function = folder.pop().ok_or_else(|| bad_file_name(&file.path))?;
    match name {
        Some(name) if ident::is_module(name) => Ok((folder, name.to_owned())),
        Some(name) => Err(bad_file_name(name)),
        None => Ok((folder, function)),
    }
}

fn decode(raw: &RawTypedesc) -> Result<Typedesc, Diagnostic> {
    if !raw.proto.is_2() {
        return Err(old_protocol());
    }
    raw.decode().map_err(|error| match error {
        // The client's library misreads the one byte that tells a union from an intersection.
        gel_protocol::errors::DecodeError::InvalidTypeOperation { .. } => {
            Diagnostic::unsupported("a shape on an intersection of types")
                .hint("name the fields of one type: `[is Type].field`")
        }
        other => cannot_generate(format!("the server's description of the query cannot be read: {other}")),
    })
}

fn cardinality(wire: WireCardinality) -> Cardinality {
    match wire {
        WireCardinality::NoResult => Cardinality::NoResult,
        WireCardinality::AtMostOne => Cardinality::AtMostOne,
        WireCardinality::One => Cardinality::One,
        WireCardinality::Many => Cardinality::Many,
        WireCardinality::AtLeastOne => Cardinality::AtLeastOne,
    }
}
