//! What a person has to be asked: how old values become new ones, and what the value is where there was none.

use super::{Change, Comparison, Kind, OpId};
use crate::decl::{DeclType, Setting};
use crate::migration::UserInput;
use crate::migration::objects::{Content, Object, Value};
use crate::migration::title::{alone, titled};
use crate::model::Cardinality;

impl Comparison<'_> {
    /// The question that a change of a pointer in the command `op` raises.
    pub(super) fn input_for(
        &mut self,
        op: OpId,
        ours: &Object,
        theirs: &Object,
        change: &Change,
    ) -> Option<UserInput> {
        if !self.asks || !ours.class.is_pointer() || change.is_computed() {
            return None;
        }
        let in_creation = self.around.last().is_none_or(|id| matches!(self.ops.get(*id).kind, Kind::Create));
        if in_creation {
            return None;
        }
        match change.field {
            "required" => self.fill_input(ours, change).map(|input| self.typed(input, ours)),
            "cardinality" => self.conversion_input(op, ours, change),
            "target" => self.cast_input(op, ours, theirs, change),
            _ => None,
        }
    }

    fn typed(&self, input: UserInput, ours: &Object) -> UserInput {
        UserInput { ty: type_name(ours).or(input.ty), ..input }
    }

    /// For a pointer that is to be required.
    pub(super) fn fill_input(&mut self, pointer: &Object, change: &Change) -> Option<UserInput> {
        let flag = |value: &Option<Value>| value.as_ref().and_then(|it| it.content.flag()).unwrap_or(false);
        if !self.asks || change.is_computed() || flag(&change.old) || !flag(&change.new) {
            return None;
        }
        let prompt = format!(
            "Please specify an expression to populate existing objects in order to make {} required",
            self.title_in(pointer)
        );
        let ty = type_name(pointer);
        let input = UserInput { ty, ..UserInput::new(prompt, &pointer.decl.name) };
        Some(self.placed("fill_expr", input))
    }

    /// For a pointer that is to hold one value at most.
    fn conversion_input(&mut self, op: OpId, ours: &Object, change: &Change) -> Option<UserInput> {
        let is_multi = |value: &Option<Value>| {
            let content = value.as_ref().map(|it| &it.content);
            content == Some(&Content::Setting(Setting::Cardinality(Cardinality::Many)))
        };
        let narrows = is_multi(&change.old) && !is_multi(&change.new);
        let computes = ours.field("expr").is_some() || self.ops.change_of(op, "expr").is_some();
        if !narrows || change.is_inherited() || computes {
            return None;
        }
        let title = self.title_in(ours);
        let prompt =
            format!("Please specify an expression in order to convert {title} to 'single' cardinality");
        let ty = type_name(ours);
        let input = UserInput { ty, ..UserInput::new(prompt, &ours.decl.name) };
        Some(self.placed("conv_expr", input))
    }

    /// For a pointer whose values do not become the new type by themselves.
    fn cast_input(&mut self, op: OpId, ours: &Object, theirs: &Object, change: &Change) -> Option<UserInput> {
        let becomes_computed = self.ops.change_of(op, "expr").is_some_and(|change| change.new.is_some());
        if theirs.field("expr").is_some() || becomes_computed {
            return None;
        }
        let new = change.new.as_ref()?.content.ty()?.clone();
        let old = change.old.as_ref().and_then(|it| it.content.ty()).cloned();
        let known = old.as_ref().filter(|ty| self.target.type_of_decl(ty).is_some());
        if known.is_some_and(|old| self.casts(old, &new)) || self.computed_casts(ours, &new) {
            return None;
        }
        let prompt = format!("Please specify a conversion expression to alter the type of {}", alone(ours));
        let input = UserInput {
            old_type: known.map(ToString::to_string),
            new_type: Some(new.to_string()),
            old_is_object: known.map(|ty| self.is_object(ty)),
            new_is_object: Some(self.is_object(&new)),
            ..UserInput::new(prompt, &ours.decl.name)
        };
        Some(self.placed("cast_expr", input))
    }

    fn is_object(&self, ty: &DeclType) -> bool {
        self.target.type_of_decl(ty).is_some_and(|ty| ty.is_object())
    }

    /// Whether values of one type become the other without being told how.
    fn casts(&self, from: &DeclType, to: &DeclType) -> bool {
        let types = (self.target.type_of_decl(from), self.target.type_of_decl(to));
        matches!(types, (Some(from), Some(to)) if self.target.becomes(&from, &to))
    }

    /// Whether what a pointer was computed to be becomes the type that it is to be stored as.
    fn computed_casts(&self, ours: &Object, new: &DeclType) -> bool {
        let inferred = self.current.declared().inferred.get(&ours.decl.id);
        let new = self.current.type_of_decl(new);
        matches!((inferred, new), (Some(was), Some(new)) if self.current.becomes(&was.ty, &new))
    }

    fn title_in(&self, pointer: &Object) -> String {
        let owner = pointer.owner.map(|owner| {
            let in_old = self.old.find(&pointer.name).is_some_and(|it| it.owner == pointer.owner);
            let objects = if in_old { self.old } else { self.new };
            objects.get(owner)
        });
        titled(pointer, owner)
    }

    fn placed(&mut self, name: &'static str, input: UserInput) -> UserInput {
        let count = self.placeholders.entry(name).or_default();
        let placeholder = match *count {
            0 => name.to_owned(),
            count => format!("{name}_{count}"),
        };
        *count += 1;
        UserInput { placeholder, ..input }
    }
}

fn type_name(pointer: &Object) -> Option<String> {
    pointer.field("target")?.content.ty().map(ToString::to_string)
}
