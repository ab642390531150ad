//! `codegen --watch`: what changed is generated again, and nothing else is asked about.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use crate::{Project, SCHEMA};

/// Longer than any round takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running watch, stopped when the test ends.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(project: &Project) -> Watch {
        let mut command = project.command(&["codegen", "--watch"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let (sender, lines) = channel();
        follow(child.stdout.take().expect("its output"), sender.clone());
        follow(child.stderr.take().expect("its errors"), sender);
        Watch { child, lines }
    }

    /// Waits for a line with these words.
    #[track_caller]
    fn expect(&self, words: &str) {
        let mut said = String::new();
        while !said.contains(words) {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => said.extend([line.as_str(), "\n"]),
                Err(_) => panic!("`{words}` is missing in:\n{said}"),
            }
        }
    }
}

fn follow(output: impl Read + Send + 'static, lines: Sender<String>) {
    std::thread::spawn(move || {
        let read = BufReader::new(output).lines().map_while(Result::ok);
        read.for_each(|line| drop(lines.send(line)));
    });
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_watch_asks_about_what_changed_and_about_all_when_the_schema_does() {
    let project = Project::new();
    let watch = Watch::start(&project);
    watch.expect("asked about 1 of 1 queries");

    project.write("queries/books/count.edgeql", "select count(Book);");
    watch.expect("new      crates/queries/src/books/count.rs");
    watch.expect("asked about 1 of 2 queries");

    project.write("crates/app/src/main.rs", "fn main() { queries::query!(c, \"select Book {title}\") }");
    watch.expect("new      crates/queries/src/inline/q_");
    watch.expect("asked about 1 of 3 queries");

    project.write("queries/books/count.edgeql", "select count(Bok);");
    watch.expect("queries/books/count.edgeql:1:14");
    watch.expect("nothing was written");
    project.write("queries/books/count.edgeql", "select count(Book) + 1;");
    watch.expect("changed  crates/queries/src/books/count.rs");

    project.write("dbschema/default.gel", &SCHEMA.replace("required title", "pages: int64; title"));
    watch.expect("changed  crates/queries/src/books/get_books.rs");
    watch.expect("asked about 3 of 3 queries");

    project.write("aspic.toml", "[codegen]\nqueries = 1\n");
    watch.expect("error: ");
    project.write("aspic.toml", "[codegen]\nexclude = [\"books/count.edgeql\"]\n");
    watch.expect("removed  crates/queries/src/books/count.rs");
}
