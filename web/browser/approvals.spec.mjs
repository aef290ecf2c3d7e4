// One admin asks for what the district marks as sensitive: the app's answer stays as it is.
// Another admin approves it, and the next answer has it. Nobody approves their own.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { records } from "./client.mjs";
import { confirms, goesBack } from "./deeds.mjs";
import { access, fits, looksWell, shoot, visit } from "./house.mjs";

const app = "eduready360";
const second = { email: "second-admin@district.example", password: "a second pair of eyes" };
const shown = async () => (await records(app, "/students?limit=5")).some((one) => one.familyName !== undefined);
const house = { url: access.base_url, admin: access.admin, other: second };

async function photographs(page, name) {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await fits(page);
    await shoot(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

// joins adds another admin by a one-time link.
async function joins(page) {
  await page.goto("/settings/people/add");
  await page.getByLabel("Email").fill(second.email);
  await page.getByRole("radio", { name: /^Admin/ }).check();
  await page.getByRole("button", { name: "Add" }).click();
  const link = await page.locator("#link").textContent();
  const theirs = await visit({ at: house });
  await theirs.goto(link);
  await theirs.getByLabel("Password", { exact: true }).fill(second.password);
  await theirs.getByLabel("Password, once more").fill(second.password);
  await theirs.getByRole("button", { name: "Set password" }).click();
  await theirs.getByText("Your password is set").waitFor();
}

const box = (page) => page.getByRole("row").filter({ hasText: "familyName" }).getByRole("checkbox");

// hides takes the family name away, which never waits.
async function hides(page) {
  await page.goto(`/apps/${app}/dataguard?entity=users`);
  await box(page).uncheck();
  await confirms(page);
}

// asks ticks the family name, and confirms it.
async function asks(page) {
  await page.goto(`/apps/${app}/dataguard?entity=users`);
  await box(page).check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel(/Reason/).fill("families ask for it");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("This waits for another admin").waitFor();
}

async function decides(page, button) {
  await page.getByLabel(/Reason/).fill("read the contract");
  await page.getByRole("button", { name: button }).click();
}

after(async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/settings/sensitive");
  await page.getByLabel("Single fields, keys and types").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  const theirs = await visit({ as: "other", at: house });
  await theirs.goto("/approvals");
  await theirs.getByRole("link", { name: "Change what is sensitive" }).first().click({ timeout: 5000 });
  await decides(theirs, "Approve");
  await theirs.getByText("Approved. It holds").waitFor();
  await goesBack(page, app, 1);
  await page.goto("/settings/people");
  await page.getByRole("link", { name: second.email }).click();
  await page.getByRole("button", { name: `Remove ${second.email}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
});

test("what is sensitive waits for another admin, and is given once they approve it", async () => {
  const page = await visit({ as: "admin" });
  await joins(page);
  await hides(page);
  assert.ok(!(await shown()));
  await page.goto("/settings/sensitive");
  await looksWell(page, "approvals-sensitive");
  await photographs(page, "approvals-sensitive");
  await page.getByLabel("Single fields, keys and types").fill("users.familyName");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("It holds from the next change on").waitFor();

  await asks(page);
  assert.ok(!(await shown()), "what waits is given");
  assert.equal(await page.getByRole("button", { name: "Approve" }).count(), 0, "an own change can be approved");
  await page.getByText("You asked for this").waitFor();
  await looksWell(page, "approvals-own");
  const number = new URL(page.url()).pathname.split("/").pop();
  const forged = await page.context().request.post(`/approvals/${number}/approve`, { form: { reason: "mine" } });
  assert.equal(forged.status(), 403);

  const theirs = await visit({ as: "other", at: house });
  await theirs.goto("/");
  await theirs.getByRole("link", { name: /^Approvals 1/ }).click();
  await looksWell(theirs, "approvals-waiting");
  await photographs(theirs, "approvals-waiting");
  await theirs.getByRole("link", { name: /Change the permissions of/ }).first().click();
  await theirs.getByText("users.familyName").first().waitFor();
  await looksWell(theirs, "approvals-change");
  await photographs(theirs, "approvals-change");
  await decides(theirs, "Approve");
  await theirs.getByText("Approved. It holds from the next answer on").waitFor();
  assert.ok(await shown());
  await theirs.goto("/approvals");
  await looksWell(theirs, "approvals-past");

  await hides(page);
  await asks(page);
  await page.getByRole("button", { name: "Withdraw" }).click();
  await page.getByText("Withdrawn. Nothing was changed").waitFor();
  assert.ok(!(await shown()));
});
