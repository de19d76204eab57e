//! What only operators can put right: seats that were sold twice because a device was fenced.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use reqwest::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};
use tests::client::{Client, Promise};
use tests::ledger;
use tests::stand::{OPERATOR, Stand, eventually};

/// A kiosk that was fenced has come back: of what it sold meanwhile one booking stands, and
/// one has a seat that the web has sold as well.
struct Doubled {
    stand: Stand,
    operator: Client,
    /// The web's booking, which keeps the seat.
    web: Promise,
    /// The kiosk's booking without its seat.
    loser: Promise,
    /// The kiosk's booking that stands.
    stands: Promise,
    /// The conflict's key as it stands in a path.
    key: String,
}

impl Doubled {
    async fn new() -> Self {
        let mut stand = Stand::new(1);
        stand.start().await;
        let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
        let operator = stand.hub.client().knowing(OPERATOR);
        let id = till.on_sale().await[0]["screening"].as_i64().unwrap();
        let free = till.seats(id, "free").await;

        stand.hub.kill();
        let mut sold = Vec::new();
        for pair in free.chunks(2).take(2) {
            let hold = till.hold(id, pair).await.unwrap();
            sold.push(till.pay(&hold).await.unwrap());
        }
        stand.kiosks[0].kill();
        stand.hub.start();
        stand.hub.ready().await;
        fence(&operator).await;
        // What the kiosk has sold looks free now.
        let hold = web.hold(id, &free[..1]).await.unwrap();
        let booked = web.book(&hold).await.unwrap();

        stand.kiosks[0].start();
        let key = eventually("the double is found", || async {
            let list = operator.get("/api/operator/conflicts").await?;
            let key = list["conflicts"][0]["key"].as_str()?.replace('/', "%2F");
            (list["open"] == 1).then_some(key)
        })
        .await;
        let [loser, stands]: [Promise; 2] = sold.try_into().unwrap();
        Self {
            stand,
            operator,
            web: booked,
            loser,
            stands,
            key,
        }
    }

    async fn detail(&self) -> Value {
        let path = format!("/api/operator/conflicts/{}", self.key);
        self.operator.get(&path).await.unwrap()
    }

    async fn decide(&self, remedy: &str) -> (StatusCode, Value) {
        let path = format!("/api/operator/conflicts/{}/decision", self.key);
        let body = json!({ "remedy": remedy, "by": "김운영", "note": "통화함" });
        self.operator.post(&path, body).await.unwrap()
    }

    /// Nothing is open any more, every other promise is kept, and both sides agree.
    async fn is_settled(&self, promises: &[Promise]) {
        let list = self.operator.get("/api/operator/conflicts").await.unwrap();
        assert_eq!((&list["open"], &list["total"]), (&json!(0), &json!(1)));
        let detail = self.detail().await;
        assert_eq!(detail["lasts"], false);
        assert_eq!(detail["decision"]["by"], "김운영");
        let databases = (&self.stand.hub.database, &self.stand.kiosks[0].database);
        ledger::agree((databases.0, databases.1), 1).await;
        for database in [databases.0, databases.1] {
            assert_eq!(ledger::broken(database, promises), []);
            assert!(ledger::sold_twice(database).is_empty());
        }
    }

    fn audited(&self, act: &str) -> i64 {
        let db = Connection::open(&self.stand.hub.database).unwrap();
        let query = "SELECT count(*) FROM audit WHERE act ->> 'act' = ?1";
        db.query_row(query, [act], |row| row.get(0)).unwrap()
    }
}

async fn fence(operator: &Client) {
    let order = json!({ "by": "김운영", "note": "고장" });
    let path = "/api/operator/nodes/kiosk-1/fence";
    let (status, carried) = operator.post(path, order).await.unwrap();
    assert_eq!(status, StatusCode::OK);
    assert!(carried["seats"].as_i64().unwrap() > 0);
    let fleet = operator.get("/api/operator/nodes").await.unwrap();
    assert_eq!(fleet["nodes"][0]["standing"], "fenced");
    assert_eq!(fleet["nodes"][0]["seats_owned"], 0);
}

/// The seats of the booking in the first move, and what it would become.
fn after_moves(promise: &Promise, decision: &Value) -> Promise {
    let mut seats = promise.seats.clone();
    for one in decision["moves"].as_array().unwrap() {
        let at = seats.iter().position(|seat| one["from"] == *seat).unwrap();
        seats[at] = one["to"].as_i64().unwrap();
    }
    seats.sort_unstable();
    Promise {
        seats,
        ..promise.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loser_of_a_double_is_reseated_and_everybody_has_one_seat() {
    let doubled = Doubled::new().await;
    let detail = doubled.detail().await;
    assert_eq!(detail["kind"], "seat_sold_twice");
    let claims = detail["claims"].as_array().unwrap();
    let claim = |state: &str| claims.iter().find(|it| it["state"] == state).unwrap();
    assert_eq!(claim("wins")["booking"], doubled.web.booking);
    assert_eq!(claim("wins")["phone_end"], "5678");
    assert_eq!(claim("loses")["booking"], doubled.loser.booking);
    assert_eq!(claim("loses")["writer"], "fenced");
    assert!(!detail.to_string().contains("01012345678"));
    let dismissed = doubled.decide("dismiss").await;
    assert_eq!(dismissed.1["code"], "remedy_not_possible");

    let (status, decided) = doubled.decide("reseat").await;
    assert_eq!((status, &decided["lasts"]), (StatusCode::OK, &json!(false)));
    let moved = after_moves(&doubled.loser, &decided["decision"]);
    assert_ne!(moved, doubled.loser);
    let (again, same) = doubled.decide("reseat").await;
    assert_eq!(
        (again, same["decision"].clone()),
        (StatusCode::OK, decided["decision"].clone())
    );
    let other = doubled.decide("refund").await;
    assert_eq!(other.1["code"], "already_decided");
    let promises = [doubled.web.clone(), doubled.stands.clone(), moved];
    doubled.is_settled(&promises).await;
    assert_eq!(
        (doubled.audited("fenced"), doubled.audited("decided")),
        (1, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loser_of_a_double_gets_the_money_back() {
    let doubled = Doubled::new().await;
    let detail = doubled.detail().await;
    let remedies = detail["remedies"].as_array().unwrap();
    let refund = remedies.iter().find(|it| it["remedy"] == "refund").unwrap();
    assert_eq!(refund["card_at_counter"], true);
    let (status, decided) = doubled.decide("refund").await;
    assert_eq!(status, StatusCode::OK);
    let due = &decided["decision"]["due_won"];
    assert_eq!(due, &refund["due_won"]);
    assert!(due.as_i64().unwrap() > 0);
    doubled
        .is_settled(&[doubled.web.clone(), doubled.stands.clone()])
        .await;
    let broken = ledger::broken(
        &doubled.stand.hub.database,
        std::slice::from_ref(&doubled.loser),
    );
    assert_eq!(broken.len(), 1, "the booking has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_in_service_changes_its_booking_itself() {
    let mut doubled = Doubled::new().await;
    let path = "/api/operator/nodes/kiosk-1/let-in";
    let order = json!({ "by": "김운영" });
    assert_eq!(
        doubled.operator.post(path, order).await.unwrap().0,
        StatusCode::OK
    );
    // As long as it cannot be reached nothing is decided.
    doubled.stand.kiosks[0].kill();
    eventually("the kiosk is known to be gone", || async {
        let fleet = doubled.operator.get("/api/operator/nodes").await?;
        (fleet["nodes"][0]["reachable"] == false).then_some(())
    })
    .await;
    let (status, refused) = doubled.decide("reseat").await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("node_unreachable"))
    );

    doubled.stand.kiosks[0].start();
    eventually("the kiosk can be asked", || async {
        let fleet = doubled.operator.get("/api/operator/nodes").await?;
        (fleet["nodes"][0]["reachable"] == true).then_some(())
    })
    .await;
    let decided = eventually("the kiosk has answered", || async {
        let (status, decided) = doubled.decide("reseat").await;
        if status != StatusCode::OK {
            assert_eq!(decided["code"], "node_unreachable", "{decided}");
        }
        (status == StatusCode::OK).then_some(decided)
    })
    .await;
    let moved = after_moves(&doubled.loser, &decided["decision"]);
    let promises = [doubled.web.clone(), doubled.stands.clone(), moved];
    doubled.is_settled(&promises).await;
    assert!(doubled.audited("asked") >= 1);
    assert_eq!(doubled.audited("decided"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_without_the_credential() {
    let mut stand = Stand::with(&[1], 1);
    stand.hub.start();
    stand.hub.ready().await;
    let stranger = stand.hub.client().knowing("guessed");
    for _ in 0..10 {
        let order = json!({ "by": "누구" });
        let path = "/api/operator/nodes/kiosk-1/fence";
        let (status, _) = stranger.post(path, order).await.unwrap();
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let order = json!({ "by": "누구" });
    let (status, _) = stranger
        .post("/api/operator/theaters/1/go", order)
        .await
        .unwrap();
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    let operator = stand.hub.client().knowing(OPERATOR);
    let fleet = operator.get("/api/operator/nodes").await.unwrap();
    assert_eq!(fleet["nodes"][0]["standing"], "in_service");
    let why = stand.hub.refuses(&["node", "fence", "kiosk-1"]);
    assert!(why.contains("--yes"), "{why}");
}
