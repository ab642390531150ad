//! Computed pointers, aliases and globals: what they give.

use std::collections::HashMap;

use diag::Result;
use ir::{Cardinality, Expr, Type};
use schema::{Expression, Global, Inferred, Named, ObjectType, Pointer, QName, Schema};
use syntax::ast;
use uuid::Uuid;

use super::place::Place;
use super::{Checked, Checker, Mistake, determined, inferred, of_object, span_of};
use crate::context::{Context, Definition};
use crate::names::describe_type;
use crate::rules::{Anchored, Reading, pointer_title, rule_expr, rule_scope};
use crate::scope::NoDml;
use crate::{Compiler, Options, cast, errors, shape};

/// Something computed, and where it stands.
enum Computed<'s> {
    Pointer(&'s ObjectType, &'s Pointer),
    Alias(&'s schema::Alias),
    Global(&'s Global),
}

/// The schema with what everything computed in it was found to give. What one expression gives another may need to know,
/// so those that fail are tried again as long as others become known.
pub(super) fn infer(schema: &Schema) -> Result<Schema, Box<Mistake>> {
    let mut schema = schema.clone();
    let mut known: HashMap<Uuid, Inferred> = HashMap::new();
    loop {
        let (found, failed) = attempt(&schema, &known);
        let progress = !found.is_empty();
        known.extend(found);
        match failed {
            Some(mistake) if !progress => return Err(mistake),
            None if !progress => return Ok(schema),
            _ => {
                let described = || "schema".to_owned();
                schema = of_object(Uuid::nil(), described, schema.with_inferred(known.clone()))?;
            }
        }
    }
}

/// What can be found out of the schema as it is known so far, and the first mistake that stands in the way of more.
fn attempt(
    schema: &Schema,
    known: &HashMap<Uuid, Inferred>,
) -> (HashMap<Uuid, Inferred>, Option<Box<Mistake>>) {
    let compiler = Compiler::new(schema.clone());
    let checker = Checker { compiler: &compiler, options: &Options::default() };
    let mut found = HashMap::new();
    let mut failed = None;
    for computed in all_computed(schema).into_iter().filter(|it| !known.contains_key(&it.id())) {
        match of_object(computed.id(), || computed.title(), checker.infer(&computed)) {
            Ok(inferred) => {
                found.insert(computed.id(), inferred);
            }
            // It took long to find out, and knowing more of the others does not make it smaller.
            Err(mistake) if mistake.error == errors::too_large() => return (HashMap::new(), Some(mistake)),
            Err(mistake) => failed = failed.or(Some(mistake)),
        }
    }
    (found, failed)
}

fn all_computed(schema: &Schema) -> Vec<Computed<'_>> {
    let mut all = Vec::new();
    for ty in schema.object_types().filter(|ty| !ty.builtin) {
        let own = ty.pointers.values().filter(|it| it.owned && it.is_computed());
        all.extend(own.map(|pointer| Computed::Pointer(ty, pointer)));
    }
    for (_, named) in schema.all_named() {
        match named {
            Named::Alias(alias) => all.push(Computed::Alias(alias)),
            Named::Global(it) if !it.builtin && it.computed.is_some() => all.push(Computed::Global(it)),
            _ => {}
        }
    }
    all
}

impl Computed<'_> {
    fn id(&self) -> Uuid {
        match self {
            Computed::Pointer(_, pointer) => pointer.id,
            Computed::Alias(alias) => alias.id,
            Computed::Global(global) => global.id,
        }
    }

    /// What messages call it.
    fn name(&self) -> String {
        match self {
            Computed::Pointer(ty, pointer) => {
                format!("{} of object type '{}'", pointer_title(pointer), ty.name)
            }
            Computed::Alias(alias) => format!("alias '{}'", alias.name),
            Computed::Global(global) => format!("global '{}'", global.name),
        }
    }

    /// What messages call the place of its expression.
    fn place(&self) -> String {
        match self {
            Computed::Alias(_) => "alias definition".to_owned(),
            Computed::Pointer(..) | Computed::Global(_) => format!("computed {}", self.name()),
        }
    }

    fn title(&self) -> String {
        match self {
            Computed::Pointer(..) => format!("expression of {}", self.name()),
            Computed::Alias(alias) => named("alias", &alias.name, alias.inferred.as_ref()),
            Computed::Global(global) => named("global", &global.name, global.inferred.as_ref()),
        }
    }

    fn expression(&self) -> Option<&Expression> {
        match self {
            Computed::Pointer(_, pointer) => pointer.computed.as_ref(),
            Computed::Alias(alias) => Some(&alias.expr),
            Computed::Global(global) => global.computed.as_ref(),
        }
    }

    /// What must hold of the value as it was declared: a name for it, single, required.
    fn declared(&self) -> (String, bool, bool) {
        let single = |cardinality| cardinality == Some(schema::Cardinality::One);
        match self {
            Computed::Pointer(ty, pointer) => {
                let title = format!("computed {} of object type '{}'", pointer_title(pointer), ty.name);
                (title, single(pointer.cardinality), pointer.required == Some(true))
            }
            Computed::Alias(alias) => (format!("alias '{}'", alias.name), false, false),
            Computed::Global(global) => {
                let title = format!("computed global '{}'", global.name);
                (title, single(global.cardinality), global.required == Some(true))
            }
        }
    }
}

/// What gives objects goes by the name of the type that it brings along.
fn named(kind: &str, name: &QName, inferred: Option<&Inferred>) -> String {
    let kind = if inferred.is_some_and(|it| it.ty.is_object()) { "object type" } else { kind };
    format!("expression of {kind} '{name}'")
}

impl Checker<'_> {
    fn infer(&self, computed: &Computed<'_>) -> Result<Inferred> {
        let Some(expression) = computed.expression() else {
            return Err(errors::missing_expression(computed.title()));
        };
        let mut cx = self.context();
        cx.definitions.push(Definition { id: computed.id(), title: computed.name(), no_policies: true });
        let scope = match computed {
            Computed::Pointer(ty, _) => {
                let var = cx.new_var(self.compiler.object(ty.id), Cardinality::One);
                let types: Vec<Uuid> = std::iter::once(ty.id).chain(ty.ancestors.iter().copied()).collect();
                rule_scope(Reading::Check, ty.name.module(), Some(Anchored { var, types: &types }))
            }
            Computed::Alias(alias) => rule_scope(Reading::Check, alias.name.module(), None),
            Computed::Global(global) => rule_scope(Reading::Check, global.name.module(), None),
        };
        // What policies hide changes neither the type nor how many there may be, and they may lead back here.
        let scope = scope.without_policies().forbidding_dml(NoDml::Schema(computed.place().into()));
        let value = determined(rule_expr(&mut cx, &scope, expression)?, expression)?;
        self.check_type(&cx, computed, &value)?;
        self.check_no_alias(computed, expression)?;
        self.check_target(computed, &value.ty).map_err(|error| error.at_if_unknown(span_of(expression)))?;
        self.check_volatility(&Place::Computed, &cx, &value, None, span_of(expression))?;
        check_bounds(computed, &value)?;
        Ok(inferred(self.compiler, &value))
    }

    /// A pointer cannot be an alias under another name.
    fn check_no_alias(&self, computed: &Computed<'_>, expression: &Expression) -> Result<()> {
        let Computed::Pointer(..) = computed else { return Ok(()) };
        let tree = expression.tree()?;
        let ast::ExprKind::Path(ast::Path { root: ast::PathRoot::Name(name), steps, .. }) = &tree.kind else {
            return Ok(());
        };
        match self.schema().named(&name.to_string()) {
            Some(Named::Alias(alias)) if steps.is_empty() => {
                Err(errors::alias_in_computed(&alias.name, &computed.place(), Some(tree.span)))
            }
            _ => Ok(()),
        }
    }

    /// A pointer leads to a type that the schema has, not to one that its expression makes.
    fn check_target(&self, computed: &Computed<'_>, ty: &Type) -> Result<()> {
        let (Computed::Pointer(..), Type::Object(object)) = (computed, ty.plain()) else { return Ok(()) };
        if shape::shows_something(ty) {
            return Err(errors::shape_in_computed());
        }
        match self.compiler.is_intersection(object.id) {
            true => Err(errors::intersection_in_schema()),
            false => Ok(()),
        }
    }

    /// An expression must give what was declared.
    fn check_type(&self, cx: &Context<'_>, computed: &Computed<'_>, value: &Expr) -> Result<()> {
        let declared = match computed {
            Computed::Pointer(_, pointer) => pointer.target.as_ref(),
            Computed::Global(global) => global.target.as_ref(),
            Computed::Alias(_) => None,
        };
        let Some(declared) = declared.map(|declared| self.compiler.type_of(declared)) else { return Ok(()) };
        if cast::is_implicit(cx, &value.ty, &declared) {
            return Ok(());
        }
        let (title, ..) = computed.declared();
        let (declared, found) = (describe_type(&declared), describe_type(&value.ty));
        Err(errors::computed_type(title, declared, found)
            .at_if_unknown(computed.expression().and_then(span_of)))
    }

    /// The defaults of globals must fit them.
    pub(super) fn globals(&self) -> Checked {
        let globals = self.schema().all_named().filter_map(|(_, named)| match named {
            Named::Global(global) if !global.builtin => Some(global),
            _ => None,
        });
        for global in globals {
            let what = || format!("default expression of global '{}'", global.name);
            of_object(global.id, what, self.global_default(global))?;
        }
        Ok(())
    }

    fn global_default(&self, global: &Global) -> Result<()> {
        let (Some(expression), Some(target)) = (&global.default, &global.target) else { return Ok(()) };
        let mut cx = self.context();
        let scope = rule_scope(Reading::Check, global.name.module(), None).forbidding_dml(NoDml::in_schema());
        let value = rule_expr(&mut cx, &scope, expression)?;
        let (wanted, span) = (self.compiler.type_of(target), span_of(expression));
        if !cast::is_assignable(&cx, &value.ty, &wanted) {
            return Err(errors::rule_type("default expression", &value.ty, &wanted).at_if_unknown(span));
        }
        let title = format!("global '{}'", global.name);
        if value.cardinality.is_multi() {
            return Err(errors::global_default_many(&title, span));
        }
        if global.required == Some(true) && !value.cardinality.is_required() {
            return Err(errors::global_default_empty(&title, span));
        }
        self.check_volatility(&Place::GlobalDefault(&title), &cx, &value, None, span)
    }
}

fn check_bounds(computed: &Computed<'_>, value: &Expr) -> Result<()> {
    let (title, single, required) = computed.declared();
    let span = computed.expression().and_then(span_of);
    if single && value.cardinality.is_multi() {
        return Err(errors::computed_many(title).at_if_unknown(span));
    }
    if required && !value.cardinality.is_required() {
        return Err(errors::computed_empty(title).at_if_unknown(span));
    }
    Ok(())
}
