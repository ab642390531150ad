//! Rows, links, multi properties, backlinks, indexes and metadata, through snapshots and after reopening.

use std::ops::Bound;

use storage::{Content, Direction, Draft, Error, Link, Store, Transaction};
use uuid::Uuid;
use value::Value;

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn show(value: Option<Value>) -> String {
    match value {
        Some(Value::Str(text)) => text.to_string(),
        Some(Value::Int64(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn named(transaction: &Transaction, name: &str) -> Draft {
    let mut draft = Draft::new();
    draft.set(transaction.now().symbols().name("name"), &Value::from(name)).unwrap();
    draft
}

/// Users 1 and 2; post 10 by user 1 with tags, and user 2 as a reviewer with a link property.
fn fill(store: &Store) {
    let branch = store.create_branch("main").unwrap();
    let symbols = branch.symbols();
    let (user, post) = (symbols.type_id(uuid(100)), symbols.type_id(uuid(101)));
    let mut transaction = branch.begin();
    for (id, name) in [(2, "Bo"), (1, "Al")] {
        let draft = named(&transaction, name);
        transaction.insert(user, uuid(id), &draft).unwrap();
        transaction.index_insert(symbols.index(uuid(200)), &[Value::from(name)], uuid(id)).unwrap();
    }
    let mut draft = Draft::new();
    draft.link(symbols.name("author"), uuid(1));
    transaction.insert(post, uuid(10), &draft).unwrap();
    let mut note = Draft::new();
    note.set(symbols.name("note"), &Value::from("first")).unwrap();
    assert!(transaction.add_link(uuid(10), symbols.name("reviewers"), uuid(2), &note).unwrap());
    assert!(transaction.add_link(uuid(10), symbols.name("reviewers"), uuid(1), &Draft::new()).unwrap());
    for tag in ["b", "a", "b"] {
        transaction.add_value(uuid(10), symbols.name("tags"), &Value::from(tag)).unwrap();
    }
    transaction.set_meta("schema", Some(b"type User;")).unwrap();
    transaction.commit().unwrap();
}

fn check(store: &Store) {
    let branch = store.branch("main").unwrap();
    let symbols = branch.symbols();
    let (user, name) = (symbols.type_id(uuid(100)), symbols.name("name"));
    let state = branch.read();
    let names: Vec<_> = state.scan(user).unwrap().map(|row| show(row.unwrap().get(name).unwrap())).collect();
    assert_eq!(names, ["Bo", "Al"], "in the order of insertion");

    let row = state.row(uuid(10)).unwrap().unwrap();
    assert_eq!(row.link(symbols.name("author")).unwrap(), Some(uuid(1)));
    assert_eq!(symbols.type_uuid(row.type_id()), uuid(101));
    assert!(row.get(name).unwrap().is_none());

    let reviewers = state.links(uuid(10), symbols.name("reviewers")).unwrap();
    assert_eq!(reviewers.iter().map(Link::target).collect::<Vec<_>>(), [uuid(2), uuid(1)]);
    assert_eq!(show(reviewers[0].property(symbols.name("note")).unwrap()), "first");
    let tags = state.values(uuid(10), symbols.name("tags")).unwrap();
    assert_eq!(tags.map(|tag| show(Some(tag.unwrap()))).collect::<String>(), "bab");

    let authored: Vec<_> = state.backlinks(uuid(1), symbols.name("author")).unwrap().collect();
    assert_eq!(authored.len(), 1);
    assert_eq!(authored[0].as_ref().unwrap().id, uuid(10));
    let mut over: Vec<_> =
        state.referrers(uuid(1)).unwrap().iter().map(|(name, _)| symbols.text(*name).to_string()).collect();
    over.sort();
    assert_eq!(over, ["author", "reviewers"]);

    let index = symbols.index(uuid(200));
    let found: Vec<_> =
        state.lookup(index, &[Value::from("Al")]).unwrap().map(|hit| hit.unwrap().id).collect();
    assert_eq!(found, [uuid(1)]);
    let below_b = state
        .index_range(index, &[], Bound::Unbounded, Bound::Excluded(&Value::from("B")), Direction::Ascending)
        .unwrap();
    assert_eq!(below_b.map(|hit| hit.unwrap().id).collect::<Vec<_>>(), [uuid(1)]);
    let backwards =
        state.index_range(index, &[], Bound::Unbounded, Bound::Unbounded, Direction::Descending).unwrap();
    assert_eq!(backwards.map(|hit| hit.unwrap().id).collect::<Vec<_>>(), [uuid(2), uuid(1)]);
    assert_eq!(state.meta("schema").unwrap().as_deref(), Some(&b"type User;"[..]));
}

#[test]
fn everything_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    fill(&store);
    check(&store);
    drop(store);
    check(&Store::open(folder.path()).unwrap());
}

#[test]
fn a_snapshot_keeps_its_state() {
    let store = Store::memory().unwrap();
    fill(&store);
    let branch = store.branch("main").unwrap();
    let committed = branch.read();
    let mut transaction = branch.begin();
    let statement = transaction.snapshot();
    transaction.delete(uuid(1)).unwrap();
    let saved = transaction.savepoint();
    transaction.delete(uuid(2)).unwrap();
    assert!(transaction.now().row(uuid(2)).unwrap().is_none());
    transaction.rollback_to(&saved);
    assert!(transaction.now().row(uuid(2)).unwrap().is_some());
    assert!(transaction.now().row(uuid(1)).unwrap().is_none());
    assert!(statement.row(uuid(1)).unwrap().is_some());
    transaction.commit().unwrap();
    assert!(committed.row(uuid(1)).unwrap().is_some());
    assert!(branch.read().row(uuid(1)).unwrap().is_none());
}

#[test]
fn pointers_are_renamed_and_dropped() {
    let store = Store::memory().unwrap();
    fill(&store);
    let branch = store.branch("main").unwrap();
    let symbols = branch.symbols();
    let post = symbols.type_id(uuid(101));
    let mut transaction = branch.begin();
    for (old, new) in [("author", "writer"), ("reviewers", "checkers"), ("tags", "labels")] {
        transaction.rename_pointer(&[post], symbols.name(old), symbols.name(new)).unwrap();
    }
    let state = transaction.snapshot();
    let names =
        |id| state.referrers(id).unwrap().iter().map(|(name, _)| symbols.text(*name)).collect::<Vec<_>>();
    assert_eq!(names(uuid(1)).concat(), "writercheckers");
    assert_eq!(state.row(uuid(10)).unwrap().unwrap().link(symbols.name("writer")).unwrap(), Some(uuid(1)));
    assert_eq!(state.links(uuid(10), symbols.name("checkers")).unwrap().len(), 2);
    assert_eq!(state.values(uuid(10), symbols.name("labels")).unwrap().count(), 3);
    for name in ["writer", "checkers", "labels"] {
        transaction.drop_pointer(&[post], symbols.name(name)).unwrap();
    }
    let state = transaction.snapshot();
    assert!(state.referrers(uuid(1)).unwrap().is_empty() && state.referrers(uuid(2)).unwrap().is_empty());
    assert_eq!(state.row(uuid(10)).unwrap().unwrap().values().count(), 0);
    assert_eq!(state.values(uuid(10), symbols.name("labels")).unwrap().count(), 0);
    transaction.delete_all(symbols.type_id(uuid(100))).unwrap();
    assert_eq!(transaction.now().scan(symbols.type_id(uuid(100))).unwrap().count(), 0);
}

#[test]
fn branches_are_copied_renamed_and_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    fill(&store);
    let whole = store.copy_branch("main", "whole", Content::Data).unwrap();
    let bare = store.copy_branch("main", "bare", Content::Schema).unwrap();
    assert!(whole.read().row(uuid(10)).unwrap().is_some());
    assert!(bare.read().row(uuid(10)).unwrap().is_none());
    assert!(bare.read().meta("schema").unwrap().is_some());
    assert!(matches!(store.create_branch("bare"), Err(Error::BranchExists(_))));

    let mut late = bare.begin();
    late.set_meta("late", Some(b"")).unwrap();
    store.drop_branch("bare").unwrap();
    assert!(matches!(late.commit(), Err(Error::BranchDropped)));
    assert!(bare.read().meta("schema").unwrap().is_some(), "a snapshot outlives its branch");
    store.drop_branch("main").unwrap();
    store.rename_branch("whole", "main").unwrap();
    assert_eq!(store.branches(), ["main"]);
    drop((store, whole, bare));
    check(&Store::open(folder.path()).unwrap());
}

#[test]
fn a_folder_has_one_owner_and_foreign_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = Store::open(folder.path()).unwrap();
    let error = Store::open(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Locked { .. }));
    assert!(error.to_string().contains(&folder.path().display().to_string()));
    drop(first);
    for content in [b"not a database".repeat(10), vec![0xff; 100_000]] {
        std::fs::write(folder.path().join("data.redb"), content).unwrap();
        assert!(matches!(Store::open(folder.path()), Err(Error::Corrupt(_))));
    }
}

#[test]
fn a_damaged_file_is_an_error_or_as_before() {
    let folder = tempfile::tempdir().unwrap();
    fill(&Store::open(folder.path()).unwrap());
    let file = folder.path().join("data.redb");
    let whole = std::fs::read(&file).unwrap();
    let mut refused = 0;
    for part in 0..16 {
        let mut damaged = whole.clone();
        let at = part * whole.len() / 16 / 8 + part;
        damaged[at..at + 8].iter_mut().for_each(|byte| *byte ^= 0x5a);
        std::fs::write(&file, damaged).unwrap();
        match Store::open(folder.path()) {
            Ok(store) => check(&store),
            Err(error) => {
                assert!(matches!(error, Error::Corrupt(_)), "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(Store::open(folder.path()), Err(Error::Corrupt(_))));
}

#[test]
fn limits_are_errors() {
    let store = Store::memory().unwrap();
    fill(&store);
    let branch = store.branch("main").unwrap();
    let mut transaction = branch.begin();
    let long = Value::from("x".repeat(storage::MAX_KEY_BYTES).as_str());
    let index = branch.symbols().index(uuid(200));
    assert!(matches!(transaction.index_insert(index, &[long], uuid(1)), Err(Error::TooLarge { .. })));
    let deep = (0..=storage::MAX_DEPTH).fold(Value::from(1), |value, _| Value::Array([value].into()));
    let error = Draft::new().set(branch.symbols().name("deep"), &deep);
    assert!(matches!(error, Err(Error::TooLarge { .. })));
    assert!(matches!(transaction.update(uuid(99), &Draft::new()), Err(Error::NoObject(_))));
    let draft = Draft::new();
    let user = branch.symbols().type_id(uuid(100));
    assert!(matches!(transaction.insert(user, uuid(1), &draft), Err(Error::ObjectExists(_))));
}
