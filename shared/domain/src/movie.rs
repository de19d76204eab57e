//! What a film is.

use serde::{Deserialize, Serialize};

/// Who may see a film, as the Korean rating board says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Rating {
    #[serde(rename = "all")]
    All,
    #[serde(rename = "12")]
    From12,
    #[serde(rename = "15")]
    From15,
    #[serde(rename = "19")]
    From19,
    #[serde(rename = "unrated")]
    Unrated,
}
