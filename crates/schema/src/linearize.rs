//! The order in which a type inherits: C3 linearisation.

use value::Uuid;

/// The ancestors of a type, nearest first, from its bases and their ancestors; `None` where no order agrees with all of
/// them.
pub(crate) fn linearize<'a>(bases: &[Uuid], ancestors: impl Fn(Uuid) -> &'a [Uuid]) -> Option<Vec<Uuid>> {
    let with_self = |base: &Uuid| {
        let mut line = vec![*base];
        line.extend_from_slice(ancestors(*base));
        line
    };
    let mut lines: Vec<Vec<Uuid>> = bases.iter().map(with_self).collect();
    lines.push(bases.to_vec());
    let mut merged = Vec::new();
    loop {
        lines.retain(|line| !line.is_empty());
        if lines.is_empty() {
            return Some(merged);
        }
        let next = next_head(&lines)?;
        merged.push(next);
        for line in &mut lines {
            if line.first() == Some(&next) {
                line.remove(0);
            }
        }
    }
}

/// The first head that stands in no other line behind a head.
fn next_head(lines: &[Vec<Uuid>]) -> Option<Uuid> {
    let heads = lines.iter().filter_map(|line| line.first().copied());
    heads.into_iter().find(|head| lines.iter().all(|line| !line.iter().skip(1).any(|id| id == head)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diamond_ends_in_its_top_and_a_contradiction_in_nothing() {
        let [a, b, c, d] = [1, 2, 3, 4].map(Uuid::from_u128);
        let ancestors = move |id: Uuid| -> &'static [Uuid] {
            const TOP: [Uuid; 1] = [Uuid::from_u128(1)];
            if id == b || id == c { &TOP } else { &[] }
        };
        assert_eq!(linearize(&[b, c], ancestors), Some(vec![b, c, a]));
        assert_eq!(linearize(&[a, b], ancestors), None);
        assert_eq!(linearize(&[d], ancestors), Some(vec![d]));
    }
}
