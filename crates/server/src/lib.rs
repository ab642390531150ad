//! The Gel protocol and Gel's HTTP endpoints over sockets.
