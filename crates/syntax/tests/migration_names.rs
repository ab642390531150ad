//! The tokens of a migration's script are those that Gel names it by.

mod support;

use sha2::{Digest, Sha256};
use support::recorded;

#[test]
fn names_follow_from_tokens() {
    let mut checked = 0;
    for step in &recorded().migrations {
        let migration = &step["migration"];
        let Some(script) = migration["script"].as_str() else { continue };
        let parent = migration["parents"][0]["name"].as_str().unwrap_or("initial");
        let tokens = syntax::migration_tokens(script).expect("a script that Gel accepted");
        let mut hash = Sha256::new();
        let head = ["CREATE", "MIGRATION", "ONTO", parent, "{"];
        for token in head.into_iter().chain(tokens).chain(["}"]) {
            hash.update(token.as_bytes());
            hash.update([0]);
        }
        assert_eq!(
            migration["name"].as_str().unwrap(),
            format!("m1{}", base32(&hash.finalize())),
            "{script}"
        );
        checked += 1;
    }
    assert!(checked > 50);
}

fn base32(bytes: &[u8]) -> String {
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let digits = bits.as_bytes().chunks(5).map(|chunk| {
        let digit = format!("{:0<5}", std::str::from_utf8(chunk).unwrap());
        b"abcdefghijklmnopqrstuvwxyz234567"[usize::from_str_radix(&digit, 2).unwrap()] as char
    });
    digits.collect()
}
