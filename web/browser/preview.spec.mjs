// Preview as an app, why a record is missing, and the payloads of the panel.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { answer, records } from "./client.mjs";
import { finds, goesBack, opensMenu } from "./deeds.mjs";
import { looksWell, visit } from "./house.mjs";
import { backToEditing } from "./words.mjs";

let student; // as Amplify gets it
before(async () => { [student] = await records("amplify", "/students?limit=1&sort=sourcedId"); });

// exact is what a page shows byte for byte.
const exact = (page, at = 0) => page.locator("pre.exact").nth(at).textContent();

for (const script of [true, false]) {
  test(`an admin walks from an app's menu to what the app gets, ${script ? "with" : "without"} script`, async () => {
    const page = await visit({ as: "admin", script });
    await page.goto("/apps");
    await (await opensMenu(page, "amplify")).getByRole("link", { name: "Preview as this app" }).click();
    await finds(page, "Users", `${student.familyName.toUpperCase()} ${student.givenName.slice(0, 3)}`);
    await page.locator(`button[value="${student.sourcedId}"]`).click();
    await page.getByRole("heading", { name: "Field by field" }).waitFor();

    const got = await answer("amplify", `/users/${encodeURIComponent(student.sourcedId)}`);
    assert.equal(await exact(page), await got.text());
    const middleName = page.getByRole("row").filter({ has: page.getByText("middleName", { exact: true }) });
    await middleName.getByText("Hidden").waitFor();

    await page.getByRole("region", { name: "Demographics", exact: true }).getByRole("button", { name: /^Preview/ }).first().click();
    const demographics = await answer("amplify", `/demographics/${encodeURIComponent(student.sourcedId)}`);
    assert.equal(await exact(page), await demographics.text());
    assert.ok(!page.url().includes(student.sourcedId));
  });
}

test("the keyboard alone finds a record and previews it", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/preview");
  await page.getByLabel("Name, sourcedId, identifier or email").focus();
  await page.keyboard.type(student.sourcedId);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Found" }).waitFor();
  await page.getByRole("button", { name: /^Preview/ }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "What the app gets", exact: true }).focus();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "PRE");
});

test("Enter in the search of the panel searches, and in its reason confirms", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/schoolinks/dataguard?entity=users");
  await page.getByRole("checkbox", { name: /^Phone/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel("Name, sourcedId, identifier or email").fill(student.sourcedId);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^Compare/ }).first().waitFor();
  assert.match(page.url(), /\/apps\/schoolinks\/dataguard/);
  await page.getByLabel("Reason").fill("A new contract");
  await page.keyboard.press("Enter");
  await page.getByText("It holds from the next answer on").waitFor();
});

test("the preview says why a record is missing, and is accessible and fits", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/preview");
  await looksWell(page, "preview-empty");
  await finds(page, "Users", "st-");
  await page.getByText("These are the first 20").waitFor();
  await looksWell(page, "preview-found");
  await page.getByRole("button", { name: /^Preview/ }).nth(1).click();
  await page.getByRole("heading", { name: "Field by field" }).waitFor();
  for (const fold of await page.locator(".payload-box details, details.payload-box").all()) await fold.evaluate((d) => { d.open = true; });
  await looksWell(page, "preview-record");
  await page.goto("/apps/eduready360/preview");
  await finds(page, "Demographics", "st-");
  await page.getByRole("button", { name: /^Preview/ }).first().click();
  await page.getByRole("heading", { name: "Why it is missing" }).waitFor();
  await looksWell(page, "preview-missing");
});

test("a student outside the scope is missing by the first rule that leaves them out", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/eduready360/scope");
  await page.locator("input[name=grades][value=only]").check();
  const other = student.grades[0] === "01" ? "02" : "01";
  await page.locator(`input[name=grade][value="${other}"]`).check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("It holds from the next answer on").waitFor();
  assert.equal((await answer("eduready360", `/users/${encodeURIComponent(student.sourcedId)}`)).status, 404);

  await page.goto("/apps/eduready360/preview");
  await finds(page, "Users", student.sourcedId);
  await page.locator(`button[value="${student.sourcedId}"]`).click();
  await page.getByRole("heading", { name: "Why it is missing" }).waitFor();
  assert.match(await page.locator(".notice.careful").textContent(), /grade/i);
  await goesBack(page, "eduready360", 1);
});

test("the panel compares a record before and after, and what was entered stays", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/dataguard?entity=users");
  await page.getByRole("checkbox", { name: /^Grades/ }).uncheck();
  await page.getByLabel("How Family name is shown").selectOption("initial");
  await page.getByRole("checkbox", { name: /^Middle name/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel("Reason").fill("A new contract");
  await page.getByRole("button", { name: backToEditing }).click();
  await page.getByRole("button", { name: "Save" }).click();
  assert.equal(await page.locator("pre.payload").count(), 0);
  await finds(page, "", "st-");
  await page.getByText("These are the first 20").waitFor();
  await looksWell(page, "panel-found");
  await page.getByRole("button", { name: "A record that changes" }).click();
  await page.getByRole("heading", { name: "Once saved" }).waitFor();
  await looksWell(page, "panel-compared");

  await finds(page, "", student.sourcedId);
  await page.locator(`button[value="${student.sourcedId}"]`).click();
  await page.getByRole("heading", { name: "Once saved" }).waitFor();
  const [now, later] = [JSON.parse(await exact(page, 0)).user, JSON.parse(await exact(page, 1)).user];
  assert.ok(now.grades && !later.grades);
  assert.equal(later.familyName, `${now.familyName[0]}.`);
  assert.ok((await page.locator("del").count()) > 0 && (await page.locator("ins").count()) > 0);
  assert.equal(await page.getByLabel("Reason").inputValue(), "A new contract");
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    const boxes = await page.locator("pre.payload").evaluateAll((all) => all.map((p) => p.getBoundingClientRect().y));
    assert.equal(boxes[0] === boxes[2], width > 928, "side by side where there is room, else stacked");
  }
});
