//! What is shown of a campaign besides its own row.
