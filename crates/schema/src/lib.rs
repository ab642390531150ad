//! Schema ASTs to resolved types, pointers and functions; the standard library as data; migrations.
