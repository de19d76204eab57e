//! A kiosk of the first version, played by hand: it knows the codec, the golden documents of the
//! first protocol version, and none of this repository's types. So nothing that is changed
//! here changes with it.

use std::path::Path;
use std::time::Duration;

use mqtt::{Endpoint, Link, Retain};
use protocol::codec;
use serde_json::{Map, Value, json};

/// What was allowed to be null from the beginning.
const NULLABLE: [&str; 4] = ["original_title", "title_en", "runtime_min", "year"];

/// How long the hub may take to say what it must say.
const DEADLINE: Duration = Duration::from_secs(60);

/// A golden document.
pub(crate) fn golden(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/protocol/tests/golden/v1");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A golden document with other values at its top.
pub(crate) fn golden_with(name: &str, values: &Value) -> Value {
    let mut document = golden(name);
    let fields = document.as_object_mut().unwrap();
    fields.extend(values.as_object().unwrap().clone());
    document
}

/// The golden row of a kind, with other values in its body.
pub(crate) fn golden_row(kind: &str, pick: impl Fn(&Value) -> bool, values: &Value) -> Value {
    let rows = golden("batch")["rows"].as_array().unwrap().clone();
    let mut rows = rows.into_iter();
    let mut row = rows
        .find(|row| row["kind"] == kind && pick(&row["body"]))
        .unwrap();
    let body = row["body"].as_object_mut().unwrap();
    body.extend(values.as_object().unwrap().clone());
    row
}

/// Everything of `golden` that `document` lacks or has with another type: what a program that
/// only knows the golden document would stumble over.
pub(crate) fn missing(golden: &Value, document: &Value, at: &str) -> Vec<String> {
    match (golden, document) {
        (Value::Object(golden), Value::Object(document)) => missing_fields(golden, document, at),
        (Value::Array(golden), Value::Array(documents)) => {
            let Some(first) = golden.first() else {
                return Vec::new();
            };
            let each = documents.iter();
            each.flat_map(|document| missing(first, document, at))
                .collect()
        }
        (Value::Number(_), Value::Number(_))
        | (Value::String(_), Value::String(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Null, Value::Null) => Vec::new(),
        (_, _) => vec![format!("{at}: {document} for {golden}")],
    }
}

fn missing_fields(
    golden: &Map<String, Value>,
    found: &Map<String, Value>,
    at: &str,
) -> Vec<String> {
    let fields = golden.iter();
    let each = fields.flat_map(|(name, value)| match found.get(name) {
        Some(Value::Null) if NULLABLE.contains(&name.as_str()) => Vec::new(),
        Some(found) => missing(value, found, &format!("{at}.{name}")),
        None => vec![format!("{at}.{name} is not there")],
    });
    each.collect()
}

/// The kiosk's connection.
pub(crate) struct OldKiosk {
    node: String,
    link: Link,
}

impl OldKiosk {
    /// Connects as `node` to the broker on `port`, and waits until the hub is there: the broker
    /// keeps nothing for a hub that has yet to subscribe.
    pub(crate) async fn connect(node: &str, port: u16, password: &str) -> Self {
        let endpoint = Endpoint {
            host: "127.0.0.1".to_owned(),
            port,
            client_id: node.to_owned(),
            username: node.to_owned(),
            password: password.to_owned(),
        };
        let filters = [
            format!("moding/1/test/down/{node}/+"),
            "moding/1/test/hub/state".to_owned(),
        ];
        let link = Link::open(&endpoint, None, &filters, DEADLINE).await;
        let mut kiosk = Self {
            node: node.to_owned(),
            link: link.unwrap(),
        };
        while kiosk.hear_on("moding/1/test/hub/state").await["online"] != true {}
        kiosk
    }

    pub(crate) fn say(&self, kind: &str, document: &Value) {
        let topic = format!("moding/1/test/up/{}/{kind}", self.node);
        let payload = codec::encode(document).unwrap();
        let sender = self.link.sender();
        sender.try_publish(&topic, payload, Retain::Drop).unwrap();
    }

    /// The next thing of this kind that the hub says; anything else is not for us.
    pub(crate) async fn hear(&mut self, kind: &str) -> Value {
        self.hear_on(&format!("moding/1/test/down/{}/{kind}", self.node))
            .await
    }

    /// The next thing that is said on this topic; anything else is not for us.
    async fn hear_on(&mut self, wanted: &str) -> Value {
        let hearing = async {
            loop {
                let incoming = self.link.recv().await.expect("the link lives");
                if incoming.topic == wanted {
                    return codec::decode(&incoming.payload).unwrap();
                }
            }
        };
        let heard = tokio::time::timeout(DEADLINE, hearing).await;
        heard.unwrap_or_else(|_| panic!("nothing was said on `{wanted}`"))
    }

    /// Reads the hub's feed to its end, acknowledges all of it, and hands out the rows.
    pub(crate) async fn read_everything(&mut self, session: i64) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut applied = 0;
        loop {
            let batch = self.hear("rows").await;
            if batch["base"].as_i64() != Some(applied) {
                continue;
            }
            rows.extend(batch["rows"].as_array().unwrap().clone());
            applied = batch["last"].as_i64().unwrap();
            let seen = json!({
                "session": session, "incarnation": batch["incarnation"], "seq": applied, "gap": false,
            });
            self.say("ack", &golden_with("ack", &seen));
            if !batch["watermark"].is_null() {
                return rows;
            }
        }
    }
}
