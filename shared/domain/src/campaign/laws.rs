//! Laws over random lives of a campaign.

use proptest::prelude::*;

use super::offer::tests::offer;
use super::*;
use crate::time::{DAY_MS, HOUR_MS};

/// What somebody, or the clock, tries to do.
#[derive(Clone, Copy, Debug)]
enum Step {
    Offer,
    Approve,
    Open,
    Close,
    Tally { paid: u32, in_flight: u32 },
    Book,
    Screen,
    Settle,
    Cancel,
    Refund,
    Pass { ms: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Offer),
        2 => Just(Step::Approve),
        2 => Just(Step::Open),
        2 => Just(Step::Close),
        3 => (0_u32..60, 0_u32..2).prop_map(|(paid, in_flight)| Step::Tally { paid, in_flight }),
        2 => Just(Step::Book),
        2 => Just(Step::Screen),
        2 => Just(Step::Settle),
        1 => Just(Step::Cancel),
        2 => Just(Step::Refund),
        8 => (0..2 * DAY_MS).prop_map(|ms| Step::Pass { ms }),
    ];
    prop::collection::vec(step, 1..80)
}

fn try_step(
    state: &CampaignState,
    step: Step,
    now: Timestamp,
) -> Result<CampaignState, CampaignRefused> {
    match step {
        Step::Offer => state.offered(offer(), now),
        Step::Approve => state.approved(now),
        Step::Open => state.opened(ScreeningId(1), now),
        Step::Close => state.closed(now),
        Step::Tally { paid, in_flight } => state.tallied(&Poll {
            now,
            paid_tickets: paid,
            backers: paid,
            in_flight,
            words: &[],
        }),
        Step::Book => state.booking(now),
        Step::Screen => state.screened(now),
        Step::Settle => state.settled(now),
        Step::Cancel => state.cancelled(now),
        Step::Refund => state.refunded(now),
        Step::Pass { .. } => Ok(state.clone()),
    }
}

/// The arrows of C1.
fn may_follow(from: Phase, to: Phase) -> bool {
    use Phase::*;
    match to {
        Requested => false,
        Offered => matches!(from, Requested | Offered),
        Scheduled => from == Offered,
        Open => from == Scheduled,
        Tallying => from == Open,
        Succeeded | Failed => from == Tallying,
        Booking => from == Succeeded,
        Screened => from == Booking,
        Settled => from == Screened,
        Cancelled => from <= Booking,
        Refunded => matches!(from, Failed | Cancelled),
    }
}

proptest! {
    /// C1: only the arrows there are; a final state is for ever; a decision never changes.
    #[test]
    fn a_campaign_goes_only_where_an_arrow_leads(steps in steps()) {
        let (mut state, mut now) = (CampaignState::Requested, Timestamp(0));
        for step in steps {
            if let Step::Pass { ms } = step {
                now = now.plus_ms(ms);
                continue;
            }
            let Ok(next) = try_step(&state, step, now) else { continue };
            let (from, to) = (state.phase(), next.phase());
            prop_assert!(may_follow(from, to), "{from:?} -> {to:?}");
            prop_assert!(!from.is_final());
            if let Some(before) = state.result() && to != Phase::Cancelled {
                prop_assert_eq!(next.result(), Some(before));
            }
            let written = serde_json::to_string(&next).unwrap();
            prop_assert_eq!(&serde_json::from_str::<CampaignState>(&written).unwrap(), &next);
            state = next;
        }
    }

    /// C2, C3: whatever the order in which payments and words arrive, and whenever somebody
    /// looks, the result is the rule on what had arrived when it could first be decided.
    #[test]
    fn the_result_is_the_rule_on_the_facts(
        payments in prop::collection::vec((-2 * HOUR_MS..8 * HOUR_MS, 1_u32..10), 0..12),
        word_in_ms in -HOUR_MS..9 * HOUR_MS,
        looks in prop::collection::btree_set(-HOUR_MS..10 * HOUR_MS, 1..40),
    ) {
        let terms = offer();
        let at = |ms: i64| terms.deadline.plus_ms(ms);
        let mut state = CampaignState::Open {
            planned: Planned { offer: terms.clone(), screening: ScreeningId(1) },
        };
        let mut expected = None;
        for look_ms in looks {
            let resolved = |payment: &&(i64, u32)| payment.0 <= look_ms;
            let paid = payments.iter().filter(resolved).map(|payment| payment.1).sum::<u32>();
            let in_flight = payments.iter().filter(|it| !resolved(it)).count();
            let heard = look_ms >= word_in_ms;
            let words = [Word {
                node: "seoul-1".parse().unwrap(),
                watermark: heard.then(|| at(word_in_ms.max(IN_FLIGHT_MS))),
            }];
            let all_in = in_flight == 0 && heard && look_ms >= 0;
            if expected.is_none() && (all_in || look_ms >= GRACE_MS) {
                expected = Some((look_ms, paid));
            }
            if let Ok(closed) = state.closed(at(look_ms)) {
                state = closed;
            }
            let poll = Poll {
                now: at(look_ms),
                paid_tickets: paid,
                backers: 1,
                in_flight: u32::try_from(in_flight).unwrap(),
                words: &words,
            };
            if let Ok(decided) = state.tallied(&poll) {
                state = decided;
            }
        }
        let result = state.result().map(|tally| (tally.decided_at, tally.paid_tickets));
        prop_assert_eq!(result, expected.map(|(ms, paid)| (at(ms), paid)));
        if let Some((_, paid)) = expected {
            let succeeded = state.phase() == Phase::Succeeded;
            prop_assert_eq!(succeeded, paid >= terms.goal);
            prop_assert!(succeeded || state.phase() == Phase::Failed);
        }
    }
}
