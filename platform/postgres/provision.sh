#!/usr/bin/env bash
# Makes this machine the exchange's PostgreSQL node. See README.md.
set -euo pipefail
umask 077
export LC_ALL=C

readonly ca_dir=/etc/exchange-postgres # the certificate authority; ca.key never leaves it
readonly min_major=14                  # the oldest PostgreSQL that the exchange runs on
readonly max_connections=200
readonly cert_days=825 renew_before=$((30 * 24 * 3600))

usage() {
  cat <<'END'
Usage: provision.sh --address IP --cluster-subnet CIDR --password-file FILE
                    [--database NAME] [--user NAME] [--host NAME]...

Run as root on Debian or Ubuntu. Running it again changes nothing.

  --address IP           this machine's IPv4 address that the cluster connects to
  --cluster-subnet CIDR  the IPv4 network of the cluster's nodes; nobody else may connect
  --password-file FILE   the role's password, on one line; "-" is standard input
  --database NAME        default: exchange
  --user NAME            role that owns the schema; default: exchange
  --host NAME            name that the certificate holds, beside the address; may be repeated;
                         default: postgres.postgres.svc.cluster.local
END
}

# --- reading and checking, before anything is changed -------------------------------

refuse() {
  echo "provision.sh: $*" >&2
  echo "Nothing was changed. Run \"provision.sh --help\" for how it is used." >&2
  exit 2
}

fail() {
  echo "provision.sh: $*" >&2
  exit 1
}

address='' subnet='' password_file='' password='' database=exchange user=exchange hosts=()

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --address | --cluster-subnet | --password-file | --database | --user | --host)
        [ $# -ge 2 ] || refuse "$1 needs a value"
        case $1 in
          --address) address=$2 ;;
          --cluster-subnet) subnet=$2 ;;
          --password-file) password_file=$2 ;;
          --database) database=$2 ;;
          --user) user=$2 ;;
          --host) hosts+=("$2") ;;
        esac
        shift 2 ;;
      *) refuse "unknown argument: $1" ;;
    esac
  done
  [ ${#hosts[@]} -gt 0 ] || hosts=(postgres.postgres.svc.cluster.local)
}

# is_ipv4 ADDRESS: four numbers from 0 to 255, without leading zeros.
is_ipv4() {
  local octet='(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])'
  [[ $1 =~ ^$octet(\.$octet){3}$ ]]
}

# ipv4_number ADDRESS: as an integer.
ipv4_number() {
  local a b c d
  IFS=. read -r a b c d <<<"$1"
  echo $(((a << 24) + (b << 16) + (c << 8) + d))
}

check_subnet() {
  local network=${subnet%/*} bits=${subnet#*/}
  [ -n "$subnet" ] || refuse "--cluster-subnet is missing"
  { [[ $subnet == */* && $bits =~ ^(0|[1-9][0-9]?)$ ]] && is_ipv4 "$network" && [ "$bits" -le 32 ]; } ||
    refuse "--cluster-subnet $subnet: must be an IPv4 network such as 10.10.0.0/20"
  [ "$bits" -ge 8 ] || refuse "--cluster-subnet $subnet: is most of the internet; at least /8 is needed"
  local mask=$(((0xffffffff << (32 - bits)) & 0xffffffff))
  [ $(($(ipv4_number "$network") & ~mask & 0xffffffff)) -eq 0 ] ||
    refuse "--cluster-subnet $subnet: has bits set beyond its /$bits"
}

check_names() {
  local name
  for name in "$database" "$user"; do
    [[ $name =~ ^[a-z_][a-z0-9_]{0,62}$ ]] || refuse "\"$name\": a database or role is named by up to 63 of a-z, 0-9 and _, not a digit first"
  done
  case $user in postgres | pg_*) refuse "--user $user: is PostgreSQL's own" ;; esac
  case $database in postgres | template0 | template1) refuse "--database $database: is PostgreSQL's own" ;; esac
  for name in "${hosts[@]}"; do
    [[ ${#name} -le 253 && $name =~ ^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$ ]] || refuse "--host \"$name\": is not a DNS name"
  done
}

read_password() {
  local content
  case $password_file in
    '') refuse "--password-file is missing" ;;
    -) content=$(cat) ;;
    *)
      [[ -f $password_file && -r $password_file ]] || refuse "--password-file $password_file: cannot be read"
      content=$(<"$password_file") ;;
  esac
  [[ $content != *$'\n'* ]] || refuse "the password must be one line"
  [[ ${#content} -ge 12 && ${#content} -le 128 ]] || refuse "the password has ${#content} characters; 12 to 128 are needed"
  [[ $content =~ ^[[:graph:]]+$ ]] || refuse "the password must be of printable ASCII characters without spaces"
  password=$content
}

check_system() {
  [ "$(id -u)" -eq 0 ] || refuse "must run as root"
  grep -Eqs '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release || refuse "this is neither Debian nor Ubuntu"
}

check_address() {
  [ -n "$address" ] || refuse "--address is missing"
  is_ipv4 "$address" || refuse "--address $address: must be an IPv4 address"
  # The kernel lists its own addresses here; no other tool need be installed.
  grep -A1 -F -- "-- $address" /proc/net/fib_trie | grep -q 'host LOCAL' || refuse "--address $address: is not an address of this machine"
}

# alone runs the script from its beginning once no other run of it goes on here.
alone() {
  local lock=/run/exchange-postgres.lock
  [ "${PROVISIONING-}" != "$lock" ] || return 0
  PROVISIONING=$lock exec flock --close --wait 900 "$lock" bash "$0" "$@" # --close: what is started here must not hold it
}

# --- changing -----------------------------------------------------------------------

changes=0
changed() {
  changes=$((changes + 1))
  echo "changed: $*"
}

# put FILE MODE OWNER: writes standard input to the file, unless it says that already.
put() {
  local new
  new=$(mktemp "$1.XXXXXX")
  cat >"$new"
  if [ -e "$1" ] && cmp -s "$new" "$1"; then
    rm "$new"
  else
    chown "$3" "$new"
    chmod "$2" "$new"
    mv "$new" "$1"
    changed "$1"
  fi
}

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" >&2
}

# install_packages NAME...: those that are not installed.
install_packages() {
  local name missing=()
  for name; do
    dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  apt install --no-install-recommends "${missing[@]}" ||
    { apt update && apt install --no-install-recommends "${missing[@]}"; } ||
    fail "installing ${missing[*]} failed"
  changed "installed ${missing[*]}"
}

install_postgres() {
  install_packages postgresql-common openssl ca-certificates
  # The package's own cluster would have no checksums.
  install -d -m 755 /etc/postgresql-common/createcluster.d
  if [ -z "$(pg_lsclusters -h)" ]; then
    put /etc/postgresql-common/createcluster.d/exchange.conf 644 root:root <<<'create_main_cluster = false'
  fi
  install_packages postgresql
}

version='' config='' log='' # of the cluster, such as 15 and /etc/postgresql/15/main

find_cluster() {
  version=$(pg_lsclusters -h | awk '$2 == "main" {print $1}' | sort -n | tail -1)
  if [ -z "$version" ]; then
    version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -1)
    pg_createcluster "$version" main --start-conf auto -- --data-checksums --encoding=UTF8 --locale=C.UTF-8 >&2
    changed "created the cluster $version/main, with checksums"
  fi
  [ "${version%%.*}" -ge $min_major ] || fail "PostgreSQL $version is too old: $min_major or later is needed"
  config=/etc/postgresql/$version/main
  log=/var/log/postgresql/postgresql-$version-main.log
}

certificate_authority() {
  install -d -m 755 "$ca_dir"
  if [ ! -e "$ca_dir/ca.crt" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -sha256 \
      -subj "/CN=exchange PostgreSQL CA" -addext basicConstraints=critical,CA:TRUE,pathlen:0 \
      -addext keyUsage=critical,keyCertSign,cRLSign \
      -keyout "$ca_dir/ca.key" -out "$ca_dir/ca.crt" 2>/dev/null || fail "making the certificate authority failed"
    chmod 644 "$ca_dir/ca.crt"
    changed "$ca_dir/ca.crt"
  fi
}

# certificate_fits: it holds these names, is of our authority, and lasts for a while.
certificate_fits() {
  local cert=$config/exchange.crt
  [ -e "$cert" ] && [ -e "$config/exchange.key" ] &&
    openssl verify -CAfile "$ca_dir/ca.crt" "$cert" >/dev/null 2>&1 &&
    openssl x509 -in "$cert" -noout -checkend "$renew_before" >/dev/null &&
    [ "$(cat "$config/exchange.names" 2>/dev/null)" = "$1" ]
}

server_certificate() {
  local names="IP:$address" host work
  for host in "${hosts[@]}"; do names+=",DNS:$host"; done
  if certificate_fits "$names"; then return; fi
  work=$(mktemp -d)
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n' "$names" >"$work/ext"
  {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -subj "/CN=exchange PostgreSQL" \
      -keyout "$work/key" -out "$work/csr"
    openssl x509 -req -in "$work/csr" -CA "$ca_dir/ca.crt" -CAkey "$ca_dir/ca.key" -days "$cert_days" -sha256 \
      -set_serial "0x$(openssl rand -hex 16)" -extfile "$work/ext" -out "$work/crt"
  } 2>"$work/log" || fail "making the server's certificate failed: $(cat "$work/log")"
  install -m 600 -o postgres -g postgres "$work/key" "$config/exchange.key"
  install -m 644 -o postgres -g postgres "$work/crt" "$config/exchange.crt"
  echo "$names" >"$config/exchange.names"
  rm -r "$work"
  changed "$config/exchange.crt"
}

settings() {
  put "$config/conf.d/exchange.conf" 644 postgres:postgres <<END
# provision.sh of the exchange writes this file.
listen_addresses = 'localhost,$address'
port = 5432
max_connections = $max_connections
password_encryption = 'scram-sha-256'
ssl = on
ssl_cert_file = '$config/exchange.crt'
ssl_key_file = '$config/exchange.key'
ssl_min_protocol_version = 'TLSv1.2'
END
}

readonly hba_begin='# exchange: begin. provision.sh writes from here to the end mark.'
readonly hba_end='# exchange: end.'

# access puts our rules before all others, because the first that fits decides.
access() {
  local rest
  rest=$(awk -v begin="$hba_begin" -v end="$hba_end" '$0 == begin {skip = 1} !skip {print} $0 == end {skip = 0}' "$config/pg_hba.conf")
  put "$config/pg_hba.conf" 640 postgres:postgres <<END
$hba_begin
hostssl $database $user $subnet scram-sha-256
hostssl $database $user samehost scram-sha-256
host    $database all all reject
host    all $user all reject
$hba_end
$rest
END
}

# sql [ARGUMENT...]: as PostgreSQL's superuser, from standard input.
sql() {
  runuser -u postgres -- psql -X -q -t -A -v ON_ERROR_STOP=1 --cluster "$version/main" "$@"
}

start() {
  if ! pg_lsclusters -h | awk -v v="$version" '$1 == v && $2 == "main" && $4 ~ /^online/ {found = 1} END {exit !found}'; then
    pg_ctlcluster "$version" main start || fail "PostgreSQL does not start: see $log"
    changed "started PostgreSQL $version"
  elif [ $changes -gt 0 ]; then
    reload
  fi
}

# reload waits until the server has read its files, and restarts it where that is not
# enough.
reload() {
  local before tries=100
  before=$(sql -d postgres <<<'SELECT pg_conf_load_time()')
  pg_ctlcluster "$version" main reload
  while [ "$(sql -d postgres <<<'SELECT pg_conf_load_time()')" = "$before" ]; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "PostgreSQL does not read its configuration: see $log"
    sleep 0.1
  done
  [ "$(sql -d postgres <<<'SELECT count(*) FROM pg_settings WHERE pending_restart')" -gt 0 ] || return 0
  pg_ctlcluster "$version" main restart || fail "PostgreSQL does not start: see $log"
  changed "restarted PostgreSQL $version"
}

# password_works: the role can sign in on this machine, as the exchange does.
password_works() {
  PGPASSWORD=$password PGCONNECT_TIMEOUT=10 psql -X -q -t -A -c 'SELECT 1' \
    "host=$address port=5432 dbname=$database user=$user sslmode=verify-full sslrootcert=$ca_dir/ca.crt" >/dev/null 2>&1
}

# state prints what the next function would change.
state() {
  sql -d postgres -v user="$user" -v database="$database" <<'END'
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user' AND rolcanlogin
  AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)),
  EXISTS (SELECT FROM pg_database WHERE datname = :'database');
END
}

role_and_database() {
  local before
  before=$(state)
  if [[ $before != t\|* ]]; then
    sql -d postgres -v user="$user" <<'END'
SELECT format('CREATE ROLE %I', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
ALTER ROLE :"user" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
END
    changed "role $user"
  fi
  if [[ $before != *\|t ]]; then
    sql -d postgres -v database="$database" <<<'CREATE DATABASE :"database" ENCODING '\''UTF8'\'' TEMPLATE template0;'
    changed "database $database"
  fi
}

grants() {
  local granted
  granted=$(sql -d "$database" -v user="$user" <<'END'
SELECT has_schema_privilege(:'user', 'public', 'CREATE') AND has_database_privilege(:'user', current_database(), 'CONNECT')
  AND NOT EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = current_database() AND a.grantee = 0)
  AND NOT EXISTS (SELECT FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = 'public' AND a.grantee = 0);
END
  )
  [ "$granted" != t ] || return 0
  sql -d "$database" -v user="$user" -v database="$database" <<'END'
BEGIN;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO :"user";
GRANT USAGE, CREATE ON SCHEMA public TO :"user";
COMMIT;
END
  changed "grants of $user on $database"
}

set_password() {
  if password_works; then return; fi
  # The statement holds the password, so it must not reach the server's log.
  NEW_PASSWORD=$password sql -d postgres -v user="$user" <<'END'
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
\set password `printenv NEW_PASSWORD`
ALTER ROLE :"user" PASSWORD :'password';
END
  changed "password of $user"
  password_works || fail "$user cannot sign in at $address over TLS: see $log"
}

# --- measurements -------------------------------------------------------------------

readonly exporter=prometheus-postgres-exporter exporter_source='user=prometheus host=/run/postgresql dbname=postgres'
readonly exporter_pid=/run/prometheus/$exporter.pid

# exporter_restart: by systemd, or, in a container, by Debian's script, which does not
# hand its variables on, and cannot stop what was never started.
exporter_restart() {
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload && systemctl restart "$exporter"
  else
    install -d -o prometheus -g prometheus "${exporter_pid%/*}"
    DATA_SOURCE_NAME=$exporter_source "/etc/init.d/$exporter" restart >/dev/null 2>&1
  fi || fail "$exporter does not start"
}

exporter_runs() {
  if [ -d /run/systemd/system ]; then
    systemctl -q is-active "$exporter"
  else
    [ -s "$exporter_pid" ] && kill -0 "$(cat "$exporter_pid")" 2>/dev/null
  fi
}

# exporter_role may read statistics, on this machine alone and as the user prometheus.
exporter_role() {
  local monitors
  monitors=$(sql -d postgres <<<"SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prometheus' AND pg_has_role(oid, 'pg_monitor', 'member'))")
  [ "$monitors" != t ] || return 0
  sql -d postgres <<'END'
SELECT 'CREATE ROLE prometheus LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prometheus') \gexec
GRANT pg_monitor TO prometheus;
END
  changed "role prometheus"
}

# measure serves Prometheus on port 9187. The exporter knows no clients, so systemd turns
# away those outside the subnet.
measure() {
  local before=$changes
  install_packages "$exporter"
  exporter_role
  put "/etc/default/$exporter" 640 prometheus:prometheus <<END
# provision.sh of the exchange writes this file.
DATA_SOURCE_NAME='$exporter_source'
ARGS="--web.listen-address=$address:9187"
END
  install -d -m 755 "/etc/systemd/system/$exporter.service.d"
  put "/etc/systemd/system/$exporter.service.d/exchange.conf" 644 root:root <<END
# provision.sh of the exchange writes this file.
[Service]
IPAddressDeny=any
IPAddressAllow=localhost $subnet
END
  if [ "$changes" -gt "$before" ]; then
    exporter_restart
  elif ! exporter_runs; then
    exporter_restart
    changed "started $exporter"
  fi
}

main() {
  parse "$@"
  check_address
  check_subnet
  check_names
  check_system
  alone "$@"
  read_password
  cd / # PostgreSQL's user may not be allowed here
  install_postgres
  find_cluster
  certificate_authority
  server_certificate
  settings
  access
  start
  role_and_database
  grants
  set_password
  measure
  if [ $changes -eq 0 ]; then echo "nothing to change"; fi
  echo "PostgreSQL $version serves $database on $address:5432 to $subnet. Its authority: $ca_dir/ca.crt"
}

main "$@"
