//! 지금 인기 있는 펀딩 and 요청 많은 영화: what is near its goal and moves fast, and what many ask
//! for.

use std::cmp::Reverse;

use crate::id::{CampaignId, MovieId};
use crate::time::Timestamp;

/// The speed of a campaign is what was paid in so long, in hours.
pub const SPEED_HOURS: i64 = 24;

/// What has reached its goal is no more popular for being further above it.
const PROGRESS_MAX: i64 = 1_000;

/// A ticket of the last day weighs so much beside one of before: it counts for the progress, too.
const SPEED_WEIGHT: i64 = 3;

/// What the popularity of an open campaign depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampaignFigures {
    pub campaign: CampaignId,
    pub goal: u32,
    pub paid_tickets: u32,
    /// Tickets paid in the last [`SPEED_HOURS`].
    pub paid_lately: u32,
    pub deadline: Timestamp,
}

/// How many ask for a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovieWishes {
    pub movie: MovieId,
    /// People with an open request; one person has one per film.
    pub requesters: u32,
}

/// Progress and speed in thousandths of the goal: `min(progress, 1000) + 3 × min(speed, 1000)`.
#[must_use]
pub fn heat(figures: &CampaignFigures) -> i64 {
    let goal = i64::from(figures.goal.max(1));
    let thousandths = |tickets: u32| (i64::from(tickets) * 1_000 / goal).min(PROGRESS_MAX);
    thousandths(figures.paid_tickets) + SPEED_WEIGHT * thousandths(figures.paid_lately)
}

/// The hottest first; of equals what closes first, then the older one.
#[must_use]
pub fn popular_campaigns(mut campaigns: Vec<CampaignFigures>, max: usize) -> Vec<CampaignFigures> {
    campaigns.sort_unstable_by_key(|it| (Reverse(heat(it)), it.deadline, it.campaign));
    campaigns.truncate(max);
    campaigns
}

/// What most ask for first; of equals the film that came into the catalogue later.
#[must_use]
pub fn most_wanted(mut wishes: Vec<MovieWishes>, max: usize) -> Vec<MovieWishes> {
    wishes.retain(|it| it.requesters > 0);
    wishes.sort_unstable_by_key(|it| (Reverse(it.requesters), Reverse(it.movie)));
    wishes.truncate(max);
    wishes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign(id: i64, (goal, paid, lately): (u32, u32, u32)) -> CampaignFigures {
        CampaignFigures {
            campaign: CampaignId(id),
            goal,
            paid_tickets: paid,
            paid_lately: lately,
            deadline: Timestamp(100 - id),
        }
    }

    fn order(campaigns: &[CampaignFigures]) -> Vec<i64> {
        let sorted = popular_campaigns(campaigns.to_vec(), 10);
        sorted.iter().map(|it| it.campaign.0).collect()
    }

    #[test]
    fn a_campaign_is_popular_by_progress_and_by_speed() {
        assert_eq!(heat(&campaign(1, (100, 60, 0))), 600);
        assert_eq!(heat(&campaign(2, (100, 30, 20))), 900);
        // Half full and asleep is behind a quarter full and moving.
        assert_eq!(
            order(&[campaign(1, (100, 50, 0)), campaign(2, (100, 25, 15))]),
            [2, 1]
        );
    }

    #[test]
    fn far_above_the_goal_is_not_hotter_than_at_it() {
        assert_eq!(
            heat(&campaign(1, (10, 500, 0))),
            heat(&campaign(2, (10, 10, 0)))
        );
        assert_eq!(heat(&campaign(1, (0, 0, 0))), 0);
    }

    #[test]
    fn of_equals_what_closes_first_comes_first() {
        let (one, other) = (campaign(1, (10, 5, 0)), campaign(2, (20, 10, 0)));
        assert_eq!(order(&[one, other]), [2, 1]);
        assert_eq!(order(&[other, one]), [2, 1]);
    }

    #[test]
    fn films_are_wanted_by_people() {
        let wishes = |movie, requesters| MovieWishes {
            movie: MovieId(movie),
            requesters,
        };
        let wanted = most_wanted(
            vec![wishes(3, 4), wishes(1, 0), wishes(2, 4), wishes(9, 5)],
            3,
        );
        let order: Vec<i64> = wanted.iter().map(|it| it.movie.0).collect();
        assert_eq!(order, [9, 3, 2]);
    }
}
