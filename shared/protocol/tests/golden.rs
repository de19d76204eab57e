//! What was once written stays readable: golden files of the first protocol version.
//!
//! A file is never changed. A new version of a message gets a file of its own beside it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use domain::booking::Tender;
use protocol::ask::Asking;
use protocol::batch::Batch;
use protocol::message::{Ack, Command, Hello, HubState, NodeState, ViewersElsewhere};
use protocol::row::{Envelope, Row, RowKind};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn golden(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/v1")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads the file and writes it again: nothing may be lost or named otherwise.
fn check<T: DeserializeOwned + Serialize>(name: &str) -> T {
    let text = golden(name);
    let read: T = serde_json::from_str(&text).unwrap();
    let written = serde_json::to_value(&read).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written, expected, "{name}");
    read
}

#[test]
fn messages_of_the_first_version_are_read_and_written_alike() {
    check::<Hello>("hello.json");
    check::<Command>("welcome.json");
    check::<Command>("refused.json");
    check::<Ack>("ack.json");
    check::<NodeState>("node_state.json");
    check::<HubState>("hub_state.json");
}

#[test]
fn the_ratchet_and_recovery_are_read_and_written_alike() {
    check::<Hello>("hello_ratchet.json");
    check::<Command>("welcome_ratchet.json");
    check::<Command>("welcome_pays_at.json");
    check::<Command>("recover.json");
    check::<Command>("put_aside.json");
}

#[test]
fn questions_and_answers_are_read_and_written_alike() {
    for name in [
        "ask_grant.json",
        "ask_reseat.json",
        "ask_reseat_known.json",
        "ask_void.json",
        "ask_give_up.json",
        "answer_done.json",
        "answer_refused.json",
    ] {
        check::<Asking>(name);
    }
}

#[test]
fn a_film_is_told_with_the_people_who_made_it() {
    let envelope = check::<Envelope>("movie_people.json");
    let row = Row::from_envelope(&envelope).unwrap();
    assert_eq!(as_value(&row.to_envelope().unwrap()), as_value(&envelope));
}

#[test]
fn rows_of_the_first_version_are_read_and_written_alike() {
    let batch = check::<Batch>("batch.json");
    for envelope in &batch.rows {
        let row = Row::from_envelope(envelope).unwrap();
        let written = row.to_envelope().unwrap();
        assert_eq!(as_value(&written), as_value(envelope), "{}", envelope.key);
    }
    assert_eq!(
        batch.rows.len(),
        10,
        "every kind of row, and every state of a seat"
    );
}

/// Programs of the first version know two tenders: to them it is a booking paid by card.
#[test]
fn a_booking_that_was_paid_on_the_web_is_read_and_written_alike() {
    let envelope = check::<Envelope>("booking_paid_online.json");
    let row = Row::from_envelope(&envelope).unwrap();
    let Row::Booking(booking) = &row else {
        panic!("{row:?}")
    };
    assert_eq!(booking.tender, Tender::Online);
    assert!(envelope.body.get().contains("\"tender\": \"card\""));
    assert_eq!(as_value(&row.to_envelope().unwrap()), as_value(&envelope));
}

#[test]
fn a_tender_of_the_future_is_taken_for_what_it_is_told_as() {
    let envelope = check::<Envelope>("booking_paid_online.json");
    let body = envelope.body.get().replace("online", "points");
    let body = serde_json::value::RawValue::from_string(body).unwrap();
    let Row::Booking(booking) = Row::from_envelope(&Envelope { body, ..envelope }).unwrap() else {
        panic!("a booking")
    };
    assert_eq!(booking.tender, Tender::Card);
}

#[test]
fn money_of_every_kind_is_read_and_written_alike() {
    let batch = check::<Batch>("batch_tenders.json");
    for envelope in &batch.rows {
        let row = Row::from_envelope(envelope).unwrap();
        let written = row.to_envelope().unwrap();
        assert_eq!(as_value(&written), as_value(envelope), "{}", envelope.key);
    }
    // A reader of the first version needs these fields, and knows only these two tenders.
    for envelope in &batch.rows {
        let body: serde_json::Value = serde_json::from_str(envelope.body.get()).unwrap();
        let needed: &[&str] = match envelope.kind.as_str() {
            "booking" => &["booking", "number", "screening", "hold", "order", "tickets"],
            _ if body.get("pledge").is_some() => &[],
            _ => &["order", "booking", "amount", "approval_no", "approved_at"],
        };
        for field in needed {
            assert!(body.get(field).is_some(), "{field} of {}", envelope.key);
        }
        if envelope.kind == "booking" {
            assert_eq!(body["tender"], "card");
        }
    }
}

#[test]
fn campaigns_and_pledges_are_read_and_written_alike() {
    check::<Hello>("hello_kinds.json");
    let batch = check::<Batch>("batch_campaigns.json");
    for envelope in &batch.rows {
        let row = Row::from_envelope(envelope).unwrap();
        let written = row.to_envelope().unwrap();
        assert_eq!(as_value(&written), as_value(envelope), "{}", envelope.key);
        assert!(!envelope.is_known_with(&[]), "the first version has none");
    }
    assert_eq!(
        batch.rows.len(),
        16,
        "every state that is told, of campaigns and of pledges"
    );
}

#[test]
fn rules_of_refunds_and_facts_about_tickets_are_read_and_written_alike() {
    let mut batch = check::<Batch>("batch_refund_rules.json");
    batch
        .rows
        .extend(check::<Batch>("batch_ticket_facts.json").rows);
    for envelope in &batch.rows {
        let row = Row::from_envelope(envelope).unwrap();
        let written = row.to_envelope().unwrap();
        assert_eq!(as_value(&written), as_value(envelope), "{}", envelope.key);
        assert!(!envelope.is_known_with(&[]), "the first version has none");
    }
}

#[test]
fn orders_that_were_handed_off_are_read_and_written_alike() {
    let batch = check::<Batch>("batch_hand_offs.json");
    for envelope in &batch.rows {
        let row = Row::from_envelope(envelope).unwrap();
        let written = row.to_envelope().unwrap();
        assert_eq!(as_value(&written), as_value(envelope), "{}", envelope.key);
        assert!(!envelope.is_known_with(&[]), "the first version has none");
    }
    assert_eq!(batch.rows.len(), 8, "every state, and every end");
}

#[test]
fn searches_and_boards_are_read_and_written_alike_and_told_only_to_who_knows_them() {
    check::<Command>("welcome_kinds.json");
    let batch = check::<Batch>("batch_rankings.json");
    for envelope in &batch.rows {
        let row = Row::from_envelope(envelope).unwrap();
        let written = row.to_envelope().unwrap();
        assert_eq!(as_value(&written), as_value(envelope), "{}", envelope.key);
        assert!(!envelope.is_known_with(&[]), "the first version has none");
        assert!(envelope.is_known_with(&RowKind::newer_names()));
    }
    let (fact, board) = (&batch.rows[0], &batch.rows[2]);
    assert!(!fact.is_welcome_with(&[]), "a hub of before is not told");
    assert!(fact.is_welcome_with(&RowKind::newer_names()));
    assert!(
        board.is_welcome_with(&[]),
        "a restored hub gets its own rows back"
    );
}

#[test]
fn a_field_of_the_future_is_passed_over() {
    let mut batch = check::<Batch>("batch.json");
    batch
        .rows
        .extend(check::<Batch>("batch_campaigns.json").rows);
    batch
        .rows
        .extend(check::<Batch>("batch_hand_offs.json").rows);
    for envelope in &batch.rows {
        let mut body: serde_json::Value = serde_json::from_str(envelope.body.get()).unwrap();
        body["of_the_future"] = serde_json::json!({ "more": [1, 2] });
        let body = serde_json::value::to_raw_value(&body).unwrap();
        let newer = Envelope {
            body,
            ..envelope.clone()
        };
        let row = Row::from_envelope(&newer);
        // A seat map is exact: half-understood seats must not be sold.
        if envelope.kind != "seat_map" {
            row.unwrap();
        }
    }
}

#[test]
fn a_booking_that_is_paid_in_a_way_of_the_future_is_a_paid_one() {
    let batch = check::<Batch>("batch_tenders.json");
    let booking = &batch.rows[0];
    let mut body: serde_json::Value = serde_json::from_str(booking.body.get()).unwrap();
    body["paid_by"] = serde_json::json!("gold");
    let body = serde_json::value::to_raw_value(&body).unwrap();
    let newer = Envelope {
        body,
        ..booking.clone()
    };
    let Row::Booking(read) = Row::from_envelope(&newer).unwrap() else {
        panic!("a booking");
    };
    assert!(read.is_paid());
}

fn as_value(envelope: &Envelope) -> serde_json::Value {
    serde_json::to_value(envelope).unwrap()
}

#[test]
fn viewers_are_read_and_written_alike_and_passed_over_by_who_does_not_know_them() {
    check::<NodeState>("node_state_viewers.json");
    check::<ViewersElsewhere>("viewers_elsewhere.json");
    let before = check::<NodeState>("node_state.json");
    assert_eq!(before.viewers, None);
}
