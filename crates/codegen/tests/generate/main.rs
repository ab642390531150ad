//! Files and descriptors in, Rust text out, with no server. `UPDATE_EXPECT=1` writes the expected files anew.

mod failures;
mod guide;
#[path = "../kinds/queries.rs"]
#[allow(dead_code, reason = "shared with the test that runs the generated code")]
mod kinds;
#[allow(dead_code, reason = "shared with the test that runs the generated code")]
mod typedesc;

#[test]
fn the_code_of_every_kind_is_fresh() {
    are_fresh(&kinds::generated(), &kinds::folder());
}

#[test]
fn the_code_of_every_setting_is_fresh() {
    are_fresh(&kinds::generated_as_settled(), &kinds::settled_folder());
}

fn are_fresh(files: &codegen::Files, folder: &std::path::Path) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        files.write(folder).expect("written");
    }
    assert_eq!(files.compare(folder).expect("readable"), [], "run with UPDATE_EXPECT=1");
}
