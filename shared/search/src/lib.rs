//! Finding films as people in Korea type: half-composed syllables, initial consonants, any
//! spacing, a slip of the finger, the keyboard in the wrong language.
//!
//! What a text looks like when it is compared (`hangul`, `fold`, `form`), how well a film
//! matches (`matching`, `distance`) and where the letters are that matched (`marks`) are pure.
//! `schema`, `index` and `query` keep the films in a tantivy index and get candidates out of it.
//! The index is derived from the catalogue and can be thrown away at any time.

mod collect;
pub mod distance;
pub mod film;
pub mod fold;
pub mod form;
pub mod hangul;
mod index;
mod marks;
mod matching;
mod query;
mod schema;
mod shelf;
mod snapshot;
mod table;

pub use film::{Film, Kind};
pub use index::{Change, Index, SearchError, Stamp};
pub use marks::Marked;
pub use matching::How;
pub use query::{Found, Hit};
pub use schema::SCHEMA_VERSION;
pub use shelf::{Building, Shelf};
