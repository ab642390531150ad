//! One query.

use std::sync::Arc;

use diag::{Diagnostic, Span};
use gel_protocol::common::{Capabilities, Cardinality as WireCardinality, RawTypedesc};
use gel_protocol::descriptors::Typedesc;
use sha2::{Digest, Sha256};

use super::narrowing::Narrowings;
use super::params;
use super::types::{Given, TypeBuilder, Types};
use crate::Options;
use crate::comment::Comments;
use crate::failure::{
    bad_file_name, cannot_generate, forbidden_capability, no_such_field, old_protocol, result_without_fields,
};
use crate::ident;
use crate::model::{Cardinality, Param, Query, RustType, SchemaType, Struct};
use crate::source::{Described, QueryFile};

/// A query and what it adds to the rest of the project.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub(super) query: Arc<Query>,
    pub(super) shared: Shared,
    /// Enums and scalars of the schema: module, Rust name, type.
    pub(super) schema: Vec<(String, String, SchemaType)>,
}

/// The types that a query shares with others of its folder.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared {
    pub(super) name: Option<(String, Span)>,
    pub(super) structs: Vec<Struct>,
}

/// Where a query's code goes and what it is called.
struct Place {
    folder: Vec<String>,
    function: String,
    params_name: String,
    result_name: String,
}

/// Decides everything about one query.
pub(super) fn prepare(described: &Described<'_>, options: &Options) -> Result<Prepared, Diagnostic> {
    let file = described.file;
    let comments = Comments::read(&file.text)?;
    refuse_capabilities(described.capabilities)?;
    let place = place(file, &comments)?;

    let narrowings = Narrowings::read(&file.text);
    let given = Given {
        facts: &options.facts,
        settings: &options.settings,
        comments: &comments,
        narrowings: &narrowings,
    };
    let input = decode(&described.input)?;
    let mut arguments = TypeBuilder::new(&input, given, &[&place.params_name]);
    let params = params::prepare(&input, &mut arguments, &place.params_name, &file.text)?;
    let arguments = arguments.finish();

    let output = decode(&described.output)?;
    let mut results = TypeBuilder::new(&output, given, &arguments.struct_names());
    let result = output.root_pos().map(|root| results.build(root, &place.result_name)).transpose()?;
    let results = results.finish();

    refuse_unused(&comments, &arguments, &results)?;
    let (result, shared) = share(&comments, &place.folder, result, &results.structs)?;
    let own = if shared.name.is_some() { Vec::new() } else { results.structs };
    let query = query(described, place, comments, params, result, [arguments.structs, own].concat());
    Ok(Prepared { query: Arc::new(query), shared, schema: [arguments.schema, results.schema].concat() })
}

fn query(
    described: &Described<'_>,
    place: Place,
    comments: Comments,
    params: Vec<Param>,
    result: Option<RustType>,
    structs: Vec<Struct>,
) -> Query {
    let file = described.file;
    let text = file.text.trim_end().to_owned();
    Query {
        source: file.shown.clone(),
        name: file.path.trim_end_matches(".edgeql").to_owned(),
        folder: place.folder,
        function: place.function,
        docs: comments.docs,
        deprecated: comments.deprecated,
        tags: comments.tags,
        derives: comments.derives,
        hash: format!("{:x}", Sha256::digest(&text)),
        text,
        cardinality: cardinality(described.cardinality),
        capabilities: described.capabilities.bits(),
        params,
        params_name: place.params_name,
        result,
        structs,
    }
}

/// `@result`: the result's struct moves to the folder, where others may share it.
fn share(
    comments: &Comments,
    folder: &[String],
    result: Option<RustType>,
    structs: &[Struct],
) -> Result<(Option<RustType>, Shared), Diagnostic> {
    match (&comments.result, result) {
        (Some((_, span)), Some(RustType::Local(name))) => {
            let shared = Shared { name: Some((name.clone(), *span)), structs: structs.to_vec() };
            Ok((Some(RustType::Shared(folder.to_vec(), name)), shared))
        }
        (Some((_, span)), _) => Err(result_without_fields(*span)),
        (None, result) => Ok((result, Shared::default())),
    }
}

/// An annotation about something that is not there is a mistake, not a wish.
fn refuse_unused(comments: &Comments, arguments: &Types, results: &Types) -> Result<(), Diagnostic> {
    let overrides = comments.overrides.iter().map(|each| (&each.path, each.span));
    let mut all = overrides.chain(comments.variants.iter().map(|(path, span)| (path, *span)));
    match all.find(|(path, _)| !arguments.spoken_of.contains(*path) && !results.spoken_of.contains(*path)) {
        Some((path, span)) => Err(no_such_field(path, span)),
        None => Ok(()),
    }
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
fn place(file: &QueryFile, comments: &Comments) -> Result<Place, Diagnostic> {
    let mut parts = file.path.trim_end_matches(".edgeql").split('/').map(|part| {
        let rust = ident::snake(part);
        let is_name = part.contains(char::is_alphabetic) && ident::is_module(&rust);
        if is_name { Ok(rust) } else { Err(bad_file_name(part)) }
    });
    let mut folder = parts.by_ref().collect::<Result<Vec<_>, _>>()?;
    let from_file = folder.pop().ok_or_else(|| bad_file_name(&file.path))?;
    let function = match &comments.name {
        Some(name) if ident::is_module(name) => name.clone(),
        Some(name) => return Err(bad_file_name(name)),
        None => from_file,
    };
    let type_name = ident::camel(function.trim_start_matches("r#"));
    let result_name = comments.result.as_ref().map_or(format!("{type_name}Result"), |(name, _)| name.clone());
    Ok(Place { folder, function, params_name: format!("{type_name}Params"), result_name })
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
