//! How the replicas of the hub's databases stand.

use axum::Json;
use axum::extract::State;
use boxoffice::replica::View;
use domain::time::Timestamp;
use protocol::api::replica::{ReplicaList, ReplicaStanding, ReplicaView};
use protocol::error::Problem;
use store::replication::Standing;

use crate::app::App;

/// Every replica: how far it is behind, and when it was last proved to work
#[utoipa::path(get, operation_id = "list_replicas",
    path = "/api/operator/replicas", tag = "operator",
    responses((status = 200, body = ReplicaList), (status = 401, body = Problem)))]
pub(super) async fn list(State(app): State<App>) -> Json<ReplicaList> {
    let replicas = app.shop.replicas.views().into_iter().map(view).collect();
    Json(ReplicaList { replicas })
}

fn view(of: View) -> ReplicaView {
    ReplicaView {
        database: of.database,
        standing: match of.status.standing {
            Standing::Starting => ReplicaStanding::Starting,
            Standing::Following => ReplicaStanding::Following,
            Standing::Unreachable => ReplicaStanding::Unreachable,
            Standing::Stopped => ReplicaStanding::Stopped,
        },
        is_late: of.status.is_late(),
        lag_ms: of.status.lag_ms,
        lag_bytes: of.status.lag_bytes,
        snapshot_at: of.status.snapshot_at_ms.map(Timestamp),
        verified_at: of.verified_at_ms.map(Timestamp),
        trouble: of.status.trouble,
    }
}
