//! How a message is written: one codec byte, then JSON, compressed where that pays.

use std::cell::RefCell;
use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

/// The largest message as sent.
pub const SENT_BYTES_MAX: usize = 64 * 1024;

/// The largest message unpacked; a sender's bug or a hostile archive stops here.
pub const UNPACKED_BYTES_MAX: usize = 1024 * 1024;

/// Below this many bytes compression is not worth its header.
const COMPRESS_FROM_BYTES: usize = 1024;

const ZSTD_LEVEL: i32 = 1;
const JSON: u8 = 0;
const JSON_ZSTD: u8 = 1;

thread_local! {
    // Made anew for each message they cost more than the packing.
    static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Why a message cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error("the message has {sent} bytes packed and {unpacked} unpacked, which is too large")]
    TooLarge { sent: usize, unpacked: usize },
    #[error("the message cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("the message cannot be compressed")]
    Compress(#[source] io::Error),
}

/// Why a message cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("the message is empty")]
    Empty,
    #[error("the message is written in codec {0}, which this program does not know")]
    UnknownCodec(u8),
    #[error("the message has {0} bytes, which is too large")]
    TooLarge(usize),
    #[error("the message cannot be unpacked")]
    Unpack(#[source] io::Error),
    #[error("the message does not have the expected form")]
    Json(#[from] serde_json::Error),
}

/// Writes `message`.
///
/// # Errors
///
/// Refuses what is larger than the limits, so that the caller can cut it.
pub fn encode(message: &impl Serialize) -> Result<Vec<u8>, EncodeError> {
    let json = serde_json::to_vec(message)?;
    let unpacked = json.len();
    let sent = if unpacked < COMPRESS_FROM_BYTES {
        tagged(JSON, &json)
    } else {
        let packed = pack(&json).map_err(EncodeError::Compress)?;
        tagged(JSON_ZSTD, &packed)
    };
    if sent.len() > SENT_BYTES_MAX || unpacked > UNPACKED_BYTES_MAX {
        let sent = sent.len();
        return Err(EncodeError::TooLarge { sent, unpacked });
    }
    Ok(sent)
}

/// Reads a message.
///
/// # Errors
///
/// Fails on anything that [`encode`] of this or an older version did not write.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let (&codec, body) = bytes.split_first().ok_or(DecodeError::Empty)?;
    if body.len() > UNPACKED_BYTES_MAX {
        return Err(DecodeError::TooLarge(body.len()));
    }
    match codec {
        JSON => Ok(serde_json::from_slice(body)?),
        JSON_ZSTD => {
            let json = unpack(body).map_err(DecodeError::Unpack)?;
            Ok(serde_json::from_slice(&json)?)
        }
        other => Err(DecodeError::UnknownCodec(other)),
    }
}

fn pack(json: &[u8]) -> io::Result<Vec<u8>> {
    PACKER.with_borrow_mut(|packer| {
        let packer = match packer {
            Some(known) => known,
            None => packer.insert(Compressor::new(ZSTD_LEVEL)?),
        };
        packer.compress(json)
    })
}

fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
    // What an archive says of its size is no more than a hint for the room it needs.
    let said = get_frame_content_size(packed).ok().flatten();
    let said = said.and_then(|bytes| usize::try_from(bytes).ok());
    let room = said.map_or(UNPACKED_BYTES_MAX, |bytes| bytes.min(UNPACKED_BYTES_MAX));
    UNPACKER.with_borrow_mut(|unpacker| {
        let unpacker = match unpacker {
            Some(known) => known,
            None => unpacker.insert(Decompressor::new()?),
        };
        unpacker.decompress(packed, room)
    })
}

fn tagged(codec: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() + 1);
    bytes.push(codec);
    bytes.extend_from_slice(body);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_messages_can_be_read_by_people() {
        let bytes = encode(&"무딩").unwrap();
        assert_eq!(bytes, "\0\"무딩\"".as_bytes());
        assert_eq!(decode::<String>(&bytes).unwrap(), "무딩");
    }

    #[test]
    fn large_messages_are_packed() {
        let text = "seat ".repeat(10_000);
        let bytes = encode(&text).unwrap();
        assert!(bytes.len() < text.len() / 10);
        assert_eq!(decode::<String>(&bytes).unwrap(), text);
    }

    #[test]
    fn an_archive_bomb_stops_at_the_limit() {
        let bomb = zstd::bulk::compress(&vec![b' '; UNPACKED_BYTES_MAX + 1], 1).unwrap();
        let read = decode::<String>(&tagged(JSON_ZSTD, &bomb));
        assert!(matches!(read, Err(DecodeError::Unpack(_))));
        assert!(matches!(
            encode(&" ".repeat(UNPACKED_BYTES_MAX)),
            Err(EncodeError::TooLarge { .. })
        ));
    }

    #[test]
    fn a_codec_of_the_future_is_refused_by_name() {
        assert!(matches!(
            decode::<String>(&[9, 1]),
            Err(DecodeError::UnknownCodec(9))
        ));
    }
}
