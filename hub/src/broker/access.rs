//! Who may connect to the broker, and say or hear what.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::id::NodeId;
use protocol::topic::Chain;
use rmqtt::codec::v5::SubscribeAckReason;
use rmqtt::hook::{Handler, HookResult, Parameter, ReturnType};
use rmqtt::types::{AuthResult, ConnectInfo, LastWill, PublishAclResult, SubscribeAclResult};
use subtle::ConstantTimeEq as _;

use crate::fleet::digest;

/// Decides about every client. Asked on the broker's own threads: it must not wait.
pub trait AccessPolicy: Send + Sync {
    /// Whether the client is who it says.
    fn knows(&self, client_id: &str, username: Option<&str>, password: Option<&[u8]>) -> bool;

    /// Whether the client may publish to the topic.
    fn may_publish(&self, client_id: &str, topic: &str) -> bool;

    /// Whether the client may subscribe to the filter.
    fn may_subscribe(&self, client_id: &str, filter: &str) -> bool;
}

/// The rules of a chain: a node is known by its credential, and says and hears only its own.
pub struct NodeAccess {
    chain: Chain,
    credentials: Mutex<BTreeMap<String, [u8; 32]>>,
}

impl NodeAccess {
    /// Lets in whoever is in `credentials`: name and SHA-256 of the password.
    #[must_use]
    pub fn new(chain: Chain, credentials: impl IntoIterator<Item = (String, [u8; 32])>) -> Self {
        Self {
            chain,
            credentials: Mutex::new(credentials.into_iter().collect()),
        }
    }

    /// Replaces the list, after nodes were added or removed.
    pub fn replace(&self, credentials: impl IntoIterator<Item = (String, [u8; 32])>) {
        let mut known = self.credentials.lock().expect("no one panics inside");
        *known = credentials.into_iter().collect();
    }
}

impl AccessPolicy for NodeAccess {
    fn knows(&self, client_id: &str, username: Option<&str>, password: Option<&[u8]>) -> bool {
        let (Some(username), Some(password)) = (username, password) else {
            return false;
        };
        let Ok(password) = std::str::from_utf8(password) else {
            return false;
        };
        let known = self.credentials.lock().expect("no one panics inside");
        let known = known.get(client_id).copied();
        // Compared even for an unknown name, so that names cannot be found by timing.
        let right = digest(password).ct_eq(&known.unwrap_or_default());
        known.is_some() && username == client_id && right.into()
    }

    fn may_publish(&self, client_id: &str, topic: &str) -> bool {
        let node = client_id.parse::<NodeId>();
        node.is_ok_and(|node| self.chain.may_publish(&node, topic))
    }

    fn may_subscribe(&self, client_id: &str, filter: &str) -> bool {
        let node = client_id.parse::<NodeId>();
        node.is_ok_and(|node| self.chain.may_subscribe(&node, filter))
    }
}

/// Where the broker asks the policy.
pub(super) struct Gate {
    policy: Arc<dyn AccessPolicy>,
}

impl Gate {
    pub(super) fn new(policy: Arc<dyn AccessPolicy>) -> Self {
        Self { policy }
    }

    fn admit(&self, client: &ConnectInfo) -> AuthResult {
        let id = &client.id().client_id;
        let username = client.username().map(|name| name.to_string());
        let password = client.password().map(|it| &it[..]);
        if !self.policy.knows(id, username.as_deref(), password) {
            return AuthResult::BadUsernameOrPassword;
        }
        // Once accepted, a will is published without asking anybody.
        match will_topic(client) {
            Some(topic) if !self.policy.may_publish(id, topic) => AuthResult::NotAuthorized,
            Some(_) | None => AuthResult::Allow(false, None),
        }
    }
}

fn will_topic(client: &ConnectInfo) -> Option<&str> {
    match client.last_will()? {
        LastWill::V3(will) => Some(&will.topic),
        LastWill::V5(will) => Some(&will.topic),
    }
}

#[async_trait]
impl Handler for Gate {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "it is asked about three of many"
    )]
    async fn hook(&self, asked: &Parameter, so_far: Option<HookResult>) -> ReturnType {
        let policy = &self.policy;
        match asked {
            Parameter::ClientAuthenticate(client) => {
                let answer = self.admit(client);
                (false, Some(HookResult::AuthResult(answer)))
            }
            Parameter::MessagePublishCheckAcl(session, message) => {
                let allowed = policy.may_publish(&session.id.client_id, &message.topic);
                let answer = if allowed {
                    PublishAclResult::allow()
                } else {
                    PublishAclResult::rejected(false, None)
                };
                (false, Some(HookResult::PublishAclResult(answer)))
            }
            Parameter::ClientSubscribeCheckAcl(session, wanted) => {
                let allowed = policy.may_subscribe(&session.id.client_id, &wanted.topic_filter);
                let answer = if allowed {
                    SubscribeAclResult::new_success(wanted.opts.qos(), None)
                } else {
                    SubscribeAclResult::new_failure(SubscribeAckReason::NotAuthorized)
                };
                (false, Some(HookResult::SubscribeAclResult(answer)))
            }
            _ => (true, so_far),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_known_by_its_name_and_credential_only() {
        let chain = Chain::new("demo").unwrap();
        let access = NodeAccess::new(chain, [("seoul-1".to_owned(), digest("right"))]);
        let knows = |id, name, password: &str| access.knows(id, name, Some(password.as_bytes()));
        assert!(knows("seoul-1", Some("seoul-1"), "right"));
        assert!(!knows("seoul-1", Some("seoul-1"), "wrong"));
        assert!(!knows("seoul-1", Some("seoul-2"), "right"));
        assert!(!knows("seoul-2", Some("seoul-1"), "right"));
        assert!(!knows("seoul-2", Some("seoul-2"), ""));
        assert!(!access.knows("seoul-1", Some("seoul-1"), None));
    }
}
