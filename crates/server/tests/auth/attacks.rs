//! What an attacker would try: each test is one way in that must stay shut.

use std::time::{Duration, Instant};

use serde_json::json;
use server::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::mailbox::Mailbox;
use crate::people::{BRANCH, PROVIDER, VERIFIER, challenge, message, mina, open, parameter, read};
use crate::web::{KEY, Site};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_whose_token_it_is() {
    let (site, mut mailbox) = open().await;
    let (token, id) = site.sign_up(&mina(json!({}))).await;
    assert_eq!(site.seen(&token).await, format!("[{{\"id\": \"{id}\"}}]"));
    let sign = |key: &str, from: i64, to: i64| {
        let claims = json!({"sub": id, "nbf": from, "exp": to});
        token::sign(&claims, key.as_bytes()).expect("an object")
    };
    let mail = mailbox.next_to("mina@example.com").await.expect("a mail to verify the address");
    let link = mail.header("X-gel-email-verify-url").unwrap_or_default();
    let far = 99_999_999_999;
    assert_eq!(site.seen(&sign(KEY, 0, far)).await, site.seen(&token).await);
    for (forged, refused) in [
        (sign("another key", 0, far), "JWT signature mismatch"),
        (token.replace('.', "") + ".x.y", "JWT signature mismatch"),
        (parameter(&link, "verification_token"), "JWT signature mismatch"),
        (sign(KEY, 0, 1), "JWT is expired or is not yet valid"),
        (sign(KEY, far - 1, far), "JWT is expired or is not yet valid"),
        ("garbage".to_owned(), "array index 1 is out of bounds"),
    ] {
        assert_eq!(site.seen(&forged).await, refused, "{forged}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_one_purpose_serves_no_other() {
    let (site, mut mailbox) = open().await;
    let (session, _) = site.sign_up(&mina(json!({}))).await;
    let mail = mailbox.next_to("mina@example.com").await.expect("a mail to verify the address");
    let verify = parameter(&mail.header("X-gel-email-verify-url").unwrap_or_default(), "verification_token");
    site.post("send-reset-email", &mina(json!({"reset_url": "http://localhost:8000/r"}))).await;
    let mail = mailbox.next_to("mina@example.com").await.expect("a mail to reset the password");
    let reset = parameter(&mail.header("X-gel-password-reset-url").unwrap_or_default(), "reset_token");
    let invalid = (400, "Invalid token: Invalid token: Invalid token: InvalidSignature");
    for swapped in [&session, &reset] {
        let answer = site.post("verify", &json!({"provider": PROVIDER, "verification_token": swapped})).await;
        assert_eq!(message(&answer), invalid);
        let resent = json!({"provider": PROVIDER, "verification_token": swapped});
        assert_eq!(message(&site.post("resend-verification-email", &resent).await), invalid);
    }
    for swapped in [&session, &verify] {
        let answer = site.post("reset-password", &mina(json!({"reset_token": swapped}))).await;
        assert_eq!(message(&answer), invalid);
    }
    let changed = json!({"reset_token": reset, "password": "another"});
    assert_eq!(site.post("reset-password", &mina(changed.clone())).await.0, 200);
    let replayed = site.post("reset-password", &mina(changed)).await;
    assert_eq!(message(&replayed), (400, "Invalid 'reset_token'"));
    assert_eq!(site.post("authenticate", &mina(json!({}))).await.0, 403, "the old password");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_for_its_verifier_and_not_for_long() {
    let (site, _mailbox) = open().await;
    let (_, registered) = site.post("register", &mina(json!({}))).await;
    let code = &registered["code"];
    let other = site.token(code, &VERIFIER.to_uppercase()).await;
    assert_eq!(message(&other), (403, "Verifier and challenge do not match"));
    let challenge_itself = site.token(code, &challenge(VERIFIER)).await;
    assert_eq!(message(&challenge_itself), (403, "Verifier and challenge do not match"));
    let (one, two) = tokio::join!(site.token(code, VERIFIER), site.token(code, VERIFIER));
    let gone = (403, "Could not find a matching PKCE code");
    let (won, lost) = if one.0 == 200 { (one, two) } else { (two, one) };
    assert_eq!((won.0, message(&lost)), (200, gone), "of two, one wins");
    let failed = site.post("authenticate", &mina(json!({"password": "wrong"}))).await;
    assert_eq!(failed.0, 403);
    let unlinked = site.json("select ext::auth::PKCEChallenge.id").await.unwrap_or_default();
    let unlinked = json!(unlinked.trim_matches(['[', ']', '"']));
    let nobody = site.token(&unlinked, VERIFIER).await;
    assert_eq!(message(&nobody), (400, "Code is not associated with an Identity"));
    site.run("delete ext::auth::PKCEChallenge").await;
    let old = "select (insert ext::auth::PKCEChallenge {
        challenge := <str>$0, created_at := datetime_current() - <duration>'10 minutes 1 second',
        identity := assert_single(ext::auth::Identity) }).id";
    let old = site.pool().query_json(old, &(challenge(VERIFIER),)).await.expect("an old challenge");
    let expired = site.token(&json!(old.trim_matches(['[', ']', '"'])), VERIFIER).await;
    assert_eq!(message(&expired), gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_another_site() {
    let (site, mut mailbox) = open().await;
    // The client says `Host: evil.example`: what it says does not make that ours.
    for url in [
        &*format!("http://evil.example/branch/{BRANCH}/ext/auth"),
        "http://localhost:8000.evil.example/",
        "http://localhost:8000@evil.example/",
        "//evil.example",
        "http://localhost:8000/\r\nSet-Cookie: a=b",
    ] {
        let refused = (400, "Redirect URL does not match any allowed URLs.");
        for endpoint in ["register", "authenticate", "reset-password", "send-reset-email"] {
            let more = json!({"redirect_to": url, "reset_token": "x", "reset_url": "http://localhost:8000"});
            assert_eq!(message(&site.post(endpoint, &mina(more)).await), refused, "{endpoint} {url}");
        }
        let mail = site.post("send-reset-email", &mina(json!({"reset_url": url}))).await;
        assert_eq!(message(&mail), refused, "{url}");
        let on_failure = site.post("authenticate", &mina(json!({"redirect_on_failure": url}))).await;
        assert_eq!(on_failure.0, 403, "{url}");
    }
    site.sign_up(&mina(json!({}))).await;
    let mail = mailbox.next_to("mina@example.com").await.expect("a mail to verify the address");
    let link = mail.header("X-gel-email-verify-url").unwrap_or_default();
    assert!(link.starts_with(&format!("http://127.0.0.1:{}/", site.running.port())), "{link}");
    assert!(!mail.decoded().contains("evil"));
}

#[tokio::test(flavor = "multi_thread")]
async fn line_breaks_make_no_header() {
    let (site, mut mailbox) = open().await;
    let email = "a@example.com\r\nBcc: evil@example.com";
    let registered = site.post("register", &mina(json!({"email": email}))).await;
    assert_eq!(registered.0, 201, "as with Gel, an address may be any text");
    assert_eq!(mailbox.count().await, 0, "to such an address nothing is sent");
    let failed =
        mina(json!({"email": email, "password": "wrong", "redirect_to": "http://localhost:8000/cb"}));
    let answer = site.ask(&format!("POST /branch/{BRANCH}/ext/auth/authenticate"), &failed.to_string()).await;
    let names: Vec<&str> = answer.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Content-Type", "Location", "Connection", "Content-Length"]);
    let (_, location) = &answer.headers[1];
    assert!(location.ends_with("&email=a%40example.com%0D%0ABcc%3A+evil%40example.com"), "{location}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_code_cannot_be_guessed() {
    let (site, mut mailbox) = (Site::open(BRANCH).await, Mailbox::open().await);
    site.configure("verification_method := 'Code'", mailbox.port).await;
    site.post("register", &mina(json!({}))).await;
    let mail = mailbox.next_to("mina@example.com").await.expect("a mail with a code");
    let code = mail.header("X-gel-email-verify-code").unwrap_or_default();
    let guess = async |code: &str| {
        site.post("verify", &json!({"provider": PROVIDER, "email": "mina@example.com", "code": code})).await
    };
    let wrong = if code == "123456" { "654321" } else { "123456" };
    for _ in 0..5 {
        assert_eq!(message(&guess(wrong).await), (400, "Invalid code"));
    }
    assert_eq!(message(&guess(&code).await), (400, "Invalid code"), "too late: the right one counts no more");
    assert_eq!(site.post("authenticate", &mina(json!({}))).await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_registered_does_not_show_in_the_time_it_takes() {
    let (site, _mailbox) = open().await;
    site.sign_up(&mina(json!({}))).await;
    let mut best = [Duration::MAX; 2];
    for _ in 0..3 {
        for (best, email) in best.iter_mut().zip(["mina@example.com", "ghost@example.com"]) {
            let start = Instant::now();
            let wrong = mina(json!({"email": email, "password": "wrong"}));
            let answer = site.post("authenticate", &wrong).await;
            *best = start.elapsed().min(*best);
            let nobody = "Could not find an Identity matching the provided credentials";
            assert_eq!(message(&answer), (403, nobody));
        }
    }
    let [known, unknown] = best;
    assert!(unknown * 3 > known && known * 3 > unknown, "{known:?} and {unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_bounded_and_nothing_in_them_does_harm() {
    let (site, _mailbox) = open().await;
    let register = format!("POST /branch/{BRANCH}/ext/auth/register");
    let large = mina(json!({"password": "x".repeat(70_000)})).to_string();
    assert_eq!(read(&site.ask(&register, &large).await), (413, json!("Payload Too Large")));
    let deep = "[".repeat(60_000);
    for (body, status) in [
        (&*deep, 500),
        ("\u{0}", 500),
        ("null", 400),
        (r#"{"provider": {}, "challenge": []}"#, 500),
        (r#"{"provider": "x", "challenge": "c", "email": {"a": 1}, "password": "p"}"#, 500),
    ] {
        assert_eq!(read(&site.ask(&register, body).await).0, status, "{}", &body[..body.len().min(40)]);
    }
    let alive = site.ask("GET /server/status/alive", "").await;
    assert_eq!(alive.body, "\"OK\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_dawdles_is_let_go() {
    let limits = Limits { http_request: Duration::from_millis(200), ..Limits::default() };
    let site = Site::open_with(BRANCH, limits).await;
    let mut stream = site.stream().await;
    let head = format!(
        "POST /branch/{BRANCH}/ext/auth/register HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("a server that listens");
    let mut answer = String::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut answer)).await;
    assert!(read.is_ok() && answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
}
