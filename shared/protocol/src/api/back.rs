//! Money that goes back: how far it has come, and where to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far a campaign that came to nothing has paid its backers back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaidBackView {
    /// Backers who have something to get back …
    pub backers: u32,
    /// … and those who have it.
    pub done: u32,
    /// Refunds that the gateway refuses: the theater sees to them.
    pub refused: u32,
    /// Refunds of money that was paid into an account: they wait until their people have said
    /// where it goes.
    pub awaiting_account: u32,
    /// Others who had bought tickets when it was called off; none when nobody had.
    pub buyers: Option<BuyersBackView>,
}

/// How far buyers besides the backers have their money back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BuyersBackView {
    /// Bookings whose money goes back …
    pub bookings: u32,
    /// … and those that have it.
    pub done: u32,
    /// Refunds that the gateway refuses: the theater sees to them.
    pub refused: u32,
    /// Refunds of money that was paid into an account: they wait until their people have said
    /// where it goes.
    pub awaiting_account: u32,
    /// What was paid at a kiosk: its counter gives it back.
    pub at_counter: u32,
}

/// A bank account of the buyer's. It is handed on to whoever pays, kept until the money has
/// gone, and never shown.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankAccount {
    /// The number of the bank.
    #[schema(example = "88")]
    pub bank: String,
    /// With or without hyphens.
    #[schema(example = "110-123-456789")]
    pub account_number: String,
    pub holder: String,
}

impl std::fmt::Debug for BankAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BankAccount(..)")
    }
}

/// Where an order's money goes that was paid into an account.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameAccount {
    /// The number with which it was ordered.
    #[schema(example = "010-1234-5678")]
    pub phone: String,
    pub account: BankAccount,
}
