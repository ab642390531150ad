CREATE MIGRATION m1m6r4u2spvcqhhb354tm5kgufwki273fvtmwghc4ggi5z3w2zhuaa
    ONTO m1zbsgfydrjibvao2wdt5rbefdu4hbjunqu4gtnvjo7afija3yb5za
{
  CREATE EXTENSION pgcrypto VERSION '1.3';
  CREATE EXTENSION auth VERSION '1.0';
  ALTER TYPE default::User {
      CREATE LINK identity: ext::auth::Identity {
          CREATE ANNOTATION std::description := 'Who signs in as this user; nobody does where it is absent.';
          CREATE CONSTRAINT std::exclusive;
      };
  };
  CREATE GLOBAL default::current_user := (std::assert_single((SELECT
      default::User
  FILTER
      (.identity = GLOBAL ext::auth::ClientTokenIdentity)
  )));
};
