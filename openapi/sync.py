import base64, json, os, re, time, urllib.error, urllib.parse, urllib.request

BASE = "https://roster.example.org/ims/oneroster/v1p1"
TOKENS = "https://roster.example.org/oauth/token"
LIST = "users"
FILE = "sync.json"


def send(request):
    """Sends a request, and once more when an answer says after how many seconds."""
    for _ in range(5):
        try:
            return urllib.request.urlopen(request)
        except urllib.error.HTTPError as refusal:
            if refusal.code not in (429, 503):
                raise SystemExit(f"{refusal.code}: {refusal.read().decode()}")
            time.sleep(int(refusal.headers["Retry-After"]))
    raise SystemExit("The server is busy.")


def token():
    key = f"{os.environ['CLIENT_ID']}:{os.environ['CLIENT_SECRET']}".encode()
    headers = {"Authorization": "Basic " + base64.b64encode(key).decode()}
    with send(urllib.request.Request(TOKENS, b"grant_type=client_credentials", headers)) as answer:
        return json.load(answer)["access_token"]


HEADERS = {"Authorization": "Bearer " + token()}


def now():
    """The revision, which changes when, and only when, something changed that we may see,
    and how many records there are."""
    with send(urllib.request.Request(f"{BASE}/{LIST}?limit=1", headers=HEADERS, method="HEAD")) as answer:
        return answer.headers["X-Perm-Rev"], int(answer.headers["X-Total-Count"])


def walk(**query):
    """Reads the list to its end, and returns the revision there, too."""
    address = f"{BASE}/{LIST}?" + urllib.parse.urlencode({"limit": 1000, **query})
    read = []
    while address:
        with send(urllib.request.Request(address, headers=HEADERS)) as page:
            read += json.load(page)[LIST]
            following = re.search(r'<([^>]*)>; rel="next"', page.headers.get("Link", ""))
            address = following and following[1]
            at_end = page.headers["X-Perm-Rev"]
    return read, at_end


state = {"revision": "", "since": "", "records": {}}
if os.path.exists(FILE):
    with open(FILE) as file:
        state = json.load(file)

while True:
    before, total = now()
    if before == state["revision"]:
        break
    if state["since"]:
        records = dict(state["records"])
        read, at_end = walk(filter=f"dateLastModified>'{state['since']}'")
    else:
        records = {}
        read, at_end = walk()
    for record in read:
        records[record["sourcedId"]] = record
    if len(records) != total:  # some are gone: keep those that are left
        left, at_end = walk(fields="sourcedId")
        ids = {record["sourcedId"] for record in left}
        records = {id: record for id, record in records.items() if id in ids}
    print(f"{len(read)} records read.")
    if at_end == before:  # else something changed while we read: read it again
        newest = max([state["since"]] + [record["dateLastModified"] for record in read])
        state = {"revision": before, "since": newest, "records": records}

with open(FILE, "w") as file:
    json.dump(state, file)
print(f"{len(state['records'])} {LIST} are in {FILE}.")
