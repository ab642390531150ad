//! FOR, FILTER and OFFSET / LIMIT.

use diag::{Diagnostic, ErrorCode, Result};
use value::Value;

use super::{Flow, Run, Set, Sink};
use crate::plan::node::{Filter, Node, Slice, Slot};

impl<'a> Run<'a> {
    pub(super) fn each_of(
        &mut self,
        slot: Slot,
        iterator: &'a Node,
        body: &'a Node,
        optional: bool,
        sink: &mut Sink<'_, 'a>,
    ) -> Result<Flow> {
        let mut empty = true;
        let flow = self.each(iterator, &mut |run, value| {
            empty = false;
            run.budget.step()?;
            run.with(slot, value, |run| run.each(body, sink))
        })?;
        if empty && optional {
            return self.with_set(slot, Set::Empty, |run| run.each(body, sink));
        }
        Ok(flow)
    }

    pub(super) fn filtered(&mut self, filter: &'a Filter, value: Value) -> Result<Set> {
        let holds = self.with(filter.slot, value.clone(), |run| run.all_hold(&filter.conditions))?;
        Ok(Some(value).filter(|_| holds).into())
    }

    fn all_hold(&mut self, conditions: &'a [Node]) -> Result<bool> {
        for condition in conditions {
            if !self.holds(condition)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether any element is true.
    pub(crate) fn holds(&mut self, condition: &'a Node) -> Result<bool> {
        Ok(self.eval(condition)?.as_slice().iter().any(|value| matches!(value, Value::Bool(true))))
    }

    pub(super) fn slice(&mut self, slice: &'a Slice, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        let mut skip = self.bound(slice.offset.as_ref(), "OFFSET")?.unwrap_or(0);
        let mut left = self.bound(slice.limit.as_ref(), "LIMIT")?.unwrap_or(u64::MAX);
        if left == 0 && !slice.modifies {
            return Ok(Flow::Continue(()));
        }
        let mut stopped = false;
        let mut take = |run: &mut Self, value: Value| {
            if skip > 0 {
                skip -= 1;
                return Ok(Flow::Continue(()));
            }
            if left > 0 {
                left -= 1;
                stopped = sink(run, value)?.is_break();
            }
            Ok(if stopped || left == 0 { Flow::Break(()) } else { Flow::Continue(()) })
        };
        if slice.modifies {
            let all = self.eval(&slice.source)?;
            let _ = self.feed(all, &mut take)?;
        } else {
            let _ = self.each(&slice.source, &mut take)?;
        }
        Ok(if stopped { Flow::Break(()) } else { Flow::Continue(()) })
    }

    fn bound(&mut self, node: Option<&'a Node>, clause: &str) -> Result<Option<u64>> {
        let Some(node) = node else { return Ok(None) };
        let Some(value) = self.one(node)? else { return Ok(None) };
        let number = match value {
            Value::Int64(number) => number,
            Value::Int32(number) => i64::from(number),
            Value::Int16(number) => i64::from(number),
            _ => 0,
        };
        let negative =
            |_| Diagnostic::new(ErrorCode::INVALID_VALUE, format!("{clause} must not be negative"));
        u64::try_from(number).map(Some).map_err(negative)
    }
}
