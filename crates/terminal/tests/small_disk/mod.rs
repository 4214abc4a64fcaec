//! A disk that is soon full, where this machine lets a test mount one.

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// A file system of the test's own, unmounted when dropped.
pub struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    pub fn tmpfs(at: &'a Path, size: &str) -> Option<Mounted<'a>> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(at).stderr(Stdio::null());
        mount.status().is_ok_and(|s| s.success()).then_some(Mounted(at))
    }

    #[allow(dead_code, reason = "not every test that fills a disk empties it")]
    pub fn grow(&self, size: &str) {
        let grown = Command::new("mount").args(["-o", &format!("remount,{size}")]).arg(self.0).status();
        assert!(grown.is_ok_and(|s| s.success()));
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        // Lazily: the terminal may still be ending.
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}
