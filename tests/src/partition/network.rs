//! A network of its own on this machine: a namespace for each node and a street with a bridge
//! between them. Nothing in it reaches anything outside.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};

/// The namespace from which customers come and all is watched.
pub const STREET: &str = "moding-p-street";

/// The port of the broker.
pub(super) const BROKER: u16 = 1883;
/// The port at which every program answers customers.
pub(super) const WEB: u16 = 8080;

/// One end of the network: a namespace with one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) namespace: &'static str,
    /// The name of its end at the bridge.
    port: &'static str,
    last: u8,
    side: Side,
}

/// Whether the broker is here or on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Broker,
    Client,
}

pub(super) const HUB: Node = Node {
    namespace: "moding-p-hub",
    port: "hub",
    last: 2,
    side: Side::Broker,
};

pub(super) const KIOSKS: [Node; 3] = [
    kiosk("moding-p-kiosk1", "kiosk1", 11),
    kiosk("moding-p-kiosk2", "kiosk2", 12),
    kiosk("moding-p-kiosk3", "kiosk3", 13),
];

const fn kiosk(namespace: &'static str, port: &'static str, last: u8) -> Node {
    Node {
        namespace,
        port,
        last,
        side: Side::Client,
    }
}

/// What goes wrong with the packets between a node and the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disturbance {
    /// Nothing gets through.
    Cut,
    /// Nothing leaves the node.
    CutOut,
    /// Nothing reaches the node.
    CutIn,
    /// So many of a hundred packets get lost, each way.
    Loss(u8),
    /// The node is told that the connection is over; the other side is not.
    ResetHere,
    /// The other side is told that the connection is over; the node is not.
    ResetThere,
    /// No more than so many kilobytes a second get through, each way.
    Slow(u8),
}

impl Node {
    pub(super) fn address(self, port: u16) -> SocketAddr {
        (IpAddr::V4(Ipv4Addr::new(10, 77, 0, self.last)), port).into()
    }

    /// Disturbs the packets between this node and the broker, until [`Self::heal`].
    pub(super) fn disturb(self, disturbance: Disturbance) -> Result<(), String> {
        use Disturbance::{Cut, CutIn, CutOut, Loss, ResetHere, ResetThere, Slow};
        let [outward, inward] = match disturbance {
            Cut => [Some("drop".to_owned()), Some("drop".to_owned())],
            CutOut => [Some("drop".to_owned()), None],
            CutIn => [None, Some("drop".to_owned())],
            Loss(percent) => {
                let rule = format!("numgen random mod 100 < {percent} drop");
                [Some(rule.clone()), Some(rule)]
            }
            // A reject answers whoever has sent the packet.
            ResetHere => [Some("reject with tcp reset".to_owned()), None],
            ResetThere => [None, Some("reject with tcp reset".to_owned())],
            Slow(kbytes) => {
                let rule = format!("limit rate over {kbytes} kbytes/second burst 4 kbytes drop");
                [Some(rule.clone()), Some(rule)]
            }
        };
        let [out_port, in_port] = match self.side {
            Side::Client => ["dport", "sport"],
            Side::Broker => ["sport", "dport"],
        };
        for (chain, device, port, rule) in [
            ("outward", "oifname", out_port, outward),
            ("inward", "iifname", in_port, inward),
        ] {
            if let Some(rule) = rule {
                // Not what the hub says to a broker beside it.
                let packets = format!("{device} wire tcp {port} {BROKER}");
                self.nft(&format!("add rule inet moding {chain} {packets} {rule}"))?;
            }
        }
        Ok(())
    }

    /// Ends every disturbance of this node.
    pub(super) fn heal(self) -> Result<(), String> {
        self.nft("flush table inet moding")
    }

    fn nft(self, rule: &str) -> Result<(), String> {
        ip(&format!("netns exec {} nft {rule}", self.namespace))
    }

    fn attach(self) -> Result<(), String> {
        let Self {
            namespace, port, ..
        } = self;
        let address = self.address(WEB).ip();
        ip(&format!("netns add {namespace}"))?;
        ip(&format!(
            "-n {STREET} link add name {port} type veth peer name wire netns {namespace}"
        ))?;
        ip(&format!("-n {STREET} link set {port} master street up"))?;
        ip(&format!("-n {namespace} link set lo up"))?;
        ip(&format!("-n {namespace} addr add {address}/24 dev wire"))?;
        ip(&format!("-n {namespace} link set wire up"))?;
        self.nft("add table inet moding")?;
        for (chain, hook) in [("outward", "output"), ("inward", "input")] {
            let hook = format!("{{ type filter hook {hook} priority 0 ; }}");
            self.nft(&format!("add chain inet moding {chain} {hook}"))?;
        }
        Ok(())
    }
}

/// Where the box in the street listens that stands between a kiosk and the broker.
pub(super) fn relay_address() -> SocketAddr {
    (IpAddr::V4(Ipv4Addr::new(10, 77, 0, 1)), BROKER).into()
}

/// What is missing to have such a network; nothing when all is there.
#[must_use]
pub fn missing() -> Vec<&'static str> {
    let there = |program: &str, argument: &str| {
        let mut command = Command::new(program);
        let command = command.arg(argument).stdout(Stdio::null());
        command
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|it| it.success())
    };
    let tools = [
        ("ip", "-V", "ip (Debian: iproute2)"),
        ("nft", "-v", "nft (Debian: nftables)"),
    ];
    let tools = tools.into_iter();
    tools
        .filter(|(program, argument, _)| !there(program, argument))
        .map(|(_, _, name)| name)
        .collect()
}

/// Lays the street and attaches every node to it.
///
/// # Errors
///
/// Names the command that failed and what it said.
pub fn set_up() -> Result<(), String> {
    ip(&format!("netns add {STREET}"))?;
    ip(&format!("-n {STREET} link set lo up"))?;
    ip(&format!("-n {STREET} link add name street type bridge"))?;
    ip(&format!("-n {STREET} addr add 10.77.0.1/24 dev street"))?;
    ip(&format!("-n {STREET} link set street up"))?;
    HUB.attach()?;
    KIOSKS.into_iter().try_for_each(Node::attach)
}

/// Tries every disturbance once, in a network that is set up.
///
/// # Errors
///
/// Names the command that failed and what it said.
pub fn probe() -> Result<(), String> {
    use Disturbance::{Cut, CutIn, CutOut, Loss, ResetHere, ResetThere, Slow};
    for disturbance in [Cut, CutOut, CutIn, Loss(50), ResetHere, ResetThere, Slow(1)] {
        HUB.disturb(disturbance)?;
    }
    HUB.heal()
}

/// Ends what still runs in the namespaces and takes them away, those that are there.
///
/// # Errors
///
/// Names the command that failed and what it said.
pub fn tear_down() -> Result<(), String> {
    let listed = output(&mut ip_command("netns list"))?;
    let there: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let ours = [STREET, HUB.namespace].into_iter();
    for namespace in ours.chain(KIOSKS.map(|kiosk| kiosk.namespace)) {
        if !there.contains(&namespace) {
            continue;
        }
        let pids = output(&mut ip_command(&format!("netns pids {namespace}")))?;
        for pid in pids.split_whitespace() {
            // It may have ended by itself meanwhile.
            let _ = Command::new("kill").args(["-KILL", pid]).output();
        }
        ip(&format!("netns del {namespace}"))?;
    }
    Ok(())
}

fn ip(arguments: &str) -> Result<(), String> {
    output(&mut ip_command(arguments)).map(|_| ())
}

fn ip_command(arguments: &str) -> Command {
    let mut command = Command::new("ip");
    command.args(arguments.split_whitespace());
    command
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("ip cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words: Vec<_> = command.get_args().map(|it| it.to_string_lossy()).collect();
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("ip {}: {}", words.join(" "), said.trim()))
}
