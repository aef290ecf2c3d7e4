// The list of apps: its menu, and that it can be used on a narrow screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, looksWell, shoot, visit } from "./house.mjs";

test("on a narrow screen each app is a card with its actions in sight", async () => {
  const page = await visit({ as: "admin", width: 360 });
  await page.goto("/apps");
  const lines = await page.locator(".rooms a").evaluateAll((links) => new Set(links.map((a) => a.getBoundingClientRect().top)).size);
  assert.equal(lines, 1, "the rooms stand in one line");
  const region = page.getByRole("region", { name: "4 apps" });
  assert.ok(await region.evaluate((r) => r.scrollWidth <= r.clientWidth), "nothing scrolls sideways");
  const app = page.getByRole("row").filter({ hasText: "amplify" });
  for (const says of ["Enabled", "Full", "On", "12"]) await app.getByText(says, { exact: true }).first().waitFor();
  const button = app.getByRole("button", { name: "More actions" });
  const { x, width } = await button.boundingBox();
  assert.ok(x >= 0 && x + width <= 360, "the actions are in sight");
  await looksWell(page, "apps-cards");
  await button.click();
  await app.getByRole("link", { name: "DataGuard" }).click();
  await page.getByRole("heading", { name: /Amplify/ }).first().waitFor();
});

test("the menu of an app opens below its button where there is room", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps");
  for (const [name, room] of [["alexandria", true], ["amplify", true], ["schoolinks", false]]) {
    const row = page.getByRole("row").filter({ hasText: name });
    const button = row.getByRole("button", { name: "More actions" });
    await button.click();
    const menu = row.locator(".row-menu");
    const [from, box] = [await button.boundingBox(), await menu.boundingBox()];
    assert.equal(box.y >= from.y + from.height, room, `${name}: the menu begins at ${box.y}, the button at ${from.y}`);
    assert.ok(box.y >= 0 && box.y + box.height <= 800, `${name}: the menu goes from ${box.y} to ${box.y + box.height}`);
    await shoot(page, `apps-menu-${name}`, 800);
    await page.keyboard.press("Escape");
  }
});

for (const width of [1280, 360]) {
  test(`a long name breaks, and the state of its app stays in sight, ${width} wide`, async () => {
    const page = await visit({ as: "admin", width });
    await page.goto("/apps");
    await page.locator("#app-amplify").evaluate((link) => { link.textContent = "Amplify".repeat(14); });
    const region = page.getByRole("region", { name: "4 apps" });
    assert.ok(await region.evaluate((r) => r.scrollWidth <= r.clientWidth), "nothing scrolls sideways");
    await fits(page);
    await shoot(page, `apps-long-${width}`);
  });
}
