// What holds for every room: it can be used by anybody, on any screen, without a
// complaint of the browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { looksWell, visit } from "./house.mjs";
import { noAccess, notFound } from "./words.mjs";

const rooms = ["/", "/audit", "/audit?kind=change", "/audit?kind=refusal", "/apps/opt-outs", "/settings", "/settings/people", "/settings/people/add", "/account", "/checks"];

test("the sign-in and every room are accessible and fit", async () => {
  const out = await visit();
  await out.goto("/sign-in");
  await looksWell(out, "sign-in");
  const page = await visit({ as: "admin" });
  for (const room of rooms) {
    await page.goto(room);
    await looksWell(page, room === "/" ? "dashboard" : room.slice(1).replace(/\W+/g, "-"));
  }
});

test("pages that refuse are accessible and fit", async () => {
  const page = await visit({ as: "admin", refusals: [404, 422] });
  await page.goto("/nowhere");
  await page.getByRole("heading", { level: 1, name: notFound }).waitFor();
  await looksWell(page, "not-found");
  await page.goto("/apps/add");
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("[aria-invalid]").waitFor();
  await looksWell(page, "add-wrong");
  await page.goto("/settings/people/add");
  await page.getByLabel("Email").fill("admin@example.org");
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("[aria-invalid]").waitFor();
  await looksWell(page, "person-wrong");

  const auditor = await visit({ as: "auditor", refusals: [403] });
  await auditor.goto("/apps/add");
  await auditor.getByRole("heading", { level: 1, name: noAccess }).waitFor();
  await looksWell(auditor, "no-access");
});

test("the keyboard reaches the content and the menu", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.locator(".person-menu summary").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Your account" }).waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("link", { name: "Your account" }).isVisible(), false);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
});
