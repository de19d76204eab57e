//! Films that were told to the kiosks before people were told with them are told again.

use domain::id::MovieId;
use hub::catalog;
use hub::sqlite::{MIGRATIONS, movies};
use protocol::row::{Row, RowKind};
use store::change_feed::{self, FeedQuery};

#[test]
fn every_film_with_people_comes_behind_everything_else_and_is_newer() {
    let mut db = store::open_memory(MIGRATIONS).unwrap();
    let tx = db.transaction().unwrap();
    for import in catalog::bundled().unwrap() {
        catalog::import_movies(&tx, &import).unwrap();
    }
    tx.commit().unwrap();
    let before = change_feed::head(&db).unwrap();
    let version =
        |db: &rusqlite::Connection| movies::row(db, MovieId(1)).unwrap().unwrap().version();
    let known = version(&db);

    let step = MIGRATIONS
        .iter()
        .find(|step| step.name == "films told with people");
    db.execute_batch(step.unwrap().sql).unwrap();

    let query = FeedQuery {
        after: 0,
        limit: 10_000,
        scopes: None,
        not_origin: None,
    };
    let page = change_feed::read(&db, &query).unwrap();
    assert_eq!(page.entries.len(), 156, "each film once");
    assert!(
        page.entries
            .iter()
            .all(|entry| entry.seq > before && entry.op == before + 1)
    );
    assert!(
        page.entries
            .iter()
            .all(|entry| entry.kind == RowKind::Movie.code())
    );
    assert!(version(&db) > known);
    let Some(Row::Movie(facts, _)) = movies::row(&db, MovieId(1)).unwrap() else {
        panic!("a film");
    };
    assert!(facts.people.contains(&"김기영".to_owned()));
}
