//! What a read and a commit cost, on disk and in memory.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use divan::Bencher;
use divan::counter::ItemsCount;
use storage::{Branch, Draft, IndexId, Name, Store, TypeId};
use uuid::Uuid;
use value::Value;

const ROWS: u64 = 100_000;

fn main() {
    divan::main();
}

struct People {
    branch: Branch,
    person: TypeId,
    name: Name,
    age: Name,
    by_name: IndexId,
    _folder: tempfile::TempDir,
}

static ON_DISK: LazyLock<People> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    People::new(&Store::open(folder.path()).expect("a store"), folder, ROWS)
});

impl People {
    fn new(store: &Store, folder: tempfile::TempDir, rows: u64) -> People {
        let branch = store.create_branch("main").expect("a branch");
        let symbols = branch.symbols();
        let people = People {
            person: symbols.type_id(Uuid::from_u128(1)),
            name: symbols.name("name"),
            age: symbols.name("age"),
            by_name: symbols.index(Uuid::from_u128(2)),
            branch: branch.clone(),
            _folder: folder,
        };
        let mut transaction = branch.begin();
        for number in 0..rows {
            let text = Value::from(format!("person {number}").as_str());
            let draft = people.draft(&text);
            transaction.insert(people.person, id(number), &draft).expect("an object");
            transaction.index_insert(people.by_name, &[text], id(number)).expect("an entry");
        }
        transaction.commit().expect("a commit");
        people
    }

    fn draft(&self, name: &Value) -> Draft {
        let mut draft = Draft::new();
        draft.set(self.name, name).expect("a name");
        draft.set(self.age, &Value::from(33)).expect("an age");
        draft
    }

    /// One transaction that inserts one object.
    fn insert(&self) {
        static NEXT: AtomicU64 = AtomicU64::new(1 << 40);
        let mut transaction = self.branch.begin();
        let draft = self.draft(&Value::from("one more"));
        transaction.insert(self.person, id(NEXT.fetch_add(1, Ordering::Relaxed)), &draft).expect("an object");
        transaction.commit().expect("a commit");
    }
}

/// Ids in no order, as random uuids are.
fn id(number: u64) -> Uuid {
    Uuid::from_u64_pair(number.wrapping_mul(0x9e37_79b9_7f4a_7c15), number)
}

fn random() -> u64 {
    static STATE: AtomicU64 = AtomicU64::new(1);
    STATE.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed) % ROWS
}

#[divan::bench]
fn point_reads(bencher: Bencher<'_, '_>) {
    let people = &*ON_DISK;
    let state = people.branch.read();
    let ids: Vec<_> = (0..1000).map(|_| id(random())).collect();
    bencher.counter(ItemsCount::new(ids.len())).bench(|| {
        let row = |id: &Uuid| state.row(*id).expect("a read").expect("a row").get(people.age);
        ids.iter().filter(|id| row(id).is_ok()).count()
    });
}

#[divan::bench]
fn index_lookups(bencher: Bencher<'_, '_>) {
    let people = &*ON_DISK;
    let state = people.branch.read();
    let keys: Vec<_> = (0..1000).map(|_| [Value::from(format!("person {}", random()).as_str())]).collect();
    bencher.counter(ItemsCount::new(keys.len())).bench(|| {
        keys.iter().map(|key| state.lookup(people.by_name, key).expect("a read").count()).sum::<usize>()
    });
}

#[divan::bench]
fn scan_rows(bencher: Bencher<'_, '_>) {
    let people = &*ON_DISK;
    let state = people.branch.read();
    bencher.counter(ItemsCount::new(ROWS)).bench(|| state.scan(people.person).expect("a scan").count());
}

#[divan::bench]
fn scan_and_decode(bencher: Bencher<'_, '_>) {
    let people = &*ON_DISK;
    let state = people.branch.read();
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        let rows = state.scan(people.person).expect("a scan");
        rows.filter(|row| row.as_ref().is_ok_and(|row| row.get(people.age).is_ok())).count()
    });
}

#[divan::bench]
fn scan_under_own_changes(bencher: Bencher<'_, '_>) {
    let people = &*ON_DISK;
    let mut transaction = people.branch.begin();
    for number in 0..1000 {
        let draft = people.draft(&Value::from("changed"));
        transaction.update(id(number * 97), &draft).expect("an update");
    }
    let state = transaction.snapshot();
    bencher.counter(ItemsCount::new(ROWS)).bench(|| state.scan(people.person).expect("a scan").count());
}

#[divan::bench]
fn snapshot(bencher: Bencher<'_, '_>) {
    let people = &*ON_DISK;
    bencher.bench(|| people.branch.read());
}

#[divan::bench(args = [1, 8, 64], sample_count = 10, sample_size = 1)]
fn durable_commits(bencher: Bencher<'_, '_>, writers: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let people = People::new(&Store::open(folder.path()).expect("a store"), folder, 1000);
    commits(bencher, &people, writers);
}

#[divan::bench(args = [1, 8, 64], sample_count = 10, sample_size = 1)]
fn memory_commits(bencher: Bencher<'_, '_>, writers: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let people = People::new(&Store::memory().expect("a store"), folder, 1000);
    commits(bencher, &people, writers);
}

fn commits(bencher: Bencher<'_, '_>, people: &People, writers: u64) {
    const EACH: u64 = 20;
    bencher.counter(ItemsCount::new(writers * EACH)).bench(|| {
        std::thread::scope(|scope| {
            for _ in 0..writers {
                scope.spawn(|| (0..EACH).for_each(|_| people.insert()));
            }
        });
    });
}

/// Ten thousand inserts in one transaction.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn bulk_insert_in_memory(bencher: Bencher<'_, '_>) {
    let rows = 10_000;
    bencher
        .counter(ItemsCount::new(rows))
        .with_inputs(|| (Store::memory().expect("a store"), tempfile::tempdir().expect("a folder")))
        .bench_values(|(store, folder)| People::new(&store, folder, rows));
}
