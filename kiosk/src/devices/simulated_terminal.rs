//! A card terminal without a card: somebody says what the card would have done.
//!
//! Shaped like a real one where it matters: what it approved is in its own memory before it
//! answers, and survives the kiosk's sudden death.

mod journal;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
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
    Approval, AuthorizeError, AuthorizeRequest, CardTerminal, DeclineReason, Rejection, Unreachable,
};
use journal::{Entry, Journal};

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
    /// Gone after the first failed write: what the file then holds is known only after a
    /// restart has read it.
    journal: Option<Journal>,
    orders: BTreeMap<OrderId, Known>,
    approvals: u64,
    serving: Option<Serving>,
}

/// What the terminal remembers for ever.
enum Known {
    Approved(Approval),
    Reversed,
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
        let (journal, entries) = Journal::open(&setup.journal)?;
        let mut state = State {
            journal: Some(journal),
            orders: BTreeMap::new(),
            approvals: 0,
            serving: None,
        };
        for entry in entries {
            state.remember(entry);
        }
        let (customer_wait, auto) = (setup.customer_wait, setup.auto);
        let state = Mutex::new(state);
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
        if state.journal.is_none() || state.serves(order) {
            return Err(Unreachable);
        }
        Ok(match state.orders.get(&order) {
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

    async fn cancel_waiting(&self, order: OrderId) {
        // Nobody waits any more: then there is nothing to cancel.
        let _ = self.inner.state().decide(order, Decision::GiveUp);
    }

    fn ready(&self) -> bool {
        self.inner.state().journal.is_some()
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
        match state.orders.get(&request.order) {
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
        if state.journal.is_none() {
            return Err(Rejection::NotReady);
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
        if state.orders.contains_key(&order) {
            // Reversed between the card and now.
            return Err(Rejection::CancelledByCustomer.into());
        }
        let number = state.approvals + 1;
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
        state
            .record(entry)
            .map_err(|Unreachable| AuthorizeError::AnswerLost)?;
        Ok(approval)
    }

    fn reverse(&self, order: OrderId) -> Result<(), Unreachable> {
        let mut state = self.state();
        if matches!(state.orders.get(&order), Some(Known::Reversed)) {
            return Ok(());
        }
        // Also when nothing is charged: a card that comes late must find the order closed.
        state.record(Entry::Reversed {
            order,
            at: self.clock.now(),
        })?;
        let _ = state.decide(order, Decision::GiveUp);
        Ok(())
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

    /// Writes `entry` to the journal, then into memory.
    fn record(&mut self, entry: Entry) -> Result<(), Unreachable> {
        let journal = self.journal.as_mut().ok_or(Unreachable)?;
        if let Err(error) = journal.append(&entry) {
            tracing::error!(%error, "terminal.journal_failed");
            self.journal = None;
            return Err(Unreachable);
        }
        self.remember(entry);
        Ok(())
    }

    fn remember(&mut self, entry: Entry) {
        match entry {
            Entry::Approved { order, approval } => {
                self.approvals += 1;
                self.orders.insert(order, Known::Approved(approval));
            }
            Entry::Reversed { order, .. } => {
                self.orders.insert(order, Known::Reversed);
            }
        }
    }
}
