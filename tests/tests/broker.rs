//! What hub and nodes rely on of a broker, seen with the real client: the broker inside the
//! hub and mosquitto keep the same promises.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "broker/stage.rs"]
mod stage;

use std::time::Duration;

use hub::broker::{Broker, BrokerError};
use mqtt::{Link, LinkError, PAYLOAD_BYTES_MAX, PublishError, Retain, Will};
use stage::{Stage, access, all_until, next, say, soon};
use tokio::net::TcpStream;

/// How long connecting may take.
const LONG: Duration = Duration::from_secs(60);

/// Clients that connect and say nothing.
const SILENT: usize = 20;

/// More than a link can queue, so that the sender has to wait for room.
const MANY: usize = 3_000;

/// Makes each case a test with the embedded broker and one with mosquitto.
macro_rules! with_both_brokers {
    ($($case:ident),* $(,)?) => {
        mod embedded {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                super::$case(super::Stage::embedded().await).await;
            })*
        }

        mod mosquitto {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                if let Some(stage) = super::Stage::mosquitto().await {
                    super::$case(stage).await;
                }
            })*
        }
    };
}

with_both_brokers![
    what_is_said_is_heard,
    a_wrong_password_is_refused_and_called_so,
    a_name_that_nobody_knows_is_refused,
    what_a_node_says_for_another_reaches_nobody,
    what_is_meant_for_another_node_is_not_heard,
    the_will_of_a_killed_node_is_published,
    a_node_that_says_goodbye_leaves_no_will,
    a_will_for_another_reaches_nobody,
    the_state_of_the_hub_is_known_to_who_comes_late,
    silent_clients_stall_nobody,
    a_link_dies_with_the_broker_and_a_new_one_works,
    of_two_links_of_one_node_the_newer_stays,
    a_password_opens_nobody_elses_place,
    a_payload_of_the_largest_size_passes_and_a_larger_one_is_refused,
    many_messages_arrive_all_and_in_order,
];

fn pair(topic: &str, text: &str) -> (String, String) {
    (topic.to_owned(), text.to_owned())
}

fn will(topic: &str, text: &str) -> Option<Will> {
    Some(Will {
        topic: topic.to_owned(),
        payload: text.into(),
        retain: Retain::Drop,
    })
}

async fn what_is_said_is_heard(stage: Stage) {
    let (mut hub, mut node) = (stage.hub().await, stage.node("seoul-1").await);
    for kind in ["hello", "rows", "ack", "state", "ask"] {
        let topic = format!("moding/1/test/up/seoul-1/{kind}");
        say(&node, &topic, kind);
        assert_eq!(next(&mut hub).await, (topic, kind.to_owned()));
    }
    for kind in ["rows", "ack", "ask", "command"] {
        let topic = format!("moding/1/test/down/seoul-1/{kind}");
        say(&hub, &topic, kind);
        assert_eq!(next(&mut node).await, (topic, kind.to_owned()));
    }
}

async fn a_wrong_password_is_refused_and_called_so(stage: Stage) {
    let mut endpoint = stage.endpoint("seoul-1");
    endpoint.password = "guessed".to_owned();
    let refused = soon("an answer", Link::open(&endpoint, None, &[], LONG)).await;
    let error = refused.err().expect("nobody gets in by guessing");
    assert!(
        matches!(&error, LinkError::Refused(name) if name == "seoul-1"),
        "{error:?}"
    );
    assert!(error.is_refusal());
}

async fn a_name_that_nobody_knows_is_refused(stage: Stage) {
    let mut endpoint = stage.endpoint("seoul-1");
    "seoul-3".clone_into(&mut endpoint.client_id);
    "seoul-3".clone_into(&mut endpoint.username);
    let refused = soon("an answer", Link::open(&endpoint, None, &[], LONG)).await;
    assert!(matches!(refused.err(), Some(LinkError::Refused(_))));
}

async fn what_a_node_says_for_another_reaches_nobody(stage: Stage) {
    let mut hub = stage.hub().await;
    let (mut other, node) = (stage.node("seoul-2").await, stage.node("seoul-1").await);
    for topic in [
        "moding/1/test/up/seoul-2/rows",
        "moding/1/test/up/seoul-1/unheard-of",
        "moding/1/test/up/seoul-1/rows/more",
        "moding/1/test/down/seoul-2/command",
        "moding/1/test/down/seoul-1/command",
        "moding/1/test/hub/state",
        "moding/1/other/up/seoul-1/rows",
        "elsewhere",
    ] {
        let sent = node
            .sender()
            .try_publish(topic, "forged".into(), Retain::Keep);
        assert_eq!(sent, Ok(()), "the broker is to refuse it, not the client");
    }
    let own = "moding/1/test/up/seoul-1/rows";
    say(&node, own, "true");
    assert_eq!(next(&mut hub).await, pair(own, "true"));
    let to_other = "moding/1/test/down/seoul-2/rows";
    say(&hub, to_other, "true");
    assert_eq!(next(&mut other).await, pair(to_other, "true"));
    // Nothing was kept for later either.
    let mut late = stage.hub().await;
    say(&late, to_other, "last");
    assert_eq!(next(&mut late).await, pair(to_other, "last"));
}

async fn what_is_meant_for_another_node_is_not_heard(stage: Stage) {
    let hub = stage.hub().await;
    let own = "moding/1/test/down/seoul-1/rows";
    for filter in [
        "moding/1/test/down/seoul-2/rows",
        "moding/1/test/down/seoul-2/#",
        "moding/1/test/down/+/rows",
        "moding/1/test/up/seoul-2/rows",
        "moding/1/test/#",
        "$share/all/moding/1/test/down/seoul-2/rows",
        "#",
    ] {
        let mut node = match stage.try_open("seoul-1", None, &[own, filter]).await {
            Err(LinkError::SubscriptionRefused) => continue,
            // Mosquitto grants it and then delivers nothing.
            Ok(node) => node,
            Err(error) => panic!("{filter}: {error:?}"),
        };
        say(&hub, "moding/1/test/down/seoul-2/rows", "secret");
        say(&hub, "moding/1/test/up/seoul-2/rows", "secret");
        say(&hub, own, "true");
        assert_eq!(next(&mut node).await, pair(own, "true"), "{filter}");
    }
}

async fn the_will_of_a_killed_node_is_published(stage: Stage) {
    let mut hub = stage.hub().await;
    let topic = "moding/1/test/up/seoul-1/state";
    let node = stage
        .try_open("seoul-1", will(topic, "gone"), &[])
        .await
        .unwrap();
    say(&node, topic, "here");
    assert_eq!(next(&mut hub).await, pair(topic, "here"));
    drop(node);
    assert_eq!(next(&mut hub).await, pair(topic, "gone"));
}

async fn a_node_that_says_goodbye_leaves_no_will(stage: Stage) {
    let mut hub = stage.hub().await;
    let topic = "moding/1/test/up/seoul-1/state";
    let polite = stage
        .try_open("seoul-1", will(topic, "first will"), &[])
        .await
        .unwrap();
    say(&polite, topic, "last words");
    soon("goodbye", polite.close()).await;
    let rude = stage
        .try_open("seoul-1", will(topic, "second will"), &[])
        .await
        .unwrap();
    drop(rude);
    let heard = all_until(&mut hub, "second will").await;
    assert_eq!(
        heard,
        [pair(topic, "last words"), pair(topic, "second will")]
    );
}

async fn a_will_for_another_reaches_nobody(stage: Stage) {
    let mut hub = stage.hub().await;
    let own = "moding/1/test/up/seoul-1/state";
    for topic in [
        "moding/1/test/up/seoul-2/state",
        "moding/1/test/down/seoul-2/command",
        "moding/1/test/hub/state",
    ] {
        match stage.try_open("seoul-1", will(topic, "forged"), &[]).await {
            // Mosquitto takes it and does not publish it.
            Ok(node) => drop(node),
            Err(error) => assert!(error.is_refusal(), "{topic}: {error:?}"),
        }
        let node = stage
            .try_open("seoul-1", will(own, "own"), &[])
            .await
            .unwrap();
        drop(node);
        assert_eq!(
            all_until(&mut hub, "own").await,
            [pair(own, "own")],
            "{topic}"
        );
    }
}

async fn the_state_of_the_hub_is_known_to_who_comes_late(stage: Stage) {
    let mut hub = stage.hub().await;
    let topic = "moding/1/test/hub/state";
    for text in ["starting", "here"] {
        hub.sender()
            .try_publish(topic, text.into(), Retain::Keep)
            .unwrap();
        // Heard, so the broker has it. Twice perhaps: as it came, and as what was kept.
        all_until(&mut hub, text).await;
    }
    let mut late = stage.node("seoul-1").await;
    assert_eq!(next(&mut late).await, pair(topic, "here"));
}

async fn silent_clients_stall_nobody(stage: Stage) {
    let mut silent = Vec::new();
    for _ in 0..SILENT {
        silent.push(TcpStream::connect(stage.address()).await.unwrap());
    }
    let (mut hub, node) = (stage.hub().await, stage.node("seoul-1").await);
    let topic = "moding/1/test/up/seoul-1/rows";
    say(&node, topic, "true");
    assert_eq!(next(&mut hub).await, pair(topic, "true"));
    drop(silent);
}

async fn a_link_dies_with_the_broker_and_a_new_one_works(mut stage: Stage) {
    let mut node = stage.node("seoul-1").await;
    let mut sender = node.sender();
    stage.stop().await;
    assert_eq!(soon("the end of the link", node.recv()).await, None);
    soon("the sender does not wait for a dead link", sender.room()).await;
    let late = sender.try_publish("moding/1/test/up/seoul-1/rows", "late".into(), Retain::Drop);
    assert_eq!(late, Err(PublishError::Closed));
    let unreachable = stage.try_open("seoul-1", None, &[]).await.err().unwrap();
    assert!(
        matches!(unreachable, LinkError::Unreachable(_)),
        "{unreachable:?}"
    );
    assert!(!unreachable.is_refusal());

    stage.start().await;
    what_is_said_is_heard(stage).await;
}

async fn of_two_links_of_one_node_the_newer_stays(stage: Stage) {
    let mut hub = stage.hub().await;
    let mut older = stage.node("seoul-1").await;
    let mut newer = stage.node("seoul-1").await;
    assert_eq!(soon("the end of the older link", older.recv()).await, None);
    let topic = "moding/1/test/up/seoul-1/rows";
    say(&newer, topic, "true");
    assert_eq!(next(&mut hub).await, pair(topic, "true"));
    let down = "moding/1/test/down/seoul-1/rows";
    say(&hub, down, "true");
    assert_eq!(next(&mut newer).await, pair(down, "true"));
}

async fn a_password_opens_nobody_elses_place(stage: Stage) {
    let (hub, mut node) = (stage.hub().await, stage.node("seoul-2").await);
    let mut thief = stage.endpoint("seoul-1");
    "seoul-2".clone_into(&mut thief.client_id);
    // Mosquitto lets in seoul-1, as seoul-1.
    let _thief = soon("an answer", Link::open(&thief, None, &[], LONG)).await;
    let down = "moding/1/test/down/seoul-2/rows";
    say(&hub, down, "true");
    assert_eq!(next(&mut node).await, pair(down, "true"));
}

async fn a_payload_of_the_largest_size_passes_and_a_larger_one_is_refused(stage: Stage) {
    let (mut hub, node) = (stage.hub().await, stage.node("seoul-1").await);
    let topic = "moding/1/test/up/seoul-1/rows";
    let larger = vec![b'x'; PAYLOAD_BYTES_MAX + 1];
    let refused = node.sender().try_publish(topic, larger, Retain::Drop);
    assert_eq!(refused, Err(PublishError::TooLarge(PAYLOAD_BYTES_MAX + 1)));
    let largest = "x".repeat(PAYLOAD_BYTES_MAX);
    say(&node, topic, &largest);
    let (_, heard) = next(&mut hub).await;
    assert_eq!(heard.len(), PAYLOAD_BYTES_MAX);
    assert!(heard == largest, "not a byte is changed");
}

async fn many_messages_arrive_all_and_in_order(stage: Stage) {
    let (mut hub, node) = (stage.hub().await, stage.node("seoul-1").await);
    let mut sender = node.sender();
    let sending = tokio::spawn(async move {
        for number in 0..MANY {
            let payload = number.to_string().into_bytes();
            let topic = "moding/1/test/up/seoul-1/rows";
            while let Err(error) = sender.try_publish(topic, payload.clone(), Retain::Drop) {
                assert_eq!(error, PublishError::Full);
                sender.room().await;
            }
        }
    });
    for number in 0..MANY {
        assert_eq!(next(&mut hub).await.1, number.to_string());
    }
    soon("everything is sent", sending).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_called_so() {
    let stage = Stage::embedded().await;
    let second = Broker::start(stage.address(), access()).await;
    let error = second.err().expect("one port has one broker");
    assert!(matches!(error, BrokerError::PortInUse(address) if address == stage.address()));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_brokers_in_one_process_know_nothing_of_each_other() {
    let (one, two) = (Stage::embedded().await, Stage::embedded().await);
    let (mut hub_one, mut hub_two) = (one.hub().await, two.hub().await);
    let (node_one, node_two) = (one.node("seoul-1").await, two.node("seoul-1").await);
    let topic = "moding/1/test/up/seoul-1/rows";
    say(&node_one, topic, "to one");
    assert_eq!(next(&mut hub_one).await, pair(topic, "to one"));
    say(&node_two, topic, "to two");
    assert_eq!(next(&mut hub_two).await, pair(topic, "to two"));
}
