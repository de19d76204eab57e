//! The way to the gateway and back: calls are on their way for a while, get lost, come late, are
//! answered with errors before or after they were carried out.

use std::sync::Arc;

use async_trait::async_trait;
use domain::time::{HOUR_MS, Timestamp};
use hub::payments::gateway::{
    AccountCall, Answer, CancelCall, ConfirmCall, Gateway, ListCall, Listed, Lookup, Lost, Payment,
    Status,
};

use super::bank::{Bank, Means, no};
use super::paying::post;
use super::{World, lock};
use crate::world::random::Random;

/// What was asked of the gateway.
#[derive(Clone, Debug)]
enum Asked {
    Confirm(ConfirmCall),
    Query(Lookup),
    Cancel(CancelCall),
    List(ListCall),
}

/// What the gateway says.
enum Said {
    Payment(Box<Answer<Payment>>),
    List(Answer<Vec<Listed>>),
}

/// The gateway as one life of the payments program reaches it.
pub(super) struct Reach {
    pub(super) world: Arc<World>,
    pub(super) life: u64,
}

impl Reach {
    async fn ask(&self, asked: Asked) -> Said {
        let machine = Arc::clone(&self.world.payments.machine);
        if machine.life() != self.life {
            // A program that has ended asks nothing.
            return std::future::pending().await;
        }
        // What has left goes on whether anybody waits or not.
        let said = tokio::spawn(travel(Arc::clone(&self.world), asked)).await;
        if machine.life() != self.life {
            return std::future::pending().await;
        }
        match said {
            Ok(said) => said,
            Err(error) => {
                self.world.violate("the gateway stopped", error.to_string());
                std::future::pending().await
            }
        }
    }

    async fn ask_for_payment(&self, asked: Asked) -> Answer<Payment> {
        match self.ask(asked).await {
            Said::Payment(answer) => *answer,
            Said::List(_) => lost(),
        }
    }
}

#[async_trait]
impl Gateway for Reach {
    async fn confirm(&self, call: &ConfirmCall) -> Answer<Payment> {
        self.ask_for_payment(Asked::Confirm(call.clone())).await
    }

    async fn query(&self, lookup: &Lookup) -> Answer<Payment> {
        self.ask_for_payment(Asked::Query(lookup.clone())).await
    }

    async fn cancel(&self, call: &CancelCall) -> Answer<Payment> {
        self.ask_for_payment(Asked::Cancel(call.clone())).await
    }

    async fn open_account(&self, _call: &AccountCall) -> Answer<Payment> {
        lost()
    }

    async fn transactions(&self, call: &ListCall) -> Answer<Vec<Listed>> {
        match self.ask(Asked::List(call.clone())).await {
            Said::List(answer) => answer,
            Said::Payment(_) => lost(),
        }
    }
}

fn lost<T>() -> Answer<T> {
    Answer::Unknown(Lost("no answer".to_owned()))
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Straight,
    /// It never arrives.
    LostBefore,
    /// It is carried out, and the answer is lost.
    LostAfter,
    /// Nobody waits for it any more when it arrives and is carried out.
    Late,
    /// An error of the gateway's own, before or after it has done anything; remembered.
    ErrorBefore,
    ErrorAfter,
    TooMany,
    /// A status that is newer than the program.
    NewStatus,
    /// A refusal with a code that is in no list; nothing is done.
    NewCode,
}

const TROUBLE: [Way; 8] = [
    Way::LostBefore,
    Way::LostAfter,
    Way::LostAfter,
    Way::Late,
    Way::ErrorBefore,
    Way::ErrorAfter,
    Way::TooMany,
    Way::NewStatus,
];

/// Whoever calls waits no longer.
const PATIENCE_MS: i64 = 60_000;

/// A call goes to the gateway, and its answer back.
async fn travel(world: Arc<World>, asked: Asked) -> Said {
    let mut random = world.chance();
    let way = choose(&world, &mut random, &asked);
    world.note(format_args!("{way:?}: {}", shown(&asked)));
    let (there, back) = (
        random.between(1, world.profile.gateway_ms),
        random.between(1, world.profile.gateway_ms),
    );
    let nothing = match asked {
        Asked::List(_) => Said::List(lost()),
        Asked::Confirm(_) | Asked::Query(_) | Asked::Cancel(_) => Said::Payment(Box::new(lost())),
    };
    match way {
        Way::LostBefore => {
            world.pause(PATIENCE_MS).await;
            nothing
        }
        Way::Late => {
            let late = PATIENCE_MS + random.between(1, 4 * PATIENCE_MS);
            let there = Arc::clone(&world);
            tokio::spawn(async move {
                there.pause(late).await;
                arrive(&there, &asked, way);
            });
            world.pause(PATIENCE_MS).await;
            nothing
        }
        Way::LostAfter => {
            world.pause(there).await;
            arrive(&world, &asked, way);
            world.pause(PATIENCE_MS).await;
            nothing
        }
        Way::Straight
        | Way::ErrorBefore
        | Way::ErrorAfter
        | Way::TooMany
        | Way::NewStatus
        | Way::NewCode => {
            world.pause(there).await;
            let said = arrive(&world, &asked, way);
            world.pause(back).await;
            said
        }
    }
}

fn choose(world: &World, random: &mut Random, asked: &Asked) -> Way {
    if !random.chance(world.trouble(world.profile.gateway_trouble)) {
        return Way::Straight;
    }
    match (asked, random.chance(60)) {
        (Asked::Confirm(_), true) => Way::NewCode,
        (Asked::Confirm(_) | Asked::Query(_) | Asked::Cancel(_) | Asked::List(_), _) => {
            random.pick(&TROUBLE).copied().unwrap_or(Way::Straight)
        }
    }
}

/// The gateway does what it is asked.
fn arrive(world: &Arc<World>, asked: &Asked, way: Way) -> Said {
    let said = carry_out(&mut lock(&world.bank), (asked, way), world.now());
    if let Said::Payment(answer) = &said {
        world.note(format_args!("  there: {}", shown_answer(answer)));
    }
    match asked {
        Asked::Confirm(call) => tell(world, &call.payment_key),
        Asked::Cancel(call) => tell(world, &call.payment_key),
        Asked::Query(_) | Asked::List(_) => {}
    }
    world.stirred.notify_one();
    said
}

fn carry_out(bank: &mut Bank, (asked, way): (&Asked, Way), now: Timestamp) -> Said {
    let payment = |answer| Said::Payment(Box::new(answer));
    let error = || no("FAILED_INTERNAL_SYSTEM_PROCESSING", 500);
    if way == Way::TooMany {
        return match asked {
            Asked::List(_) => Said::List(no("TOO_MANY_REQUESTS", 429)),
            Asked::Confirm(_) | Asked::Query(_) | Asked::Cancel(_) => {
                payment(no("TOO_MANY_REQUESTS", 429))
            }
        };
    }
    let key = match asked {
        Asked::List(asked) => return Said::List(list(bank, asked, now)),
        Asked::Query(lookup) => {
            let answer = bank.query(lookup, now);
            return payment(match way {
                Way::ErrorBefore | Way::ErrorAfter => error(),
                Way::NewStatus => newer(answer),
                Way::Straight
                | Way::LostBefore
                | Way::LostAfter
                | Way::Late
                | Way::TooMany
                | Way::NewCode => answer,
            });
        }
        Asked::Confirm(asked) => &asked.idempotency_key,
        Asked::Cancel(asked) => &asked.idempotency_key,
    };
    if let Some(known) = bank.known(key) {
        return payment(known);
    }
    let answer = match way {
        Way::ErrorBefore => error(),
        Way::NewCode => no("SOMETHING_NEW", 400),
        Way::Straight
        | Way::LostBefore
        | Way::LostAfter
        | Way::Late
        | Way::ErrorAfter
        | Way::TooMany
        | Way::NewStatus => match asked {
            Asked::Confirm(asked) => bank.confirm(asked, now),
            Asked::Cancel(asked) => bank.cancel(asked, now),
            Asked::Query(_) | Asked::List(_) => error(),
        },
    };
    let answer = match way {
        Way::ErrorAfter => error(),
        Way::NewStatus => newer(answer),
        Way::Straight
        | Way::LostBefore
        | Way::LostAfter
        | Way::Late
        | Way::ErrorBefore
        | Way::TooMany
        | Way::NewCode => answer,
    };
    bank.remember(key, &answer);
    payment(answer)
}

fn list(bank: &Bank, asked: &ListCall, now: Timestamp) -> Answer<Vec<Listed>> {
    // The gateway lists what has happened an hour later.
    let shown = bank.listed.iter().filter(|row| {
        row.at >= asked.from && row.at < asked.until && now.since_ms(row.at) >= HOUR_MS
    });
    let after = shown.skip_while(|row| {
        let reached = asked.after.as_ref();
        reached.is_some_and(|key| *key != row.transaction_key)
    });
    let skip = usize::from(asked.after.is_some());
    let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    Answer::Done(after.skip(skip).take(limit).cloned().collect())
}

fn newer(answer: Answer<Payment>) -> Answer<Payment> {
    match answer {
        Answer::Done(payment) => Answer::Done(Payment {
            status: Status::Other("SOMETHING_NEW".to_owned()),
            ..payment
        }),
        Answer::Rejected(_) | Answer::Unknown(_) => answer,
    }
}

fn shown(asked: &Asked) -> String {
    match asked {
        Asked::Confirm(call) => format!(
            "confirm {} of {} under {}",
            call.payment_key, call.amount.0, call.idempotency_key
        ),
        Asked::Query(lookup) => format!("query {lookup:?}"),
        Asked::Cancel(call) => format!(
            "cancel {} of {} ({} left) under {}",
            call.amount.0, call.payment_key, call.refundable.0, call.idempotency_key
        ),
        Asked::List(_) => "transactions".to_owned(),
    }
}

fn shown_answer(answer: &Answer<Payment>) -> String {
    match answer {
        Answer::Done(payment) => format!(
            "{} {:?}, {} left",
            payment.payment_key, payment.status, payment.balance.0
        ),
        Answer::Rejected(no) => format!("{} {}", no.status, no.code),
        Answer::Unknown(_) => "nothing".to_owned(),
    }
}

/// The gateway posts what has become of a payment: in time, late, twice, or not at all.
pub(super) fn tell(world: &Arc<World>, key: &str) {
    let (world, key) = (Arc::clone(world), key.to_owned());
    tokio::spawn(async move {
        let mut random = world.chance();
        let Some(paid) = lock(&world.bank).payments.get(&key).cloned() else {
            return;
        };
        let trouble = world.trouble(world.profile.webhook_trouble);
        if random.chance(trouble) {
            return;
        }
        let (order, secret) = (&paid.gateway_order, &paid.secret);
        let body = if paid.means == Means::Account {
            format!(
                r#"{{"createdAt":"2026-03-01T19:30:41","secret":"{secret}","status":"DONE",
                    "transactionKey":"X","orderId":"{order}"}}"#
            )
        } else {
            format!(
                r#"{{"eventType":"PAYMENT_STATUS_CHANGED","createdAt":"2026-03-01T19:30:41",
                    "data":{{"paymentKey":"{key}","orderId":"{order}","status":"DONE"}}}}"#
            )
        };
        let times = 1 + usize::from(random.chance(trouble));
        for _ in 0..times {
            let slow = random.chance(trouble);
            world
                .pause(random.between(1, if slow { HOUR_MS } else { 2_000 }))
                .await;
            // It is sent again if nobody answers.
            for _ in 0..3 {
                if post(&world, body.clone()).await {
                    break;
                }
                world.pause(60_000).await;
            }
        }
    });
}
