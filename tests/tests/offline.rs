//! A kiosk sells without the network; when it is back both sides agree.

use tests::ledger;
use tests::stand::{Stand, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_sold_without_the_network_reaches_the_hub_exactly_once() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
    let screening = till.on_sale().await[0]["screening"]
        .as_i64()
        .expect("an id");
    let free = till.seats(screening, "free").await;

    stand.hub.kill();
    eventually("the kiosk knows that it is alone", || async {
        let kiosk = till.get("/api/kiosk").await?;
        (kiosk["link"]["state"] == "offline").then_some(())
    })
    .await;
    let mut promises = Vec::new();
    for pair in free.chunks(2).take(4) {
        let hold = till
            .hold(screening, pair)
            .await
            .expect("the kiosk owns them");
        promises.push(till.pay(&hold).await.expect("the card is approved"));
    }

    stand.hub.start();
    stand.hub.ready().await;
    eventually("the hub has every booking", || async {
        let sold = web.seats(screening, "sold").await;
        (sold.len() == 8).then_some(())
    })
    .await;
    let databases = (&stand.hub.database, &stand.kiosks[0].database);
    ledger::agree((databases.0, databases.1), 1).await;
    for database in [databases.0, databases.1] {
        assert_eq!(ledger::broken(database, &promises), []);
        assert!(ledger::sold_twice(database).is_empty());
        assert_eq!(ledger::conflicts(database), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_kiosk_the_web_sells_its_own_seats_only() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let web = stand.hub.client();
    let till = stand.kiosks[0].client();
    let screening = till.on_sale().await[0]["screening"]
        .as_i64()
        .expect("an id");
    stand.kiosks[0].kill();
    eventually(
        "the web says that the theater cannot be reached",
        || async {
            let theater = web.get("/api/theaters/1").await?;
            (theater["link"]["state"] == "offline").then_some(())
        },
    )
    .await;
    let elsewhere = web.seats(screening, "elsewhere").await;
    let refused = web.hold(screening, &elsewhere[..1]).await;
    assert_eq!(refused, Err("seat_not_on_sale_here".to_owned()));
    let free = web.seats(screening, "free").await;
    let hold = web
        .hold(screening, &free[..2])
        .await
        .expect("the hub owns them");
    let promise = web.book(&hold).await.expect("booked");

    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    eventually("the kiosk learns of the web's booking", || async {
        let known = ledger::broken(&stand.kiosks[0].database, std::slice::from_ref(&promise));
        known.is_empty().then_some(())
    })
    .await;
}
