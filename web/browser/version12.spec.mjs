// What only OneRoster 1.2 has: an admin sees that, ticks it, and looks at a record in it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { records } from "./client.mjs";
import { addsBare, confirms, finds } from "./deeds.mjs";
import { looksWell, visit } from "./house.mjs";

for (const script of [true, false]) {
  test(`an admin ticks what OneRoster 1.2 alone has, ${script ? "with" : "without"} script`, async () => {
    const page = await visit({ as: "admin", script });
    const id = script ? "newer" : "newer-plain";
    await addsBare(page, id, "Amplify Enrollment");
    await page.goto(`/apps/${id}/dataguard?entity=users`);
    const roles = page.getByRole("region", { name: /^Roles/ }).first();
    const profiles = page.getByRole("region", { name: /^User profiles/ }).first();
    if (script) await looksWell(page, "version12-dataguard");
    await page.getByRole("checkbox", { name: /^Preferred first name OneRoster 1\.2 only/ }).check();
    await roles.getByRole("checkbox", { name: /^Begin date OneRoster 1\.2 only/ }).check();
    await roles.getByLabel("How Begin date is shown").selectOption({ label: "Year only" });
    await profiles.getByRole("checkbox", { name: /^Vendor ID/ }).check();
    if (script) assert.match(await page.locator("[data-unsaved]").textContent(), /^3 /);

    await page.getByRole("button", { name: "Save" }).click();
    const panel = page.getByRole("region", { name: "What changes" });
    assert.match(await panel.textContent(), /preferredFirstName.*roles\.beginDate \(year only\)/s);
    await page.getByText(/^The app gets none of the User profiles: /).waitFor();
    if (script) await looksWell(page, "version12-panel");
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("It holds from the next answer on").waitFor();
    for (const name of [/^Preferred first name/, /^Begin date/, /^Vendor ID/]) assert.ok(await page.getByRole("checkbox", { name }).isChecked());
    assert.ok(!(await page.getByRole("checkbox", { name: /^Pronouns/ }).isChecked()));

    await page.getByRole("checkbox", { name: /^Begin date/ }).uncheck();
    await confirms(page);
    await page.goto(`/apps/${id}/history`);
    await page.getByText("Roles: − beginDate").waitFor();
  });

  test(`an admin looks at a record in either version, ${script ? "with" : "without"} script`, async () => {
    const [student] = await records("amplify", "/students?limit=1&sort=sourcedId");
    const page = await visit({ as: "admin", script });
    await page.goto("/apps/amplify/preview");
    await finds(page, "Users", student.sourcedId);
    await page.locator(`button[value="${student.sourcedId}"]`).click();
    await page.getByRole("heading", { name: "The answer in OneRoster 1.1" }).waitFor();
    await page.getByRole("button", { name: "Show in OneRoster 1.2" }).click();
    await page.getByRole("heading", { name: "The answer in OneRoster 1.2" }).waitFor();
    await page.getByText(`GET /ims/oneroster/rostering/v1p2/users/${student.sourcedId}`).waitFor();
    await page.getByText("roles.beginDate", { exact: true }).waitFor();
    if (script) await looksWell(page, "version12-preview");
    await page.getByRole("region", { name: "Demographics", exact: true }).getByRole("button", { name: /^Preview/ }).first().click();
    await page.getByRole("heading", { name: "The answer in OneRoster 1.2" }).waitFor();
    await page.getByRole("button", { name: "Show in OneRoster 1.1" }).click();
    await page.getByText(`GET /ims/oneroster/v1p1/demographics/${student.sourcedId}`).waitFor();
    assert.ok(!page.url().includes(student.sourcedId));
  });
}

test("the vendor is handed the addresses of both versions", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/credentials");
  for (const base of ["/ims/oneroster/v1p1", "/ims/oneroster/rostering/v1p2", "/ims/oneroster/resources/v1p2"]) {
    await page.getByText(new URL(base, page.url()).href, { exact: true }).waitFor();
  }
  await looksWell(page, "version12-credentials");
});
