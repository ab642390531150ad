//! How messages name what a rule is on, and the messages of constraints.

use schema::{AnnotationValue, Constraint, ObjectType, Pointer, ScalarType};

use super::Constrained;

/// `property 'name'`, `link 'host'`.
pub(crate) fn pointer_title(pointer: &Pointer) -> String {
    format!("{} '{}'", if pointer.is_link() { "link" } else { "property" }, pointer.name)
}

/// `property 'name' of object type 'default::User'`, `property 'since' of link 'crew' of object type 'default::Ship'`.
pub(crate) fn constraint_subject(ty: &ObjectType, on: Constrained<'_>) -> String {
    let owner = format!("object type '{}'", ty.name);
    match on {
        Constrained::Object => owner,
        Constrained::Pointer(pointer) => format!("{} of {owner}", pointer_title(pointer)),
        Constrained::LinkProperty(link, property) => {
            format!("{} of {} of {owner}", pointer_title(property), pointer_title(link))
        }
    }
}

/// `scalar type 'default::Percent'`.
pub(crate) fn scalar_subject(ty: &ScalarType) -> String {
    format!("scalar type '{}'", ty.name)
}

/// The name that messages call it by: its title, or its own name.
pub(super) fn title(ty: &ObjectType, on: Constrained<'_>) -> String {
    match on {
        Constrained::Object => titled(&ty.annotations, ty.name.local()),
        Constrained::Pointer(pointer) | Constrained::LinkProperty(_, pointer) => {
            titled(&pointer.annotations, &pointer.name)
        }
    }
}

/// The name that messages call a scalar type by.
pub(super) fn scalar_title(ty: &ScalarType) -> String {
    titled(&ty.annotations, ty.name.local())
}

fn titled(annotations: &[AnnotationValue], name: &str) -> String {
    let title = annotations.iter().find(|it| it.name.as_str() == "std::title");
    quoted(title.map_or(name, |it| &it.value))
}

/// The name in backticks, where it is not a plain identifier.
fn quoted(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && name.chars().next().is_some_and(|c| !c.is_ascii_digit());
    if is_plain { name.to_owned() } else { format!("`{}`", name.replace('`', "``")) }
}

/// The constraint's message about what is called `title`.
pub(super) fn message(constraint: &Constraint, title: &str) -> String {
    let value = |name: &str| match name {
        "__subject__" => Some(title),
        name => constraint.args.iter().find(|arg| *arg.name == *name).map(|arg| arg.value.text()),
    };
    fill(&constraint.errmessage, value)
}

/// Replaces `{name}` by its value where it has one; doubled braces stand for themselves.
fn fill<'v>(template: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let brace = &rest[..1];
        let name = rest.strip_prefix('{').and_then(|after| Some(&after[..after.find('}')?]));
        if rest[1..].starts_with(brace) {
            text.push_str(brace);
            rest = &rest[2..];
        } else if let Some((name, value)) = name.and_then(|name| Some((name, value(name)?))) {
            text.push_str(value);
            rest = &rest[name.len() + 2..];
        } else {
            text.push_str(brace);
            rest = &rest[1..];
        }
    }
    text + rest
}

/// `violated constraint 'std::exclusive' on property 'name' of object type 'default::User'`.
pub(super) fn details(constraint: &Constraint, subject: &str) -> String {
    format!("violated constraint '{}' on {subject}", constraint.name)
}

#[cfg(test)]
mod tests {
    use super::{fill, quoted};

    #[test]
    fn fills_templates() {
        let value = |name: &str| match name {
            "max" => Some("9"),
            "__subject__" => Some("Speed"),
            _ => None,
        };
        let filled = fill("at most {max} for {__subject__}, {{braces}} {unknown} }", value);
        assert_eq!(filled, "at most 9 for Speed, {braces} {unknown} }");
        assert_eq!(fill("{max", value), "{max");
    }

    #[test]
    fn quotes_what_is_no_identifier() {
        assert_eq!(quoted("name"), "name");
        assert_eq!(quoted("odd prop"), "`odd prop`");
        assert_eq!(quoted("2nd"), "`2nd`");
    }
}
