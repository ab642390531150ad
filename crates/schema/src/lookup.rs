//! What a written name means.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast;

use crate::decl::DeclType;
use crate::layer::Named;
use crate::model::*;
use crate::{QName, Schema, TupleElement, TypeRef, did_you_mean, suggestions};

/// Where a name is written: the current module and the module aliases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The module of names that name none.
    pub module: Arc<str>,
    /// `x as module y`.
    pub aliases: Vec<(Arc<str>, Arc<str>)>,
}

impl Default for Scope {
    fn default() -> Self {
        Scope { module: "default".into(), aliases: Vec::new() }
    }
}

impl Scope {
    /// The scope of declarations in a module.
    pub fn in_module(module: &str) -> Scope {
        Scope { module: module.into(), aliases: Vec::new() }
    }

    /// The module that a written one stands for, aliases applied to its first part.
    fn aliased(&self, module: &str) -> String {
        let (first, rest) = module.split_once("::").unwrap_or((module, ""));
        match self.aliases.iter().rev().find(|(name, _)| &**name == first) {
            Some((_, target)) if rest.is_empty() => target.to_string(),
            Some((_, target)) => format!("{target}::{rest}"),
            None => module.to_owned(),
        }
    }

    /// The full names that a written one may stand for, in the order in which they are tried. A module of the user's
    /// own hides one of the same name in `std`.
    pub(crate) fn candidates(&self, name: &ast::Name, is_user_module: impl Fn(&str) -> bool) -> Vec<QName> {
        let Some(module) = &name.module else {
            return vec![QName::new(&self.module, &name.name), QName::new("std", &name.name)];
        };
        if let Some(rest) = module.strip_prefix("__current__::") {
            return vec![QName::new(&format!("{}::{rest}", self.module), &name.name)];
        }
        match &**module {
            "__current__" => vec![QName::new(&self.module, &name.name)],
            "__std__" => vec![QName::new("std", &name.name)],
            _ => {
                let mut names = vec![QName::new(&self.aliased(module), &name.name)];
                if !is_user_module(module.split("::").next().unwrap_or(module)) {
                    names.push(QName::new(&format!("std::{module}"), &name.name));
                }
                names
            }
        }
    }

    /// The full name that a written one has where nothing else is found: in the current module, aliases applied.
    pub fn qualify(&self, name: &ast::Name) -> QName {
        match &name.module {
            Some(module) => QName::new(&self.aliased(module), &name.name),
            None => QName::new(&self.module, &name.name),
        }
    }
}

impl Schema {
    fn candidates(&self, scope: &Scope, name: &ast::Name) -> Vec<QName> {
        scope.candidates(name, |module| self.module(module).is_some_and(|module| !module.builtin))
    }

    /// What a written name means, of the things that have a qualified name of their own.
    pub fn lookup(&self, scope: &Scope, name: &ast::Name) -> Option<&Named> {
        self.candidates(scope, name).iter().find_map(|name| self.named(name.as_str()))
    }

    /// The object or scalar type, or alias, that a written name means.
    pub fn lookup_type(&self, scope: &Scope, name: &ast::Name) -> Option<&Named> {
        let is_type = |named: &&Named| matches!(named, Named::Object(_) | Named::Scalar(_) | Named::Alias(_));
        let names = self.candidates(scope, name);
        names.iter().find_map(|name| self.named(name.as_str()).filter(is_type))
    }

    /// The global that a written name means.
    pub fn lookup_global(&self, scope: &Scope, name: &ast::Name) -> Option<&Arc<Global>> {
        self.candidates(scope, name).iter().find_map(|name| match self.named(name.as_str()) {
            Some(Named::Global(global)) => Some(global),
            _ => None,
        })
    }

    /// Overloads of the function that a written name means; empty where there is none.
    pub fn lookup_functions(&self, scope: &Scope, name: &ast::Name) -> &[Arc<Function>] {
        let names = self.candidates(scope, name);
        names.iter().map(|name| self.functions_named(name.as_str())).find(|it| !it.is_empty()).unwrap_or(&[])
    }

    /// Types that the user may have meant by a name that is not there: close names in the current module and `std`.
    pub fn type_suggestions(&self, scope: &Scope, name: &ast::Name) -> Vec<&str> {
        let asked = name.module.as_deref().map_or(scope.module.to_string(), |module| scope.aliased(module));
        let types = self
            .all_named()
            .filter(|(_, it)| matches!(it, Named::Object(_) | Named::Scalar(_) | Named::Alias(_)));
        let near = types.filter(|(it, _)| it.module() == asked || it.module() == "std");
        suggestions(&name.name, near.map(|(it, _)| it.local()))
    }

    /// Pointers of an object type that the user may have meant.
    pub fn pointer_suggestions<'a>(&self, ty: &'a ObjectType, name: &str) -> Vec<&'a str> {
        suggestions(name, ty.pointers.keys().map(|name| &**name))
    }

    /// The type that a type expression means.
    ///
    /// Errors name what does not exist, with its place and a suggestion. `typeof` is for the compiler to resolve.
    pub fn resolve_type(&self, scope: &Scope, ty: &ast::TypeExpr) -> Result<TypeRef> {
        match &ty.kind {
            ast::TypeKind::Name(name) => self.resolve_named_type(scope, name),
            ast::TypeKind::Generic { name, args } => self.resolve_generic(scope, name, args, ty.span),
            ast::TypeKind::Union(a, b) => self.resolve_union(scope, a, b, ty.span),
            ast::TypeKind::Intersection(..) => {
                Err(Diagnostic::unsupported("a type intersection").at(ty.span))
            }
            ast::TypeKind::TypeOf(_) => Err(Diagnostic::unsupported("typeof in a declaration").at(ty.span)),
        }
    }

    fn resolve_named_type(&self, scope: &Scope, name: &ast::Name) -> Result<TypeRef> {
        match name.as_bare().map(|bare| &**bare) {
            Some("anytype") => return Ok(TypeRef::AnyType),
            Some("anytuple") => return Ok(TypeRef::AnyTuple),
            Some("anyobject") => return Ok(TypeRef::AnyObject),
            _ => {}
        }
        match self.lookup_type(scope, name) {
            Some(Named::Scalar(it)) => Ok(TypeRef::Scalar(it.id)),
            Some(Named::Object(it)) => Ok(TypeRef::Object(it.id)),
            _ => Err(self.no_such_type(scope, name)),
        }
    }

    /// "type '…' does not exist", with the place and a suggestion.
    pub fn no_such_type(&self, scope: &Scope, name: &ast::Name) -> Diagnostic {
        let error = Diagnostic::new(ErrorCode::INVALID_REFERENCE, format!("type '{name}' does not exist"));
        let error = error.at(name.span);
        match did_you_mean(&self.type_suggestions(scope, name)) {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    fn resolve_generic(
        &self,
        scope: &Scope,
        name: &ast::Name,
        args: &[ast::TypeArg],
        span: Span,
    ) -> Result<TypeRef> {
        let elements = args.iter().map(|arg| self.resolve_type_arg(scope, arg));
        let elements = elements.collect::<Result<Vec<_>>>()?;
        let constructor = name.as_bare().map_or("", |bare| &**bare);
        match (constructor, elements.as_slice()) {
            ("tuple", _) => Ok(TypeRef::Tuple(elements.into())),
            ("array", [one]) => Ok(TypeRef::Array(one.ty.clone().into())),
            ("range", [one]) => Ok(TypeRef::Range(one.ty.clone().into())),
            ("multirange", [one]) => Ok(TypeRef::MultiRange(one.ty.clone().into())),
            ("array" | "range" | "multirange", _) => {
                let message = format!("unexpected number of subtypes, expecting 1, got {}", args.len());
                Err(Diagnostic::new(ErrorCode::SCHEMA, message).at(span))
            }
            _ => {
                let message = format!("type '{name}' does not exist");
                Err(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at(name.span))
            }
        }
    }

    fn resolve_type_arg(&self, scope: &Scope, arg: &ast::TypeArg) -> Result<TupleElement> {
        let name = arg.name.as_ref().map(|name| name.text.clone());
        match &arg.value {
            ast::TypeArgValue::Type(ty) => Ok(TupleElement { name, ty: self.resolve_type(scope, ty)? }),
            ast::TypeArgValue::Literal(_) => {
                Err(Diagnostic::unsupported("a literal as an argument of this type").at(arg.span))
            }
        }
    }

    fn resolve_union(
        &self,
        scope: &Scope,
        a: &ast::TypeExpr,
        b: &ast::TypeExpr,
        span: Span,
    ) -> Result<TypeRef> {
        let mut members = Vec::new();
        for side in [a, b] {
            match self.resolve_type(scope, side)? {
                TypeRef::Object(id) => members.push(id),
                TypeRef::Union(ids) => members.extend(ids.iter().copied()),
                other => {
                    let message =
                        format!("cannot use type union on non-object type '{}'", self.type_name(&other));
                    return Err(Diagnostic::new(ErrorCode::INVALID_TYPE, message).at(span));
                }
            }
        }
        Ok(self.union_of(members))
    }

    /// The union of object types: without duplicates and without what another member covers.
    pub fn union_of(&self, members: Vec<uuid::Uuid>) -> TypeRef {
        let mut kept: Vec<uuid::Uuid> = Vec::new();
        for id in members.iter().copied() {
            let covered = members.iter().any(|other| *other != id && self.is_below(id, *other));
            if !covered && !kept.contains(&id) {
                kept.push(id);
            }
        }
        match kept.as_slice() {
            [one] => TypeRef::Object(*one),
            _ => TypeRef::Union(kept.into()),
        }
    }
}

impl Schema {
    /// The type that a declared one stands for here.
    pub(crate) fn type_of_decl(&self, ty: &DeclType) -> Option<TypeRef> {
        match ty {
            DeclType::Name(name) | DeclType::Applied(name, _) => match self.named(name)? {
                Named::Scalar(it) => Some(TypeRef::Scalar(it.id)),
                Named::Object(it) => Some(TypeRef::Object(it.id)),
                _ => None,
            },
            DeclType::Array(of) => Some(TypeRef::Array(self.type_of_decl(of)?.into())),
            DeclType::Range(of) => Some(TypeRef::Range(self.type_of_decl(of)?.into())),
            DeclType::MultiRange(of) => Some(TypeRef::MultiRange(self.type_of_decl(of)?.into())),
            DeclType::Tuple(elements) => {
                let element = |(name, ty): &(Option<Arc<str>>, DeclType)| {
                    Some(TupleElement { name: name.clone(), ty: self.type_of_decl(ty)? })
                };
                Some(TypeRef::Tuple(elements.iter().map(element).collect::<Option<_>>()?))
            }
            DeclType::Union(names) => {
                let id = |name: &Arc<str>| self.object_type_named(name).map(|ty| ty.id);
                Some(TypeRef::Union(names.iter().map(id).collect::<Option<_>>()?))
            }
        }
    }
}
