//! The name of a migration: the hash of its script and of where it leads from.

use diag::Result;
use sha2::{Digest, Sha256};

const INITIAL: &str = "initial";

/// `m1…`, from the script as written and the parent's name; without a parent, it is the first.
///
/// # Errors
/// Where the script has something that is no token.
pub fn migration_name(script: &str, parent: Option<&str>) -> Result<String> {
    let mut hash = Sha256::new();
    let mut word = |text: &str| {
        hash.update(text.as_bytes());
        hash.update([0]);
    };
    for text in ["CREATE", "MIGRATION", "ONTO", parent.unwrap_or(INITIAL), "{"] {
        word(text);
    }
    for token in syntax::migration_tokens(script)? {
        word(token);
    }
    word("}");
    Ok(format!("m1{}", base32(&hash.finalize())))
}

/// RFC 4648, lower case, without padding.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let (mut text, mut buffer, mut bits) = (String::new(), 0u32, 0);
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(buffer >> bits & 31) as usize]));
        }
        buffer &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(buffer << (5 - bits) & 31) as usize]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_follows_the_tokens() {
        let parent = Some("m17bpabn6ffdolyhhsgvxbaojpqhobc3kbtf3tt4vhniijahh5ogva");
        let name = |script| migration_name(script, parent).unwrap();
        assert_eq!(
            name("create type default::C; "),
            "m1xuefv7qoperf6a5kpbhvplnhpnsbmtliw7nkkxtupjntyz4vw5vq"
        );
        assert_eq!(
            name("\n  create   type default::C;;\n"),
            "m14a6kc4sbsws3al5wcbr2vk2mj736rr7vofuw224iognodbbrel6q"
        );
        assert_eq!(
            migration_name("create type default::C; ", None).unwrap(),
            "m1osxvnhj2dvmjwjmpr36dbsvq37jf6s7iyahlg6z4v7tqmpvg6a5a"
        );
    }

    #[test]
    fn keywords_of_two_words_count_as_two() {
        let name = |script| migration_name(script, None).unwrap();
        for (two, one) in [
            ("set type", "type"),
            ("order by", "by"),
            ("named only", "only"),
            ("extension package", "package"),
        ] {
            assert_ne!(name(two), name(one));
        }
    }
}
