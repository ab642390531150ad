//! What a prepared query looks like to a client: made once, then remembered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use db::Prepared;
use diag::{Diagnostic, Position, Result};
use serde_json::{Map, Value, json};

use crate::protocol::Protocol;
use crate::typedesc::Typedesc;
use crate::wire::OutputFormat;

/// A query's descriptors and warnings as they go over the wire.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) input: Typedesc,
    pub(crate) output: Typedesc,
    /// A JSON document.
    pub(crate) warnings: Option<String>,
}

/// Descriptions of queries that are in use.
#[derive(Debug, Default)]
pub(crate) struct Descriptions {
    known: Mutex<HashMap<Key, Arc<Description>>>,
}

type Key = (u64, Protocol, OutputFormat);

/// Descriptions to remember at most; then all are forgotten, and made again as they are asked for.
const CAPACITY: usize = 4096;

impl Descriptions {
    /// The description of a prepared query; `text` is where warnings point into.
    pub(crate) fn of(
        &self,
        prepared: &Prepared,
        text: &str,
        protocol: Protocol,
        format: OutputFormat,
    ) -> Result<Arc<Description>> {
        let key = (prepared.id, protocol, format);
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(known.clone());
        }
        let description = Arc::new(Description::new(prepared, text, protocol, format)?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CAPACITY {
            known.clear();
        }
        known.insert(key, description.clone());
        Ok(description)
    }
}

impl Description {
    fn new(prepared: &Prepared, text: &str, protocol: Protocol, format: OutputFormat) -> Result<Self> {
        let output = match (&prepared.output, format) {
            (None, _) | (_, OutputFormat::None) => Typedesc::nothing(),
            (Some(_), OutputFormat::Json | OutputFormat::JsonElements) => Typedesc::text(protocol),
            (Some(ty), OutputFormat::Binary) => Typedesc::output(ty, protocol)?,
        };
        let warnings = (!prepared.warnings.is_empty()).then(|| {
            let warnings = prepared.warnings.iter().map(|warning| warning_json(warning, text));
            Value::Array(warnings.collect()).to_string()
        });
        Ok(Description { input: Typedesc::input(&prepared.params, protocol)?, output, warnings })
    }
}

fn warning_json(warning: &Diagnostic, text: &str) -> Value {
    let mut fields = Map::new();
    fields.insert("message".into(), json!(warning.message));
    fields.insert("type".into(), json!(warning.code.name().unwrap_or("WarningMessage")));
    fields.insert("code".into(), json!(warning.code.0));
    let texts = [("hint", &warning.hint), ("details", &warning.details)];
    for (name, value) in texts {
        if let Some(value) = value {
            fields.insert(name.into(), json!(value));
        }
    }
    if let Some(span) = warning.span {
        let (start, end) = (Position::of(text, span.start), Position::of(text, span.end));
        for (name, number) in
            [("start", start.char), ("end", end.char), ("line", start.line), ("col", start.column)]
        {
            fields.insert(name.into(), json!(number));
        }
    }
    Value::Object(fields)
}
