//! How alike two objects are, from 0 to 1.

use super::Comparison;
use crate::Expression;
use crate::decl::{DeclType, Setting, with_names};
use crate::migration::objects::{Class, Content, FieldSpec, FullName, Object, ObjectId, Value, specs};
use crate::uses::expressions;

/// A field whose value is from elsewhere, or found out, on one side only is a little less alike.
const OTHER_ORIGIN: f64 = 0.95;
/// What one side lacks, in a collection.
const MISSING: f64 = 0.2;

const GROUPS: &[(&[Class], f64)] = &[
    (&[Class::Link, Class::Property], 0.857),
    (&[Class::Constraint], 0.887),
    (&[Class::AnnotationValue], 0.909),
    (&[Class::Index], 0.909),
    (&[Class::AccessPolicy], 0.857),
    (&[Class::Trigger], 0.857),
    (&[Class::Rewrite], 0.857),
];

impl Comparison<'_> {
    /// 1 for objects that are the same, towards 0 the more they differ.
    pub(super) fn similarity(&self, old: ObjectId, new: ObjectId) -> f64 {
        let (ours, theirs) = (self.old.get(old), self.new.get(new));
        if ours.class != theirs.class {
            return 0.0;
        }
        let mut similarity = match ours.name == theirs.name {
            true => 1.0,
            false => 0.67,
        };
        for spec in specs(ours.class).iter().filter(|spec| spec.name != "name") {
            similarity *= self.alike(spec, ours, theirs, false);
        }
        for (classes, coefficient) in GROUPS {
            similarity *= self.alike_parts(ours, theirs, classes, *coefficient);
        }
        similarity
    }

    /// How alike a field is. `explicit`: what is set to its default differs from what is not set.
    pub(super) fn alike(&self, spec: &FieldSpec, ours: &Object, theirs: &Object, explicit: bool) -> f64 {
        let (our_value, their_value) = (ours.field(spec.name), theirs.field(spec.name));
        let content = |value: Option<&Value>| {
            let own = value.map(|value| value.content.clone());
            if explicit && spec.inheritable() { own } else { own.or(spec.default()) }
        };
        let (our_content, their_content) = (content(our_value), content(their_value));
        if is_expression(our_content.as_ref()) && is_expression(their_content.as_ref()) {
            let stays_gone =
                |name: &&FullName| theirs.mentions.contains(name) && self.deletions.contains(*name);
            if ours.mentions.iter().any(|name| stays_gone(&name)) {
                return 0.0;
            }
        }
        let mut alike = self.alike_contents(spec, our_content.as_ref(), their_content.as_ref());
        let is = |value: Option<&Value>, of: fn(&Value) -> bool| value.is_some_and(of);
        for origin in [|it: &Value| it.computed, |it: &Value| it.inherited] {
            if is(our_value, origin) != is(their_value, origin) {
                alike *= OTHER_ORIGIN;
            }
        }
        alike
    }

    fn alike_contents(&self, spec: &FieldSpec, ours: Option<&Content>, theirs: Option<&Content>) -> f64 {
        match (ours, theirs) {
            (Some(Content::Names(ours)), Some(Content::Names(theirs))) => {
                if ours.iter().any(|name| theirs.contains(name) && self.deletions.contains(name)) {
                    return 0.0;
                }
                let renamed: Vec<FullName> = ours.iter().map(|name| self.renamed(name)).collect();
                if renamed == *theirs { 1.0 } else { spec.coefficient }
            }
            (Some(Content::Setting(ours)), Some(Content::Setting(theirs))) => {
                self.alike_settings(spec, ours, theirs)
            }
            (ours, theirs) => match flag(ours) == flag(theirs) && plain(ours) == plain(theirs) {
                true => 1.0,
                false => spec.coefficient,
            },
        }
    }

    fn alike_settings(&self, spec: &FieldSpec, ours: &Setting, theirs: &Setting) -> f64 {
        match (ours, theirs) {
            (Setting::Type(ours), Setting::Type(theirs)) => {
                let gone = |ty: &DeclType| self.names_deleted(ty);
                if gone(ours) && gone(theirs) {
                    return 0.0;
                }
                if self.renamed_type(ours) == *theirs { 1.0 } else { spec.coefficient }
            }
            (Setting::Exprs(ours), Setting::Exprs(theirs)) => alike_lists(ours, theirs, spec.coefficient),
            (Setting::Expr(ours), Setting::Expr(theirs)) => match self.same_expression(ours, theirs) {
                true => 1.0,
                false => spec.coefficient,
            },
            (Setting::TriggerKinds(ours), Setting::TriggerKinds(theirs)) if same_set(ours, theirs) => 1.0,
            (Setting::AccessKinds(ours), Setting::AccessKinds(theirs)) if same_set(ours, theirs) => 1.0,
            (ours, theirs) => {
                if self.renamed_setting(ours) == *theirs {
                    1.0
                } else {
                    spec.coefficient
                }
            }
        }
    }

    /// Whether two expressions are the same but for what is renamed in the first.
    fn same_expression(&self, ours: &Expression, theirs: &Expression) -> bool {
        ours == theirs || self.renamed_expression(ours) == *theirs || printed(ours) == printed(theirs)
    }

    fn alike_parts(&self, ours: &Object, theirs: &Object, classes: &[Class], coefficient: f64) -> f64 {
        let mine: Vec<ObjectId> =
            ours.children.iter().copied().filter(|id| classes.contains(&self.old.get(*id).class)).collect();
        let others: Vec<ObjectId> =
            theirs.children.iter().copied().filter(|id| classes.contains(&self.new.get(*id).class)).collect();
        let mean = match (mine.is_empty(), others.is_empty()) {
            (true, true) => return 1.0,
            (true, false) | (false, true) => MISSING,
            _ => self.mean(&mine, &others),
        };
        mean + (1.0 - mean) * coefficient
    }

    fn mean(&self, mine: &[ObjectId], others: &[ObjectId]) -> f64 {
        let key = |id: &ObjectId| &self.old.get(*id).key;
        let like = |id: &ObjectId| others.iter().find(|other| self.new.get(**other).key == *key(id));
        let mut scores: Vec<f64> =
            mine.iter().map(|id| like(id).map_or(MISSING, |other| self.similarity(*id, *other))).collect();
        let is_new = |other: &&ObjectId| !mine.iter().any(|id| *key(id) == self.new.get(**other).key);
        scores.extend(others.iter().filter(is_new).map(|_| MISSING));
        scores.iter().sum::<f64>() / scores.len() as f64
    }

    // -- under new names ----------------------------------------------------------------

    pub(super) fn renamed(&self, name: &FullName) -> FullName {
        self.renames.get(name).unwrap_or(name).clone()
    }

    fn renamed_text(&self, name: &std::sync::Arc<str>) -> std::sync::Arc<str> {
        let qualified = crate::QName::parse(name);
        let full = FullName::new(qualified.module(), qualified.local());
        match self.renames.get(&full) {
            Some(renamed) => renamed.to_string().into(),
            None => name.clone(),
        }
    }

    fn renamed_type(&self, ty: &DeclType) -> DeclType {
        let mut ty = ty.clone();
        if !self.renames.is_empty() {
            ty.each_name(&mut |name| *name = self.renamed_text(name));
        }
        ty
    }

    fn names_deleted(&self, ty: &DeclType) -> bool {
        let mut found = false;
        ty.clone().each_name(&mut |name| {
            let name = crate::QName::parse(name);
            found |= self.deletions.contains(&FullName::new(name.module(), name.local()));
        });
        found
    }

    fn renamed_setting(&self, setting: &Setting) -> Setting {
        match setting {
            Setting::Returns(typemod, ty) => Setting::Returns(*typemod, self.renamed_type(ty)),
            Setting::Params(params) => {
                let param = |param: &crate::decl::DeclParam| crate::decl::DeclParam {
                    ty: self.renamed_type(&param.ty),
                    ..param.clone()
                };
                Setting::Params(params.iter().map(param).collect())
            }
            other => other.clone(),
        }
    }

    fn renamed_expression(&self, expression: &Expression) -> Expression {
        if self.renames.is_empty() {
            return expression.clone();
        }
        let other = |name: &str| {
            let name: std::sync::Arc<str> = name.into();
            Some(self.renamed_text(&name)).filter(|renamed| *renamed != name)
        };
        with_names(expression, &other)
    }
}

/// As it is printed today; what was kept long ago may be written in another way.
fn printed(expression: &Expression) -> Option<String> {
    Some(syntax::print_expr(expression.tree().ok()?, syntax::Style::COMPACT))
}

fn is_expression(content: Option<&Content>) -> bool {
    matches!(content, Some(Content::Setting(Setting::Expr(_) | Setting::Exprs(_))))
}

fn flag(content: Option<&Content>) -> Option<bool> {
    content.and_then(Content::flag)
}

/// What a field says, where that is no flag. Settings and texts of what was found out are compared as texts.
fn plain(content: Option<&Content>) -> Option<String> {
    match content? {
        content if content.flag().is_some() => None,
        Content::Setting(Setting::Type(ty)) => Some(ty.to_string()),
        Content::Setting(setting) => {
            let texts: Vec<&str> = expressions(setting).map(Expression::text).collect();
            Some(if texts.is_empty() { format!("{setting:?}") } else { texts.join(", ") })
        }
        Content::Text(text) => Some(text.to_string()),
        Content::Names(names) => Some(format!("{names:?}")),
        Content::Fields(fields) => Some(format!("{fields:?}")),
        Content::Flag(_) => None,
    }
}

fn same_set<T: PartialEq>(ours: &[T], theirs: &[T]) -> bool {
    ours.iter().all(|one| theirs.contains(one)) && theirs.iter().all(|one| ours.contains(one))
}

fn alike_lists(ours: &[Expression], theirs: &[Expression], coefficient: f64) -> f64 {
    let mean = match ours.len() == theirs.len() {
        false => MISSING,
        true if ours.is_empty() => return 1.0,
        true => {
            let scores = ours.iter().zip(theirs).map(|(a, b)| if a == b { 1.0 } else { coefficient });
            scores.sum::<f64>() / ours.len() as f64
        }
    };
    mean + (1.0 - mean) * coefficient
}
