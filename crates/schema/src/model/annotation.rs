//! Annotations.

use std::sync::Arc;

use value::Uuid;

use crate::QName;

/// `abstract [inheritable] annotation`.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: QName,
    /// Passed on to types that extend an annotated one.
    pub inheritable: bool,
    /// Annotations on the annotation.
    pub annotations: Vec<AnnotationValue>,
}

/// `annotation title := 'A title'` on something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnotationValue {
    /// The annotation.
    pub annotation: Uuid,
    /// Its name.
    pub name: QName,
    /// The text.
    pub value: Arc<str>,
    /// Set here, not only inherited.
    pub owned: bool,
}
