//! A campaign of pledges on the web.
