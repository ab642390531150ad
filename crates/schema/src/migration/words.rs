//! What is said about a proposal: the question, how sure it is, whether data can be lost.

use super::UserInput;
use super::delta::{Change, Comparison, Kind, Op, OpId};
use super::objects::{Class, Content, FullName, Object, Objects};
use super::title::{id_words, titled};
use crate::decl::Setting;
use crate::model::Cardinality;

/// What is done, as prompts put it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Create,
    Alter,
    Drop,
    Rename,
    Rebase,
    Require(bool),
    Convert(Cardinality),
    Retype,
    Own(bool),
}

/// A command as the question about it sees it.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    verb: Verb,
    class: Class,
    name: FullName,
    new_name: Option<FullName>,
    words: String,
    inner: Vec<Node>,
}

impl Node {
    pub(crate) fn whole(object: &Object, objects: &Objects, verb: Verb, inner: Vec<Node>) -> Node {
        let title = titled(object, object.owner.map(|owner| objects.get(owner)));
        let words = match verb {
            Verb::Create => format!("create {title}"),
            Verb::Drop => format!("drop {title}"),
            _ => format!("alter {title}"),
        };
        Node { verb, class: object.class, name: object.name.clone(), new_name: None, words, inner }
    }

    pub(crate) fn rename(object: &Object, objects: &Objects, to: &Object) -> Node {
        let title = titled(object, object.owner.map(|owner| objects.get(owner)));
        Node {
            verb: Verb::Rename,
            class: object.class,
            name: object.name.clone(),
            new_name: Some(to.name.clone()),
            words: format!("rename {title} to '{}'", to.decl.name),
            inner: Vec::new(),
        }
    }

    pub(crate) fn field(object: &Object, objects: &Objects, change: &Change) -> Node {
        let title = titled(object, object.owner.map(|owner| objects.get(owner)));
        let content = change.new.as_ref().filter(|it| !it.inherited).map(|it| &it.content);
        let flag = content.and_then(Content::flag).unwrap_or(false);
        let (verb, words) = match change.field {
            "required" => {
                let words = if flag { "required" } else { "optional" };
                (Verb::Require(flag), format!("make {title} {words}"))
            }
            "cardinality" => {
                let many = content == Some(&Content::Setting(Setting::Cardinality(Cardinality::Many)));
                let (cardinality, words) =
                    if many { (Cardinality::Many, "multi") } else { (Cardinality::One, "single") };
                (Verb::Convert(cardinality), format!("convert {title} to '{words}' cardinality"))
            }
            "target" => (Verb::Retype, format!("alter the type of {title}")),
            _ => (Verb::Own(flag), format!("alter the owned of {title}")),
        };
        let (class, name) = (object.class, object.name.clone());
        Node { verb, class, name, new_name: None, words, inner: Vec::new() }
    }

    /// The innermost command that is alone in all that it stands in. What is created is not looked into.
    fn innermost(&self) -> &Node {
        let mut node = self;
        while let (Verb::Alter | Verb::Drop, [only]) = (node.verb, node.inner.as_slice()) {
            node = only;
        }
        match node.inner.as_slice() {
            // A global that changes its type loses its default on the way.
            inner if node.class == Class::Global => {
                inner.iter().find(|inner| inner.verb == Verb::Retype).unwrap_or(node)
            }
            _ => node,
        }
    }

    /// "did you create object type 'default::User'?"
    pub(crate) fn prompt(&self) -> String {
        format!("did you {}?", self.innermost().words)
    }

    /// What is turned down where this is.
    pub(crate) fn turned_down(&self, guidance: &mut super::delta::Guidance) {
        let node = self.innermost();
        let (class, name) = (node.class, node.name.clone());
        match node.verb {
            Verb::Create => _ = guidance.creations.insert((class, name)),
            Verb::Drop => _ = guidance.deletions.insert((class, name)),
            _ => {
                let to = node.new_name.clone().unwrap_or(name.clone());
                guidance.alterations.insert((class, name, to));
            }
        }
    }
}

impl Comparison<'_> {
    /// Tells proposals apart: `CreateLink LINK default::__|host@default|Event`.
    pub(crate) fn prompt_id(&self, id: OpId) -> String {
        let mut op = self.ops.get(id);
        while !op.creates && op.is_whole() {
            let inner: Vec<OpId> = op.subs.iter().copied().filter(|sub| self.is_about_object(*sub)).collect();
            match inner.as_slice() {
                [only] => op = self.ops.get(*only),
                _ => break,
            }
        }
        if let Some(id) = self.parameter_id(op) {
            return id;
        }
        let (word, kind) = id_words(op.class);
        let verb = match &op.kind {
            _ if op.creates => format!("Create{word}"),
            Kind::Create => format!("Create{word}"),
            Kind::Delete => format!("Delete{word}"),
            Kind::Rename(_) => format!("Rename{word}"),
            Kind::Rebase { .. } => format!("Rebase{word}"),
            Kind::Special(change) => match change.field {
                "required" => format!("Alter{word}LowerCardinality"),
                "cardinality" => format!("Alter{word}UpperCardinality"),
                "target" => format!("Set{word}Type"),
                _ => format!("Alter{word}Owned"),
            },
            _ => format!("Alter{word}"),
        };
        match &op.new_name {
            Some(to) => format!("{verb} {kind} {} TO {to}", op.name),
            None => format!("{verb} {kind} {}", op.name),
        }
    }

    /// A function with one parameter goes by that.
    fn parameter_id(&self, op: &Op) -> Option<String> {
        let object = self.old.find(&op.name).filter(|_| matches!(op.kind, Kind::Delete))?;
        match object.decl.params() {
            [param] if object.class == Class::Function && object.children.is_empty() => {
                let function = super::objects::mangled(&object.name.to_string());
                Some(format!("DeleteParameter PARAMETER {}::{}@{function}", object.name.module, param.name))
            }
            _ => None,
        }
    }

    fn is_about_object(&self, id: OpId) -> bool {
        !matches!(self.ops.get(id).kind, Kind::Field(_))
    }

    /// Whether no data can be lost.
    pub(crate) fn is_safe(&self, id: OpId) -> bool {
        let op = self.ops.get(id);
        let keeps_data = matches!(op.class, Class::ObjectType | Class::Link | Class::Property);
        let inner_safe = || op.subs.iter().all(|sub| self.is_safe(*sub));
        match &op.kind {
            Kind::Create | Kind::Rename(_) | Kind::Field(_) => true,
            Kind::Delete => !keeps_data,
            Kind::Special(change) if keeps_data => is_safe_change(change),
            Kind::Special(_) => true,
            Kind::Alter => {
                let becomes_computed = op.class.is_pointer()
                    && self
                        .ops
                        .change_of(id, "expr")
                        .is_some_and(|change| change.old.is_none() && change.new.is_some());
                (!keeps_data || inner_safe()) && !becomes_computed
            }
            Kind::Root | Kind::Rebase { .. } => inner_safe(),
        }
    }

    /// What a person is asked, in the order of the commands.
    pub(crate) fn inputs(&self, id: OpId) -> Vec<UserInput> {
        let op = self.ops.get(id);
        let own = op.change().and_then(|change| change.input.clone());
        own.into_iter().chain(op.subs.iter().flat_map(|sub| self.inputs(*sub))).collect()
    }
}

fn is_safe_change(change: &Change) -> bool {
    let cardinality = |many: Cardinality| Content::Setting(Setting::Cardinality(many));
    let is = |value: &Option<super::objects::Value>, many: Cardinality| {
        value.as_ref().is_some_and(|it| it.content == cardinality(many))
    };
    match change.field {
        "target" => change.is_computed(),
        "cardinality" => {
            change.is_computed() || !(is(&change.old, Cardinality::Many) && is(&change.new, Cardinality::One))
        }
        _ => true,
    }
}
