//! The task that keeps campaigns.
