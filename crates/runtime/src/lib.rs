//! What generated code stands on: value types with serde, OpenAPI and wire forms.
