//! The fields of objects under Gel's names, and how much a difference in one says that two objects are not the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Class, FullName};
use crate::decl::{Decl, DeclType, Field, Setting};

/// What a field says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Setting(Setting),
    Flag(bool),
    Names(Vec<FullName>),
    /// Names of fields.
    Fields(BTreeSet<&'static str>),
    Text(Arc<str>),
}

impl Content {
    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Content::Flag(flag) | Content::Setting(Setting::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    pub(crate) fn ty(&self) -> Option<&DeclType> {
        match self {
            Content::Setting(Setting::Type(ty)) => Some(ty),
            _ => None,
        }
    }
}

/// A field with where its value is from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) content: Content,
    /// From what the object overloads.
    pub(crate) inherited: bool,
    /// Found out from an expression.
    pub(crate) computed: bool,
}

impl Value {
    pub(super) fn own(content: Content) -> Value {
        Value { content, inherited: false, computed: false }
    }
}

/// How a value is found where an object itself says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    /// It is not inherited.
    Never,
    /// That of the first base which has one.
    First,
    /// That of the first base that is not abstract, its default included.
    WithDefault,
    /// Whether any base says so.
    Any,
}

/// A field of a class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldSpec {
    /// Gel's name for it.
    pub(crate) name: &'static str,
    /// Two objects that differ in it are this much alike.
    pub(crate) coefficient: f64,
    pub(super) merge: Merge,
    /// Where a declaration has it.
    pub(crate) field: Option<Field>,
}

impl FieldSpec {
    /// Whether it can be inherited at all.
    pub(crate) fn inheritable(&self) -> bool {
        self.merge != Merge::Never
    }

    /// What a declaration itself says.
    pub(super) fn of(&self, decl: &Decl) -> Option<Content> {
        decl.settings.get(&self.field?).cloned().map(Content::Setting)
    }

    /// What an object without a value has.
    pub(crate) fn default(&self) -> Option<Content> {
        match self.name {
            "abstract" | "owned" | "readonly" | "required" | "protected" | "secret" | "delegated"
            | "computable" | "is_aggregate" | "inheritable" => Some(Content::Flag(false)),
            "cardinality" => Some(Content::Setting(Setting::Cardinality(crate::model::Cardinality::One))),
            "on_target_delete" => Some(Content::Setting(Setting::OnTarget(Default::default()))),
            "on_source_delete" => Some(Content::Setting(Setting::OnSource(Default::default()))),
            _ => None,
        }
    }
}

const fn spec(name: &'static str, coefficient: f64, merge: Merge, field: Option<Field>) -> FieldSpec {
    FieldSpec { name, coefficient, merge, field }
}

/// The fields of a class, by name.
pub(crate) fn specs(class: Class) -> &'static [FieldSpec] {
    match class {
        Class::Property | Class::Link => POINTER,
        Class::ObjectType => OBJECT_TYPE,
        Class::ScalarType => SCALAR_TYPE,
        Class::Constraint => CONSTRAINT,
        Class::Index => INDEX,
        Class::AnnotationValue => ANNOTATION_VALUE,
        Class::Annotation => ANNOTATION,
        Class::AccessPolicy => ACCESS_POLICY,
        Class::Trigger => TRIGGER,
        Class::Rewrite => REWRITE,
        Class::Function => FUNCTION,
        Class::Global => GLOBAL,
        Class::Alias => ALIAS,
        _ => PLAIN,
    }
}

use Merge::{Any, First, Never, WithDefault};

const ABSTRACT: FieldSpec = spec("abstract", 0.909, Never, Some(Field::Abstract));
const ANCESTORS: FieldSpec = spec("ancestors", 0.999, Never, None);
const BASES: FieldSpec = spec("bases", 0.900, Never, None);
const COMPUTED_FIELDS: FieldSpec = spec("computed_fields", 0.999, Never, None);
const INHERITED_FIELDS: FieldSpec = spec("inherited_fields", 0.999, Never, None);
const NAME: FieldSpec = spec("name", 0.670, Never, None);
const OWNED: FieldSpec = spec("owned", 0.909, Never, None);

const PLAIN: &[FieldSpec] = &[NAME];

const POINTER: &[FieldSpec] = &[
    ABSTRACT,
    ANCESTORS,
    BASES,
    spec("cardinality", 0.833, WithDefault, Some(Field::Cardinality)),
    spec("computable", 0.99, First, None),
    COMPUTED_FIELDS,
    spec("default", 0.909, First, Some(Field::Default)),
    spec("expr", 0.909, First, Some(Field::Computed)),
    INHERITED_FIELDS,
    NAME,
    spec("on_source_delete", 0.9, First, Some(Field::OnSourceDelete)),
    spec("on_target_delete", 0.9, First, Some(Field::OnTargetDelete)),
    OWNED,
    spec("protected", 0.909, First, Some(Field::Protected)),
    spec("readonly", 0.909, WithDefault, Some(Field::Readonly)),
    spec("required", 0.909, Any, Some(Field::Required)),
    spec("secret", 0.909, First, Some(Field::Secret)),
    spec("splat_strategy", 0.909, First, Some(Field::SplatStrategy)),
    spec("target", 0.85, First, Some(Field::Target)),
];

const OBJECT_TYPE: &[FieldSpec] = &[ABSTRACT, ANCESTORS, BASES, INHERITED_FIELDS, NAME];

const SCALAR_TYPE: &[FieldSpec] = &[
    ABSTRACT,
    ANCESTORS,
    BASES,
    spec("default", 0.909, First, Some(Field::Default)),
    spec("enum_values", 0.909, Never, Some(Field::Members)),
    INHERITED_FIELDS,
    NAME,
    spec("type_args", 0.0, Never, Some(Field::TypeArgs)),
];

const CONSTRAINT: &[FieldSpec] = &[
    ABSTRACT,
    ANCESTORS,
    spec("args", 0.875, Never, Some(Field::Args)),
    BASES,
    spec("delegated", 0.9, Never, Some(Field::Delegated)),
    spec("errmessage", 0.971, First, Some(Field::Errmessage)),
    spec("except_expr", 0.909, First, Some(Field::Except)),
    spec("expr", 0.909, First, Some(Field::Using)),
    spec("finalexpr", 0.909, Never, None),
    INHERITED_FIELDS,
    spec("is_aggregate", 0.971, First, None),
    NAME,
    OWNED,
    spec("params", 0.4, First, Some(Field::Params)),
    spec("subjectexpr", 0.833, First, Some(Field::On)),
];

const INDEX: &[FieldSpec] = &[
    ABSTRACT,
    ANCESTORS,
    BASES,
    spec("deferred", 0.909, First, Some(Field::Deferred)),
    spec("except_expr", 0.0, First, Some(Field::Except)),
    spec("expr", 0.0, First, Some(Field::On)),
    INHERITED_FIELDS,
    spec("kwargs", 0.0, First, Some(Field::NamedArgs)),
    NAME,
    OWNED,
    spec("params", 0.4, First, Some(Field::Params)),
];

const ANNOTATION_VALUE: &[FieldSpec] = &[
    ANCESTORS,
    spec("annotation", 0.429, First, None),
    BASES,
    INHERITED_FIELDS,
    NAME,
    OWNED,
    spec("value", 0.909, First, Some(Field::Value)),
];

const ANNOTATION: &[FieldSpec] =
    &[ANCESTORS, BASES, spec("inheritable", 0.2, Never, Some(Field::Inheritable)), NAME];

const ACCESS_POLICY: &[FieldSpec] = &[
    spec("access_kinds", 0.85, First, Some(Field::AccessKinds)),
    spec("action", 0.85, First, Some(Field::Allow)),
    ANCESTORS,
    BASES,
    spec("condition", 0.909, First, Some(Field::When)),
    spec("errmessage", 0.971, First, Some(Field::Errmessage)),
    spec("expr", 0.909, First, Some(Field::Using)),
    INHERITED_FIELDS,
    NAME,
    OWNED,
];

const TRIGGER: &[FieldSpec] = &[
    ANCESTORS,
    BASES,
    spec("condition", 0.909, First, Some(Field::When)),
    spec("expr", 0.909, First, Some(Field::Using)),
    INHERITED_FIELDS,
    spec("kinds", 0.0, First, Some(Field::TriggerKinds)),
    NAME,
    OWNED,
    spec("scope", 0.0, First, Some(Field::TriggerScope)),
];

const REWRITE: &[FieldSpec] =
    &[ANCESTORS, BASES, spec("expr", 0.0, First, Some(Field::Using)), INHERITED_FIELDS, NAME, OWNED];

const FUNCTION: &[FieldSpec] = &[
    COMPUTED_FIELDS,
    spec("is_inlined", 0.9, Never, Some(Field::Inlined)),
    NAME,
    spec("nativecode", 0.9, Never, Some(Field::Using)),
    spec("params", 0.4, Never, Some(Field::Params)),
    spec("required_permissions", 0.909, Never, Some(Field::RequiredPermissions)),
    spec("return_type", 0.2, Never, None),
    spec("return_typemod", 0.4, Never, None),
    spec("volatility", 0.4, Never, Some(Field::Volatility)),
];

const GLOBAL: &[FieldSpec] = &[
    spec("cardinality", 0.833, Never, Some(Field::Cardinality)),
    COMPUTED_FIELDS,
    spec("default", 0.909, Never, Some(Field::Default)),
    spec("expr", 0.909, Never, Some(Field::Computed)),
    NAME,
    spec("required", 0.909, Never, Some(Field::Required)),
    spec("target", 0.85, Never, Some(Field::Target)),
];

const ALIAS: &[FieldSpec] = &[spec("expr", 0.909, Never, Some(Field::Using)), NAME];

/// What a constraint takes over from the abstract constraint that it is of.
pub(super) fn fields_of_abstract(
    schema: &crate::Schema,
    decl: &Decl,
    fields: &mut std::collections::BTreeMap<&'static str, Value>,
) {
    let Some(crate::Named::Constraint(of)) = schema.named(&decl.name) else { return };
    let text = |text: &str| Content::Text(text.into());
    let params: Vec<&str> = of.params.iter().map(|param| &*param.name).collect();
    let found = [
        ("errmessage", of.errmessage.as_ref().map(|it| text(it))),
        ("expr", of.expr.as_ref().map(|it| text(it.text()))),
        ("subjectexpr", of.subject_expr.as_ref().map(|it| text(it.text()))),
        ("params", Some(params).filter(|it| !it.is_empty()).map(|it| text(&it.join(", ")))),
        ("is_aggregate", (of.name.as_str() == "std::exclusive").then_some(Content::Flag(true))),
    ];
    for (name, content) in found {
        if let Some(content) = content {
            fields.entry(name).or_insert(Value { content, inherited: true, computed: false });
        }
    }
}
