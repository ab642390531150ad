//! Ids of new objects.

use value::Uuid;

/// The bit of a node id that says it is no hardware address.
const MULTICAST: u8 = 0x01;

/// A time-based UUID with a random multicast node, as Gel's `uuid_generate_v1mc`.
pub(crate) fn new_object_id() -> Uuid {
    let [.., a, b, c, d, e, f] = *Uuid::new_v4().as_bytes();
    Uuid::now_v1(&[a | MULTICAST, b, c, d, e, f])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_time_based_and_distinct() {
        let (one, other) = (new_object_id(), new_object_id());
        assert_eq!(one.get_version_num(), 1);
        assert!(one != other && one.as_bytes()[10] & MULTICAST == MULTICAST);
    }
}
