#!/bin/sh
set -eu
base=https://roster.example.org/ims/oneroster/v1p1
list=users

token=$(curl -sS --fail-with-body --retry 5 -u "$CLIENT_ID:$CLIENT_SECRET" \
	-d grant_type=client_credentials https://roster.example.org/oauth/token |
	sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')
[ -n "$token" ] || exit 1
get() { curl -sS --fail-with-body --retry 5 -H "Authorization: Bearer $token" "$@"; }
header() { tr -d '\r' | sed -n "s/^$1: //p" | tail -n 1; }
revision='[Xx]-[Pp]erm-[Rr]ev' link='[Ll]ink'

# Has anything changed that we may see?
before=$(get -I "$base/$list?limit=1" | header "$revision")
[ -n "$before" ] || exit 1
if [ "$before" = "$(cat revision 2>/dev/null || true)" ]; then
	echo "Nothing has changed."
	exit
fi

# A walk puts the pages of a list into files, and leaves the headers of the last.
walk() {
	page=0
	address="$base/$list?$1"
	while [ -n "$address" ]; do
		page=$((page + 1))
		get -D headers -o "$2-$page.json" "$address"
		address=$(header "$link" < headers | sed -n 's/.*<\([^>]*\)>; rel="next".*/\1/p')
	done
	echo "$page pages are in $2-*.json."
}

# All of it the first time. Then what has changed since the newest date that we know, and
# the ids of all that are left: what has none of them is gone.
since=$(cat since 2>/dev/null || true)
folder=$(mktemp -d "$list.XXXXXX")
if [ -z "$since" ]; then
	walk limit=1000 "$folder/all"
else
	walk "limit=1000&filter=dateLastModified%3E%27$since%27" "$folder/changed"
	walk "limit=10000&fields=sourcedId" "$folder/left"
fi

# Where the revision moved while we read, the next run begins where this one began.
if [ "$(header "$revision" < headers)" = "$before" ]; then
	newest=$(cat "$folder"/*.json | grep -o '"dateLastModified":"[0-9TZ:.-]*"' |
		cut -d '"' -f 4 | sort | tail -n 1)
	if [ -n "$newest" ]; then echo "$newest" > since; fi
	echo "$before" > revision
fi
