//! Seat maps drawn as rows of letters.
