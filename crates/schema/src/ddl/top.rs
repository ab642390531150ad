//! Commands about what has a full name: create, alter, drop and rename it.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::{Action, Command, CommandKind, Definition, ObjectKind, Spec};

use super::{Dropped, Edit};
use crate::decl::{Decl, Declarer, Names, already_exists, class_title, verbose_name};
use crate::extension;
use crate::resolve::{same_signature, shown_signature};

impl Edit<'_> {
    pub(super) fn command(&mut self, def: &Definition) -> Result<()> {
        if let Some(what) = library_only(def.object) {
            let message = format!("user-defined {what}");
            return Err(Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, message).at(def.span));
        }
        match def.action {
            Action::Create => self.create(def),
            Action::Alter => self.alter(def),
            Action::Drop => self.remove(def),
        }
    }

    fn create(&mut self, def: &Definition) -> Result<()> {
        match def.object {
            ObjectKind::Extension => return self.create_extension(def),
            ObjectKind::Future if self.declared.named(&def.name.name, &[ObjectKind::Future]).is_some() => {
                return Ok(());
            }
            _ => {}
        }
        let mut names = Names::of(&self.below, &self.declared);
        if def.object != ObjectKind::Function {
            names.add(def.object, self.scope.qualify(&def.name).as_arc().clone());
        }
        let declarer = Declarer { names: &names, scope: self.scope.clone(), sdl: false, builtin: false };
        self.check_module(&names, def)?;
        let (altering, mut creating) = (altering_commands(def), def.clone());
        creating.commands.retain(|command| !alters(command));
        for decl in declarer.declare(&creating)? {
            if self.exists(&decl, def)? {
                continue;
            }
            let id = decl.id;
            self.declared.insert(decl);
            self.touch();
            self.alter_at(&[id], &altering)?;
        }
        Ok(())
    }

    /// Whether the thing is there already and that is fine.
    fn exists(&self, decl: &Decl, def: &Definition) -> Result<bool> {
        if decl.class == ObjectKind::Function && self.declared.get(&decl.key()).is_some() {
            return Err(same_signature(decl));
        }
        let in_module_space = decl.class == ObjectKind::Module;
        let overloads = |other: &Decl| [decl, other].iter().all(|it| it.class == ObjectKind::Function);
        let same = |other: &&Decl| {
            other.name == decl.name
                && (other.class == ObjectKind::Module) == in_module_space
                && !overloads(other)
        };
        match self.declared.iter().find(same) {
            Some(_) if def.if_not_exists => Ok(true),
            Some(there) => Err(self.clash(there)),
            None => Ok(false),
        }
    }

    /// "… already exists". An alias is known by the type it makes.
    fn clash(&self, there: &Decl) -> Diagnostic {
        let as_type = match self.before.named(&there.name) {
            Some(crate::Named::Alias(alias)) => {
                let guess = || crate::trace::type_of(self.before, &alias.expr, None);
                alias.inferred.as_ref().map(|it| it.ty.clone()).or_else(guess)
            }
            _ => None,
        };
        let Some(ty) = as_type else {
            return Diagnostic::new(ErrorCode::SCHEMA, format!("{} already exists", title(there)));
        };
        let class = if ty.is_object() { ObjectKind::Type } else { ObjectKind::ScalarType };
        let message = format!("{} '{}' already exists", class_title(class), there.name);
        Diagnostic::new(ErrorCode::SCHEMA, message)
    }

    fn check_module(&self, names: &Names<'_>, def: &Definition) -> Result<()> {
        let name = match def.object {
            ObjectKind::Module => {
                let full = def.name.to_string();
                match full.rsplit_once("::") {
                    Some((outer, _)) => outer.to_owned(),
                    None => return Ok(()),
                }
            }
            ObjectKind::Extension | ObjectKind::Future | ObjectKind::Role => return Ok(()),
            _ => self.scope.qualify(&def.name).module().to_owned(),
        };
        if !names.has_module(&name) {
            let message = format!("module '{name}' is not in this schema");
            return Err(Diagnostic::new(ErrorCode::UNKNOWN_MODULE, message));
        }
        if self.below.module(&name).is_some() && def.object != ObjectKind::Module {
            return Err(read_only(def, self.scope.qualify(&def.name).as_str()));
        }
        Ok(())
    }

    fn create_extension(&mut self, def: &Definition) -> Result<()> {
        if let Some(there) = self.declared.named(&def.name.name, &[ObjectKind::Extension]) {
            return if def.if_not_exists { Ok(()) } else { Err(already_exists(there, None)) };
        }
        let version = match &def.spec {
            Spec::Extension { version } => version.as_ref(),
            _ => None,
        };
        extension::use_extension(&mut self.declared, &def.name.name, version, Some(def.span))?;
        self.below = extension::below(&self.declared);
        Ok(())
    }

    // -- finding ------------------------------------------------------------------

    /// The key of the declaration that a command is about.
    fn find(&self, def: &Definition) -> Result<Arc<str>> {
        let names = Names::of(&self.below, &self.declared);
        let missing = |name: &str| {
            let message = format!("{} '{name}' does not exist", class_title(def.object));
            Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at(def.span)
        };
        let name: Arc<str> = match def.object {
            ObjectKind::Module => def.name.to_string().into(),
            ObjectKind::Extension | ObjectKind::Future => def.name.name.clone(),
            class => match names.resolve(&self.scope, &def.name, &[class]) {
                Some(name) => name,
                None => return Err(missing(self.scope.qualify(&def.name).as_str())),
            },
        };
        if def.object == ObjectKind::Function {
            let declarer = Declarer { names: &names, scope: self.scope.clone(), sdl: false, builtin: false };
            let mut stub = Decl::new(def.object, name, Some(def.span));
            declarer.set_spec(&mut stub, def)?;
            let key = stub.key();
            return match self.declared.get(&key) {
                Some(_) => Ok(key),
                None => Err(missing(&shown_signature(&stub))),
            };
        }
        match self.declared.named(&name, &[def.object]) {
            Some(decl) => Ok(decl.key()),
            None if self.below.named(&name).is_some() || self.below.module(&name).is_some() => {
                Err(read_only(def, &name))
            }
            None => Err(missing(&name)),
        }
    }

    fn alter(&mut self, def: &Definition) -> Result<()> {
        let key = self.find(def)?;
        match self.declared.get(&key).map(|decl| decl.id) {
            Some(id) => self.alter_at(&[id], def),
            None => Ok(()),
        }
    }

    // -- dropping -------------------------------------------------------------------

    fn remove(&mut self, def: &Definition) -> Result<()> {
        let key = self.find(def)?;
        let Some(decl) = self.declared.get(&key).cloned() else { return Ok(()) };
        match decl.class {
            ObjectKind::Extension => return self.remove_extension(&decl),
            ObjectKind::Module => self.check_module_empty(&decl)?,
            _ => {}
        }
        let users = self.current().users_of(decl.class, &decl.name, decl.id);
        for pointer in decl.pointers().filter(|_| decl.class == ObjectKind::Type) {
            let users = self.current().users_of_pointer(decl.id, &pointer.name, decl.id);
            self.note_dropped(&decl, pointer, users);
        }
        let last_overload =
            self.declared.iter().filter(|it| it.class == decl.class && it.name == decl.name).count() == 1;
        if last_overload {
            let name = decl.name.clone();
            self.dropped.push(Dropped { title: title(&decl), name, users, owner: None });
        }
        self.declared.remove(&key);
        self.touch();
        Ok(())
    }

    fn check_module_empty(&self, module: &Decl) -> Result<()> {
        let inside = |decl: &&Decl| crate::QName::parse(&decl.name).module() == &*module.name;
        if self.declared.iter().any(|decl| inside(&decl)) {
            let message = format!("cannot drop module '{}' because it is not empty", module.name);
            return Err(Diagnostic::new(ErrorCode::SCHEMA, message));
        }
        Ok(())
    }

    fn remove_extension(&mut self, decl: &Decl) -> Result<()> {
        let users = self.before.users_of_module(&format!("ext::{}", decl.name));
        if !users.is_empty() {
            let users: Vec<&str> = users.iter().map(String::as_str).collect();
            return Err(in_use(&title(decl), &decl.name, &users));
        }
        self.declared.remove(&decl.key());
        self.below = extension::below(&self.declared);
        Ok(())
    }
}

/// Why only the standard library has objects of a class, as Gel says it.
fn library_only(class: ObjectKind) -> Option<&'static str> {
    match class {
        ObjectKind::Operator => Some("operators are not supported"),
        ObjectKind::Cast => Some("casts are not supported"),
        ObjectKind::PseudoType => Some("pseudo types are not supported"),
        ObjectKind::IndexMatch => Some("index matches are not supported"),
        ObjectKind::ExtensionPackage => Some("extension packages are not supported yet"),
        _ => None,
    }
}

/// A created type alters what it inherits, and what it has just created.
fn alters(command: &Command) -> bool {
    matches!(&command.kind, CommandKind::Definition(def) if def.action == Action::Alter)
}

/// The alterations among the commands of a creation.
fn altering_commands(def: &Definition) -> Definition {
    let mut altering = def.clone();
    altering.spec = Spec::None;
    altering.commands.retain(alters);
    altering
}

/// As errors name what a command is about; functions by their signature.
fn title(decl: &Decl) -> String {
    match decl.class {
        ObjectKind::Function => format!("function '{}'", shown_signature(decl)),
        _ => verbose_name(decl, None),
    }
}

/// "cannot create …: module std is read-only": of what belongs to the standard library.
fn read_only(def: &Definition, name: &str) -> Diagnostic {
    let action = match def.action {
        Action::Create => "create",
        Action::Alter => "alter",
        Action::Drop => "delete",
    };
    let root = name.split("::").next().unwrap_or(name);
    let title = class_title(def.object);
    let message = format!("cannot {action} {title} '{name}': module {root} is read-only");
    Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at(def.span)
}

/// "cannot drop … because this affects expression of …"
pub(super) fn affects(dropped: &Dropped, owner: &str, user: &str) -> Diagnostic {
    let body = if user.starts_with("function ") { "body expression" } else { "expression" };
    let message = format!("cannot drop {} because this affects {body} of {user}", dropped.title);
    let details = format!("{owner} has no link or property '{}'", dropped.name);
    Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).details(details)
}

/// "cannot drop … because other objects in the schema depend on it"
pub(super) fn in_use(title: &str, name: &str, users: &[&str]) -> Diagnostic {
    let message = format!("cannot drop {title} because other objects in the schema depend on it");
    let details: Vec<String> = users.iter().map(|user| format!("{user} depends on {name}")).collect();
    Diagnostic::new(ErrorCode::SCHEMA, message).details(details.join("; "))
}

/// The commands of an alteration, that which stands outside of its block first.
pub(super) fn spelled_out(def: &Definition) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut add = |kind: CommandKind| commands.push(Command { kind, span: def.span });
    match &def.spec {
        Spec::Alias(Some(expr)) => add(CommandKind::Using(expr.clone())),
        Spec::AnnotationValue(Some(value)) => add(CommandKind::SetField {
            name: syntax::ast::Ident { text: "value".into(), span: def.span },
            value: value.clone(),
        }),
        Spec::Pointer(spec) => {
            if let Some(computed) = &spec.computed {
                add(CommandKind::Using(computed.clone()));
            }
        }
        _ => {}
    }
    commands.extend(def.commands.iter().cloned());
    commands
}
