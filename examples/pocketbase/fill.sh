# Fills a new PocketBase with a collection and ten contacts: `. examples/pocketbase/fill.sh`. TOKEN and CONTACTS stay set.
TOKEN=$(curl -s "$POCKETBASE_URL/api/collections/_superusers/auth-with-password" -H 'content-type: application/json' \
  -d "{\"identity\":\"$POCKETBASE_USER\",\"password\":\"$POCKETBASE_PASSWORD\"}" | sed 's/.*"token":"\([^"]*\)".*/\1/')
CONTACTS="$POCKETBASE_URL/api/collections/contacts/records"
curl -s "$POCKETBASE_URL/api/collections" -H "Authorization: $TOKEN" -H 'content-type: application/json' \
  -d @examples/pocketbase/contacts-collection.json -o /dev/null -w 'collection: %{http_code}\n'
while read -r contact; do
  curl -s "$CONTACTS" -H "Authorization: $TOKEN" -H 'content-type: application/json' -d "$contact" -o /dev/null -w 'contact: %{http_code}\n'
done < examples/pocketbase/contacts.ndjson
