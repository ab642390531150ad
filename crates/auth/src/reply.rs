//! Answers, to the letter as Gel writes them.

use std::fmt::Write as _;

/// An answer. Its header lines besides `Content-Type` and `Content-Length` stand in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub content_type: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Reply {
        Reply::text(status, "")
    }

    pub(crate) fn text(status: u16, body: impl Into<String>) -> Reply {
        Reply { status, content_type: "text/plain", headers: Vec::new(), body: body.into() }
    }

    /// A flat JSON document; what has no value is `null`.
    pub(crate) fn json(status: u16, fields: &[(&str, Option<&str>)]) -> Reply {
        Reply { content_type: "application/json", ..Reply::text(status, object(fields)) }
    }

    pub(crate) fn redirect(location: String) -> Reply {
        Reply { headers: vec![("Location", location)], ..Reply::empty(302) }
    }

    /// Gel's error document, which goes as plain text.
    pub(crate) fn error(status: u16, kind: &str, message: &str) -> Reply {
        let error = object(&[("message", Some(message)), ("type", Some(kind))]);
        Reply::text(status, format!("{{\"error\": {error}}}"))
    }
}

fn object(fields: &[(&str, Option<&str>)]) -> String {
    let field = |(name, value): &(&str, Option<&str>)| {
        let value = value.map_or_else(|| "null".to_owned(), quoted);
        format!("{}: {value}", quoted(name))
    };
    format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
}

/// A JSON string in ASCII.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for unit in text.encode_utf16() {
        match u8::try_from(unit).map(char::from) {
            Ok('"') => out.push_str("\\\""),
            Ok('\\') => out.push_str("\\\\"),
            Ok('\n') => out.push_str("\\n"),
            Ok('\r') => out.push_str("\\r"),
            Ok('\t') => out.push_str("\\t"),
            Ok(plain @ ' '..='~') => out.push(plain),
            _ => {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_ascii_and_spaced() {
        let reply = Reply::json(200, &[("a", Some("é\"\\\n😀\u{7f}")), ("b", None)]);
        assert_eq!(reply.body, r#"{"a": "\u00e9\"\\\n\ud83d\ude00\u007f", "b": null}"#);
        let error = Reply::error(404, "NotFound", "Unknown auth endpoint");
        assert_eq!(error.body, r#"{"error": {"message": "Unknown auth endpoint", "type": "NotFound"}}"#);
    }
}
