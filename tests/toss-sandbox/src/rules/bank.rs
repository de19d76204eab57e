//! Banks, as the gateway numbers and names them.

/// Codes and short names.
pub const BANKS: [(&str, &str); 25] = [
    ("02", "산업"),
    ("03", "기업"),
    ("06", "국민"),
    ("07", "수협"),
    ("11", "농협"),
    ("12", "단위농협"),
    ("20", "우리"),
    ("23", "SC제일"),
    ("27", "씨티"),
    ("31", "대구"),
    ("32", "부산"),
    ("34", "광주"),
    ("35", "제주"),
    ("37", "전북"),
    ("39", "경남"),
    ("45", "새마을"),
    ("48", "신협"),
    ("50", "저축"),
    ("54", "HSBC"),
    ("64", "산림"),
    ("71", "우체국"),
    ("81", "하나"),
    ("88", "신한"),
    ("90", "카카오"),
    ("92", "토스"),
];

/// The code of a bank that was named by its code or its short name.
#[must_use]
pub fn code(named: &str) -> Option<&'static str> {
    let found = BANKS
        .iter()
        .find(|(code, name)| *code == named || *name == named);
    found.map(|(code, _)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_is_found_by_code_and_by_name() {
        assert_eq!(code("20"), Some("20"));
        assert_eq!(code("우리"), Some("20"));
        assert_eq!(code("92"), Some("92"));
        assert_eq!(code("99"), None);
        assert_eq!(code(""), None);
    }
}
