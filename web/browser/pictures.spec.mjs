// The pictures of README.md: `make screenshots` keeps them.
import { test } from "node:test";
import { answer } from "./client.mjs";
import { finds } from "./deeds.mjs";
import { access, shoot, visit } from "./house.mjs";

test("the pages that README.md shows", async () => {
  for (const { id } of access.apps) await answer(id, "/students?limit=100");
  const page = await visit({ as: "admin" });
  await page.goto("/apps");
  await page.getByRole("button", { name: "More actions" }).first().click();
  await shoot(page, "apps", 800);

  await page.goto("/apps/amplify/dataguard?entity=demographics");
  await shoot(page, "dataguard", 900);

  await page.goto("/apps/amplify/dataguard?entity=users");
  await page.getByRole("checkbox", { name: /^Grades/ }).uncheck();
  await page.getByLabel("How Family name is shown").selectOption("initial");
  await page.getByRole("checkbox", { name: /^Middle name/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await finds(page, "", "st-000003");
  await page.getByRole("button", { name: /^Compare/ }).first().click();
  await page.getByRole("heading", { name: "Once saved" }).waitFor();
  await shoot(page, "changes", 1540);

  await page.goto("/apps/amplify/preview");
  await finds(page, "", "st-000003");
  await page.getByRole("button", { name: /^Preview/ }).first().click();
  await page.getByRole("heading", { name: "Field by field" }).waitFor();
  await shoot(page, "preview", 1100);
});
