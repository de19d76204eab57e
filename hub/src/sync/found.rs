//! How the hub finds out that a node's database is an older copy of itself.

/// How an older copy was found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It showed a token from before the last but one session, or from before one in which it
    /// has told rows.
    Token,
    /// Its feed was shorter than what it had told already.
    ShortFeed,
    /// It is recovering with an incarnation below one that the hub knows.
    Incarnation,
    /// An operator said so.
    Operator,
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Token => "it showed an old token",
            Self::ShortFeed => "it has forgotten what it told",
            Self::Incarnation => "it has not heard of a later life of its own",
            Self::Operator => "an operator said so",
        })
    }
}
