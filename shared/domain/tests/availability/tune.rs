//! tuning
use crate::demand::*; use crate::house::House; use crate::link::*; use crate::world::*; use crate::figures::*;
use domain::allotment::*; use domain::time::*;
#[test]
#[ignore]
fn tune() {
    let seeds: u64 = std::env::var("SEEDS").map_or(40, |s| s.parse().unwrap());
    let mut policies = Vec::new();
    let spec = std::fs::read_to_string(std::env::var("SPEC").unwrap()).unwrap();
    for l in spec.lines() {
        let v: Vec<i64> = l.split_whitespace().map(|x| x.parse().unwrap()).collect();
        // low weight demand_h handover_min then pairs (hours, percent)
        let mut steps = vec![];
        for p in v[4..].chunks(2) { steps.push(ShareStep{before_ms: if p[0]==0 {i64::MAX} else {p[0]*HOUR_MS}, percent: p[1] as u32}); }
        policies.push((l.to_owned(), Policy{ theater_shares: steps, low_water_percent: v[0] as u32, expected_weight: v[1] as u32, demand_ms: v[2]*HOUR_MS, hand_over_ms: v[3]*MINUTE_MS, ..Policy::default()}));
    }
    let house = House::new();
    for (name, policy) in &policies {
        println!();print!("{name:45}");
        for demand in [100usize] { print!(" | "); for trace in TRACES { if matches!(trace, Trace::Clean|Trace::Flaky|Trace::DayBefore) {continue}
            let (mut m, mut p, mut web, mut walk) = (0,0,0,0);
            for seed in 1..=seeds {
                let c = customers(house.capacity(), demand, seed);
                let (s, seats, _) = outcome(World::new(&house, Rule::AllKnowing, policy, &c), &c, &[]);
                let (h, here, _) = outcome(World::new(&house, Rule::Plan, policy, &c), &c, &trace.cuts(seed));
                m += seats; p += here;
                for &x in s.difference(&h) { if c[x].node==0 {web+=c[x].party} else {walk+=c[x].party} }
            }
            print!(" {:.1}({:.1}w {:.1}k)", p as f64*100.0/m as f64, web as f64/seeds as f64, walk as f64/seeds as f64);
        }}
        println!();
    }
}
