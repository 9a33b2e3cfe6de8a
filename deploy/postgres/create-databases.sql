-- Run once by the PostgreSQL image, as its superuser, when the data volume is empty. The passwords come from the
-- container's environment and stay out of process lists and, if a statement fails, out of the server's log.
\getenv crosswalk_password CROSSWALK_DB_PASSWORD
\getenv temporal_password TEMPORAL_DB_PASSWORD
set log_statement = 'none';
set log_min_error_statement = 'panic';

create role crosswalk login password :'crosswalk_password';
create role temporal login password :'temporal_password';

create database crosswalk owner crosswalk;
create database temporal owner temporal;
create database temporal_visibility owner temporal;

-- Each role sees its own databases only.
revoke connect, temporary on database crosswalk, temporal, temporal_visibility, postgres from public;
