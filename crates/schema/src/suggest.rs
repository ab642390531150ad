//! "Did you mean …?"

/// Names that differ in this many places or more are not suggested.
const TOO_FAR: usize = 3;
const AT_MOST: usize = 3;

/// The candidates close to `name`, closest first, at most three.
pub fn suggestions<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut close: Vec<_> = candidates
        .into_iter()
        .map(|candidate| (strsim::levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance < TOO_FAR)
        .collect();
    close.sort();
    close.dedup();
    close.into_iter().map(|(_, candidate)| candidate).take(AT_MOST).collect()
}

/// The hint that names them; `None` where there are none.
pub fn did_you_mean<S: AsRef<str>>(suggestions: &[S]) -> Option<String> {
    match suggestions {
        [] => None,
        [one] => Some(format!("did you mean '{}'?", one.as_ref())),
        many => {
            let names: Vec<&str> = many.iter().map(|s| s.as_ref()).collect();
            Some(format!("did you mean one of these: {}?", names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(name: &str, candidates: &[&str]) -> Option<String> {
        did_you_mean(&suggestions(name, candidates.iter().copied()))
    }

    #[test]
    fn closest_come_first_and_ties_go_by_name() {
        let scalars = ["int32", "str", "int64", "int16", "float64"];
        assert_eq!(
            hint("int65", &scalars).as_deref(),
            Some("did you mean one of these: int64, int16, int32?")
        );
        assert_eq!(hint("nmae", &["name", "age", "id"]).as_deref(), Some("did you mean 'name'?"));
        assert_eq!(hint("quite_other", &scalars), None);
    }
}
