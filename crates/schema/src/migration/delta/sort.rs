//! The order of commands: what one waits for comes first.

use std::collections::HashSet;

use super::depend::{Graph, Key};

/// Commands that wait for one another in a circle.
#[derive(Clone, Debug)]
pub(super) struct Cycle(pub(super) Vec<Key>);

/// The commands of a graph by their places in it, each after those that it waits for. A wish that closes a circle is passed
/// over.
pub(super) fn sorted(graph: &Graph) -> Result<Vec<usize>, Cycle> {
    let places = |keys: &indexmap::IndexSet<Key>| -> Vec<usize> {
        keys.iter().filter_map(|key| graph.get_index_of(key)).collect()
    };
    let mut walk = Walk {
        needs: graph.values().map(|node| places(&node.needs)).collect(),
        wishes: graph.values().map(|node| places(&node.wishes)).collect(),
        open: Vec::new(),
        wished: HashSet::new(),
        done: HashSet::new(),
        order: Vec::new(),
    };
    for at in 0..graph.len() {
        walk.visit(at, false).map_err(|path| {
            Cycle(path.iter().filter_map(|at| graph.get_index(*at).map(|(key, _)| key.clone())).collect())
        })?;
    }
    Ok(walk.order)
}

struct Walk {
    needs: Vec<Vec<usize>>,
    wishes: Vec<Vec<usize>>,
    /// What is being visited.
    open: Vec<usize>,
    /// What of it is visited for a wish.
    wished: HashSet<usize>,
    done: HashSet<usize>,
    order: Vec<usize>,
}

impl Walk {
    /// Chains of declarations can be long: the stack grows with them.
    fn visit(&mut self, at: usize, for_wish: bool) -> Result<(), Vec<usize>> {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.visit_here(at, for_wish))
    }

    fn visit_here(&mut self, at: usize, for_wish: bool) -> Result<(), Vec<usize>> {
        if self.open.contains(&at) {
            let mut path: Vec<usize> = self.open.iter().copied().filter(|other| *other != at).collect();
            path.insert(0, at);
            path.push(at);
            return Err(path);
        }
        if self.done.contains(&at) {
            return Ok(());
        }
        self.open.push(at);
        if for_wish {
            self.wished.insert(at);
        }
        let mut result = self.visit_all(at, for_wish);
        // A circle that one wish closes costs nothing but that wish.
        if result.is_err() && self.wished.len() == 1 {
            result = Ok(());
        }
        self.open.retain(|other| *other != at);
        if for_wish {
            self.wished.remove(&at);
        }
        result
    }

    fn visit_all(&mut self, at: usize, for_wish: bool) -> Result<(), Vec<usize>> {
        for wish in self.wishes[at].clone() {
            let visited = self.visit(wish, true);
            if !self.wished.is_empty() {
                visited?;
            }
        }
        for need in self.needs[at].clone() {
            self.visit(need, for_wish)?;
        }
        self.order.push(at);
        self.done.insert(at);
        Ok(())
    }
}
