//! Paying on the web, from the first attempt to the booking or to the money that goes back.
