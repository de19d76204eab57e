//! The error codes of the HTTP API. A client switches on the code, never on the text.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $status:literal, $ko:literal, $en:literal);* $(;)?) => {
        /// What went wrong, as part of the API. Each code owns its HTTP status and a title
        /// in both languages.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$doc])* $code,)*
        }

        impl ErrorCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// The HTTP status.
            #[must_use]
            pub fn http_status(self) -> u16 {
                match self { $(Self::$code => $status,)* }
            }

            /// A short title.
            #[must_use]
            pub fn title(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$code, Language::Korean) => $ko,
                      (Self::$code, Language::English) => $en,)*
                }
            }
        }
    };
}

codes! {
    InvalidRequest = 422, "요청이 올바르지 않습니다", "The request is not valid";
    NotFound = 404, "찾을 수 없습니다", "Not found";
    SeatTaken = 409, "이미 다른 분이 고른 좌석입니다. 다른 좌석을 골라 주세요", "Somebody else has this seat. Please choose another";
    SeatNotOnSaleHere = 409, "지금 여기서는 살 수 없는 좌석입니다. 다른 좌석을 골라 주세요",
        "This seat is not sold here now. Please choose another";
    StrandsSingleSeat = 409, "빈 좌석 하나만 따로 남습니다. 옆으로 옮겨 골라 주세요",
        "One seat would be left alone. Please move along the row";
    TooManySeats = 422, "한 번에 10석까지 고를 수 있습니다", "At most 10 seats at once";
    HoldExpired = 410, "좌석을 잡아 둔 시간이 지났습니다. 다시 골라 주세요",
        "The time for these seats has run out. Please choose again";
    HoldNotFound = 404, "선점을 찾을 수 없습니다", "There is no such hold";
    SaleNotOpen = 409, "아직 예매 시작 전입니다", "Not on sale yet";
    SaleClosed = 409, "예매가 끝났습니다", "No longer on sale";
    ClockUnsure = 503, "지금은 시각을 확인하고 있어 이 상영은 판매할 수 없습니다",
        "The clock is being checked; this screening cannot be sold right now";
    PaymentInProgress = 409, "결제가 진행 중입니다", "A payment is under way";
    TerminalUnavailable = 503, "카드 단말기를 쓸 수 없습니다",
        "The card terminal cannot be used";
    AcquirerUnreachable = 503, "지금은 카드를 쓸 수 없습니다. 다른 방법으로 결제해 주세요",
        "Cards cannot be taken right now. Please pay in another way";
    DeskClosed = 503, "여기서는 데스크에서 결제할 수 없습니다", "Nobody takes cash here";
    NotWaiting = 409, "데스크에서 기다리는 주문이 아닙니다", "The order does not wait at the desk";
    TooLittleCash = 422, "받은 금액이 모자랍니다", "Too little was given";
    NotPaidHere = 409, "이 키오스크에서 결제한 예매가 아닙니다",
        "The booking was not paid at this kiosk";
    NothingBack = 409, "돌려받을 수 있는 금액이 없습니다", "Nothing comes back any more";
    PaymentsUnavailable = 503, "지금은 온라인 결제를 할 수 없습니다. 잠시 후 다시 시도해 주세요",
        "Payments on the web are not possible right now. Please try again in a moment";
    HubUnreachable = 503, "지금은 웹과 연결되지 않아 휴대폰으로 결제할 수 없습니다. 다른 방법으로 결제해 주세요",
        "The web cannot be reached, so a phone cannot pay right now. Please pay in another way";
    AmountDiffers = 409, "결제 금액이 주문과 다릅니다. 결제되지 않았습니다",
        "The amount is not that of the order. Nothing was charged";
    OrderOver = 410, "끝난 주문입니다. 결제되지 않았습니다. 좌석을 다시 골라 주세요",
        "This order is over and nothing was charged. Please choose seats again";
    PayAtTheaterOff = 409, "극장에서 결제하는 예매는 받지 않습니다. 온라인으로 결제해 주세요",
        "Seats are not kept without payment. Please pay on the web";
    Recovering = 503, "지금은 판매를 점검하고 있습니다. 잠시 후 다시 시도해 주세요",
        "Sales are being checked here. Please try again in a moment";
    CannotCancel = 409, "취소할 수 없는 예매입니다", "The booking cannot be cancelled here";
    TicketUsed = 409, "이미 인쇄했거나 입장에 쓴 티켓은 극장에서만 환불할 수 있습니다",
        "A ticket that was printed or used is taken back at the theater's counter only";
    TheaterAway = 503, "지금은 극장과 연결되지 않아 티켓이 쓰였는지 확인할 수 없습니다. 잠시 후 다시 시도하거나 극장에 문의해 주세요",
        "The theater cannot be reached to see whether the ticket was used. Please try again later or ask at the counter";
    RefundAccountNeeded = 422, "환불받을 계좌를 알려 주세요",
        "Please say which bank account the money goes to";
    RefundAccountInvalid = 422, "환불받을 은행, 계좌번호, 예금주를 확인해 주세요",
        "Please check the bank, the number and the holder of the account";
    CannotBeDecided = 409, "지금은 그렇게 처리할 수 없습니다. 화면을 새로 고쳐 주세요",
        "It cannot be decided that way now. Please load the page again";
    Overloaded = 503, "잠시 후 다시 시도해 주세요", "Please try again in a moment";
    Forbidden = 403, "허용되지 않습니다", "Not allowed";
    WrongCredential = 401, "비밀번호가 맞지 않습니다", "The credential is not right";
    TooManyAttempts = 429, "너무 여러 번 틀렸습니다. 1분 뒤에 다시 시도해 주세요",
        "Too many wrong attempts. Please try again in a minute";
    TooManyRequests = 429, "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요",
        "Too many requests. Please try again in a moment";
    AlreadyDecided = 409, "이미 다르게 처리된 충돌입니다", "This has been decided otherwise";
    RemedyNotPossible = 409, "지금은 이렇게 처리할 수 없습니다", "This cannot be done now";
    NodeUnreachable = 409, "키오스크에 연결할 수 없습니다", "The kiosk cannot be reached";
    KeptForBackers = 409, "남은 좌석은 펀딩에 참여한 분들의 몫입니다",
        "The seats that are left are kept for the backers";
    CampaignNotOpen = 409, "지금은 펀딩에 참여하거나 바꿀 수 없습니다",
        "The campaign does not take or change pledges now";
    PledgeTickets = 422, "펀딩은 한 분이 10장까지 참여할 수 있습니다",
        "A pledge has 1 to 10 tickets";
    PledgedAlready = 409, "이미 참여한 펀딩입니다. 참여 번호로 매수를 바꿔 주세요",
        "There is a pledge with this number already. Please change that one";
    PledgeSoldOut = 409, "남은 수량이 모자랍니다", "Not so many tickets are left";
    PledgeOver = 409, "더 바꿀 수 없는 참여입니다", "The pledge cannot be changed any more";
    ClaimNotYet = 409, "아직 좌석을 고를 때가 아닙니다", "Seats cannot be chosen yet";
    ClaimOver = 409, "고를 좌석이 없거나 이미 정해졌습니다",
        "There are no seats to choose, or they are chosen already";
    CampaignStep = 409, "지금은 이 단계로 넘어갈 수 없습니다",
        "The campaign cannot go there now";
    /// A hub that stands by shows a copy, and can change nothing.
    StandingBy = 503, "지금은 조회만 할 수 있고 예매하거나 바꿀 수 없습니다. 바뀐 것도 청구된 금액도 없습니다. 잠시 후 다시 시도해 주세요",
        "Things can only be looked at right now: nothing was booked, changed or charged. Please try again in a moment";
    /// A hub that stands by has no copy that it could show.
    CopyNotReady = 503, "아직 보여 드릴 정보가 없습니다. 잠시 후 다시 시도해 주세요",
        "There is nothing to show yet. Please try again in a moment";
    CrossSite = 403, "다른 사이트에서 온 요청입니다", "The request comes from another site";
    /// The machinery failed; the details are in the log, not in the answer.
    Internal = 500, "처리하지 못했습니다", "Something went wrong";
}

/// The languages of the texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Korean,
    English,
}

impl Language {
    /// The language that an `Accept-Language` header prefers among ours.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let first = header.split(',').find_map(|part| {
            let tag = part.split(';').next().unwrap_or("").trim();
            match tag.get(..2).unwrap_or("").to_ascii_lowercase().as_str() {
                "ko" => Some(Self::Korean),
                "en" => Some(Self::English),
                _ => None,
            }
        });
        first.unwrap_or_default()
    }
}

/// Why a seat is named in a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeatReason {
    Taken,
    Elsewhere,
    Blocked,
    StrandsSingle,
    UnknownSeat,
}

/// A seat that was in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SeatProblem {
    pub seat: u32,
    /// Empty for a seat that the room does not have.
    pub row: String,
    pub number: u32,
    pub reason: SeatReason,
}

/// An RFC 9457 problem, as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// `urn:moding:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What happened and what to do next.
    pub detail: String,
    pub code: ErrorCode,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seats: Vec<SeatProblem>,
    /// As many seats that are free here, in place of those that cannot be had; empty when
    /// there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestion: Vec<SuggestedSeat>,
}

/// A seat that could be had, by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SuggestedSeat {
    pub seat: u32,
    pub row: String,
    pub number: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_an_error_status_and_titles() {
        for code in ErrorCode::ALL {
            assert!((400..600).contains(&code.http_status()), "{code:?}");
            assert!(!code.title(Language::Korean).is_empty());
            assert!(!code.title(Language::English).is_empty());
        }
    }

    #[test]
    fn korean_is_spoken_unless_english_is_preferred() {
        for (header, expected) in [
            ("", Language::Korean),
            ("en-GB,en;q=0.9,ko;q=0.8", Language::English),
            ("ko-KR,ko;q=0.9,en;q=0.5", Language::Korean),
            ("fr,en;q=0.3", Language::English),
            ("de", Language::Korean),
        ] {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }
}
