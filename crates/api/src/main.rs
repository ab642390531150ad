//! The API process: `api --help` lists its settings.

use api::config::Config;
use api::database::Database;
use clap::Parser;

#[actix_web::main]
async fn main() -> std::process::ExitCode {
    match run(Config::parse()).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> Result<(), String> {
    api::telemetry::start(&config)?;
    let database = Database::find(config.dsn.as_deref(), config.auth_url.as_deref()).await?;
    let place = format!("{}:{}", config.host, config.port);
    let running = api::serve(config, database.client, database.auth)
        .map_err(|error| format!("cannot listen on {place}: {error}"))?;
    tracing::info!("serving on http://{0}, documentation at http://{0}/docs", running.address());
    running.wait().await.map_err(|error| error.to_string())?;
    if let Some(embedded) = database.embedded {
        embedded.shutdown().await;
    }
    Ok(())
}
