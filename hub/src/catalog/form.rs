//! Which format a file has, and its rows as they stand in it.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Format, IMPORT_BYTES_MAX, ImportError, OWN_VERSION};

#[derive(Deserialize)]
struct Own<'a> {
    #[serde(borrow)]
    movies: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KobisListAnswer<'a> {
    #[serde(borrow)]
    movie_list_result: KobisList<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KobisList<'a> {
    #[serde(borrow)]
    movie_list: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KobisInfoAnswer<'a> {
    #[serde(borrow)]
    movie_info_result: KobisInfo<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KobisInfo<'a> {
    #[serde(borrow)]
    movie_info: &'a RawValue,
}

/// Only what tells the formats apart.
#[derive(Deserialize)]
struct Marks {
    format: Option<String>,
    version: Option<i64>,
}

/// The file as a text.
pub(super) fn text(bytes: &[u8]) -> Result<&str, ImportError> {
    if bytes.len() > IMPORT_BYTES_MAX {
        return Err(ImportError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line_begin = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        ImportError::NotJson {
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: before.len() - line_begin + 1,
            reason: "not UTF-8".to_owned(),
        }
    })?;
    // Windows programs begin a file with this mark, which is no JSON.
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// What is wrong, without the place: it would be counted from the row's own beginning.
pub(super) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// The format of a file, and its rows as pieces of the text.
pub(super) fn rows(text: &str) -> Result<(Format, Vec<&RawValue>), ImportError> {
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| ImportError::NotJson {
        line: error.line(),
        column: error.column(),
        reason: reason(&error),
    })?;
    if let Ok(rows) = serde_json::from_str(whole.get()) {
        return Ok((Format::PlainList, rows));
    }
    if let Ok(answer) = serde_json::from_str::<KobisListAnswer<'_>>(text) {
        return Ok((Format::KobisList, answer.movie_list_result.movie_list));
    }
    if let Ok(answer) = serde_json::from_str::<KobisInfoAnswer<'_>>(text) {
        return Ok((Format::KobisInfo, vec![answer.movie_info_result.movie_info]));
    }
    let Ok(marks) = serde_json::from_str::<Marks>(text) else {
        return Err(ImportError::UnknownFormat);
    };
    if marks.format.as_deref() != Some("moding-catalogue") {
        return Err(ImportError::UnknownFormat);
    }
    let version = marks.version.unwrap_or(OWN_VERSION);
    if version != OWN_VERSION {
        return Err(ImportError::UnknownVersion(version));
    }
    let own: Own<'_> = serde_json::from_str(text).map_err(|_| ImportError::UnknownFormat)?;
    Ok((Format::Moding, own.movies))
}
