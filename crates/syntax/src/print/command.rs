//! Commands in the block of a definition.

use super::quote::quote_string;
use super::writer::Writer;
use crate::ast::{
    Cardinality, Command, CommandKind, DeletePolicy, DeleteSide, Expr, ExprKind, ForeignForm, Ident,
    Position, TypeExpr,
};

impl Writer {
    /// A command without a `;` after it.
    pub(super) fn command(&mut self, command: &Command) {
        match &command.kind {
            CommandKind::Definition(definition) => self.definition(definition),
            CommandKind::SetField { name, value } => self.set_field(name, value),
            CommandKind::ResetField(name) if name.text.eq_ignore_ascii_case("expression") => {
                self.keywords("reset expression");
            }
            CommandKind::ResetField(name) => {
                self.keywords("reset ");
                self.ident(name);
            }
            CommandKind::Rename(name) => {
                self.keywords("rename to ");
                self.name(name);
            }
            CommandKind::Using(expr) => self.paren_clause("using ", Some(expr)),
            CommandKind::FunctionBody(body) => self.function_body(body),
            CommandKind::Extending { bases, position } => {
                self.keywords("extending ");
                self.separated(bases, ", ", Self::type_expr);
                self.position(position.as_ref());
            }
            CommandKind::DropExtending(bases) => {
                self.keywords("drop extending ");
                self.separated(bases, ", ", Self::type_expr);
            }
            // Gel writes these in upper case wherever they stand.
            CommandKind::SetAbstract(true) => self.put("SET ABSTRACT"),
            CommandKind::SetAbstract(false) => self.put("RESET ABSTRACT"),
            CommandKind::SetDelegated(true) => self.put("SET DELEGATED"),
            CommandKind::SetDelegated(false) => self.put("RESET DELEGATED"),
            CommandKind::SetDeferred(true) => self.put("SET DEFERRED"),
            CommandKind::SetDeferred(false) => self.put("DROP DEFERRED"),
            CommandKind::SetOwned(true) => self.put("SET OWNED"),
            CommandKind::SetOwned(false) => self.put("DROP OWNED"),
            CommandKind::SetRequired { required, using } => {
                self.put(match required {
                    Some(true) => "SET REQUIRED",
                    Some(false) => "SET OPTIONAL",
                    None => "RESET OPTIONALITY",
                });
                self.paren_clause(" using ", using.as_ref());
            }
            CommandKind::SetCardinality { cardinality, using } => {
                self.put(match cardinality {
                    Some(Cardinality::Multi) => "SET MULTI",
                    Some(Cardinality::Single) => "SET SINGLE",
                    None => "RESET CARDINALITY",
                });
                self.paren_clause(" using ", using.as_ref());
            }
            CommandKind::SetType { ty, using, reset_to_default } => {
                self.set_type(ty.as_ref(), using.as_ref(), *reset_to_default);
            }
            CommandKind::OnDelete { side, policy } => self.on_delete(*side, *policy),
            CommandKind::When(Some(expr)) => self.paren_clause("when ", Some(expr)),
            CommandKind::When(None) => self.keywords("reset when"),
            CommandKind::Access { action, kinds } => self.access(*action, kinds),
        }
    }

    fn set_field(&mut self, name: &Ident, value: &Expr) {
        if !self.style.sdl {
            self.keywords("set ");
        }
        self.ident(name);
        self.put(" := ");
        match &value.kind {
            ExprKind::Literal(_) => self.expr(value),
            _ => self.paren_expr(value),
        }
    }

    fn position(&mut self, position: Option<&Position>) {
        match position {
            None => {}
            Some(Position::First) => self.keywords(" first"),
            Some(Position::Last) => self.keywords(" last"),
            Some(Position::Before(name)) => {
                self.keywords(" before ");
                self.name(name);
            }
            Some(Position::After(name)) => {
                self.keywords(" after ");
                self.name(name);
            }
        }
    }

    fn set_type(&mut self, ty: Option<&TypeExpr>, using: Option<&Expr>, reset_to_default: bool) {
        let Some(ty) = ty else { return self.put("RESET TYPE") };
        self.keywords("set type ");
        self.type_expr(ty);
        self.paren_clause(" using ", using);
        if reset_to_default {
            self.keywords(" reset to default");
        }
    }

    fn on_delete(&mut self, side: DeleteSide, policy: Option<DeletePolicy>) {
        if policy.is_none() {
            self.keywords("reset ");
        }
        self.keywords(match side {
            DeleteSide::Target => "on target delete",
            DeleteSide::Source => "on source delete",
        });
        self.keywords(match policy {
            None => "",
            Some(DeletePolicy::Restrict) => " restrict",
            Some(DeletePolicy::DeferredRestrict) => " deferred restrict",
            Some(DeletePolicy::Allow) => " allow",
            Some(DeletePolicy::DeleteSource) => " delete source",
            Some(DeletePolicy::DeleteTarget) => " delete target",
            Some(DeletePolicy::DeleteTargetIfOrphan) => " delete target if orphan",
        });
    }

    pub(super) fn foreign_body(&mut self, form: ForeignForm, text: Option<&str>) {
        match form {
            ForeignForm::Expression => self.keywords(" expression"),
            ForeignForm::Function => self.keywords(" function "),
            ForeignForm::Code => self.put(" "),
        }
        match text {
            Some(code) if code.contains('\n') && !code.contains("$$") => self.put(&format!("$${code}$$")),
            Some(code) => self.put(&quote_string(code)),
            None => {}
        }
    }
}
