//! `create role`, `alter role` and `drop role`: read off their syntax, and done to the roles that there are.

use std::collections::BTreeSet;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast::{
    Action, CommandKind, Definition, Expr, ExprKind, Ident, Literal, Position, Spec, TypeExpr, TypeKind,
};
use value::Uuid;

use super::rights::SUPERUSER;
use super::{ADMIN, Role, Roles, password};

/// So many characters a name may have.
const MAX_NAME_LENGTH: usize = 51;

/// A statement about a role, ready to be carried out.
#[derive(Clone, Debug)]
pub(crate) struct RoleChange {
    name: Arc<str>,
    span: Span,
    action: Action,
    superuser: bool,
    if_not_exists: bool,
    edits: Vec<Edit>,
}

/// What is changed about a role.
#[derive(Clone, Debug)]
enum Edit {
    Verifier(Option<Arc<str>>),
    Permissions(BTreeSet<Arc<str>>),
    Branches(BTreeSet<Arc<str>>),
    Id(Uuid),
    Extend(Vec<Arc<str>>, Option<Position>),
    DropExtending(Vec<Arc<str>>),
    Rename(Arc<str>),
}

impl RoleChange {
    /// What a statement says.
    pub(crate) fn of(definition: &Definition) -> Result<RoleChange> {
        let mut edits = Vec::new();
        if !definition.bases.is_empty() {
            edits.push(Edit::Extend(role_names(&definition.bases)?, None));
        }
        check_password_fields(definition)?;
        for command in &definition.commands {
            edits.push(edit(&command.kind, command.span, definition.action)?);
        }
        Ok(RoleChange {
            name: definition.name.name.clone(),
            span: definition.name.span,
            action: definition.action,
            superuser: matches!(definition.spec, Spec::Role { superuser: true }),
            if_not_exists: definition.if_not_exists,
            edits,
        })
    }
}

/// The password is given as itself or as it is kept, not both.
fn check_password_fields(definition: &Definition) -> Result<()> {
    let sets = |field: &str| {
        let is_it =
            |kind: &CommandKind| matches!(kind, CommandKind::SetField { name, .. } if *name.text == *field);
        definition.commands.iter().any(|command| is_it(&command.kind))
    };
    match sets("password") && sets("password_hash") {
        true => {
            let message = "cannot specify both `password` and `password_hash` in the same statement";
            Err(Diagnostic::new(ErrorCode::EDGEQL_SYNTAX, message).at(definition.span))
        }
        false => Ok(()),
    }
}

fn edit(command: &CommandKind, span: Span, action: Action) -> Result<Edit> {
    match command {
        CommandKind::SetField { name, value } => set(name, value),
        CommandKind::ResetField(name) => reset(name),
        CommandKind::Rename(name) => Ok(Edit::Rename(name.name.clone())),
        CommandKind::Extending { bases, position } if action == Action::Alter => {
            Ok(Edit::Extend(role_names(bases)?, position.clone()))
        }
        CommandKind::Extending { bases, .. } => Ok(Edit::Extend(role_names(bases)?, None)),
        CommandKind::DropExtending(bases) => Ok(Edit::DropExtending(role_names(bases)?)),
        _ => Err(Diagnostic::unsupported("this command in the block of a role").at(span)),
    }
}

fn set(field: &Ident, value: &Expr) -> Result<Edit> {
    match &*field.text {
        "password" if is_empty(value) => Ok(Edit::Verifier(None)),
        "password" => Ok(Edit::Verifier(Some(password::verifier(&text(value)?)?))),
        "password_hash" => {
            let verifier = password::check(&text(value)?);
            Ok(Edit::Verifier(Some(verifier.map_err(|error| error.at(value.span))?)))
        }
        "permissions" => Ok(Edit::Permissions(permissions(value)?)),
        "branches" => Ok(Edit::Branches(texts(value)?)),
        "id" => match Uuid::parse_str(&text(value)?) {
            Ok(id) => Ok(Edit::Id(id)),
            Err(_) => Err(unexpected("a uuid", value)),
        },
        _ => Err(no_such_field(field)),
    }
}

fn reset(field: &Ident) -> Result<Edit> {
    match &*field.text {
        "password" => Ok(Edit::Verifier(None)),
        "permissions" => Ok(Edit::Permissions(BTreeSet::new())),
        "branches" => Ok(Edit::Branches(BTreeSet::from([super::ALL_BRANCHES.into()]))),
        _ => Err(no_such_field(field)),
    }
}

fn no_such_field(field: &Ident) -> Diagnostic {
    let message = format!("'{}' is not a valid field for a role", field.text);
    Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at(field.span)
}

/// Names of permissions. They belong to no schema: what is written is what is meant.
fn permissions(value: &Expr) -> Result<BTreeSet<Arc<str>>> {
    let Some(names) = schema::set_of_names(value) else {
        return Err(unexpected("a set of permissions", value));
    };
    let names: BTreeSet<Arc<str>> = names.into_iter().map(|name| name.to_string().into()).collect();
    match names.contains(SUPERUSER) {
        true => {
            let message = format!("Permission \"{SUPERUSER}\" cannot be explicitly granted.");
            Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at(value.span))
        }
        false => Ok(names),
    }
}

fn text(value: &Expr) -> Result<Arc<str>> {
    match &value.kind {
        ExprKind::Literal(Literal::Str(text)) => Ok(text.clone()),
        ExprKind::Cast { operand, .. } => text(operand),
        _ => Err(unexpected("a string", value)),
    }
}

fn texts(value: &Expr) -> Result<BTreeSet<Arc<str>>> {
    match &value.kind {
        ExprKind::Set(items) => items.iter().map(text).collect(),
        _ => Ok(BTreeSet::from([text(value)?])),
    }
}

fn is_empty(value: &Expr) -> bool {
    matches!(&value.kind, ExprKind::Set(items) if items.is_empty())
}

fn unexpected(what: &str, value: &Expr) -> Diagnostic {
    Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, format!("expected {what}")).at(value.span)
}

fn role_names(bases: &[TypeExpr]) -> Result<Vec<Arc<str>>> {
    let name = |base: &TypeExpr| match &base.kind {
        TypeKind::Name(name) if name.module.is_none() => Ok(name.name.clone()),
        _ => Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, "expected the name of a role").at(base.span)),
    };
    bases.iter().map(name).collect()
}

impl Roles {
    /// The roles after a statement.
    pub(crate) fn changed(&self, change: &RoleChange) -> Result<Roles> {
        let known = self.by_name.get(&change.name);
        match (change.action, known) {
            (Action::Create, Some(_)) if change.if_not_exists => Ok(self.clone()),
            (Action::Create, Some(_)) => {
                let message = format!("role '{}' already exists", change.name);
                Err(Diagnostic::new(ErrorCode::SCHEMA, message).at(change.span))
            }
            (Action::Create, None) => self.edited(change, &change.name, Role::new(change.superuser)),
            (Action::Alter, _) => match self.meant(&change.name) {
                Some((name, role)) => self.edited(change, name, Role::clone(role)),
                None => Err(no_such_role(&change.name).at(change.span)),
            },
            (Action::Drop, None) => Err(no_such_role(&change.name).at(change.span)),
            (Action::Drop, Some(_)) => self.without(&change.name),
        }
    }

    fn edited(&self, change: &RoleChange, name: &Arc<str>, mut role: Role) -> Result<Roles> {
        let mut roles = self.clone();
        let mut name = name.clone();
        check_name(&name)?;
        for edit in &change.edits {
            match edit {
                Edit::Verifier(verifier) => role.verifier = verifier.clone(),
                Edit::Permissions(permissions) => role.permissions = permissions.clone(),
                Edit::Branches(branches) => role.branches = branches.clone(),
                Edit::Id(id) => role.id = *id,
                Edit::Extend(bases, position) => {
                    bases.iter().try_for_each(|base| roles.check_base(&name, base))?;
                    extend(&mut role.bases, bases, position.as_ref());
                }
                Edit::DropExtending(bases) => role.bases.retain(|base| !bases.contains(base)),
                Edit::Rename(to) => {
                    roles.rename(&name, to)?;
                    name = to.clone();
                }
            }
        }
        roles.by_name.insert(name, Arc::new(role));
        Ok(roles)
    }

    /// A role extends one that is there and does not extend it.
    fn check_base(&self, name: &str, base: &str) -> Result<()> {
        if self.get(base).is_none() && name != base {
            return Err(no_such_role(base));
        }
        let mut above = vec![base];
        let mut seen = BTreeSet::new();
        while let Some(next) = above.pop() {
            if next == name {
                let message = format!("'{base}' cannot be a parent of role '{name}', which it is or extends");
                return Err(Diagnostic::new(ErrorCode::SCHEMA, message));
            }
            if seen.insert(next) {
                above.extend(self.get(next).into_iter().flat_map(|role| role.bases.iter().map(|it| &**it)));
            }
        }
        Ok(())
    }

    fn rename(&mut self, from: &Arc<str>, to: &Arc<str>) -> Result<()> {
        check_name(to)?;
        if self.get(to).is_some() {
            return Err(Diagnostic::new(ErrorCode::SCHEMA, format!("role '{to}' already exists")));
        }
        self.by_name.remove(from);
        for role in self.by_name.values_mut().filter(|role| role.bases.contains(from)) {
            let bases = &mut Arc::make_mut(role).bases;
            bases.iter_mut().filter(|base| *base == from).for_each(|base| *base = to.clone());
        }
        Ok(())
    }

    fn without(&self, name: &Arc<str>) -> Result<Roles> {
        if **name == *ADMIN {
            return Err(Diagnostic::new(ErrorCode::EXECUTION, format!("role '{name}' cannot be dropped")));
        }
        let members = self.iter().filter(|(_, role)| role.bases.contains(name));
        let depends: Vec<String> =
            members.map(|(member, _)| format!("role '{member}' depends on role '{name}'")).collect();
        if !depends.is_empty() {
            let message =
                format!("cannot drop role '{name}' because other objects in the schema depend on it");
            return Err(Diagnostic::new(ErrorCode::SCHEMA, message).details(depends.join("\n")));
        }
        let mut roles = self.clone();
        roles.by_name.remove(name);
        Ok(roles)
    }
}

fn check_name(name: &str) -> Result<()> {
    match name.chars().count() > MAX_NAME_LENGTH {
        true => {
            let message = format!("Role names longer than {MAX_NAME_LENGTH} characters are not supported");
            Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message))
        }
        false => Ok(()),
    }
}

/// Puts new bases where a position says; those that are there already move.
fn extend(bases: &mut Vec<Arc<str>>, new: &[Arc<str>], position: Option<&Position>) {
    bases.retain(|base| !new.contains(base));
    let place = |of: &Arc<str>, after: usize| bases.iter().position(|base| base == of).map(|at| at + after);
    let at = match position {
        Some(Position::First) => Some(0),
        Some(Position::Before(name)) => place(&name.name, 0),
        Some(Position::After(name)) => place(&name.name, 1),
        Some(Position::Last) | None => None,
    };
    let at = at.unwrap_or(bases.len());
    bases.splice(at..at, new.iter().cloned());
}

fn no_such_role(name: &str) -> Diagnostic {
    Diagnostic::new(ErrorCode::INVALID_REFERENCE, format!("role '{name}' does not exist"))
}
