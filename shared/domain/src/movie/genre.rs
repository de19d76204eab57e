//! The names of genres: one canonical spelling for what imports call them.

/// Canonical Korean name, English name, and other spellings.
const GENRES: [(&str, &str, &[&str]); 22] = [
    ("드라마", "Drama", &["극영화", "drama"]),
    ("스릴러", "Thriller", &["thriller", "서스펜스"]),
    ("범죄", "Crime", &["갱스터", "느와르", "누아르", "crime"]),
    ("액션", "Action", &["무협", "action"]),
    ("코미디", "Comedy", &["코메디", "comedy", "로맨틱코미디"]),
    (
        "멜로/로맨스",
        "Romance",
        &["멜로", "로맨스", "멜로로맨스", "애정", "romance"],
    ),
    ("공포", "Horror", &["호러", "공포(호러)", "horror"]),
    ("미스터리", "Mystery", &["미스테리", "추리", "mystery"]),
    ("SF", "Science fiction", &["공상과학", "sf", "에스에프"]),
    ("판타지", "Fantasy", &["환타지", "fantasy"]),
    ("애니메이션", "Animation", &["애니", "만화", "animation"]),
    ("다큐멘터리", "Documentary", &["다큐", "documentary"]),
    ("전쟁", "War", &["war"]),
    ("사극", "Period drama", &["시대극", "시대극/사극"]),
    ("가족", "Family", &["family"]),
    ("뮤지컬", "Musical", &["musical"]),
    ("모험", "Adventure", &["어드벤처", "어드벤쳐", "adventure"]),
    ("음악", "Music", &["공연", "콘서트", "뮤직", "music"]),
    ("스포츠", "Sports", &["sports"]),
    (
        "서부극",
        "Western",
        &["서부", "서부극(웨스턴)", "웨스턴", "western"],
    ),
    ("역사", "History", &["history"]),
    ("기타", "Other", &["other"]),
];

/// Parent genres: Korean name, English name, and the genres within. Every listed genre has one.
const PARENTS: [(&str, &str, &[&str]); 6] = [
    (
        "드라마·로맨스",
        "Drama & romance",
        &["드라마", "멜로/로맨스", "가족", "사극", "역사"],
    ),
    (
        "범죄·스릴러",
        "Crime & thriller",
        &["스릴러", "범죄", "미스터리", "공포"],
    ),
    (
        "액션·모험",
        "Action & adventure",
        &["액션", "모험", "전쟁", "서부극", "스포츠"],
    ),
    (
        "코미디·음악",
        "Comedy & music",
        &["코미디", "뮤지컬", "음악"],
    ),
    (
        "SF·판타지",
        "Science fiction & fantasy",
        &["SF", "판타지", "애니메이션"],
    ),
    ("다큐·기타", "Documentary & other", &["다큐멘터리", "기타"]),
];

/// The parent of a genre; one that nobody listed belongs to the last of them.
#[must_use]
pub fn parent_genre(canonical: &str) -> &'static str {
    let parent = PARENTS
        .iter()
        .find(|(.., within)| within.contains(&canonical));
    parent.or(PARENTS.last()).map_or("", |(name, ..)| name)
}

/// Every parent genre with its English name, in the order in which they are shown.
#[must_use]
pub fn parent_genres() -> Vec<(&'static str, &'static str)> {
    PARENTS
        .iter()
        .map(|(korean, english, _)| (*korean, *english))
        .collect()
}

/// The genres that a name stands for: those within a parent, or the genre of that name itself.
#[must_use]
pub fn genres_within(name: &str) -> Vec<String> {
    let wanted = folded(name.trim());
    let parent = PARENTS
        .iter()
        .find(|(korean, english, _)| folded(korean) == wanted || folded(english) == wanted);
    match parent {
        Some((.., within)) => within.iter().map(|genre| (*genre).to_owned()).collect(),
        None => vec![canonical_genre(name)],
    }
}

/// The canonical name of a genre; a genre that nobody listed keeps its own name.
#[must_use]
pub fn canonical_genre(name: &str) -> String {
    let name = name.trim();
    let wanted = folded(name);
    let known = GENRES.iter().find(|(canonical, english, others)| {
        folded(canonical) == wanted
            || folded(english) == wanted
            || others.contains(&wanted.as_str())
    });
    known.map_or_else(
        || name.to_owned(),
        |(canonical, ..)| (*canonical).to_owned(),
    )
}

/// The canonical names of a film's genres, each once: two spellings may mean the same genre.
#[must_use]
pub fn canonical_genres<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut genres: Vec<String> = Vec::new();
    for name in names {
        let genre = canonical_genre(name);
        if !genre.is_empty() && !genres.contains(&genre) {
            genres.push(genre);
        }
    }
    genres
}

fn folded(name: &str) -> String {
    name.to_lowercase().replace(' ', "")
}

/// The English name of a canonical genre.
#[must_use]
pub fn genre_in_english(canonical: &str) -> Option<&'static str> {
    let known = GENRES.iter().find(|(korean, ..)| *korean == canonical);
    known.map(|(_, english, _)| *english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet_in_one_name() {
        for (spelling, genre) in [
            ("멜로", "멜로/로맨스"),
            ("공포(호러)", "공포"),
            ("코메디", "코미디"),
            ("sf", "SF"),
            ("드라마", "드라마"),
            ("Science Fiction", "SF"),
            ("period drama", "사극"),
            ("먹방", "먹방"),
        ] {
            assert_eq!(canonical_genre(spelling), genre, "{spelling}");
        }
    }

    #[test]
    fn every_listed_genre_has_one_parent() {
        for (genre, ..) in GENRES {
            let parents = PARENTS
                .iter()
                .filter(|(.., within)| within.contains(&genre));
            assert_eq!(parents.count(), 1, "{genre}");
            assert!(genres_within(parent_genre(genre)).contains(&genre.to_owned()));
        }
        assert_eq!(parent_genre("먹방"), "다큐·기타");
        assert_eq!(genres_within("느와르"), ["범죄"]);
        assert_eq!(
            genres_within("Comedy & music"),
            ["코미디", "뮤지컬", "음악"]
        );
    }

    #[test]
    fn a_genre_in_two_spellings_is_one() {
        assert_eq!(
            canonical_genres(["멜로", "드라마", "로맨스", ""]),
            ["멜로/로맨스", "드라마"]
        );
    }
}
