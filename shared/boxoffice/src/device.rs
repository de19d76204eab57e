//! How a browser is known again without anybody having signed in: a random number in a cookie.
//! It says nothing about who sits before it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use uuid::Uuid;

/// The cookie's name.
pub const COOKIE: &str = "moding_device";

/// A year, in seconds.
const KEPT_S: u32 = 365 * 24 * 60 * 60;

/// The browser that asks; none before it was given its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device(pub Option<Uuid>);

impl<S: Sync> FromRequestParts<S> for Device {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(read(&parts.headers)))
    }
}

fn read(headers: &HeaderMap) -> Option<Uuid> {
    let lines = headers.get_all(header::COOKIE).iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';'));
    pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then(|| value.parse().ok())?
    })
}

/// Whether a page may read the cookie: the kiosk's screen throws it away when a visit ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readable {
    ByThePage,
    No,
}

/// Tells the browser its number.
#[must_use]
pub fn set(device: Uuid, readable: Readable) -> HeaderMap {
    let more = match readable {
        Readable::ByThePage => "",
        Readable::No => "; HttpOnly",
    };
    let cookie = format!("{COOKIE}={device}; Path=/; Max-Age={KEPT_S}; SameSite=Lax{more}");
    let mut headers = HeaderMap::new();
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_again() {
        let device = Uuid::from_u128(7);
        let told = set(device, Readable::No);
        let told = told[header::SET_COOKIE].to_str().unwrap();
        let pair = told.split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, format!("a=b; {pair}").parse().unwrap());
        assert_eq!(read(&headers), Some(device));
        headers.insert(header::COOKIE, format!("{COOKIE}=nothing").parse().unwrap());
        assert_eq!(read(&headers), None);
    }
}
