//! Golden files, damaged files, and what was written read again.

use proptest::prelude::*;

use super::*;
use crate::replication::name::Span;

/// Two pages that Litestream 0.5.17 restored byte by byte.
const OURS: &str = "4c545831000000020000020000000002000000000000000100000000000000010000019b76daa8000000000000000000000000000000002000000000000004301122334455667788000000000000000000000000000000000000000000000000000000000000000100010000006df61253514c69746520666f726d61742033000200010100402020000000010000000200010000100016040f000120000f02000d6001002e99b10d2d005f01df0001df2f000d0f0200ff3ff0121f0106170f0f012f7461626c65747402435245415445205441424c45207428612900000002000100000015600d000000000205000f0200ffde6000000000000000000000000001647702db011f0000000000000000080000000000000000ceb444e6ca30e393";

/// What Litestream 0.5.17 wrote after a checkpoint of its own: one page.
const LITESTREAMS: &str = "4c54583100000002000010000000004200000000000000110000000000000011000001a202c0972c0000000000000000000000000000002000000000000010181ff8386b776d0687000000000000000000000000000000000000000000000000000000000000000b00010000002fcf0d000000010ffb000ffb00000200ffffffffffffffffffffffffffffffe0000200c00000000000000003010300090000000000000b64390000000000000000040000000000000000c952a38aed80182a";

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(digits).collect()
}

/// The number of a page and its bytes.
type Page = (u32, Vec<u8>);

fn decode(bytes: &[u8]) -> Result<(Header, Vec<Page>), FileError> {
    let mut decoder = Decoder::new(bytes)?;
    let (mut pages, mut page) = (Vec::new(), Vec::new());
    while let Some(number) = decoder.next(&mut page)? {
        pages.push((number, page.clone()));
    }
    Ok((*decoder.header(), pages))
}

fn encode(header: Header, pages: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), header).unwrap();
    for (number, page) in pages {
        encoder.page(*number, page).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn a_file_that_litestream_restored_is_read_and_written_byte_by_byte() {
    let golden = bytes(OURS);
    let (header, pages) = decode(&golden).unwrap();
    assert_eq!(
        header,
        Header {
            page_size: 512,
            commit: 2,
            span: Span { min: 1, max: 1 },
            written_at_ms: 1_767_225_600_000,
            wal: Some(WalSpan {
                offset: 32,
                bytes: 1072,
                salts: (0x1122_3344, 0x5566_7788),
            }),
            writer: 0,
        }
    );
    assert!(pages[0].1.starts_with(b"SQLite format 3\0"));
    assert_eq!(encode(header, &pages), golden);
}

#[test]
fn a_file_of_litestream_is_read_and_its_page_written_again() {
    let golden = bytes(LITESTREAMS);
    let (header, pages) = decode(&golden).unwrap();
    assert_eq!((header.span, header.commit), (Span::of(0x11), 0x42));
    assert_eq!(pages.len(), 1);
    assert_eq!(pages[0].0, 11);
    // Another compressor may choose other bytes for the same page.
    let (again, same) = decode(&encode(header, &pages)).unwrap();
    assert_eq!((again, same), (header, pages));
}

#[test]
fn a_file_is_refused_wherever_one_bit_or_its_end_is_wrong() {
    let golden = bytes(OURS);
    for cut in 0..golden.len() {
        assert!(decode(&golden[..cut]).is_err(), "cut at {cut}");
    }
    for at in 0..golden.len() {
        for bit in 0..8 {
            let mut flipped = golden.clone();
            flipped[at] ^= 1 << bit;
            // Some pages have more than one compressed form.
            if let Ok(found) = decode(&flipped) {
                assert_eq!(found, decode(&golden).unwrap(), "bit {bit} of byte {at}");
            }
        }
    }
    let mut longer = golden;
    longer.push(0);
    assert!(decode(&longer).is_err());
}

#[test]
fn a_snapshot_without_one_of_its_pages_is_refused() {
    let (mut header, mut pages) = decode(&bytes(OURS)).unwrap();
    pages.pop();
    assert!(matches!(
        decode(&encode(header, &pages)),
        Err(FileError::Damaged(_))
    ));
    header.span = Span { min: 2, max: 2 };
    assert!(decode(&encode(header, &pages)).is_ok());
}

#[test]
fn the_page_with_sqlites_locks_is_never_written() {
    assert_eq!(lock_page(4096), 262_145);
    assert_eq!(lock_page(65_536), 16_385);
    let header = Header {
        page_size: 65_536,
        commit: 16_386,
        span: Span { min: 2, max: 2 },
        written_at_ms: 1,
        wal: None,
        writer: 7,
    };
    let page = vec![3; 65_536];
    let pages = [
        (16_384, page.clone()),
        (16_385, page.clone()),
        (16_386, page),
    ];
    let (_, read) = decode(&encode(header, &pages)).unwrap();
    let numbers: Vec<u32> = read.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [16_384, 16_386]);
}

proptest! {
    #[test]
    fn what_was_written_is_read_again(
        chosen in proptest::collection::btree_map(1_u32..400, any::<(u8, u16)>(), 0..40),
        min in 2_u64..1_000_000,
        more in 0_u64..1_000,
        written_at_ms in 0_i64..4_000_000_000_000,
        writer: u64,
        offset in prop_oneof![Just(0_u64), 32_u64..1 << 40],
        shift in 9_u32..13,
    ) {
        let page_size = 1 << shift;
        let header = Header {
            page_size,
            commit: 400,
            span: Span { min, max: min + more },
            written_at_ms,
            wal: (offset > 0).then_some(WalSpan { offset, bytes: 4120, salts: (1, u32::MAX) }),
            writer,
        };
        let pages: Vec<(u32, Vec<u8>)> = chosen
            .into_iter()
            .map(|(number, (seed, step))| {
                let content = (0..page_size)
                    .map(|at| seed.wrapping_add((at.wrapping_mul(u32::from(step)) >> 3).to_le_bytes()[0]))
                    .collect();
                (number, content)
            })
            .collect();
        prop_assert_eq!(decode(&encode(header, &pages)).unwrap(), (header, pages));
    }
}
