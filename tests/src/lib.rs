//! End-to-end tests over real sockets, and the recorded cases as data.
