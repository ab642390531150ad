//! Definitions: as commands or as declarations.

use super::quote::{quote_module, quote_string};
use super::writer::Writer;
use crate::ast::{
    Action, Command, CommandKind, ConstraintSpec, Definition, Expr, FunctionBody, FunctionParam,
    FunctionSpec, IndexSpec, ObjectKind, ParamKind, PointerSpec, SchemaItem, Spec, TypeModifier,
};

impl Writer {
    pub(super) fn schema_items(&mut self, items: &[SchemaItem]) {
        for item in items {
            match item {
                SchemaItem::Definition(definition) => self.definition(definition),
                SchemaItem::Module(module) => {
                    self.keywords("module ");
                    self.put(&quote_module(&module.name));
                    if module.items.is_empty() {
                        self.put("{};");
                        self.line();
                        continue;
                    }
                    self.put(" {");
                    self.open();
                    self.schema_items(&module.items);
                    self.close();
                    self.line();
                    self.put("}");
                }
            }
            self.put(";");
            self.line();
        }
    }

    /// A definition without a `;` after it.
    pub(super) fn definition(&mut self, definition: &Definition) {
        match &definition.spec {
            Spec::Trigger { .. } | Spec::AccessPolicy { .. } | Spec::Rewrite { .. } => self.hook(definition),
            Spec::Pointer(spec) => self.pointer(definition, spec),
            Spec::Function(spec) => self.function(definition, spec),
            Spec::Alias(value) => self.alias(definition, value.as_ref()),
            Spec::Extension { version } => self.extension(definition, version.as_deref()),
            _ => self.other_definition(definition),
        }
    }

    /// The action, unless it is understood.
    pub(super) fn action(&mut self, definition: &Definition) {
        match definition.action {
            Action::Create if self.style.sdl => {}
            Action::Create => self.keywords("create "),
            Action::Alter => self.keywords("alter "),
            Action::Drop => self.keywords("drop "),
        }
    }

    fn other_definition(&mut self, definition: &Definition) {
        self.action(definition);
        let abstract_word = definition.is_abstract || definition.object == ObjectKind::Annotation;
        if abstract_word {
            self.keywords("abstract ");
        }
        match &definition.spec {
            Spec::Annotation { inheritable: true } if definition.action == Action::Create => {
                self.keywords("inheritable ");
            }
            Spec::Constraint(ConstraintSpec { delegated: true, .. }) => self.keywords("delegated "),
            Spec::Index(IndexSpec { deferred: true, .. }) => self.keywords("deferred "),
            Spec::Role { superuser: true } => self.keywords("superuser "),
            _ => {}
        }
        if definition.object == ObjectKind::Future && self.style.sdl {
            self.keywords("using ");
        }
        self.keywords(definition.object.keywords());
        self.definition_name(definition);
        match &definition.spec {
            Spec::Constraint(spec) => self.constraint(definition, spec),
            Spec::Index(spec) => self.index(definition, spec),
            Spec::AnnotationValue(Some(value)) => {
                self.put(" := ");
                self.expr(value);
            }
            _ => {}
        }
        self.extending(definition);
        if definition.if_not_exists {
            self.keywords(" if not exists");
        }
        self.block(definition);
    }

    fn definition_name(&mut self, definition: &Definition) {
        match definition.object {
            ObjectKind::Module => self.put(&format!(" {}", quote_module(&definition.name.name))),
            _ if definition.name.name.is_empty() => {}
            _ => {
                self.put(" ");
                self.name(&definition.name);
            }
        }
    }

    fn extending(&mut self, definition: &Definition) {
        if definition.bases.is_empty() {
            return;
        }
        self.keywords(" extending ");
        self.separated(&definition.bases, ", ", Self::type_expr);
    }

    fn constraint(&mut self, definition: &Definition, spec: &ConstraintSpec) {
        if definition.is_abstract && !spec.params.is_empty() {
            self.params(&spec.params);
        } else if !spec.args.is_empty() {
            self.put("(");
            self.separated(&spec.args, ", ", Self::expr);
            self.put(")");
        }
        self.paren_clause(" on ", spec.on.as_ref());
        self.paren_clause(" except ", spec.except.as_ref());
    }

    fn index(&mut self, definition: &Definition, spec: &IndexSpec) {
        if definition.is_abstract {
            if !spec.params.is_empty() {
                self.params(&spec.params);
            }
            return;
        }
        if !spec.args.is_empty() || !spec.named_args.is_empty() {
            self.put("(");
            self.separated(&spec.args, ", ", Self::expr);
            if !spec.args.is_empty() && !spec.named_args.is_empty() {
                self.put(", ");
            }
            self.separated(&spec.named_args, ", ", Self::named_expr);
            self.put(")");
        }
        self.paren_clause(" on ", spec.on.as_ref());
        self.paren_clause(" except ", spec.except.as_ref());
    }

    /// A keyword and an expression in parentheses.
    pub(super) fn paren_clause(&mut self, keyword: &str, value: Option<&Expr>) {
        if let Some(value) = value {
            self.keywords(keyword);
            self.paren_expr(value);
        }
    }

    fn pointer(&mut self, definition: &Definition, spec: &PointerSpec) {
        self.action(definition);
        if definition.is_abstract {
            self.keywords("abstract ");
        }
        if spec.overloaded {
            self.keywords("overloaded ");
        }
        self.qualifiers(spec.required, spec.cardinality);
        self.keywords(definition.object.keywords());
        if definition.object != ObjectKind::Pointer {
            self.put(" ");
        }
        self.name(&definition.name);
        self.extending(definition);
        if let Some(target) = &spec.target {
            self.put(if definition.object == ObjectKind::Global { " -> " } else { ": " });
            self.type_expr(target);
        }
        if let Some(computed) = &spec.computed {
            self.put(" := ");
            self.paren_expr(computed);
        }
        self.block(definition);
    }

    fn alias(&mut self, definition: &Definition, value: Option<&Expr>) {
        self.action(definition);
        self.keywords("alias ");
        self.name(&definition.name);
        if let Some(value) = value {
            self.put(" := (");
            self.open();
            self.bare_expr(value);
            self.close();
            self.line();
            self.put(")");
        }
        self.block(definition);
    }

    fn extension(&mut self, definition: &Definition, version: Option<&str>) {
        match self.style.sdl {
            true => self.keywords("using "),
            false => self.action(definition),
        }
        self.keywords("extension ");
        self.name(&definition.name);
        if definition.action == Action::Alter {
            self.keywords(" to");
        }
        if definition.if_not_exists {
            self.keywords(" if not exists");
        }
        if let Some(version) = version {
            self.keywords(" version ");
            self.put(&quote_string(version));
        }
    }

    fn function(&mut self, definition: &Definition, spec: &FunctionSpec) {
        self.action(definition);
        self.keywords("function ");
        self.name(&definition.name);
        self.params(&spec.params);
        if let Some((modifier, ty)) = &spec.returns {
            // Gel leaves the room of a modifier even where there is none.
            self.put(if *modifier == TypeModifier::Singleton { " ->  " } else { " -> " });
            self.modified_type(*modifier, ty);
        }
        match (definition.action, definition.commands.as_slice()) {
            (Action::Drop, []) => {}
            (_, [Command { kind: CommandKind::FunctionBody(body), .. }]) => {
                self.put(" ");
                self.function_body(body);
            }
            (Action::Create, commands) => self.function_block(commands),
            _ => self.block(definition),
        }
    }

    /// The body comes last, its `;` on a line of its own.
    fn function_block(&mut self, commands: &[Command]) {
        self.put(" {");
        self.open();
        let is_body = |command: &&Command| matches!(command.kind, CommandKind::FunctionBody(_));
        for command in commands.iter().filter(|command| !is_body(command)) {
            self.command(command);
            self.put(";");
            self.line();
        }
        let body = commands.iter().find(is_body);
        if let Some(Command { kind: CommandKind::FunctionBody(body), .. }) = body {
            self.function_body(body);
        }
        self.close();
        self.line();
        self.put(if body.is_some() { ";}" } else { "}" });
    }

    pub(super) fn function_body(&mut self, body: &FunctionBody) {
        match body {
            FunctionBody::Expr(expr) => self.paren_clause("using ", Some(expr)),
            FunctionBody::Foreign { language, form, text } => {
                self.keywords("using ");
                self.put(language);
                self.foreign_body(*form, text.as_deref());
            }
        }
    }

    pub(super) fn params(&mut self, params: &[FunctionParam]) {
        self.put("(");
        self.separated(params, ", ", Self::function_param);
        self.put(")");
    }

    fn function_param(&mut self, param: &FunctionParam) {
        match param.kind {
            ParamKind::Positional => {}
            ParamKind::Variadic => self.keywords("variadic "),
            ParamKind::NamedOnly => self.keywords("named only "),
        }
        self.ident(&param.name);
        self.put(": ");
        self.modified_type(param.modifier, &param.ty);
        if let Some(default) = &param.default {
            self.put(" = ");
            self.expr(default);
        }
    }

    /// The commands inside, in braces; a single short one of an `alter` without.
    pub(super) fn block(&mut self, definition: &Definition) {
        match definition.commands.as_slice() {
            [] if definition.action == Action::Alter && has_block(&definition.spec) => self.put(" {}"),
            [] => {}
            [only] if definition.action == Action::Alter && stands_alone(definition, only) => {
                self.put(" ");
                self.command(only);
            }
            commands => {
                self.put(" {");
                self.open();
                for command in commands {
                    self.command(command);
                    self.put(";");
                    self.line();
                }
                self.close();
                self.line();
                self.put("}");
            }
        }
    }
}

/// Whether an `alter` of it takes commands at all.
fn has_block(spec: &Spec) -> bool {
    !matches!(spec, Spec::AnnotationValue(_) | Spec::Extension { .. })
}

/// Whether Gel writes a command without braces where it is the only one of an `alter`.
fn stands_alone(definition: &Definition, command: &Command) -> bool {
    if definition.object == ObjectKind::Function && matches!(command.kind, CommandKind::Rename(_)) {
        return false;
    }
    let pointer = matches!(definition.object, ObjectKind::Link | ObjectKind::Property | ObjectKind::Pointer);
    (!pointer || definition.is_abstract)
        && matches!(
            command.kind,
            CommandKind::Rename(_)
                | CommandKind::Using(_)
                | CommandKind::FunctionBody(_)
                | CommandKind::Extending { .. }
                | CommandKind::DropExtending(_)
        )
}
