//! Roles as the statements that make them: as `describe roles` shows them and as they are kept.

use std::collections::BTreeSet;
use std::sync::Arc;

use diag::Result;
use syntax::ast::StatementKind;
use syntax::{quote_ident, quote_string};

use super::{ADMIN, ALL_BRANCHES, Role, RoleChange, Roles};

/// What is written besides what a user would write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nothing: what can be run elsewhere.
    Shown,
    /// The ids.
    Kept,
}

impl Roles {
    /// The statements that make these roles in an instance that has none but the first.
    pub(crate) fn describe(&self) -> String {
        self.write(Form::Shown)
    }

    /// The text that [`Roles::read`] reads.
    pub(crate) fn dump(&self) -> String {
        self.write(Form::Kept)
    }

    /// The roles that statements make.
    pub(crate) fn read(text: &str) -> Result<Roles> {
        let mut roles = Roles::default();
        if text.is_empty() {
            return Ok(roles);
        }
        for statement in syntax::parse_query(text)? {
            if let StatementKind::Ddl(definition) = &statement.kind {
                roles = roles.changed(&RoleChange::of(definition)?)?;
            }
        }
        Ok(roles)
    }

    fn write(&self, form: Form) -> String {
        let statements: Vec<String> =
            self.bases_first().iter().filter_map(|name| self.line(name, form)).collect();
        statements.join("\n")
    }

    /// The names of all, those before that others extend.
    fn bases_first(&self) -> Vec<&Arc<str>> {
        let (mut ordered, mut seen) = (Vec::new(), BTreeSet::new());
        for (name, _) in self.iter() {
            self.add_after_bases(name, &mut ordered, &mut seen);
        }
        ordered
    }

    fn add_after_bases<'r>(
        &'r self,
        name: &'r Arc<str>,
        ordered: &mut Vec<&'r Arc<str>>,
        seen: &mut BTreeSet<&'r str>,
    ) {
        if let (true, Some(role)) = (seen.insert(name), self.get(name)) {
            role.bases.iter().for_each(|base| self.add_after_bases(base, ordered, seen));
            ordered.push(name);
        }
    }

    fn line(&self, name: &str, form: Form) -> Option<String> {
        let role = self.get(name)?;
        let settings = settings(role, form);
        let quoted = quote_ident(name);
        let bases = role.bases.iter().map(|base| quote_ident(base)).collect::<Vec<_>>().join(", ");
        if name == ADMIN {
            let extending = if bases.is_empty() { String::new() } else { format!(" EXTENDING {bases};") };
            let block = extending + &settings;
            return (!block.is_empty()).then(|| format!("ALTER ROLE {quoted} {{{block}}};"));
        }
        let superuser = if role.superuser { "SUPERUSER " } else { "" };
        let extending = if bases.is_empty() { String::new() } else { format!(" EXTENDING {bases}") };
        let block = if settings.is_empty() { String::new() } else { format!(" {{{settings}}}") };
        Some(format!("CREATE {superuser}ROLE {quoted}{extending}{block};"))
    }
}

fn settings(role: &Role, form: Form) -> String {
    let mut text = String::new();
    let mut set = |field: &str, value: String| text += &format!(" SET {field} := {value};");
    if let Some(verifier) = &role.verifier {
        set("password_hash", quote_string(verifier));
    }
    if !role.permissions.is_empty() {
        let names: Vec<String> = role.permissions.iter().map(|name| path(name)).collect();
        set("permissions", format!("{{{}}}", names.join(", ")));
    }
    if !role.branches.iter().all(|branch| **branch == *ALL_BRANCHES) || role.branches.is_empty() {
        let names: Vec<String> = role.branches.iter().map(|name| quote_string(name)).collect();
        set("branches", format!("{{{}}}", names.join(", ")));
    }
    if form == Form::Kept {
        set("id", format!("<uuid>'{}'", role.id));
    }
    text
}

/// A full name, each part quoted where it must be.
fn path(name: &str) -> String {
    name.split("::").map(quote_ident).collect::<Vec<_>>().join("::")
}
