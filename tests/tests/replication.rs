//! Hub and kiosk lose their disks and are restored from their replicas.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use tests::client::{Client, Promise};
use tests::ledger;
use tests::stand::{OPERATOR, Program, Stand, eventually};

const REPLICA: &str = "[replica]\nfolder = \"replica\"\ndurability = \"sync\"\n";

/// A stand whose programs answer only what is in their replicas.
fn stand() -> Stand {
    let stand = Stand::new(1);
    stand.hub.configure(REPLICA);
    stand.kiosks[0].configure(REPLICA);
    stand
}

/// Free seats in the theater of the kiosk, which knows of no other.
async fn free(client: &Client) -> Option<(i64, Vec<i64>)> {
    let on_sale = client.on_sale().await.into_iter();
    for screening in on_sale.filter(|it| it["theater"]["theater"] == 1) {
        let screening = screening["screening"].as_i64()?;
        let free = client.seats(screening, "free").await;
        if free.len() > 4 {
            return Some((screening, free[..2].to_vec()));
        }
    }
    None
}

async fn sold(client: &Client, at_till: bool) -> Promise {
    eventually("somebody buys", || async {
        let (screening, seats) = free(client).await?;
        let hold = client.hold(screening, &seats).await.ok()?;
        if at_till {
            client.pay(&hold).await
        } else {
            client.book(&hold).await
        }
    })
    .await
}

fn restored(program: &Program) -> String {
    program.lose_disk();
    program.says(&["restore"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_and_a_kiosk_without_their_disks_are_restored_and_sell_again() {
    let mut stand = stand();
    stand.start().await;
    let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
    let (mut web_promises, mut till_promises) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        web_promises.push(sold(&web, false).await);
        till_promises.push(sold(&till, true).await);
    }
    let said = stand.hub.says(&["replica", "verify"]);
    assert!(said.contains("tables have the same rows"), "{said}");
    shown(&stand.hub).await;

    stand.hub.kill();
    let in_the_way = stand.hub.refuses(&["restore"]);
    assert!(in_the_way.contains("move it away first"), "{in_the_way}");
    let said = restored(&stand.hub);
    assert!(said.contains("every page is whole"), "{said}");
    stand.hub.start();
    stand.hub.ready().await;
    stand.kiosks[0].online().await;
    // Until the kiosk has reported, the restored hub sells nothing of its theater.
    web_promises.push(sold(&web, false).await);

    stand.kiosks[0].kill();
    let said = restored(&stand.kiosks[0]);
    assert!(said.contains("every page is whole"), "{said}");
    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    stand.kiosks[0].online().await;
    let databases = (&stand.hub.database, &stand.kiosks[0].database);
    ledger::agree((databases.0, databases.1), 1).await;
    for database in [databases.0, databases.1] {
        assert_eq!(ledger::broken(database, &till_promises), []);
        assert_eq!(ledger::broken(database, &web_promises), []);
        assert_eq!(ledger::sold_twice(database), []);
    }
}

/// The console and the metrics tell of the replica, and of the restore that was proved.
async fn shown(hub: &Program) {
    let console = hub.client().knowing(OPERATOR);
    let list = console.get("/api/operator/replicas").await.unwrap();
    let replica = &list["replicas"][0];
    assert_eq!(replica["database"], "hub");
    assert_eq!(replica["standing"], "following");
    assert_eq!(replica["is_late"], false);
    assert!(replica["verified_at"].is_i64(), "{replica}");
    let url = format!("http://127.0.0.1:{}/metrics", hub.port);
    let text = reqwest::get(url).await.unwrap().text().await.unwrap();
    for line in [
        "moding_replica_following{database=\"hub\"} 1",
        "moding_replica_late{database=\"hub\"} 0",
        "moding_replica_lag_bytes{database=\"hub\"} ",
        "moding_replica_verified_timestamp_seconds{database=\"hub\"} ",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_copy_of_a_hub_does_not_write_over_its_replica() {
    let mut stand = stand();
    stand.start().await;
    let web = stand.hub.client();
    sold(&web, false).await;
    stand.hub.kill();
    let copy = stand.folder().join("copy");
    std::fs::create_dir(&copy).unwrap();
    let folder = stand.hub.database.parent().unwrap().to_owned();
    for name in ["hub.sqlite", "hub.sqlite-wal"] {
        std::fs::copy(folder.join(name), copy.join(name)).unwrap();
    }
    stand.hub.start();
    stand.hub.ready().await;
    sold(&web, false).await;
    stand.hub.kill();
    stand.hub.lose_disk();
    std::fs::rename(&copy, &folder).unwrap();
    let refused = stand.hub.refuses(&["serve"]);
    assert!(refused.contains("which is an older copy"), "{refused}");
}
