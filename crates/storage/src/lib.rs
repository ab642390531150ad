//! Objects, links, indexes and transactions; the only crate that knows the disk.
