// An admin says what no app may have: a rule of the list, then one written in Rego by a file
// whose test fails and by one whose tests pass. What an app had is gone from its very next
// answer, and permissions that would break a rule are refused in its words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { records } from "./client.mjs";
import { confirms, goesBack } from "./deeds.mjs";
import { fits, looksWell, shoot, visit } from "./house.mjs";

const app = "schoolinks";
const rules = 'package rostergate.guardrail\n\n# METADATA\n# title: No calls\n# description: Nobody is called at home. Leave it out.\nhide contains "users.familyName"\n\nhide contains "users.phone"\n';
const tests = (name) => `package rostergate.guardrail_test\n\nimport data.rostergate.guardrail\n\ntest_it_is_hidden if "${name}" in guardrail.hide\n`;
const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
const shown = async () => (await records(app, "/students?limit=1"))[0].familyName !== undefined;

// photographs takes pictures at the widths that people look at.
async function photographs(page, name) {
  await looksWell(page, name);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await fits(page);
    await shoot(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

test("a rule of the list and one that is written hold, and refuse what breaks them", async () => {
  const page = await visit({ as: "admin", refusals: [422] });
  assert.ok(await shown());
  await page.goto("/apps");
  await page.getByRole("link", { name: "Guardrails" }).click();
  await page.getByRole("heading", { level: 1, name: "Guardrails" }).waitFor();
  await photographs(page, "guardrails-none");
  await page.getByRole("switch", { name: /No key that nobody knows/ }).check();
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: "What the guardrails change" }).waitFor();
  await page.getByLabel("Reason").fill("The board decided so");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Saved as version").waitFor();
  assert.ok(await page.getByRole("switch", { name: /No key that nobody knows/ }).isChecked());

  await page.getByRole("link", { name: "Write a guardrail" }).click();
  await page.getByLabel("ID").fill("no-calls");
  await page.getByLabel("Files of Rego").setInputFiles([file("guardrail.rego", rules), file("guardrail_test.rego", tests("users.email"))]);
  await page.getByRole("button", { name: "Upload and check" }).click();
  await page.getByText("1 of 1 tests failed").waitFor();
  await photographs(page, "guardrails-failed");
  await page.getByLabel("Files of Rego").setInputFiles([file("guardrail_test.rego", tests("users.familyName"))]);
  await page.getByRole("button", { name: "Upload and check" }).click();
  await page.getByText("It compiles, and its tests pass").waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "What the guardrails change" }).waitFor();
  await page.getByText("Loses", { exact: true }).first().waitFor();
  assert.equal(await page.getByText("Gains", { exact: true }).count(), 0);
  await photographs(page, "guardrails-panel");
  assert.ok(await shown(), "looking changes nothing");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Saved as version").waitFor();
  await page.getByText("Nobody is called at home. Leave it out.").waitFor();
  assert.ok(!(await shown()), "the very next answer obeys");
  await photographs(page, "guardrails-hold");

  // What is saved already stays ticked and hidden; once it is unticked it is not ticked again.
  await page.goto(`/apps/${app}/dataguard?entity=users`);
  await page.getByText("Hidden by a guardrail of the district: No calls").first().waitFor();
  const box = page.getByRole("checkbox", { name: /^Family name/ });
  await box.uncheck();
  await confirms(page);
  await box.check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Ticked, and still hidden").waitFor();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("A guardrail stands against it").waitFor();
  await page.getByText("users.familyName: Hidden by a guardrail of the district: No calls: Nobody is called at home. Leave it out.").waitFor();
  await photographs(page, "guardrails-refused");

  await page.goto("/guardrails");
  await page.getByRole("button", { name: "Remove no-calls" }).click();
  await page.getByText("Goes", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Saved as version 3").waitFor();
  await page.getByRole("link", { name: "1", exact: true }).click();
  await page.getByText("Does not hold any more").waitFor();
  await photographs(page, "guardrails-version");
  await page.goto("/guardrails");
  await page.getByRole("switch", { name: /No key that nobody knows/ }).uncheck();
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Saved as version 4").waitFor();
  await goesBack(page, app, 1);
  assert.ok(await shown());
});
