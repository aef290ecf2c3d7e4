import { existsSync, readFileSync, writeFileSync } from "node:fs";

const BASE = "https://roster.example.org/ims/oneroster/v1p1";
const TOKENS = "https://roster.example.org/oauth/token";
const LIST = "users";
const FILE = "sync.json";

// Sends a request, and once more when an answer says after how many seconds.
async function send(address, options) {
  for (let i = 0; i < 5; i++) {
    const answer = await fetch(address, options);
    if (answer.ok) return answer;
    if (![429, 503].includes(answer.status)) throw new Error(`${answer.status}: ${await answer.text()}`);
    await new Promise((resume) => setTimeout(resume, 1000 * answer.headers.get("Retry-After")));
  }
  throw new Error("The server is busy.");
}

async function token() {
  const key = Buffer.from(`${process.env.CLIENT_ID}:${process.env.CLIENT_SECRET}`).toString("base64");
  const answer = await send(TOKENS, {
    method: "POST",
    headers: { Authorization: `Basic ${key}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  return (await answer.json()).access_token;
}

const headers = { Authorization: `Bearer ${await token()}` };

// The revision, which changes when, and only when, something changed that we may see, and
// how many records there are.
async function now() {
  const answer = await send(`${BASE}/${LIST}?limit=1`, { method: "HEAD", headers });
  return [answer.headers.get("X-Perm-Rev"), Number(answer.headers.get("X-Total-Count"))];
}

// Reads the list to its end, and returns the revision there, too.
async function walk(query) {
  const read = [];
  let address = `${BASE}/${LIST}?${new URLSearchParams({ limit: 1000, ...query })}`;
  let atEnd;
  while (address) {
    const page = await send(address, { headers });
    read.push(...(await page.json())[LIST]);
    address = /<([^>]*)>; rel="next"/.exec(page.headers.get("Link") ?? "")?.[1];
    atEnd = page.headers.get("X-Perm-Rev");
  }
  return [read, atEnd];
}

let state = { revision: "", since: "", records: {} };
if (existsSync(FILE)) state = JSON.parse(readFileSync(FILE, "utf8"));

for (;;) {
  const [before, total] = await now();
  if (before === state.revision) break;
  const records = new Map(state.since ? Object.entries(state.records) : []);
  let [read, atEnd] = await walk(state.since ? { filter: `dateLastModified>'${state.since}'` } : {});
  for (const record of read) records.set(record.sourcedId, record);
  if (records.size !== total) {
    // some are gone: keep those that are left
    let left;
    [left, atEnd] = await walk({ fields: "sourcedId" });
    const ids = new Set(left.map((one) => one.sourcedId));
    for (const id of records.keys()) if (!ids.has(id)) records.delete(id);
  }
  console.log(`${read.length} records read.`);
  if (atEnd !== before) continue; // something changed while we read: read it again
  const newest = read.reduce((date, one) => (one.dateLastModified > date ? one.dateLastModified : date), state.since);
  state = { revision: before, since: newest, records: Object.fromEntries(records) };
}

writeFileSync(FILE, JSON.stringify(state));
console.log(`${Object.keys(state.records).length} ${LIST} are in ${FILE}.`);
