//! Triggers: what runs after a statement, in rounds, because triggers may set off others.

use diag::{Diagnostic, ErrorCode, Result};
use ir::Operation;
use value::{State, Value};

use super::{Event, Events, Outcome};
use crate::eval::{Run, Set};
use crate::limits::MAX_TRIGGER_ROUNDS;
use crate::plan::change::Trigger;

impl<'a> Run<'a> {
    /// Ends a statement: runs its triggers, then enforces the link policies of what was deleted.
    pub(crate) fn finish(&mut self) -> Result<Outcome> {
        let mut rounds = 0;
        loop {
            let events = std::mem::take(&mut self.changes.events);
            let triggers = self.triggers_of(&events);
            if triggers.is_empty() {
                break;
            }
            rounds += 1;
            if rounds > MAX_TRIGGER_ROUNDS {
                return Err(Diagnostic::new(ErrorCode::QUERY, "triggers set off each other without an end"));
            }
            self.store.advance();
            self.forget_kept();
            self.changes.touched.clear();
            triggers.into_iter().try_for_each(|place| self.fire(place, &events))?;
        }
        self.enforce_link_policies()
    }

    /// Places of the triggers that these events set off, in the order of their declaration.
    fn triggers_of(&self, events: &Events) -> Vec<usize> {
        let rules = &self.plan.rules;
        let happened = events.objects.iter().map(|event| (event.ty, event.operation));
        let happened: Vec<_> = happened.chain(events.attempts.iter().copied()).collect();
        let fires = |place: &usize| {
            let trigger = rules.triggers.get(*place);
            let on = |(ty, operation): &(usize, Operation)| {
                let declared = rules.types.get(*ty).is_some_and(|rules| rules.triggers.contains(place));
                declared && trigger.is_some_and(|trigger| trigger.on.contains(operation))
            };
            happened.iter().any(on)
        };
        (0..rules.triggers.len()).filter(fires).collect()
    }

    fn fire(&mut self, place: usize, events: &Events) -> Result<()> {
        let plan = self.plan;
        let Some(trigger) = plan.rules.triggers.get(place) else { return Ok(()) };
        let concerned = |event: &&Event| {
            let declared =
                plan.rules.types.get(event.ty).is_some_and(|rules| rules.triggers.contains(&place));
            declared && trigger.on.contains(&event.operation)
        };
        let events: Vec<Event> = events.objects.iter().filter(concerned).copied().collect();
        if trigger.for_all {
            let new = self.seen(&events, State::Base)?;
            let old = self.seen(&events, State::Old)?;
            return self.fire_once(trigger, new, old);
        }
        events.iter().try_for_each(|event| {
            let event = std::slice::from_ref(event);
            let (new, old) = (self.seen(event, State::Base)?, self.seen(event, State::Old)?);
            self.fire_once(trigger, new, old)
        })
    }

    /// The objects of some events as they are after (`Base`) or were before (`Old`) the statement.
    fn seen(&self, events: &[Event], state: State) -> Result<Set> {
        let absent = if state == State::Base { Operation::Delete } else { Operation::Insert };
        let objects = events
            .iter()
            .filter(|event| event.operation != absent)
            .map(|event| Ok(self.object(event.id, self.rules(event.ty)?.ty.id, state, None)));
        Ok(Set::from(objects.collect::<Result<Vec<Value>>>()?).shared())
    }

    fn fire_once(&mut self, trigger: &'a Trigger, new: Set, old: Set) -> Result<()> {
        self.with_set(trigger.new, new, |run| {
            run.with_set(trigger.old, old, |run| {
                if let Some(when) = &trigger.when
                    && !run.holds(when)?
                {
                    return Ok(());
                }
                run.eval(&trigger.body).map(drop)
            })
        })
    }
}
