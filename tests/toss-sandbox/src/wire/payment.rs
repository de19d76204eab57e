//! The payment object.

use std::collections::BTreeMap;

use domain::time::Timestamp;
use serde::Serialize;

use super::korean_time::with_offset;
use crate::refusal::Failure;
use crate::rules::account::is_expired;
use crate::rules::payment::{Account, Cancel, Means, Payment, State, Status};
use crate::rules::tax;

/// The version that the shops are set to.
pub const VERSION: &str = "2022-11-16";

/// Who looks. The secret of a virtual account is told once: in the answer that issues it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The answer to a confirmation or to the issue of an account.
    Issued,
    /// A query, a cancel or a webhook.
    Seen,
}

/// What an object is written with besides the payment.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub now: Timestamp,
    /// Where the sandbox answers.
    pub base: &'a str,
    pub occasion: Occasion,
}

/// In the order of the documentation's samples.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentObject<'a> {
    m_id: &'a str,
    version: &'a str,
    payment_key: &'a str,
    last_transaction_key: Option<&'a str>,
    status: Status,
    order_id: &'a str,
    order_name: &'a str,
    requested_at: String,
    approved_at: Option<String>,
    /// Null was seen on an expired payment.
    use_escrow: Option<bool>,
    culture_expense: bool,
    card: Option<CardObject>,
    virtual_account: Option<AccountObject<'a>>,
    transfer: Option<TransferObject<'a>>,
    mobile_phone: Option<PhoneObject>,
    gift_certificate: Option<()>,
    cash_receipt: Option<()>,
    cash_receipts: Option<()>,
    discount: Option<()>,
    cancels: Option<Vec<CancelObject<'a>>>,
    secret: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    easy_pay: Option<EasyPayObject<'a>>,
    country: &'static str,
    failure: Option<Failure>,
    is_partial_cancelable: bool,
    receipt: Option<Address>,
    checkout: Address,
    currency: &'static str,
    total_amount: i64,
    balance_amount: i64,
    supplied_amount: i64,
    vat: i64,
    tax_free_amount: i64,
    tax_exemption_amount: i64,
    metadata: Option<&'a BTreeMap<String, String>>,
    method: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CardObject {
    issuer_code: &'static str,
    acquirer_code: &'static str,
    number: &'static str,
    installment_plan_months: u8,
    is_interest_free: bool,
    interest_payer: Option<&'static str>,
    approve_no: &'static str,
    use_card_point: bool,
    card_type: &'static str,
    owner_type: &'static str,
    acquire_status: &'static str,
    amount: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountObject<'a> {
    account_number: &'a str,
    account_type: &'static str,
    bank_code: &'a str,
    customer_name: &'a str,
    depositor_name: Option<&'a str>,
    due_date: Option<String>,
    expired: bool,
    settlement_status: &'static str,
    refund_status: &'static str,
    refund_receive_account: Option<ReceiveObject<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReceiveObject<'a> {
    bank_code: &'a str,
    account_number: &'a str,
    holder_name: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TransferObject<'a> {
    bank_code: &'a str,
    settlement_status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhoneObject {
    customer_mobile_phone: &'static str,
    settlement_status: &'static str,
    receipt_url: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EasyPayObject<'a> {
    provider: &'a str,
    amount: i64,
    discount_amount: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CancelObject<'a> {
    transaction_key: &'a str,
    cancel_reason: &'a str,
    cancel_amount: i64,
    tax_free_amount: i64,
    tax_exemption_amount: i64,
    refundable_amount: i64,
    card_discount_amount: i64,
    transfer_discount_amount: i64,
    easy_pay_discount_amount: i64,
    canceled_at: String,
    receipt_key: Option<&'a str>,
    cancel_status: &'static str,
    cancel_request_id: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Address {
    url: String,
}

/// The object of `payment` as it is at `view.now`.
#[must_use]
pub fn object<'a>(payment: &'a Payment, view: &View<'a>) -> PaymentObject<'a> {
    // What the customer has chosen shows when it was approved.
    let means = is_settled(payment)
        .then_some(payment.means.as_ref())
        .flatten();
    let left = payment.left();
    let taxed = tax::parts(left);
    let base = view.base;
    let receipt = format!("{base}/receipt/{}", payment.key);
    PaymentObject {
        m_id: &payment.shop,
        version: VERSION,
        payment_key: &payment.key,
        last_transaction_key: payment.last_transaction.as_deref(),
        status: payment.status(),
        order_id: &payment.order_id,
        order_name: &payment.order_name,
        requested_at: with_offset(payment.requested_at),
        approved_at: payment.approved_at().map(with_offset),
        use_escrow: (payment.state != State::Expired).then_some(false),
        culture_expense: false,
        card: card(payment, means),
        virtual_account: means.and_then(|_| account(payment, view.now)),
        transfer: transfer(means),
        mobile_phone: phone(means, &receipt),
        gift_certificate: None,
        cash_receipt: None,
        cash_receipts: None,
        discount: None,
        cancels: cancels(payment),
        secret: secret(payment, view.occasion),
        kind: "NORMAL",
        easy_pay: easy_pay(means),
        country: "KR",
        failure: failure(payment),
        is_partial_cancelable: payment.amounts.tax_exemption == 0,
        receipt: is_settled(payment).then_some(Address { url: receipt }),
        checkout: Address {
            url: format!("{base}/v1/payments/{}/checkout", payment.key),
        },
        currency: "KRW",
        total_amount: payment.amounts.total,
        balance_amount: left.total,
        supplied_amount: taxed.supplied,
        vat: taxed.vat,
        tax_free_amount: left.tax_free,
        tax_exemption_amount: left.tax_exemption,
        metadata: payment.metadata.as_ref(),
        method: means.map(method),
    }
}

/// The gateway's word for a way to pay.
#[must_use]
pub fn method(means: &Means) -> &'static str {
    match means {
        Means::Card => "카드",
        Means::EasyPay { .. } => "간편결제",
        Means::VirtualAccount(_) => "가상계좌",
        Means::Transfer { .. } => "계좌이체",
        Means::MobilePhone => "휴대폰",
    }
}

/// Approved, or waiting for its deposit.
fn is_settled(payment: &Payment) -> bool {
    match &payment.state {
        State::WaitingForDeposit | State::Approved { .. } => true,
        State::Ready | State::InProgress { .. } | State::Aborted { .. } | State::Expired => false,
    }
}

fn card(payment: &Payment, means: Option<&Means>) -> Option<CardObject> {
    let (Means::Card | Means::EasyPay { .. }) = means? else {
        return None;
    };
    Some(CardObject {
        issuer_code: "61",
        acquirer_code: "31",
        number: "43301234****123*",
        installment_plan_months: 0,
        is_interest_free: false,
        interest_payer: None,
        approve_no: "00000000",
        use_card_point: false,
        card_type: "신용",
        owner_type: "개인",
        acquire_status: if payment.balance() == 0 {
            "CANCELED"
        } else {
            "READY"
        },
        amount: payment.amounts.total,
    })
}

fn account(payment: &Payment, now: Timestamp) -> Option<AccountObject<'_>> {
    let account: &Account = payment.account()?;
    let to = account.refunded_to.as_ref();
    Some(AccountObject {
        account_number: &account.number,
        account_type: "일반",
        bank_code: &account.bank,
        customer_name: &account.customer_name,
        depositor_name: account.depositor.as_deref(),
        due_date: account.due_at.map(with_offset),
        expired: is_expired(payment, now),
        settlement_status: "INCOMPLETED",
        // The sandbox's banks pay back at once.
        refund_status: if to.is_some() { "COMPLETED" } else { "NONE" },
        refund_receive_account: to.map(|to| ReceiveObject {
            bank_code: &to.bank,
            account_number: &to.number,
            holder_name: &to.holder,
        }),
    })
}

fn transfer(means: Option<&Means>) -> Option<TransferObject<'_>> {
    let Means::Transfer { bank } = means? else {
        return None;
    };
    Some(TransferObject {
        bank_code: bank,
        settlement_status: "INCOMPLETED",
    })
}

fn phone(means: Option<&Means>, receipt: &str) -> Option<PhoneObject> {
    (means? == &Means::MobilePhone).then(|| PhoneObject {
        customer_mobile_phone: "010****5678",
        settlement_status: "INCOMPLETED",
        receipt_url: receipt.to_owned(),
    })
}

fn easy_pay(means: Option<&Means>) -> Option<EasyPayObject<'_>> {
    let Means::EasyPay { provider } = means? else {
        return None;
    };
    Some(EasyPayObject {
        provider,
        amount: 0,
        discount_amount: 0,
    })
}

fn cancels(payment: &Payment) -> Option<Vec<CancelObject<'_>>> {
    let all = payment.cancels.iter().map(cancel).collect::<Vec<_>>();
    (!all.is_empty()).then_some(all)
}

fn cancel(cancel: &Cancel) -> CancelObject<'_> {
    CancelObject {
        transaction_key: &cancel.transaction_key,
        cancel_reason: &cancel.reason,
        cancel_amount: cancel.amount,
        tax_free_amount: cancel.tax_free,
        tax_exemption_amount: cancel.tax_exemption,
        refundable_amount: cancel.refundable_after,
        card_discount_amount: 0,
        transfer_discount_amount: 0,
        easy_pay_discount_amount: 0,
        canceled_at: with_offset(cancel.canceled_at),
        receipt_key: None,
        cancel_status: "DONE",
        cancel_request_id: None,
    }
}

fn secret(payment: &Payment, occasion: Occasion) -> Option<&str> {
    let told = match occasion {
        Occasion::Issued => true,
        // Measured: a query of a virtual account may come without it.
        Occasion::Seen => payment.account().is_none(),
    };
    (is_settled(payment) && told).then_some(payment.secret.as_str())
}

fn failure(payment: &Payment) -> Option<Failure> {
    match &payment.state {
        State::Aborted { failure } => Some(failure.clone()),
        State::Expired => Some(Failure {
            code: "EXPIRED_PAYMENT".to_owned(),
            message: "결제 시간이 만료되었습니다.".to_owned(),
        }),
        State::Ready
        | State::InProgress { .. }
        | State::WaitingForDeposit
        | State::Approved { .. } => None,
    }
}

#[cfg(test)]
mod tests;
