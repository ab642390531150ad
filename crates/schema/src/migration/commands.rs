//! The commands that turn one declaration into another.

use std::sync::Arc;

use syntax::ast::{
    Action, Command, CommandKind, Definition, DeleteSide, Expr, ExprKind, FunctionBody, ObjectKind,
    PointerSpec, PolicyAction, Position, Spec,
};

use super::similarity::{RENAMED, similarity};
use super::title::friendly;
use super::{Difference, UserInput};
use crate::decl::{Decl, DeclType, Field, Setting};
use crate::describe::{Form, field_command, node as build, shell, spec};
use crate::model::Cardinality;
use crate::{Expression, TypeRef};

/// A change inside a declaration.
pub(super) struct Change {
    pub(super) command: Command,
    /// What is changed, for prompts: the declarations around it and itself, outermost first.
    pub(super) subject: Vec<Decl>,
    pub(super) verb: Verb,
    /// Data is lost.
    pub(super) unsafe_: bool,
    pub(super) inputs: Vec<UserInput>,
}

/// What is done, as prompts put it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verb {
    Create,
    Alter,
    Drop,
    Rename(Arc<str>),
    SetRequired(bool),
    SetCardinality(Cardinality),
    SetType,
    Rebase,
}

impl Difference<'_> {
    fn old_form(&self) -> Form<'_> {
        Form { schema: self.current, sdl: false, module: None }
    }

    fn new_form(&self) -> Form<'_> {
        Form { schema: self.target, sdl: false, module: None }
    }

    /// The definition that alters `old`, with these commands in it.
    pub(super) fn altering(&self, old: &Decl, around: &[&Decl], commands: Vec<Command>) -> Definition {
        let mut def = shell(old, Action::Alter, self.old_form().name(old, around));
        def.is_abstract =
            old.is(Field::Abstract) && !matches!(old.class, ObjectKind::Type | ObjectKind::ScalarType);
        def.spec = reference_spec(old);
        def.commands = commands;
        def
    }

    pub(super) fn dropping(&self, old: &Decl, around: &[&Decl]) -> Definition {
        let mut def = shell(old, Action::Drop, self.old_form().name(old, around));
        def.is_abstract =
            old.is(Field::Abstract) && !matches!(old.class, ObjectKind::Type | ObjectKind::ScalarType);
        def.spec = reference_spec(old);
        def
    }

    /// All changes from `old` to `new`, which have one name. What others may need comes first.
    pub(super) fn changes(&mut self, old: &Decl, new: &Decl, around: &[&Decl]) -> Vec<Change> {
        let mut changes = self.dropped_children(old, new, around);
        changes.extend(self.field_changes(old, new, around));
        changes.extend(self.kept_children(old, new, around));
        changes.sort_by_key(|change| place(change, old, new));
        changes
    }

    // -- children -----------------------------------------------------------------

    fn dropped_children(&mut self, old: &Decl, new: &Decl, around: &[&Decl]) -> Vec<Change> {
        let mut path = around.to_vec();
        path.push(old);
        let gone = old.children.iter().filter(|child| {
            new.child(&child.key()).is_none_or(|twin| self.must_replace(child, twin))
                && self.renamed_child(old, new, child).is_none()
        });
        let mut gone: Vec<&Decl> = gone.collect();
        // What may use a pointer goes before it.
        gone.sort_by_key(|child| (child.is_pointer(), child.key()));
        gone.into_iter().map(|child| self.drop_child(child, &path)).collect()
    }

    fn drop_child(&self, child: &Decl, path: &[&Decl]) -> Change {
        let inherited = self.new_form().is_overloaded_in(child, path);
        if inherited {
            let commands = disown(child);
            let def = self.altering(child, path, commands);
            return change(def, path, child, Verb::Alter, false);
        }
        let stored = child.is_pointer() && child.expr(Field::Computed).is_none();
        change(self.dropping(child, path), path, child, Verb::Drop, stored || child.is_pointer())
    }

    fn kept_children(&mut self, old: &Decl, new: &Decl, around: &[&Decl]) -> Vec<Change> {
        let mut path = around.to_vec();
        path.push(old);
        let mut new_path = around.to_vec();
        new_path.push(new);
        let mut changes = Vec::new();
        for child in crate::describe::ordered(new, false) {
            if let Some(was) = self.renamed_from(old, new, child) {
                let was = was.clone();
                changes.push(self.rename_child(&was, child, &path));
                continue;
            }
            match old.child(&child.key()).filter(|was| !self.must_replace(was, child)) {
                Some(was) if was.same_as(child) => {}
                Some(was) => changes.extend(self.alter_child(&was.clone(), child, &path)),
                None => changes.push(self.create_child(child, &path, &new_path)),
            }
        }
        changes
    }

    fn alter_child(&mut self, was: &Decl, is: &Decl, path: &[&Decl]) -> Option<Change> {
        if was.class == ObjectKind::AnnotationValue {
            let mut def = self.altering(was, path, Vec::new());
            def.spec = spec(is);
            return Some(change(def, path, was, Verb::Alter, false));
        }
        let inner = self.changes(was, is, path);
        if inner.is_empty() {
            return None;
        }
        Some(self.wrap(was, path, inner))
    }

    /// Puts changes inside a declaration into one that alters it. A single one keeps its own words.
    pub(super) fn wrap(&self, was: &Decl, path: &[&Decl], mut inner: Vec<Change>) -> Change {
        let commands = inner.iter().map(|change| change.command.clone()).collect();
        let unsafe_ = inner.iter().any(|change| change.unsafe_);
        let inputs = inner.iter_mut().flat_map(|change| std::mem::take(&mut change.inputs)).collect();
        let def = self.altering(was, path, commands);
        let mut whole = change(def, path, was, Verb::Alter, unsafe_);
        whole.inputs = inputs;
        let of_all = match inner.as_slice() {
            [only] => Some(only),
            // A global that changes its type loses its default on the way.
            several => several.iter().find(|it| it.verb == Verb::SetType && was.class == ObjectKind::Global),
        };
        if let Some(of_all) = of_all {
            whole.subject = of_all.subject.clone();
            whole.verb = of_all.verb.clone();
        }
        whole
    }

    fn create_child(&mut self, child: &Decl, path: &[&Decl], new_path: &[&Decl]) -> Change {
        let mut def = self.new_form().creating(child, new_path);
        let mut inputs = Vec::new();
        let needs_fill = child.is_pointer()
            && path.len() == 1
            && child.is(Field::Required)
            && child.expr(Field::Default).is_none()
            && child.expr(Field::Computed).is_none()
            && def.action == Action::Create;
        if needs_fill {
            let using = self.ask_fill(child, path, &mut inputs);
            let kind = CommandKind::SetRequired { required: Some(true), using: Some(using) };
            def.commands.insert(0, build::command(kind));
        }
        let mut created = change(def, path, child, Verb::Create, false);
        created.inputs = inputs;
        created
    }

    /// A child that only changed so that it cannot be altered into what it is.
    fn must_replace(&self, old: &Decl, new: &Decl) -> bool {
        let differs = |field: Field| old.settings.get(&field) != new.settings.get(&field);
        match old.class {
            ObjectKind::Trigger => differs(Field::TriggerKinds) || differs(Field::TriggerScope),
            ObjectKind::Rewrite => differs(Field::Using),
            ObjectKind::Index => !old.same_as(new) && differs(Field::Deferred),
            ObjectKind::Link | ObjectKind::Property => {
                old.class != new.class && new.class != ObjectKind::Pointer
            }
            _ => false,
        }
    }

    // -- renames ------------------------------------------------------------------

    fn renamed_child<'n>(&self, old: &Decl, new: &'n Decl, child: &Decl) -> Option<&'n Decl> {
        let can = child.is_pointer()
            || child.class == ObjectKind::AccessPolicy
            || child.class == ObjectKind::Trigger;
        if !can || new.child(&child.key()).is_some() {
            return None;
        }
        let fresh =
            new.children.iter().filter(|it| it.class == child.class && old.child(&it.key()).is_none());
        let scored = fresh.map(|it| (similarity(child, it, false), it));
        let scored = scored.filter(|(score, it)| *score >= RENAMED && !self.is_rejected_rename(child, it));
        scored.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, it)| it)
    }

    /// The old child that a new one is a rename of, where no other old one is closer.
    fn renamed_from<'o>(&self, old: &'o Decl, new: &Decl, child: &Decl) -> Option<&'o Decl> {
        let takes = |was: &&Decl| self.renamed_child(old, new, was).is_some_and(|it| it.key() == child.key());
        old.children.iter().find(takes)
    }

    fn rename_child(&self, was: &Decl, is: &Decl, path: &[&Decl]) -> Change {
        let to = build::bare_name(&is.name);
        let def = self.altering(was, path, vec![build::command(CommandKind::Rename(to))]);
        change(def, path, was, Verb::Rename(is.name.clone()), false)
    }

    // -- fields -------------------------------------------------------------------

    fn field_changes(&mut self, old: &Decl, new: &Decl, around: &[&Decl]) -> Vec<Change> {
        let mut fields: Vec<Field> = old.settings.keys().chain(new.settings.keys()).copied().collect();
        let is_qualifier =
            |field: &Field| matches!(field, Field::Target | Field::Required | Field::Cardinality);
        fields.sort_by_key(|field| (is_qualifier(field), *field));
        fields.dedup();
        let mut changes = Vec::new();
        let retyped = old.class == ObjectKind::Global && old.ty(Field::Target) != new.ty(Field::Target);
        for field in fields {
            let (was, is) = (old.settings.get(&field), new.settings.get(&field));
            if was != is {
                changes.extend(self.field_change(old, new, around, field));
            }
        }
        if retyped {
            changes.sort_by_key(|change| matches!(change.command.kind, CommandKind::SetType { .. }));
        }
        changes
    }

    fn field_change(&mut self, old: &Decl, new: &Decl, around: &[&Decl], field: Field) -> Vec<Change> {
        let simple = |kind: CommandKind| vec![change_of(kind, around, old, Verb::Alter)];
        let is = new.settings.get(&field);
        match (field, is) {
            (Field::Required, _) => self.required_change(old, new, around),
            (Field::Cardinality, _) => self.cardinality_change(old, new, around),
            (Field::Target, _) => self.type_change(old, new, around),
            (Field::Members, Some(Setting::Texts(members))) => {
                let kind =
                    CommandKind::Extending { bases: vec![build::enumeration(members)], position: None };
                vec![change_of(kind, around, old, Verb::Rebase)]
            }
            (Field::Bases, _) => base_changes(old, new).into_iter().flat_map(simple).collect(),
            (Field::Abstract, _) => simple(CommandKind::SetAbstract(new.is(Field::Abstract))),
            (Field::Delegated, _) => simple(CommandKind::SetDelegated(new.is(Field::Delegated))),
            (Field::Computed, Some(Setting::Expr(expr))) => simple(CommandKind::Using(build::tree(expr))),
            (Field::Using, Some(Setting::Expr(expr))) => simple(using_command(old.class, expr)),
            (Field::Using, None) => simple(reset("expression")),
            (Field::Computed, None) => simple(reset("expression")),
            (Field::When, _) => simple(CommandKind::When(new.expr(Field::When).map(build::tree))),
            (Field::Allow, _) => simple(access_command(new)),
            (Field::AccessKinds, _) if old.flag(Field::Allow) != new.flag(Field::Allow) => Vec::new(),
            (Field::AccessKinds, _) => simple(access_command(new)),
            (Field::OnTargetDelete, None) => {
                simple(CommandKind::OnDelete { side: DeleteSide::Target, policy: None })
            }
            (Field::OnSourceDelete, None) => {
                simple(CommandKind::OnDelete { side: DeleteSide::Source, policy: None })
            }
            (_, Some(setting)) => match field_command(old.class, field, setting) {
                Some(command) => vec![Change { command, ..change_of(reset(""), around, old, Verb::Alter) }],
                None => Vec::new(),
            },
            (_, None) => reset_name(field).map(|name| simple(reset(name))).unwrap_or_default(),
        }
    }

    fn required_change(&mut self, old: &Decl, new: &Decl, around: &[&Decl]) -> Vec<Change> {
        let (was, is) = (old.flag(Field::Required), new.flag(Field::Required));
        let becomes_required = is == Some(true) && was != Some(true);
        let mut inputs = Vec::new();
        let stored = old.is_pointer() && new.expr(Field::Computed).is_none() && around.len() == 1;
        let using = (becomes_required && stored).then(|| self.ask_fill(new, around, &mut inputs));
        let kind = CommandKind::SetRequired { required: is, using };
        let verb = match old.is_pointer() {
            true => Verb::SetRequired(is == Some(true)),
            false => Verb::Alter,
        };
        let mut change = change_of(kind, around, old, verb);
        change.inputs = inputs;
        vec![change]
    }

    fn cardinality_change(&mut self, old: &Decl, new: &Decl, around: &[&Decl]) -> Vec<Change> {
        let of = |decl: &Decl| match decl.settings.get(&Field::Cardinality) {
            Some(Setting::Cardinality(cardinality)) => Some(*cardinality),
            _ => None,
        };
        let (was, is) = (of(old), of(new));
        let narrows = was == Some(Cardinality::Many) && is != Some(Cardinality::Many);
        let stored = old.is_pointer() && new.expr(Field::Computed).is_none() && around.len() == 1;
        let mut inputs = Vec::new();
        let verb = Verb::SetCardinality(is.unwrap_or(Cardinality::One));
        let using = (narrows && stored).then(|| {
            let prompt = format!(
                "Please specify an expression in order to {}",
                verb_words(&verb, &friendly(new, around))
            );
            let ty = new.ty(Field::Target).map(ToString::to_string);
            self.ask("conv_expr", UserInput { ty, ..UserInput::new(prompt, &new.name) }, &mut inputs)
        });
        let cardinality = is.map(|cardinality| match cardinality {
            Cardinality::One => syntax::ast::Cardinality::Single,
            Cardinality::Many => syntax::ast::Cardinality::Multi,
        });
        let mut change = change_of(CommandKind::SetCardinality { cardinality, using }, around, old, verb);
        change.inputs = inputs;
        change.unsafe_ = narrows;
        vec![change]
    }

    fn type_change(&mut self, old: &Decl, new: &Decl, around: &[&Decl]) -> Vec<Change> {
        let Some(ty) = new.ty(Field::Target) else {
            // The type of a computed pointer is its expression's.
            return match new.expr(Field::Computed) {
                Some(_) => Vec::new(),
                None => {
                    let kind = CommandKind::SetType { ty: None, using: None, reset_to_default: false };
                    vec![change_of(kind, around, old, Verb::Alter)]
                }
            };
        };
        let is_global = old.class == ObjectKind::Global;
        let mut inputs = Vec::new();
        let was = old.ty(Field::Target).cloned();
        let needs_cast =
            old.is_pointer() && around.len() == 1 && was.as_ref().is_some_and(|was| !self.casts(was, ty));
        let using = needs_cast.then(|| {
            let prompt =
                format!("Please specify a conversion expression to alter the type of {}", friendly(new, &[]));
            let input = UserInput {
                old_type: was.as_ref().map(ToString::to_string),
                new_type: Some(ty.to_string()),
                old_is_object: was.as_ref().map(|was| self.is_object(was)),
                new_is_object: Some(self.is_object(ty)),
                ..UserInput::new(prompt, &new.name)
            };
            self.ask("cast_expr", input, &mut inputs)
        });
        let kind = CommandKind::SetType { ty: Some(build::ty(ty)), using, reset_to_default: is_global };
        let mut change = change_of(kind, around, old, Verb::SetType);
        change.inputs = inputs;
        change.unsafe_ = old.is_pointer();
        vec![change]
    }

    fn is_object(&self, ty: &DeclType) -> bool {
        self.target.type_of_decl(ty).is_some_and(|ty| ty.is_object())
    }

    /// Whether values of one type become the other without being told how.
    fn casts(&self, from: &DeclType, to: &DeclType) -> bool {
        let (Some(from), Some(to)) = (self.target.type_of_decl(from), self.target.type_of_decl(to)) else {
            return false;
        };
        match (from.is_object(), to.is_object()) {
            (true, true) => self.target.is_subtype(&from, &to),
            (false, false) => self.target.is_assignment_castable(&from, &to) || self.is_base_of(&from, &to),
            _ => false,
        }
    }

    /// A scalar casts to what extends it, the constraints being checked.
    fn is_base_of(&self, from: &TypeRef, to: &TypeRef) -> bool {
        self.target.is_subtype(to, from)
    }

    // -- input ----------------------------------------------------------------------

    fn ask_fill(&mut self, pointer: &Decl, around: &[&Decl], inputs: &mut Vec<UserInput>) -> Expr {
        let prompt = format!(
            "Please specify an expression to populate existing objects in order to make {} required",
            friendly(pointer, around)
        );
        let ty = pointer.ty(Field::Target).map(ToString::to_string);
        self.ask("fill_expr", UserInput { ty, ..UserInput::new(prompt, &pointer.name) }, inputs)
    }

    /// Asks the user for an expression; gives the place for it.
    fn ask(&mut self, name: &str, input: UserInput, inputs: &mut Vec<UserInput>) -> Expr {
        let placeholder: Arc<str> = match self.placeholders.iter().filter(|it| it.starts_with(name)).count() {
            0 => name.into(),
            count => format!("{name}_{count}").into(),
        };
        self.placeholders.push(placeholder.to_string());
        inputs.push(UserInput { placeholder: placeholder.to_string(), ..input });
        Expr { kind: ExprKind::Placeholder(placeholder), span: diag::Span::default() }
    }
}

/// Where Gel writes a change among others: what is replaced goes first, then what comes and what goes, class by class, then
/// fields, then what stays and changes.
fn place(change: &Change, old: &Decl, new: &Decl) -> (u8, u8, bool) {
    let CommandKind::Definition(def) = &change.command.kind else { return (2, 0, false) };
    let rank = match def.object {
        ObjectKind::Link | ObjectKind::Property | ObjectKind::Pointer => 0,
        ObjectKind::Trigger => 1,
        ObjectKind::AccessPolicy => 2,
        ObjectKind::Constraint => 3,
        ObjectKind::Index => 4,
        _ => 5,
    };
    match def.action {
        Action::Alter => (3, 0, false),
        Action::Create => (1, rank, false),
        Action::Drop => {
            let key = change.subject.last().map(Decl::key).unwrap_or_default();
            let is_replaced = old.child(&key).is_some() && new.child(&key).is_some();
            (if is_replaced { 0 } else { 1 }, rank, true)
        }
    }
}

/// `make link 'host' of object type 'default::Event' required`
pub(super) fn verb_words(verb: &Verb, subject: &str) -> String {
    match verb {
        Verb::Create => format!("create {subject}"),
        Verb::Alter | Verb::Rebase => format!("alter {subject}"),
        Verb::Drop => format!("drop {subject}"),
        Verb::Rename(to) => format!("rename {subject} to '{to}'"),
        Verb::SetRequired(required) => {
            format!("make {subject} {}", if *required { "required" } else { "optional" })
        }
        Verb::SetCardinality(Cardinality::One) => format!("convert {subject} to 'single' cardinality"),
        Verb::SetCardinality(Cardinality::Many) => format!("convert {subject} to 'multi' cardinality"),
        Verb::SetType => format!("alter the type of {subject}"),
    }
}

impl Form<'_> {
    /// Whether a pointer would go on to be inherited by the type around it.
    fn is_overloaded_in(&self, decl: &Decl, around: &[&Decl]) -> bool {
        let [owner] = around else { return false };
        let pointer = self.schema.object_type_named(&owner.name).and_then(|ty| ty.pointer(&decl.name));
        decl.is_pointer() && pointer.is_some()
    }
}

/// A declaration over something inherited that is to vanish, what is inherited staying.
fn disown(decl: &Decl) -> Vec<Command> {
    let mut commands = Vec::new();
    if decl.settings.contains_key(&Field::Required) {
        commands.push(build::command(CommandKind::SetRequired { required: None, using: None }));
    }
    commands.push(build::command(CommandKind::SetOwned(false)));
    if decl.settings.contains_key(&Field::Target) {
        let kind = CommandKind::SetType { ty: None, using: None, reset_to_default: false };
        commands.push(build::command(kind));
    }
    commands
}

fn change(def: Definition, path: &[&Decl], subject: &Decl, verb: Verb, unsafe_: bool) -> Change {
    Change { unsafe_, ..change_of(CommandKind::Definition(def), path, subject, verb) }
}

fn change_of(kind: CommandKind, path: &[&Decl], subject: &Decl, verb: Verb) -> Change {
    let subject = path.iter().copied().chain([subject]).cloned().collect();
    Change { command: build::command(kind), subject, verb, unsafe_: false, inputs: Vec::new() }
}

/// What is needed to name a declaration in an alteration or a drop.
fn reference_spec(decl: &Decl) -> Spec {
    match spec(decl) {
        Spec::Pointer(_) => Spec::Pointer(PointerSpec::default()),
        Spec::Function(mut spec) => {
            spec.returns = None;
            spec.params.retain(|param| decl.params().iter().any(|it| it.name == param.name.text));
            spec.params.iter_mut().for_each(|param| param.default = None);
            Spec::Function(spec)
        }
        Spec::Constraint(mut spec) => {
            spec.delegated = false;
            if decl.is(Field::Abstract) {
                spec.params.clear();
                spec.on = None;
            }
            Spec::Constraint(spec)
        }
        Spec::Annotation { .. } => Spec::Annotation { inheritable: false },
        Spec::AnnotationValue(_) => Spec::AnnotationValue(None),
        Spec::Alias(_) => Spec::Alias(None),
        Spec::Trigger { .. } | Spec::AccessPolicy { .. } => Spec::None,
        Spec::Rewrite { kinds, .. } => Spec::Rewrite { kinds, using: None },
        Spec::Extension { .. } => Spec::Extension { version: None },
        other => other,
    }
}

fn using_command(class: ObjectKind, expr: &Expression) -> CommandKind {
    match class {
        ObjectKind::Function => CommandKind::FunctionBody(FunctionBody::Expr(build::tree(expr))),
        _ => CommandKind::Using(build::tree(expr)),
    }
}

fn access_command(decl: &Decl) -> CommandKind {
    let (action, kinds) = match spec(decl) {
        Spec::AccessPolicy { action, kinds, .. } => (action, kinds),
        _ => (PolicyAction::Allow, Vec::new()),
    };
    CommandKind::Access { action, kinds }
}

fn reset(name: &str) -> CommandKind {
    CommandKind::ResetField(build::ident(name))
}

fn reset_name(field: Field) -> Option<&'static str> {
    match field {
        Field::Default => Some("default"),
        Field::Readonly => Some("readonly"),
        Field::Protected => Some("protected"),
        Field::Secret => Some("secret"),
        Field::Errmessage => Some("errmessage"),
        Field::Volatility => Some("volatility"),
        Field::Deferred => Some("deferred"),
        Field::Inlined => Some("is_inlined"),
        Field::RequiredPermissions => Some("required_permissions"),
        _ => None,
    }
}

/// Bases that are gone are dropped; new ones go where they stand.
fn base_changes(old: &Decl, new: &Decl) -> Vec<CommandKind> {
    let list = |names: &[Arc<str>]| names.iter().map(|name| build::base(name, &[])).collect::<Vec<_>>();
    let common = old.bases().iter().zip(new.bases()).take_while(|(a, b)| a == b).count();
    let gone: Vec<Arc<str>> =
        old.bases().iter().skip(common).filter(|it| !new.bases().contains(it)).cloned().collect();
    let kept: Vec<Arc<str>> = old.bases().iter().filter(|it| !gone.contains(it)).cloned().collect();
    let added: Vec<Arc<str>> = new.bases().iter().filter(|it| !old.bases().contains(it)).cloned().collect();
    let mut expected = kept.clone();
    expected.extend(added.iter().cloned());
    let mut commands = Vec::new();
    let (gone, added) = match expected == new.bases() {
        true => (gone, added),
        // In another order: all that comes after the common beginning is put there anew.
        false => (old.bases()[common..].to_vec(), new.bases()[common..].to_vec()),
    };
    if !gone.is_empty() {
        commands.push(CommandKind::DropExtending(list(&gone)));
    }
    if !added.is_empty() {
        commands.push(CommandKind::Extending { bases: list(&added), position: Some(Position::Last) });
    }
    commands
}

/// Whether a function can only be replaced: its signature or its result changed.
pub(super) fn must_recreate(old: &Decl, new: &Decl) -> bool {
    let differs = |field: Field| old.settings.get(&field) != new.settings.get(&field);
    match old.class {
        ObjectKind::Function => differs(Field::Params) || differs(Field::Returns),
        ObjectKind::Constraint => differs(Field::Params) || differs(Field::On) || differs(Field::Bases),
        ObjectKind::Extension => differs(Field::Version),
        ObjectKind::Annotation => differs(Field::Inheritable),
        ObjectKind::ScalarType => {
            let has = |decl: &Decl| decl.settings.contains_key(&Field::Members);
            has(old) != has(new) || differs(Field::Bases)
        }
        _ => false,
    }
}
