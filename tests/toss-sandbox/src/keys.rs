//! The keys that open the sandbox, and what a caller shows to be let in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::refusal::{self, Refusal};

/// Opens the sandbox when nobody says otherwise; the browser's part is `test_ck_SANDBOX0001`.
pub const SECRET_KEY: &str = "test_sk_SANDBOX0001";
/// The same for widgets; the browser's part is `test_gck_SANDBOX0001`.
pub const WIDGET_SECRET_KEY: &str = "test_gsk_SANDBOX0001";

/// What the keys of a set are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Payment window and everything else of the API.
    Individual,
    /// Widgets.
    Widgets,
}

/// The keys of one merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet {
    /// The merchant id.
    pub shop: String,
    pub secret: String,
    /// What the browser may know.
    pub client: String,
    pub purpose: Purpose,
}

/// All that are let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys(Vec<KeySet>);

/// Why a key cannot be used here.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// Real money is at the other end of it.
    #[error("a live key has no place in a sandbox: take a key that begins with test_")]
    Live,
    /// It opens nothing.
    #[error("a secret key begins with test_sk_ or test_gsk_")]
    NotSecret,
}

impl Keys {
    /// The documented keys, and those of further merchants.
    ///
    /// # Errors
    ///
    /// One of them is live, or no secret key.
    pub fn new(further: &[String]) -> Result<Self, KeyError> {
        let own = [SECRET_KEY, WIDGET_SECRET_KEY].map(str::to_owned);
        let all = own.iter().chain(further).enumerate();
        let sets = all.map(|(number, secret)| KeySet::new(number, secret));
        Ok(Self(sets.collect::<Result<_, _>>()?))
    }

    /// The set whose secret key this is.
    #[must_use]
    pub fn by_secret(&self, key: &str) -> Option<&KeySet> {
        self.0.iter().find(|set| set.secret == key)
    }

    /// The set whose client key this is.
    #[must_use]
    pub fn by_client(&self, key: &str) -> Option<&KeySet> {
        self.0.iter().find(|set| set.client == key)
    }

    /// The set that is meant when nobody names one.
    #[must_use]
    pub fn first(&self) -> &KeySet {
        &self.0[0]
    }

    /// Whose key stands in an `Authorization` header.
    ///
    /// # Errors
    ///
    /// It is not `Basic base64(key + ":")`, or the key opens nothing.
    pub fn who(&self, header: Option<&str>) -> Result<&KeySet, Refusal> {
        let Some(header) = header else {
            return Err(refusal::UNAUTHORIZED_KEY);
        };
        let pair = header
            .strip_prefix("Basic ")
            .and_then(|encoded| STANDARD.decode(encoded.trim()).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let Some((key, _password)) = pair.as_deref().and_then(|pair| pair.split_once(':')) else {
            return Err(refusal::INCORRECT_BASIC_AUTH_FORMAT);
        };
        self.by_secret(key).ok_or(refusal::UNAUTHORIZED_KEY)
    }
}

impl KeySet {
    fn new(number: usize, secret: &str) -> Result<Self, KeyError> {
        if secret.starts_with("live_") {
            return Err(KeyError::Live);
        }
        let (purpose, client) = if let Some(rest) = secret.strip_prefix("test_sk_") {
            (Purpose::Individual, format!("test_ck_{rest}"))
        } else if let Some(rest) = secret.strip_prefix("test_gsk_") {
            (Purpose::Widgets, format!("test_gck_{rest}"))
        } else {
            return Err(KeyError::NotSecret);
        };
        let shop = match number {
            0 => "sndbxstore".to_owned(),
            1 => "sndbxwidget".to_owned(),
            number => format!("sndbxshop{number}"),
        };
        Ok(Self {
            shop,
            secret: secret.to_owned(),
            client,
            purpose,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    #[track_caller]
    fn check(header: Option<&str>, expected: Result<&str, &str>) {
        let keys = Keys::new(&["test_sk_other".to_owned()]).unwrap();
        let got = keys.who(header);
        let got = got.as_ref().map(|set| set.shop.as_str());
        assert_eq!(got.map_err(|refusal| refusal.code.as_ref()), expected);
    }

    #[test]
    fn a_secret_key_and_a_colon_open_the_door() {
        check(Some(&basic("test_sk_SANDBOX0001:")), Ok("sndbxstore"));
        check(Some(&basic("test_gsk_SANDBOX0001:")), Ok("sndbxwidget"));
        check(Some(&basic("test_sk_other:")), Ok("sndbxshop2"));
        check(Some(&basic("test_sk_unknown:")), Err("UNAUTHORIZED_KEY"));
        check(Some(&basic("live_sk_real:")), Err("UNAUTHORIZED_KEY"));
        check(
            Some(&basic("test_ck_SANDBOX0001:")),
            Err("UNAUTHORIZED_KEY"),
        );
        check(None, Err("UNAUTHORIZED_KEY"));
    }

    #[test]
    fn what_is_not_basic_with_a_colon_is_named() {
        let wrong = Err("INCORRECT_BASIC_AUTH_FORMAT");
        check(Some(&basic("test_sk_SANDBOX0001")), wrong);
        check(Some("Bearer test_sk_SANDBOX0001"), wrong);
        check(Some("Basic ???"), wrong);
    }

    #[test]
    fn a_live_key_is_refused_at_the_start() {
        let with = |key: &str| Keys::new(&[key.to_owned()]).unwrap_err();
        assert_eq!(with("live_sk_real"), KeyError::Live);
        assert_eq!(with("live_gsk_real"), KeyError::Live);
        assert_eq!(with("test_ck_browser"), KeyError::NotSecret);
        assert_eq!(with(""), KeyError::NotSecret);
    }
}
