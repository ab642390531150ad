//! `cargo xtask test`: everything that says whether the tree is good, and one line at the end that sums it up.

use std::process::Stdio;
use std::time::Instant;

use clap::Args;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::Exit;
use crate::errors::failed;
use crate::project::Project;

/// Run formatting, clippy, tidy, drift, unit, golden, end-to-end and browser tests.
///
/// The browser tests need Chromium and its driver, those of the official clients Python and Node: they are installed from
/// Debian where they are missing.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  cargo xtask test                 all of it
  cargo xtask test --no-browser    on a machine where nothing may be installed

Exit codes: 0 all passed; 1 something failed; 2 it could not be run. The last line is `N passed, N failed`.")]
pub(crate) struct TestArgs {
    /// Leave the browser tests out, and install nothing.
    #[arg(long)]
    no_browser: bool,
}

/// How many passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: usize,
    failed: usize,
}

/// One line of the summary.
struct Step {
    name: &'static str,
    count: Count,
    seconds: f64,
}

/// The checks that are commands of their own. Each counts as one test.
const CHECKS: [(&str, &[&str]); 4] = [
    ("formatting", &["fmt", "--all", "--check"]),
    ("clippy", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]),
    ("tidy", &["xtask", "tidy"]),
    ("drift", &["xtask", "check"]),
];

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &TestArgs) -> diag::Result<Exit> {
    let mut steps = Vec::new();
    for (name, arguments) in CHECKS {
        steps.push(timed(name, check(project, arguments)).await?);
    }
    let browser = !args.no_browser && install_missing(&BROWSER).await?;
    if !args.no_browser {
        install_missing(&CLIENTS).await?;
    }
    steps.push(timed("tests", tests(project, browser)).await?);
    if !browser && !args.no_browser {
        steps.push(Step { name: "browser", count: Count { passed: 0, failed: 1 }, seconds: 0.0 });
    }
    Ok(summary(&steps))
}

async fn timed(name: &'static str, work: impl Future<Output = diag::Result<Count>>) -> diag::Result<Step> {
    println!("== {name}");
    let begun = Instant::now();
    let count = work.await?;
    Ok(Step { name, count, seconds: begun.elapsed().as_secs_f64() })
}

fn summary(steps: &[Step]) -> Exit {
    println!();
    let mut total = Count::default();
    for Step { name, count, seconds } in steps {
        println!("{name:<12} {:>6} passed {:>4} failed {seconds:>8.1} s", count.passed, count.failed);
        total = Count { passed: total.passed + count.passed, failed: total.failed + count.failed };
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 { Exit::Clean } else { Exit::Found }
}

async fn check(project: &Project, arguments: &[&str]) -> diag::Result<Count> {
    let status = cargo(project, arguments).status().await.map_err(no_cargo)?;
    Ok(if status.success() { Count { passed: 1, failed: 0 } } else { Count { passed: 0, failed: 1 } })
}

/// Every test of the workspace, counted from what the test binaries print.
async fn tests(project: &Project, browser: bool) -> diag::Result<Count> {
    let mut command = cargo(project, &["test", "--workspace", "--no-fail-fast", "--quiet"]);
    command.args(if browser { &[][..] } else { &["--", "--skip", "browser::"] }).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(no_cargo)?;
    let mut total = Count::default();
    if let Some(stdout) = child.stdout.take() {
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next_line().await.map_err(no_cargo)? {
            println!("{line}");
            let count = counted(&line).unwrap_or_default();
            total = Count { passed: total.passed + count.passed, failed: total.failed + count.failed };
        }
    }
    let status = child.wait().await.map_err(no_cargo)?;
    // A crate that does not compile, or a test binary that dies, prints no result.
    if !status.success() && total.failed == 0 {
        total.failed = 1;
    }
    Ok(total)
}

/// `test result: ok. 3 passed; 0 failed; …`
fn counted(line: &str) -> Option<Count> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| {
        let before = counts.split("; ").find(|part| part.ends_with(word))?;
        before.split_whitespace().next()?.parse().ok()
    };
    Some(Count { passed: number("passed")?, failed: number("failed")? })
}

/// A program, how to see whether it is there, and Debian's package of it.
type Tool = (&'static str, &'static [&'static str], &'static str);

/// What the browser tests drive.
const BROWSER: [Tool; 2] =
    [("chromium", &["--version"], "chromium"), ("chromedriver", &["--version"], "chromium-driver")];

/// What the tests of the official clients run; `ensurepip` is what Debian leaves out of Python's own `venv`.
const CLIENTS: [Tool; 3] = [
    ("python3", &["-c", "import ensurepip"], "python3-venv"),
    ("node", &["--version"], "nodejs"),
    ("npm", &["--version"], "npm"),
];

/// Installs from Debian what is missing; whether all of it is there then.
async fn install_missing(tools: &[Tool]) -> diag::Result<bool> {
    let mut missing = Vec::new();
    for (program, arguments, package) in tools {
        if !runs(program, arguments).await {
            missing.push(*package);
        }
    }
    if missing.is_empty() {
        return Ok(true);
    }
    let packages = missing.join(" ");
    println!("== installing {packages}");
    let script = format!(
        "if [ \"$(id -u)\" = 0 ]; then as=; else as=sudo; fi; \
         $as apt-get update -qq && $as apt-get install -qq -y --no-install-recommends {packages}"
    );
    let status =
        Command::new("sh").args(["-c", &script]).env("DEBIAN_FRONTEND", "noninteractive").status().await;
    let installed = status.is_ok_and(|status| status.success());
    if !installed {
        eprintln!("{packages} cannot be installed here: install them by hand, or pass --no-browser");
    }
    Ok(installed)
}

async fn runs(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}

fn cargo(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(&project.root).stdin(Stdio::null());
    command
}

fn no_cargo(error: std::io::Error) -> diag::Diagnostic {
    failed(format!("cargo cannot be run: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(counted(line), Some(Count { passed: 12, failed: 3 }));
        assert_eq!(counted("running 12 tests"), None);
    }
}
