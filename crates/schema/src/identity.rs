//! Identities that are made from what they stand for.

use value::Uuid;

/// The id of something that is known by this text alone.
pub(crate) fn derived_id(text: &str) -> Uuid {
    derived(Uuid::from_u128(0x5e6d_2a4e_8f1b_4b0e_9c57_31c2_7f40_a9d3), text)
}

/// The id of something that `owner` has and that `key` tells from the rest of what it has: always the same.
///
/// FNV-1a rather than a digest: loading the standard library makes thousands of them.
pub(crate) fn derived(owner: Uuid, key: &str) -> Uuid {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let start: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let hash = owner.as_bytes().iter().chain(key.as_bytes());
    let hash = hash.fold(start, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME));
    uuid::Builder::from_custom_bytes(hash.to_be_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_on_owner_and_key() {
        let [a, b] = [derived_id("a"), derived_id("b")];
        assert_eq!(derived(a, "x"), derived(a, "x"));
        assert!(derived(a, "x") != derived(a, "y") && derived(a, "x") != derived(b, "x"));
        assert_eq!(a.get_version_num(), 8);
    }
}
