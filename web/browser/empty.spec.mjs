// The first day: nobody, no roster and no app, then the first admin.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { looksWell, signIn, visit } from "./house.mjs";
import { emptyHouse } from "./own.mjs";

let house;
before(async () => { house = await emptyHouse(); });

test("the first admin comes in by the link that the server printed", async () => {
  const page = await visit({ at: house });
  await page.goto(house.welcome);
  await looksWell(page, "first-welcome");
  await page.getByLabel("Email").fill(house.admin.email);
  await page.getByLabel("Password", { exact: true }).fill(house.admin.password);
  await page.getByLabel("Password, once more").fill(house.admin.password);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText("Your password is set").waitFor();
  await signIn(page, house.admin);
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
});

test("an empty house is accessible and fits", async () => {
  const page = await visit({ at: house, as: "admin" });
  for (const room of ["/", "/apps", "/imports", "/audit", "/settings/people"]) {
    await page.goto(room);
    await looksWell(page, `empty${room.replace(/\W+/g, "-")}`);
  }
  await page.goto("/apps/add");
  await page.getByLabel("Name", { exact: true }).fill("Reader");
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("#client-secret").waitFor();
  for (const room of ["dataguard", "scope", "preview", "enable", "copy"]) {
    await page.goto(`/apps/reader/${room}`);
    await looksWell(page, `empty-${room}`);
  }
  assert.equal(await page.getByText("There is no other app to copy from").count(), 1);
});
