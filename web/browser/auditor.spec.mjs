// An auditor sees every room, no value of the roster, and no way to change anything.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { records } from "./client.mjs";
import { access, looksWell, visit } from "./house.mjs";

const entities = ["academicSessions", "orgs", "courses", "classes", "users", "enrollments", "demographics", "resources"];
const rooms = [
  "/", "/apps", "/apps/opt-outs", "/apps/amplify/scope", "/apps/amplify/history", "/imports", "/imports/1", "/audit", "/audit?kind=change", "/audit?kind=refusal", "/settings", "/settings/people",
  ...entities.map((entity) => `/apps/amplify/dataguard?entity=${entity}`),
];

let values; // of the roster, that no page may show
before(async () => {
  const users = await records("amplify", "/users?limit=10000");
  const named = [...(await records("amplify", "/orgs")).map((org) => org.name), ...(await records("amplify", "/courses")).map((course) => course.title)];
  values = [...named, ...users.flatMap((user) => [user.email, `${user.givenName} ${user.familyName}`])].filter(Boolean);
});

test("an auditor sees every room and is offered no change", async () => {
  const page = await visit({ as: "auditor" });
  assert.ok(values.length > 300);
  for (const room of rooms) {
    await page.goto(room);
    const main = page.getByRole("main");
    assert.equal(await main.locator("form[method=post]").getByRole("button").count(), 0, room);
    assert.equal(await main.locator("form[method=post] :is(input, select):not([type=hidden], :disabled)").count(), 0, room);
    const shown = (await page.content()).replaceAll("<wbr>", ""); // where long names may break
    assert.deepEqual(values.filter((value) => value !== access.auditor.email && shown.includes(value)), [], room);
  }
});

test("no menu, link or address leads an auditor to a change", async () => {
  const closed = ["/apps/add", "/apps/amplify/preview", "/apps/amplify/suspend", "/apps/amplify/copy", "/apps/amplify/credentials", "/apps/amplify/history/1", "/settings/people/add"];
  const page = await visit({ as: "auditor", refusals: [403] });
  for (const address of closed) assert.equal((await page.goto(address)).status(), 403, address);
  const links = new Set();
  for (const room of rooms) {
    await page.goto(room);
    for (const href of await page.getByRole("main").locator("a").evaluateAll((all) => all.map((a) => a.getAttribute("href")))) links.add(href);
  }
  for (const link of links) assert.equal((await page.request.get(link)).status(), 200, link);
});

test("what an auditor sees is accessible and fits", async () => {
  const page = await visit({ as: "auditor" });
  for (const room of ["/apps/amplify/dataguard", "/apps/amplify/scope", "/imports", "/settings"]) {
    await page.goto(room);
    await looksWell(page, `auditor${room.replace(/\W+/g, "-")}`);
  }
});
