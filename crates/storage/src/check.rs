//! A branch held against itself: what is stored twice is the same in both places, and nothing leads to nowhere.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::keys::{self, KeyRange, Place, Space};
use crate::row::Row;
use crate::{Direction, Error, IndexId, Link, Name, Result, Snapshot, TypeId, codec};

/// Something in a branch that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The object that it is about, where that can be told.
    pub object: Option<Uuid>,
    /// What is wrong with it.
    pub what: String,
}

impl Snapshot {
    /// Looks at every entry, each time after saying how many there were before; reports what does not agree with the rest.
    ///
    /// # Errors
    /// Where the disk cannot be read. What is read and is not readable is a fault.
    pub fn check(&self, looks_at: &mut dyn FnMut(u64), found: &mut dyn FnMut(Fault)) -> Result<()> {
        for (number, entry) in self.entries(&keys::everything(), Direction::Ascending)?.enumerate() {
            looks_at(number as u64);
            let (key, value) = entry?;
            let mut fault = |object, what: String| found(Fault { object, what });
            match self.check_entry(&key, &value, &mut fault) {
                Err(Error::Corrupt(what)) => {
                    fault(
                        None,
                        format!("{what} ({} entry)", Space::of(&key).map_or("an unknown", Space::name)),
                    );
                }
                checked => checked?,
            }
        }
        Ok(())
    }

    /// The types that have objects.
    pub fn types(&self) -> Result<Vec<TypeId>> {
        let mut types = Vec::new();
        let mut rest = keys::all_rows();
        while let Some(key) = self.first_key(&rest)? {
            let TypeId(number) = Place::at_end_of(&key)?.type_id;
            types.push(TypeId(number));
            rest.start = keys::rows(TypeId(number)).end;
        }
        Ok(types)
    }

    /// The indexes that have entries, and how many.
    pub fn index_sizes(&self) -> Result<Vec<(IndexId, u64)>> {
        let mut sizes = Vec::new();
        let mut rest = keys::all_indexes();
        while let Some(key) = self.first_key(&rest)? {
            let index = keys::index_of(&key)?;
            let entries = KeyRange::prefix(keys::index(index));
            sizes.push((index, self.entries(&entries, Direction::Ascending)?.count() as u64));
            rest.start = entries.end;
        }
        Ok(sizes)
    }

    /// The names of the links and multi properties that an object has apart from its row.
    pub fn names_apart(&self, id: Uuid) -> Result<BTreeSet<Name>> {
        let mut names = BTreeSet::new();
        for range in [keys::all_links(id), keys::all_values(id)] {
            for entry in self.entries(&range, Direction::Ascending)? {
                names.insert(keys::pointer_name(&entry?.0)?);
            }
        }
        Ok(names)
    }

    fn first_key(&self, range: &KeyRange) -> Result<Option<Vec<u8>>> {
        let first = self.entries(range, Direction::Ascending)?.next().transpose()?;
        Ok(first.map(|(key, _)| key.to_vec()))
    }

    fn check_entry(
        &self,
        key: &[u8],
        value: &[u8],
        fault: &mut dyn FnMut(Option<Uuid>, String),
    ) -> Result<()> {
        let Some(space) = Space::of(key) else { return Err(Error::corrupt("a key is not readable")) };
        match space {
            Space::Meta => Ok(()),
            Space::Identity => {
                self.check_identity(keys::parse_id(&key[1..])?, Place::from_bytes(value)?, fault)
            }
            Space::Row => self.check_row(Place::at_end_of(key)?, fault),
            Space::Link => self.check_link(keys::parse_owner(key)?, key, fault),
            Space::Value => self.check_value(keys::parse_owner(key)?, key, value, fault),
            Space::Backlink => self.check_backlink(key, keys::parse_id(value)?, fault),
            Space::Index => self.check_hit(key, keys::parse_id(value)?, fault),
        }
    }

    fn check_identity(
        &self,
        id: Uuid,
        place: Place,
        fault: &mut dyn FnMut(Option<Uuid>, String),
    ) -> Result<()> {
        if self.row_at(place)?.is_none_or(|row| row.id() != id) {
            fault(Some(id), "the object has no row".to_owned());
        }
        Ok(())
    }

    fn check_row(&self, place: Place, fault: &mut dyn FnMut(Option<Uuid>, String)) -> Result<()> {
        let Some(row) = self.row_at(place)? else { return Ok(()) };
        let id = row.id();
        if self.stands_at(id)? != Some(place) {
            fault(Some(id), "nothing leads to the object's row".to_owned());
        }
        for field in row.values() {
            if let Err(error) = field {
                fault(Some(id), format!("a value in its row: {error}"));
                return Ok(());
            }
        }
        row.links()?.into_iter().try_for_each(|(name, target)| self.check_ends(&row, name, target, fault))
    }

    fn check_link(&self, id: Uuid, key: &[u8], fault: &mut dyn FnMut(Option<Uuid>, String)) -> Result<()> {
        let (name, target) = keys::parse_link(key)?;
        let Some(row) = self.row(id)? else {
            fault(Some(id), format!("has a link '{}' and does not exist", self.symbols().text(name)));
            return Ok(());
        };
        let readable = |link: Link| link.properties().all(|property| property.is_ok());
        if !self.link(id, name, target)?.is_some_and(readable) {
            fault(
                Some(id),
                format!("the properties of its link '{}' are not readable", self.symbols().text(name)),
            );
        }
        self.check_ends(&row, name, target, fault)
    }

    /// What a link leads to exists, and leads back.
    fn check_ends(
        &self,
        source: &Row,
        name: Name,
        target: Uuid,
        fault: &mut dyn FnMut(Option<Uuid>, String),
    ) -> Result<()> {
        let text = self.symbols().text(name);
        if self.stands_at(target)?.is_none() {
            fault(Some(source.id()), format!("its link '{text}' leads to {target}, which does not exist"));
        }
        let back = self.get(&keys::backlink(target, name, source.place()))?;
        if back.is_none_or(|back| *back != *source.id().as_bytes()) {
            fault(Some(source.id()), format!("its link '{text}' to {target} cannot be followed backwards"));
        }
        Ok(())
    }

    fn check_value(
        &self,
        id: Uuid,
        key: &[u8],
        value: &[u8],
        fault: &mut dyn FnMut(Option<Uuid>, String),
    ) -> Result<()> {
        let name = self.symbols().text(keys::pointer_name(key)?);
        if self.stands_at(id)?.is_none() {
            fault(Some(id), format!("has a value of '{name}' and does not exist"));
        }
        if let Err(error) = codec::decode(value) {
            fault(Some(id), format!("a value of '{name}': {error}"));
        }
        Ok(())
    }

    fn check_backlink(
        &self,
        key: &[u8],
        source: Uuid,
        fault: &mut dyn FnMut(Option<Uuid>, String),
    ) -> Result<()> {
        let (target, name) = (keys::parse_owner(key)?, keys::pointer_name(key)?);
        let row =
            self.row(source)?.filter(|row| Place::at_end_of(key).is_ok_and(|place| place == row.place()));
        let leads = match row {
            Some(row) => row.link(name)? == Some(target) || self.link(source, name, target)?.is_some(),
            None => false,
        };
        if !leads {
            let text = self.symbols().text(name);
            fault(
                Some(target),
                format!("a way back over '{text}' leads to {source}, which has no such link"),
            );
        }
        Ok(())
    }

    fn check_hit(&self, key: &[u8], id: Uuid, fault: &mut dyn FnMut(Option<Uuid>, String)) -> Result<()> {
        if self.stands_at(id)? != Some(Place::at_end_of(key)?) {
            fault(Some(id), "stands in an index and does not exist".to_owned());
        }
        Ok(())
    }

    fn stands_at(&self, id: Uuid) -> Result<Option<Place>> {
        self.get(&keys::identity(id))?.map(|bytes| Place::from_bytes(&bytes)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use value::Value;

    use super::*;
    use crate::{Branch, Draft, Store, Transaction};

    const ID: Uuid = Uuid::from_u128(7);
    const OTHER: Uuid = Uuid::from_u128(8);

    fn filled() -> Branch {
        let branch = Store::memory().unwrap().create_branch("main").unwrap();
        let symbols = branch.symbols();
        let (ty, name, link) =
            (symbols.type_id(Uuid::from_u128(1)), symbols.name("name"), symbols.name("link"));
        let index = symbols.index(Uuid::from_u128(2));
        let mut transaction = branch.begin();
        let mut draft = Draft::new();
        draft.set(name, &Value::from("Ann")).unwrap();
        transaction.insert(ty, OTHER, &draft).unwrap();
        draft.link(link, OTHER);
        transaction.insert(ty, ID, &draft).unwrap();
        transaction.add_link(ID, symbols.name("links"), OTHER, &draft).unwrap();
        transaction.add_value(ID, symbols.name("values"), &Value::from(1)).unwrap();
        transaction.index_insert(index, &[Value::from("Ann")], ID).unwrap();
        transaction.commit().unwrap();
        branch
    }

    fn faults(damage: impl FnOnce(&mut Transaction)) -> Vec<String> {
        let branch = filled();
        let mut transaction = branch.begin();
        damage(&mut transaction);
        let mut faults = Vec::new();
        transaction.now().check(&mut |_| {}, &mut |fault| faults.push(fault.what)).unwrap();
        faults
    }

    #[test]
    fn what_is_whole_has_no_fault_and_shows_what_it_has() {
        assert_eq!(faults(|_| {}), [""; 0]);
        let now = filled().read();
        assert_eq!(now.types().unwrap().len(), 1);
        assert_eq!(now.index_sizes().unwrap()[0].1, 1);
        assert_eq!(now.names_apart(ID).unwrap().len(), 2);
    }

    #[test]
    fn every_half_of_what_is_stored_twice_is_missed() {
        let place = filled().read().find(ID).unwrap().unwrap();
        let half = |key: &[u8]| faults(|transaction| transaction.erase(key));
        assert!(half(&keys::row(place)).contains(&"the object has no row".to_owned()));
        assert!(half(&keys::identity(ID)).contains(&"nothing leads to the object's row".to_owned()));
        assert!(half(&keys::identity(ID)).contains(&"stands in an index and does not exist".to_owned()));
        let name = filled().symbols().name("links");
        let [forth, back] = [half(&keys::link(ID, name, OTHER)), half(&keys::backlink(OTHER, name, place))];
        assert!(forth[0].contains("which has no such link"), "{forth:?}");
        assert!(back[0].contains("cannot be followed backwards"), "{back:?}");
    }

    #[test]
    fn links_to_nowhere_and_bytes_without_meaning_are_found() {
        let gone = faults(|transaction| assert!(transaction.delete(OTHER).unwrap()));
        assert_eq!(gone.iter().filter(|what| what.ends_with("which does not exist")).count(), 2, "{gone:?}");
        let name = filled().symbols().name("values");
        let unreadable = faults(|transaction| transaction.put(&keys::value(ID, name, 9), &[0xff]));
        assert!(unreadable[0].starts_with("a value of 'values'"), "{unreadable:?}");
        let foreign = faults(|transaction| transaction.put(b"?", b""));
        assert_eq!(foreign, ["a key is not readable (an unknown entry)"]);
    }
}
