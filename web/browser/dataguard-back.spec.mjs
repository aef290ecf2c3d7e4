// What DataGuard's script does: a chosen mask ticks its field, and the browser's
// Back works behind pages that a form made.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addsBare } from "./deeds.mjs";
import { looksWell, visit } from "./house.mjs";

test("the browser's Back works after Confirm, after going back to editing and after a preview", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/schoolinks/dataguard?entity=courses");
  await page.getByRole("checkbox", { name: /^Grades/ }).setChecked(true);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Back to editing" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: /Confirm|Back to editing/ }).first().click();
  await page.getByRole("heading", { level: 1, name: "DataGuard of SchooLinks" }).waitFor();
  for (let i = 0; i < 3; i++) {
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "DataGuard of SchooLinks" }).waitFor();
    assert.match(page.url(), /dataguard\?entity=courses$/);
  }
  await page.goto("/apps/schoolinks/preview");
  await page.getByLabel("Name, sourcedId, identifier or email").fill("a");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("button", { name: /^Preview/ }).first().click();
  await page.getByRole("heading", { name: "The answer" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Preview as SchooLinks" }).waitFor();
});

for (const script of [true, false]) {
  test(`a mask of a field that is not ticked, ${script ? "with" : "without"} script`, async () => {
    const page = await visit({ as: "admin", script });
    const { id } = await addsBare(page, script ? "masked" : "masked-plain", "Amplify Enrollment");
    await page.goto(`/apps/${id}/dataguard?entity=users`);
    const row = page.getByRole("row").filter({ has: page.getByRole("checkbox", { name: /^Middle name/ }) });
    assert.equal(await row.getByRole("checkbox").isChecked(), false);
    await row.getByRole("combobox").selectOption("Initial only");
    assert.equal(await row.getByRole("checkbox").isChecked(), script);
    await page.getByRole("button", { name: "Save" }).click();
    if (script) {
      await page.getByText("middleName (initial only)").waitFor();
    } else {
      await page.getByText("A mask was chosen for Middle name, which is not ticked.").waitFor();
      await page.getByRole("button", { name: "Back to editing" }).click();
      assert.equal(await row.getByRole("combobox").inputValue(), "initial");
      assert.equal(await row.getByRole("checkbox").isChecked(), false);
    }
  });
}

test("equal columns, long keys, the history and the agreement are accessible and fit", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/dataguard?entity=users");
  await page.getByText(/^Same as /).first().waitFor();
  await looksWell(page, "guard-users");
  await page.goto("/apps/amplify/dataguard?entity=demographics");
  await page.getByRole("checkbox", { name: "eligibilityStatusForSchoolFoodServicePrograms" }).waitFor();
  const { nodes } = await (await page.context().newCDPSession(page)).send("Accessibility.getFullAXTree");
  const boxes = nodes.filter((node) => node.role?.value === "checkbox").map((node) => node.name.value);
  assert.ok(boxes.some((name) => name.includes("eligibilityStatusForSchoolFoodServicePrograms") && name.startsWith("Eligibility for school food service programs ")), boxes.join("\n"));
  await looksWell(page, "guard-demographics");
  await page.goto("/apps/amplify/history");
  await page.getByText("Holds now").waitFor();
  await looksWell(page, "guard-history");
  await page.goto("/apps/amplify/agreement");
  await looksWell(page, "guard-agreement");
});

test("what saving marks as reviewed, and one record before and after, are accessible and fit", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/dataguard?entity=orgs");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "What changes" }).waitFor();
  await looksWell(page, "guard-reviewing");
  await page.goto("/apps/amplify/dataguard?entity=users");
  await page.getByRole("row").filter({ has: page.getByRole("checkbox", { name: /^Middle name/ }) }).getByRole("checkbox").setChecked(true);
  await page.getByRole("row").filter({ hasText: "familyName" }).getByRole("combobox").selectOption("Initial only");
  await page.getByLabel(/^Grades/).setChecked(false);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "A record that changes" }).click();
  await page.getByRole("heading", { name: "Once saved" }).waitFor();
  await looksWell(page, "guard-panel");
});
