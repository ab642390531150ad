//! The project's commands as processes of their own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The `xtask` binary that was built with these tests.
pub(crate) fn xtask() -> Command {
    let tests = std::env::current_exe().expect("the path of the tests");
    let binary = tests.ancestors().nth(2).map(|folder| folder.join("xtask")).expect("a target folder");
    assert!(binary.exists(), "{} is not built: run `cargo build -p xtask`", binary.display());
    Command::new(binary)
}

/// `cargo xtask db start` on a folder.
pub(crate) struct Embedded {
    process: Child,
    pub(crate) dsn: String,
}

impl Embedded {
    /// Starts it and waits for the line that says it is ready.
    pub(crate) fn start(data: &Path) -> Embedded {
        Embedded::listening(data, "0")
    }

    /// Starts it again where it listened before.
    pub(crate) fn start_at(data: &Path, dsn: &str) -> Embedded {
        let port = dsn.rsplit(':').next().and_then(|rest| rest.split('/').next());
        Embedded::listening(data, port.expect("a port in the DSN"))
    }

    fn listening(data: &Path, port: &str) -> Embedded {
        let mut process = xtask()
            .args(["db", "start", "--insecure", "--port", port, "--data"])
            .arg(data)
            .current_dir(project())
            .stdout(Stdio::piped())
            .spawn()
            .expect("xtask starts");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let ready =
            lines.map_while(Result::ok).find_map(|line| line.strip_prefix("GEL_DSN=").map(str::to_owned));
        Embedded { dsn: ready.expect("a GEL_DSN line"), process }
    }

    /// SIGKILL: no chance to write anything.
    pub(crate) fn kill(self) {}
}

impl Drop for Embedded {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Writes a file of a project that a test makes, and the folders above it.
pub(crate) fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder");
    std::fs::write(path, text).expect("written");
}

/// The root of this project.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the project's root")
}
