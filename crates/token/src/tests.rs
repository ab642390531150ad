//! Tokens that hold and tokens that do not.

use serde_json::json;

use super::{Refused, sign, subject, verify};

const KEY: &[u8] = b"XsMOAt0o02-9jgq3GOchQAZ3wCaG6VMtlE38U2OMWy0";
/// A token that a Gel server signed with the key above.
const RECORDED: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3OTY1NzE0MjgsImlzcyI6Imh0dHA6Ly8xMjcuMC4wLjE6NTY1Ni9icmFuY2gvYXV0aGdvbGQvZXh0L2F1dGgiLCJpYXQiOjE3OTUzNjE4MjgsIm5iZiI6MTc5NTM2MTc5OCwic3ViIjoiOTM4Y2ZmM2EtZTY4YS0xMWYxLTkwMGUtY2I0ZjBmYWVkOWVkIn0.8tla6msZzUAcWb_ndEDZPHshzZAbqHygmEelmDXpuLo";

fn token(claims: &serde_json::Value) -> String {
    sign(claims, KEY).expect("an object can be signed")
}

#[test]
fn what_gel_signed_holds_within_its_time() {
    let sub = subject(RECORDED, KEY, 1_795_361_828.0);
    assert_eq!(sub.as_deref(), Ok("938cff3a-e68a-11f1-900e-cb4f0faed9ed"));
    assert_eq!(subject(RECORDED, KEY, 1_795_361_797.9), Err(Refused::Expired));
    assert_eq!(subject(RECORDED, KEY, 1_796_571_428.0), Err(Refused::Expired));
    assert!(RECORDED.starts_with(&token(&json!({}))[..36]), "our header is Gel's");
}

#[test]
fn what_was_changed_or_signed_by_another_key_is_forged() {
    let now = 1_795_361_828.0;
    assert_eq!(subject(RECORDED, b"short", now), Err(Refused::Forged));
    assert_eq!(subject(&RECORDED.replace("MTc5", "MTc4"), KEY, now), Err(Refused::Forged));
    assert_eq!(subject(&RECORDED.replace('_', "="), KEY, now), Err(Refused::Forged));
    let other = token(&json!({"sub": "x", "nbf": 0, "exp": 9e12}));
    let swapped = format!(
        "{}{}",
        &other[..other.rfind('.').unwrap_or(0)],
        &RECORDED[RECORDED.rfind('.').unwrap_or(0)..]
    );
    assert_eq!(subject(&swapped, KEY, now), Err(Refused::Forged));
    // `{"alg":"none"}` and no signature.
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", RECORDED.split('.').nth(1).unwrap_or(""));
    assert_eq!(subject(&unsigned, KEY, now), Err(Refused::Forged));
}

#[test]
fn what_is_no_token_is_refused_as_gel_does() {
    for (text, message) in [
        ("", "array index 1 is out of bounds"),
        ("garbage", "array index 1 is out of bounds"),
        ("a.b", "array index 2 is out of bounds"),
        ("a.b.c.d", "JWT is malformed"),
        ("a.b.c", "JWT signature mismatch"),
    ] {
        let refused = verify(text, KEY, 0.0).map_err(|refused| refused.to_string());
        assert_eq!(refused, Err(message.to_owned()), "{text}");
    }
}

#[test]
fn a_signed_token_must_say_when_it_holds_and_whom_it_is_about() {
    for claims in
        [json!({}), json!({"nbf": 0}), json!({"nbf": "0", "exp": 1}), json!({"nbf": 0, "exp": 9, "sub": 1})]
    {
        assert_eq!(subject(&token(&claims), KEY, 0.5), Err(Refused::Claims), "{claims}");
    }
    assert_eq!(sign(&"text", KEY).and_then(|text| verify(&text, KEY, 0.0)), Err(Refused::Claims));
}
