//! What a command says about the data that is there: how old values become new ones, and what is called otherwise now.

use std::sync::Arc;

use value::Uuid;

use crate::Expression;

/// A pointer of an object type, or a property of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The object type; for a property of an abstract link, that link.
    pub(super) owner: Uuid,
    /// The link of the type whose property it is.
    pub(super) link: Option<Arc<str>>,
    pub(super) name: Arc<str>,
}

/// All that a command says about data. Places are named as the command leaves them, but for the two names of a rename.
#[derive(Default)]
pub(super) struct Wishes {
    fills: Vec<(Place, Expression)>,
    conversions: Vec<(Place, Expression)>,
    /// In the order of the commands: a place as it was called, and its new name.
    renames: Vec<(Place, Arc<str>)>,
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
            let all = of_data.chain(self.renames.iter_mut().map(|(said, _)| said));
            let inside =
                all.filter(|said| said.owner == place.owner && said.link.as_ref() == Some(&place.name));
            inside.for_each(|said| said.link = Some(to.clone()));
        }
        self.renames.push((place, to.clone()));
    }

    /// The value for what has none, at the places that `is_meant` accepts.
    pub(super) fn fill_of(&self, is_meant: impl Fn(&Place) -> bool) -> Option<Expression> {
        self.fills.iter().find(|(place, _)| is_meant(place)).map(|(_, with)| with.clone())
    }

    /// The conversion of the places that `is_meant` accepts.
    pub(super) fn conversion_of(&self, is_meant: impl Fn(&Place) -> bool) -> Option<Expression> {
        self.conversions.iter().find(|(place, _)| is_meant(place)).map(|(_, using)| using.clone())
    }

    /// What is called otherwise now than `name`, if `is_around` accepts the place.
    pub(super) fn new_name(&self, name: &Arc<str>, is_around: impl Fn(&Place) -> bool) -> Arc<str> {
        self.renames.iter().fold(name.clone(), |name, (place, to)| {
            if place.name == name && is_around(place) { to.clone() } else { name }
        })
    }
}
