//! `describe schema as ddl`: the commands that make a schema out of nothing.

use syntax::Style;
use syntax::ast::{Definition, ObjectKind};

use super::propose::creating_commands;
use crate::Schema;
use crate::decl::Decl;

impl Schema {
    /// The whole schema as commands, each after those it needs.
    pub fn describe_ddl(&self) -> String {
        let mut statements: Vec<String> = Vec::new();
        for def in self.creations() {
            statements.push(format!("{};", syntax::print_definition(&def, Style::LOWER_DDL)));
        }
        statements.join("\n")
    }

    fn creations(&self) -> Vec<Definition> {
        let form = self.form(false, None);
        let extensions = self.declared().of_class(ObjectKind::Extension);
        let mut commands: Vec<Definition> = extensions.map(|decl| form.definition(decl)).collect();
        for module in self.user_modules() {
            let mut def = form.definition(&Decl::new(ObjectKind::Module, module, None));
            def.if_not_exists = true;
            commands.push(def);
        }
        // Nothing that was declared waits for itself.
        commands.extend(creating_commands(self).unwrap_or_default());
        commands
    }
}
