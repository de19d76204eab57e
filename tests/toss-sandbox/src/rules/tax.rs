//! Value added tax, as it is contained in a price: ten per cent of what was supplied.

use super::payment::Amounts;

/// A price in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taxed {
    pub supplied: i64,
    pub vat: i64,
}

/// What of `amounts` was supplied, and the tax on it. Free and exempt parts carry none.
#[must_use]
pub fn parts(amounts: Amounts) -> Taxed {
    let taxable = amounts.total - amounts.tax_free - amounts.tax_exemption;
    // taxable / 1.1, rounded to the nearest won.
    let supplied = (taxable * 20 + 11).div_euclid(22);
    Taxed {
        supplied,
        vat: taxable - supplied,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_samples_that_were_seen_come_out() {
        let check = |total: i64, supplied: i64, vat: i64| {
            let amounts = Amounts {
                total,
                tax_free: 0,
                tax_exemption: 0,
            };
            assert_eq!(parts(amounts), Taxed { supplied, vat }, "{total}");
        };
        check(37_400, 34_000, 3_400);
        check(15_000, 13_636, 1_364);
        check(30_000, 27_273, 2_727);
        check(11_111, 10_101, 1_010);
        check(163_020, 148_200, 14_820);
        check(1_000, 909, 91);
        check(0, 0, 0);
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole_and_the_tax_is_a_tenth(
            total in 0..1_000_000_000_i64,
            free in 0..1_000_000_000_i64,
        ) {
            let tax_free = free.min(total);
            let Taxed { supplied, vat } = parts(Amounts { total, tax_free, tax_exemption: 0 });
            prop_assert_eq!(supplied + vat + tax_free, total);
            prop_assert!((vat * 10 - supplied).abs() <= 6, "{} {}", supplied, vat);
        }
    }
}
