//! What the pages may load from elsewhere: nothing, or what a payment window needs. Which
//! places those are is the configuration's to say.

use axum::http::{HeaderName, HeaderValue};
use process::http::SECURITY_HEADERS;

/// Places that a payment window comes from, such as `https://js.tosspayments.com`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outside(Vec<String>);

/// Why a text is no such place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no place such as https://js.tosspayments.com or https://*.tosspayments.com")]
pub struct OutsideInvalid(String);

/// More places than this are a mistake.
const PLACES_MAX: usize = 16;

/// What of the policy is opened to them. What draws inside the page comes from its script, and
/// styles by script need no leave.
const OPENED: [&str; 5] = [
    "script-src",
    "connect-src",
    "img-src",
    "form-action",
    "frame-src",
];

impl Outside {
    /// These places.
    ///
    /// # Errors
    ///
    /// Refuses what is no origin: it would be read as something else in the policy.
    pub fn new(places: &[String]) -> Result<Self, OutsideInvalid> {
        let wrong = places.iter().find(|place| !is_place(place));
        let wrong = wrong.or(places.get(PLACES_MAX));
        match wrong {
            Some(place) => Err(OutsideInvalid(place.clone())),
            None => Ok(Self(places.to_vec())),
        }
    }

    /// The headers of every answer.
    pub(crate) fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let headers = SECURITY_HEADERS.iter().map(|&(name, value)| {
            let value = self.opened(name, value);
            let value = HeaderValue::from_str(&value).expect("places have plain letters only");
            (HeaderName::from_static(name), value)
        });
        headers.collect()
    }

    fn opened(&self, name: &str, value: &str) -> String {
        if self.0.is_empty() {
            return value.to_owned();
        }
        match name {
            "content-security-policy" => self.policy(value),
            // A card company's window speaks with the page that has opened it.
            "cross-origin-opener-policy" => "same-origin-allow-popups".to_owned(),
            "permissions-policy" => {
                let named = self.0.iter().filter(|place| !place.contains('*'));
                let named: Vec<String> = named.map(|place| format!(" \"{place}\"")).collect();
                let payment = format!("payment=(self{})", named.concat());
                value.replace("payment=()", &payment)
            }
            _ => value.to_owned(),
        }
    }

    fn policy(&self, policy: &str) -> String {
        let places = self.0.join(" ");
        let mut rules: Vec<String> = Vec::new();
        for rule in policy.split(';').map(str::trim) {
            let opened = OPENED.iter().any(|name| rule.starts_with(name));
            rules.push(if opened {
                format!("{rule} {places}")
            } else {
                rule.to_owned()
            });
        }
        rules.push(format!("frame-src {places}"));
        rules.join("; ")
    }
}

/// Whether this is a scheme and a host, maybe with a port: `*` stands for any first name.
fn is_place(text: &str) -> bool {
    let Some(host) = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    else {
        return false;
    };
    let host = host.strip_prefix("*.").unwrap_or(host);
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let letter = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'.';
    !name.is_empty() && name.bytes().all(letter) && port.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(outside: &Outside, wanted: &str) -> String {
        let headers = outside.headers();
        let found = headers.iter().find(|(name, _)| name == wanted);
        found.unwrap().1.to_str().unwrap().to_owned()
    }

    #[test]
    fn pages_load_nothing_from_elsewhere_unless_it_is_set_up() {
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(header(&Outside::default(), name), value);
        }
    }

    #[test]
    fn a_payment_window_is_let_in_and_nothing_else() {
        let places = ["https://js.tosspayments.com", "https://*.tosspayments.com"];
        let outside = Outside::new(&places.map(str::to_owned)).unwrap();
        let policy = header(&outside, "content-security-policy");
        let places = "https://js.tosspayments.com https://*.tosspayments.com";
        for rule in [
            format!("script-src 'self' {places};"),
            format!("connect-src 'self' {places};"),
            format!("form-action 'self' {places};"),
            "default-src 'none';".to_owned(),
            "style-src 'self';".to_owned(),
            "frame-ancestors 'none';".to_owned(),
        ] {
            assert!(policy.contains(&rule), "{rule} in {policy}");
        }
        assert!(policy.ends_with(&format!("frame-src {places}")), "{policy}");
        let permissions = header(&outside, "permissions-policy");
        assert!(permissions.contains("payment=(self \"https://js.tosspayments.com\")"));
    }

    #[test]
    fn what_would_change_the_policy_is_no_place() {
        for text in [
            "js.tosspayments.com",
            "https://",
            "https://a.com; script-src *",
            "https://a.com/path",
            "https://a.com:port",
            "'unsafe-inline'",
        ] {
            assert!(Outside::new(&[text.to_owned()]).is_err(), "{text}");
        }
        assert!(Outside::new(&["http://127.0.0.1:8090".to_owned()]).is_ok());
    }
}
