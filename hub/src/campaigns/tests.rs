//! Lives of campaigns.
