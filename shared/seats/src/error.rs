//! Why an operation did not happen: a refusal that somebody can act on, or a fault.

use domain::booking::CancelRefused;
use domain::id::SeatId;
use domain::seating::{BookRefused, HoldRefused, RefreshRefused};
use store::StoreError;

macro_rules! operation_errors {
    ($($(#[$doc:meta])* $name:ident($refused:ty)),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, thiserror::Error)]
        pub enum $name {
            #[error(transparent)]
            Refused(#[from] $refused),
            #[error(transparent)]
            Store(#[from] StoreError),
        }

        impl From<rusqlite::Error> for $name {
            fn from(fault: rusqlite::Error) -> Self {
                Self::Store(fault.into())
            }
        }
    )*};
}

operation_errors! {
    /// Why seats were not held.
    HoldError(HoldRefused),
    /// Why a hold's end was not moved.
    RefreshError(RefreshRefused),
    /// Why a hold was not booked.
    BookError(BookRefused),
    /// Why a booking was not cancelled.
    CancelError(CancelRefused),
    /// Why a seat was not blocked, freed or granted.
    OwnError(OwnRefused),
}

/// Why the owner's special powers cannot be used on a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OwnRefused {
    #[error("seat {0} is not owned here")]
    NotOurs(SeatId),
    #[error("seat {0} is taken")]
    Taken(SeatId),
}
