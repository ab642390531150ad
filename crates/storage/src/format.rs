//! The number of the stored form, and the ways from older forms to the one that is written now.

use redb::{Database, ReadableDatabase, WriteTransaction};

use crate::store::COUNTERS;
use crate::{Error, Result};

/// The form that the first version wrote.
const FIRST: u64 = 1;
const FORMAT_COUNTER: &str = "format";

/// Rewrites a whole store from one form to the next.
type Upgrade = fn(&WriteTransaction) -> Result<()>;

/// How each form becomes the next, the first one first. Whoever changes what is stored adds one.
const UPGRADES: &[Upgrade] = &[];

/// Says of a new store that it has the form of today.
pub(crate) fn mark(write: &WriteTransaction) -> Result<()> {
    mark_as(write, newest(UPGRADES))
}

/// Brings an older store to the form of today, in one transaction: wholly or not at all.
///
/// # Errors
/// [`Error::Newer`] if a later version wrote it, [`Error::Corrupt`] if it is no store.
pub(crate) fn bring_up(database: &Database) -> Result<()> {
    bring_up_by(database, UPGRADES)
}

fn bring_up_by(database: &Database, upgrades: &[Upgrade]) -> Result<()> {
    let (found, known) = (stored(database)?, newest(upgrades));
    let done = found.checked_sub(FIRST).and_then(|done| usize::try_from(done).ok());
    match done.and_then(|done| upgrades.get(done..)) {
        Some([]) => Ok(()),
        Some(upgrades) => {
            let write = database.begin_write()?;
            upgrades.iter().try_for_each(|upgrade| upgrade(&write))?;
            mark_as(&write, known)?;
            Ok(write.commit()?)
        }
        None if found > known => Err(Error::Newer { found, known }),
        None => Err(Error::corrupt(format!("there is no form {found}"))),
    }
}

fn newest(upgrades: &[Upgrade]) -> u64 {
    FIRST + upgrades.len() as u64
}

fn mark_as(write: &WriteTransaction, form: u64) -> Result<()> {
    write.open_table(COUNTERS)?.insert(FORMAT_COUNTER, form)?;
    Ok(())
}

/// The form of a file. One without a form is not ours.
fn stored(database: &Database) -> Result<u64> {
    let foreign = || Error::corrupt("the file belongs to another program");
    let counters = database.begin_read()?.open_table(COUNTERS).map_err(|_| foreign())?;
    Ok(counters.get(FORMAT_COUNTER)?.ok_or_else(foreign)?.value())
}

#[cfg(test)]
mod tests {
    use redb::backends::InMemoryBackend;
    use redb::{ReadableTable, TableDefinition};

    use super::*;

    const NOTES: TableDefinition<&str, u64> = TableDefinition::new("notes");

    fn note(write: &WriteTransaction, name: &str) -> Result<()> {
        write.open_table(NOTES)?.insert(name, 0)?;
        Ok(())
    }

    fn notes(database: &Database) -> Vec<String> {
        let read = database.begin_read().unwrap();
        let Ok(table) = read.open_table(NOTES) else { return Vec::new() };
        table.iter().unwrap().map(|entry| entry.unwrap().0.value().to_owned()).collect()
    }

    fn store_of_form(form: u64) -> Database {
        let database = Database::builder().create_with_backend(InMemoryBackend::new()).unwrap();
        let write = database.begin_write().unwrap();
        mark_as(&write, form).unwrap();
        write.commit().unwrap();
        database
    }

    #[test]
    fn an_older_form_goes_through_those_between() {
        let upgrades: &[Upgrade] = &[|write| note(write, "two"), |write| note(write, "three")];
        for (form, expected) in [(1, &["three", "two"][..]), (2, &["three"]), (3, &[])] {
            let database = store_of_form(form);
            bring_up_by(&database, upgrades).unwrap();
            assert_eq!(notes(&database), expected);
            assert_eq!(stored(&database).unwrap(), 3);
        }
    }

    #[test]
    fn an_upgrade_that_fails_leaves_the_store_as_it_was() {
        let upgrades: &[Upgrade] = &[|write| note(write, "two"), |_| Err(Error::corrupt("no way"))];
        let database = store_of_form(1);
        assert!(bring_up_by(&database, upgrades).is_err());
        assert_eq!(notes(&database), [""; 0]);
        assert_eq!(stored(&database).unwrap(), 1);
    }

    #[test]
    fn forms_that_are_not_known_are_refused() {
        let newer = bring_up_by(&store_of_form(9), &[]);
        assert!(matches!(newer, Err(Error::Newer { found: 9, known: 1 })), "{newer:?}");
        assert!(matches!(bring_up_by(&store_of_form(0), &[]), Err(Error::Corrupt(_))));
    }
}
