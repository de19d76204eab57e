//! What a test looks at on the stage.

use domain::booking::Booking;
use domain::campaign::{Campaign, IN_FLIGHT_MS, Phase, Windows};
use domain::id::{BookingId, PledgeId};
use domain::pledge::Pledge;
use domain::screening::Screening;

use super::{Stage, terms};
use crate::sqlite::backers::{self, Told};
use crate::sqlite::{audit, campaigns as table, screenings};

impl Stage {
    /// So many neighbours that are free at the hub.
    pub(crate) fn together(&self, seats: usize) -> Vec<u32> {
        let free = self.free_at_hub();
        let map = self.map();
        let row = |seat| map.seat(seat).map(|it| it.row.clone());
        let runs = free.windows(seats).find(|run| {
            let first = run[0];
            run[seats - 1].0 - first.0 == u32::try_from(seats).unwrap() - 1
                && row(first) == row(run[seats - 1])
        });
        runs.unwrap().iter().map(|seat| seat.0).collect()
    }

    /// The campaign has reached its goal, and its backers choose their seats.
    pub(crate) fn lets_backers_choose(&mut self) {
        self.now = terms().deadline;
        self.kiosk_says(IN_FLIGHT_MS);
        self.tick();
        self.now = self.windows().backers_from;
        assert_eq!(self.tick(), Phase::Booking);
    }

    pub(crate) fn campaign(&self) -> Campaign {
        table::find(&self.db, self.campaign).unwrap().unwrap()
    }

    pub(crate) fn windows(&self) -> Windows {
        self.campaign().state.funded().unwrap().windows
    }

    pub(crate) fn screening(&self) -> Screening {
        let id = self.campaign().state.screening().unwrap();
        screenings::find(&self.db, id).unwrap().unwrap()
    }

    pub(crate) fn pledge(&self, id: PledgeId) -> Pledge {
        seats::sqlite::pledges::find(&self.db, id).unwrap().unwrap()
    }

    pub(crate) fn booking(&self, id: BookingId) -> Booking {
        seats::sqlite::bookings::find(&self.db, id)
            .unwrap()
            .unwrap()
    }

    pub(crate) fn told(&self, pledge: PledgeId) -> Vec<Told> {
        let notices = backers::notices(&self.db, pledge).unwrap();
        notices.into_iter().map(|(told, _)| told).collect()
    }

    /// The states through which the campaign has gone.
    pub(crate) fn steps(&self) -> Vec<&'static str> {
        let trail = audit::of_campaign(&self.db, self.campaign).unwrap();
        let acts = trail.iter().map(|entry| {
            let act: serde_json::Value = serde_json::from_str(&entry.act).unwrap();
            let to = act["to"].as_str().unwrap_or("requested").to_owned();
            Phase::from_name(&to).unwrap().name()
        });
        acts.collect()
    }
}
