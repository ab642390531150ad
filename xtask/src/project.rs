//! Where the files of a project are.

use std::path::{Path, PathBuf};

use codegen::{Failure, QueryFile, RustSources, Sources};
use diag::{Diagnostic, Source};
use serde::Deserialize;

use crate::errors::{failed, io};
use crate::settings::Settings;

/// Our own settings: the keys of `gel.toml` belong to Gel.
const SETTINGS_FILE: &str = "aspic.toml";

/// A folder with a `gel.toml`.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    /// The folder that holds `gel.toml`.
    pub(crate) root: PathBuf,
    schema_dir: PathBuf,
    settings: Settings,
}

/// `gel.toml`, as far as it concerns us; its other keys belong to Gel's own tools.
#[derive(Debug, Default, Deserialize)]
struct Manifest {
    #[serde(default)]
    project: ProjectTable,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ProjectTable {
    schema_dir: Option<PathBuf>,
}

/// `Cargo.toml`, as far as it names a crate.
#[derive(Debug, Default, Deserialize)]
struct CargoManifest {
    #[serde(default)]
    package: CargoName,
    #[serde(default)]
    lib: CargoName,
}

#[derive(Debug, Default, Deserialize)]
struct CargoName {
    name: Option<String>,
}

impl Project {
    /// The project in `folder`, or the nearest one from the current folder upwards.
    pub(crate) fn find(folder: Option<&Path>) -> diag::Result<Project> {
        let current = std::env::current_dir().map_err(|error| io(Path::new("."), error))?;
        let root = match folder {
            Some(folder) => Some(current.join(folder)).filter(|root| root.join("gel.toml").is_file()),
            None => current.ancestors().find(|root| root.join("gel.toml").is_file()).map(Path::to_path_buf),
        };
        let root = root.ok_or_else(|| {
            failed("no `gel.toml` here or above").hint("name the project's folder with `--project DIR`")
        })?;
        let manifest: Manifest = read_toml(&root.join("gel.toml"))?;
        let settings = read_settings(&root.join(SETTINGS_FILE))?;
        let schema_dir = root.join(manifest.project.schema_dir.unwrap_or_else(|| "dbschema".into()));
        Ok(Project { root, schema_dir, settings })
    }

    /// The folder of `.gel` files.
    pub(crate) fn schema_dir(&self) -> &Path {
        &self.schema_dir
    }

    /// The folder of migration files.
    pub(crate) fn migrations_dir(&self) -> PathBuf {
        self.schema_dir.join("migrations")
    }

    /// Where the embedded server keeps its data unless told otherwise.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.root.join(".gel-embedded")
    }

    /// The `src` folder of the generated crate.
    pub(crate) fn output_dir(&self) -> PathBuf {
        self.root.join(&self.settings.output)
    }

    /// What the generator is told.
    pub(crate) fn codegen_settings(&self) -> &codegen::Settings {
        &self.settings.codegen
    }

    /// Something that is wrong with `aspic.toml`.
    pub(crate) fn settings_failure(&self, diagnostic: Diagnostic) -> Failure {
        Failure { path: SETTINGS_FILE.to_owned(), text: self.settings.text.clone(), diagnostic }
    }

    /// The package whose binary serves the API.
    pub(crate) fn api_package(&self) -> &str {
        &self.settings.package
    }

    /// Every query: those in files of their own and those in Rust sources.
    pub(crate) fn sources(&self) -> diag::Result<Sources> {
        let (generated, package) = (self.output_dir(), self.generated_package()?);
        let rust = RustSources { root: &self.root, generated: &generated, package: &package };
        Sources::find(self.queries()?, &rust).map_err(|error| io(&self.root, error))
    }

    /// What Rust calls the generated crate: as its manifest says, or as its folder is called while there is none.
    fn generated_package(&self) -> diag::Result<String> {
        if let Some(package) = &self.settings.codegen.package {
            return Ok(package.name.replace('-', "_"));
        }
        let output = self.output_dir();
        let folder = output.parent().unwrap_or(&output);
        let manifest = folder.join("Cargo.toml");
        let named = if manifest.is_file() { read_toml(&manifest)? } else { CargoManifest::default() };
        let name = named.lib.name.or(named.package.name);
        let name = name.or_else(|| Some(folder.file_name()?.to_string_lossy().into_owned()));
        Ok(name.unwrap_or_default().replace('-', "_"))
    }

    /// Every query file, in order of path.
    fn queries(&self) -> diag::Result<Vec<QueryFile>> {
        let mut found = Vec::new();
        for shown in &self.settings.queries {
            let folder = self.root.join(shown);
            if !folder.is_dir() {
                return Err(failed(format!("there is no folder `{}`", self.shown(&folder)))
                    .hint("make it, and put a query into it: `queries/users/get_users.edgeql`"));
            }
            let mut excluded: Vec<PathBuf> =
                self.settings.exclude.iter().map(|path| folder.join(path)).collect();
            excluded.push(self.schema_dir.clone());
            let queries = codegen::find_queries(&folder, shown.trim_end_matches('/'), &excluded);
            found.extend(queries.map_err(|error| io(&folder, error))?);
        }
        found.sort_by(|a: &QueryFile, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// A path as messages show it: within the project.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

fn read_toml<T: for<'de> Deserialize<'de>>(path: &Path) -> diag::Result<T> {
    let text = std::fs::read_to_string(path).map_err(|error| io(path, error))?;
    toml::from_str(&text).map_err(|error| io(path, error.message()))
}

/// The settings in a file; a project without the file has the defaults.
fn read_settings(path: &Path) -> diag::Result<Settings> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(io(path, error)),
    };
    Settings::read(SETTINGS_FILE, &text).map_err(|failures| {
        let reports = failures.iter().map(|failure| {
            let source = Source { name: &failure.path, text: &failure.text };
            diag::render(&failure.diagnostic, source, false)
        });
        let reports: Vec<String> = reports.collect();
        failed(format!("`{SETTINGS_FILE}` cannot be used")).details(format!("\n{}", reports.join("\n\n")))
    })
}
