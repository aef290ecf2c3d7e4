// An admin narrows what an app reaches, and sees how much that is before saving.
import assert from "node:assert/strict";
import { test } from "node:test";
import { confirms, goesBack, opensMenu } from "./deeds.mjs";
import { looksWell, visit } from "./house.mjs";
import { allOfThem } from "./words.mjs";

// students is how many the page counts.
const students = async (page) => Number(await page.locator(".tally div").filter({ hasText: "Students" }).locator("dd").textContent());

// counted waits until the counts are those of what is ticked; while they are made
// the old ones are pale.
async function counted(page) {
  await page.waitForTimeout(300);
  await page.locator("[data-counted]:not([aria-busy])").waitFor();
}

const someOrgs = "Only those ticked, each with everything below it";

for (const script of [true, false]) {
  test(`the walk to a narrower scope, ${script ? "with" : "without"} script`, async () => {
    const page = await visit({ as: "admin", script });
    await page.goto("/apps");
    await (await opensMenu(page, "alexandria")).getByRole("link", { name: "Scope" }).click();
    const all = await students(page);
    assert.equal(await page.locator("#org-tree").isVisible(), false);
    await page.getByLabel(someOrgs).check();
    if (script) {
      await page.getByText("Nothing is within the scope").waitFor();
    } else {
      await page.getByRole("button", { name: "Count" }).click();
      await page.getByText("Nothing is within the scope").waitFor();
      assert.ok(await page.getByLabel(someOrgs).isChecked());
    }
    await page.locator("#org-tree .tree .tree input").first().check();
    if (script) {
      await page.getByText("Nothing is within the scope").waitFor({ state: "detached" });
    } else {
      await page.getByRole("button", { name: "Count" }).click();
    }
    const some = await students(page);
    assert.ok(some > 0 && some <= all, `${some} of ${all}`);
    await page.getByLabel("Only those ticked, with their classes").check();
    await page.getByLabel("Search courses").fill("algebra");
    await page.getByRole("button", { name: "Search" }).click();
    assert.ok(await page.getByLabel("Only those ticked, with their classes").isChecked());
    await page.getByRole("group", { name: "Courses to choose from" }).getByRole("checkbox").first().check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Schools: only/).waitFor();
    await page.getByText(/Loses .* records?: .*administrators?, .* students?/).waitFor();
    if (script) await looksWell(page, "scope-panel");
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("It holds from the next answer on").waitFor();
    await goesBack(page, "alexandria", 1);
  });
}

test("the keyboard alone ticks a school and saves it", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/alexandria/scope");
  await page.getByRole("radio", { name: allOfThem }).first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  while (await page.evaluate(() => document.activeElement.name !== "org")) await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  assert.ok(await page.locator("#org-tree input").first().isChecked());
  await page.getByRole("button", { name: "Save" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText(/^Schools: only/).waitFor();
});

test("the scope is accessible and fits", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/scope");
  await looksWell(page, "scope");
  for (const group of ["orgs", "courses", "classes", "roles", "grades"]) await page.locator(`input[name=${group}][value=only]`).check();
  await page.getByText("Nothing is within the scope").waitFor();
  await counted(page);
  await looksWell(page, "scope-chosen");
});

test("ticking an org ticks what is below it, and unticking brings back what was ticked", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/scope");
  await page.getByLabel(someOrgs).check();
  const boxes = page.locator("#org-tree input");
  const [district, first, second] = [boxes.nth(0), boxes.nth(1), boxes.nth(2)];
  const included = (box) => box.locator("xpath=..").getByText("Included").isVisible();
  await first.check();
  await district.check();
  assert.deepEqual([await first.isChecked(), await first.isDisabled(), await included(first)], [true, false, false], "what is ticked itself stays so");
  assert.deepEqual([await second.isChecked(), await second.isDisabled(), await included(second)], [true, true, true]);
  assert.deepEqual(await page.locator("form.scope").evaluate((f) => new FormData(f).getAll("org").length), 2);
  await counted(page);
  await looksWell(page, "scope-included");
  await first.click(); // it is ticked still, for the district is
  assert.deepEqual([await first.isChecked(), await first.isDisabled(), await included(first)], [true, true, true]);
  await district.uncheck();
  assert.deepEqual([await first.isChecked(), await first.isDisabled(), await second.isChecked(), await second.isDisabled()], [false, false, false, false]);
  assert.equal(await included(second), false);
});

test("one class is chosen, and former enrollments are turned off where the dashboard lists them", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/schoolinks/scope");
  await page.getByRole("switch", { name: "Former enrollments" }).check();
  await confirms(page);
  await page.goto("/");
  await page.getByRole("heading", { name: "Former enrollments" }).waitFor();
  await looksWell(page, "former-listed");
  await page.locator("section").filter({ has: page.getByRole("heading", { name: "Former enrollments" }) }).getByRole("link", { name: "SchooLinks" }).click();
  const former = page.getByRole("switch", { name: "Former enrollments" });
  assert.ok(await former.isChecked());
  const all = await students(page);
  await former.uncheck();
  const classes = page.locator("#classes");
  await classes.getByLabel("Only those ticked").check();
  await classes.getByLabel("Search classes").fill("algebra");
  await classes.getByRole("button", { name: "Search" }).click();
  const box = classes.getByRole("group", { name: "Classes to choose from" }).getByRole("checkbox").first();
  await box.check();
  await page.getByRole("switch", { name: "Users without an enrollment" }).uncheck();
  await counted(page);
  const some = await students(page);
  assert.ok(some > 0 && some < all, `${some} of ${all}`);
  await looksWell(page, "former-class");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/^Classes: only Algebra/).waitFor();
  await page.getByText("Former enrollments: off.").waitFor();
  await looksWell(page, "former-panel");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("It holds from the next answer on").waitFor();
  await page.goto("/");
  assert.equal(await page.locator("section").filter({ has: page.getByRole("heading", { name: "Former enrollments" }) }).getByRole("link", { name: "SchooLinks" }).count(), 0);
  await goesBack(page, "schoolinks", 1);
});
