//! The order in which declarations can be resolved: bases before what extends them.

use std::collections::HashMap;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::ObjectKind;

use super::located;
use crate::decl::{Decl, Declared, verbose_name};

/// Types deeper than this under one another are refused.
const MAX_DEPTH: usize = 200;

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waiting,
    Done,
}

/// Declarations of a class, bases first; declarations of which `wanted` says no are left out.
pub(super) fn bases_first(
    declared: &Declared,
    class: ObjectKind,
    wanted: impl Fn(&Decl) -> bool,
) -> Result<Vec<&Decl>> {
    let by_name: HashMap<&str, &Decl> =
        declared.of_class(class).filter(|decl| wanted(decl)).map(|decl| (&*decl.name, decl)).collect();
    let mut order = Order { by_name, states: HashMap::new(), path: Vec::new(), ordered: Vec::new() };
    for decl in declared.of_class(class).filter(|decl| wanted(decl)) {
        order.visit(decl)?;
    }
    Ok(order.ordered)
}

struct Order<'a> {
    by_name: HashMap<&'a str, &'a Decl>,
    states: HashMap<Arc<str>, State>,
    path: Vec<&'a Decl>,
    ordered: Vec<&'a Decl>,
}

impl<'a> Order<'a> {
    fn visit(&mut self, decl: &'a Decl) -> Result<()> {
        match self.states.get(&decl.name) {
            Some(State::Done) => return Ok(()),
            Some(State::Waiting) => return Err(self.cycle(decl)),
            None => {}
        }
        if self.path.len() > MAX_DEPTH {
            let message = format!("{} has too many ancestors", verbose_name(decl, None));
            return Err(located(Diagnostic::new(ErrorCode::SCHEMA, message), decl.span));
        }
        self.states.insert(decl.name.clone(), State::Waiting);
        self.path.push(decl);
        for base in decl.bases() {
            if let Some(base) = self.by_name.get(&**base).copied() {
                self.visit(base)?;
            }
        }
        self.path.pop();
        self.states.insert(decl.name.clone(), State::Done);
        self.ordered.push(decl);
        Ok(())
    }

    fn cycle(&self, decl: &Decl) -> Diagnostic {
        let from = self.path.iter().position(|it| it.name == decl.name).unwrap_or(0);
        let names: Vec<String> = self.path.iter().skip(from).map(|it| verbose_name(it, None)).collect();
        let message = match names.as_slice() {
            [one] => format!("{one} cannot extend itself"),
            many => format!("definition dependency cycle between {}", many.join(" and ")),
        };
        located(Diagnostic::new(ErrorCode::INVALID_DEFINITION, message), decl.span)
    }
}
