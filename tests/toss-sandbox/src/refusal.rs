//! Every no of the gateway: its code, its HTTP status and the sentence for a person.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A no. What a caller decides by is the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The HTTP status it comes with.
    pub status: u16,
    /// What a caller decides by.
    pub code: Cow<'static, str>,
    /// What a person reads, in Korean.
    pub message: Cow<'static, str>,
}

/// The body of a refusal, and what an aborted payment says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What a caller decides by.
    pub code: String,
    /// What a person reads.
    pub message: String,
}

impl Refusal {
    /// The documented refusal with this code.
    #[must_use]
    pub fn documented(code: &str) -> Option<Self> {
        ALL.iter().find(|it| it.code == code).cloned()
    }

    /// A refusal with a code that is documented nowhere.
    #[must_use]
    pub fn undocumented(status: u16, code: &str, message: &str) -> Self {
        Self {
            status,
            code: Cow::Owned(code.to_owned()),
            message: Cow::Owned(message.to_owned()),
        }
    }

    /// What stands in the body.
    #[must_use]
    pub fn failure(&self) -> Failure {
        Failure {
            code: self.code.clone().into_owned(),
            message: self.message.clone().into_owned(),
        }
    }
}

macro_rules! refusals {
    ($($status:literal $code:ident $message:literal)*) => {
        $(
            #[doc = $message]
            pub const $code: Refusal = Refusal {
                status: $status,
                code: Cow::Borrowed(stringify!($code)),
                message: Cow::Borrowed($message),
            };
        )*

        /// All of them.
        pub const ALL: &[Refusal] = &[$($code),*];
    };
}

refusals! {
    400 ALREADY_PROCESSED_PAYMENT "이미 처리된 결제 입니다."
    400 PROVIDER_ERROR "일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요."
    400 EXCEED_MAX_CARD_INSTALLMENT_PLAN "설정 가능한 최대 할부 개월 수를 초과했습니다."
    400 INVALID_REQUEST "잘못된 요청입니다."
    400 NOT_ALLOWED_POINT_USE "포인트 사용이 불가한 카드로 카드 포인트 결제에 실패했습니다."
    400 INVALID_API_KEY "잘못된 시크릿키 연동 정보 입니다."
    400 INVALID_REJECT_CARD "카드 사용이 거절되었습니다. 카드사 문의가 필요합니다."
    400 BELOW_MINIMUM_AMOUNT "신용카드는 결제금액이 100원 이상, 계좌는 200원이상부터 결제가 가능합니다."
    400 INVALID_CARD_EXPIRATION "카드 정보를 다시 확인해주세요. (유효기간)"
    400 INVALID_STOPPED_CARD "정지된 카드 입니다."
    400 INVALID_CARD_LOST_OR_STOLEN "분실 혹은 도난 카드입니다."
    400 INVALID_CARD_NUMBER "카드번호를 다시 확인해주세요."
    400 EXCEED_MAX_DAILY_PAYMENT_COUNT "하루 결제 가능 횟수를 초과했습니다."
    400 EXCEED_MAX_PAYMENT_AMOUNT "하루 결제 가능 금액을 초과했습니다."
    400 EXCEED_MAX_AMOUNT "거래금액 한도를 초과했습니다."
    400 EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT "당월 결제 가능금액을 초과 하셨습니다."
    400 EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT "1일 출금 한도를 초과했습니다."
    400 EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT "1회 출금 한도를 초과했습니다."
    400 NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT "할부가 지원되지 않는 카드 또는 가맹점 입니다."
    400 INVALID_CARD_INSTALLMENT_PLAN "할부 개월 정보가 잘못되었습니다."
    400 NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN "할부가 지원되지 않는 카드입니다."
    400 NOT_FOUND_TERMINAL_ID "단말기번호(Terminal Id)가 없습니다. 토스페이먼츠로 문의 바랍니다."
    400 INVALID_UNREGISTERED_SUBMALL "등록되지 않은 서브몰입니다."
    400 NOT_REGISTERED_BUSINESS "등록되지 않은 사업자 번호입니다."
    400 INVALID_AUTHORIZE_AUTH "유효하지 않은 인증 방식입니다."
    400 RESTRICTED_TRANSFER_ACCOUNT "계좌는 등록 후 12시간 뒤부터 결제할 수 있습니다."
    400 INVALID_ACCOUNT_INFO_RE_REGISTER "유효하지 않은 계좌입니다. 계좌 재등록 후 시도해주세요."
    400 CARD_PROCESSING_ERROR "카드사에서 오류가 발생했습니다."
    400 NOT_AVAILABLE_PAYMENT "결제가 불가능한 시간대입니다"
    400 UNAPPROVED_ORDER_ID "아직 승인되지 않은 주문번호입니다."
    400 DUPLICATED_ORDER_ID "이미 승인 및 취소가 진행된 중복된 주문번호 입니다."
    400 PAY_PROCESS_ABORTED "결제가 취소되었습니다."
    400 PAY_PROCESS_CANCELED "사용자에 의해 결제가 취소되었습니다."
    400 INVALID_PAYMENT_KEY "잘못된 결제 키 입니다."
    400 INVALID_IDEMPOTENCY_KEY "멱등키는 300자 이하여야 합니다."
    400 ALREADY_CANCELED_PAYMENT "이미 취소된 결제 입니다."
    400 INVALID_REFUND_ACCOUNT_INFO "환불 계좌번호와 예금주명이 일치하지 않습니다."
    400 EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT "즉시할인금액보다 적은 금액은 부분취소가 불가능합니다."
    400 INVALID_REFUND_ACCOUNT_NUMBER "잘못된 환불 계좌번호입니다."
    400 INVALID_BANK "유효하지 않은 은행입니다."
    400 NOT_MATCHES_REFUNDABLE_AMOUNT "잔액 결과가 일치하지 않습니다."
    400 REFUND_REJECTED "환불이 거절됐습니다. 결제사에 문의 부탁드립니다."
    400 ALREADY_REFUND_PAYMENT "이미 환불된 결제입니다."
    400 FORBIDDEN_BANK_REFUND_REQUEST "고객 계좌가 입금이 되지 않는 상태입니다."
    401 UNAUTHORIZED_KEY "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다."
    403 REJECT_CARD_PAYMENT "한도초과 혹은 잔액부족으로 결제에 실패했습니다."
    403 REJECT_CARD_COMPANY "결제 승인이 거절되었습니다."
    403 REJECT_ACCOUNT_PAYMENT "잔액부족으로 결제에 실패했습니다."
    403 REJECT_TOSSPAY_INVALID_ACCOUNT "선택하신 출금 계좌가 출금이체 등록이 되어 있지 않아요."
    403 EXCEED_MAX_AUTH_COUNT "최대 인증 횟수를 초과했습니다. 카드사로 문의해주세요."
    403 EXCEED_MAX_ONE_DAY_AMOUNT "일일 한도를 초과했습니다."
    403 NOT_AVAILABLE_BANK "은행 서비스 시간이 아닙니다."
    403 INVALID_PASSWORD "결제 비밀번호가 일치하지 않습니다."
    403 FDS_ERROR "[토스페이먼츠] 위험거래가 감지되어 결제가 제한됩니다."
    403 FORBIDDEN_REQUEST "허용되지 않은 요청입니다."
    403 FORBIDDEN_CONSECUTIVE_REQUEST "반복적인 요청은 허용되지 않습니다. 잠시 후 다시 시도해주세요."
    403 INCORRECT_BASIC_AUTH_FORMAT "잘못된 요청입니다. ':' 를 포함해 인코딩해주세요."
    403 NOT_CANCELABLE_AMOUNT "취소 할 수 없는 금액 입니다."
    403 NOT_CANCELABLE_PAYMENT "취소 할 수 없는 결제 입니다."
    403 EXCEED_MAX_REFUND_DUE "환불 가능한 기간이 지났습니다."
    403 NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT "입금 대기중인 결제는 부분 환불이 불가합니다."
    403 NOT_ALLOWED_PARTIAL_REFUND "에스크로 주문, 현금 카드 결제일 때는 부분 환불이 불가합니다."
    403 NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER "휴면 처리된 회원의 결제는 취소할 수 없습니다."
    403 EXCEED_CANCEL_LIMIT "취소 한도 금액을 초과 하였습니다."
    404 NOT_FOUND "존재하지 않는 정보 입니다."
    404 NOT_FOUND_PAYMENT "존재하지 않는 결제 정보 입니다."
    404 NOT_FOUND_PAYMENT_SESSION "결제 시간이 만료되어 결제 진행 데이터가 존재하지 않습니다."
    409 IDEMPOTENT_REQUEST_PROCESSING "이전 멱등 요청이 처리중입니다."
    429 TOO_MANY_REQUESTS "요청이 너무 많습니다. 잠시 후 다시 시도해주세요."
    500 FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING "결제가 완료되지 않았어요. 다시 시도해주세요."
    500 FAILED_INTERNAL_SYSTEM_PROCESSING "내부 시스템 처리 작업이 실패했습니다. 잠시 후 다시 시도해주세요."
    500 UNKNOWN_PAYMENT_ERROR "결제에 실패했어요. 같은 문제가 반복된다면 은행이나 카드사로 문의해주세요."
    500 FAILED_REFUND_PROCESS "은행 응답시간 지연이나 일시적인 오류로 환불요청에 실패했습니다."
    500 FAILED_METHOD_HANDLING_CANCEL "취소 중 결제 시 사용한 결제 수단 처리과정에서 일시적인 오류가 발생했습니다."
    500 FAILED_PARTIAL_REFUND "은행 점검, 해약 계좌 등의 사유로 부분 환불이 실패했습니다."
    500 COMMON_ERROR "일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요."
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What the documentation lists for a confirmation and for a cancel.
    const CONFIRM: &str = "ALREADY_PROCESSED_PAYMENT PROVIDER_ERROR INVALID_REQUEST \
        EXCEED_MAX_CARD_INSTALLMENT_PLAN NOT_ALLOWED_POINT_USE INVALID_API_KEY \
        INVALID_REJECT_CARD BELOW_MINIMUM_AMOUNT INVALID_CARD_EXPIRATION INVALID_STOPPED_CARD \
        INVALID_CARD_LOST_OR_STOLEN INVALID_CARD_NUMBER EXCEED_MAX_DAILY_PAYMENT_COUNT \
        EXCEED_MAX_PAYMENT_AMOUNT EXCEED_MAX_AMOUNT EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT \
        EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT \
        NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT INVALID_CARD_INSTALLMENT_PLAN \
        NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN NOT_FOUND_TERMINAL_ID \
        INVALID_UNREGISTERED_SUBMALL NOT_REGISTERED_BUSINESS INVALID_AUTHORIZE_AUTH \
        RESTRICTED_TRANSFER_ACCOUNT INVALID_ACCOUNT_INFO_RE_REGISTER CARD_PROCESSING_ERROR \
        NOT_AVAILABLE_PAYMENT UNAPPROVED_ORDER_ID UNAUTHORIZED_KEY REJECT_CARD_PAYMENT \
        REJECT_CARD_COMPANY REJECT_ACCOUNT_PAYMENT REJECT_TOSSPAY_INVALID_ACCOUNT \
        EXCEED_MAX_AUTH_COUNT EXCEED_MAX_ONE_DAY_AMOUNT NOT_AVAILABLE_BANK INVALID_PASSWORD \
        FDS_ERROR FORBIDDEN_REQUEST INCORRECT_BASIC_AUTH_FORMAT NOT_FOUND_PAYMENT \
        NOT_FOUND_PAYMENT_SESSION IDEMPOTENT_REQUEST_PROCESSING \
        FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING FAILED_INTERNAL_SYSTEM_PROCESSING \
        UNKNOWN_PAYMENT_ERROR";
    const CANCEL: &str = "ALREADY_CANCELED_PAYMENT INVALID_REFUND_ACCOUNT_INFO \
        EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT INVALID_REQUEST INVALID_REFUND_ACCOUNT_NUMBER \
        INVALID_BANK NOT_MATCHES_REFUNDABLE_AMOUNT PROVIDER_ERROR REFUND_REJECTED \
        ALREADY_REFUND_PAYMENT FORBIDDEN_BANK_REFUND_REQUEST UNAUTHORIZED_KEY \
        NOT_CANCELABLE_AMOUNT FORBIDDEN_CONSECUTIVE_REQUEST FORBIDDEN_REQUEST \
        NOT_CANCELABLE_PAYMENT EXCEED_MAX_REFUND_DUE NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT \
        NOT_ALLOWED_PARTIAL_REFUND NOT_AVAILABLE_BANK INCORRECT_BASIC_AUTH_FORMAT \
        NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER EXCEED_CANCEL_LIMIT NOT_FOUND_PAYMENT \
        FAILED_INTERNAL_SYSTEM_PROCESSING FAILED_REFUND_PROCESS FAILED_METHOD_HANDLING_CANCEL \
        FAILED_PARTIAL_REFUND COMMON_ERROR FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING";

    #[test]
    fn every_documented_code_is_known() {
        for code in CONFIRM.split_whitespace().chain(CANCEL.split_whitespace()) {
            assert!(Refusal::documented(code).is_some(), "{code}");
        }
        assert_eq!(CANCEL.split_whitespace().count(), 30);
    }

    #[test]
    fn a_code_stands_for_one_refusal_and_its_sentence_fits() {
        let codes: BTreeSet<_> = ALL.iter().map(|it| it.code.as_ref()).collect();
        assert_eq!(codes.len(), ALL.len());
        for refusal in ALL {
            assert!(refusal.message.chars().count() <= 510, "{refusal:?}");
            assert!(
                [400, 401, 403, 404, 409, 429, 500].contains(&refusal.status),
                "{refusal:?}"
            );
        }
    }

    #[test]
    fn the_measured_statuses_are_kept() {
        let check = |code: &str, status: u16| {
            let found = Refusal::documented(code).map(|it| it.status);
            assert_eq!(found, Some(status), "{code}");
        };
        check("REJECT_CARD_PAYMENT", 403);
        check("ALREADY_PROCESSED_PAYMENT", 400);
        check("IDEMPOTENT_REQUEST_PROCESSING", 409);
        check("DUPLICATED_ORDER_ID", 400);
        check("FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", 500);
        check("COMMON_ERROR", 500);
    }
}
