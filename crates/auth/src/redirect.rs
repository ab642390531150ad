//! Where clients may be sent, and what they take along.

use url::{Url, form_urlencoded};

/// Whether a URL is one of the allowed ones or lies below one: the same scheme, host and port, and the path or more.
///
/// Both texts are compared as they were written, at the limits between segments, so that `http://here` allows neither
/// `http://here.evil` nor `http://here@evil`; and once more as they will be understood, so that `..` leads nowhere.
pub(crate) fn is_allowed<'a>(text: &str, allowed: impl IntoIterator<Item = &'a str>) -> bool {
    let plain = text.chars().all(|char| !char.is_control() && !char.is_whitespace() && char != '\\');
    let Ok(url) = Url::parse(text) else { return false };
    plain && url.has_host() && allowed.into_iter().any(|allowed| is_below(text, &url, allowed))
}

fn is_below(text: &str, url: &Url, allowed: &str) -> bool {
    let Some(rest) = text.strip_prefix(allowed) else { return false };
    let separate = |rest: &str| rest.is_empty() || rest.starts_with(['/', '?', '#']);
    let Ok(place) = Url::parse(allowed) else { return false };
    let path = place.path().trim_end_matches('/');
    (separate(rest) || allowed.ends_with('/'))
        && url.origin() == place.origin()
        && url.path().strip_prefix(path).is_some_and(separate)
}

/// A URL with more parameters in its query.
pub(crate) fn with_query(url: &str, parameters: &[(&str, &str)]) -> String {
    let (url, fragment) = url.split_once('#').map_or((url, None), |(url, fragment)| (url, Some(fragment)));
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut pairs = form_urlencoded::Serializer::new(query.to_owned());
    pairs.extend_pairs(parameters);
    let query = pairs.finish();
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    match query.is_empty() {
        true => format!("{path}{fragment}"),
        false => format!("{path}?{query}{fragment}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_an_allowed_url_is_allowed() {
        let allowed = ["https://example.com/myapp", "http://localhost:8000", "http://slash.example/"];
        for url in [
            "https://example.com/myapp",
            "https://example.com/myapp/auth/verify",
            "https://example.com/myapp?x=1",
            "http://localhost:8000/cb?x=1#y",
            "http://localhost:8000",
            "http://slash.example/deep",
        ] {
            assert!(is_allowed(url, allowed), "{url}");
        }
        for url in [
            "http://example.com/myapp",
            "https://example.com:443/myapp",
            "https://auth.example.com/myapp",
            "https://example.com/different",
            "https://example.com/myapplication",
            "https://example.com/myapp/../admin",
            "https://example.com/myapp/%2e%2e/admin",
            "http://localhost:8000.evil.example/",
            "http://localhost:8000@evil.example/",
            "http://localhost:8000\\@evil.example/",
            "http://localhost:8000/\r\nSet-Cookie: a=b",
            "http://localhost:80001",
            "//localhost:8000/",
            "javascript:alert(1)",
            "",
        ] {
            assert!(!is_allowed(url, allowed), "{url}");
        }
    }

    #[test]
    fn parameters_are_added_to_those_that_are_there() {
        let more = [("error", "no such & user"), ("email", "a@b.c")];
        assert_eq!(
            with_query("http://a/b?x=1#f", &more),
            "http://a/b?x=1&error=no+such+%26+user&email=a%40b.c#f"
        );
        assert_eq!(with_query("http://a", &more[1..]), "http://a?email=a%40b.c");
        assert_eq!(with_query("http://a", &[]), "http://a");
    }
}
