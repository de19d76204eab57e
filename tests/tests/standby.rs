//! A hub dies and another one, which has followed its replica, takes its place.

use tests::client::{Client, Promise};
use tests::stand::{Stand, eventually};
use tests::{ledger, replica};

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

    stand.hub.kill();
    till_promises.push(sold(&till, true).await);
    second.ready().await;
    stand.kiosks[0].online().await;
    web_promises.push(sold(&second.client(), false).await);
    till_promises.push(sold(&till, true).await);
    let hub = second.database.as_path();
    ledger::agree((hub, &stand.kiosks[0].database), 1).await;
    assert_eq!(ledger::broken(hub, &web_promises), []);
    assert_eq!(ledger::broken(hub, &till_promises), []);
    assert_eq!(ledger::sold_twice(hub), []);

    // The one that was thought dead may neither serve nor stand by with what it has.
    let refused = stand.hub.refuses(&["serve"]);
    assert!(refused.contains("moding-hub standby"), "{refused}");
    let refused = stand.hub.refuses(&["standby"]);
    assert!(refused.contains("is in the way"), "{refused}");
}
