//! What a node acknowledged is durable: power that goes afterwards takes nothing of it.
//!
//! The sender may tell those rows no more, and a seat in them may have become the receiver's. Most
//! of what breaks that promise heals by itself, because the next session asks from the cursor that
//! is on the disk. So it is looked at where it breaks, not where it shows.

use std::collections::BTreeMap;

use domain::id::NodeId;
use protocol::message::Ack;
use store::cursor;

use super::World;
use super::device::{Device, DeviceAt};

/// How far a device has acknowledged the feed of each peer: incarnation and place.
pub(super) type Promised = BTreeMap<NodeId, (i64, i64)>;

impl World {
    /// The device says that it has everything up to here. Whoever asks for a feed from its
    /// beginning promises nothing by that.
    pub(super) fn promises(&mut self, at: DeviceAt, peer: NodeId, ack: Ack) {
        if ack.seq == 0 {
            return;
        }
        let promised = (ack.incarnation, ack.seq);
        self.devices[at].promised.insert(peer, promised);
    }

    /// The program ends, and the power takes what is not durable.
    pub(super) fn crash_keeps_promises(&mut self, at: DeviceAt) {
        let kept = still_kept(&self.devices[at]);
        self.devices[at].crash();
        let device = &self.devices[at];
        let broken = kept.into_iter().find_map(|(peer, promised)| {
            let durable = place(device, &peer);
            let found = || format!("{} of {peer}: {promised:?}, now {durable:?}", device.node);
            (durable < promised).then(found)
        });
        if let Some(found) = broken {
            self.violate("what is acknowledged is durable", found);
        }
    }
}

/// Promises that hold now. One who recovers reads its peers' feeds from the beginning, so that an
/// earlier word counts no more.
fn still_kept(device: &Device) -> Promised {
    let promised = device.promised.iter();
    let kept = promised.filter(|(peer, promised)| place(device, peer) >= **promised);
    kept.map(|(peer, promised)| (peer.clone(), *promised))
        .collect()
}

fn place(device: &Device, peer: &NodeId) -> (i64, i64) {
    let read = cursor::get(&device.db, peer.as_str()).expect("a cursor is read");
    (read.incarnation, read.applied_seq)
}
