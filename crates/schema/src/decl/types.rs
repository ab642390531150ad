//! The types that declarations name: what is extended, and what is pointed to.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast::{self, Name, ObjectKind, TypeArgValue, TypeExpr, TypeKind};

use super::literals::{enum_members, type_arg};
use super::wording::definition_error;
use super::{Decl, DeclType, Declarer, Field, Setting, TYPES};
use crate::did_you_mean;

impl Declarer<'_> {
    pub(crate) fn set_bases(&self, decl: &mut Decl, bases: &[TypeExpr]) -> Result<()> {
        let mut names = Vec::new();
        for base in bases {
            match &base.kind {
                TypeKind::Generic { name, args } if name.as_bare().is_some_and(|it| &**it == "enum") => {
                    decl.set(Field::Members, Setting::Texts(enum_members(args)?));
                }
                TypeKind::Generic { name, .. } if is_collection(name) => {
                    let message = "scalar type may not have a collection base type";
                    return Err(Diagnostic::new(ErrorCode::SCHEMA, message).at(base.span));
                }
                TypeKind::Generic { name, args } => {
                    names.push(self.type_name(name)?);
                    decl.set(Field::TypeArgs, Setting::Texts(args.iter().map(type_arg).collect()));
                }
                _ => names.push(self.base_name(decl, base)?),
            }
        }
        if !names.is_empty() {
            decl.set(Field::Bases, Setting::Texts(names));
        }
        Ok(())
    }

    /// A type extends a type, a link a link, a constraint a constraint.
    pub(crate) fn base_name(&self, decl: &Decl, base: &TypeExpr) -> Result<Arc<str>> {
        let TypeKind::Name(name) = &base.kind else {
            return Err(definition_error("unsupported type in EXTENDING", base.span));
        };
        let (classes, what): (&[ObjectKind], &str) = match decl.class {
            ObjectKind::Link | ObjectKind::Pointer => (&[ObjectKind::Link], "link"),
            ObjectKind::Property => (&[ObjectKind::Property], "property"),
            ObjectKind::Constraint => (&[ObjectKind::Constraint], "constraint"),
            ObjectKind::Annotation => (&[ObjectKind::Annotation], "annotation"),
            ObjectKind::Index => (&[ObjectKind::Index], "index"),
            _ => return self.parent_type(decl.class, name, base.span),
        };
        self.reference(name, classes, what, base.span)
    }

    /// The type that a type extends.
    fn parent_type(&self, class: ObjectKind, name: &Name, span: Span) -> Result<Arc<str>> {
        let full = self.type_name(name)?;
        let message = match &*full {
            "anytype" | "anytuple" | "anyobject" | "std::FreeObject" if !self.builtin => {
                let message = format!("'{full}' cannot be a parent type");
                return Err(Diagnostic::new(ErrorCode::SCHEMA, message).at(span));
            }
            _ => match (class, self.names.class_of(&full)) {
                (ObjectKind::Type, Some(ObjectKind::ScalarType)) => "is a scalar type, not an object type",
                (ObjectKind::ScalarType, Some(ObjectKind::Type)) => "is an object type, not a scalar type",
                _ => return Ok(full),
            },
        };
        let message = format!("'{name}' exists, but {message}");
        Err(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at(span))
    }

    fn type_name(&self, name: &Name) -> Result<Arc<str>> {
        if let Some(pseudo @ ("anytype" | "anytuple" | "anyobject")) = name.as_bare().map(|bare| &**bare) {
            return Ok(pseudo.into());
        }
        self.names.resolve(&self.scope, name, TYPES).ok_or_else(|| self.no_such_type(name))
    }

    pub(super) fn no_such_type(&self, name: &Name) -> Diagnostic {
        let what = if self.sdl { "type" } else { "qualified type" };
        let message = format!("{what} '{}' does not exist", self.scope.qualify(name));
        let error = Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at(name.span);
        if self.sdl {
            return error;
        }
        match did_you_mean(&self.names.below().type_suggestions(&self.scope, name)) {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    /// The type that a type expression means.
    pub(crate) fn ty(&self, ty: &TypeExpr) -> Result<DeclType> {
        match &ty.kind {
            TypeKind::Name(name) => Ok(DeclType::Name(self.type_name(name)?)),
            TypeKind::Generic { name, args } => self.generic(name, args, ty.span),
            TypeKind::Union(a, b) => {
                let mut members = Vec::new();
                for side in [a, b] {
                    match self.ty(side)? {
                        DeclType::Name(name) => members.push(name),
                        DeclType::Union(names) => members.extend(names),
                        other => {
                            let message = format!("cannot use type union on non-object type '{other}'");
                            return Err(Diagnostic::new(ErrorCode::INVALID_TYPE, message).at(ty.span));
                        }
                    }
                }
                members.sort();
                members.dedup();
                Ok(DeclType::Union(members))
            }
            TypeKind::Intersection(..) => Err(Diagnostic::unsupported("a type intersection").at(ty.span)),
            TypeKind::TypeOf(_) => Err(Diagnostic::unsupported("typeof in a declaration").at(ty.span)),
        }
    }

    fn generic(&self, name: &Name, args: &[ast::TypeArg], span: Span) -> Result<DeclType> {
        let element = |arg: &ast::TypeArg| match &arg.value {
            TypeArgValue::Type(ty) => Ok((arg.name.as_ref().map(|name| name.text.clone()), self.ty(ty)?)),
            TypeArgValue::Literal(_) => Err(definition_error("expected a type", arg.span)),
        };
        let one = || match args {
            [arg] => Ok(Box::new(element(arg)?.1)),
            _ => {
                let message = format!("unexpected number of subtypes, expecting 1, got {}", args.len());
                Err(Diagnostic::new(ErrorCode::SCHEMA, message).at(span))
            }
        };
        match name.as_bare().map_or("", |bare| &**bare) {
            "tuple" => Ok(DeclType::Tuple(args.iter().map(element).collect::<Result<_>>()?)),
            "array" => Ok(DeclType::Array(one()?)),
            "range" => Ok(DeclType::Range(one()?)),
            "multirange" => Ok(DeclType::MultiRange(one()?)),
            "enum" => Err(definition_error("enum types cannot be used here; declare a scalar type", span)),
            _ => Ok(DeclType::Applied(self.type_name(name)?, args.iter().map(type_arg).collect())),
        }
    }

    /// The type that a pointer points to, which no alias is.
    pub(super) fn target(&self, ty: &TypeExpr) -> Result<DeclType> {
        let alias = match &ty.kind {
            TypeKind::Name(name) => self.names.resolve(&self.scope, name, &[ObjectKind::Alias]),
            _ => None,
        };
        let message =
            |alias| format!("invalid link type: '{alias}' is an expression alias, not a proper object type");
        self.ty(ty).map_err(|error| match alias {
            Some(alias) => Diagnostic::new(ErrorCode::INVALID_LINK_TARGET, message(alias)).at(ty.span),
            None => error,
        })
    }

    /// Whether a pointer to this type is a link or a property.
    pub(super) fn pointer_class(&self, target: &DeclType) -> ObjectKind {
        let is_object = match target {
            DeclType::Name(name) => self.names.class_of(name) == Some(ObjectKind::Type),
            DeclType::Union(_) => true,
            _ => false,
        };
        if is_object { ObjectKind::Link } else { ObjectKind::Property }
    }
}

fn is_collection(name: &Name) -> bool {
    name.as_bare().is_some_and(|it| matches!(&**it, "array" | "tuple" | "range" | "multirange"))
}
