# Puts lifecycle.json and template.json, which lie beside this file, into Elasticsearch.
set -eu

cd "$(dirname "$0")"
if [ -n "$ELASTICSEARCH_CA" ]; then
  trust="cacert = \"$ELASTICSEARCH_CA\""
else
  trust=insecure # the lab's certificate is made on its node
fi

# put PATH FILE. The password goes by standard input: arguments can be read by others.
put() {
  curl --config - --fail-with-body --silent --show-error --retry 10 --retry-all-errors --retry-max-time 300 \
    --request PUT --header 'Content-Type: application/json' --data-binary "@$2" "$ELASTICSEARCH_URL/$1" <<END
user = "logs_setup:$ELASTICSEARCH_PASSWORD"
$trust
END
  echo " <- $1"
}

put _ilm/policy/bitpin-logs lifecycle.json
put _index_template/bitpin-logs template.json
