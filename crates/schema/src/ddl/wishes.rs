//! What a command says about the data that is there: how old values become new ones, and what is called otherwise now.

use std::borrow::Borrow;
use std::sync::Arc;

use value::Uuid;

use crate::Expression;
use crate::decl::Decl;

/// A pointer of an object type, or a property of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The object type; for a property of an abstract link, that link.
    pub(super) owner: Uuid,
    /// The link of the type whose property it is.
    pub(super) link: Option<Arc<str>>,
    pub(super) name: Arc<str>,
}

impl Place {
    /// The place of this name inside of others, outermost first.
    pub(super) fn inside(around: &[impl Borrow<Decl>], name: &Arc<str>) -> Option<Place> {
        let owner = around.first()?.borrow().id;
        let link = around.get(1).map(Borrow::borrow).filter(|outer: &&Decl| outer.is_pointer());
        Some(Place { owner, link: link.map(|link| link.name.clone()), name: name.clone() })
    }
}

/// What became of a name.
enum Naming {
    /// It is another now, in what inherits from the place too.
    Renamed(Arc<str>),
    /// The type has the pointer no more; another may come to the same name.
    Dropped,
}

/// All that a command says about data. Places are named as the command leaves them, but for the two names of a rename.
#[derive(Default)]
pub(super) struct Wishes {
    fills: Vec<(Place, Expression)>,
    conversions: Vec<(Place, Expression)>,
    /// In the order of the commands, of places as they were called.
    names: Vec<(Place, Naming)>,
}

impl Wishes {
    /// Objects or links that have no value get this one.
    pub(super) fn fill(&mut self, place: Place, with: Expression) {
        self.fills.push((place, with));
    }

    /// Old values become new ones so.
    pub(super) fn convert(&mut self, place: Place, using: Expression) {
        self.conversions.push((place, using));
    }

    /// What was said before of the place is about its new name.
    pub(super) fn rename(&mut self, place: Place, to: &Arc<str>) {
        let of_data = self.fills.iter_mut().chain(&mut self.conversions).map(|(said, _)| said);
        of_data.filter(|said| **said == place).for_each(|said| said.name = to.clone());
        if place.link.is_none() {
            let of_data = self.fills.iter_mut().chain(&mut self.conversions).map(|(said, _)| said);
            let all = of_data.chain(self.names.iter_mut().map(|(said, _)| said));
            let inside =
                all.filter(|said| said.owner == place.owner && said.link.as_ref() == Some(&place.name));
            inside.for_each(|said| said.link = Some(to.clone()));
        }
        self.names.push((place, Naming::Renamed(to.clone())));
    }

    /// The type has a pointer no more.
    pub(super) fn drop(&mut self, type_id: Uuid, name: &Arc<str>) {
        let place = Place { owner: type_id, link: None, name: name.clone() };
        self.names.push((place, Naming::Dropped));
    }

    /// The value for what has none, at the places that `is_meant` accepts.
    pub(super) fn fill_of(&self, is_meant: impl Fn(&Place) -> bool) -> Option<Expression> {
        self.fills.iter().find(|(place, _)| is_meant(place)).map(|(_, with)| with.clone())
    }

    /// The conversions of the places that `is_meant` accepts: of their type, of how many values they have.
    pub(super) fn conversions_of(&self, is_meant: impl Fn(&Place) -> bool) -> Vec<Expression> {
        let meant = self.conversions.iter().filter(|(place, _)| is_meant(place));
        meant.map(|(_, using)| using.clone()).collect()
    }

    /// What became of the name of a pointer, if `is_around` accepts the place; nothing where `type_id`, which has it, has
    /// it no more.
    pub(super) fn new_name(
        &self,
        type_id: Uuid,
        name: &Arc<str>,
        is_around: impl Fn(&Place) -> bool,
    ) -> Option<Arc<str>> {
        let mut name = name.clone();
        for (place, naming) in self.names.iter() {
            if place.name != name || !is_around(place) {
                continue;
            }
            match naming {
                Naming::Renamed(to) => name = to.clone(),
                Naming::Dropped if place.owner == type_id => return None,
                Naming::Dropped => {}
            }
        }
        Some(name)
    }
}
