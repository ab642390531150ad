//! Type expressions.

use super::quote::{quote_ident, quote_name};
use super::writer::Writer;
use crate::ast::{Name, TypeArg, TypeArgValue, TypeExpr, TypeKind, TypeModifier};

impl Writer {
    pub(super) fn name(&mut self, name: &Name) {
        self.put(&quote_name(name));
    }

    pub(super) fn type_expr(&mut self, ty: &TypeExpr) {
        match &ty.kind {
            TypeKind::Name(name) => self.type_name(name),
            TypeKind::Generic { name, args } => {
                self.type_name(name);
                self.put("<");
                self.separated(args, ", ", Self::type_arg);
                self.put(">");
            }
            TypeKind::TypeOf(expr) => {
                self.keywords("typeof ");
                self.postfix_operand(expr);
            }
            TypeKind::Union(left, right) => self.type_pair(left, " | ", right),
            TypeKind::Intersection(left, right) => self.type_pair(left, " & ", right),
        }
    }

    fn type_name(&mut self, name: &Name) {
        match (&name.module, &*name.name) {
            (None, builtin @ ("anytype" | "anytuple" | "anyobject")) => self.put(builtin),
            _ => self.name(name),
        }
    }

    fn type_pair(&mut self, left: &TypeExpr, operator: &str, right: &TypeExpr) {
        self.put("(");
        self.type_expr(left);
        self.put(operator);
        self.type_expr(right);
        self.put(")");
    }

    fn type_arg(&mut self, arg: &TypeArg) {
        if let Some(name) = &arg.name {
            self.put(&quote_ident(&name.text));
            self.put(": ");
        }
        match &arg.value {
            TypeArgValue::Type(ty) => self.type_expr(ty),
            TypeArgValue::Literal(literal) => self.literal(literal),
        }
    }

    /// A type after `is`: a generic one needs parentheses there.
    pub(super) fn plain_type(&mut self, ty: &TypeExpr) {
        match ty.kind {
            TypeKind::Generic { .. } => {
                self.put("(");
                self.type_expr(ty);
                self.put(")");
            }
            _ => self.type_expr(ty),
        }
    }

    /// `optional T`, `set of T`, `T`.
    pub(super) fn modified_type(&mut self, modifier: TypeModifier, ty: &TypeExpr) {
        match modifier {
            TypeModifier::Singleton => {}
            TypeModifier::Optional => self.keywords("optional "),
            TypeModifier::SetOf => self.keywords("set of "),
        }
        self.type_expr(ty);
    }
}
