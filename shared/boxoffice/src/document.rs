//! The OpenAPI document and the page that shows it.

use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

/// The page at `/api/docs` for the document at `/api/openapi.json`.
#[must_use]
pub fn page(document: OpenApi) -> SwaggerUi {
    SwaggerUi::new("/api/docs").url("/api/openapi.json", document)
}

/// The document as it stands in the repository: readable, with a newline at its end.
///
/// # Errors
///
/// Fails only when the document cannot be written as JSON.
pub fn text(document: &OpenApi) -> Result<String, serde_json::Error> {
    Ok(document.to_pretty_json()? + "\n")
}
