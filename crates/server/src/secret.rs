//! Files that only their owner may read, and the generated password.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::Error;
use crate::config::{Config, Data};

const PASSWORD_FILE: &str = "password";
const PASSWORD_LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const PASSWORD_LENGTH: usize = 24;

/// The password that clients must know: the configured one, the folder's, or a new one.
pub(crate) fn password(config: &Config) -> Result<String, Error> {
    if let Some(password) = &config.password {
        return Ok(password.clone());
    }
    match &config.data {
        Data::Memory => generate(),
        Data::Folder(folder) => kept(&folder.join(PASSWORD_FILE)),
    }
}

fn kept(path: &Path) -> Result<String, Error> {
    match fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(path)(error)),
        _ => {
            let password = generate()?;
            write_private(path, &password)?;
            Ok(password)
        }
    }
}

fn generate() -> Result<String, Error> {
    let mut bytes = [0u8; PASSWORD_LENGTH];
    getrandom::fill(&mut bytes).map_err(Error::Random)?;
    Ok(bytes.iter().map(|byte| char::from(PASSWORD_LETTERS[usize::from(byte % 64)])).collect())
}

/// Writes a file that nobody but its owner may read.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), Error> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(Error::file(path))?;
    file.write_all(text.as_bytes()).map_err(Error::file(path))
}
