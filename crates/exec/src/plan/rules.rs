//! Lowering data modification and the rules of types.

use std::collections::HashMap;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use ir::{AssignmentOp, ConstraintKind, RuleBook, VarId};
use value::Uuid;

use crate::plan::change::*;
use crate::plan::node::Node;
use crate::plan::planner::{Planner, mark_fetch};
use crate::plan::walk::modifies;

impl Planner<'_> {
    pub(crate) fn rules(&mut self, book: &RuleBook) -> Result<Rules> {
        let mut triggers = Vec::new();
        let mut places = HashMap::new();
        let mut types = Vec::with_capacity(book.types.len());
        for rules in book.types.values() {
            let own = rules.triggers.iter().map(|trigger| self.trigger(trigger, &mut triggers, &mut places));
            let own = own.collect::<Result<_>>()?;
            types.push(self.type_rules(rules, own)?);
        }
        Ok(Rules { types, by_id: self.rule_types.clone(), triggers })
    }

    /// Lowers a trigger once, however many types inherit it.
    fn trigger(
        &mut self,
        trigger: &ir::Trigger,
        triggers: &mut Vec<Trigger>,
        places: &mut HashMap<Uuid, usize>,
    ) -> Result<usize> {
        if let Some(place) = places.get(&trigger.id) {
            return Ok(*place);
        }
        let lowered = self.isolated(|planner| {
            let (new, old) = (planner.bind(trigger.new), planner.bind(trigger.old));
            Ok(Trigger {
                on: trigger.on.clone(),
                for_all: trigger.for_all,
                new,
                old,
                when: trigger.when.as_ref().map(|when| planner.lower(when)).transpose()?,
                body: planner.lower(&trigger.body)?,
            })
        })?;
        places.insert(trigger.id, triggers.len());
        triggers.push(lowered);
        Ok(triggers.len() - 1)
    }

    fn type_rules(&mut self, rules: &ir::TypeRules, triggers: Vec<usize>) -> Result<TypeRules> {
        let pointers: Vec<_> = rules.pointers.iter().map(|pointer| self.stored_pointer(pointer)).collect();
        let place = |name: &Arc<str>| pointers.iter().position(|pointer| pointer.label == *name);
        let delete_targets =
            rules.delete_targets.iter().filter_map(|(name, orphan)| Some((place(name)?, *orphan))).collect();
        let (checks, exclusives) = self.constraints(&rules.constraints, &pointers)?;
        Ok(TypeRules {
            ty: self.type_ref(rules.type_id),
            name: rules.name.clone(),
            pointers,
            checks,
            exclusives,
            rewrites: rules.rewrites.iter().map(|rewrite| self.rewrite(rewrite)).collect::<Result<_>>()?,
            triggers,
            policies: rules.policies.iter().map(|policy| self.policy(policy)).collect::<Result<_>>()?,
            incoming: rules.incoming.iter().map(|link| self.incoming(link)).collect(),
            delete_targets,
        })
    }

    fn stored_pointer(&self, pointer: &ir::StoredPointer) -> Pointer {
        let required = pointer.link_properties.iter().filter(|property| property.required);
        Pointer {
            required_properties: required.map(|it| (self.name(&it.name), it.name.clone())).collect(),
            name: self.name(&pointer.name),
            label: pointer.name.clone(),
            is_link: pointer.is_link,
            is_multi: pointer.is_multi,
            apart: pointer.is_multi || !pointer.link_properties.is_empty(),
            required: pointer.required,
            title: pointer.title.clone(),
        }
    }

    fn constraints(
        &mut self,
        all: &[ir::Constraint],
        pointers: &[Pointer],
    ) -> Result<(Vec<Constraint>, Vec<Exclusive>)> {
        let (mut checks, mut exclusives) = (Vec::new(), Vec::new());
        for constraint in all {
            let lowered = self.constraint(constraint)?;
            match &constraint.kind {
                ConstraintKind::Check(_) => checks.push(lowered),
                ConstraintKind::Exclusive { index, shared_details, .. } => {
                    let mut over =
                        pointers.iter().filter(|pointer| lowered.pointers.contains(&pointer.label));
                    let apart = over.any(|pointer| pointer.apart);
                    let (id, index) = (*index, self.index(*index));
                    let shared_details = shared_details.clone();
                    exclusives.push(Exclusive { apart, id, index, constraint: lowered, shared_details });
                }
            }
        }
        Ok((checks, exclusives))
    }

    fn constraint(&mut self, constraint: &ir::Constraint) -> Result<Constraint> {
        let (ConstraintKind::Check(value) | ConstraintKind::Exclusive { keys: value, .. }) = &constraint.kind;
        self.isolated(|planner| {
            Ok(Constraint {
                subject: planner.bind(constraint.subject),
                value: planner.lower(value)?,
                except: constraint.except.as_ref().map(|except| planner.lower(except)).transpose()?,
                message: constraint.message.clone(),
                details: constraint.details.clone(),
                pointers: constraint.pointers.clone(),
            })
        })
    }

    fn rewrite(&mut self, rewrite: &ir::Rewrite) -> Result<Rewrite> {
        self.isolated(|planner| {
            Ok(Rewrite {
                on: rewrite.on,
                subject: planner.bind(rewrite.subject),
                old: planner.bind(rewrite.old),
                specified: planner.bind(rewrite.specified),
                specified_names: rewrite.specified_names.clone(),
                assignment: Assignment {
                    pointer: rewrite.pointer.clone(),
                    op: AssignmentOp::Set,
                    modifies: modifies(&rewrite.value),
                    value: planner.lower(&rewrite.value)?,
                    link_properties: Vec::new(),
                    link_defaults: Vec::new(),
                },
            })
        })
    }

    fn policy(&mut self, policy: &ir::AccessPolicy) -> Result<Policy> {
        self.isolated(|planner| {
            Ok(Policy {
                allow: policy.allow,
                select: policy.select,
                insert: policy.insert,
                update_read: policy.update_read,
                update_write: policy.update_write,
                delete: policy.delete,
                subject: planner.bind(policy.subject),
                condition: planner.lower(&policy.condition)?,
                message: policy.message.clone(),
            })
        })
    }

    fn incoming(&mut self, link: &ir::IncomingLink) -> Incoming {
        let (ids, source_names): (Vec<_>, Vec<_>) = link.sources.iter().cloned().unzip();
        Incoming {
            name: self.name(&link.link),
            label: link.link.clone(),
            sources: self.labelled_types(&ids, link.link.clone()),
            source_names,
            on_target_delete: link.on_target_delete,
        }
    }

    pub(crate) fn insert(&mut self, insert: &ir::Insert) -> Result<Node> {
        self.writes = true;
        let (ids, others): (Vec<_>, Vec<_>) = insert
            .assignments
            .iter()
            .partition(|assignment| !assignment.is_link && *assignment.pointer == *"id");
        Ok(Node::Insert(Box::new(Insert {
            part: self.part(),
            ty: self.rule_type(insert.type_id)?,
            id: ids.first().map(|assignment| self.lower(&assignment.value)).transpose()?,
            assignments: others
                .into_iter()
                .map(|assignment| self.assignment(assignment))
                .collect::<Result<_>>()?,
            specified: insert.specified.clone(),
            conflict: insert.conflict.as_ref().map(|conflict| self.conflict(conflict)).transpose()?,
        })))
    }

    fn conflict(&mut self, conflict: &ir::Conflict) -> Result<Conflict> {
        let otherwise = match &conflict.otherwise {
            Some((var, expr)) => {
                let slot = self.bind(*var);
                Some((slot, self.lower(expr)?))
            }
            None => None,
        };
        Ok(Conflict { on: conflict.on.clone(), otherwise })
    }

    pub(crate) fn update(&mut self, update: &ir::Update) -> Result<Node> {
        self.writes = true;
        let subject = mark_fetch(self.lower(&update.subject)?);
        let slot = self.bind(update.var);
        let assignments = &update.assignments;
        Ok(Node::Update(Box::new(Update {
            part: self.part(),
            subject,
            types: update.types.iter().filter_map(|id| self.rule_types.get(id).copied()).collect(),
            slot,
            specified: assignments.iter().map(|assignment| assignment.pointer.clone()).collect(),
            assignments: assignments
                .iter()
                .map(|assignment| self.assignment(assignment))
                .collect::<Result<_>>()?,
        })))
    }

    pub(crate) fn delete(&mut self, delete: &ir::Delete) -> Result<Node> {
        self.writes = true;
        let types = delete.types.iter().filter_map(|id| self.rule_types.get(id).copied()).collect();
        Ok(Node::Delete(Box::new(Delete { part: self.part(), subject: self.lower(&delete.subject)?, types })))
    }

    /// An assignment to an object that `subject` is bound to.
    pub(crate) fn fill(&mut self, subject: VarId, assignment: &ir::Assignment) -> Result<Fill> {
        let slot = self.bind(subject);
        Ok(Fill { slot, assignment: self.assignment(assignment)? })
    }

    fn assignment(&mut self, assignment: &ir::Assignment) -> Result<Assignment> {
        let properties =
            assignment.link_properties.iter().map(|property| (self.name(&property.name), property.field));
        let link_properties = properties.collect();
        let default = |(name, value): &(Arc<str>, ir::Expr)| Ok((self.name(name), self.lower(value)?));
        let link_defaults = assignment.link_defaults.iter().map(default).collect::<Result<_>>()?;
        Ok(Assignment {
            pointer: assignment.pointer.clone(),
            op: assignment.op,
            modifies: modifies(&assignment.value),
            value: self.lower(&assignment.value)?,
            link_properties,
            link_defaults,
        })
    }

    fn rule_type(&self, id: Uuid) -> Result<TypeIndex> {
        let missing =
            || Diagnostic::new(ErrorCode::INTERNAL_SERVER, format!("the rules of type {id} are missing"));
        self.rule_types.get(&id).copied().ok_or_else(missing)
    }
}
