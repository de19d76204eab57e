//! Carrying a decision out: here when the hub may change the booking, else by asking the node
//! that may.

use std::collections::BTreeMap;
use std::time::Duration;

use boxoffice::answers;
use boxoffice::asks::AskFailed;
use boxoffice::gather::gather;
use boxoffice::problem::ApiError;
use domain::id::{NodeId, SeatId};
use protocol::ask::{ASK_MS, AskRefused, Outcome, Want};
use protocol::error::ErrorCode;
use rusqlite::Connection;

use crate::app::App;
use crate::conflicts::decide::{
    self, Act, Change, DecideError, Plan, Refused, Request, has_arrived,
};
use crate::conflicts::{Scene, Writer};
use crate::sqlite::audit;

/// Other seats are looked for so often when somebody was faster.
const CHOICES_MAX: usize = 3;

/// A node is asked again so often while the seats that were granted to it are on their way …
const GRANT_ASKS_MAX: usize = 20;

/// … after so long.
const GRANT_ASK_EVERY: Duration = Duration::from_millis(100);

/// Carries the decision out and records it.
pub(super) async fn decide(app: &App, request: &Request) -> Result<(), DecideError> {
    let _turn = app.operators.turn.lock().await;
    for _ in 0..CHOICES_MAX {
        let act = match plan(app, request).await? {
            Plan::Decided => return Ok(()),
            Plan::Record(outcome) => {
                let (shop, request) = (app.shop.clone(), request.clone());
                let db = &app.shop.db;
                let recorded =
                    db.write(move |tx| decide::record(tx, shop.here(), &request, outcome));
                return recorded.await;
            }
            Plan::Act(act) => act,
        };
        match carry_out(app, request, &act).await {
            // Somebody was faster: other seats, as long as there are any.
            Err(DecideError::Refused(Refused::Asked(AskRefused::Taken))) => {}
            done => return done,
        }
    }
    Err(Refused::Asked(AskRefused::Taken).into())
}

async fn plan(app: &App, request: &Request) -> Result<Plan, DecideError> {
    let (shop, request) = (app.shop.clone(), request.clone());
    let reachable = shop.asks.reachable();
    let planned = app.shop.db.read(move |db: &Connection| {
        let scene = Scene {
            db,
            here: shop.here(),
            reachable: &reachable,
        };
        decide::plan(&scene, &request)
    });
    planned.await
}

async fn carry_out(app: &App, request: &Request, act: &Act) -> Result<(), DecideError> {
    match &act.writer {
        Writer::Hub | Writer::Fenced(_) => {
            bring(app, act, &app.shop.node).await?;
            let (shop, request, act) = (app.shop.clone(), request.clone(), act.clone());
            let db = &app.shop.db;
            let done = db.write(move |tx| decide::carry_out(tx, shop.here(), &request, &act));
            done.await
        }
        Writer::Reachable(node) => {
            bring(app, act, node).await?;
            note_asked(app, request, node).await?;
            ask(app, act, node).await?;
            arrived(app, act, node).await?;
            let (shop, request, act) = (app.shop.clone(), request.clone(), act.clone());
            let db = &app.shop.db;
            let done = db.write(move |tx| decide::conclude(tx, shop.here(), &request, &act));
            done.await
        }
        Writer::Away(node) => Err(Refused::Away(node.clone()).into()),
    }
}

/// Has the new seats granted to `writer`, wherever they are.
pub(super) async fn bring(app: &App, act: &Act, writer: &NodeId) -> Result<(), Refused> {
    let Change::Move { owners, .. } = &act.change else {
        return Ok(());
    };
    let mut missing: BTreeMap<NodeId, Vec<SeatId>> = owners.clone();
    missing.remove(writer);
    let ours = missing.remove(&app.shop.node);
    let failed = |failed| refused(failed, writer);
    gather(&app.shop, act.screening, &missing, writer)
        .await
        .map_err(failed)?;
    let Some(seats) = ours else {
        return Ok(());
    };
    let want = Want::Grant {
        screening: act.screening,
        seats,
        to: writer.clone(),
    };
    match answers::answer(&app.shop, want).await {
        Outcome::Done => Ok(()),
        Outcome::Refused { why } => Err(Refused::Asked(why)),
    }
}

/// Whatever happens next, it is known who wanted it.
async fn note_asked(app: &App, request: &Request, node: &NodeId) -> Result<(), DecideError> {
    let (shop, by) = (app.shop.clone(), request.by.clone());
    let asked = audit::Act::Asked {
        conflict: request.key.clone(),
        remedy: request.remedy,
        node: node.clone(),
    };
    let noted = app
        .shop
        .db
        .write(move |tx| audit::record(tx, shop.now(), &by, &asked));
    Ok(noted.await?)
}

pub(super) async fn ask(app: &App, act: &Act, node: &NodeId) -> Result<(), DecideError> {
    let shop = &app.shop;
    let asking = act.clone();
    let want = shop.db.read(move |db| asking.want(db)).await?;
    let mut asked = 1;
    loop {
        let ask = shop.ids.uuid(shop.now());
        match shop.asks.ask(node, ask, want.clone()).await {
            Ok(()) => return Ok(()),
            // It does not know yet that the seats are its own.
            Err(AskFailed::Refused(AskRefused::Elsewhere)) if asked < GRANT_ASKS_MAX => {
                asked += 1;
                tokio::time::sleep(GRANT_ASK_EVERY).await;
            }
            Err(failed) => return Err(refused(failed, node).into()),
        }
    }
}

/// Waits until the rows of what was asked have come.
pub(super) async fn arrived(app: &App, act: &Act, node: &NodeId) -> Result<(), DecideError> {
    let deadline = Duration::from_millis(ASK_MS.unsigned_abs());
    let waiting = async {
        let mut commits = app.shop.db.commits();
        loop {
            commits.mark_unchanged();
            let act = act.clone();
            if app.shop.db.read(move |db| has_arrived(db, &act)).await? {
                return Ok(());
            }
            if commits.changed().await.is_err() {
                return Err(Refused::NoAnswer(node.clone()).into());
            }
        }
    };
    let late = Err(Refused::NoAnswer(node.clone()).into());
    tokio::time::timeout(deadline, waiting)
        .await
        .unwrap_or(late)
}

fn refused(failed: AskFailed, node: &NodeId) -> Refused {
    match failed {
        AskFailed::Refused(why) => Refused::Asked(why),
        AskFailed::Unreachable => Refused::Away(node.clone()),
        AskFailed::TimedOut | AskFailed::Overloaded => Refused::NoAnswer(node.clone()),
    }
}

impl From<DecideError> for ApiError {
    fn from(error: DecideError) -> Self {
        let refused = match error {
            DecideError::Store(fault) => return fault.into(),
            DecideError::Refused(refused) => refused,
        };
        let code = match &refused {
            Refused::Unknown => ErrorCode::NotFound,
            Refused::DecidedOtherwise { .. } => ErrorCode::AlreadyDecided,
            Refused::Away(_) | Refused::NoAnswer(_) => ErrorCode::NodeUnreachable,
            Refused::Asked(AskRefused::NotNow) => ErrorCode::Recovering,
            Refused::StillLasts
            | Refused::NoBooking
            | Refused::NotALoser
            | Refused::NoSeats
            | Refused::NotFenced(_)
            | Refused::Asked(AskRefused::Taken | AskRefused::Elsewhere) => {
                ErrorCode::RemedyNotPossible
            }
        };
        Self::new(code).detail(refused.to_string())
    }
}
