//! The payments module is reached through its router alone, and knows nothing of the hub.

use crate::source::Source;

/// What the rest of the hub may name of the module.
const BRIDGE: [&str; 4] = [
    "payments::api",
    "payments::client",
    "payments::http::TRANSMISSION_ID",
    "payments::PaymentsClient",
];

/// Where the module is set up and started, or its database restored: it needs all of it.
const STARTERS: [&str; 8] = [
    "hub/src/command.rs",
    "hub/src/config.rs",
    "hub/src/command/serve.rs",
    "hub/src/command/payments.rs",
    "hub/src/command/payments/turn.rs",
    "hub/src/command/restore.rs",
    "hub/src/command/standby.rs",
    "hub/src/config/payments.rs",
];

/// What the module may name of the hub.
const OWN: [&str; 2] = ["crate::payments", "crate::config::payments"];

/// Lines that go past the router, in either direction.
pub(crate) fn past_the_router(source: &Source) -> Vec<String> {
    let path = &*source.path;
    if !path.starts_with("hub/src/") || STARTERS.contains(&path) {
        return Vec::new();
    }
    let is_inside = path.starts_with("hub/src/payments");
    source
        .working_lines()
        .filter(|(_, line)| {
            if is_inside {
                names(line, "crate::", &OWN)
            } else {
                names(line, "payments::", &BRIDGE)
            }
        })
        .map(|(number, line)| format!("{path}:{number}: {}", line.trim()))
        .collect()
}

/// Whether a line names something that begins so and is not among what may be named.
fn names(line: &str, start: &str, may: &[&str]) -> bool {
    line.match_indices(start)
        .any(|(at, _)| !may.iter().any(|allowed| line[at..].starts_with(allowed)))
}

#[test]
fn a_way_past_the_router_is_found() {
    let check = |path: &str, text: &str, found: usize| {
        let source = Source {
            path: path.to_owned(),
            text: format!("//! Sells.\n{text}\n"),
        };
        assert_eq!(past_the_router(&source).len(), found, "{path}: {text}");
    };
    let (hub, module) = ("hub/src/checkout.rs", "hub/src/payments/refunds.rs");
    check(hub, "use crate::payments::api::OpenOrder;", 0);
    check(hub, "use crate::payments::PaymentsClient;", 0);
    check(hub, "use crate::payments::sqlite::attempts;", 1);
    check(hub, "use crate::payments::{PaymentsClient, Payments};", 1);
    check(module, "use crate::payments::api::AskRefund;", 0);
    check(module, "use crate::sqlite::orders;", 1);
    check(
        "hub/src/command/serve.rs",
        "hub::payments::opening::open()",
        0,
    );
}
