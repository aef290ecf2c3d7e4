// The apps' side: OAuth 2 client credentials, then OneRoster REST, as a vendor's
// client does it.
import { access } from "./house.mjs";

// client is an app of the demo by its id.
export const client = (id) => access.apps.find((app) => app.id === id);

// newClient is an app of a house, by what its page of credentials shows once.
export async function newClient(page) {
  return {
    client_id: await page.locator("#client-id").textContent(),
    client_secret: await page.locator("#client-secret").textContent(),
    token_url: new URL("/oauth/token", page.url()).href,
    oneroster_v1p1: new URL("/ims/oneroster/v1p1", page.url()).href,
  };
}

// token is the answer to a client that asks for one.
export function token({ token_url, client_id, client_secret }) {
  return fetch(token_url, {
    method: "POST",
    headers: { authorization: "Basic " + Buffer.from(`${client_id}:${client_secret}`).toString("base64") },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
}

// ask asks for a path with a token.
export const ask = ({ oneroster_v1p1 }, path, bearer) => fetch(oneroster_v1p1 + path, { headers: { authorization: `Bearer ${bearer}` } });

// answer is what an app gets that signs in and asks. It may be named by its id.
export async function answer(app, path) {
  const who = typeof app === "string" ? client(app) : app;
  const { access_token } = await (await token(who)).json();
  return ask(who, path, access_token);
}

// records is the list of such an answer.
export async function records(app, path) {
  const [list] = Object.values(await (await answer(app, path)).json());
  return list;
}
