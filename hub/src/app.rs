//! The handles that every request and task of the hub gets.

use boxoffice::Shop;

/// Everything the hub works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub shop: Shop,
    /// Grows when the hub's database was restored or made anew.
    pub incarnation: i64,
}
