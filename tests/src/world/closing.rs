//! The end of a run: everything is put right, and staff and operator do what they do.

use domain::id::NodeId;

use super::device::{DeviceAt, HUB};
use super::{What, World};

impl World {
    /// Everything is put right, and the operator does what an operator does.
    pub(super) fn close(&mut self) {
        self.closing = true;
        self.note(format_args!("closing"));
        for device in &mut self.devices {
            // Nobody waits for holds to run out.
            device.offset_ms += domain::seating::HOLD_TOTAL_MS;
            device.wall_skew_ms += domain::seating::HOLD_TOTAL_MS;
        }
        for at in 0..self.devices.len() {
            self.heal(at);
            let is_clone = (1..at).any(|first| self.devices[first].node == self.devices[at].node);
            if is_clone {
                self.stop(at);
                self.devices[at].gone = true;
                // Which of the two the hub knows will be seen.
                let node = self.devices[at].node.clone();
                for other in self.devices.iter_mut().filter(|other| other.node == node) {
                    other.rolled_back = true;
                }
                self.lose_what_nobody_knows(at);
            } else {
                self.later(0, What::Start(at));
            }
        }
        let nodes: Vec<NodeId> = self
            .devices
            .iter()
            .skip(1)
            .map(|it| it.node.clone())
            .collect();
        self.later(0, What::Customer);
        if !self.devices[HUB].running {
            self.start(HUB);
        }
        for node in nodes {
            let in_again = self.write(HUB, |tx, _| hub::fleet::let_in(tx, &node));
            in_again.expect("a known node");
        }
    }

    /// What staff and operator do while everything comes to rest.
    pub(super) fn tidy_up(&mut self, at: DeviceAt) {
        self.settle_payments(at);
        if at == HUB {
            return;
        }
        self.staff_confirm(at);
        let standing = kiosk::sync::standing(&self.devices[at].db).expect("it is read");
        if standing == kiosk::sync::Standing::PutAside {
            self.begin_recovery(at, 0);
            self.drop_line(at);
            self.connect_again(at);
        }
    }
}
