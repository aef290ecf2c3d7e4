// Why an app gets what it gets: from DataGuard, from a preview and from the policy page one
// gets to the whole chain of rules, each with what it says and the one that decided.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, looksWell, shoot, visit } from "./house.mjs";

// photographs takes pictures at the widths that people look at.
async function photographs(page, name) {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await fits(page);
    await shoot(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

for (const script of [true, false]) {
  test(`a field leads from DataGuard to the chain of rules, ${script ? "with" : "without"} script`, async () => {
    const page = await visit({ as: "admin", script });
    await page.goto("/apps/eduready360/dataguard?entity=demographics");
    await page.getByRole("link", { name: "Why? Birth Date" }).click();
    await page.getByRole("heading", { level: 1, name: /^Why .* gets what it gets$/ }).waitFor();
    const steps = page.getByRole("list", { name: /demographics\.birthDate/ }).getByRole("listitem");
    assert.ok((await steps.count()) >= 4);
    assert.equal(await steps.filter({ hasText: "decided this" }).count(), 1, "one step decided");
    if (script) {
      await looksWell(page, "explain-field");
      await photographs(page, "explain-field");
    }
    await page.getByLabel("What", { exact: true }).selectOption("demographics.sex");
    await page.getByRole("button", { name: "Explain" }).click();
    await page.getByRole("heading", { level: 2, name: /demographics\.sex/ }).waitFor();
    await page.getByRole("link", { name: "Users", exact: true }).click();
    await page.getByText("They give this kind of record.").waitFor();
    await page.goto("/apps/eduready360/policy");
    await page.getByRole("main").getByRole("link", { name: "Why?" }).or(page.getByRole("link", { name: "Why?" })).first().click();
    await page.getByRole("heading", { level: 1, name: /^Why / }).waitFor();
  });
}

test("a record leads from its preview to the chain of rules about it", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/preview");
  await page.getByRole("searchbox").fill("a");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("button", { name: /^Preview/ }).first().click();
  await page.getByRole("link", { name: "Why? The whole chain of rules about this record" }).click();
  const steps = page.getByRole("list", { name: "The record" }).getByRole("listitem");
  await steps.filter({ hasText: "Opt-outs" }).waitFor();
  await steps.filter({ hasText: "Scope" }).waitFor();
  assert.ok(/\brecord=\d+/.test(page.url()), "the address has the record's number and not its sourcedId");
  await looksWell(page, "explain-record");
  await photographs(page, "explain-record");
  await page.getByLabel("What", { exact: true }).selectOption("users.email");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByRole("list", { name: /users\.email/ }).waitFor();
  await page.getByRole("list", { name: "The record" }).waitFor();
});

test("an auditor reads why an app gets a field", async () => {
  const page = await visit({ as: "auditor" });
  await page.goto("/apps/amplify/explain?field=users.email");
  await page.getByRole("list", { name: /users\.email/ }).waitFor();
  await looksWell(page, "explain-auditor");
});
