//! What the gateway's error codes mean. The code decides; of the HTTP status only whether the
//! gateway itself failed.

/// What was asked of the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Confirm,
    Query,
    Cancel,
}

/// What a code says about what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing: it may have happened or not. The gateway must be asked what became of it.
    Unknown,
    /// It is as if it had happened before; asking tells whether by us.
    AlreadyThere,
    /// It has not happened, and asking again changes nothing.
    Final,
    /// Our own set-up is wrong: it has not happened, and somebody must mend it.
    Alarm,
    /// A code that is in no list: taken as final, and somebody must look.
    Unlisted,
}

/// Codes after which the outcome is open.
const UNKNOWN: &[&str] = &[
    "ALREADY_PROCESSED_PAYMENT",
    "IDEMPOTENT_REQUEST_PROCESSING",
    "FORBIDDEN_CONSECUTIVE_REQUEST",
    "PROVIDER_ERROR",
    "FAILED_INTERNAL_SYSTEM_PROCESSING",
    "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING",
    "UNKNOWN_PAYMENT_ERROR",
    "COMMON_ERROR",
    "FAILED_REFUND_PROCESS",
    "FAILED_METHOD_HANDLING_CANCEL",
    "FAILED_PARTIAL_REFUND",
];

/// Codes that say that our keys are wrong, or not for this payment.
const ALARM: &[&str] = &[
    "UNAUTHORIZED_KEY",
    "INVALID_API_KEY",
    "INCORRECT_BASIC_AUTH_FORMAT",
    "FORBIDDEN_REQUEST",
];

/// Codes of a cancel that may be our own earlier success.
const CANCELLED_BEFORE: &[&str] = &[
    "ALREADY_CANCELED_PAYMENT",
    "ALREADY_REFUND_PAYMENT",
    "NOT_CANCELABLE_AMOUNT",
    "NOT_MATCHES_REFUNDABLE_AMOUNT",
];

/// Codes of a confirm after which nothing was charged.
const NOT_CHARGED: &[&str] = &[
    "EXCEED_MAX_CARD_INSTALLMENT_PLAN",
    "INVALID_REQUEST",
    "NOT_ALLOWED_POINT_USE",
    "INVALID_REJECT_CARD",
    "BELOW_MINIMUM_AMOUNT",
    "INVALID_CARD_EXPIRATION",
    "INVALID_STOPPED_CARD",
    "INVALID_CARD_LOST_OR_STOLEN",
    "INVALID_CARD_NUMBER",
    "EXCEED_MAX_DAILY_PAYMENT_COUNT",
    "EXCEED_MAX_PAYMENT_AMOUNT",
    "EXCEED_MAX_AMOUNT",
    "EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT",
    "EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT",
    "EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT",
    "NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT",
    "INVALID_CARD_INSTALLMENT_PLAN",
    "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN",
    "NOT_FOUND_TERMINAL_ID",
    "INVALID_UNREGISTERED_SUBMALL",
    "NOT_REGISTERED_BUSINESS",
    "INVALID_AUTHORIZE_AUTH",
    "RESTRICTED_TRANSFER_ACCOUNT",
    "INVALID_ACCOUNT_INFO_RE_REGISTER",
    "CARD_PROCESSING_ERROR",
    "NOT_AVAILABLE_PAYMENT",
    "UNAPPROVED_ORDER_ID",
    "REJECT_CARD_PAYMENT",
    "REJECT_CARD_COMPANY",
    "REJECT_ACCOUNT_PAYMENT",
    "REJECT_TOSSPAY_INVALID_ACCOUNT",
    "EXCEED_MAX_AUTH_COUNT",
    "EXCEED_MAX_ONE_DAY_AMOUNT",
    "NOT_AVAILABLE_BANK",
    "INVALID_PASSWORD",
    "FDS_ERROR",
    "NOT_FOUND_PAYMENT",
    "NOT_FOUND_PAYMENT_SESSION",
    "DUPLICATED_ORDER_ID",
    "PAY_PROCESS_ABORTED",
    "INVALID_PAYMENT_KEY",
];

/// Codes of a cancel after which nothing has gone back and nothing will.
const NOT_CANCELLED: &[&str] = &[
    "INVALID_REFUND_ACCOUNT_INFO",
    "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
    "INVALID_REQUEST",
    "INVALID_REFUND_ACCOUNT_NUMBER",
    "INVALID_BANK",
    "REFUND_REJECTED",
    "FORBIDDEN_BANK_REFUND_REQUEST",
    "NOT_CANCELABLE_PAYMENT",
    "EXCEED_MAX_REFUND_DUE",
    "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
    "NOT_ALLOWED_PARTIAL_REFUND",
    "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER",
    "EXCEED_CANCEL_LIMIT",
    "NOT_FOUND_PAYMENT",
];

/// A query that finds nothing.
const NOT_THERE: &[&str] = &["NOT_FOUND_PAYMENT", "NOT_FOUND"];

/// What `code`, which came with this HTTP status, says about what was asked.
#[must_use]
pub fn meaning(call: Call, code: &str, status: u16) -> Meaning {
    let is_in = |list: &[&str]| list.contains(&code);
    // Too many requests, or the gateway failed: whatever else it says, nothing is decided.
    if status == 429 || status >= 500 || is_in(UNKNOWN) {
        return Meaning::Unknown;
    }
    if is_in(ALARM) {
        return Meaning::Alarm;
    }
    match call {
        Call::Confirm if is_in(NOT_CHARGED) => Meaning::Final,
        Call::Cancel if is_in(CANCELLED_BEFORE) => Meaning::AlreadyThere,
        // The bank sleeps at night: it is awake tomorrow.
        Call::Cancel if code == "NOT_AVAILABLE_BANK" => Meaning::Unknown,
        Call::Cancel if is_in(NOT_CANCELLED) => Meaning::Final,
        Call::Query if is_in(NOT_THERE) => Meaning::Final,
        Call::Confirm | Call::Cancel | Call::Query => Meaning::Unlisted,
    }
}
