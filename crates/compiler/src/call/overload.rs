//! Which overload a call means: the one whose parameters the arguments reach by the fewest implicit casts.

use std::sync::Arc;

use ir::{Expr, Type};
use schema::{Function, Operator, Parameter, ParameterKind, TypeMod, TypeRef};

use crate::cast;
use crate::context::Context;
use crate::expr::is_determined;
use crate::types::has_object;

/// A function or an operator, as far as calling goes.
pub(super) struct Signature<'a> {
    pub(super) name: &'a str,
    pub(super) key: &'a Arc<str>,
    pub(super) params: &'a [Parameter],
    pub(super) returns: &'a TypeRef,
    pub(super) return_mod: TypeMod,
    pub(super) preserves_optionality: bool,
    pub(super) module: &'a str,
}

/// The arguments of a call.
pub(crate) struct Arguments {
    pub(super) positional: Vec<Expr>,
    pub(super) named: Vec<(Arc<str>, Expr)>,
}

/// Where a parameter's argument comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Positional(usize),
    Named(usize),
    /// All positional arguments from this one on.
    Rest(usize),
    Default,
}

/// An overload that takes the arguments.
pub(super) struct Chosen {
    pub(super) index: usize,
    pub(super) slots: Vec<Slot>,
    /// What the generic type stands for.
    pub(super) generic: Option<Type>,
}

impl<'a> Signature<'a> {
    pub(super) fn of_function(function: &'a Function) -> Self {
        Signature {
            name: function.name.as_str(),
            key: &function.key,
            params: &function.params,
            returns: &function.returns,
            return_mod: function.return_mod,
            preserves_optionality: function.preserves_optionality,
            module: function.name.module(),
        }
    }

    pub(super) fn of_operator(operator: &'a Operator) -> Self {
        Signature {
            name: operator.name.as_str(),
            key: &operator.key,
            params: &operator.params,
            returns: &operator.returns,
            return_mod: operator.return_mod,
            preserves_optionality: false,
            module: "std",
        }
    }
}

impl Signature<'_> {
    /// Whether it takes or gives a set as a whole.
    pub(super) fn is_of_sets(&self) -> bool {
        self.return_mod == TypeMod::SetOf || self.params.iter().any(|it| it.typemod == TypeMod::SetOf)
    }
}

impl Chosen {
    /// Whether the call names some of the function's named-only arguments and leaves others to their defaults. Gel then
    /// does not count on a result.
    pub(super) fn omits_some_named(&self, function: &Function) -> bool {
        let named = || {
            function
                .params
                .iter()
                .zip(&self.slots)
                .filter(|(param, _)| param.kind == ParameterKind::NamedOnly)
        };
        named().any(|(_, slot)| *slot == Slot::Default) && named().any(|(_, slot)| *slot != Slot::Default)
    }
}

/// How far an overload is from the arguments: implicit casts, then how generic it is, then steps up the hierarchy.
type Distance = (u32, u32, u32);

/// The nearest overload that takes the arguments.
pub(super) fn choose(cx: &Context<'_>, overloads: &[Signature<'_>], arguments: &Arguments) -> Option<Chosen> {
    let fitting = overloads.iter().enumerate().filter_map(|(index, signature)| {
        let slots = slots(signature.params, arguments)?;
        let generic = generic(cx, signature, &slots, arguments).ok()?;
        let distance = distance(cx, signature, &slots, arguments, generic.as_ref())?;
        Some((distance, Chosen { index, slots, generic }))
    });
    fitting.min_by_key(|(distance, _)| *distance).map(|(_, chosen)| chosen)
}

/// Gives every parameter its arguments; `None` where some are left over or missing.
fn slots(params: &[Parameter], arguments: &Arguments) -> Option<Vec<Slot>> {
    let mut next = 0;
    let mut named = 0;
    let mut slots = Vec::with_capacity(params.len());
    for param in params {
        let slot = match param.kind {
            ParameterKind::Positional if next < arguments.positional.len() => {
                next += 1;
                Slot::Positional(next - 1)
            }
            ParameterKind::Variadic => {
                let first = next;
                next = arguments.positional.len();
                Slot::Rest(first)
            }
            ParameterKind::NamedOnly => {
                match arguments.named.iter().position(|(name, _)| *name == param.name) {
                    Some(index) => {
                        named += 1;
                        Slot::Named(index)
                    }
                    None => Slot::Default,
                }
            }
            ParameterKind::Positional => Slot::Default,
        };
        if slot == Slot::Default && param.default.is_none() {
            return None;
        }
        slots.push(slot);
    }
    (next == arguments.positional.len() && named == arguments.named.len()).then_some(slots)
}

/// The arguments of a slot.
pub(super) fn arguments_of<'a>(slot: &Slot, arguments: &'a Arguments) -> &'a [Expr] {
    match slot {
        Slot::Positional(at) => arguments.positional.get(*at..=*at).unwrap_or_default(),
        Slot::Rest(from) => arguments.positional.get(*from..).unwrap_or_default(),
        Slot::Named(at) => arguments.named.get(*at).map_or(&[], |(_, value)| std::slice::from_ref(value)),
        Slot::Default => &[],
    }
}

/// The type of one argument of a parameter: of a variadic one, the array's element.
pub(super) fn element_type(param: &Parameter) -> &TypeRef {
    match (&param.kind, &param.ty) {
        (ParameterKind::Variadic, TypeRef::Array(of)) => of,
        (_, ty) => ty,
    }
}

// -- generic parameters ---------------------------------------------------------

/// The type that the generic parameters stand for together; `Err` where the arguments do not agree on one.
fn generic(
    cx: &Context<'_>,
    signature: &Signature<'_>,
    slots: &[Slot],
    arguments: &Arguments,
) -> Result<Option<Type>, ()> {
    let mut found: Option<Type> = None;
    for (param, slot) in signature.params.iter().zip(slots) {
        let ty = element_type(param);
        if !cx.schema().is_polymorphic(ty) {
            continue;
        }
        for argument in arguments_of(slot, arguments) {
            let part = generic_part(cx, ty, &argument.ty).ok_or(())?;
            found = Some(match found {
                None => part,
                Some(known) => agree(cx, known, part).ok_or(())?,
            });
        }
    }
    Ok(found)
}

fn agree(cx: &Context<'_>, a: Type, b: Type) -> Option<Type> {
    match (&a, &b) {
        (Type::Any, _) => Some(b),
        (_, Type::Any) => Some(a),
        _ if !has_object(&a) && cx.compiler.same_type(&a, &b) => Some(a),
        _ => cx.compiler.common_type(&a, &b),
    }
}

/// The part of an argument's type that stands where the parameter's is generic.
fn generic_part(cx: &Context<'_>, param: &TypeRef, ty: &Type) -> Option<Type> {
    match (param, ty) {
        (TypeRef::AnyType, _) => Some(ty.clone()),
        (TypeRef::AnyTuple, Type::Tuple(_)) | (TypeRef::AnyObject, Type::Object(_)) => Some(ty.clone()),
        (TypeRef::Array(param), Type::Array(of))
        | (TypeRef::Range(param), Type::Range(of))
        | (TypeRef::MultiRange(param), Type::MultiRange(of) | Type::Range(of)) => generic_part(cx, param, of),
        (TypeRef::Scalar(_), Type::Scalar(_)) => {
            cx.schema().is_subtype(&cx.compiler.type_ref(ty), param).then(|| ty.clone())
        }
        (_, Type::Any) => Some(Type::Any),
        _ => None,
    }
}

/// A parameter's or result's type with the generic part filled in.
pub(super) fn resolved(cx: &Context<'_>, ty: &TypeRef, generic: Option<&Type>) -> Type {
    let inner = |of: &TypeRef| Arc::new(resolved(cx, of, generic));
    match (ty, generic) {
        (TypeRef::AnyType | TypeRef::AnyTuple | TypeRef::AnyObject, Some(generic)) => generic.clone(),
        (TypeRef::Scalar(_), Some(generic)) if cx.schema().is_polymorphic(ty) => generic.clone(),
        (TypeRef::Array(of), _) => Type::Array(inner(of)),
        (TypeRef::Range(of), _) => Type::Range(inner(of)),
        (TypeRef::MultiRange(of), _) => Type::MultiRange(inner(of)),
        (TypeRef::Tuple(elements), _) => Type::Tuple(Arc::new(ir::TupleType {
            names: elements.iter().filter_map(|element| element.name.clone()).collect(),
            elements: elements.iter().map(|element| resolved(cx, &element.ty, generic)).collect(),
        })),
        _ => cx.compiler.type_of(ty),
    }
}

// -- distance -------------------------------------------------------------------

fn distance(
    cx: &Context<'_>,
    signature: &Signature<'_>,
    slots: &[Slot],
    arguments: &Arguments,
    generic: Option<&Type>,
) -> Option<Distance> {
    let mut total = (0, 0, 0);
    for (param, slot) in signature.params.iter().zip(slots) {
        let ty = element_type(param);
        let wanted = resolved(cx, ty, generic);
        for argument in arguments_of(slot, arguments) {
            let (casts, steps) = steps(cx, &argument.ty, &wanted, ty)?;
            total = (total.0 + casts, total.1 + genericness(cx, ty), total.2 + steps);
        }
    }
    Some(total)
}

fn genericness(cx: &Context<'_>, param: &TypeRef) -> u32 {
    match param {
        TypeRef::AnyType => 2,
        _ if cx.schema().is_polymorphic(param) => 1,
        _ => 0,
    }
}

/// Implicit casts and steps up the hierarchy from an argument's type to a parameter's.
fn steps(cx: &Context<'_>, from: &Type, to: &Type, param: &TypeRef) -> Option<(u32, u32)> {
    if matches!(from, Type::Any) {
        return cx.schema().is_polymorphic(param).then_some((0, 0));
    }
    if !is_determined(from) || cx.compiler.same_type(from, to) {
        return cast::is_implicit(cx, from, to).then_some((0, 0));
    }
    match (from, to) {
        (Type::Object(a), Type::Object(b)) => {
            let below = cx.compiler.is_below(a.id, b.id);
            below.then(|| (0, cx.schema().ancestor_distance(a.id, b.id).unwrap_or(1)))
        }
        _ if !cast::is_implicit(cx, from, to) => None,
        _ => {
            let (from, to) = (cx.compiler.type_ref(from), cx.compiler.type_ref(to));
            if cx.schema().is_subtype(&from, &to) {
                return Some((0, 1));
            }
            Some((cx.schema().implicit_cast_distance(&from, &to)?, 0))
        }
    }
}
