//! What live events say of no row.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many look at a topic now (N명이 보고 있어요): the data of a `viewers` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ViewersChanged {
    /// `screening:1` or `campaign:1`.
    #[schema(example = "screening:1")]
    pub topic: String,
    pub viewers: u32,
}
