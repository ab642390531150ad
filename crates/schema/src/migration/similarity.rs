//! How alike two declarations are, to tell a rename from a drop and a create.
//!
//! The coefficients are those that Gel's proposals show.

use syntax::ast::ObjectKind;

use crate::decl::{Decl, Field};

/// From here on two declarations of different names are taken for one that was renamed.
pub(super) const RENAMED: f64 = 0.6;

const OTHER_NAME: f64 = 0.67;

/// 1 for equal declarations, towards 0 the more they differ. `renamed`: what is around them has different names.
pub(super) fn similarity(old: &Decl, new: &Decl, renamed: bool) -> f64 {
    let mut similarity = if old.name == new.name && !renamed { 1.0 } else { OTHER_NAME };
    let fields =
        old.settings.keys().chain(new.settings.keys().filter(|field| !old.settings.contains_key(field)));
    for field in fields {
        if old.settings.get(field) != new.settings.get(field) {
            similarity *= coefficient(*field);
        }
    }
    let renamed = renamed || old.name != new.name;
    for (classes, weight) in GROUPS {
        let of = |decl: &Decl| -> Vec<f64> {
            vec![1.0; decl.children.iter().filter(|it| classes.contains(&it.class)).count()]
        };
        let implicit = implicit_children(old, classes, renamed);
        if of(old).is_empty() && of(new).is_empty() && implicit.is_empty() {
            continue;
        }
        let mut scores = child_scores(old, new, classes, renamed);
        scores.extend(implicit);
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        similarity *= 1.0 - (1.0 - mean) * (1.0 - weight);
    }
    similarity
}

const POINTERS: &[ObjectKind] = &[ObjectKind::Link, ObjectKind::Property, ObjectKind::Pointer];
const GROUPS: &[(&[ObjectKind], f64)] = &[
    (POINTERS, 0.857),
    (&[ObjectKind::Constraint], 0.887),
    (&[ObjectKind::AnnotationValue], 0.909),
    (&[ObjectKind::Index], 0.909),
    (&[ObjectKind::AccessPolicy], 0.857),
    (&[ObjectKind::Trigger], 0.857),
    (&[ObjectKind::Rewrite], 0.857),
];

/// What every object type and link has without being declared: its own `id` and `__type__`, or source and target.
fn implicit_children(decl: &Decl, classes: &[ObjectKind], renamed: bool) -> Vec<f64> {
    if !renamed || classes != POINTERS {
        return Vec::new();
    }
    let with_ends = OTHER_NAME * (1.0 - (1.0 - OTHER_NAME) * (1.0 - 0.857));
    let with_constraint = OTHER_NAME * (1.0 - (1.0 - OTHER_NAME) * (1.0 - 0.887));
    match decl.class {
        ObjectKind::Type => vec![with_constraint, with_ends],
        ObjectKind::Link => vec![OTHER_NAME, OTHER_NAME],
        _ => Vec::new(),
    }
}

/// The score of each child against its like on the other side; 0 for one that has none.
fn child_scores(old: &Decl, new: &Decl, classes: &[ObjectKind], renamed: bool) -> Vec<f64> {
    let of = |decl: &'_ Decl| -> Vec<Decl> {
        decl.children.iter().filter(|it| classes.contains(&it.class)).cloned().collect()
    };
    let (ours, mut theirs) = (of(old), of(new));
    let mut scores = Vec::new();
    for child in &ours {
        match theirs.iter().position(|other| other.key() == child.key()) {
            Some(at) => scores.push(similarity(child, &theirs.remove(at), renamed)),
            None => scores.push(0.0),
        }
    }
    scores.extend(theirs.iter().map(|_| 0.0));
    scores
}

fn coefficient(field: Field) -> f64 {
    match field {
        Field::Target | Field::Returns | Field::Params => 0.79,
        Field::Cardinality | Field::Bases | Field::Members => 0.833,
        Field::Computed | Field::Using => 0.79,
        _ => 0.909,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;

    /// The confidence of renaming `Old` of the one document to `New` of the other.
    fn confidence(old: &str, new: &str) -> f64 {
        let load = |text: &str| {
            let document = syntax::parse_sdl(&format!("module default {{ {text} }}")).unwrap();
            Schema::from_sdl(&Schema::std(), &document).unwrap()
        };
        let (old, new) = (load(old), load(new));
        let find =
            |schema: &Schema, name: &str| schema.declared().iter().find(|it| &*it.name == name).cloned();
        similarity(&find(&old, "default::Old").unwrap(), &find(&new, "default::New").unwrap(), false)
    }

    #[track_caller]
    fn check(text: &str, expected: f64) {
        let found = confidence(text, &text.replace("Old", "New"));
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn renames_are_as_sure_as_gel_is() {
        check("scalar type Old extending enum<A, B>;", 0.67);
        check("scalar type Old extending int64 { constraint min_value(1); }", 0.6450157);
        check("type Old { name: str; }", 0.636575033568);
        check(
            "type Other; type Old { link author: Other; pages: int64; required title: str; }",
            0.6366922494382,
        );
        check(
            "abstract type Old { annotation description := 'x'; required created_at: datetime \
             { readonly := true; default := datetime_current(); } }",
            0.617458685309953,
        );
    }
}
