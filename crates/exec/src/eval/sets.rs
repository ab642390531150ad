//! Operators over whole sets.

use std::collections::{HashMap, HashSet};

use diag::Result;
use value::Value;

use super::{Flow, Run, Set, Sink};
use crate::plan::node::Node;

/// Up to this many elements are searched one by one.
const FEW: usize = 8;

impl<'a> Run<'a> {
    pub(super) fn union(&mut self, parts: &'a [Node], sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        for part in parts {
            if self.each(part, sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    pub(super) fn distinct(&mut self, source: &'a Node, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        let mut seen = HashSet::new();
        self.each(source, &mut |run, value| {
            if seen.insert(value.clone()) { sink(run, value) } else { Ok(Flow::Continue(())) }
        })
    }

    /// What is left of `left` when each element of `right` takes one away.
    pub(super) fn except(&mut self, left: &'a Node, right: &'a Node) -> Result<Set> {
        let left = self.eval(left)?;
        let mut taken = counted(self.eval(right)?);
        Ok(kept(left, |value| !take(&mut taken, value)))
    }

    /// What of `left` finds a partner in `right`.
    pub(super) fn intersect(&mut self, left: &'a Node, right: &'a Node) -> Result<Set> {
        let left = self.eval(left)?;
        let mut partners = counted(self.eval(right)?);
        Ok(kept(left, |value| take(&mut partners, value)))
    }

    pub(super) fn coalesce(&mut self, left: &'a Node, right: &'a Node) -> Result<Set> {
        match self.eval(left)? {
            left if left.is_empty() => self.eval(right),
            left => Ok(left),
        }
    }

    pub(super) fn exists(&mut self, source: &'a Node, modifies: bool) -> Result<Set> {
        if modifies {
            let any = !self.eval(source)?.is_empty();
            return Ok(Set::One(any.into()));
        }
        let mut any = false;
        let _ = self.each(source, &mut |_, _| {
            any = true;
            Ok(Flow::Break(()))
        })?;
        Ok(Set::One(any.into()))
    }

    pub(super) fn count(&mut self, source: &'a Node) -> Result<Set> {
        let mut count = 0;
        match source {
            Node::Scan(types) => count = self.count_rows(types)?,
            _ => {
                let _ = self.each(source, &mut |_, _| {
                    count += 1;
                    Ok(Flow::Continue(()))
                })?;
            }
        }
        Ok(Set::One(Value::Int64(count as i64)))
    }

    pub(super) fn contained(&mut self, needle: &'a Node, haystack: &'a Node, negated: bool) -> Result<Set> {
        let needles = self.eval(needle)?;
        let hay = self.eval(haystack)?;
        let answer = |found: bool| Value::Bool(found != negated);
        let all = |found: &dyn Fn(&Value) -> bool| -> Set {
            needles.as_slice().iter().map(|needle| answer(found(needle))).collect::<Vec<_>>().into()
        };
        Ok(match haystack {
            _ if hay.len() <= FEW => all(&|needle| hay.as_slice().contains(needle)),
            Node::Once { place, .. } => {
                let members = self.members(*place, &hay);
                all(&|needle| members.contains(needle))
            }
            _ if needles.len() <= 1 => all(&|needle| hay.as_slice().contains(needle)),
            _ => {
                let members: HashSet<&Value> = hay.as_slice().iter().collect();
                all(&|needle| members.contains(needle))
            }
        })
    }

    pub(super) fn tuples(&mut self, elements: &'a [Node]) -> Result<Set> {
        self.product(elements, |elements| Value::Tuple(elements.into()))
    }

    pub(super) fn arrays(&mut self, elements: &'a [Node]) -> Result<Set> {
        self.product(elements, |elements| Value::Array(elements.into()))
    }

    /// One value for each combination of elements. All are evaluated before one that is empty decides, because any may
    /// modify data.
    fn product(&mut self, nodes: &'a [Node], make: impl Fn(&[Value]) -> Value) -> Result<Set> {
        let sets = nodes.iter().map(|node| self.eval(node)).collect::<Result<Vec<_>>>()?;
        let mut made = Set::Empty;
        combine(&sets, &mut Vec::with_capacity(sets.len()), &mut |combination| {
            self.budget.step()?;
            made.push(make(combination));
            self.budget.size(made.len())
        })?;
        Ok(made)
    }
}

/// Calls `each` with every combination of one element of each set; the last set varies fastest.
pub(super) fn combine(
    sets: &[Set],
    chosen: &mut Vec<Value>,
    each: &mut dyn FnMut(&[Value]) -> Result<()>,
) -> Result<()> {
    let Some((set, rest)) = sets.split_first() else { return each(chosen) };
    for value in set.as_slice() {
        chosen.push(value.clone());
        combine(rest, chosen, each)?;
        chosen.pop();
    }
    Ok(())
}

fn counted(set: Set) -> HashMap<Value, usize> {
    let mut counts = HashMap::new();
    for value in set.into_vec() {
        *counts.entry(value).or_insert(0) += 1;
    }
    counts
}

fn take(counts: &mut HashMap<Value, usize>, value: &Value) -> bool {
    match counts.get_mut(value) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

fn kept(set: Set, keep: impl FnMut(&Value) -> bool) -> Set {
    let mut values = set.into_vec();
    values.retain(keep);
    values.into()
}
