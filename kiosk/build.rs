//! Has the program built again when the screens that it embeds have changed.

use std::path::Path;

fn main() {
    // Cargo looks through the whole folder. One that is not there would count as changed each
    // time, so until the screens are built the folder around them is watched.
    let built = Path::new("ui/dist").is_dir();
    println!(
        "cargo::rerun-if-changed={}",
        if built { "ui/dist" } else { "ui" }
    );
}
