//! A hub and two kiosks that sell one screening, each by what it knows itself.

use std::collections::BTreeMap;

use domain::allotment::{Policy, Seller, Situation, first_allotment, plan};
use domain::id::{BookingId, NodeId, ScreeningId};
use domain::link::LinkState;
use domain::seating::{ScreeningSeat, SeatState, Seats};
use domain::time::Timestamp;
use domain::version::Version;

use crate::demand::{Customer, HUB, NODES, SHOW};
use crate::house::{House, Reach};

/// How seats are shared between the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// One seller that every buyer reaches at all times: the measure.
    AllKnowing,
    /// The plan, and grants on demand while there is a link.
    Plan,
    /// The hub owns all; a kiosk sells through it.
    AllAtHub,
    /// Half for the hub, half for the kiosks, for good.
    Fixed,
    /// Together while there is a link; cut off, everybody sells all that he thinks is free.
    Oversell,
}

/// One seat as one node knows it.
#[derive(Clone, Debug)]
struct Row {
    owner: usize,
    version: Version,
    /// The customer who has it.
    taken: Option<usize>,
}

pub(crate) struct World<'a> {
    house: &'a House,
    rule: Rule,
    policy: &'a Policy,
    customers: &'a [Customer],
    link: LinkState,
    /// What each node knows.
    views: Vec<Vec<Row>>,
    sales: Vec<(Timestamp, usize, usize)>,
    /// Seats that were sold to a second party.
    pub(crate) doubles: usize,
}

pub(crate) fn node_name(node: usize) -> NodeId {
    match node {
        HUB => NodeId::hub(),
        kiosk => format!("kiosk-{kiosk}").parse().unwrap(),
    }
}

impl<'a> World<'a> {
    pub(crate) fn new(
        house: &'a House,
        rule: Rule,
        policy: &'a Policy,
        customers: &'a [Customer],
    ) -> Self {
        let row = |owner| Row {
            owner,
            version: Version::FIRST,
            taken: None,
        };
        let rows: Vec<Row> = first_owners(house, rule, policy)
            .into_iter()
            .map(row)
            .collect();
        Self {
            house,
            rule,
            policy,
            customers,
            link: LinkState::Online,
            views: vec![rows; NODES],
            sales: Vec::new(),
            doubles: 0,
        }
    }

    /// The link comes or goes.
    pub(crate) fn link_changed(&mut self, link: LinkState, now: Timestamp) {
        if self.rule == Rule::AllKnowing {
            return;
        }
        self.link = link;
        match link {
            LinkState::Online | LinkState::Slow => self.sync(),
            LinkState::Offline => {}
        }
        self.run_plan(now);
    }

    /// The customer asks for seats where it stands, and at a kiosk also at the other one.
    pub(crate) fn serve(&mut self, at: usize) {
        let customer = &self.customers[at];
        let nodes = match customer.node {
            HUB => vec![HUB],
            kiosk => vec![kiosk, NODES - kiosk],
        };
        for node in nodes {
            let reach: Vec<Reach> = self.views[node]
                .iter()
                .map(|row| self.reach(node, row))
                .collect();
            let Some(seats) = self.house.choose(&reach, customer) else {
                continue;
            };
            let asked = seats.iter().any(|&seat| reach[seat] == Reach::Ask);
            for &seat in &seats {
                self.sell(seat, node, at);
            }
            self.sales.push((customer.at, node, seats.len()));
            if asked {
                self.run_plan(customer.at);
            }
            return;
        }
    }

    /// How `node` can have the seat that it knows as `row`.
    fn reach(&self, node: usize, row: &Row) -> Reach {
        if row.taken.is_some() {
            return Reach::Never;
        }
        match (self.rule, self.link) {
            (Rule::AllKnowing | Rule::Oversell, _) => Reach::Own,
            (Rule::Fixed | Rule::Plan | Rule::AllAtHub, _) if row.owner == node => Reach::Own,
            (Rule::Plan | Rule::AllAtHub, LinkState::Online | LinkState::Slow) => Reach::Ask,
            (Rule::Plan | Rule::AllAtHub, LinkState::Offline) | (Rule::Fixed, _) => Reach::Never,
        }
    }

    fn sell(&mut self, seat: usize, node: usize, customer: usize) {
        let mut row = self.views[node][seat].clone();
        if row.owner != node && self.rule == Rule::Plan {
            row.owner = node;
            row.version = row.version.granted();
        }
        row.version = row.version.next();
        row.taken = Some(customer);
        self.write(seat, node, &row);
    }

    /// Writes `row` at `node`, and where it is heard of at once.
    fn write(&mut self, seat: usize, node: usize, row: &Row) {
        match self.link {
            LinkState::Online | LinkState::Slow => self
                .views
                .iter_mut()
                .for_each(|view| view[seat] = row.clone()),
            LinkState::Offline => self.views[node][seat] = row.clone(),
        }
    }

    /// Everybody hears what the others did: the higher version counts. A seat with two
    /// customers stays with the earlier one, and the other is seated anew if that is possible.
    pub(crate) fn sync(&mut self) {
        let mut losers = Vec::new();
        for seat in 0..self.views[HUB].len() {
            let rows = self.views.iter().map(|view| &view[seat]);
            let mut row = rows.clone().max_by_key(|row| row.version).unwrap().clone();
            let mut parties: Vec<usize> = rows.filter_map(|row| row.taken).collect();
            parties.sort_unstable();
            parties.dedup();
            // Customers are numbered by time.
            row.taken = parties.first().copied().or(row.taken);
            losers.extend(parties.iter().skip(1));
            self.doubles += parties.len().saturating_sub(1);
            for view in &mut self.views {
                view[seat] = row.clone();
            }
        }
        losers.sort_unstable();
        losers.dedup();
        for loser in losers {
            self.seat_anew(loser);
        }
    }

    /// All parties that have seats, as far as the hub knows, and how many seats are sold.
    pub(crate) fn sold(&self) -> (Vec<usize>, usize) {
        let taken = self.views[HUB].iter().filter_map(|row| row.taken);
        let mut parties: Vec<usize> = taken.collect();
        let seats = parties.len();
        parties.sort_unstable();
        parties.dedup();
        (parties, seats)
    }

    fn seat_anew(&mut self, party: usize) {
        for row in self.views.iter_mut().flatten() {
            if row.taken == Some(party) {
                row.taken = None;
            }
        }
        let free = |row: &Row| match row.taken {
            Some(_) => Reach::Never,
            None => Reach::Own,
        };
        let reach: Vec<Reach> = self.views[HUB].iter().map(free).collect();
        let seats = self.house.choose(&reach, &self.customers[party]);
        for seat in seats.into_iter().flatten() {
            self.views
                .iter_mut()
                .for_each(|view| view[seat].taken = Some(party));
        }
    }

    /// The hub runs the plan on what it knows, and the grants are made.
    pub(crate) fn run_plan(&mut self, now: Timestamp) {
        if self.rule != Rule::Plan {
            return;
        }
        let names: Vec<NodeId> = (0..NODES).map(node_name).collect();
        let seats = self.seats_at_hub(&names);
        let sellers = self.sellers(&names, now);
        let situation = Situation {
            map: &self.house.map,
            seats: &seats,
            sellers: &sellers,
            starts_at: SHOW,
            now,
        };
        for grant in plan(&situation, self.policy) {
            let number = |node: &NodeId| names.iter().position(|name| name == node).unwrap();
            for seat in grant.seats {
                let at = self
                    .house
                    .map
                    .seats()
                    .iter()
                    .position(|s| s.seat == seat)
                    .unwrap();
                let mut row = self.views[HUB][at].clone();
                row.owner = number(&grant.to);
                row.version = row.version.granted();
                self.write(at, HUB, &row);
            }
        }
    }

    fn seats_at_hub(&self, names: &[NodeId]) -> Seats {
        let rows = self.house.map.seats().iter().zip(&self.views[HUB]);
        let row = |(seat, row): (&domain::seat_map::Seat, &Row)| {
            let state = match row.taken {
                Some(party) => SeatState::Booked {
                    booking: BookingId(uuid::Uuid::from_u128(u128::try_from(party).unwrap())),
                },
                None => SeatState::Free,
            };
            let row = ScreeningSeat {
                screening: ScreeningId(1),
                seat: seat.seat,
                owner: names[row.owner].clone(),
                version: row.version,
                state,
            };
            (seat.seat, row)
        };
        rows.map(row).collect()
    }

    fn sellers(&self, names: &[NodeId], now: Timestamp) -> BTreeMap<NodeId, Seller> {
        let since = now.plus_ms(-self.policy.demand_ms);
        let sold = |node: usize| {
            let sales = self.sales.iter().rev().take_while(|sale| sale.0 >= since);
            let seats: usize = sales.filter(|sale| sale.1 == node).map(|sale| sale.2).sum();
            u32::try_from(seats).unwrap()
        };
        let link = |node| {
            if node == HUB {
                LinkState::Online
            } else {
                self.link
            }
        };
        let seller = |node| Seller {
            link: link(node),
            sold_lately: sold(node),
        };
        (0..NODES)
            .map(|node| (names[node].clone(), seller(node)))
            .collect()
    }
}

/// Who owns each seat at first.
fn first_owners(house: &House, rule: Rule, policy: &Policy) -> Vec<usize> {
    let halves = Policy {
        theater_shares: vec![domain::allotment::ShareStep {
            before_ms: i64::MAX,
            percent: 50,
        }],
        ..Policy::default()
    };
    let kiosks: Vec<NodeId> = (1..NODES).map(node_name).collect();
    let owners = match rule {
        Rule::Plan => first_allotment(&house.map, &kiosks, SHOW.0, policy),
        Rule::Fixed => first_allotment(&house.map, &kiosks, SHOW.0, &halves),
        Rule::AllKnowing | Rule::AllAtHub | Rule::Oversell => {
            first_allotment(&house.map, &[], SHOW.0, policy)
        }
    };
    let number = |owner: &NodeId| {
        (0..NODES)
            .position(|node| node_name(node) == *owner)
            .unwrap()
    };
    house
        .map
        .seats()
        .iter()
        .map(|seat| number(&owners[&seat.seat]))
        .collect()
}
