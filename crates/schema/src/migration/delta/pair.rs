//! Which objects of two schemas are the same, and the commands for those that are not.

use std::collections::{HashMap, HashSet};

use super::{Comparison, Kind, Op, OpId};
use crate::migration::objects::{FullName, ObjectId, Objects};

/// From here on an object is taken for another one that was changed.
const ALIKE: f64 = 0.6;

/// An old and a new object with how alike they are.
#[derive(Clone, Copy)]
struct Pair {
    new: ObjectId,
    old: ObjectId,
    similarity: f64,
}

/// For each object its best partner, and in how many ways it could have been altered.
#[derive(Default)]
struct Matches {
    chosen: Vec<Pair>,
    best_of_new: HashMap<ObjectId, f64>,
    best_of_old: HashMap<ObjectId, f64>,
    ways_of_new: HashMap<ObjectId, usize>,
    ways_of_old: HashMap<ObjectId, usize>,
}

impl Comparison<'_> {
    /// The commands that make `new` of `old`, objects of the same kind in the same owner.
    pub(super) fn pair(&mut self, old: &[ObjectId], new: &[ObjectId], parent: Option<f64>) -> Vec<OpId> {
        let matches = self.matches(old, new);
        let renamed_to: HashSet<FullName> =
            old.iter().filter_map(|id| self.renames.get(&self.old.get(*id).name)).cloned().collect();
        let renamed_from: HashSet<FullName> = old
            .iter()
            .map(|id| &self.old.get(*id).name)
            .filter(|name| self.renames.contains_key(name))
            .cloned()
            .collect();
        let mut alters = Vec::new();
        let mut settled: Vec<Pair> = Vec::new();
        for pair in self.by_inheritance(&matches.chosen) {
            let name = self.new.get(pair.new).name.clone();
            if self.is_altered(pair, renamed_to.contains(&name)) {
                settled.push(pair);
                alters.push(self.altered(pair, &matches, parent, renamed_to.contains(&name)));
            } else if pair.similarity == 1.0 {
                settled.push(pair);
            }
        }
        let mut ops = Vec::new();
        for id in new.iter().filter(|id| !settled.iter().any(|pair| pair.new == **id)) {
            let object = self.new.get(*id);
            if self.may_create(*id) && !renamed_to.contains(&object.name) {
                let op = self.creation(*id);
                let sure = certainty(&matches.ways_of_new, &matches.best_of_new, *id, parent);
                self.ops.get_mut(op).confidence = Some(sure);
                ops.push(op);
            }
        }
        ops.extend(alters);
        let gone: Vec<ObjectId> =
            old.iter().copied().filter(|id| !settled.iter().any(|pair| pair.old == *id)).collect();
        for id in self.old.bases_first(&gone) {
            if self.may_delete(id) && !renamed_from.contains(&self.old.get(id).name) {
                let op = self.deletion(id);
                let sure = certainty(&matches.ways_of_old, &matches.best_of_old, id, parent);
                self.ops.get_mut(op).confidence = Some(sure);
                ops.push(op);
            }
        }
        ops
    }

    /// Pairs of the same name, and all others with one another; the most alike first.
    fn matches(&self, old: &[ObjectId], new: &[ObjectId]) -> Matches {
        let old_names: HashMap<&FullName, ObjectId> =
            old.iter().map(|id| (&self.old.get(*id).name, *id)).collect();
        let new_names: HashMap<&FullName, ObjectId> =
            new.iter().map(|id| (&self.new.get(*id).name, *id)).collect();
        let mut pairs: Vec<(ObjectId, ObjectId)> = Vec::new();
        for id in old {
            pairs.extend(new_names.get(&self.old.get(*id).name).map(|other| (*other, *id)));
        }
        let fresh: Vec<ObjectId> =
            new.iter().copied().filter(|id| !old_names.contains_key(&self.new.get(*id).name)).collect();
        let gone: Vec<ObjectId> =
            old.iter().copied().filter(|id| !new_names.contains_key(&self.old.get(*id).name)).collect();
        for id in &fresh {
            pairs.extend(gone.iter().map(|other| (*id, *other)));
        }
        let mut scored: Vec<Pair> = pairs.into_iter().map(|(new, old)| self.scored(new, old)).collect();
        scored.sort_by(|a, b| {
            let names = |pair: &Pair| {
                (self.new.get(pair.new).name.to_string(), self.old.get(pair.old).name.to_string())
            };
            b.similarity.total_cmp(&a.similarity).then_with(|| names(a).cmp(&names(b)))
        });
        self.chosen(&scored)
    }

    fn scored(&self, new: ObjectId, old: ObjectId) -> Pair {
        let similarity = self.similarity(old, new);
        let refused = similarity < 1.0 && !self.may_alter(old, new);
        Pair { new, old, similarity: if refused { 0.0 } else { similarity } }
    }

    fn chosen(&self, scored: &[Pair]) -> Matches {
        let mut matches = Matches::default();
        let (mut seen_new, mut seen_old) = (HashSet::new(), HashSet::new());
        for pair in scored {
            if !seen_new.contains(&pair.new) && !seen_old.contains(&pair.old) {
                matches.chosen.push(*pair);
                seen_new.insert(pair.new);
                seen_old.insert(pair.old);
            }
            let best_new = *matches.best_of_new.entry(pair.new).or_insert(pair.similarity);
            let best_old = *matches.best_of_old.entry(pair.old).or_insert(pair.similarity);
            if self.may_alter(pair.old, pair.new) && best_new != 1.0 && best_old != 1.0 {
                *matches.ways_of_new.entry(pair.new).or_default() += 1;
                *matches.ways_of_old.entry(pair.old).or_default() += 1;
            }
        }
        matches
    }

    fn by_inheritance(&self, chosen: &[Pair]) -> Vec<Pair> {
        let ids: Vec<ObjectId> = chosen.iter().map(|pair| pair.new).collect();
        let order = self.new.bases_first(&ids);
        order.iter().filter_map(|id| chosen.iter().find(|pair| pair.new == *id)).copied().collect()
    }

    fn is_altered(&self, pair: Pair, is_renamed: bool) -> bool {
        let may_alter = self.may_alter(pair.old, pair.new);
        let is_alike = ALIKE < pair.similarity && pair.similarity < 1.0;
        let must = !self.may_create(pair.new) || !self.may_delete(pair.old);
        (is_alike || must) && may_alter || is_renamed
    }

    fn altered(&mut self, pair: Pair, matches: &Matches, parent: Option<f64>, is_renamed: bool) -> OpId {
        let op = self.alteration(pair.old, pair.new, pair.similarity);
        let same_name = self.new.get(pair.new).name == self.old.get(pair.old).name && !is_renamed;
        let ways = matches.ways_of_new.get(&pair.new).copied().unwrap_or_default();
        let unsure = ways > 1 || !same_name && self.may_create(pair.new);
        let confidence = match unsure && parent != Some(1.0) {
            true => pair.similarity,
            false => {
                let subs = self.ops.get(op).subs.iter().filter_map(|sub| self.ops.get(*sub).confidence);
                subs.fold(1.0, f64::min)
            }
        };
        self.ops.get_mut(op).confidence = Some(confidence);
        op
    }

    // -- what was turned down -------------------------------------------------------------

    fn may_create(&self, new: ObjectId) -> bool {
        let object = self.new.get(new);
        !self.guidance.creations.contains(&(object.class, object.name.clone()))
    }

    fn may_delete(&self, old: ObjectId) -> bool {
        let object = self.old.get(old);
        !self.guidance.deletions.contains(&(object.class, object.name.clone()))
    }

    fn may_alter(&self, old: ObjectId, new: ObjectId) -> bool {
        let (ours, theirs) = (self.old.get(old), self.new.get(new));
        let key = (ours.class, ours.name.clone(), theirs.name.clone());
        !self.guidance.alterations.contains(&key)
    }

    // -- creations and deletions ------------------------------------------------------------

    fn creation(&mut self, id: ObjectId) -> OpId {
        let object = self.new.get(id);
        let op = self.ops.make(Op::new(Kind::Create, object.class, object.name.clone()));
        self.add_created_fields(op, id);
        self.around.push(op);
        for child in &object.children {
            let sub = self.creation(*child);
            self.ops.add(op, sub);
        }
        self.around.pop();
        op
    }

    fn deletion(&mut self, id: ObjectId) -> OpId {
        let object = self.old.get(id);
        let op = self.ops.make(Op::new(Kind::Delete, object.class, object.name.clone()));
        self.deletions.insert(object.name.clone());
        for child in &object.children {
            let sub = self.deletion(*child);
            self.ops.add(op, sub);
        }
        let goes_with = object.implicit_ancestors.iter().any(|name| self.deletions.contains(name));
        if object.owned && object.owner.is_some() && goes_with {
            let disowned = self.disowned(object);
            self.ops.add(op, disowned);
        }
        op
    }
}

impl Objects {
    /// Objects in an order in which what is extended comes before what extends it; otherwise as given.
    pub(super) fn bases_first(&self, ids: &[ObjectId]) -> Vec<ObjectId> {
        let mut order: Vec<ObjectId> = Vec::new();
        for id in ids {
            // All ancestors of an object are listed with it, so that one look up is enough.
            let mut above: Vec<ObjectId> = self
                .get(*id)
                .ancestors
                .iter()
                .filter_map(|name| self.named(name))
                .filter(|it| ids.contains(it))
                .collect();
            above.reverse();
            above.push(*id);
            for id in above {
                if !order.contains(&id) {
                    order.push(id);
                }
            }
        }
        order
    }
}

fn certainty(
    ways: &HashMap<ObjectId, usize>,
    best: &HashMap<ObjectId, f64>,
    id: ObjectId,
    parent: Option<f64>,
) -> f64 {
    match ways.get(&id).is_some_and(|ways| *ways > 0) && parent != Some(1.0) {
        true => best.get(&id).copied().unwrap_or(1.0),
        false => 1.0,
    }
}
