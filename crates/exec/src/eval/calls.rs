//! Calls of standard functions and operators.

use diag::Result;
use ir::ArgumentMode;
use smallvec::SmallVec;
use value::Value;

use super::{Run, Set};
use crate::plan::node::{Argument, Call};
use crate::std::{Arg, Body};

impl<'a> Run<'a> {
    pub(super) fn call(&mut self, call: &'a Call) -> Result<Set> {
        let result = if call.single { self.call_once(call) } else { self.call_many(call) };
        result.map_err(|error| error.at_if_unknown(call.span))
    }

    /// All arguments are single: at most one call, and nothing to combine.
    fn call_once(&mut self, call: &'a Call) -> Result<Set> {
        let mut arguments = SmallVec::<[Option<Value>; 3]>::new();
        let mut missing = false;
        for argument in &call.arguments {
            let value = self.one(&argument.value)?;
            missing |= value.is_none() && argument.mode == ArgumentMode::Singleton;
            if missing && !call.modifies {
                return Ok(Set::Empty);
            }
            arguments.push(value);
        }
        if missing {
            return Ok(Set::Empty);
        }
        self.apply(call, arguments)
    }

    fn apply(&mut self, call: &'a Call, arguments: SmallVec<[Option<Value>; 3]>) -> Result<Set> {
        match call.body {
            Body::Pure(body) => {
                let arguments: SmallVec<[Value; 3]> = arguments.into_iter().flatten().collect();
                body(&arguments).map(Set::One)
            }
            Body::Optional(body) => Ok(body(&self.std_context(), &arguments)?.into()),
            Body::Set(body) => {
                let arg = |(argument, value): (&Argument, Option<Value>)| match (argument.mode, value) {
                    (ArgumentMode::Singleton, Some(value)) => Arg::One(value),
                    (_, value) => Arg::Optional(value),
                };
                let mut args: Vec<Arg> = call.arguments.iter().zip(arguments).map(arg).collect();
                Ok(body(&self.std_context(), &mut args)?.into())
            }
        }
    }

    /// One call for each combination of the arguments that are not taken as sets.
    fn call_many(&mut self, call: &'a Call) -> Result<Set> {
        let mut sets = SmallVec::<[Set; 3]>::new();
        for argument in &call.arguments {
            let set = self.eval(&argument.value)?;
            if set.is_empty() && argument.mode == ArgumentMode::Singleton && !call.modifies {
                return Ok(Set::Empty);
            }
            sets.push(set);
        }
        let mut result = Set::Empty;
        self.combinations(call, &sets, &mut SmallVec::new(), &mut result)?;
        Ok(result)
    }

    fn combinations(
        &mut self,
        call: &'a Call,
        sets: &[Set],
        chosen: &mut SmallVec<[Arg; 3]>,
        result: &mut Set,
    ) -> Result<()> {
        let Some(set) = sets.get(chosen.len()) else { return self.combination(call, chosen, result) };
        let mode = call.arguments.get(chosen.len()).map_or(ArgumentMode::Singleton, |argument| argument.mode);
        let mut go_on = |run: &mut Self, arg: Arg| {
            chosen.push(arg);
            let done = run.combinations(call, sets, chosen, result);
            chosen.pop();
            done
        };
        match mode {
            ArgumentMode::SetOf => go_on(self, Arg::Set(set.clone().into_vec())),
            ArgumentMode::Optional if set.is_empty() => go_on(self, Arg::Optional(None)),
            ArgumentMode::Optional => {
                set.as_slice().iter().try_for_each(|value| go_on(self, Arg::Optional(Some(value.clone()))))
            }
            ArgumentMode::Singleton => {
                set.as_slice().iter().try_for_each(|value| go_on(self, Arg::One(value.clone())))
            }
        }
    }

    fn combination(&mut self, call: &'a Call, chosen: &[Arg], result: &mut Set) -> Result<()> {
        self.budget.step()?;
        let single = |arg: &Arg| match arg {
            Arg::One(value) => Some(value.clone()),
            Arg::Optional(value) => value.clone(),
            Arg::Set(values) => values.first().cloned(),
        };
        match call.body {
            Body::Pure(body) => {
                let arguments: SmallVec<[Value; 3]> = chosen.iter().filter_map(single).collect();
                result.push(body(&arguments)?);
            }
            Body::Optional(body) => {
                let arguments: SmallVec<[Option<Value>; 3]> = chosen.iter().map(single).collect();
                body(&self.std_context(), &arguments)?.into_iter().for_each(|value| result.push(value));
            }
            Body::Set(body) => {
                let values = body(&self.std_context(), &mut chosen.to_vec())?;
                values.into_iter().for_each(|value| result.push(value));
            }
        }
        self.budget.size(result.len())
    }
}
