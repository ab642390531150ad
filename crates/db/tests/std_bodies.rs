//! Joins the signatures of the standard library, which are data, with its bodies, which are code.

use std::collections::BTreeSet;

use schema::Schema;

#[test]
fn every_signature_has_a_body_and_every_body_a_signature() {
    let schema = Schema::std();
    let document = syntax::parse_sdl("using extension auth;").unwrap();
    let extension = Schema::from_sdl(&schema, &document).unwrap();
    let functions =
        schema.functions().filter(|function| function.body.is_none()).map(|function| &*function.key);
    let operators = schema.operators().map(|operator| &*operator.key);
    let signatures: BTreeSet<&str> = functions.chain(operators).collect();
    let bodies: BTreeSet<&str> = exec::std::keys().collect();
    let of_extension: BTreeSet<&str> = extension.functions().map(|function| &*function.key).collect();
    let of_abstract = |key: &&str| {
        key.contains("(anytype, anytype)") || key.contains("(optional anytype, optional anytype)")
    };
    let without_body: Vec<_> = signatures.difference(&bodies).filter(|key| !of_abstract(key)).collect();
    let without_signature: Vec<_> =
        bodies.difference(&signatures).filter(|key| !of_extension.contains(*key)).collect();
    assert!(without_body.is_empty(), "without a body: {without_body:#?}");
    assert!(without_signature.is_empty(), "without a signature: {without_signature:#?}");
}
