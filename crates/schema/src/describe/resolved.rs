//! Declarations made from what is resolved: all that is inherited spelt out.

use std::sync::Arc;

use syntax::ast::ObjectKind;
use value::Uuid;

use crate::decl::{Decl, DeclParam, DeclType, Field, PLAIN_INDEX, Setting};
use crate::layer::Named;
use crate::model::*;
use crate::{Expression, Schema, TypeRef};

/// An object type with everything it has; without `rules`, only its pointers and what they are.
pub(super) fn object_type(schema: &Schema, ty: &ObjectType, rules: bool) -> Decl {
    let mut decl = Decl::new(ObjectKind::Type, ty.name.as_arc().clone(), None);
    set_flag(&mut decl, Field::Abstract, ty.is_abstract);
    let bases: Vec<Arc<str>> = ty.bases.iter().filter_map(|id| name_of(schema, *id)).collect();
    let is_plain = matches!(bases.as_slice(), [only] if &**only == "std::Object");
    if !bases.is_empty() && !is_plain {
        decl.set(Field::Bases, Setting::Texts(bases));
    }
    decl.children.extend(ty.pointers.values().map(|it| pointer(schema, it, rules)));
    if rules {
        decl.children.extend(ty.annotations.iter().map(annotation));
        decl.children.extend(ty.constraints.iter().map(|it| constraint_on(schema, it)));
        decl.children.extend(ty.indexes.iter().map(|it| index(it.as_ref())));
        decl.children.extend(ty.policies.iter().map(|it| policy(it)));
        decl.children.extend(ty.triggers.iter().map(|it| trigger(it)));
    }
    decl
}

fn pointer(schema: &Schema, of: &Pointer, rules: bool) -> Decl {
    let class = if of.is_link() { ObjectKind::Link } else { ObjectKind::Property };
    let mut decl = Decl::new(class, of.name.clone(), None);
    decl.set(Field::Required, Setting::Flag(of.is_required()));
    let many = of.is_multi();
    decl.set(
        Field::Cardinality,
        Setting::Cardinality(if many { Cardinality::Many } else { Cardinality::One }),
    );
    match &of.computed {
        Some(computed) => decl.set(Field::Computed, Setting::Expr(computed.clone())),
        None => {
            let target = of.target.as_ref().map(|target| Setting::Type(decl_type(schema, target)));
            decl.set_some(Field::Target, target);
        }
    }
    set_expr(&mut decl, Field::Default, own_default(of));
    set_flag(&mut decl, Field::Readonly, of.readonly);
    if of.on_target_delete != TargetDelete::default() {
        decl.set(Field::OnTargetDelete, Setting::OnTarget(of.on_target_delete));
    }
    if of.on_source_delete != SourceDelete::default() {
        decl.set(Field::OnSourceDelete, Setting::OnSource(of.on_source_delete));
    }
    let is_abstract = |id: &Uuid| match schema.by_id(*id) {
        Some(Named::Pointer(pointer)) => Some(pointer.name.clone()),
        _ => None,
    };
    let bases: Vec<Arc<str>> = of.bases.iter().filter_map(is_abstract).collect();
    if !bases.is_empty() {
        decl.set(Field::Bases, Setting::Texts(bases));
    }
    decl.children.extend(of.properties.values().map(|it| pointer(schema, it, rules)));
    if rules {
        decl.children.extend(of.annotations.iter().map(annotation));
        decl.children.extend(of.constraints.iter().map(|it| constraint_on(schema, it)));
        decl.children.extend(of.rewrites.iter().map(|it| rewrite(it)));
        decl.children.extend(of.indexes.iter().map(|it| index(it)));
        if &*of.name == "id" {
            decl.children.push(Decl::new(ObjectKind::Constraint, "std::exclusive", None));
        }
    }
    decl
}

/// How an id is made is not shown.
fn own_default(of: &Pointer) -> Option<&Expression> {
    of.default.as_ref().filter(|_| &*of.name != "id")
}

fn annotation(of: &AnnotationValue) -> Decl {
    let mut decl = Decl::new(ObjectKind::AnnotationValue, of.name.as_arc().clone(), None);
    decl.set(Field::Value, Setting::Text(of.value.clone()));
    decl
}

/// What a constraint says beyond the abstract one.
fn constraint_on(schema: &Schema, of: &Constraint) -> Decl {
    let mut decl = Decl::new(ObjectKind::Constraint, of.name.as_arc().clone(), None);
    let Some(Named::Constraint(general)) = schema.by_id(of.abstract_id) else { return decl };
    let args: Vec<Expression> = of.args.iter().flat_map(|arg| spread(general, arg)).collect();
    if !args.is_empty() {
        decl.set(Field::Args, Setting::Exprs(args));
    }
    if of.subject_expr != general.subject_expr {
        set_expr(&mut decl, Field::On, of.subject_expr.as_ref());
    }
    set_expr(&mut decl, Field::Except, of.except.as_ref());
    set_flag(&mut decl, Field::Delegated, of.delegated);
    if Some(&of.errmessage) != general.errmessage.as_ref() && &*of.errmessage != "invalid {__subject__}" {
        decl.set(Field::Errmessage, Setting::Text(of.errmessage.clone()));
    }
    decl.children.extend(of.annotations.iter().map(annotation));
    decl
}

/// The values of a variadic parameter are written one by one.
fn spread(general: &AbstractConstraint, arg: &ConstraintArg) -> Vec<Expression> {
    let variadic = general.params.iter().any(|it| it.name == arg.name && it.kind == ParameterKind::Variadic);
    match arg.value.tree() {
        Ok(tree) if variadic => match &tree.kind {
            syntax::ast::ExprKind::Array(items) => items.iter().cloned().map(Expression::of).collect(),
            _ => vec![arg.value.clone()],
        },
        _ => vec![arg.value.clone()],
    }
}

fn index(of: &Index) -> Decl {
    let name = if of.name.as_str() == PLAIN_INDEX { PLAIN_INDEX.into() } else { of.name.as_arc().clone() };
    let mut decl = Decl::new(ObjectKind::Index, name, None);
    set_expr(&mut decl, Field::On, Some(&of.expr));
    set_expr(&mut decl, Field::Except, of.except.as_ref());
    if !of.kwargs.is_empty() {
        decl.set(Field::NamedArgs, Setting::NamedExprs(of.kwargs.clone()));
    }
    decl.children.extend(of.annotations.iter().map(annotation));
    decl
}

fn policy(of: &AccessPolicy) -> Decl {
    let mut decl = Decl::new(ObjectKind::AccessPolicy, of.name.clone(), None);
    decl.set(Field::Allow, Setting::Flag(of.allow));
    decl.set(Field::AccessKinds, Setting::AccessKinds(of.kinds.clone()));
    set_expr(&mut decl, Field::When, of.condition.as_ref());
    set_expr(&mut decl, Field::Using, of.expr.as_ref());
    decl.set_some(Field::Errmessage, of.errmessage.clone().map(Setting::Text));
    decl.children.extend(of.annotations.iter().map(annotation));
    decl
}

fn trigger(of: &Trigger) -> Decl {
    let mut decl = Decl::new(ObjectKind::Trigger, of.name.clone(), None);
    decl.set(Field::TriggerKinds, Setting::TriggerKinds(of.kinds.clone()));
    decl.set(Field::TriggerScope, Setting::TriggerScope(of.scope));
    set_expr(&mut decl, Field::When, of.condition.as_ref());
    set_expr(&mut decl, Field::Using, Some(&of.expr));
    decl.children.extend(of.annotations.iter().map(annotation));
    decl
}

fn rewrite(of: &Rewrite) -> Decl {
    let name = if of.kind == RewriteKind::Insert { "insert" } else { "update" };
    let mut decl = Decl::new(ObjectKind::Rewrite, name, None);
    set_expr(&mut decl, Field::Using, Some(&of.expr));
    decl
}

/// A function of the library, whose body is not EdgeQL.
pub(super) fn function(schema: &Schema, of: &Function) -> Decl {
    let mut decl = Decl::new(ObjectKind::Function, of.name.as_arc().clone(), None);
    let params = of.params.iter().map(|it| param(schema, it)).collect();
    decl.set(Field::Params, Setting::Params(params));
    decl.set(Field::Returns, Setting::Returns(of.return_mod, decl_type(schema, &of.returns)));
    decl.set_some(Field::Volatility, of.volatility.map(Setting::Volatility));
    set_expr(&mut decl, Field::Using, of.body.as_ref());
    decl.children.extend(of.annotations.iter().map(annotation));
    decl
}

fn param(schema: &Schema, of: &Parameter) -> DeclParam {
    let ty = match (&of.ty, of.kind) {
        (TypeRef::Array(each), ParameterKind::Variadic) => decl_type(schema, each),
        (ty, _) => decl_type(schema, ty),
    };
    DeclParam { name: of.name.clone(), kind: of.kind, typemod: of.typemod, ty, default: of.default.clone() }
}

pub(super) fn scalar(schema: &Schema, of: &ScalarType) -> Decl {
    let mut decl = Decl::new(ObjectKind::ScalarType, of.name.as_arc().clone(), None);
    set_flag(&mut decl, Field::Abstract, of.is_abstract);
    match &of.enum_values {
        Some(members) => decl.set(Field::Members, Setting::Texts(members.to_vec())),
        None if !of.bases.is_empty() => {
            let bases = of.bases.iter().filter_map(|id| name_of(schema, *id)).collect();
            decl.set(Field::Bases, Setting::Texts(bases));
        }
        None => {}
    }
    decl.children.extend(of.annotations.iter().map(annotation));
    decl
}

pub(super) fn constraint(schema: &Schema, of: &AbstractConstraint) -> Decl {
    let mut decl = Decl::new(ObjectKind::Constraint, of.name.as_arc().clone(), None);
    set_flag(&mut decl, Field::Abstract, true);
    let params: Vec<DeclParam> = of.params.iter().map(|it| param(schema, it)).collect();
    if !params.is_empty() {
        decl.set(Field::Params, Setting::Params(params));
    }
    let bases: Vec<Arc<str>> = of
        .bases
        .iter()
        .filter_map(|id| name_of(schema, *id))
        .filter(|name| &**name != "std::constraint")
        .collect();
    if !bases.is_empty() {
        decl.set(Field::Bases, Setting::Texts(bases));
    }
    set_expr(&mut decl, Field::On, of.subject_expr.as_ref());
    set_expr(&mut decl, Field::Using, of.expr.as_ref());
    decl.set_some(Field::Errmessage, of.errmessage.clone().map(Setting::Text));
    decl.children.extend(of.annotations.iter().map(annotation));
    decl
}

/// What has little more than a name.
pub(super) fn bare(named: &Named, name: &str) -> Decl {
    let class = match named {
        Named::Pointer(pointer) if pointer.is_link() => ObjectKind::Link,
        Named::Pointer(_) => ObjectKind::Property,
        Named::Index(_) => ObjectKind::Index,
        Named::Permission(_) => ObjectKind::Permission,
        Named::Global(_) => ObjectKind::Global,
        _ => ObjectKind::Annotation,
    };
    let mut decl = Decl::new(class, name, None);
    set_flag(&mut decl, Field::Abstract, matches!(named, Named::Pointer(_) | Named::Index(_)));
    if let Named::Annotation(annotation) = named {
        set_flag(&mut decl, Field::Inheritable, annotation.inheritable);
    }
    decl
}

fn set_flag(decl: &mut Decl, field: Field, flag: bool) {
    if flag {
        decl.set(field, Setting::Flag(true));
    }
}

fn set_expr(decl: &mut Decl, field: Field, expr: Option<&Expression>) {
    decl.set_some(field, expr.cloned().map(Setting::Expr));
}

fn name_of(schema: &Schema, id: Uuid) -> Option<Arc<str>> {
    match schema.by_id(id)? {
        Named::Scalar(it) => Some(it.name.as_arc().clone()),
        Named::Object(it) => Some(it.name.as_arc().clone()),
        Named::Constraint(it) => Some(it.name.as_arc().clone()),
        _ => None,
    }
}

/// A type by name.
fn decl_type(schema: &Schema, ty: &TypeRef) -> DeclType {
    match ty {
        TypeRef::Array(of) => DeclType::Array(Box::new(decl_type(schema, of))),
        TypeRef::Range(of) => DeclType::Range(Box::new(decl_type(schema, of))),
        TypeRef::MultiRange(of) => DeclType::MultiRange(Box::new(decl_type(schema, of))),
        TypeRef::Tuple(elements) => {
            let element =
                |element: &crate::TupleElement| (element.name.clone(), decl_type(schema, &element.ty));
            DeclType::Tuple(elements.iter().map(element).collect())
        }
        TypeRef::Union(ids) => DeclType::Union(ids.iter().filter_map(|id| name_of(schema, *id)).collect()),
        other => DeclType::Name(schema.type_name(other).into()),
    }
}
