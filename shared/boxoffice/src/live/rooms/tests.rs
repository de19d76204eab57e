//! What waits for whom, and what does not.

use domain::id::{CampaignId, ScreeningId};
use domain::presence::Subject;

use super::*;

const SEATS: Topic = Topic::Subject(Subject::Screening(ScreeningId(1)));
const CAMPAIGN: Topic = Topic::Subject(Subject::Campaign(CampaignId(2)));

fn change(upto: i64) -> Frame {
    Frame::change(SEATS, (upto, upto), &upto)
}

fn sent(next: Option<Next>) -> String {
    match next {
        Some(Next::Send(bytes) | Next::Last(bytes)) => String::from_utf8(bytes.to_vec()).unwrap(),
        other => panic!("{other:?} is nothing to send"),
    }
}

#[test]
fn changes_come_in_order_and_only_to_who_listens() {
    let rooms = Rooms::default();
    let mut one = rooms.enter(vec![SEATS]);
    let mut other = rooms.enter(vec![CAMPAIGN]);
    rooms.tell(&change(1));
    rooms.tell(&change(2));
    let heard = sent(one.take());
    assert!(heard.find("id: 1").unwrap() < heard.find("id: 2").unwrap());
    assert_eq!(one.take(), None);
    assert_eq!(other.take(), None);
}

#[test]
fn a_slow_client_is_brought_to_the_present_and_not_buffered_for() {
    let rooms = Rooms::default();
    let mut slow = rooms.enter(vec![SEATS]);
    let many = i64::try_from(WAITING_MAX).unwrap() * 100;
    for seq in 1..=many {
        rooms.tell(&change(seq));
        assert!(slow.mailbox.inbox().frames.len() <= WAITING_MAX);
    }
    assert_eq!(slow.take(), Some(Next::CatchUp));
    slow.caught_up(many);
    assert_eq!(slow.take(), None);
    rooms.tell(&change(many + 1));
    assert!(sent(slow.take()).contains(&format!("id: {}", many + 1)));
}

#[test]
fn of_a_state_only_the_newest_waits_and_it_is_there_for_who_comes_later() {
    let rooms = Rooms::default();
    let mut first = rooms.enter(vec![CAMPAIGN]);
    for percent in 1..=1_000 {
        rooms.tell(&Frame::state(CAMPAIGN, "progress", &percent.to_string()));
    }
    assert_eq!(sent(first.take()), "event: progress\ndata: 1000\n\n");
    let mut later = rooms.enter(vec![CAMPAIGN]);
    assert_eq!(sent(later.take()), "event: progress\ndata: 1000\n\n");
}

#[test]
fn what_was_told_before_the_client_caught_up_is_not_told_again() {
    let rooms = Rooms::default();
    let mut client = rooms.enter(vec![SEATS]);
    rooms.tell(&change(5));
    rooms.tell(&change(6));
    client.caught_up(5);
    let heard = sent(client.take());
    assert!(
        !heard.contains("id: 5") && heard.contains("id: 6"),
        "{heard}"
    );
    assert_eq!(client.known_up_to(), 6);
}

#[test]
fn after_a_reset_nothing_more_comes() {
    let rooms = Rooms::default();
    let mut client = rooms.enter(vec![SEATS]);
    rooms.tell(&Frame::reset(SEATS, 7));
    rooms.tell(&change(8));
    assert!(matches!(client.take(), Some(Next::Last(_))));
}

#[test]
fn an_empty_room_is_swept_out() {
    let rooms = Rooms::default();
    let one = rooms.enter(vec![SEATS, CAMPAIGN]);
    let other = rooms.enter(vec![SEATS]);
    assert_eq!(rooms.listeners(SEATS), 2);
    drop(one);
    assert_eq!(rooms.topics(), [SEATS]);
    drop(other);
    assert!(rooms.topics().is_empty());
}

#[tokio::test]
async fn a_program_that_ends_ends_its_streams() {
    let rooms = Rooms::default();
    let mut there = rooms.enter(vec![SEATS]);
    rooms.close();
    assert_eq!(there.next().await, Next::Over);
    assert_eq!(rooms.enter(vec![SEATS]).next().await, Next::Over);
}
