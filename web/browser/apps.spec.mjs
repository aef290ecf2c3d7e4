// The apps of the district: added, enabled, suspended, and given what another has.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, ask, newClient, records, token } from "./client.mjs";
import { opensMenu, tabsTo, until } from "./deeds.mjs";
import { looksWell, visit } from "./house.mjs";

// adds adds an app, and is its client and the page of its credentials.
async function adds(page, start, name, id) {
  await page.goto("/apps");
  await page.getByRole("link", { name: "Add an app" }).click();
  await page.getByRole("radio", { name: start }).check();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("textbox", { name: /^id$/i }).fill(id);
  await page.getByRole("button", { name: "Add" }).click();
  if (start.source !== "^A blank app") { // what a preset brings is shown first
    await page.getByRole("heading", { level: 1, name: /^Add (?!an app)/ }).waitFor();
    await page.getByRole("button", { name: "Add" }).click();
  }
  return newClient(page);
}

// moves enables or suspends an app, and is what the page said before.
async function moves(page, app, deed) {
  await page.goto("/apps");
  await (await opensMenu(page, app)).getByRole("link", { name: deed }).click();
  const said = await page.getByRole("region", { name: "What happens" }).textContent();
  await page.getByRole("button", { name: deed }).click();
  await page.getByRole("row").filter({ hasText: app }).waitFor();
  return said;
}

const status = async (app, path) => (await answer(app, path)).status;

test("an app of a preset gets nothing until it is enabled, and nothing once it is suspended", async () => {
  const page = await visit({ as: "admin" });
  const app = await adds(page, /^SchooLinks/, "Career pilot", "pilot");
  await looksWell(page, "secret");
  assert.equal(await status(app, "/students"), 401);

  assert.match(await moves(page, "pilot", "Enable"), /From its next request on, Career pilot receives/);
  assert.ok((await records(app, "/students")).length > 0);
  assert.equal(await status(app, "/demographics"), 403);

  const { access_token } = await (await token(app)).json();
  assert.match(await moves(page, "pilot", "Suspend"), /From its next request on, Career pilot receives nothing.*kept/s);
  assert.equal(await status(app, "/students"), 401);
  assert.equal((await ask(app, "/students", access_token)).status, 401);

  await page.goto("/apps/pilot/credentials");
  assert.equal(await page.locator("#client-secret").count(), 0, "the secret is shown once");
});

test("a blank app gets what another has once its permissions are copied", async () => {
  const page = await visit({ as: "admin" });
  const app = await adds(page, /^A blank app/, "Library desk", "");
  await moves(page, "library-desk", "Enable");
  assert.equal(await status(app, "/students"), 403);

  await page.goto("/apps");
  await (await opensMenu(page, "library-desk")).getByRole("link", { name: "Copy permissions from" }).click();
  await page.getByLabel("Copy from").selectOption({ label: "Alexandria" });
  await page.getByRole("button", { name: "Show what will change" }).click();
  await page.getByText("birthDate", { exact: true }).waitFor();
  assert.equal(await status(app, "/students"), 403);
  await looksWell(page, "copy-panel");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("The permissions of Library desk are copied").waitFor();
  const first = "/demographics?limit=1&sort=sourcedId";
  assert.deepEqual(Object.keys((await records(app, first))[0]), Object.keys((await records("alexandria", first))[0]));
});

test("the pages of apps are accessible and fit", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps");
  await looksWell(page, "apps");
  await opensMenu(page, "amplify");
  await looksWell(page, "apps-menu");
  await page.goto("/apps?q=nobody");
  await looksWell(page, "apps-none");
  for (const room of ["add", "amplify/history", "amplify/suspend", "pilot/enable", "amplify/credentials", "amplify/answers", "amplify/copy"]) {
    await page.goto(`/apps/${room}`);
    await looksWell(page, `apps-${room.replace("/", "-")}`);
  }
});

test("what a preset brings waits before Add and before Enable, and is accessible and fits", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/add");
  await page.getByRole("radio", { name: /^SchooLinks/ }).check();
  await page.getByLabel("Name", { exact: true }).fill("Links");
  await page.getByLabel("ID", { exact: true }).fill("links");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("heading", { level: 1, name: "Add SchooLinks" }).waitFor();
  await looksWell(page, "apps-add-reviews");
  await page.getByRole("checkbox", { name: /primaryOrg/ }).check();
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("Look once more").waitFor();
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("#client-secret").waitFor();
  await page.goto("/apps/links/enable");
  await looksWell(page, "apps-enable-reviews");
  assert.equal(await page.getByRole("checkbox", { name: /primaryOrg/ }).count(), 0);
  await page.getByRole("checkbox", { name: /^All / }).check();
  assert.equal(await page.getByRole("checkbox", { name: /studentNumber/ }).isChecked(), true);
  await page.getByRole("checkbox", { name: /StateID/ }).check();
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByText("Look once more").waitFor();
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByText(/Links is enabled: it receives what its permissions open/).waitFor();
});

test("an app that is deleted by the keyboard gets nothing, and stays in the audit", async () => {
  const page = await visit({ as: "admin" });
  const app = await adds(page, /^A blank app/, "Gone soon", "gone-soon");
  assert.equal((await token(app)).status, 401, "it is pending");
  await moves(page, "gone-soon", "Enable");
  assert.equal((await token(app)).status, 200);
  await page.goto("/apps");
  const menu = await opensMenu(page, "gone-soon");
  await tabsTo(page, menu.getByRole("link", { name: "Delete" }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Delete Gone soon" }).waitFor();
  await looksWell(page, "apps-delete");
  await tabsTo(page, page.getByLabel("Reason"));
  await page.keyboard.type("contract ended");
  await tabsTo(page, page.getByRole("button", { name: "Delete Gone soon" }));
  await page.keyboard.press("Enter");
  await page.getByText("Gone soon is deleted").waitFor();
  assert.equal(await page.getByRole("row").filter({ hasText: "gone-soon" }).count(), 0);
  assert.equal((await token(app)).status, 401);
  await until(async () => {
    await page.goto("/audit?kind=change&app=gone-soon");
    return (await page.getByRole("cell", { name: "contract ended" }).count()) > 0;
  });
});
