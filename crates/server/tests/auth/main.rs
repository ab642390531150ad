//! The auth extension over HTTP: what a Gel server answered is asked again, and what an attacker would try is tried.

mod attacks;
mod mailbox;
mod people;
mod recording;
mod replay;
mod signed_in;
mod web;
