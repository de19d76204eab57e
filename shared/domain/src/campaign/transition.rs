//! From one state of a campaign to the next (C1).

use super::{CampaignRefused, CampaignState, Ended, Funded, Offer, Phase, Planned, Poll, tally};
use crate::id::ScreeningId;
use crate::time::Timestamp;

/// The transitions. Each gives the next state, or says why it is not reached from this one.
impl CampaignState {
    /// The theater names its terms; it may name them anew until they are approved.
    ///
    /// # Errors
    ///
    /// Refuses terms that make no sense, and a campaign that is approved already.
    pub fn offered(&self, offer: Offer, now: Timestamp) -> Result<Self, CampaignRefused> {
        match self {
            Self::Requested | Self::Offered { .. } => {
                offer.check(now)?;
                Ok(Self::Offered { offer })
            }
            Self::Scheduled { .. }
            | Self::Open { .. }
            | Self::Tallying { .. }
            | Self::Succeeded { .. }
            | Self::Booking { .. }
            | Self::Screened { .. }
            | Self::Settled { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }
            | Self::Refunded { .. } => Err(self.not(Phase::Offered)),
        }
    }

    /// Somebody approves the offer.
    ///
    /// # Errors
    ///
    /// Refuses what was not offered, or too late.
    pub fn approved(&self, now: Timestamp) -> Result<Self, CampaignRefused> {
        let Self::Offered { offer } = self else {
            return Err(self.not(Phase::Scheduled));
        };
        offer.check(now)?;
        Ok(Self::Scheduled {
            offer: offer.clone(),
        })
    }

    /// Its time has come; `screening` is what was planned for it.
    ///
    /// # Errors
    ///
    /// Refuses before the opening.
    pub fn opened(&self, screening: ScreeningId, now: Timestamp) -> Result<Self, CampaignRefused> {
        let Self::Scheduled { offer } = self else {
            return Err(self.not(Phase::Open));
        };
        reached(offer.opens_at, now)?;
        Ok(Self::Open {
            planned: Planned {
                offer: offer.clone(),
                screening,
            },
        })
    }

    /// The deadline has come: no new pledge begins.
    ///
    /// # Errors
    ///
    /// Refuses before the deadline.
    pub fn closed(&self, now: Timestamp) -> Result<Self, CampaignRefused> {
        let Self::Open { planned } = self else {
            return Err(self.not(Phase::Tallying));
        };
        reached(planned.offer.deadline, now)?;
        Ok(Self::Tallying {
            planned: planned.clone(),
        })
    }

    /// The result, decided once and with the numbers that it is decided on (C3).
    ///
    /// # Errors
    ///
    /// Refuses while a word is missing that may still come in time.
    pub fn tallied(&self, poll: &Poll<'_>) -> Result<Self, CampaignRefused> {
        let Self::Tallying { planned } = self else {
            return Err(self.not(Phase::Succeeded));
        };
        let tally = tally(&planned.offer, poll).map_err(CampaignRefused::Waiting)?;
        let planned = planned.clone();
        if !tally.is_success() {
            return Ok(Self::Failed { planned, tally });
        }
        let windows = planned.offer.windows(tally.decided_at);
        Ok(Self::Succeeded {
            funded: Funded {
                planned,
                tally,
                windows,
            },
        })
    }

    /// Backers choose their seats from now on.
    ///
    /// # Errors
    ///
    /// Refuses before their window.
    pub fn booking(&self, now: Timestamp) -> Result<Self, CampaignRefused> {
        let Self::Succeeded { funded } = self else {
            return Err(self.not(Phase::Booking));
        };
        reached(funded.windows.backers_from, now)?;
        Ok(Self::Booking {
            funded: funded.clone(),
        })
    }

    /// The show is over.
    ///
    /// # Errors
    ///
    /// Refuses before its end.
    pub fn screened(&self, now: Timestamp) -> Result<Self, CampaignRefused> {
        let Self::Booking { funded } = self else {
            return Err(self.not(Phase::Screened));
        };
        reached(funded.planned.offer.ends_at, now)?;
        Ok(Self::Screened {
            funded: funded.clone(),
        })
    }

    /// The theater has its money.
    ///
    /// # Errors
    ///
    /// Refuses what was not screened.
    pub fn settled(&self, now: Timestamp) -> Result<Self, CampaignRefused> {
        let Self::Screened { funded } = self else {
            return Err(self.not(Phase::Settled));
        };
        Ok(Self::Settled {
            funded: funded.clone(),
            settled_at: now,
        })
    }

    /// Somebody calls it off; possible until it was screened.
    ///
    /// # Errors
    ///
    /// Refuses what is over, in whatever way.
    pub fn cancelled(&self, now: Timestamp) -> Result<Self, CampaignRefused> {
        match self {
            Self::Requested
            | Self::Offered { .. }
            | Self::Scheduled { .. }
            | Self::Open { .. }
            | Self::Tallying { .. }
            | Self::Succeeded { .. }
            | Self::Booking { .. } => Ok(Self::Cancelled {
                offer: self.offer().cloned(),
                screening: self.screening(),
                cancelled_at: now,
            }),
            Self::Screened { .. }
            | Self::Settled { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }
            | Self::Refunded { .. } => Err(self.not(Phase::Cancelled)),
        }
    }

    /// Everybody has their money back.
    ///
    /// # Errors
    ///
    /// Refuses what neither failed nor was cancelled.
    pub fn refunded(&self, now: Timestamp) -> Result<Self, CampaignRefused> {
        let ended = match self {
            Self::Failed { planned, tally } => Ended::Failed {
                planned: planned.clone(),
                tally: tally.clone(),
            },
            Self::Cancelled {
                offer,
                screening,
                cancelled_at,
            } => Ended::Cancelled {
                offer: offer.clone(),
                screening: *screening,
                cancelled_at: *cancelled_at,
            },
            Self::Requested
            | Self::Offered { .. }
            | Self::Scheduled { .. }
            | Self::Open { .. }
            | Self::Tallying { .. }
            | Self::Succeeded { .. }
            | Self::Booking { .. }
            | Self::Screened { .. }
            | Self::Settled { .. }
            | Self::Refunded { .. } => return Err(self.not(Phase::Refunded)),
        };
        Ok(Self::Refunded {
            ended,
            refunded_at: now,
        })
    }

    fn not(&self, wanted: Phase) -> CampaignRefused {
        CampaignRefused::Phase {
            is: self.phase(),
            wanted,
        }
    }
}

fn reached(due: Timestamp, now: Timestamp) -> Result<(), CampaignRefused> {
    if now < due {
        return Err(CampaignRefused::TooEarly { due });
    }
    Ok(())
}
