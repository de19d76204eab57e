//! `kill -9` of either side, again and again, while people buy.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tests::client::{Client, Promise};
use tests::ledger;
use tests::stand::{Stand, eventually};

/// How often something is killed.
const ROUNDS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_confirmed_is_lost_and_nothing_is_sold_twice() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let over = Arc::new(AtomicBool::new(false));
    let web = Buyer::new(stand.hub.client(), Channel::Web);
    let till = Buyer::new(stand.kiosks[0].client(), Channel::Kiosk);
    let buying = [web.clone(), till.clone()].map(|buyer| {
        let over = over.clone();
        tokio::spawn(async move { buyer.buy_until(&over).await })
    });
    for round in 0..ROUNDS {
        let sold = web.count() + till.count();
        eventually("somebody buys", || async {
            (web.count() + till.count() > sold + round % 3).then_some(())
        })
        .await;
        let victim = if round % 2 == 0 {
            &mut stand.kiosks[0]
        } else {
            &mut stand.hub
        };
        victim.kill();
        victim.start();
        victim.ready().await;
    }
    over.store(true, Ordering::Relaxed);
    for buyer in buying {
        buyer.await.expect("a buyer does not panic");
    }
    stand.kiosks[0].online().await;
    let databases = (&stand.hub.database, &stand.kiosks[0].database);
    ledger::agree((databases.0, databases.1), 1).await;
    for database in [databases.0, databases.1] {
        assert_eq!(ledger::sold_twice(database), []);
        assert_eq!(ledger::conflicts(database), Vec::<String>::new());
        assert_eq!(ledger::broken(database, &till.promises()), []);
        assert_eq!(ledger::broken(database, &web.promises()), []);
    }
}

#[derive(Clone, Copy)]
enum Channel {
    Web,
    Kiosk,
}

/// Buys single seats and pairs, wherever some are free.
#[derive(Clone)]
struct Buyer {
    client: Client,
    channel: Channel,
    promises: Arc<Mutex<Vec<Promise>>>,
}

impl Buyer {
    fn new(client: Client, channel: Channel) -> Self {
        Self {
            client,
            channel,
            promises: Arc::default(),
        }
    }

    fn count(&self) -> usize {
        self.promises().len()
    }

    fn promises(&self) -> Vec<Promise> {
        self.promises.lock().expect("no one panics inside").clone()
    }

    async fn buy_until(&self, over: &AtomicBool) {
        while !over.load(Ordering::Relaxed) {
            if self.buy().await.is_none() {
                // Down, or somebody was faster.
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        }
    }

    async fn buy(&self) -> Option<()> {
        let theater = |it: &&serde_json::Value| it["theater"]["theater"] == 1;
        let on_sale = self.client.on_sale().await;
        let screening = on_sale.iter().find(theater)?["screening"].as_i64()?;
        let free = self.client.seats(screening, "free").await;
        let hold = self.client.hold(screening, free.get(..2)?).await.ok()?;
        let promise = match self.channel {
            Channel::Web => self.client.book(&hold).await?,
            Channel::Kiosk => self.client.pay(&hold).await?,
        };
        self.promises
            .lock()
            .expect("no one panics inside")
            .push(promise);
        Some(())
    }
}
