//! A declaration as the command that makes it, or as it stands in a schema document.

use std::sync::Arc;

use syntax::ast::{
    Action, Command, CommandKind, ConstraintSpec, Definition, DeleteSide, Expr, ExprKind, FunctionBody,
    FunctionSpec, IndexSpec, Name, NamedExpr, ObjectKind, Path, PathRoot, PointerSpec, PolicyAction,
    RewriteKind, Spec,
};

use super::node::{self, NOWHERE};
use crate::decl::{Decl, Field, PLAIN_INDEX, Setting};
use crate::{QName, Schema};

/// How declarations are written out.
#[derive(Clone, Copy)]
pub(crate) struct Form<'a> {
    /// The schema they belong to: it knows what is inherited.
    pub(crate) schema: &'a Schema,
    /// As they stand in a schema document.
    pub(crate) sdl: bool,
    /// Names in this module are written without it, where they are what is declared.
    pub(crate) module: Option<&'a str>,
}

impl Form<'_> {
    /// The definition that creates a declaration of the top level.
    pub(crate) fn definition(&self, decl: &Decl) -> Definition {
        self.creating(decl, &[])
    }

    /// The definition that creates a declaration inside of others, the outermost first.
    pub(crate) fn creating(&self, decl: &Decl, around: &[&Decl]) -> Definition {
        let overloaded = self.is_overloaded(decl, around);
        if overloaded && !self.sdl {
            return self.overloading(decl, around);
        }
        self.created_as(decl, around, overloaded)
    }

    /// The same, of what is not inherited.
    pub(crate) fn created(&self, decl: &Decl, around: &[&Decl]) -> Definition {
        self.created_as(decl, around, false)
    }

    fn created_as(&self, decl: &Decl, around: &[&Decl], overloaded: bool) -> Definition {
        let mut def = shell(decl, Action::Create, self.name(decl, around));
        def.is_abstract = decl.is(Field::Abstract);
        def.bases = self.bases(decl, around);
        def.spec = spec(decl);
        if let Spec::Pointer(spec) = &mut def.spec {
            spec.overloaded = overloaded;
        }
        def.commands = self.block(decl, around);
        expression_into_block(&mut def);
        def
    }

    /// In DDL, a pointer that is also inherited is altered into what it is.
    fn overloading(&self, decl: &Decl, around: &[&Decl]) -> Definition {
        let mut def = shell(decl, Action::Alter, self.name(decl, around));
        def.spec = Spec::Pointer(PointerSpec::default());
        def.commands.push(node::command(CommandKind::SetOwned(true)));
        if let Some(required) = decl.flag(Field::Required) {
            let kind = CommandKind::SetRequired { required: Some(required), using: None };
            def.commands.push(node::command(kind));
        }
        if let Some(Setting::Cardinality(cardinality)) = decl.settings.get(&Field::Cardinality) {
            let cardinality = Some(node::cardinality(*cardinality));
            def.commands.push(node::command(CommandKind::SetCardinality { cardinality, using: None }));
        }
        if let Some(ty) = decl.ty(Field::Target) {
            let kind = CommandKind::SetType { ty: Some(node::ty(ty)), using: None, reset_to_default: false };
            def.commands.push(node::command(kind));
        }
        if let Some(expr) = decl.expr(Field::Computed) {
            def.commands.push(node::command(CommandKind::Using(node::tree(expr))));
        }
        def.commands.extend(self.block(decl, around));
        def
    }

    /// Whether a pointer is inherited as well as declared.
    pub(crate) fn is_overloaded(&self, decl: &Decl, around: &[&Decl]) -> bool {
        let [owner] = around else { return false };
        let pointer = self.schema.object_type_named(&owner.name).and_then(|ty| ty.pointer(&decl.name));
        decl.is_pointer()
            && pointer.is_some_and(|pointer| {
                // What is only inherited is spelt out without a word about it.
                if !pointer.owned {
                    return false;
                }
                let inherits = |base: &uuid::Uuid| self.schema.by_id(*base).is_none();
                pointer.bases.iter().any(inherits)
            })
    }

    pub(crate) fn name(&self, decl: &Decl, around: &[&Decl]) -> Name {
        match decl.class {
            ObjectKind::Rewrite => node::bare_name(""),
            ObjectKind::Index if &*decl.name == PLAIN_INDEX => node::bare_name(""),
            ObjectKind::Module | ObjectKind::Extension | ObjectKind::Future => node::bare_name(&decl.name),
            ObjectKind::Trigger | ObjectKind::AccessPolicy => node::bare_name(&decl.name),
            _ if decl.is_pointer() && !around.is_empty() => node::bare_name(&decl.name),
            _ if around.is_empty() => {
                let full = QName::parse(&decl.name);
                match self.module == Some(full.module()) {
                    true => node::bare_name(full.local()),
                    false => node::name(&decl.name),
                }
            }
            _ => node::name(&decl.name),
        }
    }

    /// What is extended, where that stands before the block.
    fn bases(&self, decl: &Decl, around: &[&Decl]) -> Vec<syntax::ast::TypeExpr> {
        let members = decl.texts(Field::Members);
        if !members.is_empty() {
            return vec![node::enumeration(members)];
        }
        if decl.is_pointer() && !around.is_empty() {
            return Vec::new();
        }
        decl.bases().iter().map(|base| node::base(base, decl.texts(Field::TypeArgs))).collect()
    }

    // -- the block ----------------------------------------------------------------

    fn block(&self, decl: &Decl, around: &[&Decl]) -> Vec<Command> {
        let mut commands = Vec::new();
        if decl.is_pointer() && !around.is_empty() && !decl.bases().is_empty() {
            let bases = decl.bases().iter().map(|base| node::base(base, &[])).collect();
            commands.push(node::command(CommandKind::Extending { bases, position: None }));
        }
        commands.extend(
            decl.settings.iter().filter_map(|(field, setting)| field_command(decl.class, *field, setting)),
        );
        if let (ObjectKind::Constraint, Some(using)) = (decl.class, decl.expr(Field::Using)) {
            commands.push(node::command(CommandKind::Using(node::tree(using))));
        }
        let mut around = around.to_vec();
        around.push(decl);
        for child in ordered(decl, self.sdl) {
            commands.push(node::command(CommandKind::Definition(self.creating(child, &around))));
        }
        if let (ObjectKind::Function, Some(using)) = (decl.class, decl.expr(Field::Using)) {
            let body = FunctionBody::Expr(node::tree(using));
            commands.push(node::command(CommandKind::FunctionBody(body)));
        }
        commands
    }
}

/// With a block or a type, the expression of what is computed stands in the block.
pub(crate) fn expression_into_block(def: &mut Definition) {
    let has_block = !def.commands.is_empty();
    let expression = match &mut def.spec {
        Spec::Pointer(spec) if has_block || spec.target.is_some() => spec.computed.take(),
        Spec::Alias(expression) if has_block => expression.take(),
        _ => None,
    };
    if let Some(expression) = expression {
        def.commands.insert(0, node::command(CommandKind::Using(expression)));
    }
}

/// A definition that says nothing yet.
pub(crate) fn shell(decl: &Decl, action: Action, name: Name) -> Definition {
    Definition {
        action,
        object: decl.class,
        name,
        is_abstract: false,
        if_not_exists: false,
        bases: Vec::new(),
        spec: Spec::None,
        commands: Vec::new(),
        span: NOWHERE,
    }
}

/// The children of a declaration in the order in which they are written. In DDL what others refer to comes first.
pub(crate) fn ordered(decl: &Decl, sdl: bool) -> Vec<&Decl> {
    let mut children: Vec<&Decl> = decl.children.iter().collect();
    children.sort_by_cached_key(|child| {
        let on = child.settings.get(&Field::On).map(Setting::identity).unwrap_or_default();
        let args = child.settings.get(&Field::Args).map(Setting::identity).unwrap_or_default();
        let name = match child.class {
            ObjectKind::Trigger | ObjectKind::AccessPolicy => child.name.to_string(),
            _ => QName::parse(&child.name).local().to_owned(),
        };
        let rank = if sdl { sdl_rank(child.class) } else { ddl_rank(child.class) };
        (rank, name, on, args)
    });
    children
}

fn sdl_rank(class: ObjectKind) -> u8 {
    match class {
        ObjectKind::AnnotationValue => 0,
        ObjectKind::AccessPolicy => 1,
        ObjectKind::Constraint => 2,
        ObjectKind::Index => 3,
        ObjectKind::Link => 4,
        ObjectKind::Property | ObjectKind::Pointer => 5,
        ObjectKind::Rewrite => 6,
        _ => 7,
    }
}

fn ddl_rank(class: ObjectKind) -> u8 {
    match class {
        ObjectKind::AnnotationValue => 0,
        ObjectKind::Link => 1,
        ObjectKind::Property | ObjectKind::Pointer => 2,
        ObjectKind::AccessPolicy => 3,
        ObjectKind::Constraint => 4,
        ObjectKind::Index => 5,
        ObjectKind::Rewrite => 6,
        _ => 7,
    }
}

/// The command that sets a field, for fields that stand in the block.
pub(crate) fn field_command(class: ObjectKind, field: Field, setting: &Setting) -> Option<Command> {
    let command = match (field, setting) {
        (Field::OnSourceDelete, Setting::OnSource(action)) => {
            let policy = Some(node::source_delete(*action));
            node::command(CommandKind::OnDelete { side: DeleteSide::Source, policy })
        }
        (Field::OnTargetDelete, Setting::OnTarget(action)) => {
            let policy = Some(node::target_delete(*action));
            node::command(CommandKind::OnDelete { side: DeleteSide::Target, policy })
        }
        (Field::Default, Setting::Expr(expr)) => node::field("default", node::tree(expr)),
        (Field::Readonly, Setting::Flag(flag)) => flag_command("readonly", *flag),
        (Field::Protected, Setting::Flag(flag)) => flag_command("protected", *flag),
        (Field::Secret, Setting::Flag(flag)) => flag_command("secret", *flag),
        (Field::SplatStrategy, Setting::Text(label)) => node::field("splat_strategy", node::string(label)),
        (Field::Inlined, Setting::Flag(flag)) => flag_command("is_inlined", *flag),
        (Field::RequiredPermissions, Setting::Texts(names)) => names_command("required_permissions", names),
        (Field::Errmessage, Setting::Text(text)) => node::field("errmessage", node::string(text)),
        (Field::Volatility, Setting::Volatility(volatility)) if class == ObjectKind::Function => {
            node::field("volatility", node::string(&Arc::from(node::volatility(*volatility))))
        }
        _ => return None,
    };
    Some(command)
}

fn flag_command(name: &str, flag: bool) -> Command {
    node::field(name, node::literal(syntax::ast::Literal::Bool(flag)))
}

/// A field that holds names: one stands alone, more are a set.
fn names_command(field: &str, names: &[Arc<str>]) -> Command {
    let path = |name: &Arc<str>| {
        let path = Path { root: PathRoot::Name(node::name(name)), steps: Vec::new() };
        Expr { kind: ExprKind::Path(path), span: NOWHERE }
    };
    let value = match names {
        [name] => path(name),
        names => Expr { kind: ExprKind::Set(names.iter().map(path).collect()), span: NOWHERE },
    };
    node::field(field, value)
}

/// What only this kind of object has.
pub(crate) fn spec(decl: &Decl) -> Spec {
    let expr = |field: Field| decl.expr(field).map(node::tree);
    match decl.class {
        ObjectKind::Link | ObjectKind::Property | ObjectKind::Pointer | ObjectKind::Global => {
            Spec::Pointer(PointerSpec {
                overloaded: false,
                required: decl.flag(Field::Required),
                cardinality: match decl.settings.get(&Field::Cardinality) {
                    Some(Setting::Cardinality(cardinality)) => Some(node::cardinality(*cardinality)),
                    _ => None,
                },
                target: decl.ty(Field::Target).map(node::ty),
                computed: expr(Field::Computed),
            })
        }
        ObjectKind::Constraint => Spec::Constraint(ConstraintSpec {
            delegated: decl.is(Field::Delegated),
            params: decl.params().iter().map(node::param).collect(),
            args: decl.exprs(Field::Args).iter().map(node::tree).collect(),
            on: expr(Field::On),
            except: expr(Field::Except),
        }),
        ObjectKind::Index => Spec::Index(IndexSpec {
            params: decl.params().iter().map(node::param).collect(),
            named_args: match decl.settings.get(&Field::NamedArgs) {
                Some(Setting::NamedExprs(args)) => {
                    let arg = |(name, value): &(Arc<str>, crate::Expression)| NamedExpr {
                        name: node::ident(name.clone()),
                        value: node::tree(value),
                    };
                    args.iter().map(arg).collect()
                }
                _ => Vec::new(),
            },
            on: expr(Field::On),
            except: expr(Field::Except),
            deferred: decl.is(Field::Deferred),
            ..IndexSpec::default()
        }),
        ObjectKind::Function => Spec::Function(FunctionSpec {
            params: decl.params().iter().map(node::param).collect(),
            returns: match decl.settings.get(&Field::Returns) {
                Some(Setting::Returns(typemod, ty)) => Some((node::modifier(*typemod), node::ty(ty))),
                _ => None,
            },
        }),
        ObjectKind::Annotation => Spec::Annotation { inheritable: decl.is(Field::Inheritable) },
        ObjectKind::AnnotationValue => Spec::AnnotationValue(decl.text(Field::Value).map(node::string)),
        ObjectKind::Alias => Spec::Alias(expr(Field::Using)),
        ObjectKind::Trigger => Spec::Trigger {
            kinds: match decl.settings.get(&Field::TriggerKinds) {
                Some(Setting::TriggerKinds(kinds)) => kinds.iter().map(node::trigger_kind).collect(),
                _ => Vec::new(),
            },
            scope: match decl.settings.get(&Field::TriggerScope) {
                Some(Setting::TriggerScope(scope)) => node::trigger_scope(*scope),
                _ => syntax::ast::TriggerScope::Each,
            },
            when: expr(Field::When),
            body: expr(Field::Using),
        },
        ObjectKind::AccessPolicy => Spec::AccessPolicy {
            when: expr(Field::When),
            action: if decl.is(Field::Allow) { PolicyAction::Allow } else { PolicyAction::Deny },
            kinds: match decl.settings.get(&Field::AccessKinds) {
                Some(Setting::AccessKinds(kinds)) => kinds.iter().map(node::access_kind).collect(),
                _ => Vec::new(),
            },
            using: expr(Field::Using),
        },
        ObjectKind::Rewrite => Spec::Rewrite {
            kinds: vec![if &*decl.name == "insert" { RewriteKind::Insert } else { RewriteKind::Update }],
            using: expr(Field::Using),
        },
        ObjectKind::Extension => Spec::Extension { version: decl.text(Field::Version).cloned() },
        _ => Spec::None,
    }
}
