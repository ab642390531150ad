//! Statements other than queries and definitions.

use super::Style;
use super::quote::{quote_ident, quote_module};
use super::writer::Writer;
use crate::ast::{
    AccessMode, BranchCommand, BranchCopy, BranchWord, Command, Configure, ConfigureKind, ConfigureScope,
    CreateMigration, Describe, DescribeFormat, DescribeTarget, Explain, Ident, Isolation, Migration,
    MigrationTarget, ObjectKind, SessionCommand, Statement, StatementKind, Transaction,
};

impl Writer {
    pub(super) fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Query(query) => self.query(query),
            StatementKind::Ddl(definition) => self.definition(definition),
            StatementKind::Migration(migration) => self.migration(migration),
            StatementKind::Transaction(transaction) => self.transaction(transaction),
            StatementKind::Session(session) => self.session(session),
            StatementKind::Configure(configure) => self.configure(configure),
            StatementKind::Describe(describe) => self.describe(describe),
            StatementKind::Explain(explain) => self.explain(explain),
            StatementKind::Administer(administer) => {
                self.keywords("administer ");
                self.expr(&administer.call);
            }
            StatementKind::Branch(branch) => self.branch(branch),
        }
    }

    fn word_and_name(&mut self, words: &str, name: &Ident) {
        self.keywords(words);
        self.ident(name);
    }

    fn migration(&mut self, migration: &Migration) {
        match migration {
            Migration::Start(MigrationTarget::CommittedSchema) => {
                self.keywords("start migration to committed schema")
            }
            Migration::Start(MigrationTarget::Schema(document)) => {
                self.keywords("start migration to {");
                self.open();
                let style = self.style;
                self.style = Style { sdl: true, ..style };
                self.schema_items(&document.items);
                self.style = style;
                self.close();
                self.line();
                self.put("}");
            }
            Migration::StartRewrite => self.keywords("start migration rewrite"),
            Migration::Populate => self.keywords("populate migration"),
            Migration::RejectProposed => self.keywords("alter current migration reject proposed"),
            Migration::Abort => self.keywords("abort migration"),
            Migration::Commit => self.keywords("commit migration"),
            Migration::AbortRewrite => self.keywords("abort migration rewrite"),
            Migration::CommitRewrite => self.keywords("commit migration rewrite"),
            Migration::Create(create) => self.create_migration(create),
            Migration::Alter { name, commands } => {
                self.word_and_name("alter migration ", name);
                self.put(" {");
                self.open();
                self.commands(commands);
                self.close();
                self.line();
                self.put("}");
            }
            Migration::Drop(name) => self.word_and_name("drop migration ", name),
            Migration::ResetSchema(name) => self.word_and_name("reset schema to ", name),
        }
    }

    fn commands(&mut self, commands: &[Command]) {
        for command in commands {
            self.command(command);
            self.put(";");
            self.line();
        }
    }

    fn create_migration(&mut self, create: &CreateMigration) {
        self.keywords(if create.applied { "create applied migration" } else { "create migration" });
        if let Some(name) = &create.name {
            self.put(" ");
            self.ident(name);
        }
        if let Some(parent) = &create.parent {
            self.keywords(" onto ");
            self.ident(parent);
        }
        self.put(" {");
        self.open();
        self.commands(&create.fields);
        for statement in &create.body {
            self.statement(statement);
            self.put(";");
            self.line();
        }
        self.close();
        self.line();
        self.put("}");
    }

    fn transaction(&mut self, transaction: &Transaction) {
        match transaction {
            Transaction::Start { isolation, access, deferrable } => {
                let modes = [
                    isolation.map(|isolation| match isolation {
                        Isolation::Serializable => "isolation serializable",
                        Isolation::RepeatableRead => "isolation repeatable read",
                    }),
                    access.map(|access| match access {
                        AccessMode::ReadOnly => "read only",
                        AccessMode::ReadWrite => "read write",
                    }),
                    deferrable.map(|deferrable| if deferrable { "deferrable" } else { "not deferrable" }),
                ];
                let modes: Vec<&str> = modes.into_iter().flatten().collect();
                self.keywords("start transaction");
                if !modes.is_empty() {
                    self.put(" ");
                    self.keywords(&modes.join(", "));
                }
            }
            Transaction::Commit => self.keywords("commit"),
            Transaction::Rollback => self.keywords("rollback"),
            Transaction::DeclareSavepoint(name) => self.word_and_name("declare savepoint ", name),
            Transaction::ReleaseSavepoint(name) => self.word_and_name("release savepoint ", name),
            Transaction::RollbackToSavepoint(name) => self.word_and_name("rollback to savepoint ", name),
        }
    }

    fn session(&mut self, session: &SessionCommand) {
        match session {
            SessionCommand::SetAlias { name, module } => {
                self.word_and_name("set alias ", name);
                self.keywords(" as module ");
                self.put(&quote_module(module));
            }
            SessionCommand::SetModule(module) => {
                self.keywords("set module ");
                self.put(&quote_module(module));
            }
            SessionCommand::ResetAlias(name) => self.word_and_name("reset alias ", name),
            SessionCommand::ResetAllAliases => self.keywords("reset alias *"),
            SessionCommand::ResetModule => self.keywords("reset module"),
        }
    }

    fn configure(&mut self, configure: &Configure) {
        let scope = match configure.scope {
            ConfigureScope::Session => "configure session ",
            ConfigureScope::Branch => "configure current branch ",
            ConfigureScope::Instance => "configure instance ",
            ConfigureScope::Global => "",
        };
        self.keywords(scope);
        let global = if configure.scope == ConfigureScope::Global { "global " } else { "" };
        match &configure.kind {
            ConfigureKind::Set { name, value } => {
                self.keywords("set ");
                self.keywords(global);
                self.name(name);
                self.put(" := ");
                self.expr(value);
            }
            ConfigureKind::Insert { name, elements } => {
                self.keywords("insert ");
                self.name(name);
                self.put(" ");
                self.shape(elements);
            }
            ConfigureKind::Reset { name, filter } => {
                self.keywords("reset ");
                self.keywords(global);
                self.name(name);
                self.put(if filter.is_some() { " " } else { "" });
                self.filter(filter.as_ref());
            }
        }
    }

    fn describe(&mut self, describe: &Describe) {
        self.keywords("describe ");
        match &describe.target {
            DescribeTarget::Schema => self.keywords("schema"),
            DescribeTarget::BranchConfig => self.keywords("current branch config"),
            DescribeTarget::InstanceConfig => self.keywords("instance config"),
            DescribeTarget::Roles => self.keywords("roles"),
            DescribeTarget::CurrentMigration => self.keywords("current migration"),
            DescribeTarget::Object(name) => {
                self.keywords("object ");
                self.name(name);
            }
            DescribeTarget::Kind(ObjectKind::Module, name) => {
                self.keywords("module ");
                self.put(&quote_module(&name.name));
            }
            DescribeTarget::Kind(kind, name) => {
                self.keywords(kind.keywords());
                self.put(" ");
                self.name(name);
            }
        }
        self.keywords(match describe.format {
            DescribeFormat::Ddl => " as ddl",
            DescribeFormat::Sdl => " as sdl",
            DescribeFormat::Json => " as json",
            DescribeFormat::Text => " as text",
            DescribeFormat::TextVerbose => " as text verbose",
        });
    }

    fn explain(&mut self, explain: &Explain) {
        self.keywords("analyze ");
        if !explain.options.is_empty() {
            self.put("(");
            self.separated(&explain.options, ", ", Self::named_expr);
            self.put(") ");
        }
        self.query(&explain.query);
    }

    fn branch(&mut self, branch: &BranchCommand) {
        match branch {
            BranchCommand::Create { name, copy, word } => {
                let (words, from) = match copy {
                    BranchCopy::Empty if *word == BranchWord::Database => ("create database ", None),
                    BranchCopy::Template(from) if *word == BranchWord::Database => {
                        ("create database ", Some(from))
                    }
                    BranchCopy::Empty => ("create empty branch ", None),
                    BranchCopy::Schema(from) => ("create schema branch ", Some(from)),
                    BranchCopy::Data(from) => ("create data branch ", Some(from)),
                    BranchCopy::Template(from) => ("create template branch ", Some(from)),
                };
                self.word_and_name(words, name);
                if let Some(from) = from {
                    self.word_and_name(" from ", from);
                }
            }
            BranchCommand::Drop { name, force, word } => {
                self.word_and_name(
                    if *word == BranchWord::Database { "drop database " } else { "drop branch " },
                    name,
                );
                self.keywords(if *force { " force" } else { "" });
            }
            BranchCommand::Rename { name, to, force, word } => {
                self.word_and_name(
                    if *word == BranchWord::Database { "alter database " } else { "alter branch " },
                    name,
                );
                self.keywords(if *force { " force" } else { "" });
                self.keywords(" rename to ");
                self.put(&quote_ident(&to.text));
            }
        }
    }
}
