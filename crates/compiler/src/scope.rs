//! What names and paths mean at one place of a statement.
//!
//! A scope is a small value, copied and extended on the way down. Simple scoping in three rules:
//! - a subject (of a shape, of FILTER and ORDER BY, of UPDATE … SET) that is a path is *bound*: inside, that path and its
//!   continuations mean the current element;
//! - `.x` continues the innermost subject;
//! - any other path starts afresh from its root.

use std::sync::Arc;

use ir::{Expr, VarId};
use syntax::ast;
use uuid::Uuid;

use crate::path::LinkRef;

/// Names, bound paths and the current subject at one place.
#[derive(Clone)]
pub(crate) struct Scope {
    pub(crate) modules: schema::Scope,
    names: Vec<(Arc<str>, Binding)>,
    bound: Vec<(PathId, VarId)>,
    anchors: Vec<(ast::Anchor, VarId)>,
    pub(crate) subject: Option<Subject>,
    pub(crate) site: Site,
}

/// What a WITH alias, a FOR variable or a parameter stands for.
#[derive(Clone)]
pub(crate) struct Binding {
    /// Identifies it as the root of paths.
    pub(crate) root: Root,
    pub(crate) value: Expr,
}

/// What `.x` continues.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) path: PathId,
    pub(crate) var: VarId,
}

/// The surroundings of an expression, as far as they decide what may stand there.
#[derive(Clone, Default)]
pub(crate) struct Site {
    /// Why data may not be modified here.
    pub(crate) no_dml: Option<NoDml>,
    /// The type whose INSERT shape this is: naming it there is an error.
    pub(crate) inserting: Option<Uuid>,
    /// So many bound paths, counted from the outermost, are out of reach: they belong to the statement around an INSERT.
    pub(crate) outer_bound: usize,
    /// So many of them are of the rule's own object, which is within reach everywhere in the rule.
    pub(crate) own_bound: usize,
    /// What the shape that the expression ends in is for.
    pub(crate) shape_of: ShapeOf,
    /// The type of an INSERT whose ELSE this is: it cannot be inserted there.
    pub(crate) conflicting: Option<Uuid>,
    /// Access policies do not apply.
    pub(crate) no_policies: bool,
    /// In what globals may not be read: `index`, `constraint`.
    pub(crate) no_globals: Option<&'static str>,
    /// The parameters of the function whose body is checked.
    pub(crate) parameters: Option<Arc<[Arc<str>]>>,
    /// The expression stands in the schema, not in the query: its places are in another text.
    pub(crate) from_schema: bool,
}

/// What a shape is for: that decides which link properties it may name.
#[derive(Clone, Default)]
pub(crate) enum ShapeOf {
    /// A set of its own: none.
    #[default]
    Set,
    /// The value of a pointer in another shape: those of the link that the objects are reached over.
    Pointer,
    /// A value assigned to this link: it sets those of the link.
    Assigned(LinkRef),
}

/// Clauses and places in which data may not be modified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoDml {
    Filter,
    OrderBy,
    ShapeComputed,
    /// In the schema, there in what it says: `computed link 'c' of object type 'default::Shelf'`.
    Schema(Arc<str>),
}

impl NoDml {
    /// Where a schema expression is used: that it changes nothing was checked when it was declared.
    pub(crate) fn in_schema() -> NoDml {
        NoDml::Schema("a schema expression".into())
    }
}

/// A path as an identity: two expressions with equal ids mean the same set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathId {
    pub(crate) root: Root,
    pub(crate) steps: Vec<PathKey>,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// A type, or a schema alias.
    Schema(Uuid),
    /// A WITH alias, a FOR variable, an anchor, or a subject that is no path.
    Var(VarId),
}

/// One step, as far as identity goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PathKey {
    Pointer(Arc<str>),
    Backlink(Arc<str>),
    LinkProperty(Arc<str>),
    Is(String),
}

impl PathId {
    pub(crate) fn root(root: Root) -> PathId {
        PathId { root, steps: Vec::new() }
    }

    pub(crate) fn then(&self, key: PathKey) -> PathId {
        let mut path = self.clone();
        path.steps.push(key);
        path
    }

    /// Without its last step; `None` for a bare root.
    pub(crate) fn parent(&self) -> Option<PathId> {
        let (_, steps) = self.steps.split_last()?;
        Some(PathId { root: self.root.clone(), steps: steps.to_vec() })
    }

    fn starts_with(&self, prefix: &PathId) -> bool {
        self.root == prefix.root && self.steps.starts_with(&prefix.steps)
    }
}

impl Scope {
    /// The outermost scope.
    pub(crate) fn new(modules: schema::Scope) -> Scope {
        Scope {
            modules,
            names: Vec::new(),
            bound: Vec::new(),
            anchors: Vec::new(),
            subject: None,
            site: Site::default(),
        }
    }

    /// The scope of a schema expression or of DETACHED: the same place, nothing bound.
    pub(crate) fn detached(&self) -> Scope {
        let site = Site { inserting: None, outer_bound: 0, own_bound: 0, ..self.site.clone() };
        Scope { site, ..Scope::new(self.modules.clone()) }
    }

    pub(crate) fn with_name(mut self, name: Arc<str>, binding: Binding) -> Scope {
        self.names.push((name, binding));
        self
    }

    /// Binds a name to a variable that is its own root.
    pub(crate) fn with_var(self, name: Arc<str>, var: VarId, value: Expr) -> Scope {
        self.with_name(name, Binding { root: Root::Var(var), value })
    }

    pub(crate) fn with_anchor(mut self, anchor: ast::Anchor, var: VarId) -> Scope {
        self.anchors.push((anchor, var));
        self
    }

    /// Binds a path, without making it the subject of `.x`.
    pub(crate) fn with_bound(mut self, path: PathId, var: VarId) -> Scope {
        self.bound.push((path, var));
        self
    }

    /// Binds a path, and what `[is T]` at its end narrows.
    pub(crate) fn with_bound_widened(mut self, path: PathId, var: VarId) -> Scope {
        let mut widened = path.clone();
        while let Some(PathKey::Is(_)) = widened.steps.last() {
            widened.steps.pop();
            self.bound.push((widened.clone(), var));
        }
        self.with_bound(path, var)
    }

    /// Binds the subject of a clause or shape: `path` where it is one.
    pub(crate) fn with_subject(self, path: Option<PathId>, var: VarId) -> Scope {
        let path = path.unwrap_or(PathId::root(Root::Var(var)));
        let mut scope = self.with_bound_widened(path.clone(), var);
        scope.subject = Some(Subject { path, var });
        scope
    }

    pub(crate) fn without_subject(mut self) -> Scope {
        self.subject = None;
        self
    }

    pub(crate) fn forbidding_dml(mut self, why: NoDml) -> Scope {
        self.site.no_dml.get_or_insert(why);
        self
    }

    pub(crate) fn without_policies(mut self) -> Scope {
        self.site.no_policies = true;
        self
    }

    pub(crate) fn shape_of(mut self, what: ShapeOf) -> Scope {
        self.site.shape_of = what;
        self
    }

    /// The scope of one of several sets that are put together: what comes of it is reached over no link, so that a shape
    /// there cannot set properties of one.
    pub(crate) fn of_operand(mut self) -> Scope {
        if matches!(self.site.shape_of, ShapeOf::Assigned(_)) {
            self.site.shape_of = ShapeOf::Set;
        }
        self
    }

    pub(crate) fn name(&self, name: &str) -> Option<&Binding> {
        self.names.iter().rev().find(|(it, _)| &**it == name).map(|(_, binding)| binding)
    }

    pub(crate) fn anchor(&self, anchor: ast::Anchor) -> Option<VarId> {
        self.anchors.iter().rev().find(|(it, _)| *it == anchor).map(|(_, var)| *var)
    }

    /// The longest bound beginning of `path`: how many steps it has and its variable. The innermost wins.
    pub(crate) fn bound_prefix(&self, path: &PathId) -> Option<(usize, VarId)> {
        let prefixes = self.bound.iter().filter(|(it, _)| path.starts_with(it));
        prefixes.map(|(it, var)| (it.steps.len(), *var)).max_by_key(|(length, _)| *length)
    }

    /// Whether a path belongs to the statement around an INSERT, which does not see it.
    pub(crate) fn is_out_of_reach(&self, path: &PathId) -> bool {
        let index = self.bound.iter().rposition(|(it, _)| path.starts_with(it));
        let outer = self.site.own_bound..self.site.outer_bound;
        matches!(path.root, Root::Schema(_)) && index.is_some_and(|index| outer.contains(&index))
    }

    /// What is bound now stays within reach of every INSERT inside.
    pub(crate) fn always_bound(mut self) -> Scope {
        self.site.own_bound = self.bound.len();
        self
    }

    /// The scope of an INSERT's shape: paths bound around it are out of reach.
    pub(crate) fn inside_insert(mut self, ty: Uuid) -> Scope {
        self.site.inserting = Some(ty);
        self.site.outer_bound = self.bound.len();
        self.without_subject()
    }

    pub(crate) fn is_bound(&self, path: &PathId) -> bool {
        self.bound.iter().any(|(it, _)| it == path)
    }

    /// Whether a bound path starts at this root, which is itself not bound: naming the root then would change what the
    /// bound path means.
    pub(crate) fn is_root_of_bound(&self, root: &Root) -> bool {
        self.bound.iter().any(|(it, _)| it.root == *root) && !self.is_bound(&PathId::root(root.clone()))
    }

    /// The path that a variable was bound under.
    pub(crate) fn path_of(&self, var: VarId) -> Option<&PathId> {
        self.bound.iter().rev().find(|(_, it)| *it == var).map(|(path, _)| path)
    }
}
