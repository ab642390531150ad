//! Messages as bytes: frames off the socket, requests out of frames, replies into a buffer.

mod frame;
mod reader;
mod reply;
mod request;

pub(crate) use frame::Frame;
pub(crate) use reader::{Malformed, Reader};
pub(crate) use reply::{Attribute, Output, Severity};
pub(crate) use request::{ClientHandshake, Execute, Language, OutputFormat, Query, Request, SaslInitial};
