//! A payments module, a sandbox for its gateway, and a buyer who pays.

use std::sync::Arc;

use domain::id::{CampaignId, OrderId, RefundId, ScreeningId, TheaterId};
use domain::ledger::Account;
use domain::money::Won;
use domain::time::{HOUR_MS, Timestamp};
use hub::payments::api::{
    AskRefund, Confirm, HowToPay, OpenOrder, OrderView, PaymentState, Purpose, RefundReason,
    RefundState,
};
use hub::payments::calls::Calls;
use hub::payments::gateway::toss::{Live, SecretKey, Toss};
use hub::payments::gateway::{CancelCall, ConfirmCall, Gateway};
use hub::payments::pace::Pace;
use hub::payments::{Parts, Payments, PaymentsClient, Shown, http, opening, serving, sqlite};
use process::clock::{Clock as _, ManualClock, SystemClock};
use process::config::Secret;
use process::ids::{Ids as _, SeededIds};
use process::shutdown::Shutdown;
use serde_json::Value;
use store::Db;
use tempfile::TempDir;
use toss_sandbox::admin::{Admin, Method, NewPayment};
use toss_sandbox::policy::Policy;
use toss_sandbox::{Sandbox, Settings};

pub(crate) const AMOUNT: Won = Won(15_000);
pub(crate) const THEATER: TheaterId = TheaterId(3);
pub(crate) const CAMPAIGN: CampaignId = CampaignId(7);

/// Where the module runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    InProcess,
    OverSocket,
}

/// Runs a test once in process and once over the socket.
macro_rules! both_ways {
    ($($name:ident),* $(,)?) => {
        mod in_process {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&super::Stage::new(crate::stage::Way::InProcess).await).await;
            })*
        }
        mod over_socket {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&super::Stage::new(crate::stage::Way::OverSocket).await).await;
            })*
        }
    };
}
pub(crate) use both_ways;

pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) admin: Admin,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) ids: Arc<SeededIds>,
    pub(crate) payments: Payments,
    pub(crate) client: PaymentsClient,
    pub(crate) shutdown: Shutdown,
    pub(crate) folder: TempDir,
}

impl Stage {
    pub(crate) async fn new(way: Way) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            policy: Policy::default(),
            ..Settings::new(folder.path().join("sandbox"))
        };
        let sandbox = Sandbox::start(settings).await.unwrap();
        let clock = Arc::new(ManualClock::new(SystemClock::new(Timestamp(0)).now()));
        let ids = Arc::new(SeededIds::new(1));
        let gateway = Arc::new(toss(&sandbox));
        let shutdown = Shutdown::new();
        let payments = module(&folder, (&clock, &ids), gateway, &shutdown);
        opening::start(&payments).await.unwrap();
        let router = http::router(payments.clone());
        let client = match way {
            Way::InProcess => PaymentsClient::in_process(router),
            Way::OverSocket => {
                let socket = folder.path().join("payments.sock");
                let listener = serving::bind(&socket).await.unwrap();
                let (module, stop) = (payments.clone(), shutdown.clone());
                tokio::spawn(
                    async move { serving::serve(module, listener, Vec::new(), &stop).await },
                );
                PaymentsClient::over_socket(socket)
            }
        };
        Self {
            admin: sandbox.admin(),
            sandbox,
            clock,
            ids,
            payments,
            client,
            shutdown,
            folder,
        }
    }

    /// The module as it is after its program was killed and started again.
    pub(crate) async fn restart(&mut self) {
        let gateway = Arc::new(toss(&self.sandbox));
        self.payments.db().clone().close().await.unwrap();
        let made_of = (&self.clock, &self.ids);
        self.payments = module(&self.folder, made_of, gateway, &self.shutdown);
        opening::start(&self.payments).await.unwrap();
        self.client = PaymentsClient::in_process(http::router(self.payments.clone()));
    }

    /// Lets the tasks run once.
    pub(crate) async fn tend(&self) {
        self.payments
            .look_after_attempts(&self.shutdown)
            .await
            .unwrap();
        self.payments
            .carry_out_refunds(&self.shutdown)
            .await
            .unwrap();
        self.payments.look_after_reconciliations().await.unwrap();
        assert_eq!(
            self.payments.check_books().await.unwrap(),
            Vec::<String>::new()
        );
    }

    /// Lets as much time pass here as has passed at the gateway, whose clock is the machine's.
    pub(crate) fn keep_up(&self) {
        let there = SystemClock::new(Timestamp(0)).now();
        let behind_ms = there.since_ms(self.clock.now());
        self.clock.advance_ms(behind_ms.max(0));
    }

    /// Lets time pass here, not at the gateway, and the tasks run.
    pub(crate) async fn tend_after_ms(&self, ms: i64) {
        self.clock.advance_ms(ms);
        self.tend().await;
    }

    pub(crate) async fn open(&self, purpose: Purpose) -> OrderId {
        let order = OrderId(self.ids.uuid(self.clock.now()));
        self.client
            .open_order(order, &self.asked(purpose))
            .await
            .unwrap();
        order
    }

    pub(crate) fn asked(&self, purpose: Purpose) -> OpenOrder {
        OpenOrder {
            amount: AMOUNT,
            name: "기생충 2매".to_owned(),
            purpose,
            expires_at: self.clock.now().plus_ms(HOUR_MS),
        }
    }

    /// The buyer opens the window and authorises.
    pub(crate) async fn authorise(&self, order: OrderId) -> Confirm {
        let how = self.client.begin_attempt(order).await.unwrap();
        self.authorise_as(&how, Method::Card).await
    }

    pub(crate) async fn authorise_as(&self, how: &HowToPay, method: Method) -> Confirm {
        let mut new = NewPayment::new(&how.gateway_order, how.amount.0);
        new.method = method;
        new.customer_name = Some("김토스".to_owned());
        let made = self.admin.make(&new).await.unwrap();
        Confirm {
            payment_key: made.payment_key,
            gateway_order: made.order_id,
            amount: Won(made.amount),
        }
    }

    /// An order that is paid, and its payment's key.
    pub(crate) async fn paid(&self, purpose: Purpose) -> (OrderId, String) {
        let order = self.open(purpose).await;
        let confirm = self.authorise(order).await;
        let view = self.client.confirm(order, &confirm).await.unwrap();
        assert!(is_paid(&view), "{view:?}");
        (order, confirm.payment_key)
    }

    pub(crate) async fn state(&self, order: OrderId) -> PaymentState {
        self.client.order(order).await.unwrap().payment
    }

    pub(crate) async fn balance(&self, account: Account) -> Won {
        self.client.account(&account).await.unwrap().balance
    }

    /// What came back at the gateway, in each cancel.
    pub(crate) async fn cancels(&self, payment_key: &str) -> Vec<i64> {
        let payment = self.at_gateway(payment_key).await;
        let cancels = payment["cancels"].as_array().cloned().unwrap_or_default();
        cancels
            .iter()
            .map(|cancel| cancel["cancelAmount"].as_i64().unwrap())
            .collect()
    }

    /// The payment as the gateway shows it.
    pub(crate) async fn at_gateway(&self, payment_key: &str) -> Value {
        let url = format!("{}/v1/payments/{payment_key}", self.sandbox.url());
        let request = reqwest::Client::new()
            .get(url)
            .basic_auth(&self.sandbox.keys().secret, Some(""));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Plans something that goes wrong.
    pub(crate) async fn plan(&self, fault: Value) {
        let fault = serde_json::from_value(fault).unwrap();
        self.admin.plan(&fault).await.unwrap();
    }

    pub(crate) async fn ask_refund(&self, order: OrderId, amount: i64) -> RefundId {
        let refund = RefundId(self.ids.uuid(self.clock.now()));
        let asked = ask(order, amount);
        let view = self.client.refund(refund, &asked).await.unwrap();
        assert_eq!(view.progress, RefundState::Pending);
        refund
    }

    pub(crate) async fn refund_state(&self, refund: RefundId) -> RefundState {
        self.client.refund_view(refund).await.unwrap().progress
    }

    /// The gateway, called past the module.
    /// A charge at the gateway that is none of ours, and its key.
    pub(crate) async fn charge_past_us(&self, name: &str) -> String {
        let made = self.admin.authenticated(name, 9_000).await.unwrap();
        let call = ConfirmCall {
            payment_key: made.clone(),
            gateway_order: name.to_owned(),
            amount: Won(9_000),
            idempotency_key: name.to_owned(),
        };
        self.toss().confirm(&call).await;
        made
    }

    /// Somebody gives a part of a payment of ours back at the gateway's own console.
    pub(crate) async fn refund_past_us(&self, payment_key: &str, amount: Won) {
        let call = CancelCall {
            payment_key: payment_key.to_owned(),
            amount,
            refundable: AMOUNT,
            reason: "console".to_owned(),
            idempotency_key: "console".to_owned(),
            account: None,
        };
        self.toss().cancel(&call).await;
    }

    pub(crate) fn toss(&self) -> Toss {
        toss(&self.sandbox)
    }
}

pub(crate) fn seats() -> Purpose {
    Purpose::Seats {
        screening: ScreeningId(11),
        theater: THEATER,
    }
}

pub(crate) fn pledge() -> Purpose {
    Purpose::Pledge {
        campaign: CAMPAIGN,
        theater: THEATER,
    }
}

pub(crate) fn ask(order: OrderId, amount: i64) -> AskRefund {
    AskRefund {
        order,
        amount: Won(amount),
        reason: RefundReason::BookingCancelled,
    }
}

pub(crate) fn is_paid(view: &OrderView) -> bool {
    matches!(view.payment, PaymentState::Paid { .. })
}

pub(crate) fn is_done(state: &RefundState) -> bool {
    matches!(state, RefundState::Done { .. })
}

pub(crate) fn toss(sandbox: &Sandbox) -> Toss {
    let key = Secret::new(sandbox.keys().secret.clone());
    let key = SecretKey::new(key, Live::Refused).unwrap();
    Toss::new(&sandbox.url(), key).unwrap()
}

fn module(
    folder: &TempDir,
    (clock, ids): (&Arc<ManualClock>, &Arc<SeededIds>),
    gateway: Arc<dyn Gateway>,
    shutdown: &Shutdown,
) -> Payments {
    let file = folder.path().join("payments.sqlite");
    Payments::new(Parts {
        db: Db::open(&file, sqlite::MIGRATIONS).unwrap(),
        calls: Calls::new(gateway, Pace::per_minute(0)),
        clock: clock.clone(),
        ids: ids.clone(),
        shown: Shown {
            client_key: "test_ck_SANDBOX0001".to_owned(),
            script: "http://127.0.0.1/v2/standard".to_owned(),
        },
        shutdown: shutdown.clone(),
    })
}
