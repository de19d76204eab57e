//! The names that the gateway gives, in the shapes that were seen.

use domain::time::Timestamp;
use process::ids::Ids;

use crate::wire::korean_time;

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Letters that follow the time in a payment key. Five were seen; more keep a bench, which makes
/// thousands within a second, from meeting the same ones twice.
const KEY_LETTERS: usize = 10;

/// The beginning of the merchant id, the time, and letters.
#[must_use]
pub fn payment_key(ids: &dyn Ids, shop: &str, now: Timestamp) -> String {
    let shop: String = shop.chars().take(5).collect();
    let time = korean_time::digits(now);
    format!("{shop}{time}{}", letters::<KEY_LETTERS>(ids))
}

/// 32 hexadecimal digits in capitals.
#[must_use]
pub fn transaction_key(ids: &dyn Ids) -> String {
    let mut bytes = [0; 16];
    ids.fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// 32 hexadecimal digits.
#[must_use]
pub fn trace_id(ids: &dyn Ids) -> String {
    transaction_key(ids).to_lowercase()
}

/// What a deposit callback proves itself with.
#[must_use]
pub fn secret(ids: &dyn Ids) -> String {
    format!("ps_{}", letters::<25>(ids))
}

/// A test account: an X and digits.
#[must_use]
pub fn account_number(ids: &dyn Ids) -> String {
    format!("X{}", ids.digits12())
}

fn letters<const COUNT: usize>(ids: &dyn Ids) -> String {
    let mut bytes = [0; COUNT];
    ids.fill(&mut bytes);
    let letter = |byte: &u8| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]);
    bytes.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use process::ids::SeededIds;

    use super::*;

    #[test]
    fn names_have_the_shapes_that_were_seen() {
        let ids = SeededIds::new(1);
        let key = payment_key(&ids, "sndbxstore", Timestamp(1_772_361_041_512));
        assert!(key.starts_with("sndbx20260301193041"), "{key}");
        assert!(key.len() <= 200 && key.bytes().all(|b| b.is_ascii_alphanumeric()));
        let transaction = transaction_key(&ids);
        assert_eq!(transaction.len(), 32);
        assert_eq!(transaction, transaction.to_uppercase());
        assert!(secret(&ids).starts_with("ps_") && secret(&ids).len() <= 50);
        assert!(account_number(&ids).starts_with('X'));
    }
}
