//! Kills a writing process again and again: what it acknowledged is there, and nothing is there by half.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use storage::{Branch, Draft, Error, Store};
use uuid::Uuid;

const WRITER: &str = "STORAGE_TEST_WRITER";
const ROUNDS: usize = 20;
const WRITERS: u128 = 4;

#[test]
fn what_was_acknowledged_survives_a_kill() {
    if let Some(folder) = std::env::var_os(WRITER) {
        write_for_ever(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap().create_branch("main").unwrap());
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        acknowledged.extend(write_and_kill(folder.path(), 5 + round * 7 % 40));
        check(folder.path(), &acknowledged);
    }
    assert!(acknowledged.len() > ROUNDS * 5);
}

/// The numbers that a writing process printed before it was killed.
fn write_and_kill(folder: &Path, lines: usize) -> Vec<u128> {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "what_was_acknowledged_survives_a_kill", "--nocapture"])
        .env(WRITER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(writer.stdout.take().unwrap());
    let mut numbers = output.lines().filter_map(|line| line.unwrap().strip_prefix("ack ")?.parse().ok());
    let mut seen: Vec<_> = numbers.by_ref().take(lines).collect();
    writer.kill().unwrap();
    writer.wait().unwrap();
    seen.extend(numbers);
    seen
}

fn check(folder: &Path, acknowledged: &BTreeSet<u128>) {
    let branch = Store::open(folder).unwrap().branch("main").unwrap();
    let state = branch.read();
    for number in acknowledged {
        assert!(state.row(left(*number)).unwrap().is_some(), "{number} was acknowledged");
    }
    for row in state.scan(branch.symbols().type_id(Uuid::from_u128(1))).unwrap() {
        let row = row.unwrap();
        let partner = row.link(branch.symbols().name("partner")).unwrap().unwrap();
        assert!(state.row(partner).unwrap().is_some(), "both or neither");
        assert!(state.backlinks(partner, branch.symbols().name("partner")).unwrap().count() == 1);
    }
}

fn left(number: u128) -> Uuid {
    Uuid::from_u128(number << 1)
}

fn right(number: u128) -> Uuid {
    Uuid::from_u128(number << 1 | 1)
}

fn write_for_ever(folder: &Path) -> ! {
    let branch = Store::open(folder).unwrap().branch("main").unwrap();
    let first = branch
        .read()
        .meta("count")
        .unwrap()
        .map_or(0, |bytes| u128::from_be_bytes(bytes.try_into().unwrap()));
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let branch = &branch;
            scope.spawn(move || {
                (first + writer..).step_by(WRITERS as usize).for_each(|number| write(branch, number))
            });
        }
    });
    unreachable!("the writers never end")
}

/// One transaction: two objects that link to each other, and the highest number so far.
fn write(branch: &Branch, number: u128) {
    loop {
        let mut transaction = branch.begin();
        let type_id = branch.symbols().type_id(Uuid::from_u128(1));
        for (id, partner) in [(left(number), right(number)), (right(number), left(number))] {
            let mut draft = Draft::new();
            draft.link(branch.symbols().name("partner"), partner);
            transaction.insert(type_id, id, &draft).unwrap();
        }
        let count = transaction.now().meta("count").unwrap();
        let count = count.map_or(0, |bytes| u128::from_be_bytes(bytes.try_into().unwrap()));
        transaction.set_meta("count", Some(&count.max(number + 1).to_be_bytes())).unwrap();
        match transaction.commit() {
            Ok(()) => break,
            Err(Error::Skew) => {}
            Err(error) => panic!("{error}"),
        }
    }
    let mut output = std::io::stdout().lock();
    writeln!(output, "\nack {number}").unwrap();
    output.flush().unwrap();
}
