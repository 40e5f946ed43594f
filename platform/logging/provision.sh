#!/usr/bin/env bash
# Makes this machine the Elasticsearch node that keeps the cluster's logs. See README.md.
set -euo pipefail
umask 077
export LC_ALL=C

readonly keys=https://artifacts.elastic.co/GPG-KEY-elasticsearch
readonly fingerprint=46095ACC8548582C1A2699A9D27D666CD88E42B4 # of the vendor's key
readonly packages=https://artifacts.elastic.co/packages/9.x/apt
readonly default_version=9.4.3 # as Kibana's image
readonly cert_days=825 renew_before=$((30 * 24 * 3600))

usage() {
  cat <<'END'
Usage: provision.sh --address IP --cluster-subnet CIDR --passwords-file FILE
                    [--heap SIZE] [--version VERSION] [--host NAME]... [--dry-run]

Run as root on Debian or Ubuntu. Running it again changes nothing.

  --address IP           this machine's IPv4 address that the cluster connects to
  --cluster-subnet CIDR  the IPv4 network of the cluster's nodes; nobody else may connect
  --passwords-file FILE  three lines: fluent-bit=…, kibana=…, setup=…; "-" is standard input
  --heap SIZE            Java's memory, such as 2g or 512m; default: half of this machine's,
                         at most 30g
  --version VERSION      of Elasticsearch; default: that of Kibana's image
  --host NAME            name that the certificate holds, beside the address; may be repeated;
                         default: elasticsearch.logging.svc.cluster.local
  --dry-run              checks everything, says what would be done, changes nothing
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

# Where files go: below this directory, which is / but in tests.
root=${PROVISION_ROOT:-}
address='' subnet='' passwords_file='' heap='' version=$default_version hosts=() dry_run=''
declare -A password=()

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --dry-run) dry_run=yes; shift ;;
      --address | --cluster-subnet | --passwords-file | --heap | --version | --host)
        [ $# -ge 2 ] || refuse "$1 needs a value"
        case $1 in
          --address) address=$2 ;;
          --cluster-subnet) subnet=$2 ;;
          --passwords-file) passwords_file=$2 ;;
          --heap) heap=$2 ;;
          --version) version=$2 ;;
          --host) hosts+=("$2") ;;
        esac
        shift 2 ;;
      *) refuse "unknown argument: $1" ;;
    esac
  done
  [ ${#hosts[@]} -gt 0 ] || hosts=(elasticsearch.logging.svc.cluster.local)
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
  [[ $subnet == */* && $bits =~ ^(0|[1-9][0-9]?)$ ]] && is_ipv4 "$network" && [ "$bits" -le 32 ] ||
    refuse "--cluster-subnet $subnet: must be an IPv4 network such as 10.10.0.0/20"
  [ "$bits" -ge 8 ] || refuse "--cluster-subnet $subnet: is most of the internet; at least /8 is needed"
  local mask=$(((0xffffffff << (32 - bits)) & 0xffffffff))
  [ $(($(ipv4_number "$network") & ~mask & 0xffffffff)) -eq 0 ] ||
    refuse "--cluster-subnet $subnet: has bits set beyond its /$bits"
}

check_address() {
  [ -n "$address" ] || refuse "--address is missing"
  is_ipv4 "$address" || refuse "--address $address: must be an IPv4 address"
  # The kernel lists its own addresses here; no other tool need be installed.
  grep -A1 -F -- "-- $address" /proc/net/fib_trie | grep -q 'host LOCAL' || refuse "--address $address: is not an address of this machine"
}

check_names() {
  local name
  for name in "${hosts[@]}"; do
    [[ ${#name} -le 253 && $name =~ ^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$ ]] || refuse "--host \"$name\": is not a DNS name"
  done
  [[ $version =~ ^9\.[0-9]+\.[0-9]+$ ]] || refuse "--version $version: must be a version 9, such as $default_version"
}

check_heap() {
  local memory size
  memory=$(($(awk '$1 == "MemTotal:" {print $2}' /proc/meminfo) / 1024))
  [ -n "$heap" ] || heap=$((memory / 2 < 30720 ? memory / 2 : 30720))m
  [[ $heap =~ ^([1-9][0-9]{0,5})([mg])$ ]] || refuse "--heap $heap: must be a size such as 2g or 512m"
  size=${BASH_REMATCH[1]}
  [ "${BASH_REMATCH[2]}" = m ] || size=$((size * 1024))
  [ "$size" -ge 256 ] || refuse "--heap $heap: at least 256m are needed"
  [ "$size" -le $((memory / 2)) ] || refuse "--heap $heap: is more than half of this machine's $memory MiB; the rest serves files"
}

read_passwords() {
  local content line name value
  case $passwords_file in
    '') refuse "--passwords-file is missing" ;;
    -) content=$(cat) ;;
    *)
      [ -f "$passwords_file" ] && [ -r "$passwords_file" ] || refuse "--passwords-file $passwords_file: cannot be read"
      content=$(<"$passwords_file") ;;
  esac
  while IFS= read -r line; do
    [ -n "$line" ] || continue
    name=${line%%=*} value=${line#*=}
    case $name in
      fluent-bit | kibana | setup) ;;
      *) refuse "the passwords' file has a line that is none of fluent-bit=…, kibana=…, setup=…" ;;
    esac
    [ -z "${password[$name]:-}" ] || refuse "the password of $name is given twice"
    [[ ${#value} -ge 12 && ${#value} -le 128 ]] || refuse "the password of $name has ${#value} characters; 12 to 128 are needed"
    # They go into JSON and into curl's configuration.
    [[ $value =~ ^[[:graph:]]+$ && $value != *[\"\\]* ]] || refuse "the password of $name must be of printable ASCII characters without spaces, \" and \\"
    password[$name]=$value
  done <<<"$content"
  for name in fluent-bit kibana setup; do
    [ -n "${password[$name]:-}" ] || refuse "the password of $name is missing"
  done
}

check_system() {
  [ "$(id -u)" -eq 0 ] || refuse "must run as root"
  [ -r /etc/os-release ] && grep -Eq '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release || refuse "this is neither Debian nor Ubuntu"
}

plan() {
  cat <<END
Would make this machine an Elasticsearch node:
  package  elasticsearch $version from $packages
  listens  https://$address:9200, with a certificate for $address ${hosts[*]}
  admits   $subnet
  heap     $heap
  users    fluent_bit (appends to bitpin-logs), kibana_system, logs_setup (lifecycle and template)
Nothing was changed.
END
}

# alone runs the script from its beginning once no other run of it goes on here.
alone() {
  local lock=/run/exchange-elasticsearch.lock
  if [ "${PROVISIONING-}" = "$lock" ] || [ -n "$dry_run" ] || [ "$(id -u)" -ne 0 ]; then return; fi # who is not root is refused below
  PROVISIONING=$lock exec flock --close --wait 900 "$lock" bash "$0" "$@" # --close: what is started here must not hold it
}

# --- changing -----------------------------------------------------------------------

readonly config=$root/etc/elasticsearch ca_dir=$root/etc/exchange-elasticsearch # ca.key never leaves it

changes=0
changed() {
  changes=$((changes + 1))
  echo "changed: ${*//"$root"\//\/}"
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

# vendor_key trusts the vendor's key for the vendor's packages only, if it is the one.
vendor_key() {
  local keyring=$root/usr/share/keyrings/elasticsearch.gpg work
  if [ -e "$keyring" ]; then return; fi
  work=$(mktemp -d)
  curl --proto =https -fsSL "$keys" | gpg --homedir "$work" --batch --quiet --dearmor >"$work/key" || fail "fetching $keys failed"
  gpg --homedir "$work" --batch --quiet --show-keys --with-colons "$work/key" | grep -q "^fpr:*$fingerprint:" ||
    fail "the key from $keys is not $fingerprint"
  put "$keyring" 644 root:root <"$work/key"
  rm -r "$work"
}

install_elasticsearch() {
  [ "$(dpkg-query -W -f '${Version}' elasticsearch 2>/dev/null)" != "$version" ] || return 0
  install_packages ca-certificates curl gnupg openssl
  vendor_key
  put /etc/apt/sources.list.d/elasticsearch.list 644 root:root <<<"deb [signed-by=/usr/share/keyrings/elasticsearch.gpg] $packages stable main"
  apt update || fail "reading $packages failed"
  # Held, so that an upgrade of the system does not upgrade it past Kibana.
  apt-mark unhold elasticsearch >/dev/null
  apt install "elasticsearch=$version" || fail "installing elasticsearch $version failed"
  apt-mark hold elasticsearch >/dev/null
  changed "installed elasticsearch $version"
}

certificate_authority() {
  install -d -m 755 "$ca_dir"
  if [ -e "$ca_dir/ca.crt" ]; then return; fi
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -sha256 \
    -subj "/CN=exchange Elasticsearch CA" -addext basicConstraints=critical,CA:TRUE,pathlen:0 \
    -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout "$ca_dir/ca.key" -out "$ca_dir/ca.crt" 2>/dev/null || fail "making the certificate authority failed"
  chmod 644 "$ca_dir/ca.crt"
  changed "$ca_dir/ca.crt"
}

# certificate_fits NAMES: it holds these names, is of our authority, and lasts for a while.
certificate_fits() {
  local cert=$config/exchange.crt
  [ -e "$cert" ] && [ -e "$config/exchange.key" ] &&
    openssl verify -CAfile "$ca_dir/ca.crt" "$cert" >/dev/null 2>&1 &&
    openssl x509 -in "$cert" -noout -checkend "$renew_before" >/dev/null &&
    [ "$(cat "$config/exchange.names" 2>/dev/null)" = "$1" ]
}

# server_certificate GROUP: whose members may read the key.
server_certificate() {
  local names="IP:$address" host work
  for host in "${hosts[@]}"; do names+=",DNS:$host"; done
  if certificate_fits "$names"; then return; fi
  work=$(mktemp -d)
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n' "$names" >"$work/ext"
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -subj "/CN=exchange Elasticsearch" \
    -keyout "$work/key" -out "$work/csr" 2>/dev/null &&
    openssl x509 -req -in "$work/csr" -CA "$ca_dir/ca.crt" -CAkey "$ca_dir/ca.key" -days "$cert_days" -sha256 \
      -set_serial "0x$(openssl rand -hex 16)" -extfile "$work/ext" -out "$work/crt" 2>/dev/null ||
    fail "making the server's certificate failed"
  install -m 640 -g "$1" "$work/key" "$config/exchange.key"
  install -m 644 "$work/crt" "$config/exchange.crt"
  echo "$names" >"$config/exchange.names"
  rm -r "$work"
  changed "$config/exchange.crt"
}

# settings GROUP
settings() {
  put "$config/elasticsearch.yml" 640 "root:$1" <<END
# provision.sh of the exchange writes this file.
cluster.name: bitpin-logs
node.name: $address
path.data: /var/lib/elasticsearch
path.logs: /var/log/elasticsearch
network.host: [_local_, $address]
http.port: 9200
# One node: it looks for no others, and none may join.
discovery.type: single-node
transport.host: _local_
action.auto_create_index: bitpin-logs*,.*
action.destructive_requires_name: true
xpack.security.enabled: true
xpack.security.enrollment.enabled: false
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.certificate: exchange.crt
xpack.security.http.ssl.key: exchange.key
xpack.security.transport.ssl.enabled: false
xpack.ml.enabled: false
ingest.geoip.downloader.enabled: false
END
  install -d -m 750 -g "$1" "$config/jvm.options.d"
  put "$config/jvm.options.d/exchange.options" 640 "root:$1" <<END
# provision.sh of the exchange writes this file.
-Xms$heap
-Xmx$heap
END
  # Filtering by address is the vendor's paid feature; systemd does it as well.
  install -d -m 755 "$root/etc/systemd/system/elasticsearch.service.d"
  put "$root/etc/systemd/system/elasticsearch.service.d/exchange.conf" 644 root:root <<END
# provision.sh of the exchange writes this file.
[Service]
IPAddressDeny=any
IPAddressAllow=localhost $address $subnet
TimeoutStartSec=300
END
}

# forget_package_secrets: the package makes certificates of its own; Elasticsearch does not
# start with the passwords of keys that it is not told of.
forget_package_secrets() {
  local keystore=/usr/share/elasticsearch/bin/elasticsearch-keystore names name
  names=$("$keystore" list) || fail "reading Elasticsearch's keystore failed"
  for name in $(grep -E '^xpack\.security\.(http|transport)\.ssl\.(keystore|truststore)\.secure_password$' <<<"$names" || true); do
    "$keystore" remove "$name" || fail "removing $name from Elasticsearch's keystore failed"
    changed "removed $name from the keystore"
  done
}

# api METHOD PATH USER:PASSWORD [BODY]: prints the answer's status. Secrets go by standard
# input and by a file: arguments can be read by others.
api() {
  local body=()
  [ $# -lt 4 ] || body=(--header 'Content-Type: application/json' --data-binary "@$4")
  curl --config - --silent --output /dev/null --write-out '%{http_code}' --max-time 30 \
    --cacert "$ca_dir/ca.crt" --request "$1" "${body[@]}" "https://$address:9200/$2" <<<"user = \"$3\"" || true
}

readonly pid_file=/var/lib/elasticsearch/exchange.pid # where there is no systemd

running() {
  if [ -d /run/systemd/system ]; then
    systemctl is-active --quiet elasticsearch
  else
    [ -e $pid_file ] && kill -0 "$(cat $pid_file)" 2>/dev/null
  fi
}

# restart: by systemd, or, in a container, by the program itself.
restart() {
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable --quiet elasticsearch
    systemctl restart elasticsearch
    return
  fi
  if running; then
    kill "$(cat $pid_file)"
    while running; do sleep 0.2; done
  fi
  runuser -u elasticsearch -- /usr/share/elasticsearch/bin/elasticsearch --daemonize --pidfile $pid_file --quiet
}

start() {
  if [ $changes -gt 0 ] || ! running; then
    restart || fail "Elasticsearch does not start: see /var/log/elasticsearch"
    changed "started Elasticsearch"
  fi
  local tries=120
  until [ "$(api GET _security/_authenticate nobody:nobody)" = 401 ]; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "Elasticsearch does not answer at https://$address:9200: see /var/log/elasticsearch"
    sleep 1
  done
}

# as_elastic METHOD PATH: with standard input as the body, as a superuser whose password
# lasts for this run only.
superuser=''
as_elastic() {
  local body status
  if [ -z "$superuser" ]; then
    superuser=$(/usr/share/elasticsearch/bin/elasticsearch-reset-password -u elastic -b -s) || fail "resetting the password of elastic failed"
  fi
  body=$(mktemp)
  cat >"$body"
  status=$(api "$1" "$2" "elastic:$superuser" "$body")
  rm "$body"
  [[ $status == 20? ]] || fail "$1 $2: Elasticsearch answered $status"
}

# works USER PASSWORD
works() {
  [ "$(api GET _security/_authenticate "$1:$2")" = 200 ]
}

users() {
  if works fluent_bit "${password[fluent-bit]}" && works kibana_system "${password[kibana]}" && works logs_setup "${password[setup]}"; then return; fi
  as_elastic PUT _security/role/logs_writer <<<'{"indices": [{"names": ["bitpin-logs"], "privileges": ["auto_configure", "create_doc"]}]}'
  as_elastic PUT _security/role/logs_setup <<<'{"cluster": ["manage_ilm", "manage_index_templates"]}'
  as_elastic PUT _security/user/fluent_bit <<<"{\"password\": \"${password[fluent-bit]}\", \"roles\": [\"logs_writer\"]}"
  as_elastic PUT _security/user/logs_setup <<<"{\"password\": \"${password[setup]}\", \"roles\": [\"logs_setup\"]}"
  as_elastic PUT _security/user/kibana_system/_password <<<"{\"password\": \"${password[kibana]}\"}"
  changed "users"
}

# configure GROUP: all files, whose readers are the group's members.
configure() {
  certificate_authority
  server_certificate "$1"
  settings "$1"
}

main() {
  parse "$@"
  check_address
  check_subnet
  check_names
  check_heap
  alone "$@"
  read_passwords
  check_system
  if [ -n "$dry_run" ]; then
    plan
    return
  fi
  install_elasticsearch
  configure elasticsearch
  forget_package_secrets
  start
  users
  [ $changes -gt 0 ] || echo "nothing to change"
  echo "Elasticsearch answers at https://$address:9200; its authority is $ca_dir/ca.crt"
}

# Tests read the functions without running them.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then main "$@"; fi
