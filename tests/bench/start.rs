//! A kiosk's start, memory and size.

use std::time::{Duration, Instant};

use tests::stand::Stand;
use tokio::net::TcpStream;

pub(crate) async fn kiosk(rounds: usize) {
    let mut stand = Stand::with(&[1], 4);
    stand.start().await;
    let mut starts = Vec::new();
    for _ in 0..rounds {
        stand.kiosks[0].kill();
        let began = Instant::now();
        stand.kiosks[0].start();
        while TcpStream::connect(("127.0.0.1", stand.kiosks[0].port))
            .await
            .is_err()
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(stand.kiosks[0].client().is_ready().await, "it answers");
        starts.push(began.elapsed());
        stand.kiosks[0].online().await;
    }
    starts.sort_unstable();
    let ms = starts[starts.len() / 2].as_millis();
    println!("kiosk, kill -9 to the first answer (median of {rounds}): {ms} ms");
    let pid = stand.kiosks[0].pid().expect("it runs");
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let rss = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap_or("?");
    println!("kiosk, idle memory (RSS): {}", rss.trim());
    let size = std::fs::metadata(stand.kiosks[0].binary()).map_or(0, |file| file.len());
    println!(
        "kiosk, binary: {:.1} MB",
        f64::from(u32::try_from(size).unwrap_or(0)) / 1e6
    );
}
