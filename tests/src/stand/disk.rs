//! What a program finds on its disk.

use super::Program;

impl Program {
    /// Adds to the settings of a program that does not run.
    ///
    /// # Panics
    ///
    /// When they cannot be written.
    pub fn configure(&self, more: &str) {
        let settings = std::fs::read_to_string(&self.config).expect("the settings are there");
        std::fs::write(&self.config, format!("{settings}\n{more}")).expect("written");
    }

    /// Takes the disk away from a program that does not run: its folder is empty.
    ///
    /// # Panics
    ///
    /// When the folder cannot be emptied.
    pub fn lose_disk(&self) {
        let folder = self.database.parent().expect("it has a folder");
        std::fs::remove_dir_all(folder).expect("it is gone");
    }
}
