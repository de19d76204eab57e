//! While the link is up any seat can be bought anywhere.

use tests::client::Client;
use tests::ledger;
use tests::stand::Stand;

/// The first screening that is on sale at `client`.
async fn screening(client: &Client) -> i64 {
    client.on_sale().await[0]["screening"]
        .as_i64()
        .expect("an id")
}

/// Waits until hub and kiosks hold the same rows, and looks that nothing is wrong.
async fn all_is_well(stand: &Stand, promises: &[tests::client::Promise]) {
    for kiosk in &stand.kiosks {
        ledger::agree((&stand.hub.database, &kiosk.database), 1).await;
    }
    assert_eq!(ledger::broken(&stand.hub.database, promises), []);
    assert!(ledger::sold_twice(&stand.hub.database).is_empty());
    assert_eq!(ledger::conflicts(&stand.hub.database), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn any_seat_is_sold_anywhere_while_the_link_is_up() {
    let mut stand = Stand::with(&[1, 1], 1);
    stand.start().await;
    let web = stand.hub.client();
    let tills = [stand.kiosks[0].client(), stand.kiosks[1].client()];
    let id = screening(&tills[0]).await;

    // The web buys what a kiosk owns, and a party across the border.
    let elsewhere = web.seats(id, "elsewhere").await;
    let hold = web.hold_anywhere(id, &elsewhere[..2]).await;
    let mut promises = vec![web.book(&hold).await.expect("booked")];
    let party = [
        web.seats(id, "free").await[0],
        elsewhere[4],
        *elsewhere.last().expect("one"),
    ];
    let hold = web.hold_anywhere(id, &party).await;
    promises.push(web.book(&hold).await.expect("booked"));

    // A kiosk buys what the hub owns, and what the other kiosk owns.
    let mine = tills[0].seats(id, "free").await;
    let others = tills[1].seats(id, "free").await;
    let hubs = web.seats(id, "free").await;
    let wanted = [hubs[3], others[2]];
    assert!(!mine.contains(&wanted[0]) && !mine.contains(&wanted[1]));
    let hold = tills[0].hold_anywhere(id, &wanted).await;
    promises.push(tills[0].pay(&hold).await.expect("the card is approved"));

    // A party of which one seat is taken gets none, and what is free stays on sale.
    let taken = promises[0].seats[0];
    let refused = web.hold(id, &[others[3], others[4], taken]).await;
    assert_eq!(refused, Err("seat_not_on_sale_here".to_owned()));
    let hold = tills[1].hold(id, &others[3..5]).await.expect("still there");
    promises.push(tills[1].pay(&hold).await.expect("the card is approved"));
    all_is_well(&stand, &promises).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_want_the_same_seat_from_both_sides_do_not_both_get_it() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
    let id = screening(&till).await;
    let mut promises = Vec::new();
    for seat in till.seats(id, "free").await.chunks(2).take(12) {
        let (from_web, from_till) = tokio::join!(web.hold(id, seat), till.hold(id, seat));
        assert!(
            from_web.is_err() || from_till.is_err(),
            "{seat:?} is held twice"
        );
        if let Ok(hold) = from_web {
            promises.push(web.book(&hold).await.expect("booked"));
        } else if let Ok(hold) = from_till {
            promises.push(till.pay(&hold).await.expect("the card is approved"));
        }
    }
    assert!(!promises.is_empty(), "somebody got seats");
    all_is_well(&stand, &promises).await;
}
