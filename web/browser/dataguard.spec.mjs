// An admin decides in DataGuard what an app gets, and the app's next sync obeys.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, records } from "./client.mjs";
import { addsBare, confirms, goesBack, opensMenu, tabsTo } from "./deeds.mjs";
import { looksWell, visit } from "./house.mjs";
import { backToEditing, someoneChanged, withMine } from "./words.mjs";

// keysOf are the metadata keys of the first demographics that an app gets.
const keysOf = async (app) => Object.keys((await records(app, "/demographics?limit=1"))[0].metadata);

for (const script of [true, false]) {
  test(`seven steps share the metadata of demographics, ${script ? "with" : "without"} script`, async () => {
    const page = await visit({ as: "admin", script });
    const app = await addsBare(page, script ? "seven-steps" : "seven-plain", "SchooLinks");
    assert.equal((await answer(app, "/demographics")).status, 403);

    await page.goto("/");
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    await page.getByRole("link", { name: "Apps", exact: true }).click();
    await (await opensMenu(page, app.id)).getByRole("link", { name: "DataGuard" }).click();
    await page.getByRole("link", { name: "Demographics", exact: true }).click();
    await page.getByLabel("Enable Demographics").check();
    await page.getByLabel("Metadata enabled").check();
    await page.getByLabel("homeLanguage").check();
    await page.getByLabel("Enable All Metadata").check();
    if (script) assert.ok(await page.getByLabel("iepStatus").isChecked());
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("metadata.homeLanguage").waitFor();
    assert.equal((await answer(app, "/demographics")).status, 403);
    await page.getByRole("checkbox", { name: /^I know what these hold/ }).check();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("It holds from the next answer on").waitFor();

    const [one] = await records(app, "/demographics?limit=1");
    assert.ok("homeLanguage" in one.metadata && "iepStatus" in one.metadata);
    assert.ok(!("sex" in one));

    await page.getByLabel("homeLanguage").uncheck();
    await confirms(page);
    const keys = await keysOf(app);
    assert.ok(!keys.includes("homeLanguage") && keys.includes("iepStatus"), keys.join());

    await goesBack(page, app.id, 2);
    assert.equal((await answer(app, "/demographics")).status, 403);
  });
}

test("the keyboard alone chooses a tab, a box and a mask and saves them", async () => {
  const page = await visit({ as: "admin" });
  const before = (await records("alexandria", "/students?limit=1&sort=sourcedId"))[0];
  assert.ok(before.grades);
  await page.goto("/apps/alexandria/dataguard?entity=courses");
  await tabsTo(page, page.getByRole("link", { name: "Users", exact: true }));
  await page.keyboard.press("Enter");
  await page.getByLabel("Enable Users").waitFor();
  await tabsTo(page, page.getByLabel("How Family name is shown"));
  await page.keyboard.type("Initial");
  await tabsTo(page, page.getByRole("checkbox", { name: /^Grades/ }));
  await page.keyboard.press("Space");
  await tabsTo(page, page.getByRole("button", { name: "Save" }));
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Confirm" }).waitFor();
  await tabsTo(page, page.getByRole("button", { name: "Confirm" }));
  await page.keyboard.press("Enter");
  await page.getByText("It holds from the next answer on").waitFor();

  const [after] = await records("alexandria", "/students?limit=1&sort=sourcedId");
  assert.equal(after.sourcedId, before.sourcedId);
  assert.equal(after.familyName, `${before.familyName[0]}.`);
  assert.ok(!after.grades);
  await goesBack(page, "alexandria", 1);
  assert.deepEqual((await records("alexandria", "/students?limit=1&sort=sourcedId"))[0].familyName, before.familyName);
});

test("of two admins who save at once, the second sees both versions and loses nothing", async () => {
  const first = await visit({ as: "admin" });
  const second = await visit({ as: "admin", refusals: [409] });
  const app = await addsBare(first, "at-once", "Amplify Enrollment");
  for (const page of [first, second]) await page.goto("/apps/at-once/dataguard?entity=users");
  await first.getByRole("checkbox", { name: /^Email/ }).uncheck();
  await confirms(first);

  await second.getByRole("checkbox", { name: /^Middle name/ }).check();
  await second.getByRole("button", { name: "Save" }).click();
  await second.getByRole("heading", { level: 1, name: someoneChanged }).waitFor();
  const [theirs, mine] = await second.getByRole("main").getByRole("region").allTextContents();
  assert.match(theirs, /admin@example\.org.*Loses.*email/s);
  assert.match(mine, /Gains.*middleName/s);
  assert.doesNotMatch(theirs, /middleName/);
  assert.doesNotMatch(mine, /email/);
  await looksWell(second, "conflict");

  await second.getByRole("button", { name: withMine }).click();
  const panel = second.getByRole("region", { name: "What changes" });
  assert.match(await panel.textContent(), /Gains.*email.*Gains.*middleName/s, "the form still has what the other took away, and says so");
  await second.getByRole("button", { name: backToEditing }).click();
  await second.getByRole("checkbox", { name: /^Email/ }).uncheck();
  await confirms(second);
  const users = await records(app, "/users");
  assert.ok(users.some((user) => user.middleName) && users.every((user) => !("email" in user)), "both changes hold");
});

test("history undoes a save, and says what that changes", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/schoolinks/dataguard?entity=users");
  await page.getByRole("checkbox", { name: /^Email/ }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: backToEditing }).click();
  assert.ok(!(await page.getByRole("checkbox", { name: /^Email/ }).isChecked()), "what was entered stays");
  await confirms(page);
  assert.ok((await records("schoolinks", "/users")).every((user) => !("email" in user)));

  await page.goto("/apps/schoolinks/history");
  await page.getByRole("link", { name: "Go back to version 1", exact: true }).click();
  await page.getByText("email", { exact: true }).waitFor();
  await looksWell(page, "undo");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Version 1 holds again").waitFor();
  assert.ok((await records("schoolinks", "/users")).some((user) => user.email));
});

test("a form is sent once, and once more three seconds after the browser was stopped", async () => {
  const page = await visit({ as: "admin" });
  await page.clock.install();
  await page.goto("/apps/amplify/dataguard");
  await page.evaluate(() => document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) document.title += " sent";
    event.preventDefault();
  }));
  const sent = async () => (await page.title()).split(" sent").length - 1;
  const save = page.getByRole("button", { name: "Save" });
  await page.clock.pauseAt(new Date(Date.now() + 60_000));
  await save.click();
  await page.clock.runFor(2900);
  await save.click();
  assert.equal(await sent(), 1);
  await page.clock.runFor(200);
  await save.click();
  assert.equal(await sent(), 2);
});
