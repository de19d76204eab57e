//! The way from the hub to the payments module: requests and answers get lost, and whoever asked
//! may be gone when the answer comes.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use tower::ServiceExt as _;

use super::{World, lock};
use crate::world::random::Random;

/// One life of the hub, as far as it asks.
#[derive(Clone)]
struct Asker {
    world: Arc<World>,
    life: u64,
    random: Arc<Mutex<Random>>,
}

/// What the hub of `life` asks the payments module through.
pub(super) fn wire(world: &Arc<World>, life: u64) -> Router {
    let asker = Asker {
        world: Arc::clone(world),
        life,
        random: Arc::new(Mutex::new(world.chance())),
    };
    Router::new().fallback(carry).with_state(asker)
}

async fn carry(State(asker): State<Asker>, request: Request<Body>) -> Response {
    let Asker {
        world,
        life,
        random,
    } = asker;
    if world.hub.machine.life() != life {
        // A program that has ended asks nothing.
        return std::future::pending().await;
    }
    let trouble = world.trouble(world.profile.wire_trouble);
    let (lost, late, ms) = {
        let mut random = lock(&random);
        let lost = random.chance(trouble);
        (lost, random.chance(500), random.between(1, 5_000))
    };
    let unreachable = || StatusCode::BAD_GATEWAY.into_response();
    let Some(module) = world.payments.running() else {
        return unreachable();
    };
    // Of this life: another one, later, knows nothing of the request.
    let machine = Arc::clone(&world.payments.machine);
    let theirs = machine.life();
    if lost {
        world.note(format_args!("lost: {} {}", request.method(), request.uri()));
        world.pause(ms).await;
        if !late {
            return unreachable();
        }
    }
    let work = tokio::spawn(module.router.oneshot(request));
    tokio::select! {
        biased;
        () = machine.ended(theirs) => unreachable(),
        done = work => match done {
            Ok(Ok(_)) if lost => unreachable(),
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(error) => {
                world.violate("a program stopped itself", error.to_string());
                unreachable()
            }
        },
    }
}
