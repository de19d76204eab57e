//! What the payments module does by itself: posts to the ledger, pays thousands of people back,
//! and answers the hub, inside it and as a process of its own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::id::{CampaignId, NodeId, OrderId, RefundId, ScreeningId, TheaterId};
use domain::money::Won;
use domain::order::TenderKind;
use domain::time::{HOUR_MS, Timestamp};
use hub::config::payments::PaymentsSettings;
use hub::payments::api::{
    AskRefund, Confirm, OpenOrder, Purpose, RefundReason, RefundState, TakenAtKiosk,
};
use hub::payments::{Payments, PaymentsClient, http, opening, serving, tasks};
use process::clock::{Clock as _, SystemClock};
use process::ids::{Ids as _, OsIds};
use process::shutdown::Shutdown;
use tempfile::TempDir;
use tests::stand::Apart;
use toss_sandbox::admin::NewPayment;
use toss_sandbox::{Sandbox, Settings};

const AMOUNT: Won = Won(12_000);

/// Callers at the same time.
const CALLERS: usize = 64;

/// The module with a sandbox as its gateway.
struct Books {
    sandbox: Sandbox,
    payments: Payments,
    client: PaymentsClient,
    clock: Arc<SystemClock>,
    shutdown: Shutdown,
    _folder: TempDir,
}

impl Books {
    async fn open(latency_ms: u64, calls_per_minute: u32, apart: Apart) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings::new(folder.path().join("sandbox")).taking(latency_ms);
        let sandbox = Sandbox::start(settings).await.expect("a sandbox");
        let secret = folder.path().join("toss");
        std::fs::write(&secret, &sandbox.keys().secret).expect("written");
        let settings = PaymentsSettings {
            data_dir: folder.path().join("payments"),
            client_key: sandbox.keys().client.clone(),
            secret_file: Some(secret),
            gateway: sandbox.url(),
            script: format!("{}/v2/standard", sandbox.url()),
            socket: None,
            calls_per_minute,
            live: false,
        };
        let (clock, shutdown) = (Arc::new(SystemClock::new(Timestamp(0))), Shutdown::new());
        let books = (&settings, None);
        let opened = opening::open(books, clock.clone(), Arc::new(OsIds), &shutdown).await;
        let payments = opened.expect("the module opens");
        let client = match apart {
            Apart::InHub => PaymentsClient::in_process(http::router(payments.clone())),
            Apart::OwnProcess => {
                let socket = folder.path().join("payments.sock");
                let listener = serving::bind(&socket).await.expect("a socket");
                let (module, stop) = (payments.clone(), shutdown.clone());
                tokio::spawn(
                    async move { serving::serve(module, listener, Vec::new(), &stop).await },
                );
                PaymentsClient::over_socket(socket)
            }
        };
        Self {
            sandbox,
            payments,
            client,
            clock,
            shutdown,
            _folder: folder,
        }
    }

    fn order(&self) -> OrderId {
        OrderId(OsIds.uuid(self.clock.now()))
    }

    /// A pledge that is paid.
    async fn pledge(&self) -> OrderId {
        let order = self.order();
        let asked = OpenOrder {
            amount: AMOUNT,
            name: "기생충 1매".to_owned(),
            purpose: Purpose::Pledge {
                campaign: CampaignId(7),
                theater: TheaterId(3),
            },
            expires_at: self.clock.now().plus_ms(HOUR_MS),
        };
        self.client
            .open_order(order, &asked)
            .await
            .expect("it is opened");
        let how = self.client.begin_attempt(order).await.expect("it begins");
        let made = NewPayment::new(&how.gateway_order, how.amount.0);
        let made = self.sandbox.admin().make(&made).await.expect("it is made");
        let confirm = Confirm {
            payment_key: made.payment_key,
            gateway_order: made.order_id,
            amount: Won(made.amount),
        };
        self.client
            .confirm(order, &confirm)
            .await
            .expect("it is paid");
        order
    }
}

/// Tenders of kiosks, each a posted transfer, `CALLERS` at a time.
pub(crate) async fn posts(count: usize, apart: Apart) {
    let books = Arc::new(Books::open(0, 0, apart).await);
    let taken = TakenAtKiosk {
        node: "seoul-1".parse::<NodeId>().expect("a name"),
        kind: TenderKind::Card,
        amount: AMOUNT,
        purpose: Purpose::Seats {
            screening: ScreeningId(11),
            theater: TheaterId(3),
        },
        taken_at: books.clock.now(),
    };
    let began = Instant::now();
    let (ours, taken) = (books.clone(), Arc::new(taken));
    at_once(count, move |_| {
        let (books, taken) = (ours.clone(), taken.clone());
        async move {
            let order = books.order();
            books
                .client
                .tender(order, &taken)
                .await
                .expect("it is posted");
        }
    })
    .await;
    let rate = rate(count, began.elapsed());
    let wrong = books.payments.check_books().await.expect("they are read");
    assert_eq!(wrong, Vec::<String>::new(), "the books are right");
    println!("ledger posts, {CALLERS} callers, module {apart:?}: {rate:.0}/s ({count} tenders)");
}

/// Everybody of a campaign is paid back, with `calls_per_minute` at most; 0 is unpaced.
pub(crate) async fn refunds(count: usize, latency_ms: u64, calls_per_minute: u32) {
    let books = Arc::new(Books::open(latency_ms, calls_per_minute, Apart::InHub).await);
    let ours = books.clone();
    let paid = at_once(count, move |_| {
        let books = ours.clone();
        async move { books.pledge().await }
    });
    let paid = Arc::new(paid.await);
    let began = Instant::now();
    let tasks = tasks::spawn(&books.payments, &books.shutdown);
    let ours = books.clone();
    let asked = at_once(count, move |at| {
        let (books, paid) = (ours.clone(), paid.clone());
        async move {
            let refund = RefundId(OsIds.uuid(books.clock.now()));
            let asked = AskRefund {
                order: paid[at],
                amount: AMOUNT,
                reason: RefundReason::CampaignFailed,
            };
            books
                .client
                .refund(refund, &asked)
                .await
                .expect("it is asked");
            refund
        }
    });
    for refund in asked.await {
        loop {
            let view = books.client.refund_view(refund).await.expect("it is known");
            if matches!(view.progress, RefundState::Done { .. }) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let took = began.elapsed();
    let rate = rate(count, took);
    books.shutdown.request();
    drop(tasks);
    println!(
        "refunds, gateway {latency_ms} ms, {calls_per_minute} calls a minute at most: {count} in \
         {took:.1?}, {rate:.1}/s"
    );
}

fn rate(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).expect("few")) / took.as_secs_f64()
}

/// Does `work` for every number below `count`, some at a time; the results in their order.
async fn at_once<T, W>(count: usize, work: impl Fn(usize) -> W + Clone + Send + 'static) -> Vec<T>
where
    T: Send + 'static,
    W: Future<Output = T> + Send + 'static,
{
    let callers = (0..CALLERS).map(|caller| {
        let work = work.clone();
        tokio::spawn(async move {
            let mut done = Vec::new();
            for number in (caller..count).step_by(CALLERS) {
                done.push((number, work(number).await));
            }
            done
        })
    });
    let mut all = Vec::new();
    for caller in callers.collect::<Vec<_>>() {
        all.extend(caller.await.expect("a caller does not panic"));
    }
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, done)| done).collect()
}
