//! The sandbox's own pages, each marked as what it is.

use std::fmt::Write as _;

use axum::http::HeaderName;
use axum::response::{Html, IntoResponse as _, Response};
use serde_json::Value;

use super::leaving;
use crate::app::App;
use crate::rules::bank::BANKS;
use crate::rules::payment::{Payment, Status};
use crate::wire::korean_time;
use crate::wire::payment::method;

/// What a page may load, and nothing else. Where its form leads to is the shop's affair.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'";

/// The window of a payment that has just been opened.
pub(super) fn window(app: &App, payment: &Payment, asked: Option<&str>) -> Response {
    let action = format!("{}/v1/payments/{}/checkout", app.base, payment.key);
    let ways = ways(payment, asked.unwrap_or_default());
    let slow = app.policy().slow_ms / 1_000;
    let page = filled(
        include_str!("../../../assets/window.html"),
        &[
            ("css", &css(app)),
            ("name", &payment.order_name),
            ("amount", &won(payment.amounts.total)),
            ("shop", &payment.shop),
            ("order", &payment.order_id),
            ("key", &payment.key),
            ("action", &action),
            ("slow", &slow.to_string()),
        ],
        &[("ways", &ways)],
    );
    sent(page)
}

/// A payment whose window is over.
pub(super) fn state(app: &App, payment: &Payment) -> Response {
    let mut content = String::new();
    let means = payment.means.as_ref().map_or("", method);
    let left = payment.balance();
    for (name, value) in [
        ("주문 · Order", payment.order_id.as_str()),
        ("결제 · Payment", &payment.key),
        (
            "금액 · Amount",
            &format!("{}원", won(payment.amounts.total)),
        ),
        ("남은 금액 · Left", &format!("{}원", won(left))),
        ("결제수단 · Paid by", means),
    ] {
        row(&mut content, &[name, value]);
    }
    if let Some(account) = payment.account() {
        let number = format!("{} {}", bank_name(&account.bank), account.number);
        row(&mut content, &["입금 계좌 · Account", &number]);
        let due = account.due_at.map(korean_time::with_offset);
        row(
            &mut content,
            &["입금 기한 · Until", &due.unwrap_or_default()],
        );
    }
    let mut content = format!("<table>{content}</table>");
    if payment.status() == Status::WaitingForDeposit {
        let button = deposit_button(app, payment, "입금하기 · Pay in");
        content.push_str(&button);
    }
    // Whoever comes back to the window after having paid gets on from here.
    if payment.status() == Status::InProgress
        && let Some(shop) = leaving::success_address(payment)
    {
        let shop = escaped(&shop);
        let words = "상점으로 돌아가기 <small>Back to the shop</small>";
        let _ = write!(content, "<a class=\"button\" href=\"{shop}\">{words}</a>");
    }
    let title = format!("{} · {}", payment.order_name, words(payment.status()));
    sent(titled(app, &title, "narrow", &content))
}

/// What a developer looks at first.
pub(super) fn overview(app: &App, latest: &[Payment]) -> Response {
    let keys = app.keys.first();
    let mut content = format!(
        "<p class=\"facts\">secret <code>{}</code> · client <code>{}</code> · script \
         <code>{}/v2/standard</code> · clock <code>{}</code></p><table>",
        escaped(&keys.secret),
        escaped(&keys.client),
        escaped(&app.base),
        korean_time::with_offset(app.clock.now()),
    );
    content.push_str(
        "<tr><th>주문 · Order</th><th>금액 · Amount</th><th>상태 · State</th><th></th></tr>",
    );
    for payment in latest {
        let page = format!("{}/v1/payments/{}/checkout", app.base, payment.key);
        let action = if payment.status() == Status::WaitingForDeposit {
            deposit_button(app, payment, "입금 · Pay in")
        } else {
            String::new()
        };
        let _ = write!(
            content,
            "<tr><td><a href=\"{}\">{}</a><br><small>{}</small></td><td class=\"number\">{}원</td>\
             <td>{}</td><td>{action}</td></tr>",
            escaped(&page),
            escaped(&payment.order_name),
            escaped(&payment.order_id),
            won(payment.amounts.total),
            words(payment.status()),
        );
    }
    content.push_str("</table>");
    sent(titled(app, "최근 결제 · Latest payments", "wide", &content))
}

/// The end of a framed window, which tells the page around it.
pub(super) fn outcome(app: &App, origin: &str, outcome: &Value) -> Response {
    let page = filled(
        include_str!("../../../assets/outcome.html"),
        &[
            ("origin", origin),
            ("outcome", &outcome.to_string()),
            ("script", &format!("{}/v2/outcome.js", app.base)),
        ],
        &[],
    );
    sent(page)
}

/// The end of a window that nobody has said where to go from.
pub(super) fn nowhere(app: &App, told: &[(String, String)]) -> Response {
    let mut rows = String::new();
    for (name, value) in told {
        row(&mut rows, &[name, value]);
    }
    let content = format!("<table>{rows}</table>");
    sent(titled(
        app,
        "돌아갈 곳이 없습니다 · Nowhere to go",
        "narrow",
        &content,
    ))
}

/// The ways to pay that go with what the shop asked for.
fn ways(payment: &Payment, asked: &str) -> String {
    let all = [
        ("card", "카드", "Card"),
        ("easy_pay", "토스페이", "Toss Pay"),
        ("transfer", "계좌이체", "Bank transfer"),
        ("virtual_account", "가상계좌", "Virtual account"),
        ("mobile_phone", "휴대폰", "Mobile phone"),
    ];
    let offered: &[&str] = match asked {
        "TRANSFER" => &["transfer"],
        "VIRTUAL_ACCOUNT" => &["virtual_account"],
        "MOBILE_PHONE" => &["mobile_phone"],
        "TOSSPAY" => &["easy_pay"],
        "CARD" => &["card", "easy_pay"],
        _ => &[
            "card",
            "easy_pay",
            "transfer",
            "virtual_account",
            "mobile_phone",
        ],
    };
    let mut html = String::new();
    for (value, korean, english) in all.iter().filter(|way| offered.contains(&way.0)) {
        let checked = if *value == offered[0] { " checked" } else { "" };
        let _ = write!(
            html,
            "<label><input type=\"radio\" name=\"way\" value=\"{value}\"{checked}>\
             <span>{korean} <small>{english}</small></span></label>"
        );
    }
    if offered.contains(&"virtual_account") {
        html.push_str(&account_fields(payment));
    }
    html
}

fn account_fields(payment: &Payment) -> String {
    let mut options = String::new();
    for (code, name) in BANKS {
        let chosen = if code == "20" { " selected" } else { "" };
        let _ = write!(options, "<option value=\"{code}\"{chosen}>{name}</option>");
    }
    let holder = payment.customer_name.as_deref().unwrap_or("김토스");
    format!(
        "<label><small>입금 은행 · Bank</small><select name=\"bank\">{options}</select></label>\
         <label><small>입금자 · Name</small><input type=\"text\" name=\"holder\" maxlength=\"60\" \
         value=\"{}\"></label>",
        escaped(holder)
    )
}

fn deposit_button(app: &App, payment: &Payment, words: &str) -> String {
    format!(
        "<form class=\"alone\" method=\"post\" action=\"{}/v1/payments/{}/checkout\">\
         <button name=\"choice\" value=\"deposit\">{}</button></form>",
        escaped(&app.base),
        escaped(&payment.key),
        escaped(words)
    )
}

fn row(html: &mut String, cells: &[&str]) {
    html.push_str("<tr>");
    for cell in cells {
        let _ = write!(html, "<td>{}</td>", escaped(cell));
    }
    html.push_str("</tr>");
}

fn words(status: Status) -> &'static str {
    match status {
        Status::Ready => "결제창 열림 · window open",
        Status::InProgress => "승인 대기 · to be confirmed",
        Status::WaitingForDeposit => "입금 대기 · waiting for deposit",
        Status::Done => "결제 완료 · paid",
        Status::Canceled => "취소됨 · cancelled",
        Status::PartialCanceled => "부분 취소됨 · partly cancelled",
        Status::Aborted => "거절됨 · declined",
        Status::Expired => "시간 만료 · expired",
    }
}

fn bank_name(code: &str) -> &str {
    BANKS
        .iter()
        .find(|(known, _)| *known == code)
        .map_or(code, |(_, name)| name)
}

fn css(app: &App) -> String {
    format!("{}/v2/page.css", app.base)
}

fn titled(app: &App, title: &str, width: &str, content: &str) -> String {
    filled(
        include_str!("../../../assets/state.html"),
        &[("title", title), ("css", &css(app)), ("width", width)],
        &[("content", content)],
    )
}

/// 15,000
fn won(amount: i64) -> String {
    let digits = amount.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Fills a page in one pass: what is filled in is never looked at again.
fn filled(template: &str, texts: &[(&str, &str)], markup: &[(&str, &str)]) -> String {
    let mut page = String::new();
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        page.push_str(&rest[..start]);
        let (open, close) = if rest[start..].starts_with("{{{") {
            (3, "}}}")
        } else {
            (2, "}}")
        };
        let after = &rest[start + open..];
        let Some(end) = after.find(close) else { break };
        let name = &after[..end];
        let find = |all: &[(&str, &str)]| {
            let found = all.iter().find(|(known, _)| *known == name);
            found.map_or("", |(_, value)| value).to_owned()
        };
        if open == 3 {
            page.push_str(&find(markup));
        } else {
            page.push_str(&escaped(&find(texts)));
        }
        rest = &after[end + close.len()..];
    }
    page.push_str(rest);
    page
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

fn sent(page: String) -> Response {
    let headers = [
        (
            HeaderName::from_static("content-security-policy"),
            CONTENT_SECURITY_POLICY,
        ),
        (HeaderName::from_static("cache-control"), "no-store"),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ];
    (headers, Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shop_names_is_text_and_never_markup() {
        let page = filled(
            "<h1>{{name}}</h1>{{{ways}}}{{missing}}",
            &[("name", "<b>{{{ways}}}</b>")],
            &[("ways", "<i>")],
        );
        assert_eq!(page, "<h1>&lt;b&gt;{{{ways}}}&lt;/b&gt;</h1><i>");
    }

    #[test]
    fn money_is_grouped() {
        for (amount, text) in [
            (0, "0"),
            (999, "999"),
            (15_000, "15,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(won(amount), text);
        }
    }
}
