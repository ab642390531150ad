//! A request, taken apart.

use url::form_urlencoded;

/// A request to the auth extension of a branch.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub method: &'a str,
    /// The path after `ext/auth`, in segments as they were written.
    pub path: &'a [&'a str],
    /// Without the `?`.
    pub query: &'a str,
    /// The `Content-Type` header; empty without one.
    pub content_type: &'a [u8],
    /// The `Origin` header.
    pub origin: Option<&'a str>,
    /// Where the extension is reached: scheme, address and path up to `ext/auth`. It goes into links and tokens, so it must
    /// not come from the request, where anybody could write another site.
    pub base: &'a str,
    pub body: &'a [u8],
}

impl Request<'_> {
    /// The first value of a query parameter; an empty one counts as missing.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.into_owned())
    }
}
