//! The API documents in the repository are those of the programs: the screens' types are
//! generated from them, so a change of the API shows in the diff and in the type check.

use std::path::Path;

#[test]
fn the_documents_in_the_repository_are_the_programs_own() {
    check("hub/openapi.json", &hub::http::document());
    check("kiosk/openapi.json", &kiosk::http::document());
}

fn check(file: &str, document: &utoipa::openapi::OpenApi) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let now = boxoffice::document::text(document).expect("the document can be written");
    assert!(kept == now, "{file} is stale: run `cargo xtask openapi`");
}
