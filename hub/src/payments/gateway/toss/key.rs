//! The gateway's keys: which is which, and which may be used.

use process::config::Secret;

/// The key that lets us charge and give back. It never shows itself.
#[derive(Clone, Debug)]
pub struct SecretKey(Secret);

/// Whether real money may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    Allowed,
    Refused,
}

/// Why a key is not used. It says nothing of the key itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error(
        "this is a client key (it has `ck` in its name); the secret key that belongs to it has \
         `sk` there"
    )]
    ClientInPlaceOfSecret,
    #[error(
        "this is a secret key (it has `sk` in its name) where the client key belongs, and \
         everybody would see it; write the one with `ck`, and have the gateway issue a new \
         secret key if this one was ever shown"
    )]
    SecretInPlaceOfClient,
    #[error("this is a live key, and `payments.live` is not true: real money would move")]
    Live,
    #[error("this is a test key, and `payments.live` is true")]
    Test,
    #[error("this is no key of Toss Payments (test_sk_…, test_gsk_…, test_ck_…, test_gck_…)")]
    NoKey,
}

/// What a key is by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Client,
    Secret,
}

impl SecretKey {
    /// Takes a key that is a secret one, and of the right world.
    ///
    /// # Errors
    ///
    /// It is another kind of key, or moves real money where that is not allowed.
    pub fn new(secret: Secret, live: Live) -> Result<Self, KeyError> {
        match kind(secret.expose(), live)? {
            Kind::Secret => Ok(Self(secret)),
            Kind::Client => Err(KeyError::ClientInPlaceOfSecret),
        }
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Looks whether a key may be shown to every browser.
///
/// # Errors
///
/// It is another kind of key, or moves real money where that is not allowed.
pub fn check_client_key(key: &str, live: Live) -> Result<(), KeyError> {
    match kind(key, live)? {
        Kind::Client => Ok(()),
        Kind::Secret => Err(KeyError::SecretInPlaceOfClient),
    }
}

fn kind(key: &str, live: Live) -> Result<Kind, KeyError> {
    let rest = match (key.strip_prefix("test_"), key.strip_prefix("live_"), live) {
        (Some(_), _, Live::Allowed) => return Err(KeyError::Test),
        (_, Some(_), Live::Refused) => return Err(KeyError::Live),
        (Some(rest), _, _) | (_, Some(rest), _) => rest,
        (None, None, _) => return Err(KeyError::NoKey),
    };
    let is_word = |text: &str| {
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        !text.is_empty() && text.chars().all(letter)
    };
    let kinds = [
        ("ck_", Kind::Client),
        ("gck_", Kind::Client),
        ("sk_", Kind::Secret),
        ("gsk_", Kind::Secret),
    ];
    let found = kinds
        .into_iter()
        .find(|(prefix, _)| rest.strip_prefix(prefix).is_some_and(is_word));
    found.map(|(_, kind)| kind).ok_or(KeyError::NoKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, live: Live, secret: Option<KeyError>, client: Option<KeyError>) {
        let as_secret = SecretKey::new(Secret::new(key), live);
        assert_eq!(as_secret.err(), secret, "{key} as the secret key");
        assert_eq!(check_client_key(key, live).err(), client, "{key} as client");
    }

    #[test]
    fn a_key_is_used_for_what_it_is_and_in_its_world() {
        use KeyError::{ClientInPlaceOfSecret, Live as IsLive, NoKey, SecretInPlaceOfClient, Test};
        use Live::{Allowed, Refused};
        check("test_sk_A1", Refused, None, Some(SecretInPlaceOfClient));
        check("test_gsk_A1", Refused, None, Some(SecretInPlaceOfClient));
        check("test_ck_A1", Refused, Some(ClientInPlaceOfSecret), None);
        check("test_gck_A1", Refused, Some(ClientInPlaceOfSecret), None);
        check("live_sk_A1", Refused, Some(IsLive), Some(IsLive));
        check("live_sk_A1", Allowed, None, Some(SecretInPlaceOfClient));
        check("live_ck_A1", Allowed, Some(ClientInPlaceOfSecret), None);
        check("test_sk_A1", Allowed, Some(Test), Some(Test));
        for wrong in [
            "",
            "sk_A1",
            "test_",
            "test_sk_",
            "test_sk_a b",
            "\u{feff}test_sk_A1",
        ] {
            check(wrong, Refused, Some(NoKey), Some(NoKey));
        }
    }

    #[test]
    fn a_key_shows_itself_nowhere() {
        let key = SecretKey::new(Secret::new("test_sk_hunter2"), Live::Refused).unwrap();
        assert!(!format!("{key:?}").contains("hunter2"));
    }
}
