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
        let mut process = xtask()
            .args(["db", "start", "--insecure", "--port", "0", "--data"])
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
    pub(crate) fn kill(mut self) {
        self.process.kill().expect("the process can be killed");
        self.process.wait().expect("the process ends");
    }
}

/// The root of this project.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the project's root")
}
