//! The settings in `firmware-config/` are those that the programs understand, and fit the
//! units in `systemd/`.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

fn kept(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::read_to_string(root.join(path)).unwrap()
}

#[test]
fn the_hub_understands_its_settings() {
    hub::config::Config::parse(&kept("firmware-config/hub.toml")).unwrap();
}

#[test]
fn the_kiosk_understands_its_settings() {
    kiosk::config::Config::parse(&kept("firmware-config/kiosk.toml")).unwrap();
}

#[test]
fn a_key_that_nobody_knows_is_refused() {
    let with = |file: &str| format!("{}\ncolour = \"red\"\n", kept(file));
    assert!(hub::config::Config::parse(&with("firmware-config/hub.toml")).is_err());
    assert!(kiosk::config::Config::parse(&with("firmware-config/kiosk.toml")).is_err());
}

#[test]
fn units_and_settings_name_the_same_places() {
    for name in ["hub", "kiosk"] {
        let unit = kept(&format!("systemd/moding-{name}.service"));
        let settings = kept(&format!("firmware-config/{name}.toml"));
        assert!(unit.contains(&format!("StateDirectory=moding-{name}\n")));
        assert!(settings.contains(&format!("data_dir = \"/var/lib/moding-{name}\"\n")));
        assert!(unit.contains(&format!("--config /etc/moding/{name}.toml serve\n")));
        assert!(settings.contains(&format!("Lies at /etc/moding/{name}.toml;")));
    }
}

#[test]
fn the_payments_have_places_of_their_own() {
    let unit = kept("systemd/moding-payments.service");
    let settings = kept("firmware-config/hub.toml");
    assert!(unit.contains("StateDirectory=moding-payments\n"));
    assert!(settings.contains("data_dir = \"/var/lib/moding-payments\"\n"));
    assert!(unit.contains("RuntimeDirectory=moding-payments\n"));
    assert!(settings.contains("socket = \"/run/moding-payments/payments.sock\"\n"));
    assert!(unit.contains("--config /etc/moding/hub.toml payments\n"));
}

#[test]
fn each_file_opens_with_why_it_exists() {
    for name in ["hub", "kiosk"] {
        let settings = kept(&format!("firmware-config/{name}.toml"));
        assert!(settings.starts_with("# Why: "), "{name}");
    }
}

/// The settings with what is commented out under `[replica]`, either place.
fn with_replica(file: &str, bucket: bool) -> String {
    let mut lines = Vec::new();
    let mut within = false;
    for line in kept(file).lines() {
        let told = line.strip_prefix("# ").unwrap_or(line);
        within = told.starts_with("[replica") || within && line.starts_with("# ");
        let skipped = if bucket {
            told.starts_with("folder =")
        } else {
            told.starts_with("[replica.bucket]")
                || ["endpoint", "region", "name =", "prefix"]
                    .iter()
                    .any(|key| told.starts_with(key))
        };
        if within && skipped {
            continue;
        }
        lines.push(if within {
            told.to_owned()
        } else {
            line.to_owned()
        });
    }
    lines.join("\n")
}

#[test]
fn the_replica_that_is_commented_out_would_be_understood() {
    for bucket in [false, true] {
        let text = with_replica("firmware-config/hub.toml", bucket);
        let replica = hub::config::Config::parse(&text).unwrap().replica.unwrap();
        assert_eq!(replica.bucket.is_some(), bucket);
    }
    let text = with_replica("firmware-config/kiosk.toml", false);
    assert!(
        kiosk::config::Config::parse(&text)
            .unwrap()
            .replica
            .is_some()
    );
}

#[test]
fn litestream_copies_each_database_for_its_own_user() {
    for (file, unit, name) in [
        ("litestream", "moding-litestream", "hub"),
        (
            "litestream-payments",
            "moding-litestream-payments",
            "payments",
        ),
    ] {
        let config = kept(&format!("firmware-config/{file}.yml"));
        assert!(config.starts_with("# Why: "));
        let database = format!("/var/lib/moding-{name}/{name}.sqlite");
        assert!(config.contains(&format!("  - path: {database}\n")));
        assert_eq!(config.matches("- path: ").count(), 1, "{file}");
        // The folder of the embedded replica: either may go on where the other one stopped.
        assert!(config.contains(&format!("path: /mnt/replica/{name}\n")));
        let unit = kept(&format!("systemd/{unit}.service"));
        assert!(unit.contains(&format!("-config /etc/moding/{file}.yml\n")));
        assert!(config.contains(&format!("Lies at /etc/moding/{file}.yml;")));
        assert!(unit.contains(&format!("ConditionPathExists={database}\n")));
        assert!(unit.contains(&format!("Before=moding-{name}.service\n")));
        for key in ["User", "Group", "StateDirectory"] {
            assert!(unit.contains(&format!("\n{key}=moding-{name}\n")), "{key}");
        }
    }
}

#[test]
fn litestream_understands_its_settings() {
    let Some(litestream) = tests::replica::tool("litestream") else {
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (file, name) in [("litestream", "hub"), ("litestream-payments", "payments")] {
        let config = root.join(format!("firmware-config/{file}.yml"));
        let arguments = ["databases", "-config", &config.to_string_lossy()];
        let said = tests::replica::litestream(&litestream, &arguments).output();
        let said = said.unwrap();
        assert!(said.status.success(), "{said:?}");
        let told = String::from_utf8_lossy(&said.stdout).into_owned();
        let database = format!("/var/lib/moding-{name}/{name}.sqlite");
        assert!(told.contains(&database), "{told}");
    }
}
