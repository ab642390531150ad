//! One-time codes of six digits, which are sent by e-mail.

use sha2::{Digest, Sha256};
use value::Uuid;

use crate::failure::{Failure, Outcome};

const CODES: u32 = 1_000_000;
/// The largest multiple of the number of codes that fits: what lies above would make some codes more likely than others.
const FAIR: u32 = u32::MAX - u32::MAX % CODES;

/// A new code.
pub(crate) fn generate() -> Outcome<String> {
    loop {
        let mut bytes = [0u8; 4];
        getrandom::fill(&mut bytes).map_err(|error| Failure::Internal(error.to_string()))?;
        let number = u32::from_ne_bytes(bytes);
        if number < FAIR {
            return Ok(format!("{:06}", number % CODES));
        }
    }
}

/// What is kept of a code. That of one factor says nothing about that of another.
pub(crate) fn hash(factor: Uuid, code: &str) -> Vec<u8> {
    Sha256::new().chain_update(factor.as_bytes()).chain_update(code).finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_and_belongs_to_one_factor() {
        for _ in 0..100 {
            let code = generate().unwrap_or_default();
            assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        }
        assert_ne!(hash(Uuid::from_u128(1), "000000"), hash(Uuid::from_u128(2), "000000"));
    }
}
