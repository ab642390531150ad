//! What clients send.

use ir::Capabilities;
use uuid::Uuid;

use super::{Frame, Malformed, Reader};

/// A message of the command phase.
#[derive(Debug)]
pub(crate) enum Request<'a> {
    Parse(Query<'a>),
    Execute(Execute<'a>),
    Sync,
    Flush,
    Terminate,
    Dump,
    Restore,
    Unknown(u8),
}

/// What Parse and Execute have in common.
#[derive(Debug)]
pub(crate) struct Query<'a> {
    pub(crate) allowed: Capabilities,
    pub(crate) inject_type_ids: bool,
    pub(crate) inject_type_names: bool,
    pub(crate) inject_object_ids: bool,
    /// Zero is none.
    pub(crate) implicit_limit: u64,
    pub(crate) language: Language,
    pub(crate) format: OutputFormat,
    /// The client takes at most one element.
    pub(crate) expects_one: bool,
    pub(crate) text: &'a str,
    pub(crate) state_id: Uuid,
    pub(crate) state: &'a [u8],
}

/// Execute: a query with its arguments and the descriptors that the client believes in.
#[derive(Debug)]
pub(crate) struct Execute<'a> {
    pub(crate) query: Query<'a>,
    pub(crate) input_id: Uuid,
    pub(crate) output_id: Uuid,
    pub(crate) arguments: &'a [u8],
}

/// In which language a query is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    EdgeQl,
    Sql,
}

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum OutputFormat {
    Binary,
    /// One text for the whole set.
    Json,
    /// One text for each element.
    JsonElements,
    None,
}

/// The first message of a connection.
#[derive(Debug)]
pub(crate) struct ClientHandshake<'a> {
    pub(crate) major: u16,
    pub(crate) minor: u16,
    pub(crate) parameters: Vec<(&'a str, &'a str)>,
    pub(crate) extensions: usize,
}

/// The client's first word in SCRAM.
#[derive(Debug)]
pub(crate) struct SaslInitial<'a> {
    pub(crate) method: &'a str,
    pub(crate) data: &'a [u8],
}

const INJECT_TYPE_IDS: u64 = 1;
const INJECT_TYPE_NAMES: u64 = 2;
const INJECT_OBJECT_IDS: u64 = 4;

impl<'a> Request<'a> {
    /// Reads a message; `multilingual` protocols (3.0) say in which language a query is.
    pub(crate) fn decode(frame: &'a Frame, multilingual: bool) -> Result<Self, Malformed> {
        let mut body = Reader::new(&frame.body);
        let request = match frame.kind {
            b'P' => Request::Parse(Query::decode(&mut body, multilingual)?),
            b'O' => Request::Execute(Execute::decode(&mut body, multilingual)?),
            b'S' => Request::Sync,
            b'H' => Request::Flush,
            b'X' => Request::Terminate,
            b'>' => return Ok(Request::Dump),
            b'<' => return Ok(Request::Restore),
            other => return Ok(Request::Unknown(other)),
        };
        body.finish()?;
        Ok(request)
    }
}

impl<'a> Query<'a> {
    fn decode(body: &mut Reader<'a>, multilingual: bool) -> Result<Self, Malformed> {
        skip_annotations(body)?;
        let allowed = Capabilities(body.u64()?);
        let flags = body.u64()?;
        let implicit_limit = body.u64()?;
        let language = if multilingual { Language::decode(body)? } else { Language::EdgeQl };
        Ok(Query {
            allowed,
            inject_type_ids: flags & INJECT_TYPE_IDS != 0,
            inject_type_names: flags & INJECT_TYPE_NAMES != 0,
            inject_object_ids: flags & INJECT_OBJECT_IDS != 0,
            implicit_limit,
            language,
            format: OutputFormat::decode(body)?,
            expects_one: matches!(body.u8()?, b'o' | b'A'),
            text: body.text()?,
            state_id: body.uuid()?,
            state: body.bytes()?,
        })
    }
}

impl<'a> Execute<'a> {
    fn decode(body: &mut Reader<'a>, multilingual: bool) -> Result<Self, Malformed> {
        Ok(Execute {
            query: Query::decode(body, multilingual)?,
            input_id: body.uuid()?,
            output_id: body.uuid()?,
            arguments: body.bytes()?,
        })
    }
}

impl Language {
    fn decode(body: &mut Reader<'_>) -> Result<Self, Malformed> {
        match body.u8()? {
            b'E' => Ok(Language::EdgeQl),
            b'S' => Ok(Language::Sql),
            _ => Err(Malformed::Enumeration),
        }
    }
}

impl OutputFormat {
    fn decode(body: &mut Reader<'_>) -> Result<Self, Malformed> {
        match body.u8()? {
            b'b' => Ok(OutputFormat::Binary),
            b'j' => Ok(OutputFormat::Json),
            b'J' => Ok(OutputFormat::JsonElements),
            b'n' => Ok(OutputFormat::None),
            _ => Err(Malformed::Enumeration),
        }
    }
}

impl<'a> ClientHandshake<'a> {
    pub(crate) fn decode(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut body = Reader::new(body);
        let (major, minor) = (body.u16()?, body.u16()?);
        let mut parameters = Vec::new();
        for _ in 0..body.u16()? {
            parameters.push((body.text()?, body.text()?));
        }
        let extensions = body.u16()?;
        for _ in 0..extensions {
            body.text()?;
            skip_annotations(&mut body)?;
        }
        body.finish()?;
        Ok(ClientHandshake { major, minor, parameters, extensions: usize::from(extensions) })
    }

    /// A connection parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }
}

impl<'a> SaslInitial<'a> {
    pub(crate) fn decode(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut body = Reader::new(body);
        Ok(SaslInitial { method: body.text()?, data: body.bytes()? })
    }
}

/// Annotations are remarks for logs: nothing here depends on them.
fn skip_annotations(body: &mut Reader<'_>) -> Result<(), Malformed> {
    for _ in 0..body.u16()? {
        body.bytes()?;
        body.bytes()?;
    }
    Ok(())
}
