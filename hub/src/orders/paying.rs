//! Asking the payments module about orders, between the transactions and never inside.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use boxoffice::Shop;
use domain::id::OrderId;
use domain::money::Won;
use domain::web_order::{Begin, OrderFor, OverBecause, WebOrder, Word};
use rusqlite::Connection;
use store::StoreError;
use tokio::sync::Notify;

use super::{Attempt, Fresh, Heard, OrderError, OrderRefused, begin, give_up, prepare, settle};
use crate::payments::api::{
    Confirm, HowToPay, OpenOrder, OrderView, PaymentState, Purpose, Refused,
};
use crate::payments::client::{ClientError, PaymentsClient};
use crate::sqlite::{campaigns, movies, orders, screenings};

/// So much of a film's title stands in the payment window: the gateway takes 100 characters.
const TITLE_CHARS_MAX: usize = 80;

/// What an attempt came to that the payments module would not even begin.
const NOT_BEGUN: &str = "NOT_BEGUN";

/// The payments module as the hub's orders use it. Cheap to clone.
#[derive(Clone)]
pub struct Paying {
    pub client: PaymentsClient,
    asking: Asking,
    /// Where the pages are that buyers pay on, without a path; none when nobody has said.
    pub address: Option<String>,
    /// Something waits to be handed over.
    pub due: Arc<Notify>,
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Payments(#[from] ClientError),
}

impl From<StoreError> for PayError {
    fn from(fault: StoreError) -> Self {
        Self::Order(fault.into())
    }
}

impl From<OrderRefused> for PayError {
    fn from(refused: OrderRefused) -> Self {
        Self::Order(refused.into())
    }
}

impl Paying {
    /// Orders that are paid through `client`.
    #[must_use]
    pub fn new(client: PaymentsClient) -> Self {
        Self {
            client,
            asking: Asking::default(),
            address: None,
            due: Arc::default(),
        }
    }

    /// The same, with the address at which buyers find the pages.
    #[must_use]
    pub fn shown_at(self, address: Option<&str>) -> Self {
        Self {
            address: address.map(str::to_owned),
            ..self
        }
    }

    /// Whether a confirmation of the order is being waited for in this process.
    #[must_use]
    pub(super) fn is_asking(&self, order: OrderId) -> bool {
        self.asking.orders().contains_key(&order)
    }

    /// Begins another attempt to pay: what the browser needs for the payment window.
    ///
    /// # Errors
    ///
    /// Refuses when the order or its hold is over, or money may be moving already.
    pub async fn attempt(&self, shop: &Shop, order: OrderId) -> Result<HowToPay, PayError> {
        let asked = shop.clone();
        let (order, open) = shop
            .db
            .write(move |tx| {
                let order = prepare(tx, asked.here(), order)?;
                let open = in_the_window(tx, &order)?;
                Ok::<_, OrderError>((order, open))
            })
            .await?;
        match self.client.open_order(order.order, &open).await {
            Ok(_) => {}
            // Opened before the film was given another title; what it costs never changes.
            Err(error) if error.refused() == Some(Refused::Differs) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(self.client.begin_attempt(order.order).await?)
    }

    /// Confirms an attempt, and settles. Runs to its end whoever waits for it.
    ///
    /// # Errors
    ///
    /// Refuses when the order is over, another attempt is under way, or the amount differs.
    pub async fn confirm(
        &self,
        shop: &Shop,
        order: OrderId,
        confirm: Confirm,
    ) -> Result<WebOrder, PayError> {
        let (paying, shop) = (self.clone(), shop.clone());
        let running =
            tokio::spawn(async move { paying.run_confirmation(&shop, order, &confirm).await });
        match running.await {
            Ok(done) => done,
            // Only when the program ends: the word comes by the feed.
            Err(_) => Err(StoreError::Stopped.into()),
        }
    }

    async fn run_confirmation(
        &self,
        shop: &Shop,
        order: OrderId,
        confirm: &Confirm,
    ) -> Result<WebOrder, PayError> {
        // From before the order is stored as confirming, so that nobody else looks after it.
        let _asked = self.asking.begin(order);
        let attempt = Attempt {
            name: confirm.gateway_order.clone(),
            amount: confirm.amount,
        };
        let asked = shop.clone();
        let begun = shop.db.write(move |tx| {
            let fresh = Fresh::draw(asked.ids.as_ref(), asked.now());
            begin(tx, asked.here(), order, &attempt, &fresh)
        });
        let (begun, what) = begun.await?;
        match what {
            Begin::New | Begin::Again => {}
            Begin::Settled => return Ok(begun),
        }
        let word = self.ask_to_confirm(order, confirm, begun.amount()).await?;
        let settled = settled(shop, order, word, OverBecause::BrokenOff).await?;
        Ok(settled.unwrap_or(begun))
    }

    /// The word of the payments module about the attempt. Without one the outcome is unknown.
    async fn ask_to_confirm(
        &self,
        order: OrderId,
        confirm: &Confirm,
        amount: Won,
    ) -> Result<Word, PayError> {
        // The server's amount, whatever the browser said (M1).
        let asked = Confirm {
            amount,
            ..confirm.clone()
        };
        let not_begun = || Word::NotPaid {
            attempts: vec![confirm.gateway_order.clone()],
            code: NOT_BEGUN.to_owned(),
        };
        match self.client.confirm(order, &asked).await {
            Ok(view) => Ok(answer(&view)),
            Err(ClientError::Refused { refused, detail }) => match refused {
                // The module does not know the attempt, or will have nothing to do with it.
                Refused::NotFound
                | Refused::Invalid
                | Refused::Differs
                | Refused::AmountDiffers
                | Refused::TooManyAttempts => {
                    tracing::warn!(%order, %detail, "an attempt was not confirmed");
                    Ok(not_begun())
                }
                // The feed tells what comes of it, or it is found left behind.
                Refused::NotOpen
                | Refused::UnderWay
                | Refused::NotPaid
                | Refused::MoreThanPaid
                | Refused::NotAvailable => Ok(Word::Nothing),
            },
            Err(error @ (ClientError::NoAnswer(_) | ClientError::Fault(_))) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, %order, "the outcome of an attempt is unknown");
                Ok(Word::Nothing)
            }
        }
    }

    /// The buyer gives the order up: no attempt begins any more, and the seats are free unless
    /// money may be moving.
    ///
    /// # Errors
    ///
    /// Refuses when an attempt is under way; fails when the payments module does not answer.
    pub async fn cancel(&self, shop: &Shop, order: OrderId) -> Result<WebOrder, PayError> {
        let known = shop.db.read(move |db| orders::find(db, order)).await?;
        let known = known.ok_or(OrderRefused::Unknown)?;
        let word = self.close(order).await?;
        let asked = shop.clone();
        let heard = Heard {
            word,
            end: OverBecause::GivenUp,
        };
        let done = shop.db.write(move |tx| {
            let fresh = Fresh::draw(asked.ids.as_ref(), asked.now());
            give_up(tx, asked.here(), order, &heard, fresh)
        });
        Ok(done.await?.unwrap_or(known))
    }

    /// Has no attempt begin any more, and says how the order stands. An order that the payments
    /// module has never heard of is closed: it is opened with its first attempt.
    pub(super) async fn close(&self, order: OrderId) -> Result<Word, ClientError> {
        match self.client.close(order).await {
            Ok(view) => Ok(answer(&view)),
            Err(error) if error.refused() == Some(Refused::NotFound) => Ok(Word::Closed),
            Err(error) => Err(error),
        }
    }
}

/// Settles an order, in a transaction of its own.
pub(super) async fn settled(
    shop: &Shop,
    order: OrderId,
    word: Word,
    end: OverBecause,
) -> Result<Option<WebOrder>, StoreError> {
    let asked = shop.clone();
    let done = shop.db.write(move |tx| {
        let fresh = Fresh::draw(asked.ids.as_ref(), asked.now());
        settle(tx, asked.here(), order, &Heard { word, end }, fresh)
    });
    done.await
}

/// What the payments module answers about an order, in the hub's words.
fn answer(view: &OrderView) -> Word {
    match view.payment {
        PaymentState::Closed => Word::Closed,
        PaymentState::Open
        | PaymentState::Confirming
        | PaymentState::Unknown
        | PaymentState::WaitingForDeposit(_)
        | PaymentState::Paid { .. }
        | PaymentState::NotPaid { .. } => hearsay(view),
    }
}

/// What the outcome feed says of an order. That its time is over is not believed: it may have
/// been said before an attempt began that was in time.
pub(super) fn hearsay(view: &OrderView) -> Word {
    match &view.payment {
        PaymentState::Open
        | PaymentState::Confirming
        | PaymentState::Unknown
        | PaymentState::Closed => Word::Nothing,
        PaymentState::WaitingForDeposit(deposit) => Word::WaitingForDeposit { due: deposit.due },
        PaymentState::Paid { paid_at, .. } => Word::Paid { paid_at: *paid_at },
        PaymentState::NotPaid { code } => Word::NotPaid {
            attempts: view.not_paid.clone(),
            code: code.clone(),
        },
    }
}

/// The order as the payments module opens it: nothing personal.
fn in_the_window(db: &Connection, order: &WebOrder) -> Result<OpenOrder, StoreError> {
    let inconsistent = || StoreError::Inconsistent {
        table: "orders",
        reason: format!("order {} is for nothing that is known", order.order),
    };
    let (movie, what, purpose) = match &order.what {
        OrderFor::Seats {
            screening, lines, ..
        } => {
            let screening = screenings::find(db, *screening)?.ok_or_else(inconsistent)?;
            let purpose = Purpose::Seats {
                screening: screening.screening,
                theater: screening.theater,
            };
            (screening.movie, format!("{}매", lines.len()), purpose)
        }
        OrderFor::Pledge {
            campaign, tickets, ..
        } => {
            let campaign = campaigns::find(db, *campaign)?.ok_or_else(inconsistent)?;
            let purpose = Purpose::Pledge {
                campaign: campaign.campaign,
                theater: campaign.theater,
            };
            (campaign.movie, format!("펀딩 {tickets}매"), purpose)
        }
    };
    let title = movies::facts(db, movie)?.map_or_else(String::new, |movie| movie.title);
    let title: String = title.chars().take(TITLE_CHARS_MAX).collect();
    Ok(OpenOrder {
        amount: order.amount(),
        name: format!("{title} {what}"),
        purpose,
        expires_at: order.expires_at,
    })
}

/// The orders that the payments module is being asked about in this process, and how often.
#[derive(Clone, Default)]
struct Asking(Arc<Mutex<BTreeMap<OrderId, usize>>>);

struct Asked(Asking, OrderId);

impl Asking {
    fn begin(&self, order: OrderId) -> Asked {
        *self.orders().entry(order).or_default() += 1;
        Asked(self.clone(), order)
    }

    fn orders(&self) -> MutexGuard<'_, BTreeMap<OrderId, usize>> {
        self.0.lock().expect("no one panics inside")
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let mut orders = self.0.orders();
        if let Some(times) = orders.get_mut(&self.1) {
            *times -= 1;
            if *times == 0 {
                orders.remove(&self.1);
            }
        }
    }
}
