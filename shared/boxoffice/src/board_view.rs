//! A published board as people see it: films by their titles.

use domain::id::MovieId;
use domain::ranking::{Board, LINES_SHOWN, Term};
use domain::time::Timestamp;
use protocol::api::ranking::{BoardLine, BoardView};
use store::StoreError;

/// What a film is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Titles {
    pub title: String,
    pub title_en: Option<String>,
}

/// The first places of `board`. A film that is not known here (any more) leaves its place empty
/// rather than moving the others.
///
/// # Errors
///
/// Fails when `titles` does.
pub fn board_view(
    board: &Board,
    now: Timestamp,
    titles: impl Fn(MovieId) -> Result<Option<Titles>, StoreError>,
) -> Result<BoardView, StoreError> {
    let mut lines = Vec::with_capacity(LINES_SHOWN);
    for (place, line) in (1..).zip(board.lines.iter().take(LINES_SHOWN)) {
        let (movie, titles) = match &line.term {
            Term::Movie(movie) => match titles(*movie)? {
                Some(titles) => (Some(*movie), titles),
                None => continue,
            },
            Term::Text(text) => {
                let titles = Titles {
                    title: text.clone(),
                    title_en: None,
                };
                (None, titles)
            }
        };
        lines.push(BoardLine {
            place,
            movie,
            title: titles.title,
            title_en: titles.title_en,
            mark: line.mark,
        });
    }
    Ok(BoardView {
        as_of: board.hour.begins_at(),
        algorithm: board.algorithm.clone(),
        nodes: board.nodes.clone(),
        lines,
        now,
    })
}
