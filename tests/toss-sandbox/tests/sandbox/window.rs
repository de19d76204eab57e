//! The payment window without a browser: forms and redirects.

use reqwest::StatusCode;
use reqwest::header::LOCATION;
use serde_json::Value;

use crate::shop::Stand;

/// A customer whose browser does not follow redirects by itself.
struct Customer {
    http: reqwest::Client,
    base: String,
}

impl Customer {
    fn of(stand: &Stand) -> Self {
        let http = reqwest::Client::builder();
        let http = http.redirect(reqwest::redirect::Policy::none());
        Self {
            http: http.build().unwrap(),
            base: stand.sandbox.url(),
        }
    }

    /// Opens a window as the browser's library does; where the browser is sent.
    async fn open(&self, more: &[(&str, &str)]) -> String {
        let mut query = vec![
            ("clientKey", "test_ck_SANDBOX0001"),
            ("from", "payment"),
            ("method", "CARD"),
            ("amount", "15000"),
            ("orderId", "order_0001"),
            ("orderName", "기생충 <b>2매</b>"),
            ("successUrl", "http://shop.test/success?lang=ko"),
            ("failUrl", "http://shop.test/fail"),
        ];
        query.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        query.extend(more);
        let url = format!("{}/v2/window", self.base);
        let answer = self.http.get(url).query(&query).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        answer.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    async fn press(&self, window: &str, form: &[(&str, &str)]) -> String {
        let answer = self.http.post(window).form(form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        answer.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    async fn page(&self, url: &str) -> String {
        self.http
            .get(url)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }
}

fn value(url: &str, name: &str) -> Option<String> {
    let url = reqwest::Url::parse(url).unwrap();
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn a_customer_pays_and_the_shop_confirms() {
    let stand = Stand::new().await;
    let customer = Customer::of(&stand);
    let window = customer.open(&[]).await;
    let page = customer.page(&window).await;
    assert!(
        page.contains("SANDBOX") && page.contains("15,000"),
        "{page}"
    );
    assert!(
        page.contains("&lt;b&gt;2매") && !page.contains("<b>2매"),
        "{page}"
    );
    let back = customer
        .press(&window, &[("choice", "approve"), ("way", "easy_pay")])
        .await;
    assert_eq!(value(&back, "lang").as_deref(), Some("ko"));
    assert_eq!(value(&back, "amount").as_deref(), Some("15000"));
    assert_eq!(value(&back, "orderId").as_deref(), Some("order_0001"));
    assert_eq!(value(&back, "paymentType"), None);
    let key = value(&back, "paymentKey").unwrap();
    let paid = stand.shop.confirm(&key, "order_0001", 15_000).await;
    assert_eq!(paid.short(), "200 DONE");
    assert_eq!(paid.json()["method"], "간편결제");
    assert_eq!(paid.json()["easyPay"]["provider"], "토스페이");
    let again = customer.page(&window).await;
    assert!(again.contains("결제 완료"), "{again}");
}

#[tokio::test]
async fn a_customer_who_closes_or_is_declined_comes_back_and_may_try_again() {
    let stand = Stand::new().await;
    let customer = Customer::of(&stand);
    let window = customer.open(&[]).await;
    let closed = customer.press(&window, &[("choice", "close")]).await;
    assert_eq!(
        value(&closed, "code").as_deref(),
        Some("PAY_PROCESS_CANCELED")
    );
    assert_eq!(value(&closed, "orderId"), None);
    let declined = customer.press(&window, &[("choice", "decline")]).await;
    assert!(declined.starts_with("http://shop.test/fail?"));
    assert_eq!(
        value(&declined, "code").as_deref(),
        Some("REJECT_CARD_COMPANY")
    );
    assert_eq!(value(&declined, "orderId").as_deref(), Some("order_0001"));
    let over = customer.press(&window, &[("choice", "over-limit")]).await;
    let key = value(&over, "paymentKey").unwrap();
    let said = stand.shop.confirm(&key, "order_0001", 15_000).await;
    assert_eq!(said.short(), "403 REJECT_CARD_PAYMENT");
    let again = customer.open(&[]).await;
    assert_ne!(again, window);
}

#[tokio::test]
async fn a_virtual_account_is_chosen_confirmed_and_paid_into() {
    let stand = Stand::new().await;
    let customer = Customer::of(&stand);
    let window = customer
        .open(&[("method", "VIRTUAL_ACCOUNT"), ("validHours", "24")])
        .await;
    let form = [
        ("choice", "approve"),
        ("way", "virtual_account"),
        ("bank", "88"),
        ("holder", "박토스"),
    ];
    let back = customer.press(&window, &form).await;
    let key = value(&back, "paymentKey").unwrap();
    let issued = stand.shop.confirm(&key, "order_0001", 15_000).await;
    assert_eq!(issued.short(), "200 WAITING_FOR_DEPOSIT");
    let account = &issued.json()["virtualAccount"];
    assert_eq!(
        (&account["bankCode"], &account["customerName"]),
        (&"88".into(), &"박토스".into())
    );
    let deposit = customer.http.post(&window).form(&[("choice", "deposit")]);
    assert!(
        deposit
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
            .contains("결제 완료")
    );
    let paid = stand.shop.payment(&key).await;
    assert_eq!(paid.short(), "200 DONE");
}

#[tokio::test]
async fn widgets_say_how_it_was_paid() {
    let stand = Stand::new().await;
    let customer = Customer::of(&stand);
    let window = customer
        .open(&[
            ("clientKey", "test_gck_SANDBOX0001"),
            ("from", "widgets"),
            ("method", "TOSSPAY"),
        ])
        .await;
    let back = customer
        .press(&window, &[("choice", "approve"), ("way", "easy_pay")])
        .await;
    assert_eq!(value(&back, "paymentType").as_deref(), Some("NORMAL"));
}

#[tokio::test]
async fn what_cannot_be_opened_goes_back_at_once() {
    let stand = Stand::new().await;
    stand.paid("order_0001").await;
    let customer = Customer::of(&stand);
    let paid = customer.open(&[]).await;
    assert_eq!(value(&paid, "code").as_deref(), Some("DUPLICATED_ORDER_ID"));
    let wrong = customer.open(&[("clientKey", "test_ck_unknown")]).await;
    assert_eq!(value(&wrong, "code").as_deref(), Some("UNAUTHORIZED_KEY"));
}

#[tokio::test]
async fn the_library_and_its_pages_are_served() {
    let stand = Stand::new().await;
    let customer = Customer::of(&stand);
    let library = customer
        .page(&format!("{}/v2/standard", customer.base))
        .await;
    assert!(library.contains("window.TossPayments = TossPayments"));
    stand.paid("order_0001").await;
    let overview = customer.page(&customer.base).await;
    assert!(overview.contains("SANDBOX") && overview.contains("order_0001"));
    let listed: Value = stand.admin.get("/payments").await.unwrap();
    assert_eq!(listed["counts"]["DONE"], 1);
}
