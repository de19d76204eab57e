//! A card terminal without a card: somebody says what the card would have done.
//!
//! Shaped like a real one where it matters: what it approved is in its own memory before it
//! answers, and survives the kiosk's sudden death.

mod journal;
mod memory;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use domain::id::OrderId;
use domain::money::Won;
use process::clock::Clock;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::devices::card_terminal::{
    Account, Approval, AuthorizeError, AuthorizeRequest, CardTerminal, DeclineReason, Readiness,
    RefundApproval, RefundError, RefundRequest, Rejection, Unreachable,
};
use journal::Entry;
use memory::{Known, Memory};

pub use journal::JournalError;

/// How long a terminal usually waits for the customer's card.
pub const CUSTOMER_WAIT_DEFAULT: Duration = Duration::from_secs(60);

/// What the simulated card does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SimulatedCard {
    /// It is charged.
    Approve,
    /// Its issuer says no.
    Decline,
    /// It is not there: the terminal gives up at once instead of after its wait.
    TimeOut,
    /// It is charged, but the terminal's answer never arrives.
    LoseAnswer,
}

/// How the simulated terminal is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The file that is the terminal's memory; its folder exists.
    pub journal: PathBuf,
    /// How long it waits for a card.
    pub customer_wait: Duration,
    /// A card that is always presented at once, for tests without hands.
    pub auto: Option<SimulatedCard>,
}

/// There is no such order at the terminal that waits for a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the terminal does not wait for a card for this order")]
pub struct NotWaiting;

/// The terminal. Clones are the same one.
#[derive(Clone)]
pub struct SimulatedTerminal {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    customer_wait: Duration,
    auto: Option<SimulatedCard>,
    state: Mutex<State>,
}

struct State {
    memory: Memory,
    line: Line,
    serving: Option<Serving>,
}

/// The terminal's line to the acquirer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    Up,
    Down,
}

/// The one order that is being paid.
struct Serving {
    order: OrderId,
    /// Taken by the first who decides: the card or the customer who gives up.
    decide: Option<oneshot::Sender<Decision>>,
}

enum Decision {
    Card(SimulatedCard),
    GiveUp,
}

impl SimulatedTerminal {
    /// Switches the terminal on; it remembers what stands in its journal.
    ///
    /// # Errors
    ///
    /// The journal cannot be read or written, is damaged, or belongs to a running terminal.
    pub fn open(setup: &Setup, clock: Arc<dyn Clock>) -> Result<Self, JournalError> {
        let state = Mutex::new(State {
            memory: Memory::open(&setup.journal)?,
            line: Line::Up,
            serving: None,
        });
        let (customer_wait, auto) = (setup.customer_wait, setup.auto);
        Ok(Self {
            inner: Arc::new(Inner {
                clock,
                customer_wait,
                auto,
                state,
            }),
        })
    }

    /// The customer holds `card` to the terminal.
    ///
    /// # Errors
    ///
    /// The terminal does not wait for a card for `order`.
    pub fn present_card(&self, order: OrderId, card: SimulatedCard) -> Result<(), NotWaiting> {
        self.inner.state().decide(order, Decision::Card(card))
    }

    /// The line to the acquirer breaks, or is mended.
    pub fn set_line(&self, line: Line) {
        self.inner.state().line = line;
    }

    /// The order for which the terminal waits for a card.
    #[must_use]
    pub fn waiting(&self) -> Option<OrderId> {
        let state = self.inner.state();
        state
            .serving
            .as_ref()
            .filter(|serving| serving.decide.is_some())
            .map(|s| s.order)
    }
}

#[async_trait]
impl CardTerminal for SimulatedTerminal {
    async fn authorize(&self, request: AuthorizeRequest) -> Result<Approval, AuthorizeError> {
        let mut cards = match self.inner.begin(request)? {
            Begun::ApprovedBefore(approval) => return Ok(approval),
            Begun::Waiting(cards) => cards,
        };
        // From here on the place is freed whatever happens, even if the caller goes away.
        let place = Place(self.inner.clone());
        let decision = match self.inner.auto {
            Some(card) => Some(Decision::Card(card)),
            None => decided(&mut cards, self.inner.customer_wait).await,
        };
        let settled = spawn_blocking(move || place.0.settle(request, decision));
        settled.await.unwrap_or(Err(AuthorizeError::AnswerLost))
    }

    async fn query(&self, order: OrderId) -> Result<Option<Approval>, Unreachable> {
        let state = self.inner.state();
        if !state.memory.works() || state.serves(order) {
            return Err(Unreachable);
        }
        Ok(match state.memory.order(order) {
            Some(Known::Approved(approval)) => Some(approval.clone()),
            Some(Known::Reversed) | None => None,
        })
    }

    async fn reverse(&self, order: OrderId) -> Result<(), Unreachable> {
        let inner = self.inner.clone();
        spawn_blocking(move || inner.reverse(order))
            .await
            .unwrap_or(Err(Unreachable))
    }

    async fn refund(&self, request: RefundRequest) -> Result<RefundApproval, RefundError> {
        let inner = self.inner.clone();
        spawn_blocking(move || inner.refund(request))
            .await
            .unwrap_or(Err(Unreachable.into()))
    }

    async fn account(&self, after: u64) -> Result<Account, Unreachable> {
        self.inner.state().memory.account(after)
    }

    async fn cancel_waiting(&self, order: OrderId) {
        // Nobody waits any more: then there is nothing to cancel.
        let _ = self.inner.state().decide(order, Decision::GiveUp);
    }

    fn readiness(&self) -> Readiness {
        let state = self.inner.state();
        match (state.memory.works(), state.line) {
            (false, _) => Readiness::OutOfOrder,
            (true, Line::Down) => Readiness::LineDown,
            (true, Line::Up) => Readiness::Ready,
        }
    }
}

enum Begun {
    ApprovedBefore(Approval),
    Waiting(oneshot::Receiver<Decision>),
}

/// The terminal's one place for a customer, freed when this is dropped.
struct Place(Arc<Inner>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.state().serving = None;
    }
}

/// The first decision within `wait`; nothing when there was none.
async fn decided(cards: &mut oneshot::Receiver<Decision>, wait: Duration) -> Option<Decision> {
    if let Ok(decision) = timeout(wait, &mut *cards).await {
        return decision.ok();
    }
    // A card that was taken in the last moment counts.
    cards.close();
    cards.try_recv().ok()
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // No change of the state can panic halfway.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, request: AuthorizeRequest) -> Result<Begun, Rejection> {
        let mut state = self.state();
        match state.memory.order(request.order) {
            Some(Known::Approved(approval)) => {
                return Ok(Begun::ApprovedBefore(approval.clone()));
            }
            Some(Known::Reversed) => {
                return Err(Rejection::Declined {
                    reason: DeclineReason::OrderReversed,
                });
            }
            None => {}
        }
        if request.amount <= Won(0) {
            return Err(Rejection::Declined {
                reason: DeclineReason::AmountInvalid,
            });
        }
        if !state.memory.works() {
            return Err(Rejection::NotReady);
        }
        if state.line == Line::Down {
            return Err(Rejection::LineDown);
        }
        if state.serving.is_some() {
            return Err(Rejection::Busy);
        }
        let (decide, cards) = oneshot::channel();
        state.serving = Some(Serving {
            order: request.order,
            decide: Some(decide),
        });
        Ok(Begun::Waiting(cards))
    }

    fn settle(
        &self,
        request: AuthorizeRequest,
        decision: Option<Decision>,
    ) -> Result<Approval, AuthorizeError> {
        let card = match decision {
            Some(Decision::Card(card)) => card,
            Some(Decision::GiveUp) => return Err(Rejection::CancelledByCustomer.into()),
            None => SimulatedCard::TimeOut,
        };
        match card {
            SimulatedCard::Approve => self.approve(request),
            SimulatedCard::LoseAnswer => {
                self.approve(request)?;
                Err(AuthorizeError::AnswerLost)
            }
            SimulatedCard::Decline => Err(Rejection::Declined {
                reason: DeclineReason::IssuerRefused,
            }
            .into()),
            SimulatedCard::TimeOut => Err(Rejection::TimedOut.into()),
        }
    }

    fn approve(&self, request: AuthorizeRequest) -> Result<Approval, AuthorizeError> {
        let AuthorizeRequest { order, amount } = request;
        let mut state = self.state();
        if state.memory.order(order).is_some() {
            // Reversed between the card and now.
            return Err(Rejection::CancelledByCustomer.into());
        }
        // The acquirer was never asked: nothing is charged, now or later.
        if state.line == Line::Down {
            return Err(Rejection::LineDown.into());
        }
        let number = state.memory.next_number();
        let approval = Approval {
            approval_no: format!("{number:08}"),
            approved_at: self.clock.now(),
            amount,
            card_masked: format!("9410-00**-****-{:04}", number % 10_000),
            issuer: "모의카드".to_owned(),
        };
        let entry = Entry::Approved {
            order,
            approval: approval.clone(),
        };
        // A failed write may still have reached the disk.
        let recorded = state.memory.record(entry);
        recorded.map_err(|Unreachable| AuthorizeError::AnswerLost)?;
        Ok(approval)
    }

    fn reverse(&self, order: OrderId) -> Result<(), Unreachable> {
        let mut state = self.state();
        match state.memory.order(order) {
            Some(Known::Reversed) => return Ok(()),
            // The acquirer has to take it back, too.
            Some(Known::Approved(_)) if state.line == Line::Down => return Err(Unreachable),
            // Also when nothing is charged: a card that comes late must find the order closed.
            Some(Known::Approved(_)) | None => {}
        }
        let at = self.clock.now();
        state.memory.record(Entry::Reversed { order, at })?;
        let _ = state.decide(order, Decision::GiveUp);
        Ok(())
    }

    fn refund(&self, request: RefundRequest) -> Result<RefundApproval, RefundError> {
        let mut state = self.state();
        if let Some(approval) = state.memory.refunded(request.refund) {
            return Ok(approval.clone());
        }
        if !state.memory.works() || state.line == Line::Down {
            return Err(Unreachable.into());
        }
        if request.amount <= Won(0) || request.amount > state.memory.left_of(request.order) {
            return Err(RefundError::Refused);
        }
        let approval = RefundApproval {
            approval_no: format!("{:08}", state.memory.next_number()),
            approved_at: self.clock.now(),
            amount: request.amount,
        };
        state.memory.record(Entry::Refunded {
            refund: request.refund,
            order: request.order,
            approval: approval.clone(),
        })?;
        Ok(approval)
    }
}

impl State {
    fn serves(&self, order: OrderId) -> bool {
        self.serving
            .as_ref()
            .is_some_and(|serving| serving.order == order)
    }

    fn decide(&mut self, order: OrderId, decision: Decision) -> Result<(), NotWaiting> {
        let serving = self
            .serving
            .as_mut()
            .filter(|serving| serving.order == order);
        let decide = serving
            .and_then(|serving| serving.decide.take())
            .ok_or(NotWaiting)?;
        decide.send(decision).map_err(|_| NotWaiting)
    }
}
