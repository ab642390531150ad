//! Random transactions side by side end as if they had run one after the other, in the order of their commits.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use proptest::prelude::*;
use storage::{Branch, Draft, Error, IndexId, Name, Result, Store, Transaction, TypeId};
use uuid::Uuid;
use value::Value;

const COUNTERS: u8 = 3;
const KEYS: u8 = 2;

#[derive(Clone, Debug)]
enum Op {
    /// Reads a counter.
    Read(u8),
    /// Adds to a counter, which is read before.
    Add(u8, i64),
    /// Sums all counters by a scan, into the first one.
    Sum,
    /// Makes an object under an exclusive key, unless the key is taken.
    Make(u8),
    /// Removes the object of a key.
    Remove(u8),
    Save,
    GoBack,
}

#[derive(Clone, Debug)]
struct Plan {
    ops: Vec<Op>,
    commits: bool,
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let op = prop_oneof![
        2 => (0..COUNTERS).prop_map(Op::Read),
        5 => (0..COUNTERS, 1..5i64).prop_map(|(id, by)| Op::Add(id, by)),
        1 => Just(Op::Sum),
        3 => (0..KEYS).prop_map(Op::Make),
        2 => (0..KEYS).prop_map(Op::Remove),
        1 => Just(Op::Save),
        1 => Just(Op::GoBack),
    ];
    let plan = (prop::collection::vec(op, 1..6), prop::bool::weighted(0.85));
    prop::collection::vec(plan.prop_map(|(ops, commits)| Plan { ops, commits }), 2..6)
}

/// What a transaction did, with what it saw: to be done again on a model.
#[derive(Clone, Debug)]
enum Deed {
    Saw(u8, i64),
    Set(u8, i64),
    SawSum(i64),
    Made(u8),
    SawTaken(u8),
    Removed(u8),
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    counters: BTreeMap<u8, i64>,
    keys: BTreeMap<u8, ()>,
}

impl Model {
    fn new() -> Model {
        Model { counters: (0..COUNTERS).map(|id| (id, 0)).collect(), keys: BTreeMap::new() }
    }

    /// Does it again; whether it is as it was seen.
    fn does(&mut self, deed: &Deed) -> bool {
        match *deed {
            Deed::Saw(id, balance) => self.counters[&id] == balance,
            Deed::Set(id, balance) => self.counters.insert(id, balance).is_some(),
            Deed::SawSum(sum) => self.counters.values().sum::<i64>() == sum,
            Deed::Made(key) => self.keys.insert(key, ()).is_none(),
            Deed::SawTaken(key) => self.keys.contains_key(&key),
            Deed::Removed(key) => self.keys.remove(&key).is_some(),
        }
    }
}

struct World {
    branch: Branch,
    counter: TypeId,
    keyed: TypeId,
    balance: Name,
    index: IndexId,
    committed: RefCell<Vec<Vec<Deed>>>,
}

fn id(counter: u8) -> Uuid {
    Uuid::from_u128(u128::from(counter) + 1)
}

impl World {
    fn new() -> World {
        let branch = Store::memory().unwrap().create_branch("main").unwrap();
        let symbols = branch.symbols();
        let world = World {
            counter: symbols.type_id(Uuid::from_u128(1)),
            keyed: symbols.type_id(Uuid::from_u128(2)),
            balance: symbols.name("balance"),
            index: symbols.index(Uuid::from_u128(3)),
            branch: branch.clone(),
            committed: RefCell::default(),
        };
        let mut transaction = branch.begin();
        (0..COUNTERS)
            .for_each(|counter| transaction.insert(world.counter, id(counter), &world.draft(0)).unwrap());
        transaction.commit().unwrap();
        world
    }

    fn draft(&self, balance: i64) -> Draft {
        let mut draft = Draft::new();
        draft.set(self.balance, &Value::from(balance)).unwrap();
        draft
    }

    fn balance(&self, row: &storage::Row) -> i64 {
        let Some(Value::Int64(balance)) = row.get(self.balance).unwrap() else { panic!("no balance") };
        balance
    }

    fn state(&self) -> Model {
        let now = self.branch.read();
        let balance = |counter| self.balance(&now.row(id(counter)).unwrap().unwrap());
        let holders = |key: &u8| now.lookup(self.index, &[Value::from(i64::from(*key))]).unwrap().count();
        assert!((0..KEYS).all(|key| holders(&key) <= 1), "a key has two objects");
        Model {
            counters: (0..COUNTERS).map(|counter| (counter, balance(counter))).collect(),
            keys: (0..KEYS).filter(|key| holders(key) == 1).map(|key| (key, ())).collect(),
        }
    }

    fn read(&self, transaction: &Transaction, counter: u8) -> Result<i64> {
        Ok(transaction.now().row(id(counter))?.map_or(0, |row| self.balance(&row)))
    }

    fn run(&self, transaction: &mut Transaction, op: &Op) -> Result<Vec<Deed>> {
        match *op {
            Op::Read(counter) => Ok(vec![Deed::Saw(counter, self.read(transaction, counter)?)]),
            Op::Add(counter, by) => {
                let before = self.read(transaction, counter)?;
                transaction.update(id(counter), &self.draft(before + by))?;
                Ok(vec![Deed::Saw(counter, before), Deed::Set(counter, before + by)])
            }
            Op::Sum => {
                let rows = transaction.now().scan(self.counter)?;
                let sum = rows.map(|row| Ok(self.balance(&row?))).sum::<Result<i64>>()?;
                transaction.update(id(0), &self.draft(sum % 1000))?;
                Ok(vec![Deed::SawSum(sum), Deed::Set(0, sum % 1000)])
            }
            Op::Make(key) => {
                let values = [Value::from(i64::from(key))];
                if transaction.now().lookup(self.index, &values)?.next().is_some() {
                    return Ok(vec![Deed::SawTaken(key)]);
                }
                if transaction.claim_key(self.index, &values)?.is_some() {
                    return Err(Error::Conflict);
                }
                let id = Uuid::new_v4();
                transaction.insert(self.keyed, id, &Draft::new())?;
                transaction.index_insert(self.index, &values, id)?;
                Ok(vec![Deed::Made(key)])
            }
            Op::Remove(key) => {
                let values = [Value::from(i64::from(key))];
                let found = transaction.now().lookup(self.index, &values)?.next().transpose()?;
                let Some(object) = found else { return Ok(Vec::new()) };
                transaction.claim_key(self.index, &values)?;
                transaction.index_remove(self.index, &values, object.id)?;
                transaction.delete(object.id)?;
                Ok(vec![Deed::Removed(key)])
            }
            Op::Save | Op::GoBack => Ok(Vec::new()),
        }
    }

    async fn transaction(&self, plan: &Plan) {
        let mut transaction = self.branch.begin();
        let mut deeds: Vec<Deed> = Vec::new();
        let mut saved = (transaction.savepoint(), 0);
        for op in &plan.ops {
            Turn(false).await;
            match op {
                Op::Save => saved = (transaction.savepoint(), deeds.len()),
                Op::GoBack => {
                    transaction.rollback_to(&saved.0);
                    transaction.unlock_since(Some(&saved.0));
                    deeds.truncate(saved.1);
                }
                _ => match self.statement(&mut transaction, op).await {
                    Ok(done) => deeds.extend(done),
                    Err(Error::Conflict | Error::Deadlock) => return,
                    Err(error) => panic!("{op:?}: {error}"),
                },
            }
        }
        Turn(false).await;
        // One that changed nothing saw one state, wherever in the order that stands.
        if plan.commits && transaction.has_changes() {
            match transaction.commit() {
                Ok(()) => self.committed.borrow_mut().push(deeds),
                Err(error) => assert!(matches!(error, Error::Skew), "{error}"),
            }
        }
    }

    /// As a session runs one: undone and run again where another has to be waited for.
    async fn statement(&self, transaction: &mut Transaction, op: &Op) -> Result<Vec<Deed>> {
        let before = transaction.savepoint();
        loop {
            match self.run(transaction, op) {
                Err(Error::Busy) => {
                    transaction.rollback_to(&before);
                    transaction.wait()?.await;
                }
                outcome => return outcome,
            }
        }
    }
}

/// Lets others go on once.
struct Turn(bool);

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Lets the transactions go on in some order, and then in turn until all are over.
fn interleave(tasks: Vec<Pin<Box<dyn Future<Output = ()> + '_>>>, order: &[u8]) {
    const ENOUGH: usize = 1000;
    let count = tasks.len();
    let mut tasks: Vec<_> = tasks.into_iter().map(Some).collect();
    let mut context = Context::from_waker(Waker::noop());
    let turns = order.iter().map(|turn| usize::from(*turn)).chain(0..ENOUGH * count);
    for turn in turns {
        let task = &mut tasks[turn % count];
        if task.as_mut().is_some_and(|task| task.as_mut().poll(&mut context).is_ready()) {
            *task = None;
        }
    }
    let waiting = tasks.iter().flatten().count();
    assert_eq!(waiting, 0, "some wait for ever");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_end_is_that_of_some_order(plans in plans(), order in prop::collection::vec(0..6u8, 0..60)) {
        let world = World::new();
        let tasks = plans.iter().map(|plan| Box::pin(world.transaction(plan)) as Pin<Box<dyn Future<Output = ()>>>);
        interleave(tasks.collect(), &order);
        let mut model = Model::new();
        for deeds in &*world.committed.borrow() {
            for deed in deeds {
                prop_assert!(model.does(deed), "{:?} in {:?}", deed, world.committed);
            }
        }
        prop_assert_eq!(world.state(), model);
    }
}
