//! Carrying a change of a seat map out: round after round bookings are moved and seats come
//! to the hub, until nothing stands in the way and the screening can be switched.

use std::time::Duration;

use boxoffice::asks::AskFailed;
use boxoffice::gather::gather;
use domain::id::NodeId;
use protocol::ask::AskRefused;
use rusqlite::Connection;

use super::deciding::{arrived, ask, bring};
use crate::app::App;
use crate::conflicts::decide::{self, Act, DecideError};
use crate::conflicts::{Scene, Writer};
use crate::seat_maps::plan::{self, Moving, Plan};
use crate::seat_maps::{self, ChangeError, Refused, Request};
use crate::sqlite::audit;

/// Things are looked at anew so often when somebody was faster …
const ROUNDS_MAX: usize = 10;

/// … after so long: the rows of what they did are on their way.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// What has to be done, as things are now.
pub(super) async fn look(app: &App, request: &Request) -> Result<Plan, ChangeError> {
    let (shop, request) = (app.shop.clone(), request.clone());
    let reachable = shop.asks.reachable();
    let planned = app.shop.db.read(move |db: &Connection| {
        let scene = Scene {
            db,
            here: shop.here(),
            reachable: &reachable,
        };
        plan::plan(&scene, &request)
    });
    planned.await
}

/// Changes the seat map; the plan as it was carried out in the end.
///
/// Before anybody is asked anything it is looked whether everybody can be reached.
pub(super) async fn change(app: &App, request: &Request) -> Result<Plan, ChangeError> {
    let _turn = app.operators.turn.lock().await;
    let (mut moved, mut faster) = (Vec::new(), Refused::Asked(AskRefused::Taken));
    for _ in 0..ROUNDS_MAX {
        let mut plan = look(app, request).await?;
        plan.check(&app.shop.node, &app.shop.asks.reachable())?;
        let done = if plan.obstacles.is_empty() {
            switch(app, request).await
        } else {
            clear(app, request, (&plan, &mut moved)).await
        };
        match done {
            Ok(()) if plan.obstacles.is_empty() => {
                plan.moves = moved;
                return Ok(plan);
            }
            Ok(()) => {}
            Err(ChangeError::Refused(why)) if is_somebody_faster(&why) => {
                faster = why;
                tokio::time::sleep(LOOK_AGAIN_AFTER).await;
            }
            Err(error) => return Err(error),
        }
    }
    Err(faster.into())
}

fn is_somebody_faster(why: &Refused) -> bool {
    match why {
        Refused::Asked(AskRefused::Taken | AskRefused::Elsewhere) | Refused::Overtaken(_) => true,
        Refused::Asked(AskRefused::NotNow)
        | Refused::UnknownScreening
        | Refused::Over
        | Refused::Recovering
        | Refused::KeptForBackers
        | Refused::Invalid(_)
        | Refused::OtherContent(_)
        | Refused::NamedInPart(_)
        | Refused::NamedWrongly { .. }
        | Refused::Away(_)
        | Refused::InUse(_)
        | Refused::NoSeats { .. }
        | Refused::NoAnswer(_) => false,
    }
}

async fn switch(app: &App, request: &Request) -> Result<(), ChangeError> {
    let (shop, request) = (app.shop.clone(), request.clone());
    let db = &app.shop.db;
    let switched = db.write(move |tx| seat_maps::switch(tx, shop.here(), &request));
    switched.await.map(drop)
}

/// Moves every booking that is in the way, then has the free seats granted to the hub.
async fn clear(
    app: &App,
    request: &Request,
    (plan, moved): (&Plan, &mut Vec<Moving>),
) -> Result<(), ChangeError> {
    for moving in &plan.moves {
        if let Some(act) = &moving.act {
            move_booking(app, request, act).await?;
            moved.push(moving.clone());
        }
    }
    let missing = plan.missing();
    if missing.is_empty() && plan.moves.is_empty() {
        // A ticket is known of, and its booking is on its way.
        return Err(Refused::Asked(AskRefused::Taken).into());
    }
    let gathered = gather(&app.shop, request.screening, &missing, &app.shop.node).await;
    gathered.map_err(|failed| {
        let first = missing.keys().next().cloned();
        let refused = match failed {
            AskFailed::Refused(why) => Refused::Asked(why),
            AskFailed::Unreachable => Refused::Away(missing),
            AskFailed::TimedOut | AskFailed::Overloaded => {
                Refused::NoAnswer(first.unwrap_or_else(|| app.shop.node.clone()))
            }
        };
        refused.into()
    })
}

async fn move_booking(app: &App, request: &Request, act: &Act) -> Result<(), ChangeError> {
    match &act.writer {
        Writer::Hub | Writer::Fenced(_) => {
            brought(app, act, &app.shop.node).await?;
            let (shop, request, act) = (app.shop.clone(), request.clone(), act.clone());
            let db = &app.shop.db;
            let moved = db.write(move |tx| seat_maps::move_here(tx, shop.here(), &request, &act));
            moved.await
        }
        Writer::Reachable(node) => {
            brought(app, act, node).await?;
            let (shop, by) = (app.shop.clone(), request.by.clone());
            let asked = audit::Act::MoveAsked {
                screening: act.screening,
                booking: act.booking,
                moves: seat_maps::moves_of(act).to_vec(),
                node: node.clone(),
            };
            let db = &app.shop.db;
            let noted = db.write(move |tx| audit::record(tx, shop.now(), &by, &asked));
            noted.await?;
            ask(app, act, node).await?;
            arrived(app, act, node).await?;
            let (shop, request, act) = (app.shop.clone(), request.clone(), act.clone());
            let noted = db.write(move |tx| seat_maps::note_moved(tx, shop.here(), &request, &act));
            noted.await
        }
        Writer::Away(node) => Err(Refused::NoAnswer(node.clone()).into()),
    }
}

async fn brought(app: &App, act: &Act, writer: &NodeId) -> Result<(), ChangeError> {
    bring(app, act, writer).await.map_err(asked_in_vain)
}

fn asked_in_vain(refused: decide::Refused) -> ChangeError {
    DecideError::from(refused).into()
}
