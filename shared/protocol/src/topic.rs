//! The topics of the wire, made and read in one place.
//!
//! `moding/1/{chain}/up/{node}/…` from a node, `moding/1/{chain}/down/{node}/…` to it, and
//! `moding/1/{chain}/hub/state`.

use std::fmt;

use domain::id::NodeId;

use crate::message::PROTOCOL;

/// What a node says to the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Up {
    Hello,
    Rows,
    Ack,
    /// Presence: retained, and the will.
    State,
    Ask,
}

/// What the hub says to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Down {
    Rows,
    Ack,
    Ask,
    Command,
    /// How many look on elsewhere.
    Viewers,
}

/// A topic of one chain of theaters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic {
    Up(NodeId, Up),
    Down(NodeId, Down),
    HubState,
}

/// The chain's name in topics; the same letters as a node's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain(NodeId);

const UPS: [(Up, &str); 5] = [
    (Up::Hello, "hello"),
    (Up::Rows, "rows"),
    (Up::Ack, "ack"),
    (Up::State, "state"),
    (Up::Ask, "ask"),
];

const DOWNS: [(Down, &str); 5] = [
    (Down::Rows, "rows"),
    (Down::Ack, "ack"),
    (Down::Ask, "ask"),
    (Down::Command, "command"),
    (Down::Viewers, "viewers"),
];

impl Chain {
    /// The chain called `name`.
    ///
    /// # Errors
    ///
    /// A chain's name has the form of a node's name.
    pub fn new(name: &str) -> Result<Self, domain::id::NodeIdInvalid> {
        name.parse().map(Self)
    }

    /// Writes `topic`.
    #[must_use]
    pub fn write(&self, topic: &Topic) -> String {
        let chain = &self.0;
        match topic {
            Topic::Up(node, up) => format!("moding/{PROTOCOL}/{chain}/up/{node}/{up}"),
            Topic::Down(node, down) => format!("moding/{PROTOCOL}/{chain}/down/{node}/{down}"),
            Topic::HubState => format!("moding/{PROTOCOL}/{chain}/hub/state"),
        }
    }

    /// Reads a topic of this chain; none if it is not one of ours.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Topic> {
        let rest = text.strip_prefix(&format!("moding/{PROTOCOL}/{}/", self.0))?;
        if rest == "hub/state" {
            return Some(Topic::HubState);
        }
        let mut parts = rest.split('/');
        let (side, node, kind) = (parts.next()?, parts.next()?, parts.next()?);
        let node: NodeId = node.parse().ok()?;
        if parts.next().is_some() {
            return None;
        }
        match side {
            "up" => Some(Topic::Up(node, named(&UPS, kind)?)),
            "down" => Some(Topic::Down(node, named(&DOWNS, kind)?)),
            _ => None,
        }
    }

    /// What a node subscribes to.
    #[must_use]
    pub fn node_filters(&self, node: &NodeId) -> Vec<String> {
        let down = format!("moding/{PROTOCOL}/{}/down/{node}/+", self.0);
        vec![down, self.write(&Topic::HubState)]
    }

    /// What the hub subscribes to.
    #[must_use]
    pub fn hub_filters(&self) -> Vec<String> {
        vec![format!("moding/{PROTOCOL}/{}/up/+/+", self.0)]
    }

    /// Whether `node` may publish to `topic`: only what is its own to say.
    #[must_use]
    pub fn may_publish(&self, node: &NodeId, topic: &str) -> bool {
        match self.read(topic) {
            Some(Topic::Up(of, _)) => &of == node,
            Some(Topic::Down(..) | Topic::HubState) => node.is_hub(),
            None => false,
        }
    }

    /// Whether `node` may subscribe to `filter`: only what is meant for it.
    #[must_use]
    pub fn may_subscribe(&self, node: &NodeId, filter: &str) -> bool {
        if node.is_hub() {
            return filter.starts_with(&format!("moding/{PROTOCOL}/{}/", self.0));
        }
        let inbox = format!("moding/{PROTOCOL}/{}/down/{node}/", self.0);
        match filter.strip_prefix(&inbox) {
            Some("+" | "#") => true,
            Some(kind) => named(&DOWNS, kind).is_some(),
            None => self.read(filter) == Some(Topic::HubState),
        }
    }
}

fn named<T: Copy>(names: &[(T, &str)], wanted: &str) -> Option<T> {
    let (found, _) = names.iter().find(|(_, name)| *name == wanted)?;
    Some(*found)
}

impl fmt::Display for Up {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = UPS.iter().find(|(up, _)| up == self);
        f.write_str(name.expect("every kind has its name").1)
    }
}

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = DOWNS.iter().find(|(down, _)| down == self);
        f.write_str(name.expect("every kind has its name").1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Chain {
        Chain::new("demo").unwrap()
    }

    fn node(name: &str) -> NodeId {
        name.parse().unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let ups = UPS.map(|(up, _)| Topic::Up(node("seoul-1"), up));
        let downs = DOWNS.map(|(down, _)| Topic::Down(node("seoul-1"), down));
        for topic in ups.into_iter().chain(downs).chain([Topic::HubState]) {
            let text = chain().write(&topic);
            assert_eq!(chain().read(&text), Some(topic), "{text}");
        }
    }

    #[test]
    fn a_foreign_topic_is_not_read() {
        for text in [
            "",
            "moding/1/demo",
            "moding/1/other/hub/state",
            "moding/2/demo/hub/state",
            "moding/1/demo/up/seoul-1/rows/more",
            "moding/1/demo/up/+/rows",
            "moding/1/demo/up/seoul-1/secret",
        ] {
            assert_eq!(chain().read(text), None, "{text}");
        }
    }

    #[test]
    fn a_node_says_and_hears_only_its_own() {
        let (me, chain) = (node("seoul-1"), chain());
        assert!(chain.may_publish(&me, "moding/1/demo/up/seoul-1/rows"));
        assert!(!chain.may_publish(&me, "moding/1/demo/up/seoul-2/rows"));
        assert!(!chain.may_publish(&me, "moding/1/demo/down/seoul-1/rows"));
        assert!(!chain.may_publish(&me, "moding/1/demo/hub/state"));
        for filter in chain.node_filters(&me) {
            assert!(chain.may_subscribe(&me, &filter), "{filter}");
        }
        for filter in [
            "#",
            "moding/#",
            "moding/1/demo/down/+/rows",
            "moding/1/demo/up/seoul-1/+",
        ] {
            assert!(!chain.may_subscribe(&me, filter), "{filter}");
        }
        let hub = NodeId::hub();
        assert!(chain.may_publish(&hub, "moding/1/demo/down/seoul-1/command"));
        assert!(
            chain
                .hub_filters()
                .iter()
                .all(|it| chain.may_subscribe(&hub, it))
        );
    }
}
