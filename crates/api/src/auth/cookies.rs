//! What the browser keeps: the token of who is signed in, and for a while the secret of a mail that is under way.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::config::Config;

/// The token of who is signed in.
pub(crate) const TOKEN: &str = "gel-auth-token";
/// The PKCE verifier that belongs to a mail's link.
const VERIFIER: &str = "gel-pkce-verifier";
/// As long as a verification link is good for.
const VERIFIER_AGE: Duration = Duration::days(1);

/// How cookies are set: out of reach of scripts, for this site alone, and over TLS alone except on a loopback address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cookies {
    secure: bool,
}

impl Cookies {
    pub(crate) fn of(config: &Config) -> Cookies {
        Cookies { secure: !config.host.is_loopback() }
    }

    /// Signs in.
    pub(crate) fn token(self, token: String) -> Cookie<'static> {
        self.cookie(TOKEN, token, "/")
    }

    /// Signs out.
    pub(crate) fn no_token(self) -> Cookie<'static> {
        removed(self.cookie(TOKEN, String::new(), "/"))
    }

    /// Keeps the secret until the mail's link is followed.
    pub(crate) fn verifier(self, verifier: String) -> Cookie<'static> {
        let mut cookie = self.cookie(VERIFIER, verifier, "/auth");
        cookie.set_max_age(VERIFIER_AGE);
        cookie
    }

    /// Forgets the secret.
    pub(crate) fn no_verifier(self) -> Cookie<'static> {
        removed(self.cookie(VERIFIER, String::new(), "/auth"))
    }

    fn cookie(self, name: &'static str, value: String, path: &'static str) -> Cookie<'static> {
        let cookie = Cookie::build(name, value).path(path).http_only(true);
        cookie.same_site(SameSite::Strict).secure(self.secure).finish()
    }
}

fn removed(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.make_removal();
    cookie
}

/// The token that a request carries.
pub(crate) fn token_of(request: &HttpRequest) -> Option<String> {
    request.cookie(TOKEN).map(|cookie| cookie.value().to_owned()).filter(|token| !token.is_empty())
}

/// The secret that a request carries.
pub(crate) fn verifier_of(request: &HttpRequest) -> Option<String> {
    request.cookie(VERIFIER).map(|cookie| cookie.value().to_owned())
}
