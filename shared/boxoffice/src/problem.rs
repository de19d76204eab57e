//! The one place where an error becomes an HTTP response (RFC 9457).

use std::error::Error;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::extract::rejection::JsonRejection;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::booking::CancelRefused;
use domain::id::SeatId;
use domain::seat_map::SeatMap;
use domain::seating::{BookRefused, HoldRefused, RefreshRefused, SeatRefusal};
use protocol::error::{ErrorCode, Language, Problem, SeatProblem, SeatReason, SuggestedSeat};
use store::StoreError;

/// Who is told that something cannot be done now may try again after so long.
const RETRY_AFTER_S: u64 = 2;

/// A request that ended in an error.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    language: Language,
    detail: Option<String>,
    seats: Vec<SeatProblem>,
    suggestion: Vec<SuggestedSeat>,
    retry_after_s: Option<u64>,
}

/// The language that the client wants, from `Accept-Language`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Speaks(pub Language);

impl<S: Sync> FromRequestParts<S> for Speaks {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let header = parts.headers.get(header::ACCEPT_LANGUAGE);
        let text = header.and_then(|header| header.to_str().ok()).unwrap_or("");
        Ok(Self(Language::accepted(text)))
    }
}

/// A JSON body; one that cannot be read is a problem that says where.
pub struct Body<T>(pub T);

impl<T, S> axum::extract::FromRequest<S> for Body<T>
where
    Json<T>: axum::extract::FromRequest<S, Rejection = JsonRejection>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(
        request: axum::extract::Request,
        state: &S,
    ) -> Result<Self, Self::Rejection> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => {
                let error = ApiError::new(ErrorCode::InvalidRequest);
                Err(error.detail(rejection.body_text()))
            }
        }
    }
}

impl ApiError {
    /// An error with the code's own words.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self {
            code,
            language: Language::default(),
            detail: None,
            seats: Vec::new(),
            suggestion: Vec::new(),
            retry_after_s: None,
        }
    }

    /// Says in how many seconds to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Names seats that could be had instead.
    #[must_use]
    pub fn suggesting(mut self, seats: Vec<SuggestedSeat>) -> Self {
        self.suggestion = seats;
        self
    }

    /// Whether nothing is in the way but that other nodes own the seats.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.code == ErrorCode::SeatNotOnSaleHere
    }

    /// Says more.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Names the seats that are in the way.
    #[must_use]
    pub fn naming(mut self, seats: Vec<SeatProblem>) -> Self {
        self.seats = seats;
        self
    }

    /// Says it in the client's language.
    #[must_use]
    pub fn speaking(mut self, Speaks(language): Speaks) -> Self {
        self.language = language;
        self
    }

    /// Why seats were not held, naming each by row and number.
    #[must_use]
    pub fn of_hold(refused: HoldRefused, map: &SeatMap) -> Self {
        match refused {
            HoldRefused::NoSeats | HoldRefused::SeatTwice => {
                Self::new(ErrorCode::InvalidRequest).detail(refused.to_string())
            }
            HoldRefused::TooManySeats => Self::new(ErrorCode::TooManySeats),
            HoldRefused::SaleNotOpen(_) => Self::new(ErrorCode::SaleNotOpen),
            HoldRefused::SaleClosed(_) => Self::new(ErrorCode::SaleClosed),
            HoldRefused::Recovering(_) => Self::new(ErrorCode::Recovering),
            HoldRefused::KeptForBackers(_) => Self::new(ErrorCode::KeptForBackers),
            HoldRefused::StrandsSingle(seat) => Self {
                seats: vec![seat_problem(map, seat, SeatReason::StrandsSingle)],
                ..Self::new(ErrorCode::StrandsSingleSeat)
            },
            HoldRefused::Seats(seats) => Self::of_seats(&seats, map),
        }
    }

    fn of_seats(refused: &[(SeatId, SeatRefusal)], map: &SeatMap) -> Self {
        // The hardest reason names the problem; each seat still says its own.
        let hardest = refused.iter().map(|(_, why)| *why).min();
        let code = match hardest {
            Some(SeatRefusal::Unknown) | None => ErrorCode::InvalidRequest,
            Some(SeatRefusal::Elsewhere) => ErrorCode::SeatNotOnSaleHere,
            Some(SeatRefusal::Taken | SeatRefusal::Blocked) => ErrorCode::SeatTaken,
        };
        let seats = refused.iter().map(|&(seat, why)| {
            let reason = match why {
                SeatRefusal::Unknown => SeatReason::UnknownSeat,
                SeatRefusal::Elsewhere => SeatReason::Elsewhere,
                SeatRefusal::Taken => SeatReason::Taken,
                SeatRefusal::Blocked => SeatReason::Blocked,
            };
            seat_problem(map, seat, reason)
        });
        Self {
            seats: seats.collect(),
            ..Self::new(code)
        }
    }
}

fn seat_problem(map: &SeatMap, seat: SeatId, reason: SeatReason) -> SeatProblem {
    let place = map.seat(seat);
    SeatProblem {
        seat: seat.0,
        row: place.map_or_else(String::new, |place| place.row.clone()),
        number: place.map_or(0, |place| place.number),
        reason,
    }
}

impl From<StoreError> for ApiError {
    fn from(fault: StoreError) -> Self {
        // These are no faults: a copy is read, and has its own answers.
        if matches!(fault, StoreError::OnlyACopy) {
            return Self::new(ErrorCode::StandingBy);
        }
        if matches!(fault, StoreError::NoCopy | StoreError::OtherSchema { .. }) {
            return Self::new(ErrorCode::CopyNotReady).detail(fault.to_string());
        }
        tracing::error!(error = &fault as &dyn Error, "the store failed");
        Self::new(ErrorCode::Internal)
    }
}

impl From<seats::RefreshError> for ApiError {
    fn from(error: seats::RefreshError) -> Self {
        match error {
            seats::RefreshError::Refused(refused) => Self::new(match refused {
                RefreshRefused::Expired => ErrorCode::HoldExpired,
                RefreshRefused::BeingPaid => ErrorCode::PaymentInProgress,
                RefreshRefused::Booked => ErrorCode::HoldNotFound,
                RefreshRefused::Recovering => ErrorCode::Recovering,
            }),
            seats::RefreshError::Store(fault) => fault.into(),
        }
    }
}

impl From<BookRefused> for ApiError {
    fn from(refused: BookRefused) -> Self {
        Self::new(match refused {
            BookRefused::UnknownHold => ErrorCode::HoldNotFound,
            BookRefused::Expired => ErrorCode::HoldExpired,
            BookRefused::BeingPaid => ErrorCode::PaymentInProgress,
            BookRefused::Recovering => ErrorCode::Recovering,
        })
    }
}

impl From<seats::BookError> for ApiError {
    fn from(error: seats::BookError) -> Self {
        match error {
            seats::BookError::Refused(refused) => refused.into(),
            seats::BookError::Store(fault) => fault.into(),
        }
    }
}

impl From<seats::CancelError> for ApiError {
    fn from(error: seats::CancelError) -> Self {
        match error {
            seats::CancelError::Refused(CancelRefused::Recovering) => {
                Self::new(ErrorCode::Recovering)
            }
            seats::CancelError::Refused(CancelRefused::Unknown) => Self::new(ErrorCode::NotFound),
            seats::CancelError::Refused(CancelRefused::Used) => Self::new(ErrorCode::TicketUsed),
            seats::CancelError::Refused(CancelRefused::TheaterAway) => {
                Self::new(ErrorCode::TheaterAway)
            }
            seats::CancelError::Refused(
                refused @ (CancelRefused::Elsewhere | CancelRefused::Begun | CancelRefused::Paid),
            ) => Self::new(ErrorCode::CannotCancel).detail(refused.to_string()),
            seats::CancelError::Store(fault) => fault.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.http_status()).expect("a valid status");
        let code = serde_json::to_value(self.code).unwrap_or_default();
        let title = self.code.title(self.language);
        let problem = Problem {
            kind: format!("urn:moding:problem:{}", code.as_str().unwrap_or("internal")),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.detail.unwrap_or_else(|| title.to_owned()),
            code: self.code,
            seats: self.seats,
            suggestion: self.suggestion,
        };
        let mut response = (status, Json(problem)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        let unavailable = status == StatusCode::SERVICE_UNAVAILABLE;
        let after = self.retry_after_s.or(unavailable.then_some(RETRY_AFTER_S));
        if let Some(after) = after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after));
        }
        response
    }
}
