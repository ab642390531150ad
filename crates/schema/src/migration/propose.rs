//! What is proposed for the way from one schema to another.

use diag::Result;
use syntax::Style;
use syntax::ast::{Action, CommandKind, Definition, ObjectKind, Spec};

use super::Proposal;
use super::delta::{Comparison, Guidance};
use super::objects::Objects;
use super::words::Node;
use crate::Schema;
use crate::decl::{Decl, class_title};
use crate::describe::{Form, node as build, shell};

impl Schema {
    /// The steps that lead to `target`, in an order in which they can be taken. After each, what remains is best asked
    /// for anew. `asks`: there is somebody who gives expressions where they are needed.
    ///
    /// # Errors
    /// Where the steps wait for one another.
    pub(crate) fn proposals(
        &self,
        target: &Schema,
        guidance: &Guidance,
        asks: bool,
    ) -> Result<Vec<Proposal>> {
        let (old, new) = (Objects::of(self), Objects::of(target));
        let mut comparison = Comparison::new((self, target), (&old, &new), guidance, asks);
        let ops = comparison.run()?;
        let mut proposals = fresh(self, target, ObjectKind::Extension);
        proposals.extend(fresh(self, target, ObjectKind::Module));
        proposals.extend(ops.into_iter().filter_map(|op| comparison.proposal(op)));
        proposals.extend(gone(self, target, ObjectKind::Module));
        proposals.extend(gone(self, target, ObjectKind::Extension));
        Ok(proposals)
    }
}

impl Comparison<'_> {
    fn proposal(&self, op: usize) -> Option<Proposal> {
        let (def, node) = self.rendered(op)?;
        let text = statement(&def);
        let asked = |input: &super::UserInput| text.contains(&format!("\\({})", input.placeholder));
        let mut inputs = self.inputs(op);
        inputs.retain(asked);
        Some(Proposal {
            confidence: self.ops.get(op).confidence.unwrap_or(1.0),
            prompt: node.prompt(),
            prompt_id: self.prompt_id(op),
            data_safe: self.is_safe(op),
            required_user_input: inputs,
            statements: vec![text],
            node: Some(node),
        })
    }
}

fn statement(def: &Definition) -> String {
    let text = syntax::print_definition(def, Style::DDL);
    // Gel leaves room for the place of the new members.
    let enumerates = match def.commands.as_slice() {
        [command] => matches!(&command.kind, CommandKind::Extending { position: None, .. }),
        _ => false,
    };
    format!("{text}{};", if enumerates { " " } else { "" })
}

/// Extensions and modules that come. They are there before all else.
fn fresh(current: &Schema, target: &Schema, class: ObjectKind) -> Vec<Proposal> {
    let mut decls: Vec<&Decl> =
        target.declared().of_class(class).filter(|decl| !has(current, decl)).collect();
    if class == ObjectKind::Module {
        decls.sort_by(|a, b| a.name.cmp(&b.name));
    }
    let form = Form { schema: target, sdl: false, module: None };
    let create = |decl: &Decl| {
        let mut def = form.definition(decl);
        def.if_not_exists = class == ObjectKind::Module;
        simple(decl, &def, "create", true)
    };
    decls.into_iter().map(create).collect()
}

/// Extensions and modules that go, after all else.
fn gone(current: &Schema, target: &Schema, class: ObjectKind) -> Vec<Proposal> {
    let mut decls: Vec<&Decl> =
        current.declared().of_class(class).filter(|decl| !has(target, decl)).collect();
    if class == ObjectKind::Module {
        decls.sort_by(|a, b| a.name.cmp(&b.name));
    }
    decls.reverse();
    let drop = |decl: &Decl| {
        let mut def = shell(decl, Action::Drop, build::bare_name(&decl.name));
        if class == ObjectKind::Extension {
            def.spec = Spec::Extension { version: None };
        }
        simple(decl, &def, "drop", class == ObjectKind::Module)
    };
    decls.into_iter().map(drop).collect()
}

fn has(schema: &Schema, decl: &Decl) -> bool {
    schema.declared().get(&decl.key()).is_some_and(|other| other.same_as(decl))
}

fn simple(decl: &Decl, def: &Definition, verb: &str, safe: bool) -> Proposal {
    let (word, kind) = match decl.class {
        ObjectKind::Module => ("Module", "MODULE"),
        _ => ("Extension", "EXTENSION"),
    };
    let action = if verb == "create" { "Create" } else { "Delete" };
    Proposal {
        statements: vec![statement(def)],
        confidence: 1.0,
        prompt: format!("did you {verb} {} '{}'?", class_title(decl.class), decl.name),
        prompt_id: format!("{action}{word} {kind} {}", decl.name),
        data_safe: safe,
        required_user_input: Vec::new(),
        node: None,
    }
}

impl Proposal {
    /// Notes that it was turned down.
    pub(crate) fn turn_down(&self, guidance: &mut Guidance) {
        if let Some(node) = &self.node {
            Node::turned_down(node, guidance);
        }
    }
}

/// The commands that create all of a schema's declarations but its modules and extensions.
pub(crate) fn creating_commands(schema: &Schema) -> Result<Vec<Definition>> {
    let empty = Schema::empty();
    let (old, new) = (Objects::default(), Objects::of(schema));
    let guidance = Guidance::default();
    let mut comparison = Comparison::new((&empty, schema), (&old, &new), &guidance, false);
    let ops = comparison.run()?;
    Ok(ops.into_iter().filter_map(|op| comparison.rendered(op)).map(|(def, _)| def).collect())
}
