//! Query strings that name one object.

use utoipa::IntoParams;

use crate::input::{Fields, Form};
use crate::limits;

/// Which one to get.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Its name; all of them without it.
    #[param(nullable = false)]
    pub(super) name: Option<String>,
}

impl Form for Wanted {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Wanted { name: fields.optional_text("name", Some(limits::NAME))? })
    }
}

/// Which one to delete.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Name {
    /// Its name.
    pub(super) name: String,
}

impl Form for Name {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Name { name: fields.text("name")? })
    }
}

/// Which one to change.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CurrentName {
    /// The name it has now.
    pub(super) current_name: String,
}

impl Form for CurrentName {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(CurrentName { current_name: fields.text("current_name")? })
    }
}
