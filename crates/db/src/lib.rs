//! Database and Session: text in, values out; where language meets machine.
