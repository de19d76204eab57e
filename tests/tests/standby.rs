//! A hub dies and another one, which has followed its replica, takes its place.
#![expect(clippy::print_stdout, reason = "how long it took is a result")]

use std::time::{Duration, Instant};

use tests::client::{Client, Promise};
use tests::stand::{Stand, eventually};
use tests::{ledger, replica};

/// The lease, two seconds, and what a busy machine takes beside them.
const TAKE_OVER_MAX: Duration = Duration::from_secs(15 + 2 + 13);

async fn sold(client: &Client, at_till: bool) -> Promise {
    eventually("somebody buys", || async {
        let on_sale = client.on_sale().await;
        let here = on_sale.iter().find(|it| it["theater"]["theater"] == 1)?;
        let screening = here["screening"].as_i64()?;
        let free = client.seats(screening, "free").await;
        let hold = client.hold(screening, free.get(..2)?).await.ok()?;
        if at_till {
            client.pay(&hold).await
        } else {
            client.book(&hold).await
        }
    })
    .await
}

/// Laid out in a bucket that keeps a lease; everything is answered only when it is there.
fn configure(stand: &Stand, store: &str) {
    std::fs::write(stand.folder().join("key"), "moding\nmoding-secret\n").expect("written");
    let bucket = replica::BUCKET;
    stand.hub.configure(&format!(
        "[replica]\ndurability = \"sync\"\nlease = true\n\
         [replica.bucket]\nendpoint = \"http://{store}\"\nregion = \"us-east-1\"\n\
         name = \"{bucket}\"\nprefix = \"chain\"\ncredential_file = \"key\"\n",
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_takes_over_and_has_everything_that_was_answered() {
    let Some((_moto, store)) = replica::moto() else {
        return;
    };
    let mut stand = Stand::new(1);
    configure(&stand, &store.to_string());
    let mut second = stand.standing_by();
    stand.start().await;
    second.start();
    let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
    let (mut web_promises, mut till_promises) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        web_promises.push(sold(&web, false).await);
        till_promises.push(sold(&till, true).await);
    }
    let copy = second.database.with_extension("sqlite.standby");
    eventually("the standby has a copy", || async {
        copy.exists().then_some(())
    })
    .await;
    web_promises.push(sold(&web, false).await);

    let died = Instant::now();
    stand.hub.kill();
    till_promises.push(sold(&till, true).await);
    second.ready().await;
    let took = died.elapsed();
    println!("served again after {took:?}");
    assert!(took < TAKE_OVER_MAX, "{took:?}");
    stand.kiosks[0].online().await;
    web_promises.push(sold(&second.client(), false).await);
    till_promises.push(sold(&till, true).await);
    let (hub, promises) = (&second.database, [&web_promises, &till_promises]);
    eventually("everything that was answered is at the new hub", || async {
        let broken = promises.map(|promised| ledger::broken(hub, promised).len());
        (broken == [0, 0]).then_some(())
    })
    .await;
    assert_eq!(ledger::sold_twice(hub), []);

    // The one that was thought dead may neither serve nor stand by with what it has.
    let refused = stand.hub.refuses(&["serve"]);
    assert!(refused.contains("moding-hub standby"), "{refused}");
    let refused = stand.hub.refuses(&["standby"]);
    assert!(refused.contains("is in the way"), "{refused}");
}
