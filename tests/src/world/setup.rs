//! What a run begins with: theaters, rooms, screenings, nodes, all made by the hub's own
//! operations.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::id::{MovieId, NodeId, ScreeningId, SeatId, SeatMapId, TheaterId};
use domain::money::Won;
use domain::screening::{Screening, ZonePrice};
use domain::seat_map::layout::{self, Layout, LayoutRow};
use domain::seat_map::{SeatMap, SeatMapFacts};
use domain::time::{DAY_MS, HOUR_MS, Timestamp, UtcOffset};
use hub::fleet::add_node;
use hub::sqlite::nodes::{self, KnownNode};
use hub::sqlite::theaters::{self, TheaterFacts};
use hub::theaters::{RoomFacts, publish_dealt, record_theater};
use rusqlite::Transaction;
use seats::Here;
use store::{StoreError, meta};

use super::device::{Device, DeviceAt, HUB};
use super::{BEGINNING_MS, What, World};

impl World {
    pub(super) fn set_up(&mut self) {
        let hub = Device::new(NodeId::hub(), TheaterId(0));
        self.devices.push(hub);
        self.devices[HUB].running = true;
        for theater in 1..=self.profile.theaters {
            self.set_up_theater(theater);
        }
        self.devices[HUB].running = false;
        self.devices[HUB].sync();
        for at in 0..self.devices.len() {
            self.devices[at].wall_skew_ms = match at {
                HUB => 0,
                // A kiosk's clock is anything.
                _ if self.random.chance(300) => self.random.between(-10 * HOUR_MS, 10 * HOUR_MS),
                _ => self.random.between(-3_000, 3_000),
            };
            self.start(at);
        }
    }

    fn set_up_theater(&mut self, number: i64) {
        let (rows, screenings) = (self.profile.rows, self.profile.screenings);
        let kiosks = (1..=self.profile.kiosks).map(|kiosk| format!("k{number}-{kiosk}"));
        let kiosks: Vec<NodeId> = kiosks.map(|name| name.parse().expect("a name")).collect();
        let laid = self.devices[HUB].act(BEGINNING_MS, false, |tx, here| {
            let theater = lay_out(tx, number, rows)?;
            for node in &kiosks {
                let node = node.clone();
                let known = KnownNode { node, theater };
                add_node(tx, &known, "a secret", here.now).expect("a new node");
            }
            let mut published = Vec::new();
            for day in 1..=screenings {
                published.push(put_on(tx, here, theater, day)?);
            }
            Ok::<_, StoreError>((theater, published))
        });
        let ((theater, published), _) = laid.expect("a theater is laid out");
        for (screening, map) in published {
            let id = screening.screening;
            self.screenings
                .insert(id, (Arc::new(screening), Arc::new(map)));
        }
        for node in kiosks {
            self.devices.push(Device::new(node, theater));
        }
    }

    /// A program starts on its device.
    pub(super) fn start(&mut self, at: DeviceAt) {
        if self.devices[at].running || self.devices[at].gone {
            return;
        }
        let device = &mut self.devices[at];
        // What was written to the disk while nothing ran.
        device.sync();
        device.running = true;
        device.life += 1;
        device.offset_ms = device.wall_skew_ms;
        let life = device.life;
        let node = device.node.clone();
        self.note(format_args!("{node} starts"));
        if at == HUB {
            let before = meta::get_i64(&self.devices[at].db, "incarnation");
            let before = before.expect("it is read").unwrap_or(0);
            let identified = self.write(at, hub::sync::identify);
            let identified = identified.expect("the hub is identified");
            self.devices[at].incarnation = identified;
            if identified > before {
                // It knows that it comes from an older copy.
                self.devices[at].rolled_back = false;
                self.fences_are_forgotten();
                self.fences_come_into_force();
            }
        } else {
            let identified = self.write(at, kiosk::sync::identify);
            self.devices[at].incarnation = identified.expect("a kiosk is identified").incarnation;
            let soon = self.random_within(2_000);
            self.later(soon, What::Connect(at, life));
        }
        let first = self.random_within(500);
        self.later(first, What::Tick(at, life));
    }

    /// A program ends, whether it likes to or not.
    pub(super) fn stop(&mut self, at: DeviceAt) {
        let node = self.devices[at].node.clone();
        self.note(format_args!("{node} stops"));
        if at == HUB {
            // The broker lives in the hub's program.
            let connections = std::mem::take(&mut self.connections);
            for (device, connection) in connections.into_values() {
                let noticed = self.random_within(9_000);
                self.later(noticed, What::Broken(device, connection));
            }
        } else if let Some(line) = &self.devices[at].line {
            let (connection, session) = (line.connection, line.session.id());
            if self.connections.get(&node) == Some(&(at, connection)) {
                self.connections.remove(&node);
            }
            self.publish_will(node, connection, session);
        }
        self.devices[at].crash();
        self.forget_questions(at);
    }
}

/// Lays out a theater with one room of up to four rows, A to D, of six seats each.
///
/// # Errors
///
/// Fails when the store does.
///
/// # Panics
///
/// Panics when the drawing is no seat map.
pub fn lay_out(tx: &Transaction<'_>, number: i64, rows: usize) -> Result<TheaterId, StoreError> {
    let drawn = ["ss_sscc", "wm_ssss", "sss_sss", "ssssss"];
    let rows = ["A", "B", "C", "D"].iter().zip(drawn).take(rows.max(1));
    let rows = rows.map(|(row, seats)| LayoutRow {
        row: (*row).to_owned(),
        seats: seats.to_owned(),
    });
    let layout = Layout {
        rows: rows.collect(),
    };
    let map = SeatMap::new(SeatMapFacts {
        id: SeatMapId(0),
        version: 1,
        zones: layout::zones(),
        seats: layout.seats().expect("a room can be drawn"),
    });
    let facts = TheaterFacts {
        source_key: format!("t{number}"),
        name: format!("극장 {number}"),
        name_en: format!("Theater {number}"),
        region: "서울".to_owned(),
        area: "종로".to_owned(),
        utc_offset: UtcOffset::SEOUL,
    };
    let room = RoomFacts {
        name: "1관".to_owned(),
        map: map.expect("the drawing is a seat map"),
    };
    record_theater(tx, &facts, &[room])
}

/// Publishes a screening in the theater's room, `day` days after the beginning. Its rows go in
/// turn to the hub and the kiosks: scripts and seeds rely on it.
///
/// # Errors
///
/// Fails when the store does.
///
/// # Panics
///
/// Panics when the theater has no room or shows something then already.
pub fn put_on(
    tx: &Transaction<'_>,
    here: Here<'_>,
    theater: TheaterId,
    day: i64,
) -> Result<(Screening, SeatMap), StoreError> {
    let (room, _) = theaters::auditoriums_of(tx, theater)?.remove(0);
    let map = theaters::seat_map(tx, room.seat_map, room.seat_map_version)?;
    let map = map.expect("a room has its map");
    let prices = map.zones.iter().map(|zone| ZonePrice {
        zone: zone.zone.clone(),
        price: Won(12_000),
    });
    let starts_at = Timestamp(BEGINNING_MS + day * DAY_MS);
    let screening = Screening {
        screening: ScreeningId(0),
        movie: MovieId(1),
        theater,
        auditorium: room.auditorium,
        seat_map: room.seat_map,
        seat_map_version: room.seat_map_version,
        starts_at,
        ends_at: starts_at.plus_ms(2 * HOUR_MS),
        sale_from: Timestamp(BEGINNING_MS - 30 * DAY_MS),
        sale_until: starts_at.plus_ms(30 * DAY_MS),
        prices: prices.collect(),
    };
    let owners = rows_in_turn(&map, &nodes::of_theater(tx, theater)?);
    let new = publish_dealt(tx, here, &screening, &owners)?;
    assert!(new, "a new screening");
    let made = hub::sqlite::screenings::list(
        tx,
        &hub::sqlite::screenings::Wanted {
            from: starts_at,
            until: starts_at.plus_ms(1),
            theater: Some(theater),
            movie: None,
        },
    )?;
    let made = made.into_iter().next().expect("it was published just now");
    Ok((made, map))
}

fn rows_in_turn(map: &SeatMap, nodes: &[NodeId]) -> BTreeMap<SeatId, NodeId> {
    let sellers: Vec<NodeId> = std::iter::once(NodeId::hub())
        .chain(nodes.iter().cloned())
        .collect();
    let rows = map.rows().zip(sellers.iter().cycle());
    rows.flat_map(|(row, seller)| row.iter().map(|seat| (seat.seat, seller.clone())))
        .collect()
}
