//! Gel's error classes and their codes.

/// The class of an error, as the protocol numbers it. A class is the parent of another when its non-zero bytes are a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub u32);

macro_rules! error_codes {
    ($($name:ident $const:ident $code:literal,)*) => {
        impl ErrorCode {
            $(#[doc = concat!("`", stringify!($name), "`")] pub const $const: ErrorCode = ErrorCode($code);)*

            /// The class name that Gel and its clients print; `None` for a code they do not know.
            pub fn name(self) -> Option<&'static str> {
                match self.0 { $($code => Some(stringify!($name)),)* _ => None }
            }

            /// The class with this name.
            pub fn by_name(name: &str) -> Option<ErrorCode> {
                match name { $(stringify!($name) => Some(ErrorCode($code)),)* _ => None }
            }
        }
    };
}

error_codes! {
    InternalServerError INTERNAL_SERVER 0x01000000,
    UnsupportedFeatureError UNSUPPORTED_FEATURE 0x02000000,
    ProtocolError PROTOCOL 0x03000000,
    BinaryProtocolError BINARY_PROTOCOL 0x03010000,
    UnsupportedProtocolVersionError UNSUPPORTED_PROTOCOL_VERSION 0x03010001,
    TypeSpecNotFoundError TYPE_SPEC_NOT_FOUND 0x03010002,
    UnexpectedMessageError UNEXPECTED_MESSAGE 0x03010003,
    InputDataError INPUT_DATA 0x03020000,
    ParameterTypeMismatchError PARAMETER_TYPE_MISMATCH 0x03020100,
    StateMismatchError STATE_MISMATCH 0x03020200,
    ResultCardinalityMismatchError RESULT_CARDINALITY_MISMATCH 0x03030000,
    CapabilityError CAPABILITY 0x03040000,
    UnsupportedCapabilityError UNSUPPORTED_CAPABILITY 0x03040100,
    DisabledCapabilityError DISABLED_CAPABILITY 0x03040200,
    UnsafeIsolationLevelError UNSAFE_ISOLATION_LEVEL 0x03040300,
    QueryError QUERY 0x04000000,
    InvalidSyntaxError INVALID_SYNTAX 0x04010000,
    EdgeQLSyntaxError EDGEQL_SYNTAX 0x04010100,
    SchemaSyntaxError SCHEMA_SYNTAX 0x04010200,
    GraphQLSyntaxError GRAPHQL_SYNTAX 0x04010300,
    InvalidTypeError INVALID_TYPE 0x04020000,
    InvalidTargetError INVALID_TARGET 0x04020100,
    InvalidLinkTargetError INVALID_LINK_TARGET 0x04020101,
    InvalidPropertyTargetError INVALID_PROPERTY_TARGET 0x04020102,
    InvalidReferenceError INVALID_REFERENCE 0x04030000,
    UnknownModuleError UNKNOWN_MODULE 0x04030001,
    UnknownLinkError UNKNOWN_LINK 0x04030002,
    UnknownPropertyError UNKNOWN_PROPERTY 0x04030003,
    UnknownUserError UNKNOWN_USER 0x04030004,
    UnknownDatabaseError UNKNOWN_DATABASE 0x04030005,
    UnknownParameterError UNKNOWN_PARAMETER 0x04030006,
    DeprecatedScopingError DEPRECATED_SCOPING 0x04030007,
    SchemaError SCHEMA 0x04040000,
    SchemaDefinitionError SCHEMA_DEFINITION 0x04050000,
    InvalidDefinitionError INVALID_DEFINITION 0x04050100,
    InvalidModuleDefinitionError INVALID_MODULE_DEFINITION 0x04050101,
    InvalidLinkDefinitionError INVALID_LINK_DEFINITION 0x04050102,
    InvalidPropertyDefinitionError INVALID_PROPERTY_DEFINITION 0x04050103,
    InvalidUserDefinitionError INVALID_USER_DEFINITION 0x04050104,
    InvalidDatabaseDefinitionError INVALID_DATABASE_DEFINITION 0x04050105,
    InvalidOperatorDefinitionError INVALID_OPERATOR_DEFINITION 0x04050106,
    InvalidAliasDefinitionError INVALID_ALIAS_DEFINITION 0x04050107,
    InvalidFunctionDefinitionError INVALID_FUNCTION_DEFINITION 0x04050108,
    InvalidConstraintDefinitionError INVALID_CONSTRAINT_DEFINITION 0x04050109,
    InvalidCastDefinitionError INVALID_CAST_DEFINITION 0x0405010A,
    DuplicateDefinitionError DUPLICATE_DEFINITION 0x04050200,
    DuplicateModuleDefinitionError DUPLICATE_MODULE_DEFINITION 0x04050201,
    DuplicateLinkDefinitionError DUPLICATE_LINK_DEFINITION 0x04050202,
    DuplicatePropertyDefinitionError DUPLICATE_PROPERTY_DEFINITION 0x04050203,
    DuplicateUserDefinitionError DUPLICATE_USER_DEFINITION 0x04050204,
    DuplicateDatabaseDefinitionError DUPLICATE_DATABASE_DEFINITION 0x04050205,
    DuplicateOperatorDefinitionError DUPLICATE_OPERATOR_DEFINITION 0x04050206,
    DuplicateViewDefinitionError DUPLICATE_VIEW_DEFINITION 0x04050207,
    DuplicateFunctionDefinitionError DUPLICATE_FUNCTION_DEFINITION 0x04050208,
    DuplicateConstraintDefinitionError DUPLICATE_CONSTRAINT_DEFINITION 0x04050209,
    DuplicateCastDefinitionError DUPLICATE_CAST_DEFINITION 0x0405020A,
    DuplicateMigrationError DUPLICATE_MIGRATION 0x0405020B,
    SessionTimeoutError SESSION_TIMEOUT 0x04060000,
    IdleSessionTimeoutError IDLE_SESSION_TIMEOUT 0x04060100,
    QueryTimeoutError QUERY_TIMEOUT 0x04060200,
    TransactionTimeoutError TRANSACTION_TIMEOUT 0x04060A00,
    IdleTransactionTimeoutError IDLE_TRANSACTION_TIMEOUT 0x04060A01,
    ExecutionError EXECUTION 0x05000000,
    InvalidValueError INVALID_VALUE 0x05010000,
    DivisionByZeroError DIVISION_BY_ZERO 0x05010001,
    NumericOutOfRangeError NUMERIC_OUT_OF_RANGE 0x05010002,
    AccessPolicyError ACCESS_POLICY 0x05010003,
    QueryAssertionError QUERY_ASSERTION 0x05010004,
    IntegrityError INTEGRITY 0x05020000,
    ConstraintViolationError CONSTRAINT_VIOLATION 0x05020001,
    CardinalityViolationError CARDINALITY_VIOLATION 0x05020002,
    MissingRequiredError MISSING_REQUIRED 0x05020003,
    TransactionError TRANSACTION 0x05030000,
    TransactionConflictError TRANSACTION_CONFLICT 0x05030100,
    TransactionSerializationError TRANSACTION_SERIALIZATION 0x05030101,
    TransactionDeadlockError TRANSACTION_DEADLOCK 0x05030102,
    QueryCacheInvalidationError QUERY_CACHE_INVALIDATION 0x05030103,
    WatchError WATCH 0x05040000,
    ConfigurationError CONFIGURATION 0x06000000,
    AccessError ACCESS 0x07000000,
    AuthenticationError AUTHENTICATION 0x07010000,
    AvailabilityError AVAILABILITY 0x08000000,
    BackendUnavailableError BACKEND_UNAVAILABLE 0x08000001,
    ServerOfflineError SERVER_OFFLINE 0x08000002,
    UnknownTenantError UNKNOWN_TENANT 0x08000003,
    ServerBlockedError SERVER_BLOCKED 0x08000004,
    BackendError BACKEND 0x09000000,
    UnsupportedBackendFeatureError UNSUPPORTED_BACKEND_FEATURE 0x09000100,
    LogMessage LOG_MESSAGE 0xF0000000,
    WarningMessage WARNING_MESSAGE 0xF0010000,
    StatusMessage STATUS_MESSAGE 0xF0020000,
    MigrationStatusMessage MIGRATION_STATUS_MESSAGE 0xF0020001,
    ClientError CLIENT 0xFF000000,
    ClientConnectionError CLIENT_CONNECTION 0xFF010000,
    ClientConnectionFailedError CLIENT_CONNECTION_FAILED 0xFF010100,
    ClientConnectionFailedTemporarilyError CLIENT_CONNECTION_FAILED_TEMPORARILY 0xFF010101,
    ClientConnectionTimeoutError CLIENT_CONNECTION_TIMEOUT 0xFF010200,
    ClientConnectionClosedError CLIENT_CONNECTION_CLOSED 0xFF010300,
    InterfaceError INTERFACE 0xFF020000,
    QueryArgumentError QUERY_ARGUMENT 0xFF020100,
    MissingArgumentError MISSING_ARGUMENT 0xFF020101,
    UnknownArgumentError UNKNOWN_ARGUMENT 0xFF020102,
    InvalidArgumentError INVALID_ARGUMENT 0xFF020103,
    NoDataError NO_DATA 0xFF030000,
    InternalClientError INTERNAL_CLIENT 0xFF040000,
}
