//! Why an operation did not happen: a refusal that somebody can act on, or a fault.

use domain::booking::CancelRefused;
use domain::id::{ScreeningId, SeatId};
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
    /// Why no seats were kept for a claim.
    KeepError(KeepRefused),
}

/// This node may not touch its seats of the screening now: it is recovering.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closed(pub(crate) ScreeningId);

impl From<Closed> for HoldError {
    fn from(Closed(screening): Closed) -> Self {
        Self::Refused(HoldRefused::Recovering(screening))
    }
}

impl From<Closed> for RefreshError {
    fn from(_: Closed) -> Self {
        Self::Refused(RefreshRefused::Recovering)
    }
}

impl From<Closed> for BookError {
    fn from(_: Closed) -> Self {
        Self::Refused(BookRefused::Recovering)
    }
}

impl From<Closed> for CancelError {
    fn from(_: Closed) -> Self {
        Self::Refused(CancelRefused::Recovering)
    }
}

impl From<Closed> for OwnError {
    fn from(_: Closed) -> Self {
        Self::Refused(OwnRefused::Recovering)
    }
}

impl From<Closed> for KeepError {
    fn from(_: Closed) -> Self {
        Self::Refused(KeepRefused::Recovering)
    }
}

/// Why no seats can be kept for a claim here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeepRefused {
    #[error("only {left} seats are left here")]
    NoSeat { left: i64 },
    #[error("this node is recovering")]
    Recovering,
}

/// Why the owner's special powers cannot be used on a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OwnRefused {
    #[error("seat {0} is not owned here")]
    NotOurs(SeatId),
    #[error("seat {0} is taken")]
    Taken(SeatId),
    /// Backers have a claim to what is left (S6).
    #[error("the seats that are left are kept for backers")]
    KeptForBackers,
    #[error("this node is recovering")]
    Recovering,
}
