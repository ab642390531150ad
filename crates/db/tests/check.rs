//! What `Database::check` says of data that was changed behind the schema's back.

use std::path::Path;

use db::{DEFAULT_BRANCH, Database, Options};
use storage::{Draft, Name, Snapshot, Store, Transaction};
use value::{Uuid, Value};

const SCHEMA: &str = "
    create scalar type Number extending sequence;
    create type Thing;
    create type Person {
      create required property name: str { create constraint exclusive };
      create property age: int64 { create constraint max_value(200) };
      create property number: Number;
      create multi property notes: str;
      create link home: Thing;
      create multi link friends: Person { create property since: int64 };
    };
    insert Thing;
    insert Person { name := 'Ann', age := 30, notes := {'a', 'b'}, home := (select Thing limit 1) };
    insert Person { name := 'Ben', friends := (select detached Person) { @since := 1900 } };
";

async fn make(folder: &Path) {
    let database = Database::open(folder).unwrap();
    let mut session = database.session(DEFAULT_BRANCH).unwrap();
    session.query(SCHEMA, Options::default(), &[]).await.unwrap();
}

/// The objects by name; the thing has none.
struct People {
    ann: Uuid,
    ben: Uuid,
    thing: Uuid,
}

fn people(data: &Snapshot) -> People {
    let rows = data.types().unwrap().into_iter().flat_map(|ty| data.scan(ty).unwrap());
    let rows: Vec<_> = rows.map(|row| row.unwrap()).collect();
    let name = data.symbols().name("name");
    let named = |wanted: Option<&str>| {
        let found = rows.iter().find(|row| match (row.get(name).unwrap(), wanted) {
            (Some(Value::Str(name)), Some(wanted)) => *name == *wanted,
            (found, wanted) => found.is_none() && wanted.is_none(),
        });
        found.unwrap().id()
    };
    People { ann: named(Some("Ann")), ben: named(Some("Ben")), thing: named(None) }
}

/// What is said of the data after a change that no statement makes.
async fn faults(damage: impl FnOnce(&mut Transaction, &People)) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path()).await;
    let branch = Store::open(folder.path()).unwrap().branch(DEFAULT_BRANCH).unwrap();
    let people = people(&branch.read());
    let mut transaction = branch.begin();
    damage(&mut transaction, &people);
    transaction.commit().unwrap();
    drop(branch);
    let database = Database::open(folder.path()).unwrap();
    let mut faults = Vec::new();
    database.check(DEFAULT_BRANCH, &mut |_| {}, &mut |fault| faults.push(fault.to_string())).unwrap();
    let nameless = |fault: String| {
        let fault = fault.replace(&people.ann.to_string(), "<ann>").replace(&people.ben.to_string(), "<ben>");
        fault.replace(&people.thing.to_string(), "<thing>")
    };
    faults.into_iter().map(nameless).collect()
}

fn name(transaction: &Transaction, text: &str) -> Name {
    transaction.now().symbols().name(text)
}

/// Changes the row of an object.
fn edit(transaction: &mut Transaction, id: Uuid, change: impl FnOnce(&mut Draft)) {
    let mut draft = transaction.now().row(id).unwrap().unwrap().draft().unwrap();
    change(&mut draft);
    transaction.update(id, &draft).unwrap();
}

#[tokio::test]
async fn what_statements_made_has_no_fault() {
    assert_eq!(faults(|_, _| {}).await, [""; 0]);
}

#[tokio::test]
async fn values_are_of_their_pointers_types_and_as_many() {
    let found = faults(|tx, people| {
        let (age, foreign, home) = (name(tx, "age"), name(tx, "weight"), name(tx, "home"));
        edit(tx, people.ann, |draft| {
            draft.set(age, &Value::from("thirty")).unwrap();
            draft.set(foreign, &Value::from(70)).unwrap();
            draft.unset(home);
            draft.link(home, people.ben);
        });
        let notes = name(tx, "notes");
        tx.add_value(people.ann, notes, &Value::from(3)).unwrap();
        tx.add_value(people.ann, age, &Value::from(3)).unwrap();
    })
    .await;
    assert_eq!(
        found,
        [
            "main: default::Person <ann>: link 'home' leads to a 'default::Person'",
            "main: default::Person <ann>: property 'age' is not of type 'std::int64': Str(\"thirty\")",
            "main: default::Person <ann>: has a value of 'weight', which its row does not have",
            "main: default::Person <ann>: has values of 'age', which are not kept apart",
            "main: default::Person <ann>: property 'notes' is not of type 'std::str': Int64(3)",
            "main: default::Person <ann>: Maximum allowed value for age is 200.",
        ]
    );
}

#[tokio::test]
async fn rules_hold_and_indexes_have_what_is_there() {
    let found = faults(|tx, people| {
        let (age, known_as) = (name(tx, "age"), name(tx, "name"));
        edit(tx, people.ann, |draft| draft.set(age, &Value::from(300)).unwrap());
        edit(tx, people.ben, |draft| draft.set(known_as, &Value::from("Ann")).unwrap());
        edit(tx, people.thing, |draft| draft.set(known_as, &Value::from("Thing")).unwrap());
    })
    .await;
    let has = |text: &str| assert!(found.iter().any(|fault| fault.contains(text)), "{text}: {found:#?}");
    has("default::Person <ann>: Maximum allowed value for age is 200.");
    has("default::Person <ben>: name violates exclusivity constraint");
    has("default::Person <ben>: does not stand in index");
    has("default::Thing <thing>: has a value of 'name'");
    let emptied = faults(|tx, people| {
        let known_as = name(tx, "name");
        edit(tx, people.ann, |draft| draft.unset(known_as));
    })
    .await;
    assert_eq!(emptied.len(), 2, "{emptied:?}");
    assert!(emptied[0].contains("missing value for required property 'name'"), "{emptied:?}");
    assert!(emptied[1].contains("has 2 entries for 1 keys"), "{emptied:?}");
}

#[tokio::test]
async fn links_lead_to_what_is_there_and_sequences_are_ahead() {
    let found = faults(|tx, people| {
        tx.delete(people.thing).unwrap();
        let number = name(tx, "number");
        edit(tx, people.ben, |draft| draft.set(number, &Value::from(99)).unwrap());
    })
    .await;
    assert_eq!(
        found,
        [
            "main: object <ann>: its link 'home' leads to <thing>, which does not exist",
            "main: sequence 'default::Number' is at 2, and an object has 99",
        ]
    );
}
