//! The REST API: routes, OpenAPI and Swagger UI over the generated queries.
