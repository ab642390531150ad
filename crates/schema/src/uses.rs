//! What the declarations refer to: who depends on a type, a function, a pointer.

use std::sync::Arc;

use syntax::ast::{Ident, Name, ObjectKind};
use value::Uuid;

use crate::decl::{Decl, Field, NameUse, NameWalk, Setting, verbose_name};
use crate::model::Pointer;
use crate::trace::{OnPass, Passed, Trace, type_of};
use crate::{Expression, QName, Schema, Scope, TypeRef};

/// Where an expression stands: what its leading `.` is about.
#[derive(Clone, Default)]
struct Subject {
    ty: Option<TypeRef>,
    link: Option<Arc<Pointer>>,
}

/// What is given another name: the pointer of a type and of those below it, or the property of these links.
pub(crate) enum Renamed {
    Pointer(Uuid),
    LinkProperty(Vec<Uuid>),
}

/// A declaration that depends on another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct User {
    /// `link 'owner' of object type 'default::Project'`
    pub(crate) title: String,
    /// The declaration; of what is only inherited, that from which it is.
    pub(crate) id: Uuid,
}

/// A declaration on the way down, with the subject of its expressions.
struct Place<'d> {
    path: Vec<&'d Decl>,
    subject: Subject,
}

impl Schema {
    /// Calls `see` for every user declaration, outermost first, with those around it.
    fn each_place<'d>(&'d self, see: &mut dyn FnMut(&Place<'d>)) {
        for decl in self.declared().iter() {
            self.down(&mut Place { path: Vec::new(), subject: Subject::default() }, decl, see);
        }
    }

    fn down<'d>(&self, place: &mut Place<'d>, decl: &'d Decl, see: &mut dyn FnMut(&Place<'d>)) {
        let outer = place.subject.clone();
        if decl.class == ObjectKind::Type {
            place.subject.ty = Some(TypeRef::Object(decl.id));
        }
        if decl.class == ObjectKind::ScalarType {
            place.subject.ty = Some(TypeRef::Scalar(decl.id));
        }
        place.path.push(decl);
        see(place);
        for child in &decl.children {
            self.down(place, child, see);
        }
        place.path.pop();
        place.subject = outer;
    }

    /// The subject of an expression: that of a constraint on a pointer is the pointer.
    fn subject_of(&self, place: &Place<'_>) -> Subject {
        let pointers: Vec<&Decl> =
            place.path.iter().rev().skip(1).rev().copied().filter(|decl| decl.is_pointer()).collect();
        let is_constraint = place.path.last().is_some_and(|decl| decl.class == ObjectKind::Constraint);
        let (Some(owner), Some((first, rest))) = (place.path.first(), pointers.split_first()) else {
            return place.subject.clone();
        };
        let Some(link) = self.declared_pointer(owner, first) else { return place.subject.clone() };
        let inner = rest.iter().try_fold(link.clone(), |at, decl| at.properties.get(&decl.name).cloned());
        match (is_constraint, inner) {
            (true, Some(pointer)) => {
                let link = if rest.is_empty() { pointer.clone() } else { link };
                Subject { ty: pointer.target().cloned(), link: Some(link) }
            }
            _ => Subject { ty: place.subject.ty.clone(), link: Some(link) },
        }
    }

    /// The pointer that a declaration at the top, or right below a type, makes.
    fn declared_pointer(&self, owner: &Decl, pointer: &Decl) -> Option<Arc<Pointer>> {
        match self.named(&owner.name)? {
            crate::Named::Object(ty) => ty.pointer(&pointer.name).cloned(),
            crate::Named::Pointer(pointer) => Some(pointer.clone()),
            _ => None,
        }
    }

    /// Runs a trace over each expression of a declaration, telling `on_pass` what it passes.
    fn trace_settings(&self, place: &Place<'_>, on_pass: &mut dyn FnMut(&Passed, &mut Ident)) {
        let Some(decl) = place.path.last() else { return };
        let mut trace = self.trace_at(place, on_pass);
        for expr in decl.settings.values().flat_map(expressions) {
            if let Ok(tree) = expr.tree() {
                trace.expr(&mut tree.clone());
            }
        }
    }

    /// A trace of the expressions of a declaration, its parameters bound.
    fn trace_at<'p, 'f>(&self, place: &Place<'_>, on_pass: &'p mut OnPass<'f>) -> Trace<'_, 'p, 'f> {
        let subject = self.subject_of(place);
        let mut trace = Trace::new(self, subject.ty, subject.link, on_pass);
        for param in place.path.last().iter().flat_map(|decl| decl.params()) {
            trace.bind(param.name.clone(), self.decl_type(&param.ty));
        }
        trace
    }

    fn decl_type(&self, ty: &crate::decl::DeclType) -> Option<TypeRef> {
        match ty {
            crate::decl::DeclType::Name(name) => match self.named(name)? {
                crate::Named::Object(it) => Some(TypeRef::Object(it.id)),
                crate::Named::Scalar(it) => Some(TypeRef::Scalar(it.id)),
                _ => None,
            },
            _ => None,
        }
    }

    /// What depends on the named thing, as messages put it: `link 'owner' of object type 'default::Project'`. What
    /// stands inside the declaration `except` does not count.
    pub(crate) fn users_of(&self, class: ObjectKind, name: &str, except: Uuid) -> Vec<User> {
        let mut users = Vec::new();
        self.each_place(&mut |place| {
            let Some((decl, around)) = place.path.split_last() else { return };
            let inside = place.path.iter().any(|it| it.id == except);
            if !inside && refers_to(decl, class, name) {
                users.push(User { title: place_title(decl, around), id: decl.id });
            }
        });
        if class == ObjectKind::Type {
            users.extend(self.inherited_links_to(name, except));
        }
        users.sort();
        users.dedup();
        users
    }

    /// What refers to anything in a module.
    pub(crate) fn users_of_module(&self, module: &str) -> Vec<String> {
        let mut users = Vec::new();
        self.each_place(&mut |place| {
            if let Some((decl, around)) = place.path.split_last()
                && names_in(decl).iter().any(|name| QName::parse(name).module() == module)
            {
                users.push(place_title(decl, around));
            }
        });
        users
    }

    /// Links that types inherit from others point to the type too.
    fn inherited_links_to(&self, name: &str, except: Uuid) -> Vec<User> {
        let Some(target) = self.object_type_named(name).map(|ty| ty.id) else { return Vec::new() };
        let points = |ty: Option<&TypeRef>| match ty {
            Some(TypeRef::Object(id)) => *id == target,
            Some(TypeRef::Union(ids)) => ids.contains(&target),
            _ => false,
        };
        let types = self.object_types().filter(|ty| !ty.builtin && ty.id != except);
        let links = types.flat_map(|ty| ty.pointers.values().map(move |pointer| (ty, pointer)));
        let inherited = links.filter(|(_, link)| !link.owned && points(link.target.as_ref()));
        let user = |(ty, link): (&Arc<crate::ObjectType>, &Arc<Pointer>)| User {
            title: format!("link '{}' of object type '{}'", link.name, ty.name),
            id: self.declared_link(ty, &link.name).unwrap_or(link.id),
        };
        inherited.map(user).chain(self.alias_links_to(points)).collect()
    }

    /// The type that an alias makes has the links of the type it is made of.
    fn alias_links_to(&self, points: impl Fn(Option<&TypeRef>) -> bool) -> Vec<User> {
        let mut users = Vec::new();
        for alias in self.declared().of_class(ObjectKind::Alias) {
            let ty = alias.expr(Field::Using).and_then(|expr| type_of(self, expr, None));
            let Some(TypeRef::Object(id)) = ty else { continue };
            let Some(ty) = self.object_type(id) else { continue };
            for link in ty.pointers.values().filter(|link| points(link.target.as_ref())) {
                let title = format!("link '{}' of object type '{}'", link.name, alias.name);
                users.push(User { title, id: alias.id });
            }
        }
        users
    }

    /// The declaration that an inherited pointer comes from.
    fn declared_link(&self, ty: &crate::ObjectType, name: &str) -> Option<Uuid> {
        let above = ty.ancestors.iter().filter_map(|id| self.object_type(*id)?.pointer(name));
        above.filter(|pointer| pointer.owned).map(|pointer| pointer.id).next_back()
    }

    /// What depends on a pointer of a type, with those that stand inside the declaration `except` left out.
    pub(crate) fn users_of_pointer(&self, owner: Uuid, name: &str, except: Uuid) -> Vec<User> {
        let mut users = Vec::new();
        self.each_place(&mut |place| {
            let mut uses = false;
            self.trace_settings(place, &mut |passed, ident| {
                uses |= &*ident.text == name
                    && matches!(passed, Passed::Pointer { owner: at } if self.is_below(*at, owner));
            });
            let inside = place.path.iter().any(|it| it.id == except);
            if let (true, false, Some((decl, around))) = (uses, inside, place.path.split_last()) {
                users.push(User { title: place_title(decl, around), id: decl.id });
            }
        });
        users.sort();
        users.dedup();
        users
    }

    /// Rewrites every expression that passes what is renamed so that it names it `to`; gives the expressions that changed,
    /// by the declaration's id and the field.
    pub(crate) fn renamed_pointer(
        &self,
        renamed: &Renamed,
        from: &str,
        to: &Arc<str>,
    ) -> Vec<(Uuid, Field, Setting)> {
        let mut changes = Vec::new();
        self.each_place(&mut |place| {
            let Some(decl) = place.path.last() else { return };
            for (field, setting) in &decl.settings {
                let mut setting = setting.clone();
                let mut changed = false;
                for expr in expressions_mut(&mut setting) {
                    changed |= self.rename_in(place, expr, renamed, from, to);
                }
                if changed {
                    changes.push((decl.id, *field, setting));
                }
            }
        });
        changes
    }

    /// Names the pointer anew in one expression; says whether it passed it.
    fn rename_in(
        &self,
        place: &Place<'_>,
        expr: &mut Expression,
        renamed: &Renamed,
        from: &str,
        to: &Arc<str>,
    ) -> bool {
        let Ok(mut tree) = expr.tree().cloned() else { return false };
        let mut here = false;
        let mut on_pass = |passed: &Passed, ident: &mut Ident| {
            if &*ident.text == from && self.passes(passed, renamed) {
                ident.text = to.clone();
                here = true;
            }
        };
        self.trace_at(place, &mut on_pass).expr(&mut tree);
        if here {
            *expr = Expression::of(tree);
        }
        here
    }

    /// Whether the pointer passed is the one renamed.
    fn passes(&self, passed: &Passed, renamed: &Renamed) -> bool {
        match (passed, renamed) {
            (Passed::Pointer { owner: at }, Renamed::Pointer(owner)) => self.is_below(*at, *owner),
            (Passed::LinkProperty { link }, Renamed::LinkProperty(links)) => links.contains(link),
            _ => false,
        }
    }
}

/// `constraint 'std::exclusive' of property 'name' of object type 'default::User'`
fn place_title(decl: &Decl, around: &[&Decl]) -> String {
    let mut title = verbose_name(decl, None);
    for outer in around.iter().rev() {
        title = format!("{title} of {}", verbose_name(outer, None));
    }
    title
}

fn refers_to(decl: &Decl, class: ObjectKind, name: &str) -> bool {
    let by_name = match decl.class {
        ObjectKind::AnnotationValue => class == ObjectKind::Annotation,
        ObjectKind::Constraint | ObjectKind::Index => class == decl.class && !decl.is(Field::Abstract),
        _ => false,
    };
    let named = [Field::Bases, Field::RequiredPermissions].into_iter().flat_map(|field| decl.texts(field));
    let by_base = || named.clone().any(|base| **base == *name);
    by_name && *decl.name == *name
        || by_base()
        || decl.settings.values().any(|it| setting_refers(it, class, name))
}

/// Every full name that a declaration itself mentions.
pub(crate) fn names_in(decl: &Decl) -> Vec<String> {
    let named = [Field::Bases, Field::RequiredPermissions].into_iter().flat_map(|field| decl.texts(field));
    let mut names: Vec<String> = named.map(|name| name.to_string()).collect();
    if matches!(decl.class, ObjectKind::AnnotationValue | ObjectKind::Constraint | ObjectKind::Index) {
        names.push(decl.name.to_string());
    }
    for setting in decl.settings.values() {
        let mut in_type =
            |ty: &crate::decl::DeclType| ty.clone().each_name(&mut |it| names.push(it.to_string()));
        match setting {
            Setting::Type(ty) | Setting::Returns(_, ty) => in_type(ty),
            Setting::Params(params) => params.iter().for_each(|param| in_type(&param.ty)),
            _ => {}
        }
        for expr in expressions(setting) {
            let Ok(mut tree) = expr.tree().cloned() else { continue };
            let mut visit = |_: NameUse, name: &mut Name, _: &Scope| names.push(name.to_string());
            NameWalk::new(Scope::default(), Vec::new(), &mut visit).expr(&mut tree);
        }
    }
    names
}

fn setting_refers(setting: &Setting, class: ObjectKind, name: &str) -> bool {
    let in_type = |ty: &crate::decl::DeclType| {
        let mut found = false;
        ty.clone().each_name(&mut |it| found |= **it == *name);
        found
    };
    match setting {
        Setting::Type(ty) | Setting::Returns(_, ty) => in_type(ty),
        Setting::Params(params) => params.iter().any(|param| in_type(&param.ty)),
        other => expressions(other).any(|expr| expr_refers(expr, class, name)),
    }
}

fn expr_refers(expr: &Expression, class: ObjectKind, name: &str) -> bool {
    let Ok(mut tree) = expr.tree().cloned() else { return false };
    let mut found = false;
    let mut visit = |used: NameUse, it: &mut Name, _: &Scope| {
        let fits = match used {
            NameUse::Path | NameUse::Type => {
                matches!(class, ObjectKind::Type | ObjectKind::ScalarType | ObjectKind::Alias)
            }
            NameUse::Function => class == ObjectKind::Function,
            NameUse::Global => matches!(class, ObjectKind::Global | ObjectKind::Permission),
        };
        found |= fits && it.to_string() == name;
    };
    NameWalk::new(Scope::default(), Vec::new(), &mut visit).expr(&mut tree);
    found
}

/// The expressions that a setting holds.
pub(crate) fn expressions(setting: &Setting) -> impl Iterator<Item = &Expression> {
    let (one, many, named, params) = match setting {
        Setting::Expr(expr) => (Some(expr), None, None, None),
        Setting::Exprs(exprs) => (None, Some(exprs), None, None),
        Setting::NamedExprs(exprs) => (None, None, Some(exprs), None),
        Setting::Params(params) => (None, None, None, Some(params)),
        _ => (None, None, None, None),
    };
    let named = named.into_iter().flatten().map(|(_, expr)| expr);
    let defaults = params.into_iter().flatten().filter_map(|param| param.default.as_ref());
    one.into_iter().chain(many.into_iter().flatten()).chain(named).chain(defaults)
}

fn expressions_mut(setting: &mut Setting) -> Vec<&mut Expression> {
    match setting {
        Setting::Expr(expr) => vec![expr],
        Setting::Exprs(exprs) => exprs.iter_mut().collect(),
        Setting::NamedExprs(exprs) => exprs.iter_mut().map(|(_, expr)| expr).collect(),
        Setting::Params(params) => params.iter_mut().filter_map(|param| param.default.as_mut()).collect(),
        _ => Vec::new(),
    }
}
