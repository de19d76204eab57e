//! What every operation works with: the moment, names, and how the sandbox is set.

use std::sync::Arc;

use domain::time::Timestamp;
use process::ids::Ids;

use crate::faults::Faults;
use crate::naming;
use crate::policy::Policy;
use crate::rules::payment::Moment;

/// The circumstances of one operation.
#[derive(Clone)]
pub struct Here {
    pub now: Timestamp,
    pub ids: Arc<dyn Ids>,
    /// Where the sandbox answers.
    pub base: Arc<str>,
    pub policy: Arc<Policy>,
    pub faults: Arc<Faults>,
}

impl Here {
    /// This moment, for a transaction that may happen in it.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment {
            now: self.now,
            transaction_key: naming::transaction_key(&*self.ids),
        }
    }
}
