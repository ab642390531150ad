//! Commands inside an alteration.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast::{
    Action, Command, CommandKind, Definition, DeleteSide, Expr, ObjectKind, Position, Spec, TypeExpr,
};

use super::top::spelled_out;
use super::wishes::Place;
use super::{Dropped, Edit};
use crate::Expression;
use crate::decl::span_of;
use crate::decl::{
    Decl, Declarer, Field, Names, Setting, cardinality, class_title, definition_error, rewrite_name, string,
    verbose_name,
};

/// The declarations around the one that is altered, outermost first.
type Around = Vec<Decl>;

impl Edit<'_> {
    /// Applies one command to a declaration.
    pub(super) fn alter_decl(
        &mut self,
        decl: &mut Decl,
        command: &Command,
        around: &mut Around,
    ) -> Result<()> {
        match &command.kind {
            CommandKind::Definition(def) => match def.action {
                Action::Create => self.create_child(decl, def, around),
                Action::Alter => self.alter_child(decl, def, around),
                Action::Drop => self.drop_child(decl, def, around),
            },
            CommandKind::ResetField(name) => reset_field(decl, &name.text, name.span),
            CommandKind::Extending { bases, position } => self.extend(decl, bases, position.as_ref()),
            CommandKind::DropExtending(bases) => self.drop_bases(decl, bases),
            CommandKind::SetAbstract(false) => {
                decl.settings.remove(&Field::Abstract);
                Ok(())
            }
            CommandKind::SetDelegated(false) => {
                decl.settings.remove(&Field::Delegated);
                Ok(())
            }
            CommandKind::OnDelete { side, policy: None } => {
                let field = match side {
                    DeleteSide::Target => Field::OnTargetDelete,
                    DeleteSide::Source => Field::OnSourceDelete,
                };
                decl.settings.remove(&field);
                Ok(())
            }
            CommandKind::When(None) => {
                decl.settings.remove(&Field::When);
                Ok(())
            }
            CommandKind::SetRequired { required, using } => {
                self.set_required(decl, *required, using.as_ref(), around)
            }
            CommandKind::SetCardinality { cardinality: to, using } => {
                match to {
                    Some(to) => decl.set(Field::Cardinality, Setting::Cardinality(cardinality(*to))),
                    None => _ = decl.settings.remove(&Field::Cardinality),
                }
                self.convert(decl, using.as_ref(), around)
            }
            CommandKind::SetType { ty, using, .. } => {
                self.set_type(decl, ty.as_ref(), using.as_ref(), around)
            }
            CommandKind::SetField { name, value } if &*name.text == "value" => {
                let text = string(value)?;
                decl.set(Field::Value, Setting::Text(text));
                Ok(())
            }
            _ => self.as_in_create(decl, command),
        }
    }

    fn names(&self) -> Names<'_> {
        Names::of(&self.below, &self.declared)
    }

    fn declarer<'n>(&self, names: &'n Names<'n>) -> Declarer<'n> {
        Declarer { names, scope: self.scope.clone(), sdl: false, builtin: false }
    }

    /// What an alteration and a creation write alike.
    fn as_in_create(&self, decl: &mut Decl, command: &Command) -> Result<()> {
        let names = self.names();
        let locals: Vec<Arc<str>> = decl.params().iter().map(|param| param.name.clone()).collect();
        self.declarer(&names).add_command(decl, command, &locals)?;
        // What has a type of its own is not computed, and the other way round.
        if matches!(command.kind, CommandKind::Using(_)) && decl.settings.contains_key(&Field::Computed) {
            decl.settings.remove(&Field::Target);
        }
        Ok(())
    }

    // -- fields -----------------------------------------------------------------

    fn set_required(
        &mut self,
        decl: &mut Decl,
        required: Option<bool>,
        using: Option<&Expr>,
        around: &Around,
    ) -> Result<()> {
        match required {
            Some(required) => decl.set(Field::Required, Setting::Flag(required)),
            None => _ = decl.settings.remove(&Field::Required),
        }
        if let (Some(using), Some(place)) = (using, place_of(around, &decl.name)) {
            let fill = self.expression(using)?;
            self.wishes.fill(place, fill);
        }
        Ok(())
    }

    fn set_type(
        &mut self,
        decl: &mut Decl,
        ty: Option<&TypeExpr>,
        using: Option<&Expr>,
        around: &Around,
    ) -> Result<()> {
        match ty {
            Some(ty) => {
                let names = self.names();
                let ty = self.declarer(&names).ty(ty)?;
                decl.set(Field::Target, Setting::Type(ty));
            }
            None => _ = decl.settings.remove(&Field::Target),
        }
        self.convert(decl, using, around)
    }

    fn convert(&mut self, decl: &Decl, using: Option<&Expr>, around: &Around) -> Result<()> {
        if let (Some(using), Some(place)) = (using, place_of(around, &decl.name)) {
            let expression = self.expression(using)?;
            self.wishes.convert(place, expression);
        }
        Ok(())
    }

    fn expression(&self, expr: &Expr) -> Result<Expression> {
        let names = self.names();
        self.declarer(&names).expr(expr, &[])
    }

    fn extend(&self, decl: &mut Decl, bases: &[TypeExpr], position: Option<&Position>) -> Result<()> {
        let names = self.names();
        let declarer = self.declarer(&names);
        let mut read = Decl::new(decl.class, decl.name.clone(), decl.span);
        declarer.set_bases(&mut read, bases)?;
        if let Some(members) = read.settings.remove(&Field::Members) {
            decl.set(Field::Members, members);
        }
        let mut all: Vec<Arc<str>> =
            decl.bases().iter().filter(|it| !read.bases().contains(it)).cloned().collect();
        let place = |name: &syntax::ast::Name| {
            let name = names.resolve(&self.scope, name, &[decl.class]);
            name.and_then(|name| all.iter().position(|it| *it == name))
        };
        let at = match position {
            None | Some(Position::Last) => all.len(),
            Some(Position::First) => 0,
            Some(Position::Before(name)) => place(name).unwrap_or(all.len()),
            Some(Position::After(name)) => place(name).map_or(all.len(), |at| at + 1),
        };
        all.splice(at..at, read.bases().iter().cloned());
        if !all.is_empty() {
            decl.set(Field::Bases, Setting::Texts(all));
        }
        Ok(())
    }

    fn drop_bases(&self, decl: &mut Decl, bases: &[TypeExpr]) -> Result<()> {
        let names = self.names();
        let declarer = self.declarer(&names);
        let dropped = bases.iter().map(|base| declarer.base_name(decl, base)).collect::<Result<Vec<_>>>()?;
        let kept: Vec<Arc<str>> = decl.bases().iter().filter(|it| !dropped.contains(it)).cloned().collect();
        match kept.is_empty() {
            true => _ = decl.settings.remove(&Field::Bases),
            false => decl.set(Field::Bases, Setting::Texts(kept)),
        }
        Ok(())
    }

    // -- children ---------------------------------------------------------------

    fn create_child(&mut self, decl: &mut Decl, def: &Definition, around: &Around) -> Result<()> {
        let children = {
            let names = self.names();
            self.declarer(&names).declare(def)?
        };
        for child in children {
            if decl.child(&child.key()).is_some() {
                let title = title_of(&child, decl, around);
                return Err(Diagnostic::new(ErrorCode::SCHEMA, format!("{title} already exists")));
            }
            let owners: Vec<&Decl> = around.iter().chain([&*decl]).collect();
            if let (Some(fill), Some(place)) = (child.fill.clone(), place_in(&owners, &child.name)) {
                self.wishes.fill(place, fill);
            }
            decl.children.push(child);
        }
        Ok(())
    }

    /// The declaration that a definition inside another is about, as far as its key goes.
    fn stubs(&self, def: &Definition) -> Result<Vec<Decl>> {
        let names = self.names();
        let declarer = self.declarer(&names);
        if let Spec::Rewrite { kinds, .. } = &def.spec {
            let stub = |kind: &_| Decl::new(ObjectKind::Rewrite, rewrite_name(*kind), Some(def.span));
            return Ok(kinds.iter().map(stub).collect());
        }
        let mut stub = Decl::new(def.object, declarer.name_of(def)?, Some(def.span));
        declarer.set_spec(&mut stub, def)?;
        Ok(vec![stub])
    }

    fn alter_child(&mut self, decl: &mut Decl, def: &Definition, around: &mut Around) -> Result<()> {
        for stub in self.stubs(def)? {
            let key = stub.key();
            if decl.child(&key).is_none() {
                let overload = self.overload(decl, &stub, around)?;
                decl.children.push(overload);
            }
            let Some(at) = decl.children.iter().position(|child| *child.key() == *key) else { continue };
            let mut child = decl.children.remove(at);
            child.span = Some(span_of(def));
            let outer = Decl { children: Vec::new(), ..decl.clone() };
            around.push(outer);
            let result = self.alter_contents(&mut child, def, around);
            around.pop();
            result?;
            let is_dropped = std::mem::take(&mut child.overloaded);
            if !is_dropped {
                decl.children.insert(at, child);
            }
        }
        Ok(())
    }

    fn alter_contents(&mut self, child: &mut Decl, def: &Definition, around: &mut Around) -> Result<()> {
        for command in &spelled_out(def) {
            match &command.kind {
                CommandKind::Rename(name) => self.rename_child(child, &name.name, around)?,
                // What remains is what is inherited.
                CommandKind::SetOwned(false) => child.overloaded = true,
                _ => self.alter_decl(child, command, around)?,
            }
        }
        if let Spec::Rewrite { using: Some(using), .. } = &def.spec {
            let using = self.expression(using)?;
            child.set(Field::Using, Setting::Expr(using));
        }
        Ok(())
    }

    /// A new declaration over something inherited; an error where nothing is.
    fn overload(&self, decl: &Decl, stub: &Decl, around: &Around) -> Result<Decl> {
        let owner = around.first().unwrap_or(decl);
        let ty = self.before.object_type_named(&owner.name);
        let pointer = |name: &str| ty.and_then(|ty| ty.pointer(name));
        let inherited = match stub.class {
            _ if stub.is_pointer() && around.is_empty() => pointer(&stub.name).is_some(),
            _ if stub.is_pointer() => {
                pointer(&decl.name).is_some_and(|link| link.properties.contains_key(&stub.name))
            }
            ObjectKind::Constraint => match decl.is_pointer() {
                true => pointer(&decl.name)
                    .is_some_and(|it| it.constraints.iter().any(|it| it.name.as_str() == &*stub.name)),
                false => ty.is_some_and(|ty| ty.constraints.iter().any(|it| it.name.as_str() == &*stub.name)),
            },
            ObjectKind::Trigger => ty.is_some_and(|ty| ty.triggers.iter().any(|it| it.name == stub.name)),
            ObjectKind::AccessPolicy => {
                ty.is_some_and(|ty| ty.policies.iter().any(|it| it.name == stub.name))
            }
            ObjectKind::Rewrite | ObjectKind::Index => true,
            _ => false,
        };
        match inherited {
            true => {
                Ok(Decl { settings: stub.settings.clone(), ..Decl::new(stub.class, stub.name.clone(), None) })
            }
            false => Err(self.missing(decl, stub, around)),
        }
    }

    fn missing(&self, decl: &Decl, stub: &Decl, around: &Around) -> Diagnostic {
        let owner = match around {
            outer if outer.is_empty() => verbose_name(decl, None),
            _ => title_of(decl, around.last().unwrap_or(decl), &Vec::new()),
        };
        let message = match stub.class {
            _ if stub.is_pointer() => {
                format!("{owner} has no {} '{}'", class_title(stub.class), stub.name)
            }
            _ => format!("{} of {owner} does not exist", verbose_name(stub, None)),
        };
        Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at_if_unknown(stub.span)
    }

    fn rename_child(&mut self, child: &mut Decl, to: &Arc<str>, around: &Around) -> Result<()> {
        let from = std::mem::replace(&mut child.name, to.clone());
        if !child.is_pointer() {
            return Ok(());
        }
        let Some(place) = place_of(around, &from) else { return Ok(()) };
        let owner = place.owner;
        self.wishes.rename(place, to);
        match around.get(1).filter(|outer| outer.is_pointer()).map(|link| link.id) {
            Some(link) => self.rewrite_expressions(child, link, &from, to),
            None => {
                self.rewrite_expressions(child, owner, &from, to);
                self.rename_overloads(owner, &from, to);
            }
        }
        Ok(())
    }

    /// Expressions that pass the pointer name it anew, those of the renamed pointer itself included.
    fn rewrite_expressions(&mut self, child: &mut Decl, owner: uuid::Uuid, from: &str, to: &Arc<str>) {
        for (id, field, setting) in self.before.renamed_pointer(owner, from, to) {
            child.replace_setting(id, field, &setting);
            for decl in self.declared.items.values_mut() {
                if decl.holds(id) {
                    Arc::make_mut(decl).replace_setting(id, field, &setting);
                }
            }
        }
    }

    /// Types below that say something about the pointer go on saying it.
    fn rename_overloads(&mut self, owner: uuid::Uuid, from: &str, to: &Arc<str>) {
        for below in self.before.descendants(owner) {
            let Some(ty) = self.before.object_type(*below) else { continue };
            let key: Arc<str> = format!("{:?} {}", ObjectKind::Type, ty.name).into();
            let Some(decl) = self.declared.items.get_mut(&key) else { continue };
            let pointers = Arc::make_mut(decl).children.iter_mut().filter(|child| child.is_pointer());
            pointers.filter(|child| &*child.name == from).for_each(|child| child.name = to.clone());
        }
    }

    fn drop_child(&mut self, decl: &mut Decl, def: &Definition, around: &Around) -> Result<()> {
        for stub in self.stubs(def)? {
            let key = stub.key();
            let Some(at) = decl.children.iter().position(|child| *child.key() == *key) else {
                return Err(self.missing(decl, &stub, around));
            };
            let child = decl.children.remove(at);
            if child.is_pointer() && around.is_empty() {
                let users = self.before.users_of_pointer(decl.id, &child.name, child.id);
                if !self.still_inherited(decl, &child) {
                    let title = verbose_name(&child, Some(decl));
                    self.dropped.push(Dropped { title, name: child.name.clone(), users });
                }
            }
        }
        Ok(())
    }

    fn still_inherited(&self, decl: &Decl, child: &Decl) -> bool {
        let ty = self.before.object_type_named(&decl.name);
        ty.and_then(|ty| ty.pointer(&child.name)).is_some_and(|pointer| {
            pointer.bases.iter().any(|base| *base != child.id && pointer.source.is_some())
        })
    }
}

/// Where the values of a pointer are that is declared inside of others.
fn place_of(around: &Around, name: &Arc<str>) -> Option<Place> {
    place_in(&around.iter().collect::<Vec<_>>(), name)
}

fn place_in(around: &[&Decl], name: &Arc<str>) -> Option<Place> {
    let owner = around.first()?.id;
    let link = around.get(1).filter(|outer| outer.is_pointer()).map(|link| link.name.clone());
    Some(Place { owner, link, name: name.clone() })
}

fn title_of(child: &Decl, decl: &Decl, around: &Around) -> String {
    let mut title = verbose_name(child, Some(decl));
    for outer in around.iter().rev() {
        title = format!("{title} of {}", verbose_name(outer, None));
    }
    title
}

fn reset_field(decl: &mut Decl, name: &str, span: Span) -> Result<()> {
    let field = match name {
        "default" => Field::Default,
        "readonly" => Field::Readonly,
        "protected" => Field::Protected,
        "secret" => Field::Secret,
        "expression" | "using" | "expr" if decl.is_pointer() || decl.class == ObjectKind::Global => {
            Field::Computed
        }
        "expression" | "using" => Field::Using,
        "errmessage" => Field::Errmessage,
        "volatility" => Field::Volatility,
        "abstract" => Field::Abstract,
        "delegated" => Field::Delegated,
        "deferred" => Field::Deferred,
        "cardinality" => Field::Cardinality,
        "optionality" | "required" => Field::Required,
        "when" | "condition" => Field::When,
        "type" => Field::Target,
        "is_inlined" => Field::Inlined,
        _ => {
            let message = format!("'{name}' is not a valid field for {}", class_title(decl.class));
            return Err(definition_error(message, span));
        }
    };
    decl.settings.remove(&field);
    Ok(())
}
