//! How it fails, stops and ends.

use std::sync::PoisonError;

use super::{Gate, Standing, answer};
use crate::error::StoreError;

impl Gate {
    /// It did not work; it is tried again. Says whether that is news.
    pub(crate) fn failed(&self, reason: String) -> bool {
        let mut state = self.lock();
        let news = state.status.standing != Standing::Unreachable;
        if state.status.standing != Standing::Stopped {
            state.status.standing = Standing::Unreachable;
            state.status.trouble = Some(reason);
        }
        self.shipped.notify_all();
        news
    }

    /// It must not go on: nothing more is committed, and whoever waits is told.
    pub(crate) fn stop(&self, error: &StoreError) {
        let mut state = self.lock();
        state.status.standing = Standing::Stopped;
        state.status.trouble = Some(error.to_string());
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        self.durable
            .send_modify(|durable| durable.stopped = Some(error.clone()));
        for late in waiting {
            answer(late.answers, &Err(error.clone()));
        }
        self.shipped.notify_all();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.durable.borrow().stopped.is_some()
    }

    /// Nobody ships any more. Whoever still waits will not hear that it is durable.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.ended = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        for late in waiting {
            answer(late.answers, &Err(StoreError::NotReplicated));
        }
        self.durable
            .send_modify(|durable| durable.given_up = u64::MAX);
        self.shipped.notify_all();
    }

    /// Waits until nobody ships any more.
    pub(crate) fn wait_for_end(&self) {
        let mut state = self.lock();
        while !state.ended {
            let waited = self.shipped.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}
