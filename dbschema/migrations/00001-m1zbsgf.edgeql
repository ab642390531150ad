CREATE MIGRATION m1zbsgfydrjibvao2wdt5rbefdu4hbjunqu4gtnvjo7afija3yb5za
    ONTO initial
{
  CREATE ABSTRACT TYPE default::Auditable {
      CREATE ANNOTATION std::description := 'Remembers when it was made.';
      CREATE REQUIRED PROPERTY created_at: std::datetime {
          SET default := (std::datetime_current());
          SET readonly := true;
      };
  };
  CREATE TYPE default::User EXTENDING default::Auditable {
      CREATE ANNOTATION std::description := 'A person who may host events.';
      CREATE REQUIRED PROPERTY name: std::str {
          CREATE CONSTRAINT std::exclusive;
          CREATE CONSTRAINT std::max_len_value(50);
      };
  };
  CREATE TYPE default::Event EXTENDING default::Auditable {
      CREATE ANNOTATION std::description := 'Something to go to: where it is, when, and who invites.';
      CREATE LINK host: default::User;
      CREATE PROPERTY address: std::str;
      CREATE REQUIRED PROPERTY name: std::str {
          CREATE CONSTRAINT std::exclusive;
          CREATE CONSTRAINT std::max_len_value(50);
      };
      CREATE PROPERTY schedule: std::datetime;
  };
};
