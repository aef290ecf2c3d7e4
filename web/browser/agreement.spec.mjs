// An admin keeps what was agreed with a vendor, and sees where more is granted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { looksWell, visit } from "./house.mjs";

test("what was agreed is kept, and what is granted beyond it is said where it is granted", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/schoolinks/agreement");
  const soon = new Date(Date.now() + 10 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  await page.getByLabel("Last day of the agreement").fill(soon);
  await page.getByLabel("Legal basis").fill("School official");
  await page.getByLabel("Contact at the vendor").fill("privacy@vendor.example");
  for (const category of ["Student Name", "Schedule"]) await page.getByRole("checkbox", { name: category }).check();
  await page.getByLabel("Reason").fill("signed");
  await page.getByRole("button", { name: "Keep on record" }).click();
  await page.getByText("is on record").waitFor();
  await page.getByText("Granted beyond the agreement").waitFor();
  await page.getByText("History of the agreement").waitFor();
  await looksWell(page, "agreement-kept");
  await page.goto("/apps/schoolinks/dataguard");
  await page.getByText("Granted beyond the agreement").waitFor();
  await looksWell(page, "agreement-dataguard");
  await page.goto("/");
  await page.getByText("The agreement with its vendor ends on").waitFor();
  await looksWell(page, "agreement-dashboard");
  const auditor = await visit({ as: "auditor" });
  await auditor.goto("/apps/schoolinks/agreement");
  await auditor.getByText("privacy@vendor.example").waitFor();
  assert.equal(await auditor.getByRole("button", { name: "Keep on record" }).count(), 0);
  await looksWell(auditor, "agreement-auditor");
});
