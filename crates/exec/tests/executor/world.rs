//! The schema that the cases use, and running a query over it.

use std::collections::BTreeMap;
use std::sync::Arc;

use diag::{Diagnostic, Result};
use exec::{
    Catalog, Context, Data, Deferred, Filling, Input, Limits, Linked, Migration, Plan, execute, plan,
    write_json,
};
use ir::{
    AccessPolicy, Capabilities, Cardinality, Constraint, ConstraintKind, IncomingLink, Operation, Query,
    Rewrite, RuleBook, Scalar, StoredPointer, TargetDelete, Trigger, Type, TypeRules, VarId,
};
use storage::{Branch, Store};
use value::{Uuid, Value};

use crate::form::Form;
use crate::lower::{Lowering, object, scalar};

/// A pointer of the test schema.
#[derive(Clone)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) base: Scalar,
    pub(crate) target: Option<String>,
    pub(crate) multi: bool,
    pub(crate) required: bool,
    pub(crate) exclusive: Option<Uuid>,
    /// Names, and defaults as forms; an empty text is no default.
    pub(crate) link_properties: Vec<(String, String)>,
    pub(crate) on_delete: TargetDelete,
    pub(crate) delete_target: bool,
}

/// Types by name, each with its pointers.
#[derive(Default)]
pub(crate) struct Schema {
    types: BTreeMap<String, Vec<Property>>,
}

/// One line a pointer: `Type.name: kind options`.
const SCHEMA: &str = "
    User.name: str required exclusive
    User.age: int64
    Event.name: str required exclusive
    Event.host: User
    Event.guests: User multi @role @note='none'
    Event.tags: str multi
    Ticket.event: Event required delete-source
    Ticket.code: str exclusive
    Poster.event: Event allow
    Draft.event: Event deferred
    Folder.pages: Page multi delete-target
    Page.name: str
    Note.title: str required
    Note.slug: str
    Note.version: int64
    Secret.level: int64
    Coin.value: int64
    Meta.name: str
    Meta.about: Meta multi
    Log.text: str
    Shelf.label: str
    Shelf.notes: Log multi exclusive
";

impl Schema {
    fn new() -> Schema {
        let mut schema = Schema::default();
        for line in SCHEMA.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (of, rest) = line.split_once('.').expect("a type");
            schema
                .types
                .entry(of.to_owned())
                .or_insert_with(|| vec![property("id: uuid required")])
                .push(property(rest));
        }
        schema
    }

    pub(crate) fn id(&self, name: &str) -> Uuid {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
    }

    pub(crate) fn concrete(&self, name: &str) -> Vec<Uuid> {
        match name {
            "Object" => self.types.keys().map(|name| self.id(name)).collect(),
            name => vec![self.id(name)],
        }
    }

    pub(crate) fn pointer(&self, of: &str, name: &str) -> Property {
        let pointers = &self.types[of.trim_start_matches("default::")];
        pointers
            .iter()
            .find(|pointer| pointer.name == name)
            .unwrap_or_else(|| panic!("no {name} in {of}"))
            .clone()
    }

    fn rules(&self) -> RuleBook {
        let types = self
            .types
            .iter()
            .map(|(name, pointers)| (self.id(name), Arc::new(self.type_rules(name, pointers))));
        RuleBook { types: types.collect() }
    }

    fn type_rules(&self, name: &str, pointers: &[Property]) -> TypeRules {
        let constraints =
            pointers.iter().filter_map(|pointer| self.exclusive(name, pointer)).chain(self.check(name));
        let delete_targets = pointers.iter().filter(|pointer| pointer.delete_target);
        TypeRules {
            type_id: self.id(name),
            name: format!("default::{name}").into(),
            pointers: pointers.iter().map(stored).collect(),
            constraints: constraints.collect(),
            rewrites: if name == "Note" { self.rewrites() } else { Vec::new() },
            triggers: if name == "Coin" { self.triggers() } else { Vec::new() },
            policies: if name == "Secret" { self.policies() } else { Vec::new() },
            incoming: self.incoming(name),
            variables: 0,
            delete_targets: delete_targets.map(|pointer| (pointer.name.as_str().into(), true)).collect(),
        }
    }

    fn incoming(&self, name: &str) -> Vec<IncomingLink> {
        let all =
            self.types.iter().flat_map(|(of, pointers)| pointers.iter().map(move |pointer| (of, pointer)));
        let incoming = all.filter(|(_, pointer)| pointer.target.as_deref() == Some(name));
        incoming
            .map(|(of, pointer)| IncomingLink {
                link: pointer.name.as_str().into(),
                sources: Arc::from([(self.id(of), format!("default::{of}").into())]),
                on_target_delete: pointer.on_delete,
            })
            .collect()
    }

    fn exclusive(&self, of: &str, pointer: &Property) -> Option<Constraint> {
        let index = pointer.exclusive?;
        let (subject, keys) = self.rule(of, &format!("(get it {})", pointer.name));
        let details: Arc<str> =
            format!("violated constraint 'std::exclusive' on property '{}'", pointer.name).into();
        Some(Constraint {
            subject,
            kind: ConstraintKind::Exclusive { index, keys, shared_details: details.clone() },
            except: None,
            message: format!("{} violates exclusivity constraint", pointer.name).into(),
            details,
            pointers: vec![pointer.name.as_str().into()],
        })
    }

    /// Ages are at most 150.
    fn check(&self, of: &str) -> Option<Constraint> {
        let (subject, holds) = (of == "User").then(|| self.rule(of, "(< (get it age) 151)"))?;
        Some(Constraint {
            subject,
            kind: ConstraintKind::Check(holds),
            except: None,
            message: "Maximum allowed value for age is 150.".into(),
            details: "violated constraint 'std::max_value' on property 'age'".into(),
            pointers: vec!["age".into()],
        })
    }

    fn rule(&self, of: &str, text: &str) -> (VarId, ir::Expr) {
        let mut lowering = Lowering::new(self);
        let subject = lowering.bind("it", object(self.id(of), of, None));
        (subject, lowering.lower(&Form::parse(text)))
    }

    /// A slug from the title always, a version counted up by updates.
    fn rewrites(&self) -> Vec<Rewrite> {
        let rewrite = |on, pointer: &str, text| {
            let mut lowering = Lowering::new(self);
            let subject = lowering.bind("it", object(self.id("Note"), "Note", None));
            let old = lowering.bind("old", object(self.id("Note"), "Note", None));
            let specified = lowering.bind("specified", scalar(Scalar::Bool));
            let value = lowering.lower(&Form::parse(text));
            Rewrite {
                on,
                pointer: pointer.into(),
                subject,
                old,
                specified,
                specified_names: Vec::new(),
                value,
            }
        };
        vec![
            rewrite(Operation::Insert, "slug", "(++ 'new-' (get it title))"),
            rewrite(Operation::Update, "slug", "(++ (++ (get old title) '>') (get it title))"),
            rewrite(Operation::Update, "version", "(+ (?? (get old version) 0) 1)"),
        ]
    }

    /// Each insert is logged, and all updates of a statement once.
    fn triggers(&self) -> Vec<Arc<Trigger>> {
        let trigger = |on, for_all, body: &str| {
            let mut lowering = Lowering::new(self);
            let name = if for_all { ("New", "Old") } else { ("new", "old") };
            let new = lowering.bind(name.0, object(self.id("Coin"), "Coin", None));
            let old = lowering.bind(name.1, object(self.id("Coin"), "Coin", None));
            let body = lowering.lower(&Form::parse(body));
            let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.0.as_bytes());
            Arc::new(Trigger { id, name: "t".into(), on, for_all, new, old, when: None, body })
        };
        let each = "(insert Log (text := (if (< (get new value) 10) 'small' 'big')))";
        let all = "(if (= (count (scan Coin)) (count New)) (insert Log (text := 'all')) (insert Log (text := 'some')))";
        vec![
            trigger(vec![Operation::Insert], false, each),
            trigger(vec![Operation::Update, Operation::Delete], true, all),
        ]
    }

    /// Everyone may insert up to level 3 and change from level 1; nobody may delete.
    fn policies(&self) -> Vec<AccessPolicy> {
        let policy = |name: &str, text| {
            let (subject, condition) = self.rule("Secret", text);
            let message = Some(format!("not {name}").into());
            let (select, insert, update_read) = (true, name == "low", name == "known");
            let (allow, update_write, delete) = (true, name == "known", false);
            let name = name.into();
            AccessPolicy {
                name,
                allow,
                select,
                insert,
                update_read,
                update_write,
                delete,
                subject,
                condition,
                message,
            }
        };
        vec![policy("low", "(< (get it level) 4)"), policy("known", "(< 0 (get it level))")]
    }
}

fn property(text: &str) -> Property {
    let (name, rest) = text.split_once(": ").expect("a name");
    let words: Vec<&str> = rest.split(' ').collect();
    let has = |word: &str| words.contains(&word);
    let base = match words[0] {
        "str" => Scalar::Str,
        "int64" => Scalar::Int64,
        _ => Scalar::Uuid,
    };
    let link_property = |word: &str| {
        let (name, default) = word.split_once('=').unwrap_or((word, ""));
        (name.to_owned(), default.to_owned())
    };
    Property {
        name: name.to_owned(),
        base,
        target: words[0].starts_with(char::is_uppercase).then(|| words[0].to_owned()),
        multi: has("multi"),
        required: has("required"),
        exclusive: has("exclusive").then(|| Uuid::new_v5(&Uuid::NAMESPACE_URL, text.as_bytes())),
        link_properties: words.iter().filter_map(|word| word.strip_prefix('@')).map(link_property).collect(),
        on_delete: match words.last() {
            Some(&"delete-source") => TargetDelete::DeleteSource,
            Some(&"allow") => TargetDelete::Allow,
            Some(&"deferred") => TargetDelete::DeferredRestrict,
            _ => TargetDelete::Restrict,
        },
        delete_target: has("delete-target"),
    }
}

fn stored(pointer: &Property) -> StoredPointer {
    let kind = if pointer.target.is_some() { "link" } else { "property" };
    StoredPointer {
        name: pointer.name.as_str().into(),
        is_link: pointer.target.is_some(),
        is_multi: pointer.multi,
        required: pointer.required,
        link_properties: pointer.link_properties.iter().map(|(name, _)| stored_property(name)).collect(),
        title: format!("{kind} '{}'", pointer.name).into(),
    }
}

const CONTEXT: Context<'static> = Context {
    configuration: &(),
    statement_time: 0,
    transaction_time: 0,
    branch: "main",
    limits: Limits { max_set: 100_000, deadline: None, cancelled: None },
};

/// A database of the test schema. All queries run in one transaction.
pub(crate) struct World {
    schema: Schema,
    rules: Arc<RuleBook>,
    branch: Branch,
    catalog: Types,
    transaction: storage::Transaction,
    deferred: Deferred,
}

impl World {
    pub(crate) fn new() -> World {
        let schema = Schema::new();
        let branch =
            Store::memory().and_then(|store| store.create_branch("main")).expect("a store in memory");
        let (rules, transaction) = (Arc::new(schema.rules()), branch.begin());
        let catalog = Types::of(&schema);
        World { schema, rules, branch, catalog, transaction, deferred: Deferred::default() }
    }

    /// What a `> …` or `explain> …` block answers.
    pub(crate) fn answer(&mut self, block: &str) -> String {
        let (verb, rest) = block.split_once("> ").expect("a prompt");
        let answer = match verb {
            "" => self.run(rest),
            "explain" => self.plan(rest).map(|plan| plan.to_string().trim_end().to_owned()),
            "commit" => self.deferred.check(self.transaction.now()).map(|()| "committed".to_owned()),
            _ => self.migrate(verb, rest).map(|()| "done".to_owned()),
        };
        anonymous(&answer.unwrap_or_else(|error| problem(&error)))
    }

    fn plan(&self, query: &str) -> Result<Plan> {
        let query = Query {
            expr: Lowering::new(&self.schema).lower(&Form::parse(query)),
            answer: Type::Any,
            cardinality: Cardinality::Many,
            capabilities: Capabilities::NONE,
            params: Vec::new(),
            globals: Vec::new(),
            permissions: Default::default(),
            rules: self.rules.clone(),
            warnings: Vec::new(),
            variables: 0,
        };
        plan(&query, self.branch.symbols(), Some(&self.catalog))
    }

    fn run(&mut self, query: &str) -> Result<String> {
        self.run_within(query, CONTEXT.limits)
    }

    pub(crate) fn run_within(&mut self, query: &str, limits: Limits<'_>) -> Result<String> {
        let context = Context { limits, ..CONTEXT };
        let plan = self.plan(query)?;
        let data = Data::Write(&mut self.transaction, &mut self.deferred);
        let values = execute(&plan, data, Some(&self.catalog), Input::default(), &context)?;
        let line = |value: &Value| {
            let mut line = String::new();
            write_json(value, plan.ty(), &mut line);
            line
        };
        Ok(values.iter().map(line).collect::<Vec<_>>().join("\n"))
    }

    fn migrate(&mut self, verb: &str, rest: &str) -> Result<()> {
        let (path, value) = rest.split_once(' ').unwrap_or((rest, "(empty)"));
        let (of, name) = path.split_once('.').unwrap_or((path, "id"));
        let pointer = self.schema.pointer(of, name);
        let (subject, value) = self.schema.rule(of, value);
        let types = self.schema.concrete(of);
        let (before, catalog) = (self.transaction.snapshot(), Types::of(&self.schema));
        let transaction = &mut self.transaction;
        let mut migration = Migration { transaction, before: &before, catalog: &catalog, context: CONTEXT };
        match (verb, pointer.exclusive) {
            ("fill", _) => types.iter().try_for_each(|type_id| {
                let filling = Filling { type_id: *type_id, subject, value: &value, only_missing: false };
                migration.fill(&self.rules, &stored(&pointer), filling)
            }),
            ("rebuild", Some(index)) => migration.rebuild_index(&self.rules, index),
            _ => migration.check(&self.rules, &types),
        }
    }
}

fn stored_property(name: &str) -> ir::StoredProperty {
    ir::StoredProperty { name: name.into(), required: false }
}

fn problem(error: &Diagnostic) -> String {
    error.details.iter().fold(error.to_string(), |text, details| format!("{text}\n  {details}"))
}

/// The schema's own objects: one for each type, `Meta` about all others.
struct Types {
    meta: Uuid,
    names: Vec<(Uuid, String)>,
}

impl Types {
    fn of(schema: &Schema) -> Types {
        let named = |name: &String| (schema.id(name), format!("default::{name}"));
        Types { meta: schema.id("Meta"), names: schema.types.keys().map(named).collect() }
    }

    fn about(&self) -> impl Iterator<Item = Uuid> {
        self.names.iter().map(|(id, _)| *id).filter(|id| *id != self.meta)
    }
}

impl Catalog for Types {
    fn has(&self, type_id: Uuid) -> bool {
        type_id == self.meta
    }

    fn objects(&self, type_id: Uuid) -> Vec<Uuid> {
        self.names.iter().filter(|_| self.has(type_id)).map(|(id, _)| *id).collect()
    }

    fn named(&self, type_id: Uuid, name: &str) -> Vec<Uuid> {
        let named = self.names.iter().filter(|(_, it)| self.has(type_id) && it == name);
        named.map(|(id, _)| *id).collect()
    }

    fn type_of(&self, id: Uuid) -> Option<Uuid> {
        self.names.iter().any(|(it, _)| *it == id).then_some(self.meta)
    }

    fn values(&self, id: Uuid, property: &str) -> Vec<Value> {
        let of = self.names.iter().filter(|(it, _)| *it == id && property == "name");
        of.map(|(_, name)| name.as_str().into()).collect()
    }

    fn links(&self, id: Uuid, link: &str) -> Vec<Linked> {
        let is_about = id == self.meta && link == "about";
        self.about().filter(|_| is_about).map(|target| (target, Vec::new())).collect()
    }

    fn sources(&self, type_id: Uuid, link: &str, target: Uuid) -> Vec<Uuid> {
        let is_about = self.has(type_id) && link == "about" && self.about().any(|it| it == target);
        is_about.then_some(self.meta).into_iter().collect()
    }

    fn concrete_types(&self, object_type: Uuid) -> Vec<Uuid> {
        vec![object_type]
    }
}

/// The text with ids replaced.
fn anonymous(text: &str) -> String {
    let is_id = |part: &str| part.len() == 36 && Uuid::parse_str(part).is_ok();
    let mut out = String::new();
    let mut part = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_hexdigit() || c == '-' {
            part.push(c);
            continue;
        }
        out.push_str(if is_id(&part) { "<uuid>" } else { &part });
        part.clear();
        out.push(c);
    }
    out.trim_end().to_owned()
}
