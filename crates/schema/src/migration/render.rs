//! Commands as statements.

use std::sync::Arc;

use syntax::ast::{
    Action, Command, CommandKind, Definition, DeleteSide, Expr, ExprKind, FunctionBody, ObjectKind,
    PointerSpec, PolicyAction, Position, Spec,
};

use super::UserInput;
use super::delta::{Change, Comparison, Kind, Op, OpId, Place};
use super::objects::{Class, Content, FullName, Object, Objects, Value, specs};
use super::words::{Node, Verb};
use crate::Schema;
use crate::decl::{Decl, Field, Setting};
use crate::describe::{Form, expression_into_block, field_command, node as build, shell, spec};

/// A command as syntax, and what is said about it.
pub(crate) struct Rendered {
    pub(crate) command: Command,
    pub(crate) node: Node,
}

impl Comparison<'_> {
    /// The statement of a command at the top level; none where it does nothing that is to be seen.
    pub(crate) fn rendered(&self, op: OpId) -> Option<(Definition, Node)> {
        let rendered = self.whole(op)?;
        match rendered.command.kind {
            CommandKind::Definition(def) => Some((def, rendered.node)),
            _ => None,
        }
    }

    fn whole(&self, id: OpId) -> Option<Rendered> {
        let op = self.ops.get(id);
        if op.class.is_collection() {
            return None;
        }
        match &op.kind {
            Kind::Create => self.creating(id, op),
            Kind::Alter => self.altering(id, op),
            Kind::Delete => self.dropping(op),
            _ => None,
        }
    }

    /// The object of a command, and the objects and the schema that it is in: before where there was one before.
    fn object(&self, op: &Op) -> Option<(&Object, &Objects, &Schema)> {
        let before = self.old.find(&op.name).map(|it| (it, self.old, self.current));
        before.or_else(|| self.new.find(&op.name).map(|it| (it, self.new, self.target)))
    }

    // -- creations ------------------------------------------------------------------------

    fn creating(&self, id: OpId, op: &Op) -> Option<Rendered> {
        let object = self.new.find(&op.name)?;
        let fill = self.fill_of(id);
        if object.built_in || object.owner.is_some() && !object.owned && fill.is_none() {
            return None;
        }
        let around = decls_around(self.new, object);
        if !object.implicit_bases.is_empty() && fill.is_none() {
            return self.overloading(id, op, object, &around);
        }
        let form = Form { schema: self.target, sdl: false, module: None };
        let mut decl = object.decl.clone();
        decl.class = kind_of(object);
        if let Some(fill) = fill {
            self.settle_filled(&mut decl, object);
            let mut def = form.created(&decl, &around);
            def.commands.push(fill);
            self.add_inner(id, &mut def, &mut Vec::new());
            return Some(self.done(object, self.new, Verb::Create, def, Vec::new()));
        }
        let mut def = form.created(&decl, &around);
        self.add_inner(id, &mut def, &mut Vec::new());
        expression_into_block(&mut def);
        Some(self.done(object, self.new, Verb::Create, def, Vec::new()))
    }

    /// What is only inherited says no more than what it is of.
    fn settle_filled(&self, decl: &mut Decl, object: &Object) {
        if !object.owned {
            let keep = [Field::Target, Field::Cardinality];
            decl.settings.retain(|field, setting| {
                let one = Setting::Cardinality(crate::model::Cardinality::One);
                keep.contains(field) && *setting != one
            });
        }
    }

    /// `set required using (…)`, for a new pointer of objects that are there already.
    fn fill_of(&self, id: OpId) -> Option<Command> {
        let special = |sub: &OpId| match &self.ops.get(*sub).kind {
            Kind::Special(change) if change.field == "required" => Some(change.clone()),
            _ => None,
        };
        let change = self.ops.get(id).subs.iter().find_map(special)?;
        if change.is_inherited() && change.input.is_none() {
            return None;
        }
        let using = change.input.as_ref().map(placeholder);
        Some(build::command(CommandKind::SetRequired { required: Some(true), using }))
    }

    /// What is also inherited is altered into what it is.
    fn overloading(&self, id: OpId, op: &Op, object: &Object, around: &[&Decl]) -> Option<Rendered> {
        let form = Form { schema: self.target, sdl: false, module: None };
        let mut def = self.empty_alteration(object, around, &form);
        let mut nodes = Vec::new();
        for field in specs(op.class) {
            let Some(value) = object.field(field.name).filter(|it| !it.inherited && !it.computed) else {
                continue;
            };
            let change = Change { field: field.name, old: None, new: Some(value.clone()), input: None };
            let special = matches!(field.name, "owned" | "cardinality" | "required" | "target");
            let command =
                if special { special_command(op.class, &change) } else { self.field(object, &change) };
            if let Some(command) = command {
                def.commands.push(command);
                if special {
                    nodes.push(Node::field(object, self.new, &change));
                }
            }
        }
        self.add_inner(id, &mut def, &mut nodes);
        Some(self.done(object, self.new, Verb::Alter, def, nodes))
    }

    // -- drops ------------------------------------------------------------------------------

    fn dropping(&self, op: &Op) -> Option<Rendered> {
        let object = self.old.find(&op.name)?;
        if object.built_in || object.owner.is_some() && !object.owned {
            return None;
        }
        let form = Form { schema: self.current, sdl: false, module: None };
        let around = decls_around(self.old, object);
        let mut decl = object.decl.clone();
        decl.class = kind_of(object);
        let mut def = shell(&decl, Action::Drop, form.name(&decl, &around));
        def.is_abstract =
            decl.is(Field::Abstract) && !matches!(decl.class, ObjectKind::Type | ObjectKind::ScalarType);
        def.spec = reference_spec(&decl);
        Some(self.done(object, self.old, Verb::Drop, def, Vec::new()))
    }

    // -- alterations --------------------------------------------------------------------------

    fn altering(&self, id: OpId, op: &Op) -> Option<Rendered> {
        let (object, objects, schema) = self.object(op)?;
        if object.built_in {
            return None;
        }
        let form = Form { schema, sdl: false, module: None };
        let around = decls_around(objects, object);
        let mut def = self.empty_alteration(object, &around, &form);
        let mut nodes = Vec::new();
        let mut fields: Vec<&Change> = Vec::new();
        for sub in &op.subs {
            if let Kind::Field(change) = &self.ops.get(*sub).kind {
                fields.push(change);
            }
        }
        fields.sort_by_key(|change| change.field);
        let after = self.new.find(op.new_name.as_ref().unwrap_or(&op.name)).unwrap_or(object);
        let mut accessed = false;
        for change in fields {
            // What a policy does is said in one clause.
            if matches!(change.field, "action" | "access_kinds") && std::mem::replace(&mut accessed, true) {
                continue;
            }
            if change.field == "value" {
                def.spec = spec(&after.decl);
                nodes.push(Node::whole(object, objects, Verb::Alter, Vec::new()));
                return Some(self.done(object, objects, Verb::Alter, def, Vec::new()));
            }
            def.commands.extend(self.field(after, change));
        }
        self.add_inner(id, &mut def, &mut nodes);
        match def.commands.is_empty() {
            true => None,
            false => Some(self.done(object, objects, Verb::Alter, def, nodes)),
        }
    }

    fn empty_alteration(&self, object: &Object, around: &[&Decl], form: &Form<'_>) -> Definition {
        let mut decl = object.decl.clone();
        decl.class = kind_of(object);
        let mut def = shell(&decl, Action::Alter, form.name(&decl, around));
        let abstract_part = object.class.is_part() && object.owner.is_none();
        def.is_abstract = decl.is(Field::Abstract) && (abstract_part || object.class == Class::Annotation);
        def.spec = reference_spec(&decl);
        def
    }

    /// Adds the commands inside, those of fields that are like any other apart.
    fn add_inner(&self, id: OpId, def: &mut Definition, nodes: &mut Vec<Node>) {
        let op = self.ops.get(id);
        let in_creation = matches!(op.kind, Kind::Create);
        for sub in op.subs.clone() {
            let inner = self.ops.get(sub);
            match &inner.kind {
                Kind::Special(_) if in_creation => {}
                Kind::Special(change) => {
                    let Some((object, objects, _)) = self.object(op) else { continue };
                    if let Some(command) = special_command(op.class, change) {
                        nodes.push(Node::field(object, objects, change));
                        def.commands.push(command);
                    }
                }
                Kind::Rename(to) => self.put_rename(op, inner, to, def, nodes),
                Kind::Rebase { removed, added } => self.put_rebase(op, removed, added, def, nodes),
                Kind::Create | Kind::Alter | Kind::Delete if stands_in(inner.class, op.class) => {
                    if let Some(rendered) = self.whole(sub) {
                        nodes.push(rendered.node);
                        add_command(def, rendered.command);
                    }
                }
                _ => {}
            }
        }
    }

    fn put_rename(&self, op: &Op, rename: &Op, to: &FullName, def: &mut Definition, nodes: &mut Vec<Node>) {
        let Some((object, objects, _)) = self.object(op) else { return };
        let Some(after) = self.new.find(to) else { return };
        if rename.implied || after.decl.name == object.decl.name {
            return;
        }
        let name = match object.owner {
            Some(_) => build::bare_name(&after.decl.name),
            None => build::name(&after.decl.name),
        };
        def.commands.push(build::command(CommandKind::Rename(name)));
        nodes.push(Node::rename(object, objects, after));
    }

    fn put_rebase(
        &self,
        op: &Op,
        removed: &[FullName],
        added: &[(Vec<FullName>, Place)],
        def: &mut Definition,
        nodes: &mut Vec<Node>,
    ) {
        let count = def.commands.len();
        let list = |names: &[FullName]| -> Vec<syntax::ast::TypeExpr> {
            let explicit = names.iter().filter(|name| !is_root(name) && !name.local.contains('@'));
            explicit.map(|name| build::base(&Arc::from(name.to_string()), &[])).collect()
        };
        let gone = list(removed);
        if !gone.is_empty() {
            def.commands.push(build::command(CommandKind::DropExtending(gone)));
        }
        for (names, place) in added {
            let (bases, position) = match place {
                Place::Members => {
                    let members = self.new.find(op.new_name.as_ref().unwrap_or(&op.name));
                    let members =
                        members.map(|it| it.decl.texts(Field::Members).to_vec()).unwrap_or_default();
                    (vec![build::enumeration(&members)], None)
                }
                Place::Last => (list(names), Some(Position::Last)),
                Place::Before(name) => (list(names), Some(Position::Before(build::name(&name.to_string())))),
            };
            if !bases.is_empty() {
                def.commands.push(build::command(CommandKind::Extending { bases, position }));
            }
        }
        if def.commands.len() > count
            && let Some((object, objects, _)) = self.object(op)
        {
            nodes.push(Node::whole(object, objects, Verb::Rebase, Vec::new()));
        }
    }

    /// The command for a field that is like any other; none where nothing is to be said.
    fn field(&self, object: &Object, change: &Change) -> Option<Command> {
        let spec = specs(object.class).iter().find(|spec| spec.name == change.field)?;
        let (old, new) = (said(change.old.as_ref()), said(change.new.as_ref()));
        let was_inherited = change.old.as_ref().is_some_and(|it| it.inherited || it.computed);
        if old.is_none() && new.is_none() && !(was_inherited && change.new.is_none()) {
            return None;
        }
        if change.old.is_none() && new.map(|it| &it.content) == spec.default().as_ref() {
            return None;
        }
        match new {
            Some(value) => set_command(object, spec.field, change.field, value),
            None => reset_command(object, change.field),
        }
    }

    fn done(
        &self,
        object: &Object,
        objects: &Objects,
        verb: Verb,
        def: Definition,
        nodes: Vec<Node>,
    ) -> Rendered {
        let node = Node::whole(object, objects, verb, nodes);
        Rendered { command: build::command(CommandKind::Definition(def)), node }
    }
}

/// The body of a function stands last.
fn add_command(def: &mut Definition, command: Command) {
    match def.commands.last() {
        Some(Command { kind: CommandKind::FunctionBody(_), .. }) => {
            let at = def.commands.len() - 1;
            def.commands.insert(at, command);
        }
        _ => def.commands.push(command),
    }
}

/// A value that is neither inherited nor found out.
fn said(value: Option<&Value>) -> Option<&Value> {
    value.filter(|it| !it.inherited && !it.computed)
}

fn kind_of(object: &Object) -> ObjectKind {
    match (object.decl.class, object.class) {
        (ObjectKind::Pointer, Class::Link) => ObjectKind::Link,
        (ObjectKind::Pointer, _) => ObjectKind::Property,
        (kind, _) => kind,
    }
}

/// Whether objects of one class stand in those of another.
fn stands_in(inner: Class, outer: Class) -> bool {
    match inner {
        Class::Link => outer == Class::ObjectType,
        Class::Property => matches!(outer, Class::ObjectType | Class::Link),
        Class::AccessPolicy | Class::Trigger => outer == Class::ObjectType,
        Class::Rewrite => outer.is_pointer(),
        Class::Index => matches!(outer, Class::ObjectType | Class::Link),
        Class::Constraint => outer.is_pointer() || matches!(outer, Class::ObjectType | Class::ScalarType),
        Class::AnnotationValue => true,
        _ => false,
    }
}

fn is_root(name: &FullName) -> bool {
    let roots = ["BaseObject", "Object", "FreeObject", "link", "property", "constraint", "anyenum"];
    &*name.module == "std" && roots.contains(&&*name.local)
}

fn decls_around<'o>(objects: &'o Objects, object: &Object) -> Vec<&'o Decl> {
    let mut around = Vec::new();
    let mut at = object.owner;
    while let Some(owner) = at {
        around.insert(0, &objects.get(owner).decl);
        at = objects.get(owner).owner;
    }
    around
}

fn placeholder(input: &UserInput) -> Expr {
    let name: Arc<str> = input.placeholder.as_str().into();
    Expr { kind: ExprKind::Placeholder(name), span: diag::Span::default() }
}

/// `set owned`, `set required`, `set multi`, `set type`, and how they are taken back.
fn special_command(class: Class, change: &Change) -> Option<Command> {
    let new = change.new.as_ref();
    let is_said = |value: &&Value| !value.inherited && !value.computed;
    let was_said = change.old.as_ref().is_some_and(|it| !it.inherited && !it.computed);
    let using = change.input.as_ref().map(placeholder);
    let said = new.filter(is_said);
    let becomes_silent = new.is_some() && was_said || new.is_none() && change.old.is_some();
    if said.is_none() && !becomes_silent && using.is_none() {
        return None;
    }
    let kind = match change.field {
        "owned" => CommandKind::SetOwned(said?.content.flag()?),
        "required" => {
            let flag = said.or(new.filter(|_| using.is_some())).and_then(|it| it.content.flag());
            CommandKind::SetRequired { required: flag, using }
        }
        "cardinality" => {
            let cardinality = said.and_then(|it| match &it.content {
                Content::Setting(Setting::Cardinality(cardinality)) => Some(build::cardinality(*cardinality)),
                _ => None,
            });
            CommandKind::SetCardinality { cardinality, using }
        }
        _ => {
            let ty = said.and_then(|it| it.content.ty()).map(build::ty);
            let reset_to_default = class == Class::Global && ty.is_some();
            CommandKind::SetType { ty, using, reset_to_default }
        }
    };
    Some(build::command(kind))
}

fn set_command(object: &Object, field: Option<Field>, name: &str, value: &Value) -> Option<Command> {
    let Content::Setting(setting) = &value.content else { return None };
    if matches!(name, "required" | "cardinality") {
        return field_as_special(object, name, Some(value));
    }
    let kind = match (name, setting) {
        ("abstract", Setting::Flag(flag)) => CommandKind::SetAbstract(*flag),
        ("delegated", Setting::Flag(flag)) => CommandKind::SetDelegated(*flag),
        ("expr", Setting::Expr(expr)) => CommandKind::Using(build::tree(expr)),
        ("nativecode", Setting::Expr(expr)) => {
            CommandKind::FunctionBody(FunctionBody::Expr(build::tree(expr)))
        }
        ("condition", Setting::Expr(expr)) => CommandKind::When(Some(build::tree(expr))),
        ("action" | "access_kinds", _) => access_command(&object.decl),
        _ => return field_command(kind_of(object), field?, setting),
    };
    Some(build::command(kind))
}

/// The cardinality and the optionality of a global are fields like others, written as those of pointers.
fn field_as_special(object: &Object, name: &str, value: Option<&Value>) -> Option<Command> {
    let field = ["required", "cardinality"].into_iter().find(|it| *it == name)?;
    let old = Some(Value { content: Content::Flag(false), inherited: false, computed: false });
    special_command(object.class, &Change { field, old, new: value.cloned(), input: None })
}

fn reset_command(object: &Object, name: &str) -> Option<Command> {
    let kind = match name {
        "required" | "cardinality" => return field_as_special(object, name, None),
        "abstract" => CommandKind::SetAbstract(false),
        "delegated" => CommandKind::SetDelegated(false),
        "expr" => CommandKind::ResetField(build::ident("expression")),
        "condition" => CommandKind::When(None),
        "on_target_delete" => CommandKind::OnDelete { side: DeleteSide::Target, policy: None },
        "on_source_delete" => CommandKind::OnDelete { side: DeleteSide::Source, policy: None },
        "default" | "readonly" | "protected" | "secret" | "splat_strategy" | "errmessage" | "volatility"
        | "deferred" | "is_inlined" => CommandKind::ResetField(build::ident(name)),
        _ => return None,
    };
    Some(build::command(kind))
}

fn access_command(decl: &Decl) -> CommandKind {
    let (action, kinds) = match spec(decl) {
        Spec::AccessPolicy { action, kinds, .. } => (action, kinds),
        _ => (PolicyAction::Allow, Vec::new()),
    };
    CommandKind::Access { action, kinds }
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
