//! The server from outside: its doors, its phases, what it makes of good and bad bytes.

mod clients;
mod doors;
mod phases;
mod plain;
mod roles;
