//! Rows at hand: one object is usually read several times in a row, one pointer after the other.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use storage::Row;
use value::{State, Uuid};

/// Places at first, enough for lookups; and after that many rows came by. Powers of two.
const FEW: usize = 64;
const MANY: usize = 16 * 1024;

/// A row: the state it is of, whose it is.
type Kept = (State, Uuid, Rc<Row>);

/// Keeps the row that came last at each of its places.
pub(crate) struct RowCache {
    places: RefCell<Vec<Option<Kept>>>,
    kept: Cell<usize>,
}

impl RowCache {
    pub(crate) fn new() -> Self {
        RowCache { places: RefCell::new(empty(FEW)), kept: Cell::new(0) }
    }

    pub(crate) fn get(&self, state: State, id: Uuid) -> Option<Rc<Row>> {
        let places = self.places.borrow();
        let (of_state, of, row) = places.get(place(id, places.len()))?.as_ref()?;
        (*of_state == state && *of == id).then(|| row.clone())
    }

    pub(crate) fn put(&self, state: State, id: Uuid, row: Rc<Row>) {
        let mut places = self.places.borrow_mut();
        self.kept.set(self.kept.get() + 1);
        if self.kept.get() == MANY / 8 {
            *places = empty(MANY);
        }
        let at = place(id, places.len());
        if let Some(kept) = places.get_mut(at) {
            *kept = Some((state, id, row));
        }
    }

    pub(crate) fn clear(&self) {
        self.places.borrow_mut().fill_with(|| None);
    }
}

fn empty(places: usize) -> Vec<Option<Kept>> {
    (0..places).map(|_| None).collect()
}

/// Time-based ids differ in their first bytes, random ones anywhere.
fn place(id: Uuid, places: usize) -> usize {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let (high, low) = id.as_u64_pair();
    ((high ^ low.rotate_left(32)).wrapping_mul(SPREAD) >> 40) as usize & (places - 1)
}
