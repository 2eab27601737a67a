-- Accounts of the people who work with Madoguchi. The tables of better-auth keep its column names (hence the quotes)
-- and store its dates as text and its booleans as 0/1, so that they are the same on every engine.

create table staff (
  id text primary key,
  name text not null,
  email text not null unique,
  "emailVerified" bigint not null,
  image text,
  "createdAt" text not null,
  "updatedAt" text not null,
  "twoFactorEnabled" bigint,
  roles text not null,
  topics text not null,
  active bigint not null
);

create table staff_session (
  id text primary key,
  token text not null unique,
  "userId" text not null references staff (id) on delete cascade,
  "expiresAt" text not null,
  "createdAt" text not null,
  "updatedAt" text not null,
  "ipAddress" text,
  "userAgent" text,
  "usedAt" bigint not null
);
create index staff_session_user on staff_session ("userId");

create table staff_account (
  id text primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null references staff (id) on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" text,
  "refreshTokenExpiresAt" text,
  scope text,
  password text,
  "createdAt" text not null,
  "updatedAt" text not null
);
create index staff_account_user on staff_account ("userId");

create table staff_check (
  id text primary key,
  identifier text not null,
  value text not null,
  "expiresAt" text not null,
  "createdAt" text not null,
  "updatedAt" text not null
);
create index staff_check_identifier on staff_check (identifier);

create table staff_totp (
  id text primary key,
  "userId" text not null references staff (id) on delete cascade,
  secret text not null,
  "backupCodes" text not null,
  verified bigint,
  "failedVerificationCount" bigint,
  "lockedUntil" text
);
create index staff_totp_user on staff_totp ("userId");

create table staff_passkey (
  id text primary key,
  name text,
  "publicKey" text not null,
  "userId" text not null references staff (id) on delete cascade,
  "credentialID" text not null,
  counter bigint not null,
  "deviceType" text not null,
  "backedUp" bigint not null,
  transports text,
  "createdAt" text,
  aaguid text
);
create index staff_passkey_user on staff_passkey ("userId");
create index staff_passkey_credential on staff_passkey ("credentialID");

create table staff_rate (
  id text primary key,
  "key" text not null unique,
  count bigint not null,
  "lastRequest" bigint not null
);

create table staff_invite (
  id text primary key,
  code_hash text not null unique,
  email text,
  name text,
  roles text not null,
  topics text not null,
  invited_by text,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);

create table staff_view (
  staff_id text primary key,
  consultation_id text,
  writing bigint not null,
  seen_at bigint not null
);
