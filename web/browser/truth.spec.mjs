// The panel says why an app receives nothing, calls things as people do, and colours what
// comes and goes by how sensitive it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { goesBack } from "./deeds.mjs";
import { looksWell, shoot, visit } from "./house.mjs";

// blank adds an app that is granted nothing.
async function blank(page, name) {
  await page.goto("/apps/add");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("#client-secret").waitFor();
}

// saves presses Save, and is what the panel says.
async function saves(page) {
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: /^What will change/ }).waitFor();
  return page.getByRole("region", { name: "What changes" });
}

const confirms = async (page) => {
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("It holds from the next answer on").waitFor();
};

test("an empty scope is named as the cause, condition by condition", async () => {
  const page = await visit({ as: "admin" });
  await blank(page, "Truth");
  await page.goto("/apps/truth/dataguard?entity=orgs");
  await page.getByLabel("Enable Organizations").check();
  await saves(page);
  await confirms(page);
  await page.goto("/apps/truth/dataguard?entity=users");
  await page.getByLabel("Enable Users").check();
  await page.getByRole("checkbox", { name: /^Email/ }).check();
  let panel = await saves(page);
  await panel.getByRole("heading", { name: "No org is chosen. No course is chosen. No role is chosen. No grade is chosen" }).waitFor();
  const text = await panel.textContent();
  assert.doesNotMatch(text, /none of the|Gains/, "it gains nothing");
  assert.match(text, /Would gain\s+Contact\s+Email email/);
  await looksWell(page, "truth-empty-scope");
  await confirms(page);

  await page.goto("/apps/truth/scope");
  for (const all of await page.getByRole("radio", { name: /^(All|Everyone)/ }).all()) await all.check();
  await page.locator("#orgs").getByRole("radio", { name: /^Only those ticked/ }).check();
  panel = await saves(page);
  await panel.getByRole("heading", { name: "No org is chosen", exact: true }).waitFor();
  await page.getByRole("button", { name: "Back to editing" }).click();
  await page.locator("#orgs").getByRole("radio", { name: /^All/ }).check();
  panel = await saves(page);
  await panel.getByText(/Gains \d+ records/).first().waitFor();
  assert.equal(await panel.getByRole("heading", { name: /is chosen/ }).count(), 0);
  await confirms(page);

  await page.goto("/apps/truth/agreement");
  await page.getByLabel("Last day", { exact: true }).fill("2020-06-30");
  panel = await saves(page);
  await panel.getByText("Its last day was June 30, 2020").waitFor();
  await confirms(page);
  await page.goto("/apps/truth/dataguard?entity=users");
  await page.getByRole("checkbox", { name: /^Grades/ }).check();
  panel = await saves(page);
  await panel.getByText("Its last day was June 30, 2020").waitFor();
  await shoot(page, "truth-ended");
});

test("labels come before literal names, and what is special is red when it comes and green when it goes", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/dataguard?entity=demographics");
  await page.getByRole("checkbox", { name: /^Sex/ }).uncheck();
  await saves(page);
  await confirms(page);
  const box = page.getByRole("checkbox", { name: "IEP status iepStatus" });
  assert.ok(await page.getByText("iepStatus", { exact: true }).first().isVisible(), "the literal key can be read");
  await box.uncheck();
  await page.getByRole("checkbox", { name: /^Sex/ }).check();
  const panel = await saves(page);
  const groups = panel.locator(".change");
  const lost = groups.filter({ hasText: "metadata.iepStatus" });
  assert.match(await lost.textContent(), /Loses\s+Special\s+IEP status metadata\.iepStatus/);
  assert.ok(await lost.locator(".status.good").filter({ hasText: "Loses" }).isVisible());
  const gained = groups.filter({ hasText: "Sex" });
  assert.ok(await gained.locator(".status.careful").filter({ hasText: "Gains" }).isVisible());
  assert.match(await gained.textContent(), /Sex sex\s*Of .*300 students/s);
  assert.equal(await page.getByRole("alert").count(), 0, "nothing special comes");
  await looksWell(page, "truth-colours");
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await shoot(page, `truth-colours-${width}`);
  }
  await goesBack(page, "amplify", 1);
});
