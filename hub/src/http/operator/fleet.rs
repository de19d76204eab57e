//! The fleet: how every node stands, fencing one, letting it in again, and going on without
//! those that have not reported.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, State};
use boxoffice::Shop;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::id::{NodeId, TheaterId};
use protocol::api::operator::{
    Carried, Fleet, NodeLife, NodeStanding, NodeView, Order, OrderRecovery, WhichCopy,
};
use protocol::api::screening::TheaterName;
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use seats::sqlite::{conflicts, recovery};
use store::StoreError;

use super::signed;
use crate::app::App;
use crate::conflicts::Scene;
use crate::fleet::{self, FenceError, OrderError};
use crate::mqtt::hellos::{Said, TurnedAway, Why};
use crate::sqlite::audit::{self, Act};
use crate::sqlite::nodes::{self, Standing};
use crate::sqlite::theaters;

/// More open conflicts than this are not counted node by node.
const CONFLICTS_COUNTED_MAX: i64 = 1_000;

/// Every node: how it stands, whether it can be reached, what it owns
#[utoipa::path(get, operation_id = "list_nodes",
    path = "/api/operator/nodes", tag = "operator",
    responses((status = 200, body = Fleet), (status = 401, body = Problem)))]
pub(super) async fn list(State(app): State<App>) -> Result<Json<Fleet>, ApiError> {
    let shop = app.shop.clone();
    let hellos = app.hellos.clone();
    let fleet = app.shop.db.read(move |db| {
        let reachable = shop.asks.reachable();
        let owned = nodes::seats_owned(db, shop.now())?;
        let troubled = conflicts_by_node(&shop, db, &reachable)?;
        let (mut views, mut waiting) = (Vec::new(), BTreeSet::new());
        for (node, stands) in nodes::all(db)? {
            let waited = recovery::waited_for(db, node.theater)?.contains(&node.node);
            if waited {
                waiting.insert(node.theater);
            }
            let Some(theater) = theaters::find(db, node.theater)? else {
                continue;
            };
            let said = hellos.of(&node.node);
            let there = reachable.contains(&node.node);
            let order = nodes::recovery_order(db, &node.node)?;
            views.push(NodeView {
                reachable: there,
                life: life(&said, if there { Link::Up } else { Link::Down }),
                copy_put_aside_at: put_aside(&said).map(|away| away.at),
                recovery_ordered: order.map(|order| order.copy),
                software: said.welcome.map(|welcome| welcome.software),
                last_heard_at: shop.links.of_node(&node.node).last_heard_at,
                seats_owned: owned.get(&node.node).copied().unwrap_or(0),
                open_conflicts: troubled.get(&node.node).copied().unwrap_or(0),
                theater: TheaterName::from(theater),
                standing: standing(stands, waited),
                fenced_at: match stands {
                    Standing::Fenced(at) => Some(at),
                    Standing::InService => None,
                },
                node: node.node,
            });
        }
        Ok::<_, StoreError>(Fleet {
            nodes: views,
            waiting: waiting.into_iter().collect(),
        })
    });
    Ok(Json(fleet.await?))
}

fn standing(stands: Standing, waited: bool) -> NodeStanding {
    match stands {
        Standing::Fenced(_) => NodeStanding::Fenced,
        Standing::InService if waited => NodeStanding::WaitedFor,
        Standing::InService => NodeStanding::InService,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    Up,
    Down,
}

/// What the node does. One that is there does what it said; of one that is not, the last that
/// was heard counts, whichever copy it was.
fn life(said: &Said, link: Link) -> NodeLife {
    let away = said.turned_away.filter(|away| {
        let welcome = said.welcome.as_ref();
        link == Link::Down && welcome.is_none_or(|welcome| welcome.at <= away.at)
    });
    match (away, &said.welcome) {
        (Some(away), _) => match away.why {
            Why::MustRecover => NodeLife::Recovering,
            Why::PutAside => NodeLife::PutAside,
            Why::Refused => NodeLife::Refused,
        },
        (None, Some(welcome)) if welcome.recovering => NodeLife::Recovering,
        (None, Some(_)) => NodeLife::Selling,
        (None, None) => NodeLife::Unheard,
    }
}

/// The copy that waits for an operator, if there is one.
fn put_aside(said: &Said) -> Option<TurnedAway> {
    said.turned_away.filter(|away| away.why == Why::PutAside)
}

/// How many open conflicts speak of each node or of bookings made there.
fn conflicts_by_node(
    shop: &Shop,
    db: &Connection,
    reachable: &[NodeId],
) -> Result<BTreeMap<NodeId, i64>, StoreError> {
    let scene = Scene {
        db,
        here: shop.here(),
        reachable,
    };
    let mut count: BTreeMap<NodeId, i64> = BTreeMap::new();
    for open in conflicts::open(db, CONFLICTS_COUNTED_MAX)? {
        let mut nodes: BTreeSet<NodeId> = open.conflict.node().cloned().into_iter().collect();
        if let Some(case) = scene.case(&open.conflict.key())? {
            nodes.extend(case.claims.into_iter().map(|claim| claim.booking.node));
        }
        for node in nodes {
            *count.entry(node).or_default() += 1;
        }
    }
    Ok(count)
}

/// Say that a device is off for good: the hub takes its seats back
#[utoipa::path(post, operation_id = "fence_node",
    path = "/api/operator/nodes/{node}/fence", tag = "operator",
    request_body = Order,
    responses((status = 200, body = Carried), (status = 404, body = Problem)))]
pub(super) async fn fence(
    State(app): State<App>,
    Path(node): Path<NodeId>,
    speaks: Speaks,
    Body(order): Body<Order>,
) -> Result<Json<Carried>, ApiError> {
    let (by, note) = signed(&order.by, &order.note).map_err(|error| error.speaking(speaks))?;
    let shop = app.shop.clone();
    let fenced = app.shop.db.write(move |tx| {
        let here = shop.here();
        let seats = fleet::fence(tx, here, &node)?;
        audit::record(tx, here.now, &by, &Act::Fenced { node, seats, note })?;
        Ok::<_, FenceError>(seats)
    });
    let seats = fenced.await.map_err(|error| refused(error, speaks))?;
    Ok(Json(Carried {
        seats: i64::try_from(seats).unwrap_or(i64::MAX),
    }))
}

/// Let a fenced device be given seats again
#[utoipa::path(post, operation_id = "let_node_in",
    path = "/api/operator/nodes/{node}/let-in", tag = "operator",
    request_body = Order,
    responses((status = 200, body = Carried), (status = 404, body = Problem)))]
pub(super) async fn let_in(
    State(app): State<App>,
    Path(node): Path<NodeId>,
    speaks: Speaks,
    Body(order): Body<Order>,
) -> Result<Json<Carried>, ApiError> {
    let (by, note) = signed(&order.by, &order.note).map_err(|error| error.speaking(speaks))?;
    let shop = app.shop.clone();
    let let_in = app.shop.db.write(move |tx| {
        fleet::let_in(tx, &node)?;
        audit::record(tx, shop.now(), &by, &Act::LetIn { node, note })?;
        Ok::<_, FenceError>(())
    });
    let_in.await.map_err(|error| refused(error, speaks))?;
    Ok(Json(Carried { seats: 0 }))
}

/// Have a copy of a node recover: it takes back from the hub what it has lost, and its staff look
/// at the seats in doubt. It begins when the copy introduces itself, within about a minute
#[utoipa::path(post, operation_id = "order_recovery",
    path = "/api/operator/nodes/{node}/recover", tag = "operator",
    request_body = OrderRecovery,
    responses((status = 200, body = Carried), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn recover(
    State(app): State<App>,
    Path(node): Path<NodeId>,
    speaks: Speaks,
    Body(order): Body<OrderRecovery>,
) -> Result<Json<Carried>, ApiError> {
    let (by, note) = signed(&order.by, &order.note).map_err(|error| error.speaking(speaks))?;
    let copy = order.copy;
    if copy == WhichCopy::PutAside && put_aside(&app.hellos.of(&node)).is_none() {
        let error = ApiError::new(ErrorCode::RemedyNotPossible);
        let why = "no copy of this node was put aside since the hub was started";
        return Err(error.detail(why).speaking(speaks));
    }
    let (shop, ordered) = (app.shop.clone(), node.clone());
    let done = app.shop.db.write(move |tx| {
        fleet::order_recovery(tx, &node, copy)?;
        let act = Act::RecoveryOrdered { node, copy, note };
        audit::record(tx, shop.now(), &by, &act)?;
        Ok::<_, OrderError>(())
    });
    done.await.map_err(|error| not_ordered(error, speaks))?;
    if copy == WhichCopy::InService {
        app.hellos.ask_again(&ordered);
    }
    Ok(Json(Carried { seats: 0 }))
}

fn not_ordered(error: OrderError, speaks: Speaks) -> ApiError {
    let (code, why) = match error {
        OrderError::Store(fault) => return ApiError::from(fault).speaking(speaks),
        OrderError::Unknown(_) => (ErrorCode::NotFound, error.to_string()),
        OrderError::Fenced(_) => (ErrorCode::RemedyNotPossible, error.to_string()),
    };
    ApiError::new(code).detail(why).speaking(speaks)
}

/// Let the restored hub sell in a theater although not every node has reported
#[utoipa::path(post, operation_id = "go_on_in_theater",
    path = "/api/operator/theaters/{theater}/go", tag = "operator",
    request_body = Order,
    responses((status = 200, body = Carried), (status = 404, body = Problem)))]
pub(super) async fn go(
    State(app): State<App>,
    Path(theater): Path<TheaterId>,
    speaks: Speaks,
    Body(order): Body<Order>,
) -> Result<Json<Carried>, ApiError> {
    let (by, note) = signed(&order.by, &order.note).map_err(|error| error.speaking(speaks))?;
    let shop = app.shop.clone();
    let gone = app.shop.db.write(move |tx| {
        if theaters::find(tx, theater)?.is_none() {
            return Err(ApiError::new(ErrorCode::NotFound));
        }
        let here = shop.here();
        fleet::go(tx, here, theater)?;
        audit::record(tx, here.now, &by, &Act::Went { theater, note })?;
        Ok(())
    });
    gone.await.map_err(|error| error.speaking(speaks))?;
    Ok(Json(Carried { seats: 0 }))
}

fn refused(error: FenceError, speaks: Speaks) -> ApiError {
    let error = match error {
        FenceError::Store(fault) => ApiError::from(fault),
        FenceError::Unknown(_) => ApiError::new(ErrorCode::NotFound).detail(error.to_string()),
    };
    error.speaking(speaks)
}
