//! How the payments router answers: a body, a refusal that says why, or a fault that is
//! traced here and says nothing.

use std::error::Error;

use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use store::StoreError;

use crate::payments::api::{Refusal, Refused};
use crate::payments::orders::PaymentError;

/// What a handler returns.
pub(super) type Answer<T> = Result<Json<T>, Failed>;

/// A request that was not carried out.
#[derive(Debug)]
pub(super) enum Failed {
    Refused(Refusal),
    Fault(StoreError),
}

/// A JSON body; one that cannot be read is a refusal that says where.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failed> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(Failed::Refused(Refusal {
                refused: Refused::Invalid,
                detail: rejection.body_text(),
            })),
        }
    }
}

impl From<PaymentError> for Failed {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::Refused(refused) => refused.into(),
            PaymentError::Store(fault) => fault.into(),
        }
    }
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        Self::Refused(Refusal {
            refused,
            detail: refused.to_string(),
        })
    }
}

impl From<StoreError> for Failed {
    fn from(fault: StoreError) -> Self {
        Self::Fault(fault)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => {
                let status = StatusCode::from_u16(refusal.refused.http_status());
                (status.expect("a valid status"), Json(refusal)).into_response()
            }
            Self::Fault(fault) => {
                tracing::error!(error = &fault as &dyn Error, "the payment database failed");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
