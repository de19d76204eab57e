//! Money on the web: payments through the gateway, the ledger, refunds. A module that stands
//! alone: the rest of the hub reaches it only through its router.

pub mod api;
