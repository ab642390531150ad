//! Setting and resetting the fields of a declaration.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast::{Expr, ObjectKind, Position, TypeExpr};

use super::Edit;
use super::inherited::resolved_pointer;
use super::wishes::Place;
use crate::Expression;
use crate::decl::{Decl, DeclType, Field, Setting, class_title, definition_error, title_in, with_article};
use crate::model::Cardinality;

impl Edit<'_> {
    pub(super) fn set_required(
        &mut self,
        decl: &mut Decl,
        required: Option<bool>,
        using: Option<&Expr>,
        around: &[Decl],
    ) -> Result<()> {
        match required {
            Some(required) => decl.set(Field::Required, Setting::Flag(required)),
            None => _ = decl.settings.remove(&Field::Required),
        }
        if let (Some(using), Some(place)) = (using, Place::inside(around, &decl.name)) {
            let fill = self.expression(using)?;
            self.wishes.fill(place, fill);
        }
        Ok(())
    }

    pub(super) fn set_type(
        &mut self,
        decl: &mut Decl,
        ty: &TypeExpr,
        using: Option<&Expr>,
        around: &[Decl],
    ) -> Result<()> {
        let names = self.names();
        let declared = self.declarer(&names).ty(ty)?;
        if using.is_none() && decl.is_pointer() {
            self.check_retyped(decl, &declared, around, ty.span)?;
        }
        decl.set(Field::Target, Setting::Type(declared));
        self.convert(decl, using, around)
    }

    /// `reset type`: what is inherited holds again, so something must be.
    pub(super) fn reset_type(&mut self, decl: &mut Decl, around: &[Decl], span: Span) -> Result<()> {
        let inherits = resolved_pointer(&self.current(), around, &decl.name)
            .is_some_and(|pointer| !pointer.bases.is_empty());
        if !inherits && decl.is_pointer() && !around.is_empty() {
            let title = title_in(decl, around);
            let message = format!("cannot RESET TYPE of {title} because it is not inherited");
            return Err(Diagnostic::new(ErrorCode::SCHEMA, message).at(span));
        }
        decl.settings.remove(&Field::Target);
        Ok(())
    }

    /// `reset expression`: a computed pointer is stored from now on, as what its expression gave.
    pub(super) fn reset_computed(&mut self, decl: &mut Decl, around: &[Decl]) -> Result<()> {
        decl.settings.remove(&Field::Computed);
        let schema = self.current();
        let Some(pointer) = resolved_pointer(&schema, around, &decl.name) else { return Ok(()) };
        if let (None, Some(ty)) = (decl.ty(Field::Target), pointer.target()) {
            decl.set(Field::Target, Setting::Type(DeclType::of(&schema, ty)));
        }
        let multi = Setting::Cardinality(Cardinality::Many);
        if !decl.settings.contains_key(&Field::Cardinality) && pointer.is_multi() {
            decl.set(Field::Cardinality, multi);
        }
        Ok(())
    }

    pub(super) fn convert(&mut self, decl: &Decl, using: Option<&Expr>, around: &[Decl]) -> Result<()> {
        if let (Some(using), Some(place)) = (using, Place::inside(around, &decl.name)) {
            let expression = self.expression(using)?;
            self.wishes.convert(place, expression);
        }
        Ok(())
    }

    /// A new type or cardinality of a pointer holds for those that redeclare it, too: what they said of it before gives way,
    /// but for a narrower type of objects.
    pub(super) fn hand_on(&mut self, place: &[value::Uuid]) -> Result<()> {
        let Some((decl, around)) = self.at(place) else { return Ok(()) };
        let ([owner], true) = (around.as_slice(), decl.is_pointer()) else { return Ok(()) };
        let (key, owner, is_property) = (decl.key(), owner.id, decl.class == ObjectKind::Property);
        for heir in self.before.descendants(owner).to_vec() {
            let found = self.declared.iter().find(|decl| decl.id == heir);
            let Some(twin) = found.and_then(|decl| decl.child(&key)).map(|twin| twin.id) else { continue };
            self.change(&[heir, twin], |_, twin, _| {
                twin.settings.remove(&Field::Cardinality);
                if is_property {
                    twin.settings.remove(&Field::Target);
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn expression(&self, expr: &Expr) -> Result<Expression> {
        let names = self.names();
        self.declarer(&names).expr(expr, &[])
    }

    pub(super) fn extend(
        &self,
        decl: &mut Decl,
        bases: &[TypeExpr],
        position: Option<&Position>,
    ) -> Result<()> {
        let names = self.names();
        let declarer = self.declarer(&names);
        let mut read = Decl::new(decl.class, decl.name.clone(), decl.span);
        declarer.set_bases(&mut read, bases)?;
        let members = read.settings.remove(&Field::Members);
        if !decl.texts(Field::Members).is_empty() {
            check_enum_bases(decl, &read, members.is_some(), position)?;
        }
        if let Some(members) = members {
            decl.set(Field::Members, members);
        }
        let mut all: Vec<Arc<str>> =
            decl.bases().iter().filter(|it| !read.bases().contains(it)).cloned().collect();
        let place = |name: &syntax::ast::Name| {
            let name = names.resolve(&self.scope, name, &[decl.class]);
            name.and_then(|name| all.iter().position(|it| *it == name))
        };
        let at = match position {
            None | Some(Position::Last) => all.len(),
            Some(Position::First) => 0,
            Some(Position::Before(name)) => place(name).unwrap_or(all.len()),
            Some(Position::After(name)) => place(name).map_or(all.len(), |at| at + 1),
        };
        all.splice(at..at, read.bases().iter().cloned());
        if !all.is_empty() {
            decl.set(Field::Bases, Setting::Texts(all));
        }
        Ok(())
    }

    pub(super) fn drop_bases(&mut self, place: &[value::Uuid], bases: &[TypeExpr]) -> Result<()> {
        let before = self.declared.clone();
        self.change(place, |edit, decl, _| {
            if !decl.texts(Field::Members).is_empty() {
                return Err(Diagnostic::new(ErrorCode::SCHEMA, "cannot DROP EXTENDING enum"));
            }
            let names = edit.names();
            let declarer = edit.declarer(&names);
            let dropped = bases.iter().map(|base| declarer.base_name(decl, base));
            let dropped = dropped.collect::<Result<Vec<_>>>()?;
            let kept: Vec<Arc<str>> =
                decl.bases().iter().filter(|it| !dropped.contains(it)).cloned().collect();
            match kept.is_empty() {
                true => _ = decl.settings.remove(&Field::Bases),
                false => decl.set(Field::Bases, Setting::Texts(kept)),
            }
            Ok(())
        })?;
        self.keep_from_lost_bases(&before);
        Ok(())
    }
}

/// An enum is nothing but its labels.
fn check_enum_bases(decl: &Decl, read: &Decl, labels: bool, position: Option<&Position>) -> Result<()> {
    let fail = |message: String| Err(Diagnostic::new(ErrorCode::SCHEMA, message));
    match read.bases().first() {
        Some(_) if labels || read.bases().len() > 1 => {
            fail(format!("enum {} may not have multiple supertypes", decl.name))
        }
        Some(base) => fail(format!("cannot add supertype scalar type '{base}' to enum type {}", decl.name)),
        None if labels && position.is_some() => {
            let labels: Vec<&str> = read.texts(Field::Members).iter().map(|label| &**label).collect();
            fail(format!("cannot add supertype enum<{}> to enum type {}", labels.join(", "), decl.name))
        }
        None => Ok(()),
    }
}

pub(super) fn reset_field(decl: &mut Decl, name: &str, span: Span) -> Result<()> {
    let field = match name {
        "default" => Field::Default,
        "readonly" => Field::Readonly,
        "protected" => Field::Protected,
        "secret" => Field::Secret,
        "splat_strategy" => Field::SplatStrategy,
        "expression" | "using" | "expr" if decl.is_pointer() || is_global(decl) => Field::Computed,
        "expression" | "using" | "expr" => Field::Using,
        "errmessage" => Field::Errmessage,
        "volatility" => Field::Volatility,
        "abstract" => Field::Abstract,
        "delegated" => Field::Delegated,
        "deferred" => Field::Deferred,
        "cardinality" => Field::Cardinality,
        "optionality" | "required" => Field::Required,
        "when" | "condition" => Field::When,
        "type" => Field::Target,
        "is_inlined" => Field::Inlined,
        "required_permissions" => Field::RequiredPermissions,
        _ => {
            let class = with_article(class_title(decl.class));
            return Err(definition_error(format!("'{name}' is not a valid field for {class}"), span));
        }
    };
    decl.settings.remove(&field);
    Ok(())
}

fn is_global(decl: &Decl) -> bool {
    decl.class == ObjectKind::Global
}
