//! The pages that mailed links lead to. Following a link changes nothing by itself: mail programs follow links too.

use actix_web::{HttpResponse, Route, web};

/// Where the link of a verification mail leads.
pub(super) fn verify() -> Route {
    page(include_str!("../pages/verify.html"))
}

/// Where the link of a reset mail leads.
pub(super) fn reset_password() -> Route {
    page(include_str!("../pages/reset-password.html"))
}

/// What the buttons of both pages do.
pub(super) fn script() -> Route {
    web::get().to(|| async {
        HttpResponse::Ok()
            .content_type("text/javascript; charset=utf-8")
            .body(include_str!("../pages/mail.js"))
    })
}

fn page(html: &'static str) -> Route {
    web::get()
        .to(move || async move { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html) })
}
