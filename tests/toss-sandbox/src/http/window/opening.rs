//! What the browser's library asks for when it opens a window, checked again.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::asking::{is_order_id, is_order_name};
use crate::issuing::Begin;
use crate::keys::{Keys, Purpose};
use crate::refusal::{self, Refusal};
use crate::rules::account::VALID_HOURS_WINDOW_MAX;
use crate::rules::payment::{Amounts, Surface, Urls, Visit};

/// The query of `/v2/window`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct OpenWindow {
    pub(super) client_key: String,
    pub(super) from: Surface,
    pub(super) method: Option<String>,
    pub(super) amount: i64,
    pub(super) order_id: String,
    pub(super) order_name: String,
    pub(super) customer_name: Option<String>,
    pub(super) tax_free_amount: i64,
    pub(super) tax_exemption_amount: i64,
    pub(super) valid_hours: Option<i64>,
    /// JSON
    pub(super) metadata: Option<String>,
    pub(super) success_url: Option<String>,
    pub(super) fail_url: Option<String>,
    pub(super) frame: Option<String>,
}

impl OpenWindow {
    /// Where the browser goes afterwards.
    pub(super) fn visit(&self) -> Visit {
        let urls = self.success_url.clone().zip(self.fail_url.clone());
        Visit {
            urls: urls.map(|(success, fail)| Urls { success, fail }),
            from: self.from,
            frame: self.frame.clone(),
            valid_hours: self.valid_hours,
        }
    }

    /// The payment that is to begin.
    ///
    /// # Errors
    ///
    /// Something is missing or out of bounds, or the key opens nothing here.
    pub(super) fn begin(&self, keys: &Keys) -> Result<Begin, Refusal> {
        let set = keys.by_client(&self.client_key);
        let set = set.ok_or(refusal::UNAUTHORIZED_KEY)?;
        let purpose = match self.from {
            Surface::Payment => Purpose::Individual,
            Surface::Widgets => Purpose::Widgets,
        };
        if set.purpose != purpose {
            return Err(refusal::INVALID_API_KEY);
        }
        let amounts = Amounts {
            total: self.amount,
            tax_free: self.tax_free_amount,
            tax_exemption: self.tax_exemption_amount,
        };
        let in_bounds = is_order_id(&self.order_id)
            && is_order_name(&self.order_name)
            && amounts.total > 0
            && amounts.tax_free >= 0
            && amounts.tax_exemption >= 0
            && amounts.tax_free.saturating_add(amounts.tax_exemption) <= amounts.total
            && (1..=VALID_HOURS_WINDOW_MAX).contains(&self.valid_hours.unwrap_or(1));
        if !in_bounds {
            return Err(refusal::INVALID_REQUEST);
        }
        Ok(Begin {
            shop: set.shop.clone(),
            order_id: self.order_id.clone(),
            order_name: self.order_name.clone(),
            amounts,
            customer_name: self.customer_name.clone().filter(|it| !it.is_empty()),
            metadata: self.metadata()?,
            visit: Some(self.visit()),
        })
    }

    fn metadata(&self) -> Result<Option<BTreeMap<String, String>>, Refusal> {
        let Some(text) = &self.metadata else {
            return Ok(None);
        };
        serde_json::from_str(text).map_err(|_| refusal::INVALID_REQUEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window() -> OpenWindow {
        OpenWindow {
            client_key: "test_ck_SANDBOX0001".to_owned(),
            amount: 15_000,
            order_id: "order_0001".to_owned(),
            order_name: "성인 1매".to_owned(),
            ..OpenWindow::default()
        }
    }

    #[track_caller]
    fn check(window: &OpenWindow, expected: Result<&str, &str>) {
        let keys = Keys::new(&[]).unwrap();
        let begun = window.begin(&keys);
        let got = begun.as_ref().map(|begin| begin.shop.as_str());
        assert_eq!(got.map_err(|refusal| refusal.code.as_ref()), expected);
    }

    #[test]
    fn a_window_opens_for_a_client_key_of_the_right_kind() {
        check(&window(), Ok("sndbxstore"));
        let widgets = OpenWindow {
            client_key: "test_gck_SANDBOX0001".to_owned(),
            from: Surface::Widgets,
            ..window()
        };
        check(&widgets, Ok("sndbxwidget"));
        let mixed = OpenWindow {
            from: Surface::Widgets,
            ..window()
        };
        check(&mixed, Err("INVALID_API_KEY"));
        let secret = OpenWindow {
            client_key: "test_sk_SANDBOX0001".to_owned(),
            ..window()
        };
        check(&secret, Err("UNAUTHORIZED_KEY"));
    }

    #[test]
    fn what_the_library_should_have_refused_is_refused_again() {
        let wrong = [
            OpenWindow {
                amount: 0,
                ..window()
            },
            OpenWindow {
                order_id: "short".to_owned(),
                ..window()
            },
            OpenWindow {
                order_id: "with space".to_owned(),
                ..window()
            },
            OpenWindow {
                order_name: "가".repeat(101),
                ..window()
            },
            OpenWindow {
                tax_free_amount: 15_001,
                ..window()
            },
            OpenWindow {
                valid_hours: Some(2_161),
                ..window()
            },
            OpenWindow {
                metadata: Some("[]".to_owned()),
                ..window()
            },
        ];
        for window in wrong {
            check(&window, Err("INVALID_REQUEST"));
        }
    }
}
