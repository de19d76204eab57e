//! Takes the first films by rank out of all that a query of the index finds.

use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// The rank of a document that is no film of the table; it is passed over.
pub(crate) const NO_RANK: u32 = u32::MAX;

/// Collects the lowest ranks.
pub(crate) struct FirstByRank {
    /// For each segment the rank of each document.
    pub(crate) ranks: Vec<Arc<Vec<u32>>>,
    /// So many at most.
    pub(crate) max: usize,
}

/// The lowest ranks of one segment; the highest of them on top.
pub(crate) struct OfSegment {
    ranks: Arc<Vec<u32>>,
    max: usize,
    lowest: BinaryHeap<u32>,
}

impl Collector for FirstByRank {
    /// In ascending order.
    type Fruit = Vec<u32>;
    type Child = OfSegment;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        _reader: &SegmentReader,
    ) -> tantivy::Result<OfSegment> {
        Ok(OfSegment {
            ranks: self
                .ranks
                .get(segment as usize)
                .cloned()
                .unwrap_or_default(),
            max: self.max,
            lowest: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Vec<u32>>) -> tantivy::Result<Vec<u32>> {
        let mut ranks: Vec<u32> = fruits.into_iter().flatten().collect();
        ranks.sort_unstable();
        ranks.dedup();
        ranks.truncate(self.max);
        Ok(ranks)
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = Vec<u32>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        let rank = self.ranks.get(doc as usize).copied().unwrap_or(NO_RANK);
        if rank == NO_RANK {
            return;
        }
        if self.lowest.len() < self.max {
            self.lowest.push(rank);
        } else if self.lowest.peek().is_some_and(|highest| rank < *highest) {
            self.lowest.pop();
            self.lowest.push(rank);
        }
    }

    fn harvest(self) -> Vec<u32> {
        self.lowest.into_vec()
    }
}
