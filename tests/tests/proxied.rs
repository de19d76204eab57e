//! Live events behind a web server that collects and packs whatever it passes on, as many do: nginx
//! with what it does when nobody has told it anything about streams.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, Response};
use tests::ports;
use tests::stand::{Stand, eventually};
use tokio::time::timeout;

/// Longer than a quiet stream is quiet.
const WAIT: Duration = Duration::from_secs(30);

/// nginx before a hub; it ends with this.
struct Proxy {
    program: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Proxy {
    async fn before(hub: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = ports::free_port();
        let config = folder.path().join("nginx.conf");
        std::fs::write(&config, settings(folder.path(), port, hub)).unwrap();
        let program = Command::new("/usr/sbin/nginx")
            .args(["-e", "stderr", "-p"])
            .arg(folder.path())
            .arg("-c")
            .arg(&config)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let proxy = Self {
            program,
            port,
            _folder: folder,
        };
        eventually("the proxy passes on", || async {
            let answer = reqwest::get(proxy.at("/healthz")).await.ok()?;
            (answer.status() != 502).then_some(())
        })
        .await;
        proxy
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    async fn listens(&self, screening: i64, since: Option<&str>) -> Response {
        let address = self.at(&format!("/api/events?topics=screening:{screening}"));
        let mut request = Client::new().get(address);
        if let Some(id) = since {
            request = request.header("last-event-id", id);
        }
        let stream = request.send().await.unwrap();
        assert_eq!(stream.status(), 200);
        stream
    }
}

/// One process, nothing outside of `folder`, everything else as it comes.
fn settings(folder: &Path, port: u16, hub: u16) -> String {
    let folder = folder.display();
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log stderr warn;
         events {{}}
         http {{
           access_log off;
           client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
           fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
           scgi_temp_path {folder}/scgi;
           gzip on; gzip_proxied any; gzip_types *;
           server {{
             listen 127.0.0.1:{port};
             location / {{ proxy_pass http://127.0.0.1:{hub}; proxy_set_header Host $host; }}
           }}
         }}"
    )
}

/// Everything that is said until `wanted` is.
async fn heard(stream: &mut Response, wanted: &str) -> String {
    let mut text = String::new();
    while !text.contains(wanted) {
        let chunk = timeout(WAIT, stream.chunk()).await;
        let chunk = chunk.unwrap_or_else(|_| panic!("{wanted} was not said: {text}"));
        let chunk = chunk.unwrap().expect("the stream goes on");
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_passes_a_proxy_at_once_and_goes_on_where_it_was() {
    let mut stand = Stand::new(0);
    stand.start().await;
    let web = stand.hub.client();
    let screening = web.on_sale().await[0]["screening"].as_i64().unwrap();
    let free = web.seats(screening, "free").await;
    let proxy = Proxy::before(stand.hub.port).await;

    let mut first = proxy.listens(screening, None).await;
    let mut second = proxy.listens(screening, None).await;
    heard(&mut first, "\"viewers\":2").await;
    heard(&mut second, "\"viewers\":2").await;
    web.hold(screening, &[free[0]]).await.unwrap();
    let told = heard(&mut first, &format!("\"seat\":{}", free[0])).await;
    let (_, id) = told.rsplit_once("id: ").expect("an event has an id");
    let id = id.lines().next().unwrap().to_owned();
    // Nothing but a beat of the heart: it passes too, or a page would give the stream up.
    heard(&mut first, "beat").await;

    // Who leaves the proxy leaves the hub.
    drop(first);
    heard(&mut second, "\"viewers\":1").await;
    web.hold(screening, &[free[3]]).await.unwrap();
    let mut again = proxy.listens(screening, Some(&id)).await;
    let missed = heard(&mut again, &format!("\"seat\":{}", free[3])).await;
    assert!(
        !missed.contains(&format!("\"seat\":{},", free[0])),
        "{missed}"
    );
}
