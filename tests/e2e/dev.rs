//! `cargo xtask dev --watch` in a project of its own, as a developer sees it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::commands::{write, xtask};

/// How long a round of the watch may take; it builds with Cargo.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the project serves: a program that says what it was built from, and stays.
const PROGRAM: &str = r#"fn main() {
    println!("serving VERSION");
    loop { std::thread::park(); }
}
"#;

/// A running `dev --watch` and what it prints.
struct Dev {
    process: Child,
    lines: Receiver<String>,
}

impl Dev {
    fn start(root: &Path) -> Dev {
        let mut command = xtask();
        command.args(["dev", "--watch", "--memory", "--port", "0"]).current_dir(root);
        let mut process = command
            .env("CARGO_TARGET_DIR", root.join("target"))
            .env_remove("GEL_DSN")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("xtask starts");
        let (sender, lines) = channel();
        let stderr = process.stderr.take().expect("its errors");
        for stream in [
            Box::new(process.stdout.take().expect("its output")) as Box<dyn std::io::Read + Send>,
            Box::new(stderr),
        ] {
            let sender = sender.clone();
            std::thread::spawn(move || {
                BufReader::new(stream).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
            });
        }
        Dev { process, lines }
    }

    /// Reads until a line that holds `words`.
    #[track_caller]
    fn expect(&self, words: &str) {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(words) => return,
                Ok(line) => seen.push(line),
                Err(_) => panic!("`{words}` was not printed, but:\n{}", seen.join("\n")),
            }
        }
    }

    /// Ctrl-C, after which it must end by itself.
    fn interrupt(mut self) {
        let pid = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(pid, Signal::INT).expect("the process can be asked to end");
        let status = self.process.wait().expect("the process ends");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_change_is_served_and_a_mistake_leaves_the_last_good_one_up() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    write(root, "gel.toml", "[instance]\nserver-version = \"6.0\"\n");
    write(root, "aspic.toml", "[codegen]\noutput = \"generated\"\n[dev]\npackage = \"served\"\n");
    write(root, "dbschema/default.gel", "module default { type Book { title: str; } }");
    write(root, "queries/books.edgeql", "select Book {title};");
    write(root, "Cargo.toml", "[package]\nname = \"served\"\nedition = \"2024\"\n[workspace]\n");
    write(root, "src/main.rs", &PROGRAM.replace("VERSION", "one"));
    let created = xtask()
        .args(["migration", "create", "--non-interactive"])
        .current_dir(root)
        .status()
        .expect("xtask runs");
    assert!(created.success());

    let dev = Dev::start(root);
    dev.expect("serving one");
    write(root, "queries/titles.edgeql", "select Book.title;");
    dev.expect("generated");
    dev.expect("serving one");
    write(root, "src/main.rs", &PROGRAM.replace("VERSION", "two"));
    dev.expect("serving two");
    write(root, "queries/titles.edgeql", "select Book.titel;");
    dev.expect("queries/titles.edgeql:1:12");
    write(root, "src/main.rs", "fn main( {");
    dev.expect("a source changed");
    write(root, "queries/titles.edgeql", "select Book.title;");
    dev.expect("does not build");
    write(root, "src/main.rs", &PROGRAM.replace("VERSION", "three"));
    dev.expect("serving three");
    dev.interrupt();
}
