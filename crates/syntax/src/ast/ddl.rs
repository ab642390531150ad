//! Commands that create, alter and drop parts of a schema. An SDL declaration is read as the command that creates it.

use std::sync::Arc;

use diag::Span;

use super::{Cardinality, Expr, Ident, Name, NamedExpr, TypeExpr};

/// What is done with a schema object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// `create`, or an SDL declaration
    Create,
    /// `alter`
    Alter,
    /// `drop`
    Drop,
}

/// One schema object and what is done with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// What is done.
    pub action: Action,
    /// What kind of object it is.
    pub object: ObjectKind,
    /// Its name, as written; the empty name for `constraint`-like objects that have none (`rewrite`, `index on`).
    pub name: Name,
    /// `abstract`
    pub is_abstract: bool,
    /// `if not exists` in a create.
    pub if_not_exists: bool,
    /// `extending A, B`
    pub bases: Vec<TypeExpr>,
    /// What only this kind of object has.
    pub spec: Spec,
    /// What stands in its block.
    pub commands: Vec<Command>,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of schema objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKind {
    /// `module`
    Module,
    /// `type`
    Type,
    /// `scalar type`
    ScalarType,
    /// `pseudo type`
    PseudoType,
    /// `link`
    Link,
    /// `property`
    Property,
    /// A pointer declared without saying which: `name: T`, `name := expr`. Only in SDL.
    Pointer,
    /// `constraint`
    Constraint,
    /// `index`
    Index,
    /// `index match for T using name`
    IndexMatch,
    /// `annotation`: with [`Action::Create`] and a value, the value on another object; without, the annotation itself.
    Annotation,
    /// The value of an annotation on another object.
    AnnotationValue,
    /// `alias`
    Alias,
    /// `global`
    Global,
    /// `permission`
    Permission,
    /// `function`
    Function,
    /// `operator`
    Operator,
    /// `cast`
    Cast,
    /// `trigger`
    Trigger,
    /// `access policy`
    AccessPolicy,
    /// `rewrite`
    Rewrite,
    /// `extension`
    Extension,
    /// `extension package`
    ExtensionPackage,
    /// `future`
    Future,
    /// `role`
    Role,
}

impl ObjectKind {
    /// The keywords before the name, in lower case.
    pub fn keywords(self) -> &'static str {
        match self {
            ObjectKind::Module => "module",
            ObjectKind::Type => "type",
            ObjectKind::ScalarType => "scalar type",
            ObjectKind::PseudoType => "pseudo type",
            ObjectKind::Link => "link",
            ObjectKind::Property => "property",
            ObjectKind::Pointer => "",
            ObjectKind::Constraint => "constraint",
            ObjectKind::Index => "index",
            ObjectKind::IndexMatch => "index match",
            ObjectKind::Annotation | ObjectKind::AnnotationValue => "annotation",
            ObjectKind::Alias => "alias",
            ObjectKind::Global => "global",
            ObjectKind::Permission => "permission",
            ObjectKind::Function => "function",
            ObjectKind::Operator => "operator",
            ObjectKind::Cast => "cast",
            ObjectKind::Trigger => "trigger",
            ObjectKind::AccessPolicy => "access policy",
            ObjectKind::Rewrite => "rewrite",
            ObjectKind::Extension => "extension",
            ObjectKind::ExtensionPackage => "extension package",
            ObjectKind::Future => "future",
            ObjectKind::Role => "role",
        }
    }
}

/// What only one kind of object has.
#[derive(Clone, Debug, PartialEq)]
pub enum Spec {
    /// Nothing more.
    None,
    /// A link, a property or a global.
    Pointer(PointerSpec),
    /// A constraint, abstract or on a subject.
    Constraint(ConstraintSpec),
    /// An index, abstract or on a subject.
    Index(IndexSpec),
    /// A function.
    Function(FunctionSpec),
    /// An annotation.
    Annotation {
        /// `inheritable`
        inheritable: bool,
    },
    /// The value of an annotation; none in a drop.
    AnnotationValue(Option<Expr>),
    /// What an alias stands for; none in alter and drop, or where the block says it by `using`.
    Alias(Option<Expr>),
    /// A trigger; none in alter and drop.
    Trigger {
        /// After what it fires.
        kinds: Vec<TriggerKind>,
        /// How often it fires.
        scope: TriggerScope,
        /// `when (…)`
        when: Option<Expr>,
        /// `do (…)`
        body: Option<Expr>,
    },
    /// An access policy; empty in alter and drop.
    AccessPolicy {
        /// `when (…)`
        when: Option<Expr>,
        /// `allow` or `deny`
        action: PolicyAction,
        /// What is allowed or denied; `all` and the two `update` forms are spelt out.
        kinds: Vec<AccessKind>,
        /// `using (…)`
        using: Option<Expr>,
    },
    /// A rewrite; it has no name, its kinds say which it is.
    Rewrite {
        /// `insert`, `update`
        kinds: Vec<RewriteKind>,
        /// `using (…)`
        using: Option<Expr>,
    },
    /// An extension.
    Extension {
        /// `version '…'`
        version: Option<Arc<str>>,
    },
    /// A role.
    Role {
        /// `superuser`
        superuser: bool,
    },
}

/// A link, a property or a global.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointerSpec {
    /// `overloaded`
    pub overloaded: bool,
    /// `required` (true), `optional` (false)
    pub required: Option<bool>,
    /// `single`, `multi`
    pub cardinality: Option<Cardinality>,
    /// `: T`, `-> T`
    pub target: Option<TypeExpr>,
    /// `:= expr`
    pub computed: Option<Expr>,
}

/// A constraint, abstract or on a subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConstraintSpec {
    /// `delegated`
    pub delegated: bool,
    /// Parameters of an abstract constraint.
    pub params: Vec<FunctionParam>,
    /// Arguments of a constraint on a subject.
    pub args: Vec<Expr>,
    /// `on (…)`
    pub on: Option<Expr>,
    /// `except (…)`
    pub except: Option<Expr>,
}

/// An index, abstract or on a subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexSpec {
    /// Parameters of an abstract index.
    pub params: Vec<FunctionParam>,
    /// Arguments by position.
    pub args: Vec<Expr>,
    /// Arguments by name.
    pub named_args: Vec<NamedExpr>,
    /// `on (…)`
    pub on: Option<Expr>,
    /// `except (…)`
    pub except: Option<Expr>,
    /// `deferred`
    pub deferred: bool,
}

/// A function's signature. Its body stands in the commands, as [`CommandKind::FunctionBody`].
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionSpec {
    /// The parameters.
    pub params: Vec<FunctionParam>,
    /// `-> set of T`; none in alter and drop.
    pub returns: Option<(TypeModifier, TypeExpr)>,
}

/// One parameter of a function, an abstract constraint or an abstract index.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionParam {
    /// Its name.
    pub name: Ident,
    /// How it is given.
    pub kind: ParamKind,
    /// `optional`, `set of`
    pub modifier: TypeModifier,
    /// Its type.
    pub ty: TypeExpr,
    /// `= expr`
    pub default: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// How a parameter is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParamKind {
    /// By position.
    Positional,
    /// `variadic`: all that follow.
    Variadic,
    /// `named only`
    NamedOnly,
}

/// How many values a parameter or a result may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeModifier {
    /// Exactly one.
    Singleton,
    /// `optional`
    Optional,
    /// `set of`
    SetOf,
}

/// What stands behind a function.
#[derive(Clone, Debug, PartialEq)]
pub enum FunctionBody {
    /// `using (expr)`, `using edgeql $$…$$`
    Expr(Expr),
    /// `using edgeql function 'name'`, `using sql $$…$$`: what the embedded server does not run.
    Foreign {
        /// The language, in lower case.
        language: Arc<str>,
        /// `function` or `expression` stood after the language.
        form: ForeignForm,
        /// The text given.
        text: Option<Arc<str>>,
    },
}

/// How a foreign body is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ForeignForm {
    /// `using sql '…'`
    Code,
    /// `using sql function '…'`
    Function,
    /// `using sql expression`
    Expression,
}

/// After what a trigger fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TriggerKind {
    /// `insert`
    Insert,
    /// `update`
    Update,
    /// `delete`
    Delete,
}

/// How often a trigger fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TriggerScope {
    /// `for each`
    Each,
    /// `for all`
    All,
}

/// What a policy does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PolicyAction {
    /// `allow`
    Allow,
    /// `deny`
    Deny,
}

/// What a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessKind {
    /// `select`
    Select,
    /// `update read`
    UpdateRead,
    /// `update write`
    UpdateWrite,
    /// `insert`
    Insert,
    /// `delete`
    Delete,
}

/// On what a rewrite works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RewriteKind {
    /// `insert`
    Insert,
    /// `update`
    Update,
}

/// Whose deletion a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeleteSide {
    /// `on target delete`
    Target,
    /// `on source delete`
    Source,
}

/// What happens on deletion. A link's source and target take different ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeletePolicy {
    /// `restrict`
    Restrict,
    /// `deferred restrict`
    DeferredRestrict,
    /// `allow`
    Allow,
    /// `delete source`
    DeleteSource,
    /// `delete target`
    DeleteTarget,
    /// `delete target if orphan`
    DeleteTargetIfOrphan,
}

/// Where new bases go among the old.
#[derive(Clone, Debug, PartialEq)]
pub enum Position {
    /// `first`
    First,
    /// `last`
    Last,
    /// `before name`
    Before(Name),
    /// `after name`
    After(Name),
}

/// One command in the block of a definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// What it does.
    pub kind: CommandKind,
    /// Where it stands.
    pub span: Span,
}

/// What a command in a block does.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)] // most commands are definitions
pub enum CommandKind {
    /// Creates, alters or drops something inside; every SDL declaration inside another.
    Definition(Definition),
    /// `set name := expr`; in SDL `name := expr`.
    SetField {
        /// The field: `default`, `readonly`, `errmessage`, …
        name: Ident,
        /// Its value.
        value: Expr,
    },
    /// `reset name`; `reset expression`, `reset default`, …
    ResetField(Ident),
    /// `rename to name`
    Rename(Name),
    /// `using (expr)`: the expression of an alias, a computed pointer, a constraint, a policy, a trigger, a rewrite, a global.
    Using(Expr),
    /// The body of a function.
    FunctionBody(FunctionBody),
    /// `extending A, B [position]`
    Extending {
        /// The bases.
        bases: Vec<TypeExpr>,
        /// Where they go.
        position: Option<Position>,
    },
    /// `drop extending A, B`
    DropExtending(Vec<TypeExpr>),
    /// `set abstract`, `reset abstract`
    SetAbstract(bool),
    /// `set delegated` (true), `set not delegated`/`reset delegated` (false)
    SetDelegated(bool),
    /// `set deferred` (true), `drop deferred` (false), of an index
    SetDeferred(bool),
    /// `set owned` (true), `drop owned` (false)
    SetOwned(bool),
    /// `set required [using (expr)]` (true), `set optional` (false), `reset optionality` (none)
    SetRequired {
        /// The new state; none resets it.
        required: Option<bool>,
        /// The value for those that lack one.
        using: Option<Expr>,
    },
    /// `set multi`, `set single [using (expr)]`, `reset cardinality [using (expr)]`
    SetCardinality {
        /// The new state; none resets it.
        cardinality: Option<Cardinality>,
        /// How old values become new ones.
        using: Option<Expr>,
    },
    /// `set type T [using (expr)]`, `reset type`
    SetType {
        /// The new type; none resets it.
        ty: Option<TypeExpr>,
        /// How old values become new ones.
        using: Option<Expr>,
        /// `reset to default`, for globals.
        reset_to_default: bool,
    },
    /// `on target delete …`, `on source delete …`; none resets it.
    OnDelete {
        /// Whose deletion.
        side: DeleteSide,
        /// What happens.
        policy: Option<DeletePolicy>,
    },
    /// `when (expr)` of a policy or trigger; none is `reset when`.
    When(Option<Expr>),
    /// `allow …`, `deny …` of a policy.
    Access {
        /// What the policy does.
        action: PolicyAction,
        /// With what.
        kinds: Vec<AccessKind>,
    },
}
