//! The units, users and folders in `systemd/`, checked by systemd's own tools in an empty root.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const PROGRAMS: [&str; 3] = ["moding-hub", "moding-kiosk", "moding-payments"];
/// What runs now and then or instead of something, and is no service of its own program.
const OTHERS: [&str; 9] = [
    "moding-replica-verify.service",
    "moding-replica-verify.timer",
    "moding-payments-verify.service",
    "moding-payments-verify.timer",
    "moding-kiosk-verify.service",
    "moding-kiosk-verify.timer",
    "moding-litestream.service",
    "moding-litestream-payments.service",
    "moding-standby.service",
];
/// What closes the payments' network but for the gateway, once its addresses are put in.
const GATEWAY: &str = "moding-payments.service.d/gateway.conf.example";
/// systemd's exposure level times ten: from 0 (nothing to get at) to 100.
const EXPOSURE_MAX: &str = "20";
/// Where distributions lay systemd's own units.
const SYSTEM_UNITS: [&str; 2] = ["/usr/lib/systemd/system", "/lib/systemd/system"];

fn ours(path: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join("systemd").join(path)
}

/// Runs one of systemd's tools; what is missing is named.
#[track_caller]
fn run(tool: &str, arguments: &[&str], file: &Path) -> Output {
    Command::new(tool)
        .args(arguments)
        .arg(file)
        .output()
        .unwrap_or_else(|error| panic!("{tool} (Debian package systemd) cannot run: {error}"))
}

#[track_caller]
fn assert_silent_success(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    assert!(said.is_empty(), "{said}");
}

/// A root folder with systemd's own targets, our units, and programs in their places.
fn device() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let units = root.path().join("usr/lib/systemd/system");
    fs::create_dir_all(&units).unwrap();
    let system = SYSTEM_UNITS
        .iter()
        .map(Path::new)
        .find(|folder| folder.is_dir());
    for entry in fs::read_dir(system.expect("systemd's own units are here")).unwrap() {
        let path = entry.unwrap().path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_file() && matches!(ending, Some("target" | "slice")) {
            fs::copy(&path, units.join(path.file_name().unwrap())).unwrap();
        }
    }
    let programs = root.path().join("usr/bin");
    fs::create_dir_all(&programs).unwrap();
    for name in PROGRAMS {
        let unit = format!("{name}.service");
        fs::copy(ours(&unit), units.join(&unit)).unwrap();
        let program = programs.join(name);
        fs::write(&program, "#!/bin/sh\n").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::copy(programs.join("moding-hub"), programs.join("litestream")).unwrap();
    for unit in OTHERS {
        fs::copy(ours(unit), units.join(unit)).unwrap();
    }
    root
}

/// What `systemd-analyze verify` says about `unit` on that device.
fn verify(device: &TempDir, unit: &str) -> Output {
    let root = format!("--root={}", device.path().display());
    // Without --recursive-errors a misspelt key is only a warning.
    let arguments = ["verify", "--recursive-errors=yes", "--man=no", &root];
    run("systemd-analyze", &arguments, Path::new(unit))
}

#[test]
fn every_unit_is_understood() {
    let device = device();
    for name in PROGRAMS {
        assert_silent_success(&verify(&device, &format!("{name}.service")));
    }
    for unit in OTHERS {
        assert_silent_success(&verify(&device, unit));
    }
}

#[test]
fn a_misspelt_key_would_be_found() {
    let device = device();
    let unit = device
        .path()
        .join("usr/lib/systemd/system/moding-hub.service");
    let text = fs::read_to_string(&unit).unwrap();
    fs::write(&unit, text.replace("WatchdogSec=", "WatchdgSec=")).unwrap();
    assert!(!verify(&device, "moding-hub.service").status.success());
}

/// Lays the drop-in for the gateway's addresses onto the device, as `text`.
fn close_network(device: &TempDir, text: &str) {
    let folder = device
        .path()
        .join("etc/systemd/system/moding-payments.service.d");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("gateway.conf"), text).unwrap();
}

#[test]
fn the_payments_network_can_be_closed_but_for_the_gateway() {
    let device = device();
    let text = fs::read_to_string(ours(GATEWAY)).unwrap();
    close_network(&device, &text);
    assert_silent_success(&verify(&device, "moding-payments.service"));
    let lines = || text.lines().filter(|line| !line.starts_with('#'));
    assert!(lines().any(|line| line == "IPAddressDeny=any"));
    let allowed = lines().filter_map(|line| line.strip_prefix("IPAddressAllow="));
    let allowed: Vec<&str> = allowed.flat_map(str::split_whitespace).collect();
    assert!(allowed.contains(&"localhost"), "{allowed:?}");
    // All others are for documentation and lead nowhere: nobody's addresses are shipped as true.
    let examples = ["192.0.2.", "198.51.100.", "203.0.113."];
    let is_example = |it: &&str| examples.iter().any(|net| it.starts_with(net));
    let others = allowed.iter().filter(|it| **it != "localhost");
    assert!(others.clone().all(is_example), "{allowed:?}");
    assert_eq!(others.count(), 4);
    // Within the marks, so that whoever puts theirs in sees all of them.
    let marked = text.split(">>> PUT YOUR OWN HERE").nth(1).unwrap();
    let marked = marked.split("# <<<").next().unwrap();
    for example in examples {
        assert!(marked.contains(example), "{example}");
    }
}

#[test]
fn an_address_that_is_none_would_be_found() {
    let device = device();
    let text = fs::read_to_string(ours(GATEWAY)).unwrap();
    close_network(&device, &text.replace("=198.51.100.10", "=the-gateway"));
    let said = verify(&device, "moding-payments.service");
    assert!(String::from_utf8_lossy(&said.stderr).contains("the-gateway"));
}

#[test]
fn a_service_can_reach_little() {
    let threshold = format!("--threshold={EXPOSURE_MAX}");
    let arguments = ["security", "--offline=true", "--no-pager", &threshold];
    let services = PROGRAMS.map(|name| format!("{name}.service"));
    let others = OTHERS.iter().filter(|unit| unit.ends_with(".service"));
    for name in services.iter().map(String::as_str).chain(others.copied()) {
        let output = run("systemd-analyze", &arguments, &ours(name));
        let table = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{name} is too exposed:\n{table}");
    }
}

#[test]
fn a_service_that_hangs_or_dies_comes_back() {
    for name in PROGRAMS {
        let unit = fs::read_to_string(ours(&format!("{name}.service"))).unwrap();
        let keys = [
            "Type=notify",
            "WatchdogSec=10",
            "Restart=always",
            "StartLimitIntervalSec=0",
        ];
        for key in keys {
            assert!(unit.lines().any(|line| line == key), "{name} lacks {key}");
        }
    }
}

#[test]
fn each_service_has_its_user() {
    let device = device();
    fs::create_dir_all(device.path().join("etc")).unwrap();
    let root = format!("--root={}", device.path().display());
    let file = ours("sysusers.d/moding.conf");
    let output = run("systemd-sysusers", &[&root, "--dry-run"], &file);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for name in PROGRAMS {
        let unit = fs::read_to_string(ours(&format!("{name}.service"))).unwrap();
        assert!(
            unit.lines().any(|line| line == format!("User={name}")),
            "{name}"
        );
        let users = fs::read_to_string(&file).unwrap();
        assert!(
            users
                .lines()
                .any(|line| line.starts_with(&format!("u {name} "))),
            "{name}"
        );
    }
}

#[test]
fn only_the_hub_may_ask_the_payments() {
    let users = fs::read_to_string(ours("sysusers.d/moding.conf")).unwrap();
    let members: Vec<&str> = users
        .lines()
        .filter(|line| line.starts_with("m "))
        .collect();
    assert_eq!(members, ["m moding-hub moding-payments"]);
    let unit = fs::read_to_string(ours("moding-payments.service")).unwrap();
    for key in [
        "StateDirectoryMode=0700",
        "RuntimeDirectoryMode=0750",
        "LoadCredential=toss:/etc/moding/credentials/toss",
        "SocketBindDeny=any",
    ] {
        assert!(unit.lines().any(|line| line == key), "{key}");
    }
    let hub = fs::read_to_string(ours("moding-hub.service")).unwrap();
    assert!(
        !hub.contains("toss"),
        "the hub has no secret of the gateway"
    );
}

#[test]
fn what_writes_or_reads_a_replica_can_reach_it_and_starts_without_one() {
    let services = PROGRAMS.map(|name| format!("{name}.service"));
    let others = OTHERS.iter().filter(|unit| unit.ends_with(".service"));
    for name in services.iter().map(String::as_str).chain(others.copied()) {
        let unit = fs::read_to_string(ours(name)).unwrap();
        let has = |wanted: &str| unit.lines().any(|line| line == wanted);
        assert!(has("ReadWritePaths=-/mnt/replica"), "{name}");
        if name.starts_with("moding-litestream") {
            continue;
        }
        // The hub's key must not open the replica of the books.
        let file = if name.starts_with("moding-payments") {
            "replica-payments"
        } else {
            "replica"
        };
        let key = format!("LoadCredential=replica:/etc/moding/credentials/{file}");
        assert!(has(&key), "{name}");
        // systemd takes this one when there is no such file.
        assert!(has("SetCredential=replica:none"), "{name}");
    }
}

#[test]
fn credentials_are_for_root_alone() {
    let device = device();
    let root = format!("--root={}", device.path().display());
    let file = ours("tmpfiles.d/moding.conf");
    let output = run("systemd-tmpfiles", &[&root, "--create"], &file);
    // Only root can give folders away; anybody can see that the lines are understood.
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() || said.contains("Operation not permitted"),
        "{said}"
    );
    let credentials = fs::metadata(device.path().join("etc/moding/credentials")).unwrap();
    assert_eq!(credentials.permissions().mode() & 0o777, 0o700);
}

#[test]
fn each_file_opens_with_why_it_exists() {
    let units = PROGRAMS.map(|name| format!("{name}.service"));
    let others = ["sysusers.d/moding.conf", "tmpfiles.d/moding.conf", GATEWAY].map(String::from);
    let more = OTHERS.map(String::from);
    for file in units.iter().chain(&others).chain(&more) {
        let text = fs::read_to_string(ours(file)).unwrap();
        assert!(text.starts_with("# Why: "), "{file}");
    }
}
